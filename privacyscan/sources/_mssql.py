"""SQL Server: the tables and views of the database that the URL names.

SQL Server knows no session that only reads. What protects: nothing but SELECT is sent, all of it in a transaction that
is never committed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from privacyscan.binary import ENDS
from privacyscan.errors import TargetError
from privacyscan.model import Evidence, Limits, Piece, Reason, Skipped, Unit
from privacyscan.sources._dialect import (
    LARGEST_BINARY,
    LOCK_SECONDS,
    LOCKED,
    NO_PRIVILEGE,
    TAG,
    Dialect,
    Listed,
    Watch,
    chosen,
    denied_columns,
    row_tables,
    sampled,
    vanished,
)
from privacyscan.sources._faults import DAMAGED, DROPPED, LOST, NO_ANSWER, NO_LOGIN, NO_SELECT, TOO_LONG, Fault
from privacyscan.sources._probes import Probe, Shown, unknown, without_tls

if TYPE_CHECKING:
    from sqlalchemy import URL, Connection, Engine

_SERVER = f"""{TAG} SELECT CAST(SERVERPROPERTY('ProductMajorVersion') AS int),
CAST(SERVERPROPERTY('EngineEdition') AS int),
(SELECT snapshot_isolation_state FROM sys.databases WHERE database_id = DB_ID())"""
_OLDEST = 13  # 2016, the first that says what it masks
_CLOUD = (5, 8)  # editions of Azure, which count otherwise
_TABLES = f"""{TAG} SELECT s.name, o.name, o.type, (SELECT SUM(p.rows) FROM sys.partitions p
  WHERE p.object_id = o.object_id AND p.index_id IN (0, 1))
FROM sys.objects o JOIN sys.schemas s ON s.schema_id = o.schema_id
WHERE o.type IN ('U', 'V') AND o.is_ms_shipped = 0"""
# The catalogue leaves out what the user has no right to, unless he may see all definitions.
_SEES_ALL = f"{TAG} SELECT DB_NAME(), HAS_PERMS_BY_NAME(DB_NAME(), 'DATABASE', 'VIEW DEFINITION')"
# What a view gives is masked, and its rows are hidden, by what it is made of.
_COLUMNS = f"""{TAG} SELECT c.name,
  TYPE_NAME(CASE c.system_type_id WHEN 240 THEN c.user_type_id ELSE c.system_type_id END),
  HAS_PERMS_BY_NAME(%s, 'OBJECT', 'SELECT', c.name, 'COLUMN'),
  CASE WHEN HAS_PERMS_BY_NAME(DB_NAME(), 'DATABASE', 'UNMASK') = 1 THEN 0 WHEN o.type = 'V'
    THEN (SELECT COUNT(*) FROM sys.masked_columns) ELSE c.is_masked END,
  CASE WHEN c.encryption_type IS NULL THEN 0 ELSE 1 END,
  (SELECT COUNT(*) FROM sys.security_predicates p JOIN sys.security_policies y ON y.object_id = p.object_id
   WHERE y.is_enabled = 1 AND p.predicate_type = 0 AND (o.type = 'V' OR p.target_object_id = o.object_id))
FROM sys.columns c JOIN sys.objects o ON o.object_id = c.object_id
WHERE c.object_id = OBJECT_ID(%s) ORDER BY c.column_id"""

# Granted to public on the table or a column, its schema or the database.
_PUBLIC = f"""{TAG} SELECT DISTINCT s.name, o.name
FROM sys.objects o JOIN sys.schemas s ON s.schema_id = o.schema_id
JOIN sys.database_permissions p ON p.class = 1 AND p.major_id = o.object_id
  OR p.class = 3 AND p.major_id = s.schema_id OR p.class = 0
