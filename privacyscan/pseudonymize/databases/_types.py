"""Types of columns: what a database says of its own, and the nearest ones of another."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import types
from sqlalchemy.dialects import mysql, postgresql

if TYPE_CHECKING:
    from sqlalchemy import Column, Connection, Dialect, Table

KEY_LENGTH = 255  # characters of a text that a key of MySQL is made of
_LONGEST = 4_000  # characters of a MySQL column that is not kept apart from its row
ODD = "odd"  # in a column's info: it holds days or times that are none elsewhere
_FINITE = "NOT isfinite({c}) OR {c} < '0001-01-01' OR {c} > '9999-12-31 23:59:59'"
_WHOLE = "DAYOFMONTH({c}) = 0 OR MONTH({c}) = 0"
_ODD: Mapping[str, Sequence[tuple[Any, str]]] = {
    "postgresql": [(types.Date | types.DateTime, _FINITE)],
    "mysql": [(types.Date | types.DateTime, _WHOLE), (types.Time, "{c} < 0 OR {c} >= '24:00:00'")],
}
_SURE = 15  # digits of a decimal that a fraction of SQLite keeps

# https://www.postgresql.org/docs/current/catalog-pg-attribute.html
_NAMES = """SELECT a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod) FROM pg_catalog.pg_attribute a
JOIN pg_catalog.pg_type t ON t.oid = a.atttypid JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
WHERE t.typnamespace = 'pg_catalog'::regnamespace AND c.relnamespace::regnamespace::text = %s AND c.relname = %s"""
_MYSQL_NAMES = """SELECT column_name, column_type FROM information_schema.columns
WHERE table_schema = database() AND table_name = %s"""


class _Any:
    """Values of all kinds, as the text that they are."""

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], Any]:
        return as_text

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any]:
        return as_text


class AnyText(_Any, types.Text):
    """Text, in which anything can stand."""


class AnyString(_Any, types.String):
    """The same, of a length that keys may have."""


class Named(types.UserDefinedType[Any]):
    """A type that only its database knows, under its own name."""

    cache_ok = True

    def __init__(self, name: str) -> None:
        self.name = name

    def get_col_spec(self, **_: Any) -> str:
        """Its name."""
        return self.name


def as_text(value: Any) -> Any:
    """A value as text; binary data stays."""
    if value is None or isinstance(value, bytes | memoryview):
        return value
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, default=str)
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def settle(connection: Connection, table: Table) -> None:
    """Give each column a type that reads all of its values and can be made again."""
    names: Mapping[str, str] | None = None  # not asked for yet
    for column in table.columns:
        column.info[ODD] = _is_odd(connection, column)
        if isinstance(column.type, types.Float):
            column.type.asdecimal = False  # ten digits would be kept
        elif isinstance(column.type, postgresql.DOMAIN):
            column.type = column.type.data_type
        elif isinstance(column.type, types.NullType):
            names = _names(connection, table) if names is None else names
            column.type = Named(names[column.name]) if column.name in names else AnyText()


def _is_odd(connection: Connection, column: Column[Any]) -> bool:
    """Whether a day or time in the column is one that only this kind of database knows."""
    conditions = _ODD.get(connection.dialect.name.replace("mariadb", "mysql"), ())
    condition = next((told for kind, told in conditions if isinstance(column.type, kind)), None)
    if condition is None:
        return False
    prepared = connection.dialect.identifier_preparer
    question = f"SELECT EXISTS (SELECT 1 FROM {prepared.format_table(column.table)} WHERE {condition})"
    return int(connection.exec_driver_sql(question.format(c=prepared.quote(column.name))).scalar_one()) == 1


def _names(connection: Connection, table: Table) -> dict[str, str]:
    """The columns whose types the database has by itself, with the names of these."""
    if connection.dialect.name == "postgresql":
        return dict(tuple(row) for row in connection.exec_driver_sql(_NAMES, (table.schema, table.name)))
    if connection.dialect.name in ("mysql", "mariadb"):
        return dict(tuple(row) for row in connection.exec_driver_sql(_MYSQL_NAMES, (table.name,)))
    return {}


def nearest(column: Column[Any], kind: str, in_key: bool) -> types.TypeEngine[Any]:
    """The type of another kind of database that holds all values of a column."""
    of = AnyText() if column.info.get(ODD) else _nearest(column.type, kind)
    if kind not in ("mysql", "mariadb"):
        return of
    if isinstance(of, types.String) and (of.length is None or of.length > _LONGEST) and not in_key:
        return of if isinstance(of, types.Text) else types.Text()
    if isinstance(of, types.String) and (of.length is None or of.length > KEY_LENGTH):
        return AnyString(KEY_LENGTH) if isinstance(of, AnyText) else types.String(KEY_LENGTH)
    if isinstance(of, types.DateTime):
        return mysql.DATETIME(fsp=6)
    return mysql.TIME(fsp=6) if isinstance(of, types.Time) else of


def _nearest(old: types.TypeEngine[Any], kind: str) -> types.TypeEngine[Any]:
    if isinstance(old, mysql.SET | types.Enum | types.Interval | postgresql.INTERVAL):
        return AnyText()
    if isinstance(old, types.Uuid) and kind != "postgresql":
        return AnyText()
    if isinstance(old, mysql.TIME) and kind == "sqlite":  # which comes as text
        return AnyText()
    if isinstance(old, types.ARRAY):
        return types.JSON(none_as_null=True)
    of = old.as_generic(allow_nulltype=True)
    if isinstance(of, types.NullType):
        return AnyText()
    if isinstance(of, types.Numeric) and not isinstance(of, types.Float):
        if kind == "sqlite" and (of.precision is None or of.precision > _SURE):
            return AnyText()
        return types.Numeric(65, 30) if kind in ("mysql", "mariadb") and of.precision is None else of
    if isinstance(of, types.String):
        of.collation = None
    return of
