"""Tables that are printed in a text: by Markdown, database clients, or in columns of equal width.

A table is taken out of the text only where its layout leaves no doubt: a ruler below the header, or at least three rows
whose columns stand below its names. Its lines are blank in the text, so that all other places stay true.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from heapq import merge
from itertools import islice, pairwise, takewhile, zip_longest
from typing import Any, Protocol
from unicodedata import east_asian_width

from privacyscan.formats._documents import batch
from privacyscan.formats._header import ROWS, header_row, is_data, unique
from privacyscan.model import Limits, Place, Table

_BATCH = 4 << 20  # characters of one batch
_KEPT = 8  # lines that wait for those behind them: a table may begin there
_MOST = 1_000  # different tables of one text; further ones stay text
_TRIES = 2_000  # lines that could be a header and are none; a text with more is no place for such tables
_SURE_COLUMNS, _SURE_ROWS = 3, 3  # of a table without a ruler, beside and below its header
_STRAY = 5  # lines that are no row, between rows: a value with line ends
_BOX = rb"\xe2[\x94\x95][\x80-\xbf]"  # the lines that frames are made of, in UTF-8
_RULER = rb"\n[ \t]*(?:[-+|:=]|%s)(?:[-+|:= \t]|%s)+\r?\n" % (_BOX, _BOX)
_NAMES = rb"\n *[A-Za-z][^\n|]*?[^ \n]  +[A-Za-z][^\n|]*?[^ \n]  +[A-Za-z]"
_FRAME: dict[int, int] = str.maketrans("─━═│┃║", "---|||")
_FRAME = dict.fromkeys([*range(0x250C, 0x254C), *range(0x2552, 0x256D)], ord("+")) | _FRAME
_BETWEEN = re.compile(r"(?<!\\)\|")
_PIPED = re.compile(r"[|+]?(?:\s*:?[-=]+:?\s*[|+])+(?:\s*:?[-=]+:?\s*)?")
_GROUPS = re.compile(r"[-=]{2,}")
_ALIGNED = re.compile(r" *(?:[-=]{2,} +)+[-=]{2,} *")
_GAP = re.compile(" {2,}")

Row = list[str]
Names = tuple[str, ...]


class Layout(Protocol):
    """How the cells of a line are told from each other."""

    def row(self, line: str) -> Row | None:
        """The cells; None for a line that is no row of it."""
        ...

    def is_ruler(self, line: str) -> bool: ...


@dataclass(frozen=True, slots=True)
class Piped:
    """Bars between so many cells, and at both ends where it is `framed`."""

    columns: int
    framed: bool

    def row(self, line: str) -> Row | None:
        line = _plain(line).strip()
        if self.framed:
            if not line.startswith("|"):
                return None
            line = line[1:].removesuffix("|")
        cells = [cell.strip() for cell in _BETWEEN.split(line)]
        return cells if len(cells) == self.columns else None

    def is_ruler(self, line: str) -> bool:
        return _PIPED.fullmatch(_plain(line).strip()) is not None


@dataclass(frozen=True, slots=True)
class Aligned:
    """Blanks between the cells; each gutter goes from the end of one column to the start of the next."""

    gutters: tuple[tuple[int, int], ...]

    def row(self, line: str) -> Row | None:
        if "\t" in line or not line.strip():
            return None
        if (cells := self._cut(line)) is not None or line.isascii():
            return cells
        # Programs also fill up to a width on the screen, or in bytes.
        wide = "".join(c + "\0" if east_asian_width(c) in "WF" else c for c in line)
        if (cells := self._cut(wide)) is not None:
            return [cell.replace("\0", "") for cell in cells]
        cells = self._cut(line.encode().decode("latin-1"))
        return cells and [cell.encode("latin-1").decode("utf-8", "replace") for cell in cells]

    def is_ruler(self, line: str) -> bool:
        return _ALIGNED.fullmatch(line) is not None

    def _cut(self, line: str) -> Row | None:
        line, cuts = line.ljust(self.gutters[-1][1]), [0]
        for start, end in self.gutters:
            gutter = line[start:end]
            at = gutter.rfind(" ") if gutter[0] != " " else 0  # what is too long goes on to the right or to the left
            if at < 0 or (at == 0 and " " in gutter.lstrip(" ")):
                return None
            cuts.append(start + at)
        return [line[a:b].strip(" ") for a, b in pairwise([*cuts, None])]


class Printed:
    """Takes the tables out of the lines of one text."""

    def __init__(self, place: Place, limits: Limits) -> None:
        self._place, self._limits = place, limits
        self._kept = b""
        self._tries = 0
        self._tables: dict[Names, list[int]] = {}  # their numbers and rows so far, by their columns
        self._layout: Layout | None = None  # of the table that is open
        self._names: Names = ()
        self._rows: list[Row] = []
        self._size = self._stray = 0
        self._ruled = False  # whether the line before was a ruler

    def take(self, lines: bytes, last: bool = False) -> Iterator[bytes | Table]:
        """The text without its tables, and their rows. Whole lines are asked for; a few wait for the next ones."""
        data = self._kept + lines
        end = len(data) if last else _line_back(data, _KEPT)
        if len(data) - end > _BATCH:  # lines so long are no rows, and memory stays flat
            end = len(data)
        at = yield from self._more(data, 0)
        for start, unruled in merge(_rulers(data, at), _headers(data, at)):
            if start >= end or self._tries == _TRIES:
                break
            if start >= at and (names := self._opened(data, start, unruled)):
                if names != self._names:
                    yield from self._full()
                    self._names = names
                if at < start:
                    yield data[at:start]
                at = _line_end(data, start)
                yield _blank(data[start:at])
                at = yield from self._more(data, at)
        if self._layout is None and at < end:
            yield data[at:end]
            at = end
        self._kept = data[at:]
        if last:
            yield from self._full()

    def _opened(self, data: bytes, start: int, unruled: bool) -> Names:
        """The columns of the table that begins on this line, with a ruler below it unless `unruled`; none without."""
        lines = _lines(data, start)
        header = next(lines)
        layout = _unruled(header, islice(lines, ROWS)) if unruled else _ruled(header, next(lines))
        names = layout.row(header) if layout is not None else None
        below = islice(_lines(data, start), 1 if unruled else 2, ROWS)
        if layout is None or names is None or not self._is_header(names, layout, list(takewhile(str.strip, below))):
            self._tries += 1
            return ()
        self._layout, self._stray, self._ruled = layout, 0, False
        return tuple(unique(names))

    def _is_header(self, header: Row, layout: Layout, below: list[str]) -> bool:
        """Whether it names the columns of the rows below. A table that comes again is the same table."""
        names = tuple(unique(header))
        if names not in self._tables:
            lines = (line for line in below if not layout.is_ruler(line))
            rows = list(filter(None, takewhile(lambda row: row is not None, map(layout.row, lines))))
            if len(self._tables) == _MOST or not rows or layout.is_ruler(below[0]):
                return False
            if header_row([header, *rows]) != 0 or _is_form(rows):
                return False
            self._tables[names] = [len(self._tables) + 1, 0]
        return True

    def _more(self, data: bytes, at: int) -> Generator[bytes | Table, None, int]:
        """The rows of the table that is open, from there on; gives back where it ends."""
        while self._layout is not None and at < len(data):
            end = _line_end(data, at)
            line = data[at:end]
            text = line.decode("utf-8", "replace").rstrip("\r\n")
            is_ruler = self._layout.is_ruler(text)
            row = None if is_ruler else self._layout.row(text)
            if row is not None:
                self._rows.append(row)
                self._size += len(line)
                self._stray = 0
                yield _blank(line)
            elif (is_ruler and not self._ruled) or (text.strip() and not is_ruler and self._is_patient()):
                yield line
            else:
                self._layout = None
                return at
            self._ruled, at = is_ruler, end
            if len(self._rows) >= self._limits.batch_rows or self._size > _BATCH:
                yield from self._full()
        return at

    def _is_patient(self) -> bool:
        """Whether a line that is no row may stand between two."""
        self._stray += 1
        return isinstance(self._layout, Piped) and self._layout.framed and self._stray <= _STRAY

    def _full(self) -> Iterator[Table]:
        """The rows so far."""
        if self._rows:
            number, done = self._tables[self._names]
            yield Table(self._place.child(f"table {number}"), batch(self._names, self._rows), done)
            self._tables[self._names][1] += len(self._rows)
            self._rows, self._size = [], 0


def _headers(data: bytes, at: int) -> Iterator[tuple[int, bool]]:
    """Lines that could name columns without a ruler."""
    search, data = _search(_NAMES), b"\n" + data
    while (found := search(data, at)) is not None:
        at = found.end()
        yield found.start(), True


def _rulers(data: bytes, at: int) -> Iterator[tuple[int, bool]]:
    """Where the lines above rulers begin."""
    search, data = _search(_RULER), b"\n" + data
    while (found := search(data, at)) is not None:
        ruler, at = found.start(), found.end() - 1
        start = data.rfind(b"\n", 0, ruler)
        if start >= 0:
            yield start, False


def _ruled(header: str, ruler: str) -> Layout | None:
    """The layout that a ruler and the line above it tell."""
    piped = _plain(ruler).strip()
    if _PIPED.fullmatch(piped):
        framed = _plain(header).strip().startswith("|")
        layout = Piped(len(re.split("[|+]", piped.removeprefix("|").strip("+").removesuffix("|"))), framed)
        return layout if framed or layout.columns > 1 else None
    if _ALIGNED.fullmatch(ruler):
        groups = [found.span() for found in _GROUPS.finditer(ruler)]
        return Aligned(tuple((a[1], b[0]) for a, b in pairwise(groups)))
    return None


def _unruled(header: str, lines: Iterator[str]) -> Layout | None:
    """The layout where all lines up to a blank one have their blanks in the same places, below the names of columns."""
    below = list(takewhile(str.strip, lines))
    if 2 * sum(any(c.isdigit() for c in line) for line in below) <= len(below):
        return None
    names = _GAP.split(header.strip(" "))
    if len(below) < _SURE_ROWS or len(names) < _SURE_COLUMNS or any("\t" in line for line in (header, *below)):
        return None
    signs = zip_longest(*(line for line in (header, *below) if line.isascii()), fillvalue=" ")
    filled = "".join(" " if set(some) == {" "} else "x" for some in signs)
    layout = Aligned(tuple(found.span() for found in _GAP.finditer(filled.rstrip(" ")) if found.start()))
    if len(layout.gutters) != len(names) - 1 or layout.row(header) != names:
        return None
    rows = [row for line in below if (row := layout.row(line)) is not None]
    if len(rows) < len(below) or any(2 * sum(map(bool, row)) <= len(row) for row in rows):
        return None
    numbers = max(sum(map(is_data, cells)) for cells in zip(*rows, strict=True))
    return layout if 2 * numbers > len(rows) else None


def _is_form(rows: Sequence[Row]) -> bool:
    """Whether rows hold labels and values."""
    if any(cell.startswith(":") for row in rows for cell in row[1:]) or all(row[0].endswith(":") for row in rows):
        return True
    numbers = [is_data(row[-1]) for row in rows]
    return len(rows[0]) == 2 and any(numbers) and not all(numbers) and not any(is_data(row[0]) for row in rows)


def _lines(data: bytes, at: int) -> Iterator[str]:
    """The lines from there on, without their ends; an empty one behind the last."""
    while at < len(data):
        end = _line_end(data, at)
        yield data[at:end].decode("utf-8", "replace").rstrip("\r\n")
        at = end
    yield ""


def _line_end(data: bytes, at: int) -> int:
    return data.find(b"\n", at) + 1 or len(data)


def _blank(line: bytes) -> bytes:
    """The line with a blank for each of its characters."""
    end = line[len(line.rstrip(b"\r\n")) :]
    return b" " * (len(line.decode("utf-8", "replace")) - len(end)) + end


def _line_back(data: bytes, lines: int) -> int:
    """Where the last so many lines begin."""
    at = len(data)
    for _ in range(lines + 1):
        at = max(0, data.rfind(b"\n", 0, at))
    return at + 1 if at else 0


def _plain(line: str) -> str:
    """The line with its frame in ASCII."""
    return line if line.isascii() else line.translate(_FRAME)


@cache
def _search(regex: bytes) -> Any:
    import re2

    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1
    options.log_errors = False
    return re2.compile(regex, options).search