WHERE o.type IN ('U', 'V') AND o.is_ms_shipped = 0
  AND p.grantee_principal_id = DATABASE_PRINCIPAL_ID('public') AND p.type IN ('SL', 'CL') AND p.state IN ('G', 'W')"""
_SUPERUSER = f"{TAG} SELECT IS_SRVROLEMEMBER('sysadmin')"

_NUMBERS = ("tinyint", "smallint", "int", "bigint", "bit", "decimal", "numeric", "money", "smallmoney", "real", "float")
_PLAIN = (*_NUMBERS, "char", "varchar", "nchar", "nvarchar", "text", "ntext")
_BINARY = ("binary", "varbinary", "image", "timestamp")
_TIMES = ("date", "datetime", "smalldatetime", "datetime2", "datetimeoffset")
_AS_TEXT: Mapping[str, str] = {
    **dict.fromkeys(_TIMES, "CONVERT(varchar(33), {}, 126)"),
    **dict.fromkeys(("time", "uniqueidentifier"), "CAST({} AS varchar(36))"),
    **dict.fromkeys(("xml", "json", "vector"), "CAST({} AS nvarchar(max))"),
    **dict.fromkeys(("geometry", "geography", "hierarchyid"), "{}.ToString()"),
    "sql_variant": "CAST({} AS nvarchar(4000))",
}

_NO_DATABASE = Fault(Reason.UNREACHABLE, "the server has no such database, or the user may not enter it")
_HIDDEN = Fault(Reason.DENIED, "what the user has no right to is not shown; grant VIEW DEFINITION and scan again")
# https://learn.microsoft.com/sql/relational-databases/errors-events/, https://www.freetds.org/reference/a00567.html
_FAULTS: Mapping[int, Fault] = {
    **dict.fromkeys((207, 208), DROPPED),
    **dict.fromkeys((229, 230), NO_SELECT),
    **dict.fromkeys((823, 824), DAMAGED),
    **dict.fromkeys((1205, 1222), LOCKED),
    **dict.fromkeys((911, 4060), _NO_DATABASE),
    **dict.fromkeys((18452, 18456, 18486), NO_LOGIN),
    20003: TOO_LONG,
    **dict.fromkeys((20002, 20009), NO_ANSWER),
    **dict.fromkeys((20004, 20006, 20017, 20047), LOST),
}


class Mssql:
    title = "SQL Server"
    library = "privacyscan[mssql]"
    drivers = ("mssql+pymssql", "mssql")

    def engine(self, url: URL, limits: Limits) -> Engine:
        import pymssql  # noqa: F401 - or else the library is missing
        from sqlalchemy import create_engine
        from sqlalchemy.pool import NullPool

        if not url.database:
            raise TargetError("names no database; write mssql://user@host/database", Reason.UNREACHABLE)
        seconds = max(1, round(limits.connect_timeout)), max(1, round(limits.statement_timeout))
        return create_engine(
            url.set(drivername="mssql+pymssql"),
            poolclass=NullPool,
            hide_parameters=True,
            _initialize=False,  # SQLAlchemy's own questions, which nobody here needs
            connect_args={
                "appname": "privacyscan",
                "login_timeout": seconds[0],
                "timeout": seconds[1],  # for each wait
                "read_only": True,  # a replica that is there for readers may answer
                **({} if "encryption" in url.query else {"encryption": "require"}),
            },
        )

    def errors(self) -> tuple[type[Exception], ...]:
        import pymssql

        return (pymssql.Error,)

    def begin(self, connection: Connection, limits: Limits) -> None:
        raw: Any = connection.connection.driver_connection
        ((version, edition, is_versioned),) = _rows(raw, _SERVER)
        if version < _OLDEST and edition not in _CLOUD:
            raise TargetError("SQL Server before 2016 is not read; scan a dump of it", Reason.ERROR)
        raw.autocommit(True)  # the isolation is chosen before the transaction begins
        # As versions of rows the data is read without a lock, where the database keeps them; never half-written.
        isolation = "SNAPSHOT" if is_versioned == 1 else "READ COMMITTED"
        _run(
            raw,
            f"SET TRANSACTION ISOLATION LEVEL {isolation}; SET LOCK_TIMEOUT {LOCK_SECONDS * 1000};"
            "SET DEADLOCK_PRIORITY LOW; SET TEXTSIZE 2147483647",
        )
        raw.autocommit(False)

    def tables(self, connection: Connection) -> Iterator[Listed]:
        raw: Any = connection.connection.driver_connection
        for schema, name, kind, size in _rows(raw, _TABLES):
            yield Listed((schema, name), kind.strip(), None if size is None else int(size))
        ((database, sees_all),) = _rows(raw, _SEES_ALL)
        if not sees_all:
            yield Listed((database,), "DATABASE", None, _HIDDEN)

    def cut(self, connection: Connection, unit: Unit, limits: Limits) -> tuple[str, Sequence[Piece]]:
        return "", ()

    def read(self, connection: Connection, unit: Unit, limits: Limits) -> Iterator[Any]:
        raw: Any = connection.connection.driver_connection
        source = ".".join(map(_quoted, unit.locator["table"]))
        found = _rows(raw, _COLUMNS, (source, source))
        if not found:
            yield vanished(unit.place)
            return
        if not any(readable for _, _, readable, *_ in found):
            yield Skipped(unit.place, NO_PRIVILEGE.reason, NO_PRIVILEGE.says)
            return
        if found[0][-1]:
            message = "a security policy may hide rows from the user; exempt it from the policy and scan again"
            yield Skipped(unit.place, Reason.DENIED, message)
        yield from denied_columns(unit.place, (name for name, _, readable, *_ in found if not readable))
        columns = []
        for name, kind, readable, masked, encrypted, _ in found:
            unread = _unread(kind, bool(masked), bool(encrypted)) if readable else None
            if unread is not None:
                yield Skipped(unit.place.at(column=name), unread.reason, unread.says)
            elif readable:
                columns.append((name, _expression(_quoted(name), kind)))
        if not columns:
            return
        total, share = 0, 1.0
        if limits.sample is not None:
            ((total,),) = _rows(raw, f"{TAG} SELECT COUNT_BIG(*) FROM {source}")
            share = limits.sample.share_of(total)
        with raw.cursor() as cursor, Watch(limits.statement_timeout, lambda _: None) as watch:  # the driver gives up
            cursor.execute(f"{TAG} SELECT {', '.join(expression for _, expression in columns)} FROM {source}")
            rows = chosen(cursor, share) if share < 1 else cursor
            parts = row_tables(rows, [name for name, _ in columns], unit.place, limits, watch)
            yield from sampled(parts, unit.place, total) if share < 1 else parts

    @property
    def probes(self) -> Sequence[Probe]:
        return (
            Probe("granted_to_public", _granted),
            Probe("superuser", _superuser),
            Probe("no_tls", _tls),
        )

    def fault(self, error: Exception) -> Fault:
        error = getattr(error, "orig", None) or error
        first = error.args[0] if error.args else 0
        code = first[0] if isinstance(first, tuple) and first else first
        number = code if isinstance(code, int) else 0
        return _FAULTS.get(number, Fault(Reason.ERROR, f"the server reports error {number}; its log says more"))


def _granted(connection: Connection) -> Shown:
    raw: Any = connection.connection.driver_connection
    ((_, sees_all),) = _rows(raw, _SEES_ALL)
    shown = [((schema, name), Evidence("granted_to_public")) for schema, name in _rows(raw, _PUBLIC)]
    return shown if sees_all else [*shown, ((), unknown("granted_to_public"))]


def _superuser(connection: Connection) -> Shown:
    ((is_one,),) = _rows(connection.connection.driver_connection, _SUPERUSER)
    return [((), Evidence("superuser"))] if is_one else []


def _tls(connection: Connection) -> Shown:
    """By what was asked for: the driver does not tell what came of it."""
    url = connection.engine.url
    asked = str(url.query.get("encryption", "require"))
    if asked in ("off", "require"):
        return [((), e) for e in without_tls(url.host or "", asked == "require")]
    return [((), unknown("no_tls"))]


def _rows(raw: Any, query: str, parameters: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    with raw.cursor() as cursor:
        cursor.execute(query, parameters) if parameters else cursor.execute(query)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


def _run(raw: Any, statements: str) -> None:
    with raw.cursor() as cursor:
        cursor.execute(statements)


def _unread(kind: str | None, masked: bool, encrypted: bool) -> Fault | None:
    """Why a column is not read; None: it is."""
    if masked:
        return Fault(Reason.DENIED, "the server masks it for the user; grant UNMASK and scan again")
    if encrypted:
        return Fault(Reason.ENCRYPTED, "encrypted by its owner (Always Encrypted)")
    if kind not in (*_PLAIN, *_BINARY, *_AS_TEXT):
        return Fault(Reason.UNSUPPORTED_TYPE, "of a type that is not read")
    return None


def _quoted(name: str) -> str:
    return "[" + name.replace("]", "]]") + "]"


def _expression(name: str, kind: str) -> str:
    if kind in _BINARY:
        ends = f"SUBSTRING({name}, 1, {ENDS}) + SUBSTRING({name}, DATALENGTH({name}) - {ENDS - 1}, {ENDS}) + 0xFF"
        return f"CASE WHEN DATALENGTH({name}) > {LARGEST_BINARY} THEN {ends} ELSE {name} END"
    return _AS_TEXT.get(kind, "{}").format(name)


dialect: Dialect = Mssql()
