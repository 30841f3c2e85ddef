"""The rows of a table: as cells to look at, and back as values of the types that its columns have."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from itertools import compress
from typing import TYPE_CHECKING, Any, cast

from privacyscan.batches import bounded, column_batch, rows_at_once, weight
from privacyscan.errors import TargetError
from privacyscan.model import Limits, Place, Table
from privacyscan.pseudonymize._sqlite import as_cell
from privacyscan.pseudonymize._subset import Subset
from privacyscan.pseudonymize.cells import Changes, Columns

if TYPE_CHECKING:
    import sqlalchemy as sa

_FETCHED = 2_000  # rows that come together
_BAND = re.compile(r"([0-9]+)(?:-([0-9]+))?")  # as the operator `generalise` writes it
_TEXTS = {str, type(None)}
_PLAIN = {int, date, datetime, Decimal, type(None)}  # whose text is what `str` makes of them

Row = Sequence[Any]


def written(table: sa.Table) -> list[sa.Column[Any]]:
    """The columns that hold values of their own."""
    return [c for c in table.columns if c.computed is None]


def identity(table: sa.Table) -> list[sa.Column[Any]]:
    """The columns that tell its rows apart, as far as the table has a key."""
    columns, key = written(table), list(table.primary_key.columns)
    return key if key and all(c.computed is None for c in key) else columns


def keyed(connection: sa.Connection, table: sa.Table, columns: Sequence[str]) -> Iterator[tuple[Row, Row]]:
    """Of each row what tells it apart, and its values in these columns, streamed."""
    key = identity(table)
    for row in _streamed(connection, [*key, *(table.c[name] for name in columns)]):
        yield row[: len(key)], row[len(key) :]


def rows(
    connection: sa.Connection, table: sa.Table, limits: Limits, subset: Subset | None = None
) -> Iterator[Sequence[Row]]:
    """The rows in batches, streamed; those of the subset, if there is one."""
    columns = written(table)
    batches = bounded(_streamed(connection, columns), weight, rows_at_once(limits, len(columns)))
    if subset is None:
        yield from batches
        return
    names, chosen = [c.name for c in columns], subset.chooser(table.fullname)
    key = [names.index(c.name) for c in identity(table)]
    for batch in batches:
        if taken := list(compress(batch, chosen([row[i] for i in key] for row in batch))):
            yield taken


def _streamed(connection: sa.Connection, columns: Sequence[sa.ColumnElement[Any]]) -> Iterator[Row]:
    from sqlalchemy import Time, select, type_coerce
    from sqlalchemy.dialects.mysql import SET
    from sqlalchemy.dialects.postgresql.ranges import AbstractRange
    from sqlalchemy.types import NullType

    streamed = {"stream_results": True, "max_row_buffer": _FETCHED}
    # SQLAlchemy would make others of these: MySQL's TIME is a span and its SET a text; drivers write their own ranges.
    as_given = (SET, AbstractRange, *((Time,) if connection.dialect.name in ("mysql", "mariadb") else ()))
    columns = [type_coerce(c, NullType()) if isinstance(c.type, as_given) else c for c in columns]
    result = connection.execute(select(*columns), execution_options=streamed)
    return (tuple(row) for part in result.partitions(_FETCHED) for row in part)


def tables(
    connection: sa.Connection,
    all_tables: Sequence[sa.Table],
    places: Mapping[str, Place],
    limits: Limits,
    subset: Subset | None = None,
) -> Iterator[Table]:
    """The rows of all tables as they are scanned; `places` is by full name."""
    for table in all_tables:
        names, place, first = [c.name for c in written(table)], places[table.fullname], 0
        for batch in rows(connection, table, limits, subset):
            cells = [cells_of(values) for values in zip(*batch, strict=True)]
            yield Table(place, column_batch(names, cells)[0], first)
            first += len(batch)
        if not first:
            yield Table(place, column_batch(names, [[] for _ in names])[0])


def cells_of(values: Sequence[Any]) -> Sequence[str | bytes | None]:
    """The values of a column as the texts that are looked at."""
    kinds = {*map(type, values)}
    if kinds <= _TEXTS:
        return values
    if kinds <= _PLAIN:
        return [None if v is None else str(v) for v in values]
    return [cell_of(v) for v in values]


def cell_of(value: Any) -> str | bytes | None:
    """A value as the text that is looked at; bytes stay only where they are no text."""
    if isinstance(value, bool):
        return None
    if isinstance(value, memoryview):
        value = bytes(value)
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, default=str)
    return as_cell(value)


def _apart(cells: Sequence[str | bytes | None]) -> tuple[Sequence[str | None], list[int]]:
    """The cells that are text, and the rows of those that hold something else."""
    if bytes not in map(type, cells):
        return cast(Sequence[str | None], cells), []
    binary = [row for row, cell in enumerate(cells) if cell and isinstance(cell, bytes)]
    return [cell if isinstance(cell, str) else None for cell in cells], binary


class Batch:
    """Some rows of a table on their way into the copy."""

    def __init__(self, table: sa.Table, rows: Sequence[Row]) -> None:
        self._of, self._rows = written(table), rows
        self._texts, self._binary = list[Sequence[str | None]](), list[list[int]]()
        for values in zip(*rows, strict=True):
            texts, binary = _apart(cells_of(values))
            self._texts.append(texts)
            self._binary.append(binary)

    def __len__(self) -> int:
        return len(self._rows)

    def texts(self) -> Sequence[Sequence[str | None]]:
        """The cells that are text, by column."""
        return self._texts

    def changed(self, changes: Changes, columns: Columns, emptied: Counter[str]) -> list[list[Any]]:
        """The rows as the copy has them; `emptied` counts the binary cells of a column that were emptied. Raises
        TargetError where a replacement does not fit its column."""
        new = [list(row) for row in self._rows]
        for i, (column, found) in enumerate(zip(self._of, changes, strict=True)):
            longest = getattr(column.type, "length", None)
            for row, text in found.items():
                old = new[row][i]
                fits = text is not None and type(old) is str and (longest is None or len(text) <= longest)
                new[row][i] = text if fits else _typed(text, old, longest, column, columns)
            for row in self._binary[i]:
                new[row][i] = None if column.nullable else b""
                emptied[column.name] += 1
        return new


def _typed(text: str | None, old: Any, longest: int | None, column: sa.Column[Any], columns: Columns) -> Any:
    if text is None:
        if not column.nullable:
            raise TargetError(
                f"{_shown(column, columns)}: "
                "the column may not be empty, and the policy empties cells of it; give it another operator",
                "unsupported_type",
            )
        return None
    if isinstance(old, str) and longest is not None and len(text) > longest:
        raise TargetError(
            f"{_shown(column, columns)}: "
            f"holds {longest} characters, and a replacement has {len(text)}; give it an operator that keeps "
            "the length, such as twin, fpe or mask",
            "unsupported_type",
        )
    try:
        try:
            return _value(text, old)
        except (ValueError, InvalidOperation):
            return _value(_beginning(text, old), old)
    except (ValueError, InvalidOperation):
        raise TargetError(
            f"{_shown(column, columns)}: "
            f"the column is no text ({column.type}), and a replacement is no such value; give it an operator "
            "that keeps the kind of value, such as twin, fpe, noise, shift-date or drop",
            "unsupported_type",
        ) from None


def _shown(column: sa.Column[Any], columns: Columns) -> str:
    """The column as errors name it. It costs a search of the name."""
    return columns.replacer.shown(str(columns.place.at(column.name)))


def _beginning(text: str, old: Any) -> str:
    """What a band begins with, where its column holds no words: the first day of 1990, 1990-05 or 1990-1994, the least
    number of 5000000-9999999. Raises ValueError for anything else."""
    band = _BAND.fullmatch(text)
    if band is None:
        raise ValueError
    if not isinstance(old, date):
        return band[1]
    return f"{band[1]}-{band[2] if len(band[2] or '') == 2 else '01'}-01"


def _value(text: str, old: Any) -> Any:
    """A replacement as a value of the type that the old one had. Raises ValueError where it is none."""
    if isinstance(old, str):
        return text
    if isinstance(old, datetime):
        return datetime.fromisoformat(text)
    if isinstance(old, date):
        return date.fromisoformat(text)
    if isinstance(old, dict | list):
        return json.loads(text)
    if isinstance(old, bytes | memoryview):
        return text.encode()
    for kind in (int, float, Decimal):
        if isinstance(old, kind):
            return kind(text)
    raise ValueError
