"""How many small files a scan reads in a CPU second: `python bench/small_files.py [--files 1000]`.

Made-up files of about 4 kB, as folders of offices hold them: registers and ledgers, their JSON and pages, workbooks,
documents, logs, letters, mails and notes. Each kind is scanned alone, then all together, by one worker; the table shows
what a scan of the first file takes, and what each more takes: CPU milliseconds, and files a CPU second.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.performance import data, measure
from tests.formats.samples import docx_file, xlsx_file

SIZE = 4000  # bytes of a text
MEASURE = Path(measure.__file__)
MAIL = "From: a@contoh.go.id\nTo: b@contoh.go.id\nSubject: surat\nContent-Type: text/plain; charset=utf-8\n\n"


def made(files: int) -> Iterator[tuple[str, str, bytes]]:
    """Kind, suffix and content of each file; as many of each kind."""
    rows, ledger = _endless(data.citizens), _endless(data.sparse)
    log, prose = data.log(), data.prose()
    notes = data.Source((data.SEED, 99))
    for _ in range(files):
        yield "register", "csv", _csv([data.CITIZENS, *islice(rows, 20)])
        yield "ledger", "csv", _csv([data.SPARSE, *islice(ledger, 35)])
        records = [dict(zip(data.CITIZENS, map(str, row), strict=True)) for row in islice(rows, 10)]
        yield "records", "json", json.dumps(records).encode()
        cells = ("".join(f"<td>{cell}</td>" for cell in row) for row in [data.CITIZENS, *islice(rows, 8)])
        yield "page", "html", "".join(["<table>", *(f"<tr>{row}</tr>" for row in cells), "</table>"]).encode()
        yield "workbook", "xlsx", xlsx_file([list(data.CITIZENS), *([str(c) for c in row] for row in islice(rows, 10))])
        yield "document", "docx", docx_file()
        yield "log", "log", _lines(log)
        yield "letter", "txt", _lines(prose)
        yield "mail", "eml", MAIL.encode() + _lines(prose)
        yield "notes", "md", "\n".join(notes.words(8, 16) for _ in range(45)).encode()


def _endless(kind: object) -> Iterator[list[str]]:
    yield from kind(10**9)  # type: ignore[operator]


def _csv(rows: list[object]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)  # type: ignore[arg-type]
    return text.getvalue().encode()


def _lines(source: Iterator[str]) -> bytes:
    lines, size = [], 0
    while size < SIZE:
        lines.append(next(source))
        size += len(lines[-1]) + 1
    return "\n".join(lines).encode()


def seconds(folder: Path, work: Path) -> float:
    """CPU seconds of a scan of the folder, workers included."""
    command = [sys.executable, "-m", "privacyscan", "scan", str(folder), "--workers", "1", "--format", "json"]
    done = subprocess.run(
        [sys.executable, str(MEASURE), "3600", *command, "--output", str(work / "report"), "--quiet"],
        env={**os.environ, "XDG_STATE_HOME": str(work / "state")},
        capture_output=True,
        text=True,
        check=True,
    )
    taken = json.loads(done.stdout)
    if taken["status"] not in (0, 1):
        raise SystemExit(f"{folder.name}: exit code {taken['status']}\n{done.stderr}")
    return float(taken["cpu"])


def main() -> None:
    """Make the files, scan them, print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=1000, help="in all")
    files = parser.parse_args().files
    with tempfile.TemporaryDirectory() as name:
        work, tree, first = Path(name), Path(name, "tree"), Path(name, "first")
        kinds: dict[str, int] = {}
        for kind, suffix, content in made(max(2, files // 10)):
            number = kinds[kind] = kinds.get(kind, 0) + 1
            for folder in [tree / kind, *([first / kind] if number == 1 else [])]:
                folder.mkdir(parents=True, exist_ok=True)
                (folder / f"{number:05}.{suffix}").write_bytes(content)
        print(f"{'kind':10} {'files':>6} {'the first, s':>12} {'ms a file':>10} {'files/CPU s':>12}")
        for kind, count in {**kinds, "all": sum(kinds.values())}.items():
            start = seconds(first if kind == "all" else first / kind, work)
            more = count - (len(kinds) if kind == "all" else 1)
            each = (seconds(tree if kind == "all" else tree / kind, work) - start) / more
            print(f"{kind:10} {count:6} {start:12.1f} {1e3 * each:10.1f} {1 / each:12.0f}", flush=True)


if __name__ == "__main__":
    main()
