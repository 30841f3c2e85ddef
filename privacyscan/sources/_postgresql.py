"""PostgreSQL: tables leave the server as COPY ... CSV and become Arrow batches without a Python object per cell."""

from __future__ import annotations

import io
import math
import os
import re
import socket
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from privacyscan.batches import Binary, binary_in, row_batch
from privacyscan.batches import column as as_column
from privacyscan.binary import BEGINNINGS, ENDS, NO_TEXT, PLAIN, cut, is_fetched
from privacyscan.errors import TargetError
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
    as_tables,
    commented,
    denied_columns,
    row_tables,
    sampled,
    vanished,
)
from privacyscan.sources._faults import DAMAGED, DROPPED, FULL, LOST, NO_ANSWER, NO_DATABASE, NO_LOGIN, TOO_LONG, Fault
from privacyscan.sources._probes import Probe, Shown, listening, without_tls

if TYPE_CHECKING:
    import pyarrow as pa
    from sqlalchemy import URL, Connection, Engine

# Schemas that begin with pg_ are the server's own. Partitions are read through their parent.
_OURS = """c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT c.relispartition
  AND left(n.nspname, 3) <> 'pg_' AND n.nspname <> 'information_schema'"""
# Of a table that was never analysed, the rows ever written say how many pages there can be at most.
_TABLES = f"""{TAG} SELECT n.nspname, c.relname, c.relkind::text,
  CASE WHEN c.reltuples >= 0 THEN c.reltuples::bigint END,
  pg_catalog.has_schema_privilege(n.oid, 'USAGE')
    AND (pg_catalog.has_table_privilege(c.oid, 'SELECT') OR pg_catalog.has_any_column_privilege(c.oid, 'SELECT')),
  c.relispopulated,
  CASE WHEN c.relkind <> 'r' OR a.amname IS DISTINCT FROM 'heap' THEN 0
    ELSE pg_catalog.current_setting('block_size')::bigint * CASE WHEN c.reltuples >= 0 THEN c.relpages
      ELSE nullif(pg_catalog.pg_stat_get_tuples_inserted(c.oid) + pg_catalog.pg_stat_get_tuples_updated(c.oid), 0) END
  END
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_am a ON a.oid = c.relam
WHERE {_OURS}"""
# The type of a column of a domain is the one that the domain is made of.
_COLUMNS = f"""{TAG} WITH RECURSIVE it AS (
  SELECT c.oid FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname = %(schema)s AND c.relname = %(table)s
), col (num, name, kind, modifier) AS (
  SELECT a.attnum, a.attname, a.atttypid, a.atttypmod FROM pg_catalog.pg_attribute a JOIN it ON a.attrelid = it.oid
  WHERE a.attnum > 0 AND NOT a.attisdropped
  UNION ALL
  SELECT num, name, t.typbasetype, t.typtypmod FROM col JOIN pg_catalog.pg_type t ON t.oid = kind WHERE t.typtype = 'd'
)
SELECT pg_catalog.row_security_active(it.oid), name, pg_catalog.format_type(kind, modifier),
  pg_catalog.has_column_privilege(it.oid, num, 'SELECT'), pg_catalog.col_description(it.oid, num),
  t.typcategory IN ('A', 'C') AND t.typname NOT IN ('_bool', '_float4', '_float8') OR t.typname = 'hstore'
FROM it LEFT JOIN (col JOIN pg_catalog.pg_type t ON t.oid = kind AND t.typtype <> 'd') ON true ORDER BY num"""
_LARGE_OBJECTS = f"{TAG} SELECT pg_catalog.count(*) FROM pg_catalog.pg_largeobject_metadata"
_SOME_OBJECTS = f"""{TAG} SELECT oid FROM pg_catalog.pg_largeobject_metadata
WHERE oid OPERATOR(pg_catalog.>) %(last)s::pg_catalog.oid ORDER BY oid LIMIT 1000"""  # by its primary key
_OBJECT = f"{TAG} SELECT pg_catalog.lo_get(%(oid)s::pg_catalog.oid, 0, %(most)s)"
_SIZE = f"""{TAG} SELECT pg_catalog.pg_export_snapshot(), pg_catalog.current_setting('block_size')::integer,
  pg_catalog.pg_relation_size(c.oid)
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = %(schema)s AND c.relname = %(table)s"""
_FOR_ALL = "a.grantee = 0 AND a.privilege_type"
_PUBLIC = f"""{TAG} SELECT n.nspname, c.relname
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE {_OURS}
  AND EXISTS (SELECT FROM pg_catalog.aclexplode(coalesce(n.nspacl, pg_catalog.acldefault('n', n.nspowner))) a
    WHERE {_FOR_ALL} = 'USAGE')
  AND (EXISTS (SELECT FROM pg_catalog.aclexplode(c.relacl) a WHERE {_FOR_ALL} = 'SELECT')
    OR EXISTS (SELECT FROM pg_catalog.pg_attribute t, pg_catalog.aclexplode(t.attacl) a
      WHERE t.attrelid = c.oid AND NOT t.attisdropped AND {_FOR_ALL} = 'SELECT'))"""
