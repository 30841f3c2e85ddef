"""MySQL and MariaDB, row by row through an unbuffered cursor."""

from __future__ import annotations

import ssl
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from privacyscan.binary import BEGINNINGS, ENDS, NO_TEXT, PLAIN
from privacyscan.model import Evidence, File, Limits, Piece, Reason, Skipped, Table, Unit
from privacyscan.sources import ROWS
from privacyscan.sources._dialect import (
    LARGEST_BINARY,
    LOCK_SECONDS,
    LOCKED,
    NO_PRIVILEGE,
    SEED,
    TAG,
    Dialect,
    Listed,
    Watch,
    commented,
    denied_columns,
    row_tables,
    sampled,
    vanished,
)
from privacyscan.sources._faults import (
    BROKEN_VIEW,
    DROPPED,
    FULL,
    LOST,
    NO_ANSWER,
    NO_DATABASE,
    NO_LOGIN,
    NO_SELECT,
    TOO_LONG,
    Fault,
)
from privacyscan.sources._probes import Probe, Shown, listening, without_tls

if TYPE_CHECKING:
    from sqlalchemy import URL, Connection, Engine

# All databases, or the one that the URL names.
_IN_SCOPE = """(DATABASE() IS NULL AND LOWER(TABLE_SCHEMA) NOT IN
  ('information_schema', 'performance_schema', 'mysql', 'sys') OR TABLE_SCHEMA = DATABASE())"""
_TABLES = f"""{TAG} SELECT TABLE_SCHEMA, TABLE_NAME, TABLE_TYPE, TABLE_ROWS,
IF(TABLE_TYPE = 'BASE TABLE' AND ENGINE = 'InnoDB', DATA_LENGTH, 0) FROM information_schema.TABLES
WHERE TABLE_TYPE <> 'SEQUENCE' AND {_IN_SCOPE}"""
# The first column of the primary key, in whose order InnoDB stores the rows.
_FIRST_OF_KEY = f"""{TAG} SELECT COLUMN_NAME FROM information_schema.STATISTICS
JOIN information_schema.COLUMNS USING (TABLE_SCHEMA, TABLE_NAME, COLUMN_NAME)
WHERE TABLE_SCHEMA = %(schema)s AND TABLE_NAME = %(table)s AND INDEX_NAME = 'PRIMARY' AND SEQ_IN_INDEX = 1
AND DATA_TYPE IN ('tinyint', 'smallint', 'mediumint', 'int', 'bigint') AND SUB_PART IS NULL"""
# Databases that can be seen, without a privilege that would show what is in them.
_CLOSED = f"""{TAG} SELECT s.TABLE_SCHEMA FROM (SELECT SCHEMA_NAME AS TABLE_SCHEMA FROM information_schema.SCHEMATA) s
WHERE {_IN_SCOPE}
  AND NOT EXISTS (SELECT 1 FROM information_schema.TABLES t WHERE t.TABLE_SCHEMA = s.TABLE_SCHEMA)
  AND NOT EXISTS (SELECT 1 FROM information_schema.USER_PRIVILEGES p WHERE p.PRIVILEGE_TYPE = 'SELECT')
  AND NOT EXISTS (SELECT 1 FROM information_schema.SCHEMA_PRIVILEGES p
                  WHERE p.PRIVILEGE_TYPE = 'SELECT' AND s.TABLE_SCHEMA LIKE p.TABLE_SCHEMA)"""
_COLUMNS = f"""{TAG} SELECT COLUMN_NAME, LOWER(DATA_TYPE), FIND_IN_SET('select', PRIVILEGES), COLUMN_COMMENT
FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = %(schema)s AND TABLE_NAME = %(table)s ORDER BY ORDINAL_POSITION"""
# Accounts that reach from every host, and what all may do. To whom mysql.db is closed, others' rights are concealed.
_WIDE = """PRIVILEGE_TYPE = 'SELECT' AND (SUBSTRING_INDEX(GRANTEE, '@', -1) = '''%''' OR GRANTEE LIKE '''''@%'
  OR GRANTEE IN ('PUBLIC', '''PUBLIC''', '''PUBLIC''@'''''))"""
