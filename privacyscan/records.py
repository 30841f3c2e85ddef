"""Records gathered to tables: nested objects become fields `a.b`, arrays of objects tables of their own."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from privacyscan.batches import binary_cells, column
from privacyscan.model import Limits, Place, Skipped, Table

BATCH = 8 << 20  # characters of one batch
DEPTH = 20  # an object inside a record that lies deeper than so many others,
NESTED = 200  # or has more fields, stays one field
MAP = 512  # an object with more fields is a map from keys to values: a table of its own
_COLUMNS = 2_000  # further fields of a table share one column
_REST = "other fields"
_NESTING = frozenset({dict, list})

Path = tuple[str, ...]
Record = Mapping[str, Any]


def spread(path: Path, value: Any) -> Iterator[tuple[Path, Record]]:
    """The records inside a value that is at hand."""
    if isinstance(value, dict):
        yield from spread_object(path, value)
    elif isinstance(value, list):
        yield from ((path, as_record(v, path)) for v in value)
    else:
        yield path, as_record(value, path)


def spread_object(path: Path, fields: Mapping[str, Any]) -> Iterator[tuple[Path, Record]]:
    """Tables for the arrays and maps of an object, one record for everything else."""
    if is_map(fields):
        yield from entries(path, fields)
        return
    tables = {key for key, value in fields.items() if len(path) < DEPTH and _holds_table(value)}
    for key in fields:
        if key in tables:
            yield from spread((*path, clean(key)), fields[key])
    own = {key: value for key, value in fields.items() if key not in tables}
    if own:
        yield path, as_record(own, path)


def _holds_table(value: Any, depth: int = 0) -> bool:
    if isinstance(value, list):
        return any(isinstance(v, dict | list) for v in value) or len(value) > NESTED
    if isinstance(value, dict) and depth < DEPTH:
        return is_map(value) or any(_holds_table(v, depth + 1) for v in value.values())
    return False


def is_map(fields: Mapping[str, Any]) -> bool:
    """Whether the keys are data: too many, all numbers, or all leading to objects that look alike."""
    if len(fields) < 2 or len(fields) > MAP or all(k.isdigit() for k in fields):
        return len(fields) >= 2
    if not all(isinstance(v, dict) and v for v in fields.values()):
        return False
    first, second = list(fields.values())[:2]
    if all(k.isdigit() for k in first):
        return False  # columns with their rows, as pandas writes them: each becomes a table
    return len(first.keys() & second.keys()) * 2 > max(len(first), len(second))


def entries(path: Path, fields: Mapping[str, Any]) -> Iterator[tuple[Path, Record]]:
    """A map as records, each with its key."""
    return ((path, {"key": key} | dict(as_record(value, path))) for key, value in fields.items())


def as_record(value: Any, path: Path = ()) -> Record:
    """One value as a row: fields of nested objects are named `a.b`, arrays inside are JSON text."""
    if isinstance(value, dict):
        if _NESTING.isdisjoint(map(type, value.values())):
            return value
        record: dict[str, Any] = {}
        _flatten(value, "", 0, record)
        return record
    if isinstance(value, list):
        return {f"c{i + 1}": _cell(v) for i, v in enumerate(value[:_COLUMNS])} | (
            {_REST: _cell(value[_COLUMNS:])} if len(value) > _COLUMNS else {}
        )
    return {path[-1] if path else "value": value}


def _flatten(value: Mapping[str, Any], prefix: str, depth: int, into: dict[str, Any]) -> None:
    for key, field in value.items():
        if type(field) is dict and 0 < len(field) <= NESTED and depth < DEPTH:
            _flatten(field, f"{prefix}{key}.", depth + 1, into)
        elif type(field) is list:
            into[f"{prefix}{key}[]"] = _cell(field)
        else:
            into[f"{prefix}{key}"] = _cell(field)


def _cell(value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False, default=str) if isinstance(value, dict | list) else value


def clean(name: str) -> str:
    """The name without halves of characters, which UTF-8 cannot hold."""
    return name.encode("utf-8", "replace").decode()


class Records:
    """Records gathered to batches, a table for each path. Columns come in the order in which they appear."""

    def __init__(self, place: Place, limits: Limits) -> None:
        self.place, self.limits = place, limits
        self._rows: dict[Path, list[Record]] = {}
        self._columns: dict[Path, dict[str, None]] = {}
        self._done: dict[Path, int] = {}
        self._binary: Counter[tuple[Path, str]] = Counter()  # cells, of each column
        self._taken = self._flushed = 0  # characters of the file, up to now and up to the last time all was handed over

    def add(self, path: Path, record: Record, taken: int) -> bool:
        """Keep a record; whether some table now holds enough for a batch."""
        rows = self._rows.get(path)
        if rows is None:
            rows = self._rows[path] = []
        rows.append(record)
        self._taken = taken
        return len(rows) >= self.limits.batch_rows or taken - self._flushed > BATCH

    def full(self) -> Iterator[Table]:
        """The tables that hold enough; all of them once they take much memory together."""
        much = self._taken - self._flushed > BATCH
        if much:
            self._flushed = self._taken
        for path, rows in list(self._rows.items()):
            if much or len(rows) >= self.limits.batch_rows:
                yield self._batch(path)

    def rest(self) -> Iterator[Table | Skipped]:
        """What is not handed over yet, and of which columns some cells hold binary data."""
        for path in list(self._rows):
            yield self._batch(path)
        for (path, name), count in self._binary.items():
            yield binary_cells(self.place.child(*path).at(column=name), count)

    def handed(self, path: Path) -> Iterator[Table]:
        """The rows of a table that are not handed over yet."""
        if path in self._rows:
            yield self._batch(path)

    def next_rows(self, path: Path, count: int) -> int:
        """The number of the first of so many rows, which whoever asks hands over without us."""
        first = self._done.get(path, 0)
        self._done[path] = first + count
        return first

    def count_binary(self, path: Path, name: str, cells: int) -> None:
        """So many more cells of a column hold binary data."""
        if cells:
            self._binary[path, name] += cells

    def _batch(self, path: Path) -> Table:
        import pyarrow as pa

        records = self._rows.pop(path)
        columns = self._columns.setdefault(path, {})
        for record in records:
            if not record.keys() <= columns.keys():
                columns |= dict.fromkeys(record)
        names = list(columns)
        if len(names) > _COLUMNS:
            names, records = [*names[:_COLUMNS], _REST], [_narrow(r, names[:_COLUMNS]) for r in records]
            self._columns[path] = dict.fromkeys(names)
        arrays = []
        for name in names:
            array, unread = column([r.get(name) for r in records])
            arrays.append(array)
            self.count_binary(path, name, unread)
        batch = pa.RecordBatch.from_arrays(arrays, [clean(n) for n in names])
        return Table(self.place.child(*path), batch, self.next_rows(path, len(records)))


def _narrow(record: Record, names: list[str]) -> Record:
    """The record with all fields that have no column of their own in one."""
    own = set(names)
    rest = {k: v for k, v in record.items() if k not in own}
    return {k: v for k, v in record.items() if k in own} | (
        {_REST: json.dumps(rest, ensure_ascii=False, default=str)} if rest else {}
    )