_UNUSED_POLICIES = f"""{TAG} SELECT n.nspname, c.relname
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE NOT c.relrowsecurity AND EXISTS (SELECT FROM pg_catalog.pg_policy p WHERE p.polrelid = c.oid)"""
_SUPERUSER = f"{TAG} SELECT pg_catalog.current_setting('is_superuser') = 'on'"
_LOGGING = f"""{TAG} SELECT name, setting FROM pg_catalog.pg_settings
WHERE name = 'log_statement' AND setting IN ('mod', 'all') OR name = 'log_min_duration_statement' AND setting <> '-1'
  OR name = 'log_parameter_max_length_on_error' AND setting <> '0' ORDER BY name"""
_LISTENING = f"{TAG} SELECT pg_catalog.current_setting('listen_addresses')"
# Lines of pg_hba.conf that ask for no password, take one in a form that is easily broken, or let every network in.
_LOGIN = f"""{TAG} SELECT DISTINCT CASE WHEN auth_method IN ('trust', 'password', 'md5') THEN auth_method
    ELSE 'every network' END AS rule
FROM pg_catalog.pg_hba_file_rules
WHERE error IS NULL AND (auth_method IN ('trust', 'password', 'md5')
  OR auth_method <> 'reject' AND (address = 'all' OR address IN ('0.0.0.0', '::') AND netmask IN ('0.0.0.0', '::')))
ORDER BY rule"""
_OBJECTS = "l"  # the kind of a unit that is no table
_RANGES = 140_000  # PostgreSQL 14, the first that finds a range of pages without reading those before it
_OLDEST = 100_000  # PostgreSQL 10, the first with partitions
_NUMERIC = re.compile(r"numeric\(([0-9]+),([0-9]+)\)")

# https://www.postgresql.org/docs/current/errcodes-appendix.html; the longest beginning of a code counts.
_FAULTS: Mapping[str, Fault] = {
    "08": LOST,
    "28": NO_LOGIN,
    "3D000": NO_DATABASE,
    "3F": Fault(Reason.VANISHED, "the schema is gone"),
    "42501": Fault(Reason.DENIED, "the user may not read it; grant SELECT, or BYPASSRLS under row security"),
    "42703": Fault(Reason.VANISHED, "a column was dropped or renamed during the scan; scan again"),
    "42P01": DROPPED,
    "53300": FULL,
    "55P03": LOCKED,
    "57014": TOO_LONG,
    "57P": Fault(Reason.UNREACHABLE, "the server ended the connection; scan again"),
    "XX": DAMAGED,
}
# A server that refuses to connect gives libpq a text and no code, in the server's language.
_REFUSALS = (
    (re.compile(r"database .* does not exist"), "3D000"),
    (re.compile(r"server closed|consuming input|connection is (lost|closed)"), "08"),
    (re.compile(r"too many (clients|connections)"), "53300"),
    (re.compile(r"starting up|shutting down|recovery mode"), "57P"),
    (re.compile(r"authentication failed|no password supplied|role .* does not exist|not permitted to log in"), "28"),
)


