"""SQL databases: every table and view that the user may read, streamed in a session that can only read.

PostgreSQL: the database that the URL names. MySQL and MariaDB: the database that the URL names, or all that the
user may see if it names none. What is listed but may not be read comes out as `Skipped`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from privacyscan.errors import MissingExtra, TargetError, UsageError
from privacyscan.model import Access, Evidence, Limits, Part, Reason, Skipped, Table, Target, Unit
from privacyscan.nested import Opener
from privacyscan.settings import Scope
from privacyscan.sources import Cut, Source
from privacyscan.sources._dialect import Groups
from privacyscan.sources._faults import Fault
from privacyscan.sources._probes import Path, access_to, probed
from privacyscan.sources.local import access

if TYPE_CHECKING:
    from sqlalchemy import URL, Connection, Engine

    from privacyscan.sources._dialect import Dialect, Listed


class Database:
    name = "database"
    schemes = ("sqlite", "postgresql", "postgres", "mysql", "mariadb", "mssql", "oracle")

    def lacks(self) -> Mapping[str, str]:
        lacking = [d for d in _dialects() if not _has_driver(d)]
        return {f"{d.drivers[0].partition('+')[0]}://": f"pip install '{d.library}'" for d in lacking}

    def check(self, target: Target) -> None:
        try:
            _engine(target, Limits())  # which connects to nothing yet
        except TargetError as error:
            if error.reason != Reason.DENIED:  # that is listed as not read
                raise UsageError(str(error)) from None

    def units(self, target: Target, scope: Scope, limits: Limits) -> Iterator[Unit | Skipped]:
        listed: list[Listed] = []
        shown: Mapping[Path, Sequence[Evidence]] = {}
        fault = None
        with opened(target, limits) as (dialect, connection):
            try:
                listed = sorted(dialect.tables(connection), key=lambda t: t.path)
                shown = probed(dialect, connection, limits, _errors(dialect))
            except _errors(dialect) as error:
                fault = dialect.fault(error)
        if fault is not None:
            raise _refused(target, fault)
        of_file = _access_to_file(target)
        for table in listed:  # the connection is closed by now: reading may take hours
            place = target.place.child(*table.path)
            if table.unread is not None:
                yield Skipped(place, table.unread.reason, table.unread.says, "list")
            else:
                locator = {"table": table.path, "kind": table.kind, "bytes": table.bytes}
                reached = access_to(table.path, shown, of_file)
                yield Unit(self.name, target, place, "table", locator, table.size, access=reached)

    def cut(self, unit: Unit, limits: Limits) -> Cut | None:
        guess = unit.locator["bytes"]
        if limits.sample is not None:
            return None
        if guess is not None and guess <= limits.piece_bytes:
            return None
        with ExitStack() as stack:
            dialect, connection = stack.enter_context(opened(unit.target, limits))
            shared, pieces = dialect.cut(connection, unit, limits)
            if len(pieces) < 2:
                return None
            locator = {**unit.locator, "cut": shared}
            return Cut([replace(unit, locator=locator, piece=piece) for piece in pieces], stack.pop_all().close)

    def grouped(self, unit: Unit, columns: Sequence[str], limits: Limits) -> Iterator[Part]:
        with opened(unit.target, limits) as (dialect, connection):
            try:
                found = dialect.grouped(connection, unit, columns, limits) if isinstance(dialect, Groups) else None
                if found is not None:
                    yield from found
                    return
            except _errors(dialect) as error:
                fault = dialect.fault(error)
                yield Skipped(unit.place, fault.reason, fault.says)
                return
        yield from self.read(unit, limits)

    def read(self, unit: Unit, limits: Limits) -> Iterator[Part]:
        with opened(unit.target, limits) as (dialect, connection):
            opener = Opener()
            try:
                for part in dialect.read(connection, unit, limits):
                    yield from opener.opened(part) if isinstance(part, Table) else (part,)
            except _errors(dialect) as error:
                fault = dialect.fault(error)
                yield Skipped(unit.place, fault.reason, fault.says)


@contextmanager
def opened(target: Target, limits: Limits) -> Iterator[tuple[Dialect, Connection]]:
    """A session that only reads. Raises TargetError, apart from the driver's error, which holds the password."""
    dialect, engine = _engine(target, limits)
    connection: Connection | None = None
    fault: Fault | None = None
    try:
        connection = engine.connect()
        dialect.begin(connection, limits)
    except TargetError as error:
        fault = Fault(Reason(error.reason), str(error))
    except _errors(dialect) as error:
        fault = dialect.fault(error)
    try:
        if fault is not None:
            raise _refused(target, fault)
        assert connection is not None
        yield dialect, connection
    finally:
        if connection is not None:
            connection.invalidate()  # there is nothing to commit, and a lost connection would not roll back
            connection.close()


