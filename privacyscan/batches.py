"""Rows in batches, and batches as Arrow record batches, for readers that are given their tables row by row."""

from __future__ import annotations

import io
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from privacyscan.binary import is_cut, stand_in
from privacyscan.model import File, Limits, Place, Reason, Skipped

if TYPE_CHECKING:
    import pyarrow as pa

MAX_BYTES = 8 << 20  # a reader hands over a batch once its values take about so much
MAX_CELLS = 1 << 19  # in a batch of rows as Python has them, where each cell takes some 60 bytes beside its text
Row = TypeVar("Row")
Binary = tuple[int, bytes]  # a row of a batch, and the binary data of its cell


def binary_cells(place: Place, count: int, reason: Reason = Reason.UNSUPPORTED_TYPE) -> Skipped:
    """So many cells of a column hold binary data, of which only the kind was read, or files that are not read whole."""
    if reason is not Reason.UNSUPPORTED_TYPE:
        message = f"{count} cells hold files that were not read, or not whole"
    else:
        message = "1 cell holds binary data" if count == 1 else f"{count} cells hold binary data"
    return Skipped(place, reason, message, cells=count)


class BinaryCells:
    """The binary cells of one table: each is given on as a file, but those of which there are only the ends."""

    def __init__(self, place: Place, limits: Limits) -> None:
        self._place, self._limits = place, limits
        self._unread: Counter[str] = Counter()

    def files(self, cells: Mapping[str, Sequence[Binary]], first_row: int) -> Iterator[File]:
        """Those of one batch, by column."""
        for column, found in cells.items():
            place = self._place.child(column)
            for row, data in found:
                if is_cut(data) or len(data) > self._limits.cell_bytes:
                    self._unread[column] += 1
                else:
                    cell = self._place.at(column, first_row + row)
                    yield File(place, partial(io.BytesIO, data), len(data), cell=cell)

    def unread(self) -> Iterator[Skipped]:
        """How many of each column were not given on."""
        for column, count in self._unread.items():
            yield binary_cells(self._place.at(column), count)


def binary_in(values: Iterable[Any]) -> list[Binary]:
    """The values that are bytes and no text, with their rows."""
    kinds = bytes | bytearray | memoryview
    return [(row, bytes(v)) for row, v in enumerate(values) if isinstance(v, kinds) and _text(v) is None]


def bounded(rows: Iterable[Row], weigh: Callable[[Row], int], most: int) -> Iterator[list[Row]]:
    """The rows in batches of at most `most`, or of about `MAX_BYTES` by `weigh`.

    What came before an error still counts: it is handed over first.
    """
    held: list[Row] = []
    size = 0
    try:
        for row in rows:
            held.append(row)
            size += weigh(row)
            if len(held) >= most or size > MAX_BYTES:
                yield held
                held, size = [], 0
    except Exception:  # whatever it is, it goes on its way
        if held:
            yield held
        raise
    if held:
        yield held


def rows_at_once(limits: Limits, columns: int) -> int:
    """How many rows of a table with so many columns are in one batch at most."""
    return max(1, min(limits.batch_rows, MAX_CELLS // max(1, columns)))


_SIZED = (str, bytes)  # half as quick where it is put together for each value


def weight(row: Sequence[Any]) -> int:
    """The bytes of a row, about: its texts and binary data; numbers are small."""
    return sum([len(v) for v in row if isinstance(v, _SIZED)])


def record_batch(names: Sequence[str], rows: Sequence[Sequence[Any]]) -> tuple[pa.RecordBatch, Mapping[str, int]]:
    """The rows as one record batch, and per column how many cells held binary data, of which only the kind is read.

    A row may be shorter than `names`. Values of one simple type keep it; dates, nested and mixed values
    become text. Bytes that are UTF-8 count as text.
    """
    return column_batch(names, ([row[i] if i < len(row) else None for row in rows] for i in range(len(names))))


def column_batch(names: Sequence[str], columns: Iterable[Sequence[Any]]) -> tuple[pa.RecordBatch, Mapping[str, int]]:
    """The same, of the values of each column."""
    import pyarrow as pa

    arrays, binary = [], {}
    for name, values in zip(names, columns, strict=True):
        array, unread = column(values)
        arrays.append(array)
        if unread:
            binary[name] = unread
    if not arrays:
        return pa.RecordBatch.from_arrays([], []), {}
    return pa.RecordBatch.from_arrays(arrays, list(names)), binary


def row_batch(
    names: Sequence[str], rows: Sequence[Sequence[Any]]
) -> tuple[pa.RecordBatch, Mapping[str, Sequence[Binary]]]:
    """The rows as one record batch, and the binary data by column."""
    batch, unread = record_batch(names, rows)
    return batch, {name: binary_in(row[i] for row in rows) for i, name in enumerate(names) if name in unread}


def column(values: Sequence[Any]) -> tuple[pa.Array, int]:
    """The values as one array, and how many of them held binary data: the array tells only their kinds."""
    import pyarrow as pa

    texts = {*map(type, values)} - {type(None)} == {str}
    try:
        array = pa.array(values, pa.string() if texts else None)  # to find the type of a short column takes longest
    except (pa.ArrowException, TypeError, ValueError, OverflowError):
        return _as_text(values)
    kind = array.type
    if pa.types.is_null(kind):
        return array.cast(pa.string()), 0
    if pa.types.is_nested(kind) or pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        return _as_text(values)
    return array, 0


def _as_text(values: Sequence[Any]) -> tuple[pa.Array, int]:
    import pyarrow as pa

    texts: list[str | None] = []
    unread = 0
    for value in values:
        text = _text(value)
        if text is None and value is not None:
            text, unread = stand_in(bytes(value)), unread + 1
        texts.append(text)
    return pa.array(texts, pa.string()), unread


def _text(value: Any) -> str | None:
    """One value as text; None for no value, and for bytes that are no text."""
    if value is None:
        return None
    if isinstance(value, bytes | bytearray | memoryview):
        try:
            text = bytes(value).decode("utf-8")
        except UnicodeDecodeError:
            return None
        return None if "\0" in text else text
    if isinstance(value, dict | list | tuple):
        value = json.dumps(value, ensure_ascii=False, default=str)
    return str(value).encode("utf-8", "replace").decode("utf-8")