@dataclass(frozen=True, slots=True)
class _Column:
    name: str
    kind: str
    readable: bool
    comment: str | None
    nested: bool  # an array, a record or hstore


class Postgresql:
    title = "PostgreSQL"
    library = "psycopg[binary]"
    drivers = ("postgresql+psycopg", "postgresql", "postgres", "postgres+psycopg")

    def engine(self, url: URL, limits: Limits) -> Engine:
        from sqlalchemy import create_engine
        from sqlalchemy.pool import NullPool

        return create_engine(
            url.set(drivername="postgresql+psycopg"),
            poolclass=NullPool,
            hide_parameters=True,
            use_native_hstore=False,  # or else it would look the type up
            connect_args={
                "application_name": "privacyscan",
                "connect_timeout": max(2, math.ceil(limits.connect_timeout)),  # libpq takes whole seconds from 2 on
                "client_encoding": "utf8",
                "prepare_threshold": None,  # poolers such as pgbouncer know no prepared statements
                "keepalives_idle": 30,
                "keepalives_interval": 10,
                "keepalives_count": 3,
            },
        ).execution_options(postgresql_readonly=True)

    def errors(self) -> tuple[type[Exception], ...]:
        import psycopg

        return (psycopg.Error,)

    def begin(self, connection: Connection, limits: Limits) -> None:
        raw: Any = connection.connection.driver_connection
        if raw.info.server_version < _OLDEST:
            raise TargetError("PostgreSQL before 10 is not read; scan a dump of it", Reason.ERROR)
        # Local to the transaction, so they also hold behind a pooler. With row_security off, a query that would be
        # given a part of the rows fails.
        connection.exec_driver_sql(
            f"SET LOCAL statement_timeout = {max(1, round(limits.statement_timeout * 1000))};"
            f"SET LOCAL lock_timeout = '{LOCK_SECONDS}s'; SET LOCAL row_security = off;"
            "SET LOCAL datestyle = 'ISO, YMD'; SET LOCAL extra_float_digits = 3"
        )
        if limits.sample is not None:  # which is a sample of the rows that were counted
            connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")

    def tables(self, connection: Connection) -> Iterator[Listed]:
        for schema, name, kind, size, readable, filled, length in connection.exec_driver_sql(_TABLES):
            unread = None if filled else Fault(Reason.ERROR, "a materialised view that was never filled; refresh it")
            yield Listed((schema, name), kind, size, unread if readable else NO_PRIVILEGE, length)
        count = connection.exec_driver_sql(_LARGE_OBJECTS).scalar_one()
        if count:
            yield Listed(("pg_catalog", "pg_largeobject"), _OBJECTS, count)

    def cut(self, connection: Connection, unit: Unit, limits: Limits) -> tuple[str, Sequence[Piece]]:
        raw: Any = connection.connection.driver_connection
        if raw.info.server_version < _RANGES:
            return "", ()
        schema, table = unit.locator["table"]
        # The lock that a reader has, until all pieces are read: whoever rewrites the table moves its rows to other
        # pages. It is taken before the snapshot, so nobody did in between.
        connection.exec_driver_sql(
            "SET LOCAL idle_in_transaction_session_timeout = 0; SET TRANSACTION ISOLATION LEVEL REPEATABLE READ;"
            f"LOCK TABLE ONLY {_quoted(schema)}.{_quoted(table)} IN ACCESS SHARE MODE".replace("%", "%%")
        )
        snapshot, page, size = connection.exec_driver_sql(_SIZE, {"schema": schema, "table": table}).one()
        if size <= limits.piece_bytes:
            return "", ()
        first, step = (max(1, -(-part // page)) for part in limits.pieces(size))
        starts = [0, *range(first, -(-size // page), step)]
        return snapshot, [Piece(i, *ends) for i, ends in enumerate(zip_longest(starts, starts[1:]))]

    def read(self, connection: Connection, unit: Unit, limits: Limits) -> Iterator[Table | File | Skipped]:
        if unit.locator["kind"] == _OBJECTS:
            yield from _large_objects(connection, unit, limits)
            return
        piece = unit.piece
        if piece is not None:
            _enter(connection, unit.locator["cut"])
        schema, table = unit.locator["table"]
        found = connection.exec_driver_sql(_COLUMNS, {"schema": schema, "table": table}).all()
        if not found:
            yield vanished(unit.place)
            return
        if found[0][0]:
            message = "row security hides rows from the user, which were not read; grant BYPASSRLS and scan again"
            yield Skipped(unit.place, Reason.DENIED, message)
            connection.exec_driver_sql("SET LOCAL row_security = on")
        listed = [_Column(*column) for _, *column in found if column[0] is not None]
        yield from denied_columns(unit.place, (c.name for c in listed if not c.readable))
        columns = [c for c in listed if c.readable]
        only = "ONLY " if unit.locator["kind"] in "rf" else ""  # tables that inherit from it are listed themselves
        source, total, share = f"{only}{_quoted(schema)}.{_quoted(table)}", 0, 1.0
        if limits.sample is not None:
            count = f"{TAG} SELECT pg_catalog.count(*) FROM {source}".replace("%", "%%")
            total = connection.exec_driver_sql(count).scalar_one()
            share = limits.sample.share_of(total)
            source += _chosen(unit.locator["kind"], share)
            connection.exec_driver_sql(f"{TAG} SELECT pg_catalog.setseed(0.{SEED})")
        connection.exec_driver_sql("SET LOCAL statement_timeout = 0")  # the watch bounds each wait instead
        raw: Any = connection.connection.driver_connection
        if raw.info.parameter_status("server_encoding") == "SQL_ASCII":  # holds any bytes; take them as they are
            connection.exec_driver_sql("SET LOCAL client_encoding = 'SQL_ASCII'")
        stop = partial(_stop, raw, limits.connect_timeout)
        with Watch(limits.statement_timeout, stop) as watch, raw.cursor() as cursor:
            query = _copy(f"{source}{_pages(piece)}", columns, limits.cell_bytes)
            first_row = piece.first_row if piece is not None else 0
            with cursor.copy(query.encode()) as rows:
                parts = as_tables(rows, len, partial(_parse, columns), unit.place, limits, watch, first_row)
                parts = commented(parts, {c.name: c.comment for c in columns})
                yield from sampled(parts, unit.place, total) if share < 1 else parts

    @property
    def probes(self) -> Sequence[Probe]:
        return (
            Probe("granted_to_public", partial(_tables_shown, _PUBLIC, "granted_to_public")),
            Probe("row_security_off", partial(_tables_shown, _UNUSED_POLICIES, "row_security_off")),
            Probe("superuser", _superuser),
            Probe("values_logged", _logging),
            Probe("listens_everywhere", _listening),
            Probe("open_login", _open_login),
            Probe("no_tls", _tls),
        )

    def grouped(
        self, connection: Connection, unit: Unit, columns: Sequence[str], limits: Limits
    ) -> Iterator[Table | File | Skipped] | None:
        if unit.locator["kind"] == _OBJECTS:
            return None
        schema, table = unit.locator["table"]
        found = connection.exec_driver_sql(_COLUMNS, {"schema": schema, "table": table}).all()
        listed = {column[0]: _Column(*column) for _, *column in found}
        chosen = [listed.get(name) for name in columns]
        if not all(c is not None and c.readable and c.kind != "bytea" for c in chosen):
            return None
        only = "ONLY " if unit.locator["kind"] in "rf" else ""
        texts = ", ".join(f"{_expression(c, 0)}::pg_catalog.text" for c in chosen if c is not None)
        numbers = ", ".join(str(i + 1) for i in range(len(columns)))
        source = f"{only}{_quoted(schema)}.{_quoted(table)}"
        query = (
            f"{TAG} COPY (SELECT {texts}, pg_catalog.count(*) FROM {source} GROUP BY {numbers}) TO STDOUT (FORMAT csv)"
        )
        return _groups(connection, query, columns, unit, limits)

    def fault(self, error: Exception) -> Fault:
        error = getattr(error, "orig", None) or error
        code = getattr(error, "sqlstate", None)
        if code is None:
            code = next((c for shape, c in _REFUSALS if shape.search(str(error))), "")
        fitting = [start for start in _FAULTS if code.startswith(start)]
        if fitting:
            return _FAULTS[max(fitting, key=len)]
        if code:
            return Fault(Reason.ERROR, f"the server reports SQLSTATE {code}; its log says more")
        return NO_ANSWER


def _tables_shown(query: str, code: str, connection: Connection) -> Shown:
    return [((schema, table), Evidence(code)) for schema, table in connection.exec_driver_sql(query)]


def _superuser(connection: Connection) -> Shown:
    return [((), Evidence("superuser"))] if connection.exec_driver_sql(_SUPERUSER).scalar_one() else []


def _logging(connection: Connection) -> Shown:
    found = [f"{name} = {setting}" for name, setting in connection.exec_driver_sql(_LOGGING)]
    return [((), Evidence("values_logged", {"setting": ", ".join(found)}))] if found else []


def _listening(connection: Connection) -> Shown:
    addresses = connection.exec_driver_sql(_LISTENING).scalar_one()
    return [((), e) for e in listening("listen_addresses", addresses)]


def _open_login(connection: Connection) -> Shown:
    rules = connection.exec_driver_sql(_LOGIN).scalars().all()
    return [((), Evidence("open_login", {"setting": f"pg_hba.conf: {', '.join(rules)}"}))] if rules else []


def _tls(connection: Connection) -> Shown:
    raw: Any = connection.connection.driver_connection
    return [((), e) for e in without_tls(raw.info.hostaddr or raw.info.host, raw.pgconn.ssl_in_use)]


def _groups(
    connection: Connection, query: str, columns: Sequence[str], unit: Unit, limits: Limits
) -> Iterator[Table | File | Skipped]:
    """What the query gives, as texts, within the statement timeout of the session."""
    raw: Any = connection.connection.driver_connection
    if raw.info.parameter_status("server_encoding") == "SQL_ASCII":
        connection.exec_driver_sql("SET LOCAL client_encoding = 'SQL_ASCII'")
    texts = [_Column(name, "text", True, None, False) for name in (*columns, ROWS)]
    stop = partial(_stop, raw, limits.connect_timeout)
    with Watch(limits.statement_timeout, stop) as watch, raw.cursor() as cursor, cursor.copy(query.encode()) as rows:
        yield from as_tables(rows, len, partial(_parse, texts), unit.place, limits, watch)


def _enter(connection: Connection, snapshot: str) -> None:
    """Read what all pieces of a table read, row by row in the order of its pages. Raises TargetError when the
    snapshot is gone."""
    import psycopg
    from sqlalchemy.exc import DBAPIError

    try:
        connection.exec_driver_sql(
            f"SET TRANSACTION ISOLATION LEVEL REPEATABLE READ; SET TRANSACTION SNAPSHOT '{snapshot}';"
            "SET LOCAL synchronize_seqscans = off; SET LOCAL max_parallel_workers_per_gather = 0"
        )
    except DBAPIError as error:
        if isinstance(error.orig, psycopg.OperationalError):  # the connection is lost
            raise
        message = "the snapshot that the pieces of the table are read from is gone; scan again"
        raise TargetError(message, Reason.UNREACHABLE) from None


def _large_objects(connection: Connection, unit: Unit, limits: Limits) -> Iterator[Table | File | Skipped]:
    """All large objects as a table with one column, in the order of their numbers."""
    denied = 0

    def rows() -> Iterator[tuple[bytes | None]]:
        nonlocal denied
        last = 0
        while numbers := connection.exec_driver_sql(_SOME_OBJECTS, {"last": last}).scalars().all():
            for last in numbers:
                data = _large_object(connection, last, limits)
                denied += data is None
                yield (data,)

    stop = partial(_stop, connection.connection.driver_connection, limits.connect_timeout)
    with Watch(limits.statement_timeout, stop) as watch:
        yield from row_tables(rows(), ["data"], unit.place, limits, watch)
    if denied:
        message = f"{denied} large objects may not be read; grant SELECT on them and scan again"
        yield Skipped(unit.place, Reason.DENIED, message)


def _large_object(connection: Connection, number: int, limits: Limits) -> bytes | None:
    """A large object, or its ends as for large cells; None: it may not be read."""
    from psycopg.errors import InsufficientPrivilege
    from sqlalchemy.exc import DBAPIError

    try:
        with connection.begin_nested():
            data = connection.exec_driver_sql(_OBJECT, {"oid": number, "most": LARGEST_BINARY + 1}).scalar_one()
    except DBAPIError as error:
        if isinstance(error.orig, InsufficientPrivilege):
            return None
        raise
    if len(data) <= LARGEST_BINARY:
        return bytes(data)
    if is_fetched(data):
        most = limits.cell_bytes + 1
        data = connection.exec_driver_sql(_OBJECT, {"oid": number, "most": most}).scalar_one()
        if len(data) < most:
            return bytes(data)
    return cut(data)


def _pages(piece: Piece | None) -> str:
    """The condition that chooses the pages of a piece."""
    if piece is None:
        return ""
    before = f" AND ctid OPERATOR(pg_catalog.<) '({piece.end},0)'::pg_catalog.tid" if piece.end is not None else ""
    return f" WHERE ctid OPERATOR(pg_catalog.>=) '({piece.start},0)'::pg_catalog.tid{before}"


def _chosen(kind: str, share: float) -> str:
    """What chooses so many of the rows, each by itself. Only what is stored here can be sampled where it lies: views
    and foreign tables cannot, and partitions may be foreign."""
    if share >= 1:
        return ""
    if kind in "rm":
        return f" TABLESAMPLE pg_catalog.bernoulli ({100 * share!r}) REPEATABLE ({SEED})"
    return f" WHERE pg_catalog.random() OPERATOR(pg_catalog.<) {share!r}"


def _stop(raw: Any, seconds: float, times: int) -> None:
    """Cancel the statement; the second time, when that was of no use, end the connection."""
    import psycopg

    with suppress(psycopg.Error, OSError):
        if times == 1:
            raw.cancel_safe(timeout=seconds)
        else:
            with socket.socket(fileno=os.dup(raw.fileno())) as line:
                line.shutdown(socket.SHUT_RDWR)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _copy(table: str, columns: Sequence[_Column], most: int) -> str:
    chosen = ", ".join(_expression(column, most) for column in columns)
    return f"{TAG} COPY (SELECT {chosen} FROM {table}) TO STDOUT (FORMAT csv)"


def _expression(column: _Column, most: int) -> str:
    """The column as it is asked for; COPY writes every other type as its text. Of large binary cells only the ends are
    sent, unless they are of at most so many bytes and begin as what is read."""
    name = _quoted(column.name)
    if column.kind == "bytea":
        length = f"pg_catalog.octet_length({name})"
        last = f"{length} OPERATOR(pg_catalog.-) {ENDS - 1}"
        first, last = (f"pg_catalog.encode(pg_catalog.substr({name}, {at}, {ENDS}), 'hex')" for at in ("1", last))
        ends = f"pg_catalog.concat({first}, {last}, '{NO_TEXT}')"
        is_large = f"{length} OPERATOR(pg_catalog.>) {LARGEST_BINARY}"
        begins = f"pg_catalog.encode(pg_catalog.substr({name}, 1, 2), 'hex') OPERATOR(pg_catalog.=) ANY"
        begins = f"{begins} ('{{{', '.join(BEGINNINGS)}}}'::pg_catalog.text[])"
        is_text = f"position('\\x00'::pg_catalog.bytea IN pg_catalog.substr({name}, 1, {PLAIN}))"
        is_text = f"{is_text} OPERATOR(pg_catalog.=) 0"
        is_read = f"({begins} OR {is_text}) AND {length} OPERATOR(pg_catalog.<=) {most}"
        return f"CASE WHEN {is_large} AND NOT ({is_read}) THEN {ends} ELSE pg_catalog.encode({name}, 'hex') END"
    if column.nested:
        return f"pg_catalog.to_json({name})"
    if _decimal(column.kind):  # Arrow's decimals know no NaN
        return f"CASE WHEN {name} OPERATOR(pg_catalog.<>) 'NaN' THEN {name} END"
    return name


def _decimal(kind: str) -> tuple[int, int] | None:
    """Precision and scale of numbers with a fraction, which detection can leave out; None for all else."""
    match = _NUMERIC.fullmatch(kind)
    precision, scale = (int(match[1]), int(match[2])) if match else (0, 0)
    return (precision, scale) if 0 < scale <= precision <= 38 else None


def _arrow_type(kind: str) -> pa.DataType:
    """The type to parse a column as. Whole numbers and dates stay text, because they are looked into."""
    import pyarrow as pa

    if kind == "boolean":
        return pa.bool_()
    if kind in ("real", "double precision"):
        return pa.float64()
    decimal = _decimal(kind)
    return pa.decimal128(*decimal) if decimal else pa.string()


def _parse(columns: Sequence[_Column], rows: Sequence[bytes]) -> tuple[pa.RecordBatch, Mapping[str, Sequence[Binary]]]:
    """Rows of CSV as a batch, and the binary data by column. The server sends row by row
    (https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-COPY), so each is whole."""
    import pyarrow as pa

    names = [c.name for c in columns]
    if not rows or not names:
        return row_batch(names, [])
    data = b"".join(rows)
    try:
        batch = _csv(columns, data)
    except pa.ArrowInvalid:  # bytes that are no text, from a database of encoding SQL_ASCII
        batch = _csv(columns, data.decode("utf-8", "replace").encode())
    arrays, binary = list(batch.columns), {}
    for i, column in enumerate(columns):
        if column.kind == "bytea":
            cells = [None if v is None else bytes.fromhex(v) for v in arrays[i].to_pylist()]
            arrays[i], unread = as_column(cells)
            binary[column.name] = binary_in(cells) if unread else []
    return pa.RecordBatch.from_arrays(arrays, names), binary


def _csv(columns: Sequence[_Column], data: bytes) -> pa.RecordBatch:
    """An empty field without quotes is NULL, one with quotes an empty text; a line may be empty."""
    from pyarrow import csv

    table = csv.read_csv(
        io.BytesIO(data),
        csv.ReadOptions(column_names=[c.name for c in columns], block_size=len(data) + 1, use_threads=False),
        csv.ParseOptions(newlines_in_values=True, ignore_empty_lines=False),
        csv.ConvertOptions(
            column_types={c.name: _arrow_type(c.kind) for c in columns},
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
            true_values=["t"],
            false_values=["f"],
        ),
    )
    return table.combine_chunks().to_batches()[0]


dialect: Dialect = Postgresql()