def writing(target: Target, limits: Limits) -> Engine:
    """How to write to the target. Raises TargetError for one that cannot be written to, MissingExtra without the
    driver."""
    from sqlalchemy import create_engine
    from sqlalchemy.pool import NullPool

    dialect, engine = _engine(target, limits)
    kind = dialect.drivers[0].partition("+")[0]
    if kind in ("mysql", "mariadb"):
        return engine
    if kind in ("sqlite", "postgresql"):  # whose engines open them for reading alone
        given = {"connect_timeout": max(2, round(limits.connect_timeout))} if kind == "postgresql" else {}
        url = _url(target).set(drivername=dialect.drivers[0])
        return create_engine(url, poolclass=NullPool, hide_parameters=True, connect_args=given)
    raise TargetError(f"{target.label}: no copy is written to this kind of database", Reason.UNREACHABLE)


def _access_to_file(target: Target) -> Access | None:
    """Who may reach the file that a database of SQLite lies in; None: it is on a server, or cannot be asked."""
    url = _url(target)
    with suppress(OSError):
        return access(os.stat(url.database)) if url.database and url.get_backend_name() == "sqlite" else None
    return None


def _has_driver(dialect: Dialect) -> bool:
    try:
        dialect.errors()
    except ImportError:
        return False
    return True


def _dialects() -> tuple[Dialect, ...]:
    """The kinds of databases; most scans are of files and need none of them."""
    from privacyscan.sources import _mssql, _mysql, _oracle, _postgresql, _sqlite

    return _postgresql.dialect, _mysql.dialect, _sqlite.dialect, _mssql.dialect, _oracle.dialect


def _refused(target: Target, fault: Fault) -> TargetError:
    return TargetError(f"{target.label}: {fault.says}", fault.reason)


def _errors(dialect: Dialect) -> tuple[type[Exception], ...]:
    from sqlalchemy.exc import SQLAlchemyError

    return (SQLAlchemyError, *dialect.errors())


def _engine(target: Target, limits: Limits) -> tuple[Dialect, Engine]:
    """How to connect to the target. Raises TargetError for one that cannot be, MissingExtra without the driver."""
    url = _url(target)
    driver = url.drivername.lower()
    dialect = next((d for d in _dialects() if driver in d.drivers), None)
    if dialect is None:
        scheme = driver.partition("+")[0]
        raise TargetError(f"{target.label}: the driver {driver} is not used; write {scheme}://", Reason.UNREACHABLE)
    try:
        return dialect, dialect.engine(url, limits)
    except ImportError:
        raise MissingExtra(dialect.title, dialect.library) from None
    except TargetError as error:
        raise TargetError(f"{target.label}: {error}", error.reason) from None


def _url(target: Target) -> URL:
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError

    with suppress(ArgumentError, ValueError):
        return make_url(target.url)
    message = "not a URL of a database; write it as postgresql://user@host:5432/database"
    raise TargetError(f"{target.label}: {message}", Reason.UNREACHABLE)


plugin: Source = Database()
