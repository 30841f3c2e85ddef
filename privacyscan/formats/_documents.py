"""What documents share: their text as blocks, and their tables as tables where a header names the columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, groupby, islice
from operator import itemgetter
from typing import TYPE_CHECKING

from privacyscan.formats._blocks import Blocks
from privacyscan.formats._header import ROWS, header_row, unique
from privacyscan.model import Limits, Part, Place, Table

if TYPE_CHECKING:
    import pyarrow as pa

Row = list[str]
Content = tuple[int, bytes | Row]  # 0 and some text, or the number of a table and a row of it
PAGE = b"\f"  # in place of a text: the next page begins
_COLUMNS = 3  # a table of two is mostly a form: labels and what was filled in
_ROWS_BELOW = 2  # a header
_CELLS = 500_000  # of a batch


def document_parts(place: Place, content: Iterable[Content], limits: Limits, page: int = 0) -> Iterator[Part]:
    """The text at `place`, and below it each table whose first rows show that it has a header. Other tables lay out
    the page: their rows are lines of the text. `page` is its number where it is a page of a larger whole."""
    blocks = Blocks(place, limits, page)
    for number, items in groupby(content, key=itemgetter(0)):
        if number:
            yield from _table(place.child(f"table {number}"), (row for _, row in items), blocks, limits)  # type: ignore[misc]
        else:
            for _, piece in items:
                if piece == PAGE:
                    blocks.page()
                else:
                    yield from blocks.add(piece)  # type: ignore[arg-type]
    yield from blocks.rest()


def line(row: Row) -> bytes:
    """A row as text: one line, or several where a cell has several."""
    is_long = any("\n" in cell for cell in row)
    text = "\n".join(filter(None, row)) if is_long else "\t".join(row).strip()
    return f"{text}\n".encode("utf-8", "replace")


def batch(names: Sequence[str], rows: Sequence[Row]) -> pa.RecordBatch:
    """Rows of texts as a record batch; a shorter row has empty cells at its end."""
    import pyarrow as pa

    width = len(names)
    full = [row if len(row) == width else [*row, *[""] * (width - len(row))] for row in rows]
    columns = zip(*full, strict=True) if full else [()] * width
    return pa.RecordBatch.from_arrays([pa.array(c, pa.string()) for c in columns], list(names))


def batches(place: Place, names: Sequence[str], rows: Iterator[Row], limits: Limits) -> Iterator[Table]:
    """The rows as tables that keep the limits; no row is longer than `names`."""
    step = max(1, min(limits.batch_rows, _CELLS // max(1, len(names))))
    read = 0
    while some := list(islice(rows, step)):
        yield Table(place, batch(names, some), read)
        read += len(some)
    if not read and names:
        yield Table(place, batch(names, []))


def _table(place: Place, rows: Iterator[Row], blocks: Blocks, limits: Limits) -> Iterator[Part]:
    first = list(islice(rows, ROWS))
    header = header_row(first)
    if header is None or not _is_table(first[header], first[header + 1 :]):
        for row in chain(first, rows):
            yield from blocks.add(line(row))
        return
    for row in first[:header]:
        yield from blocks.add(line(row))
    names = unique([" ".join(cell.split()) for cell in first[header]])
    width = len(names)
    below = chain(first[header + 1 :], rows)
    yield from batches(place, names, (_fitted(row, width) for row in below), limits)


def _is_table(header: Row, below: list[Row]) -> bool:
    """Whether a row names the columns of the rows below: in a form, colons stand between labels and values."""
    named = sum(1 for cell in header if cell and not cell.rstrip().endswith(":"))
    colons = sum(1 for row in (header, *below) if any(c.startswith(":") or c.endswith(":") for c in row))
    return named >= _COLUMNS and len(below) >= _ROWS_BELOW and 2 * colons <= len(below)


def _fitted(row: Row, width: int) -> Row:
    """The row in so many cells: what is beyond comes into the last."""
    return row if len(row) <= width else [*row[: width - 1], "\n".join(filter(None, row[width - 1 :]))]
