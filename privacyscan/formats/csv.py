"""CSV and its relatives: any delimiter, charset, raggedness; Arrow's parser first, Python's where rows do not fit."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import PurePosixPath
from typing import Any

from privacyscan.batches import bounded
from privacyscan.formats import Format
from privacyscan.formats._borders import borders, piece_of
from privacyscan.formats._charset import Utf8, charset, is_by_bytes
from privacyscan.formats._header import ROWS, header_row, unique, widened
from privacyscan.model import File, Limits, Part, Piece, Reason, Skipped, Table, Text

HEAD = 64 << 10
DELIMITERS = ",;\t|"
_FIELD = 16 << 20  # characters in one field
_ROW = 64 << 20  # characters in one row
_BATCH = 8 << 20  # characters in one batch
_JOINED = 4  # blocks that are read together: vectors are slow to start
_LONG = 200  # characters of a cell or row that is worth a second look:
_RUNAWAY_LINES = 5  # with so many line ends it may hold rows, because a quote was never closed
# Suffixes under which exported tables hide: those of workbooks, and of files that were put aside.
_OFTEN_TABLES = (
    "", ".txt", ".dat", ".data", ".asc", ".prn", ".lst", ".out", ".unl", ".export",
    ".xls", ".xlsx", ".xlsm", ".xlsb", ".ods",
    ".bak", ".backup", ".old", ".orig", ".tmp", ".temp", ".copy", ".save",
)  # fmt: skip
_SEPARATOR_LINE = re.compile(r"sep=([,;|:\t])\r?\n", re.IGNORECASE)  # Excel's own hint, above the header


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a file is written. The first `skip` rows that are not empty are title and header."""

    charset: str
    delimiter: str
    names: tuple[str, ...]
    skip: int
    title: str = ""


class Csv:
    name = "csv"
    suffixes = (".csv", ".tsv", ".psv", ".tab")
    binary = False

    def matches(self, head: bytes, name: str) -> int:
        kind = charset(head)
        if kind is None or not head:
            return 0
        text = head.decode(kind, "replace")
        if len(head) >= HEAD and "\n" not in text and "\r" not in text:
            return 0  # no row ends within sight: a text
        if name.endswith(self.suffixes):
            return 2
        suffixes = PurePosixPath(name).suffixes or [""]
        may_be = suffixes[-1] in _OFTEN_TABLES or any(s.startswith(self.suffixes) for s in suffixes)  # warga.csv_lama
        return 2 if may_be and _delimiter(text, sure=True) else 0

    def cut(self, file: File, limits: Limits) -> Sequence[Piece]:
        with file.open() as stream:
            dialect = dialect_of(stream.read(HEAD))
            if not is_by_bytes(dialect.charset):
                return ()
            sizes = limits.pieces(stream.seek(0, io.SEEK_END))
            stream.seek(0)
            starts = [0, *borders(stream, dialect.delimiter, *sizes)]
        return [Piece(i, *ends) for i, ends in enumerate(zip(starts, [*starts[1:], None], strict=True))]

    def read(self, file: File, limits: Limits) -> Iterator[Part]:
        with file.open() as stream:
            dialect = dialect_of(stream.read(HEAD))
        first = 0
        if file.piece is not None and file.piece.start:
            first = file.piece.first_row
            dialect = replace(dialect, charset=dialect.charset.removesuffix("-sig"), skip=0, title="")
        if dialect.title:
            yield Text(file.place.child("lines above the table"), dialect.title.encode())
        rows = 0
        for batch in _arrow(file, dialect, limits):
            if batch is None:  # a row that does not fit: Python's parser goes on from there
                yield from _python(file, dialect, limits, first, rows)
                return
            yield Table(file.place, batch, first + rows)
            rows += batch.num_rows
        if not rows:  # a header alone; its columns are known all the same
            yield _table(file, list(dialect.names), [], first)


