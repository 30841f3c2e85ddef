"""privacyscan, as a user runs it: one scan of a folder with a CSV file for each table and a text file for each text."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from privacyscan.formats import whatsapp


def main() -> None:
    """Cases on stdin, answer on stdout."""
    cases = json.load(sys.stdin)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "data"
        folder.mkdir()
        files = _write(cases, folder)
        command = [
            sys.executable, "-m", "privacyscan", "scan", str(folder), "--workers", "1", "--locations", "all",
            "--format", "json", "--output", str(Path(place) / "report"), "--quiet",
        ]  # fmt: skip
        environ = os.environ | {"XDG_STATE_HOME": place}
        done = subprocess.run(command, capture_output=True, check=False, env=environ)
        if done.returncode not in (0, 1):
            sys.exit(done.stderr.decode())
        scan = json.loads((Path(place) / "report" / "scan.json").read_bytes())
        places = _places(Path(place) / "report" / "locations.parquet")
    json.dump(_answer(scan, places, files, cases), sys.stdout)


def _places(path: Path) -> dict[str, list[tuple[int, int]]]:
    """Id of a finding in a text -> where its values begin and end."""
    places = defaultdict(list)
    for row in pq.read_table(path, columns=["finding", "offset_start", "offset_end"]).to_pylist():
        if row["offset_start"] is not None:
            places[row["finding"]].append((row["offset_start"], row["offset_end"]))
    return places


def _write(cases: dict[str, Any], folder: Path) -> dict[str, str]:
    """File name -> name of the case; the names say nothing."""
    files = {}
    for i, table in enumerate(cases["tables"]):
        files[f"t{i:04}.csv"] = table["name"]
        with (folder / f"t{i:04}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([table["header"], *table["rows"]])
    for i, text in enumerate(cases["texts"]):
        files[f"x{i:04}.txt"] = text["name"]
        (folder / f"x{i:04}.txt").write_text(text["text"], encoding="utf-8", newline="")
    return files


def _answer(
    scan: dict[str, Any], found: dict[str, list[tuple[int, int]]], files: dict[str, str], cases: dict[str, Any]
) -> dict[str, Any]:
    headers = {t["name"]: _shown(t["header"]) for t in cases["tables"]}
    written = {t["name"]: t["text"] for t in cases["texts"]}
    tables: dict[str, list[Any]] = {}
    texts: dict[str, list[Any]] = {}
    for f in scan["findings"]:
        name = next(files[part] for part in reversed(f["path"]) if part in files)
        if name in headers:
            header = headers[name]
            at = header.index(f["field"]) if f["field"] in header else 0 if len(header) == 1 else -1
            tables.setdefault(name, []).append([at, f["entity"], {str(f["confidence"]): f["matched"]}])
        else:
            if f["path"][-1] == "senders":
                places = list(_senders(written[name], f["field"]))
            else:
                places = found.get(f["id"]) or list(_in_records(written[name], f["field"] or ""))
            texts.setdefault(name, []).extend([*place, f["entity"], f["confidence"]] for place in places)
    return {"tables": tables, "texts": texts}


def _shown(header: list[str]) -> list[str]:
    """The names under which the columns are reported."""
    if not any(h.strip() for h in header):
        return [f"c{i + 1}" for i in range(len(header))]
    return [h.strip() or f"column_{i + 1}" for i, h in enumerate(header)]


def _in_records(text: str, field: str) -> Iterator[tuple[int, int]]:
    """Where the values of a field stand in a text that was read as records: JSON each line, or rows below a header."""
    lines = text.splitlines(keepends=True)
    delimiter = next((d for d in ";,|\t" if field in lines[0].strip().split(d)), "")
    at = 0
    for i, line in enumerate(lines):
        if delimiter:
            cells = line.rstrip("\r\n").split(delimiter)
            column = lines[0].strip().split(delimiter).index(field)
            value: Any = cells[column].strip() if i and column < len(cells) else None
            start = sum(len(c) + 1 for c in cells[:column]) + cells[column].find(value) if value else -1
        else:
            value = _in_json(line, field)
            start = line.find(f'"{value}"') + 1 if isinstance(value, str) else 0
            start = start or -1
        if value and start >= 0:
            yield at + start, at + start + len(value)
        at += len(line)


def _senders(text: str, field: str) -> Iterator[tuple[int, int]]:
    """Where the senders of a chat stand, of which the scan makes a table: names, or telephones."""
    at = 0
    for line in text.splitlines(keepends=True):
        written = whatsapp.LINE.match(line)
        if written and written[1] and (whatsapp.NAMES[0] == field) != bool(whatsapp.NUMBER.fullmatch(written[1])):
            yield at + written.start(1), at + written.end(1)
        at += len(line)


def _in_json(line: str, field: str) -> Any:
    try:
        value: Any = json.loads(line)
        for key in field.split("."):
            value = value[key]
    except (ValueError, KeyError, TypeError):
        return None
    return value


if __name__ == "__main__":
    main()