_FOR_WHOM = """IF(SUBSTRING_INDEX(GRANTEE, '@', -1) = '''%''', 'granted_to_all_hosts', 'granted_to_public')"""
_WIDELY_GRANTED = f"""{TAG} SELECT {_FOR_WHOM} code, NULL, NULL, COUNT(DISTINCT GRANTEE)
FROM information_schema.USER_PRIVILEGES WHERE {_WIDE} AND (SELECT COUNT(*) FROM mysql.db) >= 0 GROUP BY code
UNION ALL SELECT {_FOR_WHOM} code, s.SCHEMA_NAME, NULL, COUNT(DISTINCT GRANTEE)
FROM information_schema.SCHEMATA s JOIN information_schema.SCHEMA_PRIVILEGES p ON s.SCHEMA_NAME LIKE p.TABLE_SCHEMA
WHERE {_WIDE} GROUP BY code, s.SCHEMA_NAME
UNION ALL SELECT {_FOR_WHOM} code, TABLE_SCHEMA, TABLE_NAME, COUNT(DISTINCT GRANTEE)
FROM (SELECT GRANTEE, TABLE_SCHEMA, TABLE_NAME, PRIVILEGE_TYPE FROM information_schema.TABLE_PRIVILEGES
  UNION ALL SELECT GRANTEE, TABLE_SCHEMA, TABLE_NAME, PRIVILEGE_TYPE FROM information_schema.COLUMN_PRIVILEGES) g
WHERE {_WIDE} GROUP BY code, TABLE_SCHEMA, TABLE_NAME""".replace("%", "%%")
_SUPERUSER = f"""{TAG} SELECT COUNT(*) FROM information_schema.USER_PRIVILEGES
WHERE PRIVILEGE_TYPE = 'SUPER' AND REPLACE(GRANTEE, '''', '') = CURRENT_USER()"""
_LOGGING = f"{TAG} SELECT @@GLOBAL.general_log"
_LISTENING = f"{TAG} SELECT IF(@@GLOBAL.skip_networking, '', COALESCE(NULLIF(@@GLOBAL.bind_address, ''), '*'))"
_CIPHER = f"{TAG} SHOW SESSION STATUS LIKE 'Ssl_cipher'"
_BINARY = ("binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob", "vector")
_BEGINNINGS = "', '".join(BEGINNINGS).upper()
_SHAPES = ("geometry", "point", "linestring", "polygon", "multipoint", "multilinestring", "multipolygon")
_COLLECTIONS = ("geometrycollection", "geomcollection")

_NO_TLS = Fault(
    Reason.UNREACHABLE,
    "no encrypted connection comes about; mend the server's TLS or, in a safe network, add ?ssl_disabled=true",
)
_BROKEN = Fault(Reason.DAMAGED, "the server finds the table damaged; check the server's log")
# https://mariadb.com/docs/server/reference/error-codes, https://dev.mysql.com/doc/mysql-errors/8.4/en/
_FAULTS: Mapping[int, Fault] = {
    1040: FULL,
    **dict.fromkeys((1044, 1142, 1143, 1227, 1345, 1370), NO_SELECT),
    **dict.fromkeys((1045, 1130, 1698, 1820, 1862, 3118, 4151), NO_LOGIN),
    1049: NO_DATABASE,
    **dict.fromkeys((1054, 1146), DROPPED),
    **dict.fromkeys((1053, 1080, 1927, 2006, 2013, 2014, 2055), LOST),
    **dict.fromkeys((1034, 1035, 1194, 1195, 1712), _BROKEN),
    1205: LOCKED,
    **dict.fromkeys((1317, 1969, 3024), TOO_LONG),
    1356: BROKEN_VIEW,
    **dict.fromkeys((2002, 2003, 2005), NO_ANSWER),
}


