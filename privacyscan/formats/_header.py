"""Which of the first rows is the header, and the names of its columns. Shared by CSV and spreadsheets."""

from __future__ import annotations

import re
from collections.abc import Sequence

ROWS = 20  # rows looked at
_DATA = re.compile(r"[0-9]{8,}|@[^ ]+\.|^[0-9]+([.,][0-9]+)?$|^[0-9]{1,4}[-/][0-9]{1,2}[-/][0-9]{1,4}")
_FILLED = 0.7  # a title above the table fills fewer cells than this share of the fullest row


def header_row(rows: Sequence[Sequence[str]]) -> int | None:
    """The index of the header; None when the table has none: the first full row already holds data.

    The header is the first row that fills about as many cells with words as any other; what stands above it
    is a title.
    """
    words = [sum(any(c.isalpha() for c in cell) for cell in row) for row in rows[:ROWS]]
    most = max(words, default=0)
    for index, row in enumerate(rows[:ROWS]):
        if words[index] and words[index] >= _FILLED * most:
            return None if any(_DATA.search(cell.strip()) for cell in row) else index
    return None


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
