"""Where people find a place: the page of a document, the cell of a spreadsheet."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from privacyscan.model import Location, Sheet

if TYPE_CHECKING:
    import pyarrow as pa

    from privacyscan.detect.drafts import Numbers


@dataclass(slots=True)
class Whereabouts:
    """Of one text or table: the first lines of its pages in order, or how it stands on a sheet."""

    pages: list[int] = field(default_factory=list)
    sheet: Sheet | None = None

    def __bool__(self) -> bool:
        return bool(self.pages) or self.sheet is not None

    def told(self, location: Location, column: str | None) -> Location:
        """The same place with its page or cell, where it has one."""
        if location.line is not None:
            page = bisect(self.pages, location.line)
            return replace(location, page=page) if page else location
        letters = self._letters(column)
        if self.sheet is None or location.row is None or not letters:
            return location
        row, line = self.sheet.lines[bisect(self.sheet.lines, location.row, key=lambda at: at[0]) - 1]
        return location if line is None else replace(location, cell=f"{letters}{line + location.row - row + 1}")

    def pages_of(self, lines: Numbers) -> pa.Array:
        """The pages of all these lines."""
        import numpy as np
        import pyarrow as pa

        pages = np.searchsorted(np.array(self.pages, np.int64), lines, "right")
        return pa.array(pages, pa.int64(), mask=pages == 0)

    def cells_of(self, rows: Numbers, column: str | None) -> pa.Array:
        """The cells of all these rows."""
        import numpy as np
        import pyarrow as pa
        import pyarrow.compute as pc

        letters = self._letters(column)
        if self.sheet is None or not letters:
            return pa.nulls(len(rows), pa.string())
        begins = np.array([row for row, _ in self.sheet.lines], np.int64)
        add = np.array([0 if line is None else line - row + 1 for row, line in self.sheet.lines], np.int64)
        known = np.array([line is not None for _, line in self.sheet.lines])
        at = np.searchsorted(begins, rows, "right") - 1
        numbers = pa.array(rows + add[at], mask=~known[at])
        return pc.binary_join_element_wise(letters, numbers.cast(pa.string()), "")

    def _letters(self, column: str | None) -> str:
        """The letters of the column on the sheet; empty for what is no column of it."""
        if self.sheet is None or column not in self.sheet.names:
            return ""
        return _letters(self.sheet.first + self.sheet.names.index(column))


def together(parts: Sequence[tuple[Whereabouts, Numbers, str | None]]) -> tuple[pa.ChunkedArray, pa.ChunkedArray]:
    """The pages and the cells of places of several findings: numbers of each as in drafts, and its column."""
    import pyarrow as pa

    pages, cells = [], []
    for where, places, column in parts:
        is_text = places.ndim > 1
        none = not is_text and places[0] < 0
        pages.append(where.pages_of(places[:, 0]) if is_text and where.pages else pa.nulls(len(places), pa.int64()))
        cells.append(pa.nulls(len(places), pa.string()) if is_text or none else where.cells_of(places, column))
    return pa.chunked_array(pages, pa.int64()), pa.chunked_array(cells, pa.string())


def _letters(column: int) -> str:
    """A, B, ... Z, AA for the columns from 0 on."""
    letters = ""
    while column >= 0:
        letters = chr(ord("A") + column % 26) + letters
        column = column // 26 - 1
    return letters