class Mysql:
    title = "MySQL"
    library = "pymysql"
    drivers = ("mysql+pymysql", "mysql", "mariadb", "mariadb+pymysql")

    def engine(self, url: URL, limits: Limits) -> Engine:
        from pymysql import converters
        from pymysql.constants import FIELD_TYPE
        from sqlalchemy import create_engine
        from sqlalchemy.pool import NullPool

        # Encrypted where the server offers it, as PostgreSQL's driver does by itself; the URL may say otherwise.
        encrypted = {} if any(key.startswith("ssl") for key in url.query) else {"ssl": {"check_hostname": False}}
        # Whole numbers and dates stay the text that they are on the wire; fractions get a type to tell them by.
        kinds = (FIELD_TYPE.FLOAT, FIELD_TYPE.DOUBLE, FIELD_TYPE.DECIMAL, FIELD_TYPE.NEWDECIMAL)
        return create_engine(
            url.set(drivername="mysql+pymysql"),
            poolclass=NullPool,
            hide_parameters=True,
            connect_args={
                "charset": "utf8mb4",
                "connect_timeout": max(1, min(31536000, round(limits.connect_timeout))),
                "read_timeout": limits.connect_timeout,  # for the greeting; `begin` gives statements more
                "program_name": "privacyscan",
                **encrypted,
                "conv": converters.encoders | {k: converters.decoders[k] for k in kinds},
            },
        )

    def errors(self) -> tuple[type[Exception], ...]:
        import pymysql

        return (pymysql.Error,)

    def begin(self, connection: Connection, limits: Limits) -> None:
        raw: Any = connection.connection.driver_connection
        raw._read_timeout = 2 * limits.statement_timeout + limits.connect_timeout  # when even KILL QUERY was of no use
        # At a stricter isolation a SELECT would lock the rows that it reads.
        connection.exec_driver_sql("SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        bound = f"{_statement_limit(connection)} = {_statement_time(connection, limits.statement_timeout)}"
        connection.exec_driver_sql(f"SET SESSION lock_wait_timeout = {LOCK_SECONDS}, net_write_timeout = 600, {bound}")

    def tables(self, connection: Connection) -> Iterator[Listed]:
        for schema, name, kind, size, length in connection.exec_driver_sql(_TABLES):
            yield Listed((schema, name), kind, None if size is None else int(size), bytes=int(length or 0))
        for (schema,) in connection.exec_driver_sql(_CLOSED):
            yield Listed((schema,), "DATABASE", None, NO_PRIVILEGE)

    def cut(self, connection: Connection, unit: Unit, limits: Limits) -> tuple[str, Sequence[Piece]]:
        schema, table = unit.locator["table"]
        key = connection.exec_driver_sql(_FIRST_OF_KEY, {"schema": schema, "table": table}).scalar()
        if key is None:
            return "", ()
        name, whole = _quoted(key), f"{_quoted(schema)}.{_quoted(table)}"
        ends = connection.exec_driver_sql(
            f"{TAG} SELECT MIN({name}), MAX({name}) FROM {whole}".replace("%", "%%")
        ).one()
        connection.rollback()  # nothing is held while the pieces are read
        if None in ends:
            return "", ()
        least, most = map(int, ends)
        size = unit.locator["bytes"]
        first, others = limits.pieces(size)
        shares = range(first, size, others)  # bytes before each further piece, if numbers are spread evenly
        starts = sorted({least, *(least + (most - least) * share // size for share in shares)})
        return key, [Piece(i, *ends) for i, ends in enumerate(zip_longest(starts, starts[1:]))]

    def read(self, connection: Connection, unit: Unit, limits: Limits) -> Iterator[Table | File | Skipped]:
        from pymysql.cursors import SSCursor

        schema, table = unit.locator["table"]
        found = connection.exec_driver_sql(_COLUMNS, {"schema": schema, "table": table}).all()
        columns = [(name, kind) for name, kind, readable, _ in found if int(readable)]
        if not columns:
            yield Skipped(unit.place, NO_PRIVILEGE.reason, NO_PRIVILEGE.says) if found else vanished(unit.place)
            return
        yield from denied_columns(unit.place, (name for name, _, readable, _ in found if not int(readable)))
        source, total, share = _source(schema, table, unit.locator["kind"]), 0, 1.0
        if limits.sample is not None:
            count = f"{TAG} SELECT COUNT(*) FROM {source}".replace("%", "%%")
            total = int(connection.exec_driver_sql(count).scalar_one())
            share = limits.sample.share_of(total)
            source += f" WHERE RAND({SEED}) < {share!r}" if share < 1 else ""
        connection.exec_driver_sql(f"SET SESSION {_statement_limit(connection)} = 0")  # the watch bounds each wait
        raw: Any = connection.connection.driver_connection
        cursor: Any = SSCursor(raw)
        try:
            with Watch(limits.statement_timeout, lambda _: _stop(connection.engine, raw.thread_id())) as watch:
                cursor.execute(_select(source, columns, limits.cell_bytes) + _within(unit))
                names = [name for name, _ in columns]
                first_row = unit.piece.first_row if unit.piece is not None else 0
                parts = row_tables(cursor, names, unit.place, limits, watch, first_row)
                parts = commented(parts, {name: comment for name, _, _, comment in found})
                yield from sampled(parts, unit.place, total) if share < 1 else parts
        finally:
            if cursor._result is not None:  # or else the cursor would fetch the rest of the table when it goes
                cursor._result.unbuffered_active = False

    @property
    def probes(self) -> Sequence[Probe]:
        return (
            Probe("granted_to_all_hosts", _widely_granted),
            Probe("superuser", _superuser),
            Probe("values_logged", _logging),
            Probe("listens_everywhere", _listening),
            Probe("no_tls", _tls),
        )

    def grouped(
        self, connection: Connection, unit: Unit, columns: Sequence[str], limits: Limits
    ) -> Iterator[Table | File | Skipped] | None:
        schema, table = unit.locator["table"]
        found = connection.exec_driver_sql(_COLUMNS, {"schema": schema, "table": table}).all()
        kinds = {name: kind for name, kind, readable, _ in found if int(readable)}
        if not kinds.keys() >= set(columns):
            return None
        # As texts that are compared sign by sign: the column's own collation may take strange letters for equal.
        asked = (_expression(_quoted(name), kinds[name], 0) for name in columns)
        chosen = ", ".join(f"CONVERT({a} USING utf8mb4) COLLATE utf8mb4_bin" for a in asked)
        numbers = ", ".join(str(i + 1) for i in range(len(columns)))
        source = _source(schema, table, unit.locator["kind"])
        return self._groups(
            connection, f"{TAG} SELECT {chosen}, COUNT(*) FROM {source} GROUP BY {numbers}", columns, unit, limits
        )

    def _groups(
        self, connection: Connection, query: str, columns: Sequence[str], unit: Unit, limits: Limits
    ) -> Iterator[Table | File | Skipped]:
        from pymysql.cursors import SSCursor

        raw: Any = connection.connection.driver_connection
        cursor: Any = SSCursor(raw)
        try:
            with Watch(limits.statement_timeout, lambda _: _stop(connection.engine, raw.thread_id())) as watch:
                cursor.execute(query)
                yield from row_tables(cursor, [*columns, ROWS], unit.place, limits, watch)
        finally:
            if cursor._result is not None:
                cursor._result.unbuffered_active = False

    def fault(self, error: Exception) -> Fault:
        error = getattr(error, "orig", None) or error
        code = error.args[0] if error.args else 0
        if isinstance(getattr(error, "original_exception", None), ssl.SSLError):
            return _NO_TLS
        if code in _FAULTS:
            return _FAULTS[code]
        return Fault(
            Reason.ERROR, f"the server reports error {code if isinstance(code, int) else 0}; its log says more"
        )


def _widely_granted(connection: Connection) -> Shown:
    for code, schema, table, accounts in connection.exec_driver_sql(_WIDELY_GRANTED):
        path = tuple(name for name in (schema, table) if name is not None)
        yield path, Evidence(code, {"accounts": int(accounts)})


def _superuser(connection: Connection) -> Shown:
    return [((), Evidence("superuser"))] if int(connection.exec_driver_sql(_SUPERUSER).scalar_one()) else []


def _logging(connection: Connection) -> Shown:
    is_on = int(connection.exec_driver_sql(_LOGGING).scalar_one())
    return [((), Evidence("values_logged", {"setting": "general_log = ON"}))] if is_on else []


def _listening(connection: Connection) -> Shown:
    addresses = connection.exec_driver_sql(_LISTENING).scalar_one()
    return [((), e) for e in listening("bind_address", addresses)]


def _tls(connection: Connection) -> Shown:
    raw: Any = connection.connection.driver_connection
    cipher = connection.exec_driver_sql(_CIPHER).one()[1]
    return [((), e) for e in without_tls("" if raw.unix_socket else raw.host, bool(cipher))]


def _statement_limit(connection: Connection) -> str:
    return "max_statement_time" if connection.dialect.is_mariadb else "max_execution_time"  # type: ignore[attr-defined]


def _statement_time(connection: Connection, seconds: float) -> float:
    """MariaDB counts in seconds, MySQL in milliseconds."""
    return seconds if connection.dialect.is_mariadb else max(1, round(seconds * 1000))  # type: ignore[attr-defined]


def _stop(engine: Engine, thread: int) -> None:
    from sqlalchemy.exc import SQLAlchemyError

    with suppress(SQLAlchemyError), engine.connect() as other:
        other.exec_driver_sql(f"KILL QUERY {thread}")


def _quoted(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"


def _source(schema: str, table: str, kind: str) -> str:
    history = " FOR SYSTEM_TIME ALL" if kind == "SYSTEM VERSIONED" else ""  # rows as they were before are data too
    return f"{_quoted(schema)}.{_quoted(table)}{history}"


def _select(source: str, columns: Sequence[tuple[str, str]], most: int) -> str:
    chosen = ", ".join(_expression(_quoted(name), kind, most) for name, kind in columns)
    return f"{TAG} SELECT {chosen} FROM {source}"


def _within(unit: Unit) -> str:
    """The rows of a piece; what is by now below the first number or above the last belongs to the pieces there."""
    piece = unit.piece
    if piece is None:
        return ""
    key = _quoted(unit.locator["cut"])
    bounds = [f"{key} >= {piece.start}"] if piece.number else []
    bounds += [f"{key} < {piece.end}"] if piece.end is not None else []
    return f" FORCE INDEX (PRIMARY) WHERE {' AND '.join(bounds)}"


def _expression(name: str, kind: str, most: int) -> str:
    """The column as it is asked for. Of large binary cells only the ends are sent, unless they are of at most so many
    bytes and begin as what is read."""
    if kind in _BINARY:
        ends = f"CONCAT(LEFT({name}, {ENDS}), RIGHT({name}, {ENDS}), x'{NO_TEXT}')"
        begins = f"HEX(LEFT({name}, 2)) IN ('{_BEGINNINGS}')"
        is_read = f"({begins} OR INSTR(LEFT({name}, {PLAIN}), x'00') = 0) AND LENGTH({name}) <= {most}"
        return f"CASE WHEN LENGTH({name}) > {LARGEST_BINARY} AND NOT ({is_read}) THEN {ends} ELSE {name} END"
    if kind in _SHAPES or kind in _COLLECTIONS:
        return f"ST_AsText({name})"
    return f"{name} + 0" if kind == "bit" else name


dialect: Dialect = Mysql()
