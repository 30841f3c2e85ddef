"""Which of the first rows is the header, and the names of its columns. Shared by CSV and spreadsheets."""

from __future__ import annotations

import re
from collections.abc import Sequence
from statistics import median_low

ROWS = 20  # rows looked at
_DATA = re.compile(r"[0-9]{8,}|@[^ ]+\.|^[0-9]+([.,][0-9]+)?$|^[0-9]{1,4}[-/][0-9]{1,2}[-/][0-9]{1,4}")
_FULL = 0.6  # a title above the table fills fewer cells than this share of what a usual row fills


def header_row(rows: Sequence[Sequence[str]]) -> int | None:
    """The index of the header, the first row that is about as full as the usual one; what stands above it is a
    title. None when the table has no header: that row already holds data.
    """
    filled = [sum(bool(cell.strip()) for cell in row) for row in rows[:ROWS]]
    usual = median_low([n for n in filled if n] or [0])
    full = (i for i, n in enumerate(filled) if n and n >= _FULL * usual)
    index = next(full, None)
    if index is None or not any(c.isalpha() for cell in rows[index] for c in cell):
        return None
    return None if any(map(is_data, rows[index])) else index


def is_data(cell: str) -> bool:
    """Whether a cell holds what no header does: a number, a date, an e-mail address."""
    return _DATA.search(cell.strip()) is not None


def unique(names: Sequence[str]) -> list[str]:
    """Column names as they are, empty ones numbered, repeated ones with a suffix."""
    seen: set[str] = set()
    out = []
    for i, name in enumerate(names):
        shown, n = name or f"column_{i + 1}", 1
        while shown in seen:
            n += 1
            shown = f"{name or f'column_{i + 1}'}_{n}"
        seen.add(shown)
        out.append(shown)
    return out


def widened(names: list[str], width: int) -> list[str]:
    """The names, with more of them for rows that are longer than the header."""
    return unique([*names, *([""] * (width - len(names)))]) if width > len(names) else names
