"""lokal-id 0.7.2: `detect_pii` over each text, and over each table as CSV text, as its documentation says.

With the argument `labelled`, each cell is a text of its own, after its header and a colon, as on a form.
"""

from __future__ import annotations

import bisect
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from lokal import detect_pii

NAMES = {
    "NIK": "ID_NIK", "KK": "ID_KK", "NPWP": "ID_NPWP|ID_NITKU", "PASSPORT": "ID_PASSPORT", "SIM": "ID_SIM",
    "NIP": "ID_NIP", "BPJS": "ID_BPJS_KESEHATAN|ID_BPJS_KETENAGAKERJAAN", "NISN": "ID_NISN",
    "AKTA": "ID_BIRTH_CERTIFICATE",
    "PHONE": "PHONE_NUMBER", "EMAIL": "EMAIL_ADDRESS", "BANK_ACCOUNT": "BANK_ACCOUNT", "CARD": "CREDIT_CARD",
    "PLATE": "ID_VEHICLE_PLATE", "IP": "IP_ADDRESS", "GEO": "GEO_COORDINATE", "NAME": "PERSON|MOTHER_MAIDEN_NAME",
    "ADDRESS": "ADDRESS", "BIRTH_DATE": "DATE_OF_BIRTH", "GENDER": "SEX", "RELIGION": "RELIGION",
    "MARITAL_STATUS": "MARITAL_STATUS", "NATIONALITY": "NATIONALITY", "HEALTH": "HEALTH|DISABILITY",
    "FINANCIAL": "INCOME", "CRIMINAL_RECORD": "CRIMINAL_RECORD", "BIOMETRIC": "BIOMETRIC|PHOTO",
}  # fmt: skip
CERTAIN = {"high": 0.9, "medium": 0.6}


def as_csv(lines: list[list[str]]) -> tuple[str, list[int]]:
    """The text of a CSV file, and where each cell begins in it."""
    out, starts, length = [], [], 0
    for line in lines:
        for i, cell in enumerate(line):
            starts.append(length)
            quoted = '"' + cell.replace('"', '""') + '"' if any(c in cell for c in ',"\n') else cell
            piece = quoted + ("," if i < len(line) - 1 else "\n")
            out.append(piece)
            length += len(piece)
    return "".join(out), starts


def whole(table: dict[str, Any]) -> Iterator[tuple[int, Any]]:
    """(cell, match): the table as CSV text, the header in its first line."""
    text, starts = as_csv([table["header"], *table["rows"]])
    yield from ((bisect.bisect_right(starts, match.start) - 1, match) for match in detect_pii(text))


def labelled(table: dict[str, Any]) -> Iterator[tuple[int, Any]]:
    """(cell, match): each cell after its header and a colon, as on a form."""
    width = len(table["header"])
    for at, header in enumerate(table["header"]):
        label = header.replace("_", " ") + ": "
        for i, row in enumerate(table["rows"], 1):
            yield from ((i * width + at, m) for m in detect_pii(label + row[at]) if m.end > len(label))


def columns(table: dict[str, Any], cells: Callable[[dict[str, Any]], Iterator[tuple[int, Any]]]) -> list[Any]:
    """[column, entity, {score: cells}] for what is found in the rows."""
    width = len(table["header"])
    best: dict[tuple[int, str], float] = {}
    for cell, match in cells(table):
        if cell >= width:
            key = (cell, NAMES[match.type])
            best[key] = max(best.get(key, 0), CERTAIN[match.confidence])
    counts: dict[tuple[int, str], Counter[str]] = {}
    for (cell, entity), certain in best.items():
        counts.setdefault((cell % width, entity), Counter())[str(certain)] += 1
    return [[column, entity, dict(levels)] for (column, entity), levels in counts.items()]


def spans(text: str) -> list[Any]:
    """[start, end, entity, score] of a text."""
    return [[m.start, m.end, NAMES[m.type], CERTAIN[m.confidence]] for m in detect_pii(text)]


def main() -> None:
    """Cases on stdin, answer on stdout."""
    cases = json.load(sys.stdin)
    way = labelled if sys.argv[1:] == ["labelled"] else whole
    tables = {t["name"]: columns(t, way) for t in cases["tables"]}
    json.dump({"tables": tables, "texts": {t["name"]: spans(t["text"]) for t in cases["texts"]}}, sys.stdout)


if __name__ == "__main__":
    main()
