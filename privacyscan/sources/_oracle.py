"""Oracle: the tables and views of all users but the server's own, in a transaction that only reads."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from privacyscan.binary import ENDS
from privacyscan.errors import TargetError
from privacyscan.model import Evidence, Limits, Piece, Reason, Skipped, Unit
from privacyscan.sources._dialect import (
    LOCKED,
    NO_PRIVILEGE,
    TAG,
    Dialect,
    Listed,
    Watch,
    chosen,
    row_tables,
    sampled,
    vanished,
)
from privacyscan.sources._faults import BROKEN_VIEW, DAMAGED, LOST, NO_ANSWER, NO_LOGIN, NO_SELECT, TOO_LONG, Fault
from privacyscan.sources._probes import Probe, Shown, is_local, unknown

if TYPE_CHECKING:
    from sqlalchemy import URL, Connection, Engine

_AT_ONCE = 500  # rows of one answer
_OLDEST = 12  # the first that says whose schemas are its own
# What a table is stored in, and tables of one session, are left out. {0} is ALL, or DBA for who may see everything.
_TABLES = (
    TAG
    + """ SELECT t.owner, t.table_name, 'TABLE', t.num_rows FROM {0}_tables t
JOIN all_users u ON u.username = t.owner AND u.oracle_maintained = 'N'
WHERE t.nested = 'NO' AND t.secondary = 'N' AND t.temporary = 'N' AND t.dropped = 'NO'
  AND (t.iot_type IS NULL OR t.iot_type = 'IOT')