def dialect_of(head: bytes) -> Dialect:
    """Charset, delimiter and header of the file that begins so."""
    kind = charset(head) or "utf-8"
    text = head.decode(kind, "replace").lstrip("\ufeff").replace("\0", "")
    hint = _SEPARATOR_LINE.match(text)
    delimiter = hint[1] if hint else _delimiter(text) or ","
    rows = list(_rows(text, delimiter, ROWS + 1))
    skipped, rows = rows[: bool(hint)], rows[bool(hint) :]
    header = header_row(rows)
    if header is None:
        width = max(map(len, rows), default=1)
        return Dialect(kind, delimiter, tuple(f"c{i + 1}" for i in range(width)), len(skipped))
    names = unique([c.strip() for c in rows[header]])
    title = "".join(" ".join(filter(None, row)) + "\n" for row in rows[:header])
    return Dialect(kind, delimiter, tuple(names), len(skipped) + header + 1, title)


@contextmanager
def _opened(file: File, dialect: Dialect) -> Iterator[Utf8]:
    """The file, or the piece of it that is wanted, as UTF-8."""
    with file.open() as stream:
        yield Utf8(stream if file.piece is None else piece_of(stream, file.piece), dialect.charset)


class _Unfit(Exception):
    """Something that Arrow's parser cannot parse, or takes for what it is not."""


