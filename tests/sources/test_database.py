"""Databases on real servers: what is listed, what is read, what is not, and that nothing is written."""

from __future__ import annotations

import pickle
import socket
import sqlite3
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pytest

from privacyscan import read
from privacyscan.errors import MissingExtra, PrivacyScanError, TargetError, UsageError
from privacyscan.model import Limits, Reason, Skipped, Table, Unit
from privacyscan.scan import scan
from privacyscan.settings import Scope, load
from privacyscan.sources import database
from tests.detect.made_up import MadeUp
from tests.servers import (
    PASSWORD,
    Server,
    as_user,
    certificate,
    connected,
    execute,
    free_port,
    in_database,
    new_database,
)

KINDS = ("postgresql", "mariadb", "sqlite")
FORMS = (PASSWORD, quote(PASSWORD, safe=""), quote(PASSWORD))


@dataclass
class Found:
    """What a database gave: units, what was skipped, and the rows by table."""

    units: list[Unit] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    tables: dict[tuple[str, ...], list[Table]] = field(default_factory=dict)

    @property
    def reasons(self) -> dict[tuple[str, ...], Reason]:
        return {(*s.place.path, *([s.place.column] if s.place.column else [])): s.reason for s in self.skipped}

    def rows(self, *path: str) -> list[dict[str, Any]]:
        return [row for t in self.tables[path] for row in t.batch.to_pylist()]


def everything(url: str, limits: Limits | None = None) -> Found:
    limits = limits or Limits()
    found = Found()
    for unit in read.units(read.target(url), Scope(), limits):
        if isinstance(unit, Skipped):
            found.skipped.append(unit)
            continue
        found.units.append(unit)
        for part in read.parts(unit, limits):
            if isinstance(part, Skipped):
                found.skipped.append(part)
            else:
                assert isinstance(part, Table)
                found.tables.setdefault(part.place.path, []).append(part)
    return found


def run(url: str, *statements: str) -> None:
    if not url.startswith("sqlite"):
        execute(url, *statements)
        return
    with sqlite3.connect(urlsplit(url).path[1:]) as connection:
        for statement in statements:
            connection.execute(statement)
    connection.close()


def in_schema(url: str, table: str) -> tuple[str, ...]:
    """The path of a table where one is put by default."""
    scheme, name = url.partition(":")[0], urlsplit(url).path[1:]
    return {"postgresql": ("public", table), "mysql": (name, table), "sqlite": (table,)}[scheme]


