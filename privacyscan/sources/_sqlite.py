"""SQLite files named by URL; a file found in a folder is read by the format of the same name."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from privacyscan.binary import BEGINNINGS, ENDS, NO_TEXT, PLAIN
from privacyscan.errors import TargetError
from privacyscan.model import File, Limits, Piece, Reason, Skipped, Table, Unit
from privacyscan.sources import ROWS
from privacyscan.sources._dialect import (
    LARGEST_BINARY,
    LOCK_SECONDS,
    LOCKED,
    TAG,
    Dialect,
    Listed,
    Watch,
    chosen,
    row_tables,
    sampled,
    vanished,
)
from privacyscan.sources._faults import Fault
from privacyscan.sources._probes import Probe

if TYPE_CHECKING:
    from sqlalchemy import URL, Connection, Engine

# Shadow tables are the storage of virtual tables, which are read themselves.
_TABLES = f"""{TAG} SELECT name, type FROM sqlite_master WHERE type IN ('table', 'view')
AND name NOT LIKE 'sqlite!_%' ESCAPE '!'
AND name NOT IN (SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'shadow')"""
_COLUMNS = f"{TAG} SELECT name FROM pragma_table_xinfo(?) WHERE hidden <> 1"

_BEGINNINGS = "', '".join(BEGINNINGS).upper()
# https://sqlite.org/rescode.html
_FAULTS = {
    sqlite3.SQLITE_PERM: Fault(Reason.DENIED, "the user may not read it; check the permissions"),
    sqlite3.SQLITE_BUSY: LOCKED,
    sqlite3.SQLITE_INTERRUPT: Fault(Reason.TIMEOUT, "no row for too long; see --statement-timeout"),
    sqlite3.SQLITE_CORRUPT: Fault(Reason.DAMAGED, "the database is damaged; restore it, or check it with sqlite3"),
    sqlite3.SQLITE_CANTOPEN: Fault(Reason.DENIED, "cannot be opened; check the permissions of file and folder"),
    sqlite3.SQLITE_NOTADB: Fault(Reason.DAMAGED, "is not an SQLite database, or is encrypted; check the path"),
    sqlite3.SQLITE_READONLY: Fault(
        Reason.DAMAGED, "a change to it was cut short; open it once with its own program, or scan a copy"
    ),
}


class Sqlite:
    title = "SQLite"
    library = "sqlalchemy"  # the driver comes with Python
    drivers = ("sqlite+pysqlite", "sqlite")
    probes: Sequence[Probe] = ()  # it has no server

    def engine(self, url: URL, limits: Limits) -> Engine:
        from sqlalchemy import create_engine
        from sqlalchemy.pool import NullPool

        uri = _uri(url)
        return create_engine("sqlite://", creator=lambda: _connected(uri), poolclass=NullPool, hide_parameters=True)

    def errors(self) -> tuple[type[Exception], ...]:
        return (sqlite3.Error, OverflowError)

    def begin(self, connection: Connection, limits: Limits) -> None:
        connection.exec_driver_sql("PRAGMA query_only = ON")
        connection.exec_driver_sql("PRAGMA trusted_schema = OFF")  # a hostile file's view calls nothing with effects
        connection.exec_driver_sql("PRAGMA temp_store = MEMORY")  # sorting leaves no values on the disk

    def tables(self, connection: Connection) -> Iterator[Listed]:
        for name, kind in connection.exec_driver_sql(_TABLES):
            yield Listed((name,), kind)

    def cut(self, connection: Connection, unit: Unit, limits: Limits) -> tuple[str, Sequence[Piece]]:
        return "", ()

    def read(self, connection: Connection, unit: Unit, limits: Limits) -> Iterator[Table | File | Skipped]:
        (table,) = unit.locator["table"]
        names = [name for (name,) in connection.exec_driver_sql(_COLUMNS, (table,))]
        if not names:
            yield vanished(unit.place)
            return
        raw: Any = connection.connection.driver_connection
        with Watch(limits.statement_timeout, lambda _: raw.interrupt()) as watch:
            total, share = 0, 1.0
            if limits.sample is not None:
                raw.execute("BEGIN")  # what is counted is what is read
                total = raw.execute(f"{TAG} SELECT count(*) FROM {_quoted(table)}").fetchone()[0]
                share = limits.sample.share_of(total)
            chosen_columns = ", ".join(_expression(name, limits.cell_bytes) for name in names)
            rows = raw.execute(f"{TAG} SELECT {chosen_columns} FROM {_quoted(table)}")
            parts = row_tables(chosen(rows, share) if share < 1 else rows, names, unit.place, limits, watch)
            yield from sampled(parts, unit.place, total) if share < 1 else parts

    def grouped(
        self, connection: Connection, unit: Unit, columns: Sequence[str], limits: Limits
    ) -> Iterator[Table | File | Skipped] | None:
        """SQLite would group in our memory, so each row comes by itself."""
        (table,) = unit.locator["table"]
        names = {name for (name,) in connection.exec_driver_sql(_COLUMNS, (table,))}
        return self._narrow(connection, unit, columns, limits) if names.issuperset(columns) else None

    def _narrow(
        self, connection: Connection, unit: Unit, columns: Sequence[str], limits: Limits
    ) -> Iterator[Table | File | Skipped]:
        raw: Any = connection.connection.driver_connection
        with Watch(limits.statement_timeout, lambda _: raw.interrupt()) as watch:
            chosen_columns = ", ".join(_expression(name, 0) for name in columns)
            rows = raw.execute(f"{TAG} SELECT {chosen_columns}, 1 FROM {_quoted(unit.locator['table'][0])}")
            yield from row_tables(rows, [*columns, ROWS], unit.place, replace(limits, cell_bytes=0), watch)

    def fault(self, error: Exception) -> Fault:
        error = getattr(error, "orig", None) or error
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF  # the primary code
        return _FAULTS.get(code, Fault(Reason.ERROR, f"SQLite reports error {code}; check the table with sqlite3"))


def _uri(url: URL) -> str:
    """The file, opened so that nothing is written, beside it neither. Raises TargetError where there is none."""
    name = url.database
    if not name or name == ":memory:":
        raise TargetError("names no file; write sqlite:///folder/file.db", Reason.UNREACHABLE)
    path = Path(name).absolute()
    if not path.is_file():
        raise TargetError("there is no such file; check the path", Reason.UNREACHABLE)
    if not os.access(path, os.R_OK):
        raise TargetError("the file may not be read; check its permissions", Reason.DENIED)
    # A file in WAL mode (https://sqlite.org/fileformat.html, byte 19) would get companions even when it is only
    # read. If it has none, nobody has it open, and it can be read as if it never changed.
    with path.open("rb") as file:
        is_wal = file.read(20)[19:] == b"\x02"
    alone = not os.path.exists(f"{path}-wal")
    return f"{path.as_uri()}?mode=ro{'&immutable=1' if is_wal and alone else ''}"


def _connected(uri: str) -> sqlite3.Connection:
    database = sqlite3.connect(uri, uri=True, isolation_level=None, timeout=LOCK_SECONDS)
    database.text_factory = lambda data: data.decode("utf-8", "replace")
    return database


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _expression(column: str, most: int) -> str:
    """Any cell may hold binary data, whatever the column's type. Of a large one only the ends are asked for, unless it
    is of at most so many bytes and begins as what is read."""
    name = _quoted(column)
    begins = f"hex(substr({name}, 1, 2)) IN ('{_BEGINNINGS}')"
    is_read = f"({begins} OR instr(substr({name}, 1, {PLAIN}), x'00') = 0) AND length({name}) <= {most}"
    is_large = f"typeof({name}) = 'blob' AND length({name}) > {LARGEST_BINARY} AND NOT ({is_read})"
    ends = f"CAST(substr({name}, 1, {ENDS}) || substr({name}, -{ENDS}) || x'{NO_TEXT}' AS BLOB)"
    return f"CASE WHEN {is_large} THEN {ends} ELSE {name} END"


dialect: Dialect = Sqlite()
