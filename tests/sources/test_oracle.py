"""Oracle without a server: the driver's connection is played, and says what a server of version 19 would."""

from __future__ import annotations

import re
import sys
from types import SimpleNamespace
from typing import Any

import oracledb
import pytest

from privacyscan.errors import MissingExtra, TargetError, UsageError
from privacyscan.model import Limits, Reason, Sample
from privacyscan.sources._oracle import _as_values
from tests.servers import PASSWORD, as_user
from tests.sources.test_database import FORMS, everything
from tests.sources.test_mssql import Line, Played

URL = as_user("oracle://db.invalid:1521", "pemilik", PASSWORD) + "/?service_name=LAYANAN"


class OracleLine(Line):
    version, thin, autocommit = "19.3.0.0.0", True, False  # type: ignore[assignment]
    stmtcachesize, outputtypehandler, call_timeout = 20, None, 0

    def rollback(self) -> None:
        self.server.asked.append("rollback")


def error(code: str) -> oracledb.DatabaseError:
    return oracledb.DatabaseError(SimpleNamespace(full_code=code, code=int(code[-5:]), message="Warga Satu"))


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Played:
    listed = [("SDM", "WARGA", "TABLE", "2"), ("SDM", "V", "VIEW", None)]
    played = Played(
        {
            "FROM all_tab_privs": [("SDM", "WARGA")],
            "FROM session_roles": [("1",)],
            "NETWORK_PROTOCOL": [("tcp", "10.1.2.3")],
            "FROM all_tables": listed,
            "FROM dba_tables": listed,
            "FROM redaction_policies": [("0",)],
            "FROM all_tab_cols": [("NIK", "VARCHAR2"), ("LAHIR", "TIMESTAMP(6) WITH TIME ZONE"), ("FOTO", "BLOB")],
            "FROM all_policies": [("0",)],
            'FROM "SDM"."WARGA"': [("3171014107900001", "1990-01-02T00:00:00", None), ("x", None, b"\xff\xd8\xff\0")],
            'FROM "SDM"."V"': [("7", None, None)],
        }
    )
    lines: list[OracleLine] = []

    def connect(**options: Any) -> OracleLine:
        played.connect(**options)
        lines.append(OracleLine(played))
        return lines[-1]

    played.lines = lines  # type: ignore[attr-defined]
    monkeypatch.setattr(oracledb, "connect", connect)
    return played


def test_tables_and_views_are_read(server: Played) -> None:
    found = everything(URL)
    assert {unit.place.path: unit.size for unit in found.units} == {("SDM", "V"): None, ("SDM", "WARGA"): 2}
    assert [row["NIK"] for row in found.rows("SDM", "WARGA")] == ["3171014107900001", "x"]
    assert [row["NIK"] for row in found.rows("SDM", "V")] == ["7"]
    assert [(s.place.path[:2], s.reason) for s in found.skipped] == [(("SDM", "WARGA"), Reason.UNSUPPORTED_TYPE)]
    (asked,) = (query for query in server.asked if 'FROM "SDM"."WARGA"' in query)
    assert asked.startswith('/* privacyscan */ SELECT "NIK", TO_CHAR("LAHIR", \'YYYY-MM-DD')
    assert 'UTL_RAW.CONCAT(DBMS_LOB.SUBSTR("FOTO", 64, 1), DBMS_LOB.SUBSTR("FOTO", 64, DBMS_LOB.GETLENGTH' in asked


def test_of_a_long_blob_only_the_ends_come_and_are_not_taken_for_all(server: Played) -> None:
    server.answers['FROM "SDM"."WARGA"'] = [("a", None, b"k" * 128 + b"\xff")]
    found = everything(URL)
    assert found.reasons == {("SDM", "WARGA", "FOTO"): Reason.UNSUPPORTED_TYPE}


def test_the_session_only_reads_and_waits_for_nobody_long(server: Played) -> None:
    everything(URL, Limits(statement_timeout=7, connect_timeout=3))
    assert server.options["tcp_connect_timeout"] == 3
    assert server.options["program"] == "privacyscan"
    line = server.lines[-1]  # type: ignore[attr-defined]
    assert (line.call_timeout, line.outputtypehandler) == (7_000, _as_values)
    begun = server.asked.index("SET TRANSACTION READ ONLY")
    assert "rollback" in server.asked[:begun]
    ours = [query for query in server.asked if "privacyscan" in query]
    assert all(re.match(r"/\* privacyscan \*/ SELECT ", query) for query in ours)
    others = {query for query in server.asked if "privacyscan" not in query}
    assert others == {"rollback", "ALTER SESSION SET NLS_NUMERIC_CHARACTERS = '.,'", "SET TRANSACTION READ ONLY"}
    assert server.committed == []


