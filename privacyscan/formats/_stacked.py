"""The tables that stand one below the other on a sheet, each with its title and header."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from itertools import chain, islice

from privacyscan.formats._header import ROWS, header_row, is_data, unique

Row = list[str]
Line = tuple[int, int | None]
_GAP = 5  # blank lines and titles that may stand between two tables
_MOST_LINES = 1_000  # headers of printed pages that are counted


def tables(rows: Iterator[Row]) -> Iterator[tuple[str, list[str], Iterator[Row], list[Line]]]:
    """For each table the lines above it, the names of its columns, its rows, which must be used up before the next, and
    in which lines of the sheet those stand that were given (`Sheet.lines`).

    A further table begins where, after a blank line or a title, a row without data stands above one with data. A
    header that only repeats the one before (printed pages) continues its table.
    """
    first = list(islice(rows, ROWS))
    header = header_row(first)
    width = max(map(len, first), default=0)
    names = [f"c{i + 1}" for i in range(width)] if header is None else unique([c.strip() for c in first[header]])
    above = -1 if header is None else header
    reader = _Reader(chain(first[above + 1 :], rows), above + 1, names, None if header is None else first[header])
    title = first[: max(0, above)]
    while True:
        yield _lines(title), names, reader.rows(), reader.lines
        if (found := reader.next_table()) is None:
            return
        title, names = found


class _Reader:
    """Hands out the rows of one table after the other, looking a few rows ahead where a table may end."""

    def __init__(self, rows: Iterator[Row], line: int, names: list[str], header: Row | None) -> None:
        self._rows, self._header = rows, header
        self.lines: list[Line] = [(0, line)]
        self._line = line  # of the sheet, in which the first row of the table at hand would stand without headers in it
        self._ahead: deque[Row] = deque()
        self._may_end = len(names) > 1
        self._next: tuple[list[Row], list[str]] | None = None

    def next_table(self) -> tuple[list[Row], list[str]] | None:
        """The title lines and the column names of the table that comes next; None if there is none."""
        found, self._next = self._next, None
        return found

    def rows(self) -> Iterator[Row]:
        """The rows of the table at hand."""
        done = 0
        while (row := self._ahead.popleft() if self._ahead else next(self._rows, None)) is not None:
            gap = None if not self._may_end or _has_several(row) else self._gap()
            if gap is None:
                yield row
                done += 1
                continue
            between = [row, *(self._ahead.popleft() for _ in range(gap))]
            header = self._ahead.popleft()
            if header != self._header:
                self._header, self._next = header, (between, unique([c.strip() for c in header]))
                self._line += done + len(between) + 1
                self.lines = [(0, self._line)]
                return
            yield from between
            done, self._line = done + len(between), self._line + 1
            if len(self.lines) < _MOST_LINES:
                is_last = len(self.lines) == _MOST_LINES - 1
                self.lines.append((done, None if is_last else self._line + done))

    def _gap(self) -> int | None:
        """How many further blank lines and titles come before a header; None if no header follows them."""
        for gap in range(_GAP):
            self._ahead.extend(islice(self._rows, max(0, gap + 2 - len(self._ahead))))
            if len(self._ahead) < gap + 2:
                return None
            if _has_several(self._ahead[gap]):
                return gap if _is_header(self._ahead[gap], self._ahead[gap + 1]) else None
        return None


def _is_header(row: Row, below: Row) -> bool:
    """Whether the row names what the one below holds."""
    if any(map(is_data, row)) or not any(map(is_data, below)):
        return False
    named = [any(c.isalpha() for c in cell) for cell in row]
    return sum(named) > 1 and all(n or not b.strip() for n, b in zip(named, below, strict=False))


def _has_several(row: Row) -> bool:
    """Whether more than one cell holds something."""
    filled = 0
    for cell in row:
        if cell and not cell.isspace():
            if filled:
                return True
            filled = 1
    return False


def _lines(rows: list[Row]) -> str:
    text = "".join(" ".join(filter(None, row)) + "\n" for row in rows)
    return text if text.strip() else ""