def _arrow(file: File, dialect: Dialect, limits: Limits) -> Iterator[Any]:
    """Batches by Arrow's parser; None, as the last, when it meets something that it cannot parse."""
    import pyarrow as pa

    try:
        for held in bounded(_parsed(file, dialect), lambda batch: batch.nbytes, _JOINED):
            batch = pa.concat_batches(held)
            rows = batch.num_rows
            parts = -(-rows // limits.batch_rows)
            starts = [i * rows // parts for i in range(parts)]
            yield from (batch.slice(a, b - a) for a, b in pairwise([*starts, rows]))
    except (pa.ArrowInvalid, pa.ArrowKeyError, _Unfit):
        yield None


def _parsed(file: File, dialect: Dialect) -> Iterator[Any]:
    """The batches as Arrow's parser makes them, one of each block."""
    import pyarrow as pa
    from pyarrow import csv as arrow

    names = list(dialect.names)
    block = min(16, 1 + len(names) // 50) << 20  # a wide table needs longer blocks for as many rows
    with _opened(file, dialect) as stream:
        reader = arrow.open_csv(
            io.BufferedReader(stream, 1 << 20),
            arrow.ReadOptions(column_names=names, block_size=block, use_threads=False),
            arrow.ParseOptions(delimiter=dialect.delimiter, newlines_in_values=True),
            arrow.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), null_values=[], strings_can_be_null=False
            ),
        )
        skip = dialect.skip
        for batch in reader:
            rows = batch.slice(skip)
            skip = max(0, skip - batch.num_rows)
            if _any_runaway(rows, dialect):
                raise _Unfit
            yield rows


def _python(file: File, dialect: Dialect, limits: Limits, first: int, done: int) -> Iterator[Part]:
    """Batches by Python's parser, from row `done`; rows longer than the header get columns of their own. `first` is the
    number of the first row."""
    csv.field_size_limit(_FIELD)
    names, row = list(dialect.names), -dialect.skip
    held: list[list[str]] = []
    size = 0
    with _opened(file, dialect) as stream:
        lines = _Lines(stream)
        reader = csv.reader(lines, delimiter=dialect.delimiter)
        try:
            for cells in reader:
                if not cells:
                    continue
                rows = [cells] if lines.held < _LONG else _mended(cells, dialect)
                if row + len(rows) > done:
                    held += rows[max(0, done - row) :]
                    size += lines.held
                row += len(rows)
                lines.held = 0
                if len(held) >= limits.batch_rows or size > _BATCH:
                    names = widened(names, max(map(len, held)))
                    yield _table(file, names, held, first + row - len(held))
                    held, size = [], 0
        except _TooLong:
            message = f"row {_numbered(row, file)} is longer than {_ROW >> 20} million characters"
            unread: Skipped | None = Skipped(file.place, Reason.TOO_LARGE, message)
        except csv.Error:
            where = _numbered(row, file)
            message = f"row {where} cannot be parsed, perhaps for a quote that is never closed; not read from there"
            unread = Skipped(file.place, Reason.DAMAGED, message)
        else:
            unread = None
        if held:
            yield _table(file, widened(names, max(map(len, held))), held, first + row - len(held))
        if unread is not None:
            yield unread


def _numbered(row: int, file: File) -> str:
    """The number of a row as people count. Of a later piece nobody knows yet how many rows stand before it."""
    if file.piece is None or not file.piece.start:
        return str(row + 1)
    return f"{row + 1} after byte {file.piece.start}"


def _any_runaway(batch: Any, dialect: Dialect) -> bool:
    """Whether some cell of the batch holds rows of the table."""
    import pyarrow.compute as pc

    for column in batch.columns:
        if (pc.max(pc.binary_length(column)).as_py() or 0) >= _LONG:
            long = column.filter(pc.greater_equal(pc.count_substring(column, "\n"), _RUNAWAY_LINES))
            if any(_is_runaway(cell.as_py(), dialect) for cell in long):
                return True
    return False


def _is_runaway(cell: str, dialect: Dialect) -> bool:
    """Whether a quote that was never closed made one cell of many rows."""
    if len(cell) < _LONG or cell.count("\n") < _RUNAWAY_LINES or len(dialect.names) < 2:
        return False
    lines = cell.splitlines()[1:-1]
    return sum(line.count(dialect.delimiter) >= len(dialect.names) - 1 for line in lines) > 0.8 * len(lines)


def _mended(cells: list[str], dialect: Dialect) -> list[list[str]]:
    """The row, or all the rows that a quote which was never closed made one cell of."""
    at = next((i for i, cell in enumerate(cells) if _is_runaway(cell, dialect)), None)
    if at is None:
        return [cells]
    rows = [line.split(dialect.delimiter) for line in cells[at].splitlines()]
    rows[0] = cells[:at] + rows[0]
    rows[-1] += cells[at + 1 :]
    return rows


class _TooLong(Exception):
    pass


class _Lines:
    """The lines of a file; `held` counts their characters, and whoever has a whole row sets it back to zero."""

    def __init__(self, stream: Utf8) -> None:
        self._stream = io.TextIOWrapper(
            io.BufferedReader(stream, 1 << 20), encoding="utf-8", errors="replace", newline=""
        )
        self.held = 0

    def __iter__(self) -> Iterator[str]:
        while line := self._stream.readline(_FIELD + 2):
            self.held += len(line)
            if len(line) > _FIELD or self.held > _ROW:
                raise _TooLong
            yield line


def _table(file: File, names: list[str], rows: list[list[str]], first: int) -> Table:
    import pyarrow as pa

    width = len(names)
    columns = zip(*(r + [""] * (width - len(r)) for r in rows), strict=True) if rows else [()] * width
    arrays = [pa.array(c, pa.string()) for c in columns]
    return Table(file.place, pa.RecordBatch.from_arrays(arrays, list(names)), first)


def _rows(text: str, delimiter: str, most: int) -> Iterator[Sequence[str]]:
    """The first rows that are not empty and, where the text goes on, not the last, which may be cut."""
    end = max(text.rfind("\n"), text.rfind("\r")) + 1
    if len(text) < HEAD // 4 or not end:  # HEAD bytes are at least so many characters
        end = len(text)
    filled = (row for row in csv.reader(io.StringIO(text[:end], newline=""), delimiter=delimiter) if row)
    try:
        yield from (row for row, _ in zip(filled, range(most), strict=False))
    except csv.Error:
        return


def _delimiter(text: str, sure: bool = False) -> str | None:
    """The delimiter that cuts the first rows most evenly; None if none does (`sure`: at least three rows alike)."""
    best: tuple[float, int, str] | None = None
    for delimiter in DELIMITERS:
        rows = list(_rows(text, delimiter, 50))
        widths = [len(row) for row in rows]
        if not widths or max(widths) < 2:
            continue
        usual = max((w for w in widths if w > 1), key=lambda w: (widths.count(w), w))
        share = widths.count(usual) / len(widths)
        if sure and (len(widths) < 3 or share < 0.9 or _is_prose(rows)):
            continue
        best = max(best or (0.0, 0, ""), (round(share, 1), usual, delimiter))
    return best[2] if best else None


def _is_prose(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the cells look like pieces of sentences: a space stands behind most commas."""
    cells = [cell for row in rows for cell in row[1:] if cell]
    return 2 * sum(cell.startswith(" ") for cell in cells) > len(cells)


plugin: Format = Csv()
