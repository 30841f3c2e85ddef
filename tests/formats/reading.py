"""Short ways to read bytes in tests."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

from privacyscan import read
from privacyscan.formats.csv import Csv
from privacyscan.model import File, Limits, Place, Skipped, Table, Text


def parts(data: bytes, name: str, limits: Limits | None = None) -> list[Table | Text | Skipped]:
    file = File(Place("berkas", (name,)), lambda: io.BytesIO(data), len(data))
    return list(read.expand(file, limits or Limits()))


def tables(found: list[Table | Text | Skipped]) -> dict[str, list[dict[str, Any]]]:
    """All rows by place."""
    rows: dict[str, list[dict[str, Any]]] = {}
    for part in found:
        if isinstance(part, Table):
            held = rows.setdefault(str(part.place), [])
            assert part.first_row == len(held)
            held += part.batch.to_pylist()
    return rows


def texts(found: list[Table | Text | Skipped]) -> dict[str, str]:
    """All texts by place."""
    whole: dict[str, str] = {}
    for part in found:
        if isinstance(part, Text):
            whole[str(part.place)] = whole.get(str(part.place), "") + part.data[part.overlap :].decode()
    return whole


def skipped(found: list[Table | Text | Skipped]) -> dict[str, str]:
    """Why places were not read."""
    return {str(p.place): p.reason.value for p in found if isinstance(p, Skipped)}


def in_pieces(data: bytes, name: str, size: int) -> tuple[list[Table | Text | Skipped], int]:
    """The same, cut into pieces where it can be, and how many; rows are numbered through."""
    whole = File(Place("berkas", (name,)), lambda: io.BytesIO(data), len(data))
    pieces = Csv().cut(whole, Limits(piece_bytes=size))
    found: list[Table | Text | Skipped] = []
    rows = 0
    for piece in pieces or (None,):
        before = rows
        for part in read.expand(replace(whole, piece=piece), Limits()):
            if isinstance(part, Table):
                part = replace(part, first_row=before + part.first_row - (piece.first_row if piece else 0))
                rows += part.batch.num_rows
            found.append(part)
    return found, len(pieces)
