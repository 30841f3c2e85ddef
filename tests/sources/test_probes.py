"""Probes on real servers: what shows how open the data lies, and that what cannot be asked is never told as safe."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from privacyscan import read
from privacyscan.model import Evidence, Limits, Target, Unit
from privacyscan.scan import scan
from privacyscan.settings import Scope, load
from privacyscan.sources import _postgresql, _probes
from privacyscan.sources._probes import Probe, access_to, is_local, listening, way_in, without_tls
from privacyscan.sources.mongodb import _access
from tests.servers import as_user, connected, execute, new_database

ROWS = (
    "INSERT INTO warga SELECT 'Budi', '317101' || lpad((g % 28 + 1)::text, 2, '0') || '0790' || lpad(g::text, 4, '0')"
)


def shown(url: str) -> dict[str, dict[str, dict[str, Any]]]:
    """By table the code of each exposure and its figures."""
    units = [u for u in read.units(read.target(url), Scope(), Limits()) if isinstance(u, Unit)]
    flags = {u.place.name: u.access.flags if u.access is not None else () for u in units}
    return {name: {e.code: dict(e.params) for e in found} for name, found in flags.items()}


@pytest.fixture
def pg(postgresql: str) -> str:
    return new_database(postgresql)


@pytest.fixture
def my(mariadb: str) -> str:
    return new_database(mariadb)


@pytest.fixture
def reader(request: pytest.FixtureRequest) -> Callable[[str], str]:
    """Makes an account that may read all, and gives the URL for it."""

    def made(url: str) -> str:
        name = url.rsplit("/", 1)[1]
        user = f"baca_{name}"
        if url.startswith("mysql"):
            account = f"{user}@localhost"
            make = (f"CREATE USER {account} IDENTIFIED BY 'x'", f"GRANT SELECT ON {name}.* TO {account}")
            end: tuple[str, ...] = (f"DROP USER {account}",)
        else:
            make = (f"CREATE ROLE {user} LOGIN PASSWORD 'x'", f"GRANT pg_read_all_data TO {user}")
            end = (f"DROP OWNED BY {user}", f"DROP ROLE {user}")
        execute(url, *make)
        request.addfinalizer(lambda: execute(url, *end))
        return as_user(url, user, "x")

    return made


def test_tables_of_sqlite_are_as_open_as_their_file(tmp_path: Path) -> None:
    sqlite3.connect(tmp_path / "a.db").execute("CREATE TABLE a (x int)")
    (tmp_path / "a.db").chmod(0o604)
    (unit,) = read.units(read.target(f"sqlite:///{tmp_path}/a.db"), Scope(), Limits())
    assert isinstance(unit, Unit)
    assert unit.access is not None
    assert unit.access.mode == 0o604


def test_postgresql(pg: str, reader: Callable[[str], str]) -> None:
    tables = [f"CREATE TABLE {name} (x int, y int)" for name in ("biasa", "umum", "kolom", "aturan", "dijaga")]
    closed = [
        "CREATE SCHEMA tertutup",
        "CREATE TABLE tertutup.umum2 (x int)",
        "GRANT SELECT ON tertutup.umum2 TO PUBLIC",
    ]
    grants = [
        "GRANT SELECT ON umum TO PUBLIC",
        "GRANT SELECT (y) ON kolom TO PUBLIC",
        "GRANT INSERT ON biasa TO PUBLIC",
    ]
    policies = ["CREATE POLICY a ON aturan USING (x = 1)", "CREATE POLICY b ON dijaga USING (x = 1)"]
    execute(pg, *tables, *closed, *grants, *policies, "ALTER TABLE dijaga ENABLE ROW LEVEL SECURITY")
    execute(pg, f"ALTER DATABASE {pg.rsplit('/', 1)[1]} SET log_statement = 'none'")
    unknown = {"probe_unknown": {"probe": "open_login"}}
    assert shown(reader(pg)) == {
        "biasa": unknown,
        "umum": {"granted_to_public": {}} | unknown,
        "kolom": {"granted_to_public": {}} | unknown,
        "aturan": {"row_security_off": {}} | unknown,
        "dijaga": unknown,
        "umum2": unknown,  # nobody gets into its schema
    }
    assert set(shown(pg)["biasa"]) == {"superuser"}


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        (["log_statement = 'mod'"], "log_statement = mod"),
        (
            ["log_statement = 'none'", "log_min_duration_statement = 250", "log_parameter_max_length_on_error = -1"],
            "log_min_duration_statement = 250, log_parameter_max_length_on_error = -1",
        ),
    ],
)
def test_postgresql_logs_values(pg: str, settings: list[str], says: str) -> None:
    name = pg.rsplit("/", 1)[1]
    execute(pg, "CREATE TABLE a (x int)", *(f"ALTER DATABASE {name} SET {setting}" for setting in settings))
    assert shown(pg)["a"]["values_logged"] == {"setting": says}


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("host all all 10.1.2.0/24 trust", "trust"),
        ("host all all 10.1.2.0/24 md5", "md5"),
        ("host all all ::/0 scram-sha-256", "every network"),
        ("host all all all scram-sha-256", "every network"),
        ("host all all 10.1.2.0/24 scram-sha-256", None),
        ("host all all 0.0.0.0/0 reject", None),
    ],
)
def test_login_rules_of_postgresql(pg: str, reader: Callable[[str], str], line: str, says: str | None) -> None:
    url = reader(pg)
    user = url.split("://")[1].split(":")[0]
    execute(pg, "CREATE TABLE a (x int)", f"GRANT SELECT ON pg_hba_file_rules TO {user}")
    execute(pg, f"GRANT EXECUTE ON FUNCTION pg_hba_file_rules() TO {user}")
    path = Path(execute(pg, "SHOW hba_file")[0][0])
    before = path.read_bytes()
    path.write_bytes(before + line.encode() + b"\n")  # shown at once, in force only after a reload
    try:
        found = shown(url)["a"]
    finally:
        path.write_bytes(before)
    assert found.get("open_login") == (None if says is None else {"setting": f"pg_hba.conf: {says}"})
    assert "probe_unknown" not in found


def test_mariadb(my: str) -> None:
    name = my.rsplit("/", 1)[1]
    with connected(my) as connection, connection.cursor() as cursor:
        for statement in (
            *(f"CREATE TABLE {table} (x int)" for table in ("biasa", "umum", "kolom")),
            "CREATE USER dekat@'10.1.2.%', luas@'%', ''@'10.9.9.9'",
            f"GRANT SELECT ON {name}.* TO dekat@'10.1.2.%'",
            f"GRANT SELECT ON {name}.umum TO luas@'%', ''@'10.9.9.9'",
            f"GRANT SELECT (x) ON {name}.kolom TO luas@'%'",
        ):
            cursor.execute(statement)
        try:
            found = shown(my)
        finally:
            cursor.execute("DROP USER dekat@'10.1.2.%', luas@'%', ''@'10.9.9.9'")
    owner = {  # whom the tests log in as
        "granted_to_all_hosts": {"accounts": 1},
        "superuser": {},
        "values_logged": {"setting": "general_log = ON"},
    }
    assert found == {"biasa": owner, "umum": owner | {"granted_to_public": {"accounts": 1}}, "kolom": owner}


def test_mariadb_closed_to_others_grants_is_not_told_as_safe(my: str, reader: Callable[[str], str]) -> None:
    execute(my, "CREATE TABLE a (x int)")
    assert set(shown(reader(my))["a"]) == {"probe_unknown", "values_logged"}


def test_mariadb_granted_to_a_database_from_everywhere(my: str, reader: Callable[[str], str]) -> None:
    name = my.rsplit("/", 1)[1]
    execute(my, "CREATE TABLE a (x int)", f"GRANT SELECT ON {name}.* TO luas2@'%' IDENTIFIED BY 'x'")
    account = reader(my)
    try:
        execute(my, f"GRANT SELECT ON mysql.* TO baca_{name}@localhost", "REVOKE ALL ON *.* FROM luas2@'%'")
        assert shown(account)["a"]["granted_to_all_hosts"] == {"accounts": 1}
    finally:
        execute(my, "DROP USER luas2@'%'")


@pytest.mark.parametrize(("query", "codes"), [("", set()), ("?ssl_disabled=true", {"no_tls"})])
def test_an_encrypted_connection_is_told_from_a_plain_one(
    my: str, query: str, codes: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    execute(my, "CREATE TABLE a (x int)")
    assert "no_tls" not in shown(my + query)["a"]  # nothing leaves this machine
    monkeypatch.setattr(_probes, "is_local", lambda _: False)
    assert {"no_tls"} & set(shown(my + query)["a"]) == codes


def test_postgresql_without_tls(pg: str, monkeypatch: pytest.MonkeyPatch) -> None:
    execute(pg, "CREATE TABLE a (x int)")
    monkeypatch.setattr(_probes, "is_local", lambda _: False)
    assert "no_tls" in shown(pg)["a"]


def test_what_is_refused_is_not_known_and_all_else_is_asked_and_read(
    pg: str, reader: Callable[[str], str], tmp_path: Path
) -> None:
    execute(pg, "CREATE TABLE warga (nama text, nik text)", f"{ROWS} FROM generate_series(1, 100) g")
    execute(pg, "GRANT SELECT ON warga TO PUBLIC")
    url = reader(pg)
    execute(pg, f"REVOKE pg_read_all_data FROM {url.split('://')[1].split(':')[0]}")
    execute(pg, "REVOKE SELECT ON pg_catalog.pg_policy FROM PUBLIC")
    found = scan([url], load({"state": tmp_path, "workers": 1}))
    assert found.status == "complete"
    assert [(e.code, dict(e.params)) for e in found.assets[0].exposure if e.code != "test_name"] == [
        ("granted_to_public", {}),
        ("values_logged", {"setting": "log_statement = all"}),
        ("probe_unknown", {"probe": "row_security_off"}),
        ("probe_unknown", {"probe": "open_login"}),
    ]
    assert "ID_NIK" in {f.entity for f in found.findings}


def test_a_probe_without_an_answer_is_given_up(pg: str, monkeypatch: pytest.MonkeyPatch) -> None:
    execute(pg, "CREATE TABLE a (x int)")
    slow = Probe("granted_to_public", lambda c: list(c.exec_driver_sql("SELECT pg_sleep(60)")))
    fast = _postgresql.dialect.probes
    monkeypatch.setattr(_probes, "SECONDS", 0.1)
    monkeypatch.setattr(_postgresql.Postgresql, "probes", (slow, *fast))
    found = shown(pg)["a"]
    assert found["probe_unknown"] == {"probe": "granted_to_public"}
    assert {"superuser", "values_logged"} <= set(found)


def test_a_connection_that_is_lost_is_made_anew(pg: str, monkeypatch: pytest.MonkeyPatch) -> None:
    execute(pg, "CREATE TABLE a (x int)")
    ends = Probe("no_tls", lambda c: list(c.exec_driver_sql("SELECT pg_terminate_backend(pg_backend_pid())")))
    monkeypatch.setattr(_postgresql.Postgresql, "probes", (ends, *_postgresql.dialect.probes))
    found = shown(pg)["a"]
    assert found["probe_unknown"] == {"probe": "no_tls"}
    assert {"superuser", "values_logged"} <= set(found)


def test_a_table_has_its_own_exposures_and_those_of_all_that_it_lies_in() -> None:
    all_of_them = [Evidence("superuser"), Evidence("grant", {"accounts": 1})]
    found = {(): all_of_them, ("s", "a"): [Evidence("grant", {"accounts": 2})], ("s",): [Evidence("log")]}
    access = access_to(("s", "a"), found)
    assert access is not None
    assert access.flags == (Evidence("grant", {"accounts": 2}), Evidence("log"), Evidence("superuser"))
    assert access_to(("s", "a"), {("t",): all_of_them}) is None


@pytest.mark.parametrize(
    ("host", "local"),
    [
        ("", True),  # a socket of this machine
        ("/var/run/postgresql", True),
        ("localhost", True),
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("::1", True),
        ("10.1.2.3", False),
        ("db.contoh.go.id", False),
        ("localhost.contoh.go.id", False),
    ],
)
def test_only_what_leaves_the_machine_needs_tls(host: str, local: bool) -> None:
    assert is_local(host) is local
    assert [e.code for e in without_tls(host, False)] == ([] if local else ["no_tls"])
    assert without_tls(host, True) == []


@pytest.mark.parametrize(
    ("addresses", "shown"),
    [
        ("*", "*"),
        ("localhost, 0.0.0.0", "0.0.0.0"),
        ("127.0.0.1,::", "::"),
        ("103.10.20.30", "103.10.20.30"),  # an address of the internet
        ("localhost", ""),
        ("10.1.2.3, 127.0.0.1, ::1", ""),
        ("", ""),  # no network at all
        ("db.contoh.go.id", ""),
    ],
)
def test_addresses_that_a_server_listens_on(addresses: str, shown: str) -> None:
    assert [e.params["setting"] for e in listening("bind", addresses)] == ([f"bind = {shown}"] if shown else [])


@pytest.mark.parametrize(
    ("host", "encrypted", "login", "codes"),
    [
        ("db.contoh.go.id", True, True, []),
        ("db.contoh.go.id", False, True, ["no_tls"]),
        ("db.contoh.go.id", False, False, ["no_authentication", "no_tls"]),
        ("127.0.0.1", False, False, ["no_authentication"]),
    ],
)
def test_how_a_server_lets_in(host: str, encrypted: bool, login: bool, codes: list[str]) -> None:
    assert [e.code for e in way_in(host, encrypted, login, "no_authentication").flags] == codes


@pytest.mark.parametrize(
    ("url", "codes"),
    [
        ("mongodb://u:p@db.contoh.go.id/x?tls=true", []),
        ("mongodb://u:p@db.contoh.go.id/x?ssl=TRUE", []),
        ("mongodb+srv://u:p@db.contoh.go.id/x", []),
        ("mongodb+srv://u:p@db.contoh.go.id/x?tls=false", ["no_tls"]),
        ("mongodb://db.contoh.go.id/x", ["no_authentication", "no_tls"]),
        ("mongodb://db.contoh.go.id/x?tls=true&authMechanism=MONGODB-X509", []),
        ("mongodb://localhost", ["no_authentication"]),
    ],
)
def test_mongodb_by_its_url(url: str, codes: list[str]) -> None:
    assert [e.code for e in _access(Target(url, url)).flags] == codes
