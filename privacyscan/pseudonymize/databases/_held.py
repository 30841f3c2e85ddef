"""What the columns of an SQLite table hold: it takes any value in any column, whatever type that was declared with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import types

from privacyscan.pseudonymize.databases._types import AnyText

if TYPE_CHECKING:
    from sqlalchemy import Column, Connection, Table

_DAY = "[0-9][0-9][0-9][0-9]-[0-1][0-9]-[0-3][0-9]"
_ASKED = (
    *(f"sum(typeof({{c}}) = '{kind}')" for kind in ("integer", "real", "text", "blob")),
    "max(CASE typeof({c}) WHEN 'text' THEN length({c}) END)",
    "min({c} IN (0, 1))",
    f"min({{c}} GLOB '{_DAY}' AND date({{c}}) IS {{c}})",
    f"min({{c}} GLOB '{_DAY} [0-2][0-9]:[0-5][0-9]:[0-5][0-9]*' AND datetime({{c}}) IS substr({{c}}, 1, 19))",
    "min(CASE typeof({c}) WHEN 'text' THEN json_valid({c}) END)",
)


def hold(connection: Connection, table: Table) -> None:
    """Give each column the type of what it holds: the declared one where all of it fits, else the nearest."""
    place = _quoted(table.name)
    for column in table.columns:
        asked = ", ".join(_ASKED).format(c=_quoted(column.name))
        column.type = _type(column, *connection.exec_driver_sql(f"SELECT {asked} FROM {place}").one())


def _type(
    column: Column[Any],
    integers: int | None,
    reals: int,
    texts: int,
    blobs: int,
    longest: int,
    switches: int,
    days: int,
    moments: int,
    objects: int,
) -> types.TypeEngine[Any]:
    declared = column.type
    if not any((integers, reals, texts, blobs)):
        if isinstance(declared, types.Integer):
            return types.BigInteger()
        return types.Text() if isinstance(declared, types.NullType) else declared
    if blobs:
        return AnyText() if integers or reals or texts else types.LargeBinary()
    if not texts:
        return _number(declared, bool(reals), bool(switches))
    if integers or reals:
        return AnyText()
    fits = (
        (days and isinstance(declared, types.Date))
        or (moments and isinstance(declared, types.DateTime))
        or (objects and isinstance(declared, types.JSON))
        or (isinstance(declared, types.String) and (declared.length is None or longest <= declared.length))
    )
    return declared if fits else types.Text()


def _number(declared: types.TypeEngine[Any], reals: bool, switches: bool) -> types.TypeEngine[Any]:
    if isinstance(declared, types.Boolean) and switches and not reals:
        return declared
    if isinstance(declared, types.Float):
        return types.Double()
    if isinstance(declared, types.Numeric) and declared.scale is not None:
        return declared
    return types.Double() if reals else types.BigInteger()


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
