"""Cells that hold records or lists: each field becomes a column, each further element a further value of its column.

A cell of the column `data` with `{"pemohon": {"nik": "3171..."}}` is a value of the column `data.pemohon.nik`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from privacyscan.model import Table

if TYPE_CHECKING:
    import pyarrow as pa

LONGEST = 16 << 20  # characters of a cell that is opened
LONGEST_NAME = 100  # characters of a field's name
LIST = 100  # elements; a longer list stays text
FIELDS = 200  # of one object; one with more stays text
DEPTH = 20  # objects in each other
COLUMNS = 2_000  # further fields of a table share one column
REST = "other fields"

Values = dict[str, list[tuple[int, str]]]  # field -> rows and what stands there


class Opener:
    """Opens the cells of one table, batch after batch."""

    def __init__(self) -> None:
        self._fields: dict[str, None] = {}
        # Text keeps numbers exact, as formats/json.py does.
        self._decode = json.JSONDecoder(parse_int=str, parse_float=str).decode

    def opened(self, part: Table) -> Iterator[Table]:
        """The batch with the fields of its cells as further columns, then what lists hold beyond the first element."""
        import pyarrow as pa

        names, arrays = list(part.batch.schema.names), list(part.batch.columns)
        passes: list[Values] = [{}]
        for at, (name, array) in enumerate(zip(names, arrays, strict=True)):
            if pa.types.is_string(array.type):
                arrays[at] = self._column(name, array, frozenset(names), passes)
        if not any(passes):
            yield part
            return
        first = passes[0]
        for at, name in enumerate(names):
            if name in first:
                arrays[at] = _filled(arrays[at], first.pop(name))
        rows = part.batch.num_rows
        arrays += [_array(values, 0, rows) for values in first.values()]
        yield replace(part, batch=pa.RecordBatch.from_arrays(arrays, [*names, *first]))
        for values in passes[1:]:
            low = min(found[0][0] for found in values.values())
            high = max(found[-1][0] for found in values.values()) + 1
            batch = pa.RecordBatch.from_arrays([_array(v, low, high) for v in values.values()], list(values))
            yield Table(part.place, batch, part.first_row + low, again=True)

    def _column(self, name: str, array: pa.Array, taken: frozenset[str], passes: list[Values]) -> pa.Array:
        """The column without the cells that were opened; what stands in them is added to the passes: the first value
        of each field in a row to the first, the second to the second."""
        import pyarrow as pa
        import pyarrow.compute as pc

        rows = []
        for row in _begun(array):
            value = self._value(array[row].as_py())
            if value is None:
                continue
            rows.append(row)
            for field, texts in self._told(name, value, taken).items():
                for number, text in enumerate(texts):
                    if number == len(passes):
                        passes.append({})
                    passes[number].setdefault(field, []).append((row, text))
        return pc.if_else(_mask(rows, len(array)), pa.scalar(None, pa.string()), array) if rows else array

    def _value(self, text: str | None) -> Any:
        """The object or list that a cell holds; None where it holds none."""
        if text is None or len(text) > LONGEST:
            return None
        try:
            value = self._decode(text)
        except (ValueError, RecursionError):
            return None
        return value if isinstance(value, dict | list) else None

    def _told(self, name: str, value: Any, taken: frozenset[str]) -> Mapping[str, Sequence[str]]:
        """The values of one cell by the columns that they get; fields beyond `COLUMNS` share one, as text."""
        told: dict[str, list[str]] = {}
        _flatten(value, name, 0, told)
        columns: dict[str, list[str]] = {}
        rest = {}
        for field, texts in told.items():
            if field in taken and field != name:
                field += "[]"  # a column of its own has that name
            if field in self._fields or len(self._fields) < COLUMNS:
                self._fields[field] = None
                columns[field] = texts
            else:
                rest[field] = texts
        if rest:
            columns[f"{name}.{REST}"] = [json.dumps(rest, ensure_ascii=False)]
        return columns


def _flatten(value: Any, name: str, depth: int, into: dict[str, list[str]]) -> None:
    if isinstance(value, dict) and _is_map(value) and depth < DEPTH:
        for key, field in value.items():
            into.setdefault(f"{name}.key", []).append(_clean(key))
            _flatten(field, name, depth + 1, into)
    elif isinstance(value, dict) and len(value) <= FIELDS and depth < DEPTH:
        for key, field in value.items():
            _flatten(field, f"{name}.{_clean(key)[:LONGEST_NAME]}", depth + 1, into)
    elif isinstance(value, list) and len(value) <= LIST and depth < DEPTH:
        for element in value:
            _flatten(element, name, depth + 1, into)
    elif value is not None:
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        into.setdefault(name, []).append(_clean(text))


def _is_map(fields: Mapping[str, Any]) -> bool:
    """Whether the keys are data."""
    return 0 < len(fields) <= LIST and all(key.isdigit() for key in fields)


def _clean(text: str) -> str:
    """The text without halves of characters, which UTF-8 cannot hold."""
    return text.encode("utf-8", "replace").decode()


def _begun(array: pa.Array) -> Sequence[int]:
    """The rows whose cells begin as objects and lists do."""
    import numpy as np

    _, ends, text = array.buffers()
    if text is None or not text.size:
        return ()
    ends, signs = np.frombuffer(ends, np.int32)[array.offset :][: len(array) + 1], np.frombuffer(text, np.uint8)
    first = signs[np.minimum(ends[:-1], signs.size - 1)]
    rows: list[int] = np.flatnonzero(((first == ord("{")) | (first == ord("["))) & (np.diff(ends) > 0)).tolist()
    return rows


def _mask(rows: Sequence[int], size: int) -> pa.Array:
    import numpy as np
    import pyarrow as pa

    mask = np.zeros(size, np.bool_)
    mask[rows] = True
    return pa.array(mask)


def _array(values: Sequence[tuple[int, str]], low: int, high: int) -> pa.Array:
    """The values in their rows, from one row up to another; null elsewhere."""
    import numpy as np
    import pyarrow as pa

    at = np.full(high - low, -1, np.int64)
    at[[row - low for row, _ in values]] = np.arange(len(values))
    return pa.array([text for _, text in values], pa.string()).take(pa.array(at, mask=at < 0))


def _filled(array: pa.Array, values: Sequence[tuple[int, str]]) -> pa.Array:
    import pyarrow.compute as pc

    return pc.coalesce(_array(values, 0, len(array)), array)