@pytest.mark.parametrize(
    ("protocol", "unknown"),
    [(("tcp", "10.1.2.3"), True), (("tcps", "10.1.2.3"), False), (("tcp", "127.0.0.1"), False), ((None, None), False)],
)
def test_how_open_it_lies(server: Played, protocol: tuple[str | None, str | None], unknown: bool) -> None:
    server.answers["NETWORK_PROTOCOL"] = [protocol]
    flags = {u.place.name: [e.code for e in u.access.flags] if u.access else [] for u in everything(URL).units}
    tls = ["probe_unknown"] if unknown else []
    assert flags == {"WARGA": ["granted_to_public", "superuser", *tls], "V": ["superuser", *tls]}


def test_what_the_user_has_no_right_to_is_listed(server: Played) -> None:
    server.answers["FROM dba_tables"] = [*server.answers["FROM dba_tables"], ("SDM", "GAJI", "TABLE", "9")]
    server.answers["FROM redaction_policies"] = [("3",)]
    found = everything(URL)
    assert found.reasons[("SDM", "GAJI")] == Reason.DENIED
    assert found.reasons[("REDACTION_POLICIES",)] == Reason.DENIED


def test_a_user_that_may_not_see_the_whole_catalogue(server: Played) -> None:
    server.answers["FROM dba_tables"] = [error("ORA-00942")]
    found = everything(URL)
    assert found.reasons[("DBA_TABLES",)] == Reason.DENIED
    assert len(found.units) == 2


def test_policies_and_types_that_are_not_read_are_listed(server: Played) -> None:
    server.answers["FROM all_policies"] = [("1",)]
    server.answers["FROM all_tab_cols"] = [("NIK", "VARCHAR2"), ("LUAR", "BFILE"), ("BENTUK", "SDO_GEOMETRY")]
    server.answers['FROM "SDM"."WARGA"'] = [("3171014107900001",)]
    found = everything(URL)
    assert found.reasons[("SDM", "WARGA")] == Reason.DENIED
    assert found.reasons[("SDM", "WARGA", "LUAR")] == Reason.UNSUPPORTED_TYPE
    assert found.reasons[("SDM", "WARGA", "BENTUK")] == Reason.UNSUPPORTED_TYPE
    assert found.rows("SDM", "WARGA") == [{"NIK": "3171014107900001"}]


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("ORA-00942", Reason.VANISHED),
        ("ORA-01031", Reason.DENIED),
        ("ORA-01555", Reason.ERROR),
        ("ORA-03113", Reason.UNREACHABLE),
        ("ORA-01578", Reason.DAMAGED),
        ("ORA-00600", Reason.ERROR),
    ],
)
def test_what_came_before_an_error_counts(server: Played, code: str, reason: Reason) -> None:
    server.answers['FROM "SDM"."WARGA"'] = [("a", None, None), error(code)]
    found = everything(URL)
    assert len(found.rows("SDM", "WARGA")) == 1
    assert found.reasons == {("SDM", "WARGA"): reason}
    assert "Warga" not in repr([s.message for s in found.skipped])


def test_a_table_that_is_gone(server: Played) -> None:
    server.answers["FROM all_tab_cols"] = []
    assert set(everything(URL).reasons.values()) == {Reason.VANISHED}


def test_a_sample(server: Played) -> None:
    counts = {r'COUNT\(\*\) FROM "SDM"."WARGA"': [("2000",)], r'COUNT\(\*\) FROM "SDM"."V"': [("1",)]}
    server.answers = counts | server.answers
    server.answers['FROM "SDM"."WARGA"'] = [(str(i), None, None) for i in range(2_000)]
    found = everything(URL, Limits(sample=Sample(rows=400)))
    assert len(found.rows("SDM", "WARGA")) == pytest.approx(400, abs=80)
    assert found.reasons == {("SDM", "WARGA"): Reason.SAMPLED}


def test_numbers_and_long_texts_come_whole() -> None:
    asked: list[Any] = []
    cursor = SimpleNamespace(arraysize=5, var=lambda kind, arraysize: asked.append((kind, arraysize)))
    for kind in (oracledb.DB_TYPE_NUMBER, oracledb.DB_TYPE_CLOB, oracledb.DB_TYPE_VARCHAR):
        _as_values(cursor, SimpleNamespace(type_code=kind))
    assert asked == [(str, 5), (oracledb.DB_TYPE_LONG, 5)]


def refused(url: str, kind: type[Exception] = TargetError) -> Any:
    with pytest.raises(kind) as caught:
        everything(url)
    assert not any(form in f"{caught.value}{caught.value.__context__}" for form in FORMS)
    return caught.value


def test_a_login_that_is_refused(server: Played) -> None:
    server.login = error("ORA-01017")
    assert refused(URL).reason == Reason.LOGIN_FAILED


def test_a_server_that_is_too_old(server: Played, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(OracleLine, "version", "11.2.0.4.0")
    assert "before 12" in str(refused(URL))


def test_a_url_without_service() -> None:
    assert "names no service" in str(refused("oracle://h", UsageError))


def test_nobody_answers() -> None:
    assert refused(URL.replace("db.invalid:1521", "127.0.0.1:1")).reason == Reason.UNREACHABLE


def test_without_the_library_it_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "oracledb", None)
    with pytest.raises(MissingExtra, match=r"privacyscan\[oracle\]"):
        everything(URL)
