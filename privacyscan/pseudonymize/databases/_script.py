"""A database as a script of SQL for a database of its kind: tables, rows, keys, indexes and views."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TextIO

from privacyscan.errors import UsageError
from privacyscan.pseudonymize.databases import _ddl
from privacyscan.pseudonymize.databases._rows import written
from privacyscan.pseudonymize.databases._schema import Schema, View

if TYPE_CHECKING:
    import sqlalchemy as sa

_TOGETHER = 100  # rows of one INSERT
_BEGIN = {
    "postgresql": ("SET client_encoding = 'UTF8'", "SET standard_conforming_strings = on", "BEGIN"),
    "mysql": ("SET NAMES utf8mb4", "SET FOREIGN_KEY_CHECKS = 0"),
    "sqlite": ("PRAGMA foreign_keys = OFF", "BEGIN"),
}
_BEGIN["mariadb"] = _BEGIN["mysql"]


class Script:
    """A script under way."""

    def __init__(self, out: TextIO, source: sa.Connection, schema: Schema, metadata: sa.MetaData) -> None:
        """`source` knows how its kind of database writes values. Raises UsageError for a kind that has no scripts."""
        if schema.kind not in _BEGIN:
            raise UsageError(f"--to-format sql: no script is written of {schema.kind}; take csv or parquet")
        self._out, self._schema, self._metadata = out, schema, metadata
        self._dialect = source.dialect
        self._raw: Any = source.connection.driver_connection

    def begin(self) -> None:
        """The empty tables."""
        from sqlalchemy.dialects.postgresql import CreateEnumType

        self._write(_BEGIN[self._schema.kind])
        self._write(_ddl.outer(self._schema, self._metadata, self._dialect))
        if self._schema.kind == "postgresql":
            self._write(CreateEnumType(words) for words in _ddl.enums(self._metadata))
        self._write(_ddl.empty_tables(self._metadata, self._dialect))

    def rows(self, table: sa.Table, rows: Sequence[Sequence[Any]]) -> None:
        """Some rows of a table."""
        from sqlalchemy import JSON

        columns = written(table)
        names = ", ".join(_ddl.quoted(self._dialect, c.name) for c in columns)
        counted = any(c.identity is not None for c in columns) and self._schema.kind == "postgresql"
        into = f"INSERT INTO {_ddl.full_name(self._dialect, table.schema, table.name)} ({names})"
        into += f"{' OVERRIDING SYSTEM VALUE' if counted else ''} VALUES\n"
        objects = [i for i, c in enumerate(columns) if isinstance(c.type, JSON)]
        rows = [_spelled(row, objects) for row in rows] if objects else rows
        for start in range(0, len(rows), _TOGETHER):
            some = rows[start : start + _TOGETHER]
            self._out.write(into + ",\n".join(f"({', '.join(map(self._literal, row))})" for row in some) + ";\n")

    def end(self, views: Iterable[View]) -> None:
        """What comes after the rows."""
        self._write(_ddl.indexes_and_keys(self._metadata, self._dialect))
        self._write(_ddl.create_view(view, self._dialect) for view in views)
        self._write(_ddl.numbering(self._schema, self._metadata, self._dialect))
        self._write(("COMMIT",) if "BEGIN" in _BEGIN[self._schema.kind] else ("SET FOREIGN_KEY_CHECKS = 1",))

    def _write(self, statements: Iterable[Any]) -> None:
        for statement in statements:
            text = statement if isinstance(statement, str) else str(statement.compile(dialect=self._dialect))
            self._out.write(f"{text.strip().rstrip(';')};\n")

    def _literal(self, value: Any) -> str:
        """A value as the database reads it. What has no spelling of its own here is left to the driver."""
        kind = self._schema.kind
        if value is None:
            return "NULL"
        if isinstance(value, bool):
            return str(value).upper() if kind == "postgresql" else f"{value:d}"
        if isinstance(value, int):
            return str(value)
        if isinstance(value, float | Decimal):
            return _number(value, kind)
        if isinstance(value, datetime):
            return f"'{value.isoformat(sep=' ')}'"
        if isinstance(value, date | time):
            return f"'{value.isoformat()}'"
        if isinstance(value, bytes | memoryview):
            return f"'\\x{bytes(value).hex()}'" if kind == "postgresql" else f"X'{bytes(value).hex()}'"
        if isinstance(value, str):
            return _text(str(value), kind)
        return self._by_driver(value)

    def _by_driver(self, value: Any) -> str:
        if self._schema.kind == "postgresql":
            from psycopg.sql import Literal

            return Literal(value).as_string(self._raw)
        return str(self._raw.escape(value)) if self._schema.kind != "sqlite" else _text(str(value), "sqlite")


def _spelled(row: Sequence[Any], objects: Sequence[int]) -> Sequence[Any]:
    """The row with JSON as the text that it is."""
    new = list(row)
    for i in objects:
        new[i] = None if row[i] is None else json.dumps(row[i], ensure_ascii=False)
    return new


def _number(value: float | Decimal, kind: str) -> str:
    if math.isfinite(value):
        return f"{value:f}" if isinstance(value, Decimal) else repr(value)
    if kind == "sqlite":
        return "NULL" if math.isnan(value) else "9e999" if value > 0 else "-9e999"
    return f"'{value}'"


def _text(value: str, kind: str) -> str:
    if kind in ("mysql", "mariadb"):
        value = value.replace("\\", "\\\\").replace("\0", "\\0")
    if "\0" in value:
        return f"CAST(X'{value.encode().hex()}' AS TEXT)"
    return "'" + value.replace("'", "''") + "'"