UNION ALL SELECT v.owner, v.view_name, 'VIEW', NULL FROM {0}_views v
JOIN all_users u ON u.username = v.owner AND u.oracle_maintained = 'N'"""
)
_COLUMNS = f"""{TAG} SELECT column_name, data_type FROM all_tab_cols
WHERE owner = :1 AND table_name = :2 AND hidden_column = 'NO' ORDER BY column_id"""
_POLICIES = f"""{TAG} SELECT COUNT(*) FROM all_policies WHERE object_owner = :1 AND object_name = :2 AND enable = 'YES'
AND sel = 'YES' AND NOT EXISTS (SELECT 1 FROM session_privs WHERE privilege = 'EXEMPT ACCESS POLICY')"""
_REDACTIONS = f"""{TAG} SELECT COUNT(*) FROM redaction_policies WHERE TRIM(enable) = 'YES'
AND NOT EXISTS (SELECT 1 FROM session_privs WHERE privilege = 'EXEMPT REDACTION POLICY')"""

_PUBLIC = f"""{TAG} SELECT p.table_schema, p.table_name FROM all_tab_privs p
JOIN all_users u ON u.username = p.table_schema AND u.oracle_maintained = 'N'
WHERE p.grantee = 'PUBLIC' AND p.privilege IN ('SELECT', 'READ')"""
_SUPERUSER = f"{TAG} SELECT COUNT(*) FROM session_roles WHERE role = 'DBA'"
_PROTOCOL = f"{TAG} SELECT SYS_CONTEXT('USERENV', 'NETWORK_PROTOCOL'), SYS_CONTEXT('USERENV', 'IP_ADDRESS') FROM dual"

_RAW = 2000  # bytes that an expression may give
_PLAIN = ("VARCHAR2", "NVARCHAR2", "CHAR", "NCHAR", "NUMBER", "FLOAT", "BINARY_FLOAT", "BINARY_DOUBLE", "CLOB", "NCLOB")
_SAME = (*_PLAIN, "LONG", "RAW", "BOOLEAN")
_ENDS = f"DBMS_LOB.SUBSTR({{0}}, {ENDS}, 1), DBMS_LOB.SUBSTR({{0}}, {ENDS}, DBMS_LOB.GETLENGTH({{0}}) - {ENDS - 1})"
_BLOB = f"""CASE WHEN DBMS_LOB.GETLENGTH({{0}}) > {_RAW}
THEN UTL_RAW.CONCAT({_ENDS}, HEXTORAW('FF')) ELSE DBMS_LOB.SUBSTR({{0}}, {_RAW}, 1) END"""
_EXPRESSIONS: Mapping[str, str] = {
    **dict.fromkeys(_SAME, "{0}"),
    "BLOB": _BLOB,  # of a long one only the ends, and a byte that no text has
    "DATE": "TO_CHAR({0}, 'YYYY-MM-DD\"T\"HH24:MI:SS')",
    "TIMESTAMP": "TO_CHAR({0}, 'YYYY-MM-DD\"T\"HH24:MI:SS.FF6')",
    "TIMESTAMP WITH TIME ZONE": "TO_CHAR({0}, 'YYYY-MM-DD\"T\"HH24:MI:SS.FF6TZH:TZM')",
    "TIMESTAMP WITH LOCAL TIME ZONE": "TO_CHAR({0}, 'YYYY-MM-DD\"T\"HH24:MI:SS.FF6')",
    "INTERVAL DAY TO SECOND": "TO_CHAR({0})",
    "INTERVAL YEAR TO MONTH": "TO_CHAR({0})",
    "JSON": "JSON_SERIALIZE({0} RETURNING CLOB)",
    "ROWID": "ROWIDTOCHAR({0})",
    "XMLTYPE": "XMLSERIALIZE(CONTENT {0} AS CLOB)",
}
_PRECISION = re.compile(r"\([0-9]+\)")  # TIMESTAMP(6) WITH TIME ZONE

_HIDDEN = Fault(Reason.DENIED, "what the user has no right to is not shown; grant SELECT_CATALOG_ROLE and scan again")
_REDACTED = Fault(
    Reason.DENIED, "the server may redact values for the user; grant EXEMPT REDACTION POLICY and scan again"
)
_NO_SERVICE = Fault(Reason.UNREACHABLE, "the server has no such service; check the name at the end of the URL")
_OUTDATED = Fault(Reason.ERROR, "the table changed for longer than the server remembers; scan again at a quiet time")
# https://docs.oracle.com/en/error-help/db/
_FAULTS: Mapping[str, Fault] = {
    **dict.fromkeys(
        ("ORA-00942", "ORA-04043", "ORA-00904"), Fault(Reason.VANISHED, "is gone, or the user may not read it")
    ),
    **dict.fromkeys(("ORA-01031", "ORA-01720", "ORA-41900"), NO_SELECT),
    **dict.fromkeys(("ORA-01017", "ORA-01045", "ORA-28000", "ORA-28001"), NO_LOGIN),
    **dict.fromkeys(("ORA-12514", "ORA-12505", "DPY-6001", "DPY-6003"), _NO_SERVICE),
    **dict.fromkeys(("ORA-03113", "ORA-03114", "ORA-03135", "ORA-00028", "DPY-4011", "DPY-1001"), LOST),
    **dict.fromkeys(("ORA-01013", "DPY-4024", "ORA-02396"), TOO_LONG),
    **dict.fromkeys(("DPY-6005", "DPY-6000", "DPY-4027", "ORA-12541", "ORA-12170"), NO_ANSWER),
    "ORA-00054": LOCKED,
    "ORA-01555": _OUTDATED,
    "ORA-04063": BROKEN_VIEW,
    **dict.fromkeys(("ORA-01578", "ORA-08103"), DAMAGED),
}


class Oracle:
    title = "Oracle"
    library = "privacyscan[oracle]"
    drivers = ("oracle+oracledb", "oracle")

    def engine(self, url: URL, limits: Limits) -> Engine:
        import oracledb  # noqa: F401 - or else the library is missing
        from sqlalchemy import create_engine
        from sqlalchemy.pool import NullPool

        if not url.database and "service_name" not in url.query:
            raise TargetError("names no service; write oracle://user@host:1521/?service_name=NAME", Reason.UNREACHABLE)
        return create_engine(
            url.set(drivername="oracle+oracledb"),
            poolclass=NullPool,
            hide_parameters=True,
            _initialize=False,  # SQLAlchemy's own questions, which nobody here needs
            connect_args={"tcp_connect_timeout": limits.connect_timeout, "program": "privacyscan"},
        )

    def errors(self) -> tuple[type[Exception], ...]:
        import oracledb

        return (oracledb.Error,)

    def begin(self, connection: Connection, limits: Limits) -> None:
        raw: Any = connection.connection.driver_connection
        if int(str(raw.version).partition(".")[0]) < _OLDEST:
            raise TargetError("Oracle before 12 is not read; scan a dump of it", Reason.ERROR)
        raw.call_timeout = max(1, round(limits.statement_timeout * 1000))  # of each answer
        raw.outputtypehandler = _as_values
        raw.rollback()  # the next transaction shall be the first of its kind
        with raw.cursor() as cursor:
            cursor.execute("ALTER SESSION SET NLS_NUMERIC_CHARACTERS = '.,'")
            cursor.execute("SET TRANSACTION READ ONLY")

    def tables(self, connection: Connection) -> Iterator[Listed]:
        import oracledb

        raw: Any = connection.connection.driver_connection
        readable = {tuple(row) for row in _rows(raw, _TABLES.format("all"))}
        try:
            everything = {tuple(row) for row in _rows(raw, _TABLES.format("dba"))}
            ((redactions,),) = _rows(raw, _REDACTIONS)
            if int(redactions):
                yield Listed(("REDACTION_POLICIES",), "CATALOG", None, _REDACTED)
        except oracledb.DatabaseError as error:
            if self.fault(error).reason not in (Reason.DENIED, Reason.VANISHED):
                raise
            everything = readable
            yield Listed(("DBA_TABLES",), "CATALOG", None, _HIDDEN)
        for owner, name, kind, size in everything | readable:
            unread = None if (owner, name, kind, size) in readable else NO_PRIVILEGE
            yield Listed((owner, name), kind, None if size is None else int(size), unread)

    def cut(self, connection: Connection, unit: Unit, limits: Limits) -> tuple[str, Sequence[Piece]]:
        return "", ()

    def read(self, connection: Connection, unit: Unit, limits: Limits) -> Iterator[Any]:
        raw: Any = connection.connection.driver_connection
        owner, table = unit.locator["table"]
        columns = []
        found = _rows(raw, _COLUMNS, [owner, table])
        for name, kind in found:
            expression = _EXPRESSIONS.get(_PRECISION.sub("", kind))
            if expression is None:
                yield Skipped(unit.place.at(column=name), Reason.UNSUPPORTED_TYPE, "of a type that is not read")
            else:
                columns.append((name, expression.format(_quoted(name))))
        if not columns:
            if not found:
                yield vanished(unit.place)
            return
        ((policies,),) = _rows(raw, _POLICIES, [owner, table])
        if int(policies):
            message = "a security policy may hide rows from the user; exempt it from the policy and scan again"
            yield Skipped(unit.place, Reason.DENIED, message)
        source = f"{_quoted(owner)}.{_quoted(table)}"
        total, share = 0, 1.0
        if limits.sample is not None:
            total = int(_rows(raw, f"{TAG} SELECT COUNT(*) FROM {source}")[0][0])
            share = limits.sample.share_of(total)
        with raw.cursor() as cursor, Watch(limits.statement_timeout, lambda _: None) as watch:  # the driver gives up
            cursor.arraysize = cursor.prefetchrows = min(_AT_ONCE, limits.batch_rows)
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
        code = getattr(error.args[0] if error.args else None, "full_code", "") or ""
        other = Fault(Reason.ERROR, f"the server reports {code or 'an error'}; its log says more")
        return _FAULTS.get(code, other)


def _granted(connection: Connection) -> Shown:
    rows = _rows(connection.connection.driver_connection, _PUBLIC)
    return [((owner, name), Evidence("granted_to_public")) for owner, name in rows]


def _superuser(connection: Connection) -> Shown:
    ((roles,),) = _rows(connection.connection.driver_connection, _SUPERUSER)
    return [((), Evidence("superuser"))] if int(roles) else []


def _tls(connection: Connection) -> Shown:
    """Oracle's own encryption of `tcp` is not told from none: whether it is in use is not known then."""
    ((protocol, client),) = _rows(connection.connection.driver_connection, _PROTOCOL)
    if protocol == "tcp" and not is_local(client or ""):
        return [((), unknown("no_tls"))]
    return []


def _rows(raw: Any, query: str, parameters: Sequence[str] = ()) -> list[tuple[Any, ...]]:
    with raw.cursor() as cursor:
        cursor.execute(query, parameters) if parameters else cursor.execute(query)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


def _as_values(cursor: Any, column: Any) -> Any:
    """Numbers as the server writes them, and long texts as they are instead of where they lie."""
    import oracledb

    if column.type_code is oracledb.DB_TYPE_NUMBER:
        return cursor.var(str, arraysize=cursor.arraysize)
    if column.type_code in (oracledb.DB_TYPE_CLOB, oracledb.DB_TYPE_NCLOB):
        return cursor.var(oracledb.DB_TYPE_LONG, arraysize=cursor.arraysize)
    return None


def _quoted(name: str) -> str:
    return f'"{name}"'  # in Oracle no name holds a quotation mark


dialect: Dialect = Oracle()