@pytest.fixture(params=KINDS)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of each kind."""
    if request.param == "sqlite":
        sqlite3.connect(tmp_path / "uji.db").close()
        return f"sqlite:///{tmp_path}/uji.db"
    return new_database(request.getfixturevalue(request.param))


@pytest.fixture
def pg(postgresql: str) -> str:
    return new_database(postgresql)


@pytest.fixture
def my(mariadb: str) -> str:
    return new_database(mariadb)


# What is listed


def test_an_empty_database_is_not_clean(url: str) -> None:
    assert [s.reason for s in everything(url).skipped] == [Reason.EMPTY_TARGET]


def test_tables_and_views_in_a_stable_order(url: str) -> None:
    run(url, "CREATE TABLE b (x int)", "CREATE TABLE a (x int)", "CREATE VIEW c AS SELECT x FROM a")
    found = everything(url)
    assert [u.place.path for u in found.units] == [in_schema(url, t) for t in "abc"]
    assert found.skipped == []
    assert {path: t[0].batch.schema.names for path, t in found.tables.items()} == {
        in_schema(url, t): ["x"] for t in "abc"
    }


def test_a_unit_can_be_sent_to_a_worker(url: str) -> None:
    run(url, "CREATE TABLE a (x int)")
    unit = everything(url).units[0]
    assert pickle.loads(pickle.dumps(unit)) == unit
    assert not any(p in repr(unit) or p in str(dict(unit.locator)) for p in FORMS)


ODD = ["dua kata", "persen%s", "titik:dua", "100%", "tanda ''tunggal''", "Besar", "select", "Ærø_名前", "a/b.c", "{x}"]


@pytest.mark.parametrize("name", [*ODD, 'kutip"', "back`tick"])
def test_odd_names(url: str, name: str) -> None:
    quoted = "`" + name.replace("`", "``") + "`" if url.startswith("mysql") else '"' + name.replace('"', '""') + '"'
    run(url, f"CREATE TABLE {quoted} ({quoted} varchar(20))", f"INSERT INTO {quoted} VALUES ('isi')")
    found = everything(url)
    assert found.skipped == []
    assert found.rows(*in_schema(url, name)) == [{name: "isi"}]


def test_postgresql_lists_each_kind_of_relation_once(pg: str) -> None:
    execute(
        pg,
        "CREATE TABLE biasa (x int)",
        "CREATE TABLE bagian (x int) PARTITION BY RANGE (x)",
        "CREATE TABLE bagian_1 PARTITION OF bagian FOR VALUES FROM (0) TO (10)",
        "CREATE TABLE bagian_2 PARTITION OF bagian FOR VALUES FROM (10) TO (20)",
        "INSERT INTO bagian SELECT generate_series(0, 19)",
        "CREATE TABLE anak (y int) INHERITS (biasa)",
        "INSERT INTO biasa VALUES (1)",
        "INSERT INTO anak VALUES (2, 3)",
        "CREATE MATERIALIZED VIEW lihat AS SELECT * FROM biasa",
        "CREATE MATERIALIZED VIEW kosong AS SELECT * FROM biasa WITH NO DATA",
        "CREATE SCHEMA lain",
        "CREATE UNLOGGED TABLE lain.catatan ()",
        "ANALYZE",
    )
    found = everything(pg)
    assert {u.place.path: u.size for u in found.units} == {
        ("lain", "catatan"): 0,
        ("public", "anak"): 1,
        ("public", "bagian"): 20,
        ("public", "biasa"): 1,
        ("public", "lihat"): 2,
    }
    assert {p: sum(t.batch.num_rows for t in found.tables[p]) for p in found.tables if p[0] == "public"} == {
        ("public", "anak"): 1,
        ("public", "bagian"): 20,
        ("public", "biasa"): 1,
        ("public", "lihat"): 2,
    }
    assert found.reasons == {("public", "kosong"): Reason.ERROR}


def test_a_foreign_table_is_read_and_its_server_may_be_gone(pg: str) -> None:
    here, there = urlsplit(pg), new_database(pg)
    execute(there, "CREATE TABLE jauh (x text)", "INSERT INTO jauh VALUES ('isi')")
    options = f"host '127.0.0.1', port '{here.port}', dbname '{urlsplit(there).path[1:]}'"
    execute(
        pg,
        "CREATE EXTENSION postgres_fdw",
        f"CREATE SERVER ada FOREIGN DATA WRAPPER postgres_fdw OPTIONS ({options})",
        f"CREATE SERVER tiada FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '127.0.0.1', port '{free_port()}')",
        *(f"CREATE USER MAPPING FOR pemilik SERVER {s} OPTIONS (user 'pemilik', password '{PASSWORD}')"
          for s in ("ada", "tiada")),
        *(f"CREATE FOREIGN TABLE {s} (x text) SERVER {s} OPTIONS (table_name 'jauh')" for s in ("ada", "tiada")),
    )  # fmt: skip
    found = everything(pg)
    assert found.rows("public", "ada") == [{"x": "isi"}]
    assert found.reasons == {("public", "tiada"): Reason.UNREACHABLE}


def test_mysql_without_a_database_reads_all_of_them(mariadb: str) -> None:
    one, two = new_database(mariadb), new_database(mariadb)
    for name in (one, two):
        execute(name, "CREATE TABLE isi (x int)")
    listed = [u.place.path for u in read.units(read.target(mariadb), Scope(), Limits()) if isinstance(u, Unit)]
    wanted = {in_schema(name, "isi") for name in (one, two)}
    assert wanted <= set(listed)
    assert listed == sorted(listed)
    assert not {p[0] for p in listed} & {"mysql", "sys", "information_schema", "performance_schema"}
    assert [u.place.path for u in everything(one).units] == [in_schema(one, "isi")]


@pytest.mark.parametrize("scheme", ["mariadb", "mysql+pymysql", "MySQL"])
def test_mysql_goes_by_several_names(my: str, scheme: str) -> None:
    execute(my, "CREATE TABLE isi (x int)")
    assert len(everything(my.replace("mysql", scheme, 1)).units) == 1


@pytest.mark.parametrize("scheme", ["postgres", "postgresql+psycopg"])
def test_postgresql_goes_by_several_names(pg: str, scheme: str) -> None:
    execute(pg, "CREATE TABLE isi (x int)")
    assert len(everything(pg.replace("postgresql", scheme, 1)).units) == 1


# What is read


@pytest.mark.parametrize("rows", [0, 1, 7, 999, 1000, 1001, 5003])
def test_every_row_once_in_batches_that_keep_the_limit(url: str, rows: int) -> None:
    run(url, "CREATE TABLE a (x int, y varchar(20))")
    if rows:
        run(url, "INSERT INTO a VALUES " + ",".join(f"({i}, 'n{i}')" for i in range(rows)))
    found = everything(url, Limits(batch_rows=1000))
    batches = found.tables[in_schema(url, "a")]
    assert sorted(int(r["x"]) for r in found.rows(*in_schema(url, "a"))) == list(range(rows))
    assert all(t.batch.num_rows <= 1000 for t in batches)
    assert batches[0].first_row == 0
    assert all(b.first_row == a.first_row + a.batch.num_rows for a, b in pairwise(batches))
    assert found.skipped == []


def test_batches_keep_to_some_megabytes(url: str) -> None:
    run(url, f"CREATE TABLE a (x {'longtext' if url.startswith('mysql') else 'text'})")
    for _ in range(30):
        run(url, f"INSERT INTO a VALUES ('{'x' * (1 << 20)}')")
    batches = everything(url).tables[in_schema(url, "a")]
    assert sum(t.batch.num_rows for t in batches) == 30
    assert max(t.batch.nbytes for t in batches) < 12 << 20


def test_nothing_and_empty_text_are_told_apart(url: str) -> None:
    run(url, "CREATE TABLE a (x varchar(90))", "INSERT INTO a VALUES (NULL), (''), ('\"'), ('a,\nb'), ('\\.'), ('  ')")
    shown = [r["x"] for r in everything(url).rows(*in_schema(url, "a"))]
    assert shown == [None, "", '"', "a,\nb", "." if url.startswith("mysql") else "\\.", "  "]


def test_types_of_postgresql(pg: str) -> None:
    execute(
        pg,
        "CREATE EXTENSION hstore",
        "CREATE TYPE warna AS ENUM ('merah')",
        "CREATE DOMAIN induk AS numeric(16)",
        "CREATE DOMAIN cucu AS induk",
        "CREATE TYPE alamat AS (jalan text, kota text)",
        "CREATE TABLE a (larik text[], j json, jb jsonb, x xml, h hstore, e warna, r int4range, d induk, dd cucu, "
        "b bigint, n numeric, p numeric(12,2), f float8, ok boolean, lahir date, jam timestamp, u uuid, i inet, "
        "c alamat, s char(5), biji bytea)",
        "INSERT INTO a VALUES (ARRAY['a', NULL, 'b c'], '{\"nik\": 1}', '{\"nik\": 1}', '<a>1</a>', 'k=>v', 'merah', "
        "'[1,3)', 3171014107900001, 3171014107900001, 3171014107900001, 3171014107900001, 12.50, 3171014107900001, "
        "true, '1990-07-01', '1990-07-01 10:00', '00000000-0000-0000-0000-000000000001', '10.0.0.1', "
        "ROW('Jl. Mawar', 'Kupang'), 'ab', convert_to('teks', 'UTF8'))",
        "INSERT INTO a (p, f) VALUES ('NaN', 'NaN')",
        "INSERT INTO a (p) VALUES (NULL)",
    )
    first, second, third, *further = everything(pg).rows("public", "a")
    assert further == [{"larik": "b c"}]
    assert {name: first.pop(name) for name in ("j.nik", "jb.nik", "h.k", "c.jalan", "c.kota")} == {
        "j.nik": "1",
        "jb.nik": "1",
        "h.k": "v",
        "c.jalan": "Jl. Mawar",
        "c.kota": "Kupang",
    }
    assert first == {
        "larik": "a",
        "j": None,
        "jb": None,
        "x": "<a>1</a>",
        "h": None,
        "e": "merah",
        "r": "[1,3)",
        "d": "3171014107900001",
        "dd": "3171014107900001",
        "b": "3171014107900001",
        "n": "3171014107900001",
        "p": Decimal("12.50"),
        "f": 3171014107900001.0,
        "ok": True,
        "lahir": "1990-07-01",
        "jam": "1990-07-01 10:00:00",
        "u": "00000000-0000-0000-0000-000000000001",
        "i": "10.0.0.1",
        "c": None,
        "s": "ab   ",
        "biji": "teks",
    }
    assert second["p"] is None
    assert set(third.values()) == {None}


def test_types_of_mariadb(my: str) -> None:
    execute(
        my,
        "CREATE TABLE a (j json, e enum('merah'), s set('x','y'), b bigint unsigned, n decimal(16,0), p decimal(12,2), "
        "f double, ok boolean, lahir date, jam datetime, t time, y year, bit8 bit(8), c char(5), g point, u uuid, "
        "biji blob, lama varchar(20) CHARACTER SET latin1)",
        "INSERT INTO a VALUES ('{\"nik\": 1}', 'merah', 'x,y', 3171014107900001, 3171014107900001, 12.50, "
        "3171014107900001, true, '1990-07-01', '1990-07-01 10:00', '10:00', 1990, 5, 'ab', POINT(106.8, -6.2), "
        "'00000000-0000-0000-0000-000000000001', 'teks', 'é')",
    )
    (row,) = everything(my).rows(*in_schema(my, "a"))
    assert row == {
        "j": None,
        "j.nik": "1",
        "e": "merah",
        "s": "x,y",
        "b": "3171014107900001",
        "n": Decimal("3171014107900001"),
        "p": Decimal("12.50"),
        "f": 3171014107900001.0,
        "ok": "1",
        "lahir": "1990-07-01",
        "t": "10:00:00",
        "jam": "1990-07-01 10:00:00",
        "y": "1990",
        "bit8": "5",
        "c": "ab",
        "g": "POINT(106.8 -6.2)",
        "u": "00000000-0000-0000-0000-000000000001",
        "biji": "teks",
        "lama": "é",
    }


BLOBS = {
    "postgresql": ("bytea", "'\\x{}'", "text"),
    "mysql": ("longblob", "x'{}'", "varchar(20)"),
    "sqlite": ("blob", "x'{}'", "text"),
}


def test_binary_cells_are_counted_and_text_in_them_is_read(url: str) -> None:
    kind, literal, text = BLOBS[url.partition(":")[0]]
    cells = ["00ff00", b"surat".hex(), "ff", "00ff" * 35_000, "41" * 70_000]  # the fourth is too long to be fetched
    values = ", ".join(f"({literal.format(c)}, 'x')" for c in cells)
    run(url, f"CREATE TABLE a (isi {kind}, y {text})", f"INSERT INTO a VALUES {values}, (NULL, 'x')")
    found = everything(url, Limits(batch_rows=2))
    rows = [r["isi"] for r in found.rows(*in_schema(url, "a"))]
    assert [None if r is None else r.rpartition(" ")[0] for r in rows] == [
        "<binary other", "", "<binary other", "<binary other", "", None,
    ]  # fmt: skip
    assert (rows[1], rows[4]) == ("surat", "A" * 70_000)
    assert found.reasons == {(*in_schema(url, "a"), "isi"): Reason.UNSUPPORTED_TYPE}
    assert [s.message for s in found.skipped] == ["3 cells hold binary data"]


def test_large_objects_are_read_as_a_column(pg: str) -> None:
    place, noise = ("pg_catalog", "pg_largeobject"), "decode('00ff', 'hex')"
    execute(
        pg,
        "SELECT lo_from_bytea(0, 'isi')",
        f"SELECT lo_from_bytea(0, {noise})",
        "SELECT lo_from_bytea(0, convert_to(repeat('NIK 3171014107900001', 10000), 'UTF8'))",
        "SELECT lo_from_bytea(0, decode(repeat('00ff', 40000), 'hex'))",
    )
    found = everything(pg)
    first, second, third, fourth = (row["data"] for row in found.rows(*place))
    assert (first, third) == ("isi", "NIK 3171014107900001" * 10_000)
    assert second.startswith("<binary other")
    assert fourth.startswith("<binary other")
    assert [(s.reason, s.cells) for s in found.skipped] == [(Reason.UNSUPPORTED_TYPE, 2)]


def test_large_objects_of_others_are_listed(pg: str) -> None:
    execute(pg, "SELECT lo_from_bytea(0, 'isi')", "CREATE ROLE tanpa_objek LOGIN PASSWORD 'x'")
    other = as_user(pg, "tanpa_objek", "x")
    assert everything(other).reasons == {("pg_catalog", "pg_largeobject"): Reason.DENIED}
    ((number,),) = execute(pg, "SELECT lo_from_bytea(0, 'lain')")
    execute(pg, f"GRANT SELECT ON LARGE OBJECT {number} TO tanpa_objek")
    found = everything(other)
    assert [row["data"] for row in found.rows("pg_catalog", "pg_largeobject")] == [None, "lain"]
    assert [s.message.partition(";")[0] for s in found.skipped] == ["1 large objects may not be read"]


def test_bytes_that_are_no_text_in_a_database_without_encoding(postgresql: str) -> None:
    execute(postgresql, "CREATE DATABASE tanpa_aksara ENCODING 'SQL_ASCII' TEMPLATE template0 LOCALE 'C'")
    url = in_database(postgresql, "tanpa_aksara")
    with connected(url) as connection:
        connection.execute("SET client_encoding = 'SQL_ASCII'")
        connection.execute("CREATE TABLE a (x text)")
        connection.execute("INSERT INTO a VALUES (E'caf\\xe9'), ('3171014107900001')")
    assert [r["x"] for r in everything(url).rows("public", "a")] == ["caf�", "3171014107900001"]


def test_mariadb_reads_rows_as_they_were_before(my: str) -> None:
    execute(
        my,
        "CREATE TABLE a (x varchar(20)) WITH SYSTEM VERSIONING",
        "INSERT INTO a VALUES ('dulu')",
        "UPDATE a SET x = 'kini'",
        "CREATE SEQUENCE nomor",
    )
    found = everything(my)
    assert len(found.units) == 1
    assert sorted(r["x"] for r in found.rows(*in_schema(my, "a"))) == ["dulu", "kini"]


# Rights


def test_postgresql_lists_what_may_not_be_read(pg: str) -> None:
    execute(
        pg,
        *("CREATE TABLE boleh (x int)", "CREATE TABLE larang (x int)", "CREATE TABLE sebagian (x int, y int)"),
        *("CREATE SCHEMA tutup", "CREATE TABLE tutup.a (x int)"),
        "INSERT INTO sebagian VALUES (1, 2)",
        *("DROP ROLE IF EXISTS pembaca", "CREATE ROLE pembaca LOGIN PASSWORD 'baca'"),
        *("GRANT SELECT ON boleh, tutup.a TO pembaca", "GRANT SELECT (x) ON sebagian TO pembaca"),
    )
    found = everything(as_user(pg, "pembaca", "baca"))
    assert found.reasons == {
        ("public", "larang"): Reason.DENIED,
        ("public", "sebagian", "y"): Reason.DENIED,
        ("tutup", "a"): Reason.DENIED,
    }
    assert len(found.skipped) == 3
    assert found.rows("public", "sebagian") == [{"x": "1"}]
    execute(pg, "DROP OWNED BY pembaca", "DROP ROLE pembaca")


def test_rows_hidden_by_row_security_are_not_clean(pg: str) -> None:
    execute(
        pg,
        *("DROP ROLE IF EXISTS pembaca", "CREATE ROLE pembaca LOGIN PASSWORD 'baca'"),
        *("CREATE TABLE a (x int)", "INSERT INTO a VALUES (1), (2)", "ALTER TABLE a ENABLE ROW LEVEL SECURITY"),
        "CREATE POLICY satu ON a USING (x = 1)",
        "CREATE VIEW lihat WITH (security_invoker) AS SELECT * FROM a",
        "GRANT SELECT ON a, lihat TO pembaca",
    )
    found = everything(as_user(pg, "pembaca", "baca"))
    assert found.reasons == {("public", "a"): Reason.DENIED, ("public", "lihat"): Reason.DENIED}
    assert found.rows("public", "a") == [{"x": "1"}]
    assert everything(pg).skipped == []
    execute(pg, "DROP OWNED BY pembaca", "DROP ROLE pembaca")


def test_mariadb_lists_what_may_not_be_read(my: str) -> None:
    name, closed = urlsplit(my).path[1:], urlsplit(new_database(my)).path[1:]
    execute(
        my,
        *("CREATE TABLE boleh (x int)", "CREATE TABLE larang (x int)", "CREATE TABLE sebagian (x int, y int)"),
        *("DROP USER IF EXISTS pembaca", "CREATE USER pembaca IDENTIFIED BY 'baca'"),
        *(f"GRANT SELECT ON {name}.boleh TO pembaca", f"GRANT INSERT ON {name}.larang TO pembaca"),
        f"GRANT SELECT (x), UPDATE (y) ON {name}.sebagian TO pembaca",
        "GRANT SHOW DATABASES ON *.* TO pembaca",
    )
    found = everything(as_user(in_database(my, ""), "pembaca", "baca"))
    mine = {path: reason for path, reason in found.reasons.items() if path[0] in (name, closed)}
    assert mine == {
        (name, "larang"): Reason.DENIED,
        (name, "sebagian", "y"): Reason.DENIED,
        (closed,): Reason.DENIED,
    }
    assert set(found.tables) == {(name, "boleh"), (name, "sebagian")}
    execute(my, "DROP USER pembaca")


# Reading changes nothing


WRITES = ("INSERT INTO a VALUES (2)", "DELETE FROM a", "CREATE TABLE b (x int)", "DROP TABLE a")


@pytest.mark.parametrize("statement", WRITES)
def test_the_session_cannot_write(url: str, statement: str) -> None:
    run(url, "CREATE TABLE a (x int)", "INSERT INTO a VALUES (1)")
    with database.opened(read.target(url), Limits()) as (dialect, connection):
        with pytest.raises(database._errors(dialect)) as caught:
            connection.exec_driver_sql(statement)
        assert any(w in str(caught.value) for w in ("read-only", "READ ONLY", "readonly"))
    assert len(everything(url).rows(*in_schema(url, "a"))) == 1


@pytest.mark.parametrize("server", ["postgresql", "mariadb"])
def test_every_query_says_whose_it_is(server: str, request: pytest.FixtureRequest) -> None:
    running: Server = request.getfixturevalue(f"{server}_server")
    url = new_database(running.url)
    run(url, "CREATE TABLE tanda_pengenal (x int)", "CREATE VIEW tanda_lihat AS SELECT * FROM tanda_pengenal")
    before = running.log.stat().st_size
    everything(url)
    log = running.log.read_bytes()[before:].decode()
    ours = [line for line in log.splitlines() if "tanda_" in line and "SELECT" in line]
    assert len(ours) >= 2
    assert all("/* privacyscan */" in line for line in ours)
    assert "ORDER BY" not in "".join(ours)


def test_postgresql_session_is_bounded_and_named(pg: str) -> None:
    with database.opened(read.target(pg), Limits(statement_timeout=7)) as (_, connection):
        shown = {
            name: connection.exec_driver_sql(f"SHOW {name}").scalar_one()
            for name in ("statement_timeout", "lock_timeout", "application_name", "transaction_read_only")
        }
    assert shown == {
        "statement_timeout": "7s",
        "lock_timeout": "10s",
        "application_name": "privacyscan",
        "transaction_read_only": "on",
    }


@pytest.mark.parametrize(("query", "is_encrypted"), [("", True), ("?ssl_disabled=true", False)])
def test_mysql_is_encrypted_where_the_server_can(my: str, query: str, is_encrypted: bool) -> None:
    with database.opened(read.target(my + query), Limits()) as (_, connection):
        cipher = connection.exec_driver_sql("SHOW STATUS LIKE 'Ssl_cipher'").one()[1]
    assert bool(cipher) is is_encrypted


def test_mysql_that_vouches_for_nobody_is_refused_where_the_url_asks_for_it(my: str, tmp_path: Path) -> None:
    (tmp_path / "lain.pem").write_bytes(certificate(tmp_path).read_bytes())
    assert "TLS" in str(refused(f"{my}?ssl_ca={tmp_path}/lain.pem"))


def test_mysql_locks_no_row_that_it_reads(my: str) -> None:
    execute(my, "SET GLOBAL TRANSACTION ISOLATION LEVEL SERIALIZABLE")
    try:
        with database.opened(read.target(my), Limits()) as (_, connection):
            shown = connection.exec_driver_sql("SELECT @@tx_isolation, @@lock_wait_timeout").one()
    finally:
        execute(my, "SET GLOBAL TRANSACTION ISOLATION LEVEL REPEATABLE READ")
    assert tuple(shown) == ("REPEATABLE-READ", "10")


def test_sqlite_leaves_the_folder_as_it_was(tmp_path: Path) -> None:
    for mode in ("delete", "wal"):
        file = tmp_path / f"{mode}.db"
        with sqlite3.connect(file) as connection:
            connection.execute(f"PRAGMA journal_mode = {mode}")
            connection.execute("CREATE TABLE a (x)")
            connection.execute("INSERT INTO a VALUES ('isi')")
        connection.close()
        before = {p.name: (p.read_bytes(), p.stat().st_mtime_ns) for p in tmp_path.iterdir()}
        assert everything(f"sqlite:///{file}").rows("a") == [{"x": "isi"}]
        assert {p.name: (p.read_bytes(), p.stat().st_mtime_ns) for p in tmp_path.iterdir()} == before


def test_sqlite_sees_what_is_not_in_the_main_file_yet(tmp_path: Path) -> None:
    file = tmp_path / "hidup.db"
    writer = sqlite3.connect(file)
    writer.execute("PRAGMA journal_mode = wal")
    writer.execute("CREATE TABLE a (x)")
    writer.execute("INSERT INTO a VALUES ('isi')")
    writer.commit()
    assert everything(f"sqlite:///{file}").rows("a") == [{"x": "isi"}]
    writer.close()


# What goes wrong


def refused(url: str, limits: Limits | None = None, kind: type[PrivacyScanError] = TargetError) -> Any:
    """How the target is refused; with no trace of the password, neither in what came before."""
    with pytest.raises(kind) as caught:
        everything(url, limits)
    error: BaseException | None = caught.value
    while error is not None:
        assert not any(p in f"{error!s}{error!r}" for p in (*FORMS, "s4lah"))
        assert isinstance(error, PrivacyScanError)
        error = error.__context__
    return caught.value


@pytest.mark.parametrize("server", ["postgresql", "mariadb"])
def test_a_wrong_password(server: str, request: pytest.FixtureRequest) -> None:
    url = request.getfixturevalue(server)
    for wrong in (as_user(url, "pemilik", "s4lah"), as_user(url, "siapa", "s4lah"), as_user(url, "pemilik", "")):
        error = refused(wrong)
        assert error.reason == Reason.LOGIN_FAILED
        assert "password" in str(error)


@pytest.mark.parametrize("server", ["postgresql", "mariadb"])
def test_a_database_that_is_not_there(server: str, request: pytest.FixtureRequest) -> None:
    error = refused(in_database(request.getfixturevalue(server), "tiada"))
    assert (error.reason, "no such database" in str(error)) == (Reason.UNREACHABLE, True)


@pytest.mark.parametrize("scheme", ["postgresql", "mysql"])
@pytest.mark.parametrize("host", ["127.0.0.1:{port}", "tiada.invalid"], ids=["closed port", "no such host"])
def test_nobody_answers(scheme: str, host: str) -> None:
    url = f"{scheme}://pemilik:{FORMS[1]}@{host.format(port=free_port())}/x"
    assert refused(url).reason == Reason.UNREACHABLE


@pytest.mark.parametrize("scheme", ["postgresql", "mysql"])
def test_a_server_that_says_nothing_is_given_up(scheme: str) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        begun = time.monotonic()
        url = f"{scheme}://pemilik:{FORMS[1]}@127.0.0.1:{silent.getsockname()[1]}/x"
        assert refused(url, Limits(connect_timeout=2)).reason == Reason.UNREACHABLE
        assert time.monotonic() - begun < 6


def test_a_server_that_is_too_old(postgresql: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("privacyscan.sources._postgresql._OLDEST", 990_000)
    assert "before 10" in str(refused(postgresql))


@pytest.mark.parametrize(("url", "driver"), [("postgresql://h/x", "psycopg"), ("mysql://h/x", "pymysql")])
def test_a_missing_driver_names_what_to_install(url: str, driver: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, driver, None)
    with pytest.raises(MissingExtra, match=rf"pip install '{driver}"):
        everything(url)


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("postgresql://pemilik:s4lah@127.0.0.1:abc/x", "not a URL of a database"),
        ("postgresql+asyncpg://pemilik:s4lah@127.0.0.1/x", "write postgresql://"),
        ("sqlite://", "names no file"),
        ("sqlite:///:memory:", "names no file"),
        ("sqlite://budi:s4lah@/tiada.db", "no such file"),
    ],
)
def test_urls_that_are_wrong_are_refused_before_anything_is_read(url: str, says: str) -> None:
    assert says in str(refused(url, kind=UsageError))


def test_a_missing_sqlite_file_is_not_made(tmp_path: Path) -> None:
    assert "no such file" in str(refused(f"sqlite:///{tmp_path}/tiada.db", kind=UsageError))
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "surat.db").write_bytes(b"Kepada Yth. " * 100)
    with pytest.raises(TargetError, match="not an SQLite database") as caught:
        everything(f"sqlite:///{tmp_path}/surat.db")
    assert caught.value.reason == Reason.DAMAGED


def test_a_damaged_sqlite_table_costs_only_itself(tmp_path: Path) -> None:
    file = tmp_path / "rusak.db"
    run(f"sqlite:///{file}", "CREATE TABLE a (x)", "CREATE TABLE b (x)")
    with sqlite3.connect(file) as connection:
        connection.executemany("INSERT INTO a VALUES (?)", [(f"baris {i}" * 20,) for i in range(500)])
        connection.execute("INSERT INTO b VALUES ('isi')")
        root, size = connection.execute("SELECT rootpage, 4096 FROM sqlite_master WHERE name = 'a'").fetchone()
    connection.close()
    data = bytearray(file.read_bytes())
    data[(root - 1) * size : root * size] = b"\x55" * size
    file.write_bytes(data)
    found = everything(f"sqlite:///{file}")
    assert found.reasons == {("a",): Reason.DAMAGED}
    assert found.rows("b") == [{"x": "isi"}]


SLOW = {
    "postgresql": "CREATE VIEW lambat AS SELECT pg_sleep(30)::text AS x",
    "mysql": "CREATE VIEW lambat AS SELECT SLEEP(30) AS x",
    "sqlite": "CREATE VIEW lambat AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
    "SELECT max(i) AS x FROM n",
}


def test_a_statement_that_takes_too_long_is_ended(url: str) -> None:
    run(url, SLOW[url.partition(":")[0]], "CREATE TABLE isi (x int)")
    begun = time.monotonic()
    found = everything(url, Limits(statement_timeout=1))
    assert time.monotonic() - begun < 8
    assert found.reasons == {in_schema(url, "lambat"): Reason.TIMEOUT}
    assert in_schema(url, "isi") in found.tables


def test_a_long_table_is_not_one_that_takes_too_long(url: str) -> None:
    run(url, "CREATE TABLE a (x int)", "INSERT INTO a VALUES " + ",".join(f"({i})" for i in range(20)))
    limits = Limits(statement_timeout=0.4, batch_rows=4)
    unit = next(read.units(read.target(url), Scope(), limits))
    assert isinstance(unit, Unit)
    seen = 0
    for part in read.parts(unit, limits):
        assert isinstance(part, Table), part
        seen += part.batch.num_rows
        time.sleep(0.5)
    assert seen == 20


def wide(url: str) -> None:
    """A table that does not fit into the buffers between server and reader."""
    run(url, "CREATE TABLE besar (x varchar(2000))", f"INSERT INTO besar VALUES ('{'z' * 1999}')")
    for _ in range(14):
        run(url, "INSERT INTO besar SELECT * FROM besar")


@pytest.mark.parametrize("server", ["postgresql", "mariadb"])
def test_a_connection_lost_in_the_middle(server: str, request: pytest.FixtureRequest) -> None:
    url = new_database(request.getfixturevalue(server))
    wide(url)
    kill: dict[str, Callable[[], Any]] = {
        "postgresql": lambda: execute(
            url, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'privacyscan'"
        ),
        "mariadb": lambda: [
            execute(url, f"KILL {row[0]}")
            for row in execute(url, "SELECT ID FROM information_schema.PROCESSLIST WHERE INFO LIKE '%besar`'")
        ],
    }
    unit = next(read.units(read.target(url), Scope(), Limits()))
    assert isinstance(unit, Unit)
    parts = read.parts(unit, Limits(batch_rows=100))
    first = next(parts)
    kill[server]()
    rest = list(parts)
    assert isinstance(first, Table)
    assert [p.reason for p in rest if isinstance(p, Skipped)] == [Reason.UNREACHABLE]
    assert sum(p.batch.num_rows for p in rest if isinstance(p, Table)) < 2**14


@pytest.mark.parametrize("kind", ["TABLE", "VIEW"])
def test_a_table_that_is_dropped_during_the_scan(url: str, kind: str) -> None:
    run(url, f"CREATE {kind} a {'(x int)' if kind == 'TABLE' else 'AS SELECT 1 AS x'}")
    unit = next(read.units(read.target(url), Scope(), Limits()))
    assert isinstance(unit, Unit)
    run(url, f"DROP {kind} a")
    (part,) = read.parts(unit, Limits())
    assert isinstance(part, Skipped)
    assert part.reason == Reason.VANISHED


def test_a_view_that_fails_costs_only_itself_and_quotes_no_value(url: str) -> None:
    view = {
        "postgresql": "SELECT x::int AS y FROM a",
        "mysql": "SELECT x = (SELECT 1 UNION SELECT 2) AS y FROM a",
        "sqlite": "SELECT x FROM tiada",
    }[url.partition(":")[0]]
    run(url, "CREATE TABLE a (x varchar(20))", "INSERT INTO a VALUES ('kenari-3171')", f"CREATE VIEW v AS {view}")
    found = everything(url)
    assert found.reasons == {in_schema(url, "v"): Reason.ERROR}
    assert "kenari" not in repr(found.skipped)


def test_a_locked_table_is_given_up(pg: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("privacyscan.sources._postgresql.LOCK_SECONDS", 1)
    execute(pg, "CREATE TABLE a (x int)", "CREATE TABLE b (x int)")
    with connected(pg) as other, other.transaction():
        other.execute("LOCK TABLE a IN ACCESS EXCLUSIVE MODE")
        found = everything(pg)
    assert found.reasons == {("public", "a"): Reason.TIMEOUT}
    assert ("public", "b") in found.tables


def test_a_locked_sqlite_file_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("privacyscan.sources._sqlite.LOCK_SECONDS", 0.2)
    other = sqlite3.connect(tmp_path / "uji.db", isolation_level=None)
    other.execute("CREATE TABLE a (x)")
    other.execute("BEGIN EXCLUSIVE")
    assert refused(f"sqlite:///{tmp_path}/uji.db").reason == Reason.TIMEOUT
    other.close()


def test_an_unfinished_change_to_an_sqlite_file_is_not_mended(tmp_path: Path) -> None:
    """A copy of a file and its journal, made in the middle of a transaction."""
    live, file = tmp_path / "hidup.db", tmp_path / "salinan.db"
    writer = sqlite3.connect(live, isolation_level=None)
    writer.execute("PRAGMA cache_size = 1")
    writer.execute("CREATE TABLE a (x)")
    writer.executemany("INSERT INTO a VALUES (?)", [("z" * 900,)] * 200)
    writer.execute("BEGIN")
    writer.execute("UPDATE a SET x = 'belum'")
    for end in ("", "-journal"):
        (tmp_path / f"salinan.db{end}").write_bytes((tmp_path / f"hidup.db{end}").read_bytes())
    writer.close()
    before = {p.name: p.read_bytes() for p in tmp_path.glob("salinan*")}
    assert "cut short" in str(refused(f"sqlite:///{file}"))
    assert {p.name: p.read_bytes() for p in tmp_path.glob("salinan*")} == before


# The whole way


@pytest.fixture
def people() -> list[tuple[str, str, str]]:
    p = MadeUp(5)
    return [(p.nik(), p.phone(), p.email()) for _ in range(2500)]


def test_a_scan_counts_what_is_there(url: str, people: list[tuple[str, str, str]], tmp_path: Path) -> None:
    run(url, "CREATE TABLE warga (nik varchar(16), no_hp varchar(20), surel varchar(60))", "CREATE TABLE b (n bigint)")
    run(url, "INSERT INTO warga VALUES " + ",".join(f"('{a}', '{b}', '{c}')" for a, b, c in people))
    run(url, "INSERT INTO b VALUES " + ",".join(f"({nik})" for nik, _, _ in people))
    settings = load({"workers": 2}, environ={"XDG_STATE_HOME": str(tmp_path / "state")})
    result = scan([url], settings)
    assert (result.status, result.skipped) == ("complete", ())
    assert {a.place.path: a.rows for a in result.assets} == {
        in_schema(url, "warga"): 2500,
        in_schema(url, "b"): 2500,
    }
    assert {(f.place.column, f.entity): f.matched for f in result.findings} == {
        ("nik", "ID_NIK"): 2500,
        ("no_hp", "PHONE_NUMBER"): 2500,
        ("surel", "EMAIL_ADDRESS"): 2500,
        ("n", "ID_NIK"): 2500,
    }
    assert not any(p in repr(result) for p in FORMS)


def test_a_scan_lists_a_target_that_cannot_be_opened(postgresql: str, tmp_path: Path) -> None:
    settings = load({"workers": 1}, environ={"XDG_STATE_HOME": str(tmp_path / "state")})
    result = scan([as_user(postgresql, "pemilik", "s4lah")], settings)
    assert [s.reason for s in result.skipped] == [Reason.LOGIN_FAILED]
    assert result.status == "incomplete"
    assert "s4lah" not in repr(result)


def test_memory_stays_flat(url: str) -> None:
    """A table many times larger than a batch is read without being held."""
    from privacyscan.testing import _status

    run(url, "CREATE TABLE a (x varchar(1000))", f"INSERT INTO a VALUES ('{'z' * 999}')")
    for _ in range(16):
        run(url, "INSERT INTO a SELECT * FROM a")
    unit = next(read.units(read.target(url), Scope(), Limits()))
    assert isinstance(unit, Unit)
    parts = read.parts(unit, Limits())
    next(parts)
    before = _status("VmRSS")
    Path("/proc/self/clear_refs").write_text("5")
    assert sum(p.batch.num_rows for p in parts if isinstance(p, Table)) > 50_000
    assert _status("VmHWM") - before < 45 << 20  # the table is 65 MB


def test_threads_of_the_watch_end(url: str) -> None:
    run(url, "CREATE TABLE a (x int)")
    before = threading.active_count()
    everything(url)
    assert threading.active_count() == before


def test_sqlite_of_a_folder_that_is_no_file(tmp_path: Path) -> None:
    assert "no such file" in str(refused(f"sqlite:///{tmp_path}", kind=UsageError))
