"""Tables that come as Arrow record batches: what their types hold, as the rules can read it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from privacyscan.batches import MAX_BYTES, binary_cells, column
from privacyscan.formats._header import unique
from privacyscan.model import File, Limits, Part, Reason, Skipped, Table

if TYPE_CHECKING:
    import pyarrow as pa


def parts(file: File, schema: pa.Schema, batches: Iterator[pa.RecordBatch], limits: Limits) -> Iterator[Part]:
    """The batches as tables that keep the limits. What a damaged file gave before still counts."""
    import pyarrow as pa

    names = unique(schema.names)
    first = row = file.piece.first_row if file.piece is not None else 0
    binary: Counter[str] = Counter()
    try:
        for batch in batches:
            batch.validate()
            for some in _slices(batch, limits):
                columns = [_readable(array) for array in some.columns]
                binary.update({name: unread for name, (_, unread) in zip(names, columns, strict=True) if unread})
                yield Table(file.place, pa.RecordBatch.from_arrays([array for array, _ in columns], names), row)
                row += some.num_rows
    except pa.ArrowNotImplementedError:
        yield Skipped(file.place, Reason.UNSUPPORTED_TYPE, "uses a type or encoding that this version does not read")
    except (PermissionError, FileNotFoundError, TimeoutError):
        raise
    except (pa.ArrowException, OSError):
        yield Skipped(file.place, Reason.DAMAGED, "cannot be read to its end")
    if row == first:  # columns without rows
        empty = [pa.array([], pa.string()) for _ in names]
        yield Table(file.place, pa.RecordBatch.from_arrays(empty, names), row)
    for name, count in binary.items():
        yield binary_cells(file.place.at(column=name), count)


def _slices(batch: pa.RecordBatch, limits: Limits) -> Iterator[pa.RecordBatch]:
    """The batch in parts of at most `batch_rows` rows and about `MAX_BYTES`."""
    step = max(1, min(limits.batch_rows, batch.num_rows * MAX_BYTES // max(1, batch.nbytes)))
    yield from (batch.slice(row, step) for row in range(0, batch.num_rows, step))


def _readable(array: pa.Array) -> tuple[pa.Array, int]:
    """The array with texts for binary and nested values, and how many cells held binary data."""
    import pyarrow as pa
    import pyarrow.compute as pc

    kind = array.type
    if isinstance(kind, pa.BaseExtensionType):
        array, kind = array.storage, array.type.storage_type
    if pa.types.is_dictionary(kind):
        array, kind = array.dictionary_decode(), kind.value_type
    if pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        try:
            text = pc.cast(array, pa.string())
            if not pc.any(pc.match_substring(text, "\0")).as_py():
                return text, 0
        except pa.ArrowInvalid:  # no UTF-8
            pass
        return column(array.to_pylist())
    if pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        return (pc.cast(array, pa.string()) if _is_utf8(array) else _mended(array)), 0
    if pa.types.is_timestamp(kind) and kind.tz is not None:  # its zone may be one that this machine does not know
        return array.cast(pa.timestamp(kind.unit)), 0
    is_plain = pa.types.is_boolean(kind) or pa.types.is_decimal(kind)
    is_plain |= pa.types.is_integer(kind) or pa.types.is_floating(kind)
    is_plain |= pa.types.is_date(kind) or pa.types.is_timestamp(kind)
    return (array, 0) if is_plain else column(array.to_pylist())


def _is_utf8(array: pa.Array) -> bool:
    """Whether its texts are; files may say so of others."""
    import pyarrow as pa

    try:
        array.validate(full=True)
        return True
    except pa.ArrowInvalid:
        return False


def _mended(array: pa.Array) -> pa.Array:
    """The texts with a mark for each byte that is no UTF-8. Raises ArrowInvalid for what is no array of texts."""
    import pyarrow as pa

    wide, view = pa.types.is_large_string(array.type), pa.types.is_string_view(array.type)
    held = array.view(pa.large_binary() if wide else pa.binary_view() if view else pa.binary())
    held.validate(full=True)  # a damaged one may point out of its memory
    cells = held.to_pylist()
    return pa.array([None if c is None else c.decode("utf-8", "replace") for c in cells], pa.string())
