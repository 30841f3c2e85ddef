"""Rows of Python values as Arrow record batches, for readers that are given their tables row by row."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa

MAX_BYTES = 8 << 20  # a reader hands over a batch once its values take about so much


def record_batch(names: Sequence[str], rows: Sequence[Sequence[Any]]) -> tuple[pa.RecordBatch, Mapping[str, int]]:
    """The rows as one record batch, and per column how many cells held binary data, which is not read.

    A row may be shorter than `names`. Values of one simple type keep it; dates, nested and mixed values
    become text. Bytes that are UTF-8 count as text.
    """
    import pyarrow as pa

    arrays, binary = [], {}
    for i, name in enumerate(names):
        values = [row[i] if i < len(row) else None for row in rows]
        array, unread = column(values)
        arrays.append(array)
        if unread:
            binary[name] = unread
    if not arrays:
        return pa.RecordBatch.from_arrays([], []), {}
    return pa.RecordBatch.from_arrays(arrays, list(names)), binary


def column(values: Sequence[Any]) -> tuple[pa.Array, int]:
    """The values as one array, and how many of them held binary data (null in the array)."""
    import pyarrow as pa

    try:
        array = pa.array(values)
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

    texts = [_text(v) for v in values]
    unread = sum(t is None and v is not None for t, v in zip(texts, values, strict=True))
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
