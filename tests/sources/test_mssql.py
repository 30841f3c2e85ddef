"""SQL Server without a server: the driver's connection is played, and says what a server of 2019 would."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pymssql
import pytest

from privacyscan.errors import MissingExtra, TargetError, UsageError
from privacyscan.model import Limits, Reason, Sample
from tests.servers import PASSWORD, as_user
from tests.sources.test_database import FORMS, everything

URL = as_user("mssql://db.invalid/layanan", "pemilik", PASSWORD)


@dataclass
class Played:
    """A server: what it answers to queries in which the pattern is found, row by row; an error is raised."""

    answers: dict[str, list[Any]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    options: dict[str, Any] = field(default_factory=dict)
    login: Exception | None = None
    committed: list[str] = field(default_factory=list)

    def connect(self, **options: Any) -> Line:
        self.options = options
        if self.login is not None:
            raise self.login
        return Line(self)


class Line:
    def __init__(self, server: Played) -> None:
        self.server = server

    def cursor(self) -> Cursor:
        return Cursor(self.server)

    def autocommit(self, on: bool) -> None:
        self.server.asked.append(f"autocommit {on}")

    def commit(self) -> None:
        self.server.committed.append("commit")

    def rollback(self) -> None: ...

    def close(self) -> None: ...


class Cursor:
    description: Any = None
    rowcount = -1
    lastrowid = None

    def __init__(self, server: Played) -> None:
        self.server, self.rows = server, iter(())

    def __enter__(self) -> Cursor:
        return self

    def __exit__(self, *_: object) -> None: ...

    def execute(self, query: str, parameters: Any = ()) -> None:
        self.server.asked.append(query)
        given = next((rows for shape, rows in self.server.answers.items() if re.search(shape, query)), [])
        if parameters and given and isinstance(given[0], dict):
            given = given[0].get(parameters[0], [])
        first = given[0] if given and isinstance(given[0], tuple) else ()
        self.description = [(f"c{i}", *[None] * 6) for i in range(len(first))] or None
        self.rows = self.produced(given)

    def produced(self, given: list[Any]) -> Iterator[Any]:
        for row in given:
            if isinstance(row, Exception):
                raise row
            yield row

    def __iter__(self) -> Iterator[Any]:
        return self.rows

    def fetchall(self) -> list[Any]:
        return list(self.rows)

    def fetchone(self) -> Any:
        return next(self.rows, None)

    def close(self) -> None: ...


def column(name: str, kind: str, readable: int = 1, **more: int) -> tuple[Any, ...]:
    return (name, kind, readable, *(more.get(key, 0) for key in ("masked", "encrypted", "hidden")))


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Played:
    played = Played(
        {
            "database_permissions": [("dbo", "warga")],
            "IS_SRVROLEMEMBER": [(1,)],
            "ProductMajorVersion": [(15, 3, 0)],
            "HAS_PERMS_BY_NAME\\(DB_NAME\\(\\), 'DATABASE', 'VIEW DEFINITION'\\)": [("layanan", 1)],
            "FROM sys.objects o JOIN sys.schemas": [("dbo", "warga", "U ", 2), ("dbo", "v [x]", "V ", None)],
            "FROM sys.columns": [
                {
                    "[dbo].[warga]": [column("nik", "varchar"), column("lahir", "date"), column("foto", "varbinary")],
                    "[dbo].[v [x]]]": [column("a]b", "int")],
                }
            ],
            r"FROM \[dbo\]\.\[warga\]": [("3171014107900001", "1990-01-02", None), ("x", None, b"\xff\xd8\xff\0")],
            r"FROM \[dbo\]\.\[v \[x\]\]\]": [(7,)],
        }
    )
    monkeypatch.setattr(pymssql, "connect", played.connect)
    return played


def test_tables_and_views_are_read(server: Played) -> None:
    found = everything(URL)
    assert {unit.place.path: unit.size for unit in found.units} == {("dbo", "v [x]"): None, ("dbo", "warga"): 2}
    assert [row["nik"] for row in found.rows("dbo", "warga")] == ["3171014107900001", "x"]
    assert found.rows("dbo", "v [x]") == [{"a]b": 7}]
    assert [(s.place.column, s.reason) for s in found.skipped] == [("foto", Reason.UNSUPPORTED_TYPE)]
    (asked,) = (query for query in server.asked if "FROM [dbo].[warga]" in query)
    assert asked.startswith("/* privacyscan */ SELECT [nik], CONVERT(varchar(33), [lahir], 126), CASE WHEN DATALENGTH")


def test_the_session_only_reads_and_waits_for_nobody_long(server: Played) -> None:
    everything(URL, Limits(statement_timeout=7, connect_timeout=3))
    told = server.options
    assert (told["appname"], told["login_timeout"], told["timeout"]) == ("privacyscan", 3, 7)
    assert (told["read_only"], told["encryption"]) == (True, "require")
    (set_up,) = {query for query in server.asked if "LOCK_TIMEOUT" in query}
    assert "LOCK_TIMEOUT 10000" in set_up
    assert "READ COMMITTED" in set_up
    at = server.asked.index(set_up)
    assert (server.asked[at - 1], server.asked[at + 1]) == ("autocommit True", "autocommit False")
    ours = [query for query in server.asked if "privacyscan" in query]
    assert all(re.match(r"/\* privacyscan \*/ SELECT ", query) for query in ours)
    others = [query for query in server.asked if "privacyscan" not in query]
    assert all(re.match("SET |autocommit ", query) for query in others)
    assert server.committed == []


@pytest.mark.parametrize(
    ("query", "sees_all", "others"),
    [
        ("", 1, []),
        ("?encryption=off", 1, [("no_tls", {})]),
        ("?encryption=request", 1, [("probe_unknown", {"probe": "no_tls"})]),
        ("", 0, [("probe_unknown", {"probe": "granted_to_public"})]),
    ],
)
def test_how_open_it_lies(server: Played, query: str, sees_all: int, others: list[Any]) -> None:
    server.answers["HAS_PERMS_BY_NAME\\(DB_NAME\\(\\), 'DATABASE', 'VIEW DEFINITION'\\)"] = [("layanan", sees_all)]
    units = {u.place.name: u.access for u in everything(URL + query).units}
    assert units["warga"] is not None
    assert units["v [x]"] is not None
    flags = {(e.code, tuple(e.params.items())) for e in units["warga"].flags}
    assert flags == {("granted_to_public", ()), ("superuser", ()), *((code, tuple(p.items())) for code, p in others)}
    assert "granted_to_public" not in {e.code for e in units["v [x]"].flags}


def test_versions_of_rows_are_read_where_the_database_keeps_them(server: Played) -> None:
    server.answers["ProductMajorVersion"] = [(15, 3, 1)]
    everything(URL)
    assert any("ISOLATION LEVEL SNAPSHOT" in query for query in server.asked)


def test_what_the_server_hides_is_listed(server: Played) -> None:
    server.answers["FROM sys.columns"][0]["[dbo].[warga]"] = [
        column("nik", "varchar", hidden=1),
        column("samar", "varchar", masked=1),
        column("sandi", "varbinary", encrypted=1),
        column("larang", "int", readable=0),
        column("aneh", "buatan"),
    ]
    server.answers[r"FROM \[dbo\]\.\[warga\]"] = [("3171014107900001",)]
    server.answers["HAS_PERMS_BY_NAME\\(DB_NAME\\(\\), 'DATABASE', 'VIEW DEFINITION'\\)"] = [("layanan", 0)]
    found = everything(URL)
    assert found.reasons == {
        ("layanan",): Reason.DENIED,
        ("dbo", "warga"): Reason.DENIED,
        ("dbo", "warga", "samar"): Reason.DENIED,
        ("dbo", "warga", "sandi"): Reason.ENCRYPTED,
        ("dbo", "warga", "larang"): Reason.DENIED,
        ("dbo", "warga", "aneh"): Reason.UNSUPPORTED_TYPE,
    }
    assert found.rows("dbo", "warga") == [{"nik": "3171014107900001"}]


@pytest.mark.parametrize(("columns", "reason"), [([column("x", "int", 0)], Reason.DENIED), ([], Reason.VANISHED)])
def test_a_table_without_columns_to_read(server: Played, columns: list[Any], reason: Reason) -> None:
    server.answers["FROM sys.columns"][0]["[dbo].[warga]"] = columns
    assert everything(URL).reasons[("dbo", "warga")] == reason


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (208, Reason.VANISHED),
        (229, Reason.DENIED),
        (1222, Reason.TIMEOUT),
        (20003, Reason.TIMEOUT),
        (20017, Reason.UNREACHABLE),
        (824, Reason.DAMAGED),
        (245, Reason.ERROR),
    ],
)
def test_what_came_before_an_error_counts(server: Played, code: int, reason: Reason) -> None:
    error = pymssql.OperationalError((code, b"Conversion failed for 'Warga Satu'"))
    server.answers[r"FROM \[dbo\]\.\[warga\]"] = [("a", None, None), error]
    found = everything(URL)
    assert len(found.rows("dbo", "warga")) == 1
    assert found.reasons == {("dbo", "warga"): reason}
    assert "Warga" not in repr([s.message for s in found.skipped])


def test_a_sample(server: Played) -> None:
    server.answers = {r"COUNT_BIG\(\*\) FROM \[dbo\]\.\[warga\]": [(2_000,)]} | server.answers
    server.answers[r"COUNT_BIG\(\*\) FROM \[dbo\]\.\[v"] = [(1,)]
    server.answers[r"FROM \[dbo\]\.\[warga\]"] = [(str(i), None, None) for i in range(2_000)]
    server.answers = dict(sorted(server.answers.items(), key=lambda answer: "COUNT_BIG" not in answer[0]))
    found = everything(URL, Limits(sample=Sample(rows=400)))
    assert len(found.rows("dbo", "warga")) == pytest.approx(400, abs=80)
    assert found.reasons == {("dbo", "warga"): Reason.SAMPLED}


def refused(url: str, kind: type[Exception] = TargetError) -> Any:
    with pytest.raises(kind) as caught:
        everything(url)
    assert not any(form in f"{caught.value}{caught.value.__context__}" for form in FORMS)
    return caught.value


def test_a_login_that_is_refused(server: Played) -> None:
    server.login = pymssql.OperationalError((18456, f"Login failed {PASSWORD}".encode()))
    assert refused(URL).reason == Reason.LOGIN_FAILED


def test_a_server_that_is_too_old(server: Played) -> None:
    server.answers["ProductMajorVersion"] = [(12, 3, 0)]
    assert "before 2016" in str(refused(URL))
    server.answers["ProductMajorVersion"] = [(12, 5, 1)]  # Azure
    assert everything(URL).units


def test_a_url_without_database() -> None:
    assert "names no database" in str(refused("mssql://h", UsageError))


def test_nobody_answers() -> None:
    assert refused(URL.replace("db.invalid", "127.0.0.1:1")).reason == Reason.UNREACHABLE


def test_without_the_library_it_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pymssql", None)
    with pytest.raises(MissingExtra, match=r"privacyscan\[mssql\]"):
        everything(URL)
