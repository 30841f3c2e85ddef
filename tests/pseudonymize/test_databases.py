"""Databases into databases, on real servers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from privacyscan.errors import PrivacyScanError, TargetError, UsageError
from privacyscan.pseudonymize import load_policy, plan, pseudonymize
from privacyscan.pseudonymize.policy import Choice, Limits, Policy
from tests.pseudonymize.samples import KEY, TOKENS, people, write_database
from tests.servers import as_user, execute, forwarded, in_database, new_database, replicated

PERSONS = people(120, seed=4)
SCHEMA = """
CREATE SCHEMA layanan;
CREATE TYPE layanan.status AS ENUM ('baru', 'selesai');
CREATE TABLE layanan.warga (
  nik varchar(40) PRIMARY KEY CHECK (length(nik) > 10), nama text NOT NULL, hp varchar(60) UNIQUE, surel text,
  keadaan layanan.status NOT NULL DEFAULT 'baru', data jsonb, sandi bytea,
  panjang int GENERATED ALWAYS AS (length(nama)) STORED
);
CREATE TABLE layanan.kunjungan (
  id serial PRIMARY KEY, nomor bigint GENERATED ALWAYS AS IDENTITY, pemohon varchar(40) REFERENCES layanan.warga (nik),
  tanggal date DEFAULT CURRENT_DATE, catatan text, biaya numeric(12, 2)
);
CREATE INDEX menurut_tanggal ON layanan.kunjungan (tanggal);
CREATE VIEW layanan.riwayat AS SELECT w.nama, k.biaya
  FROM layanan.warga w JOIN layanan.kunjungan k ON k.pemohon = w.nik;
CREATE TABLE catatan_bulan (bulan date NOT NULL, isi text) PARTITION BY RANGE (bulan);
CREATE TABLE catatan_2024 PARTITION OF catatan_bulan FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
"""


def engine(url: str) -> sa.Engine:
    for scheme, driver in (("postgresql", "postgresql+psycopg"), ("mysql", "mysql+pymysql")):
        url = url.replace(f"{scheme}://", f"{driver}://")
    return sa.create_engine(url)


@pytest.fixture(scope="module")
def source(postgresql: str) -> str:
    url = new_database(postgresql)
    with engine(url).begin() as connection:
        connection.exec_driver_sql(SCHEMA)
        for i, p in enumerate(PERSONS):
            row = {"nik": p.nik, "nama": p.name, "hp": f"{p.phone}", "surel": p.email, "data": f'{{"hp": "{p.phone}"}}'}
            into = "INSERT INTO layanan.warga (nik, nama, hp, surel, data, sandi)"
            insert = f"{into} VALUES (:nik, :nama, :hp, :surel, :data, :sandi)"
            connection.execute(sa.text(insert), row | {"sandi": b"\x00\xff" if i % 2 else None})
            visit = "INSERT INTO layanan.kunjungan (pemohon, catatan, biaya) VALUES (:nik, :catatan, :biaya)"
            connection.execute(sa.text(visit), {"nik": p.nik, "catatan": f"NIK {p.nik} datang", "biaya": i * 1000})
        connection.exec_driver_sql("INSERT INTO catatan_bulan VALUES ('2024-03-01', 'rapat rutin')")
    return url


@pytest.fixture
def target(postgresql: str) -> str:
    return new_database(postgresql)


def rows(url: str, query: str) -> list[tuple[Any, ...]]:
    with engine(url).connect() as connection:
        return [tuple(row) for row in connection.exec_driver_sql(query)]


def test_a_database_is_copied_with_its_keys_and_nothing_of_anybody(source: str, target: str) -> None:
    result = pseudonymize(source, target, TOKENS, KEY)
    assert result.failures == ()
    assert (result.assets, result.rows) == (3, 241)
    assert [(s.place.column, s.message[:2]) for s in result.skipped] == [("sandi", "60")]
    everything = str(rows(target, "SELECT * FROM layanan.warga")) + str(rows(target, "SELECT * FROM layanan.kunjungan"))
    assert not any(value in everything for p in PERSONS for value in (p.nik, p.email, p.phone))
    joined = "SELECT count(*), sum(biaya) FROM layanan.warga w JOIN layanan.kunjungan k ON k.pemohon = w.nik"
    assert rows(target, joined) == rows(source, joined)
    assert rows(target, "SELECT count(*) FROM layanan.riwayat") == [(120,)]
    assert rows(target, "SELECT * FROM catatan_bulan") == rows(source, "SELECT * FROM catatan_bulan")
    assert rows(target, "SELECT DISTINCT keadaan::text, panjang > 0 FROM layanan.warga") == [("baru", True)]
    told = sa.inspect(engine(target))
    keys = told.get_foreign_keys("kunjungan", "layanan")
    assert [(k["constrained_columns"], k["referred_table"]) for k in keys] == [(["pemohon"], "warga")]
    assert told.get_pk_constraint("warga", "layanan")["constrained_columns"] == ["nik"]
    assert [u["column_names"] for u in told.get_unique_constraints("warga", "layanan")] == [["hp"]]
    assert [c["sqltext"] for c in told.get_check_constraints("warga", "layanan")]
    assert "menurut_tanggal" in {i["name"] for i in told.get_indexes("kunjungan", "layanan")}
    assert not told.has_table("privacyscan_copy")
    execute(target, "INSERT INTO layanan.kunjungan (pemohon) SELECT nik FROM layanan.warga LIMIT 1")
    assert rows(target, "SELECT max(id) FROM layanan.kunjungan") == [(121,)]


def test_the_plan_of_a_database_needs_no_target(source: str) -> None:
    steps = {(s.place.path[-1], s.place.column): (s.operator, s.cells) for s in plan(source, TOKENS).steps}
    assert steps["warga", "nik"] == ("token", "all")
    assert steps["kunjungan", "catatan"] == ("token", "some")


def test_the_target_is_empty_or_replaced_and_never_the_source(source: str, target: str) -> None:
    with pytest.raises(UsageError, match="is the source"):
        pseudonymize(source, source, TOKENS, KEY)
    execute(target, "CREATE SCHEMA layanan")
    execute(target, "CREATE TABLE layanan.warga (lama text)")
    with pytest.raises(UsageError, match="holds 1 tables or views"):
        pseudonymize(source, target, TOKENS, KEY)
    pseudonymize(source, target, TOKENS, KEY, overwrite=True)
    assert rows(target, "SELECT count(*) FROM layanan.warga") == [(120,)]


@pytest.mark.parametrize("server", ["postgresql", "mariadb"])
def test_the_source_is_known_under_any_name(server: str, request: pytest.FixtureRequest) -> None:
    source = made(request.getfixturevalue(server), "CREATE TABLE w (id int)", "INSERT INTO w VALUES (7)")
    scheme = {"postgresql": "postgresql+psycopg", "mariadb": "mariadb"}[server]
    with forwarded(source) as tunnel:
        for name in (source.replace("127.0.0.1", "localhost"), f"{scheme}{source[source.index(':') :]}", tunnel):
            with pytest.raises(UsageError, match="is the source"):
                pseudonymize(source, name, TOKENS, KEY, overwrite=True)
    assert rows(source, "SELECT * FROM w") == [(7,)]
    assert pseudonymize(source, new_database(request.getfixturevalue(server)), TOKENS, KEY, overwrite=True).rows == 1


def test_what_the_source_follows_is_never_written(mariadb: str) -> None:
    with replicated("layanan") as (first, second):
        execute(first, "CREATE TABLE w (id int)", "INSERT INTO w VALUES (7)", "CREATE DATABASE lain")
        execute(first, "CREATE USER pembaca@'%' IDENTIFIED BY 'rahasia'", "GRANT SELECT ON *.* TO pembaca@'%'")
        elsewhere = in_database(mariadb, "layanan")
        execute(mariadb, "CREATE DATABASE layanan")
        ((position,),) = execute(first, "SELECT @@gtid_current_pos")
        execute(second, f"SELECT MASTER_GTID_WAIT('{position}', 30)")
        for source in (second, as_user(second, "pembaca", "rahasia")):  # who may ask what it follows, and who may not
            with pytest.raises(UsageError, match="is the source, or what it follows"):
                pseudonymize(source, first, TOKENS, KEY, overwrite=True)
            for to in (in_database(first, "lain"), elsewhere):
                assert pseudonymize(source, to, TOKENS, KEY, overwrite=True).rows == 1
        execute(second, "STOP SLAVE", "SET GLOBAL gtid_slave_pos = ''")
        with pytest.raises(UsageError, match="may be what the source follows"):
            pseudonymize(second, first, TOKENS, KEY, overwrite=True)
        assert rows(first, "SELECT * FROM w") == [(7,)]
        execute(second, "RESET SLAVE ALL")  # two servers from now on
        assert pseudonymize(second, first, TOKENS, KEY, overwrite=True).rows == 1
    execute(mariadb, "DROP DATABASE layanan")


@pytest.mark.parametrize(
    ("policy", "what"),
    [
        (Policy({"PHONE_NUMBER": Choice("redact")}, Choice("token")), "break a key or check"),
        (Policy({"PERSON": Choice("drop")}, Choice("token")), "may not be empty"),
        (Policy({}, Choice("token"), {"kunjungan.biaya": Choice("token", {}, "INCOME")}), "no text"),
        (Policy({}, Choice("encrypt")), "holds 40 characters"),
    ],
)
def test_what_does_not_fit_is_told_and_nothing_stays(source: str, target: str, policy: Policy, what: str) -> None:
    with pytest.raises(TargetError, match=what) as raised:
        pseudonymize(source, target, policy, KEY)
    assert not any(value in str(raised.value) for p in PERSONS for value in p.values)
    told = sa.inspect(engine(target))
    assert not told.get_table_names()
    assert "layanan" not in told.get_schema_names() or not told.get_table_names("layanan")


def made(server: str, *statements: str) -> str:
    """A new database in which these were run."""
    url = new_database(server)
    for statement in statements:
        execute(url, statement)
    return url


def made_file(path: Path, *statements: str) -> str:
    """A new SQLite file in which these were run."""
    with engine(f"sqlite:///{path}").begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
    return str(path)


PERSON = PERSONS[0]


@pytest.mark.parametrize(
    "table",
    [
        f"CREATE TABLE w (id int PRIMARY KEY, nik varchar(60) DEFAULT '{PERSON.nik}')",
        f"CREATE TABLE w (id int PRIMARY KEY, surel text CHECK (surel <> '{PERSON.email}'))",
        f"CREATE TABLE w (id int PRIMARY KEY, nik text); CREATE INDEX i ON w (nik) WHERE nik <> '{PERSON.nik}'",
    ],
)
def test_a_definition_that_holds_a_value_is_refused(postgresql: str, target: str, table: str) -> None:
    with pytest.raises(TargetError, match="definition of the table holds personal data") as raised:
        pseudonymize(made(postgresql, *table.split(";")), target, TOKENS, KEY)
    assert not any(value in str(raised.value) for value in PERSON.values)
    assert not sa.inspect(engine(target)).get_table_names()


def test_parts_of_a_schema_that_are_rare(postgresql: str, target: str) -> None:
    source = made(
        postgresql,
        "CREATE TABLE w (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, kode int, aktif bool, d jsonb, isi text[])",
        "CREATE UNIQUE INDEX satu ON w (kode) WHERE aktif",
        "CREATE INDEX dua ON w USING gin (d)",
        "CREATE INDEX tiga ON w (lower(isi[1]))",
        "CREATE MATERIALIZED VIEW m AS SELECT 1 AS a",
        "INSERT INTO w (kode, aktif, d, isi) VALUES (5, true, NULL, '{a,b}'), (5, false, '[1, 2]', NULL)",
    )
    result = pseudonymize(source, target, TOKENS, KEY)
    everything = "SELECT id, kode, aktif, d IS NULL, d::text, isi FROM w ORDER BY id"
    assert rows(target, everything) == rows(source, everything)
    indexes = {str(name): str(text) for name, text in rows(target, "SELECT indexname, indexdef FROM pg_indexes")}
    assert "WHERE aktif" in indexes["satu"]
    assert "USING gin" in indexes["dua"]
    assert {s.place.path[-1] for s in result.skipped} == {"tiga", "m"}
    execute(target, "INSERT INTO w (kode) VALUES (9)")
    assert rows(target, "SELECT max(id) FROM w") == [(3,)]


def test_days_that_python_does_not_have(postgresql: str, target: str, tmp_path: Path) -> None:
    days = "INSERT INTO w VALUES ('infinity', '-infinity', '0044-03-15 BC'), ('2024-01-02', now(), now())"
    source = made(postgresql, "CREATE TABLE w (a date, b timestamp, c timestamptz)", days)
    pseudonymize(source, target, TOKENS, KEY)
    everything = "SELECT a::text, b::text, c::text FROM w ORDER BY 1"
    assert rows(target, everything) == rows(source, everything)
    pseudonymize(source, str(tmp_path / "berkas"), TOKENS, KEY, to_format="csv")
    assert (tmp_path / "berkas" / "w.csv").read_text().splitlines()[1].startswith('"infinity","-infinity",')


def test_what_overwrite_replaces_is_gone_only_when_the_copy_stands(postgresql: str) -> None:
    source = made(postgresql, "CREATE TABLE w (nik text NOT NULL)", f"INSERT INTO w VALUES ('{PERSON.nik}')")
    target = made(postgresql, "CREATE TABLE w (id int)", "INSERT INTO w VALUES (7)")
    with pytest.raises(TargetError, match="may not be empty"):
        pseudonymize(source, target, Policy({}, Choice("drop")), KEY, overwrite=True)
    assert rows(target, "SELECT * FROM w") == [(7,)]


def test_a_view_that_is_there_is_not_replaced_unasked(postgresql: str) -> None:
    source = made(postgresql, "CREATE TABLE w (id int)", "CREATE VIEW v AS SELECT id FROM w")
    target = made(postgresql, "CREATE VIEW v AS SELECT 42 AS lain")
    with pytest.raises(UsageError, match="holds 1 tables or views"):
        pseudonymize(source, target, TOKENS, KEY)
    assert rows(target, "SELECT * FROM v") == [(42,)]


def test_keys_lead_to_other_schemas_and_never_to_tables_that_are_not_there(
    postgresql: str, target: str, tmp_path: Path
) -> None:
    source = made(
        postgresql,
        "CREATE TABLE w (nik varchar(60) PRIMARY KEY)",
        "CREATE SCHEMA lain",
        "CREATE TABLE lain.k (pemohon varchar(60) REFERENCES w)",
    )
    assert pseudonymize(source, target, TOKENS, KEY).exit_code == 0
    keys = sa.inspect(engine(target)).get_foreign_keys("k", "lain")
    assert [k["referred_table"] for k in keys] == ["w"]
    file = made_file(tmp_path / "asal.db", "CREATE TABLE w (id int, lama int REFERENCES hilang (id))")
    skipped = pseudonymize(file, new_database(postgresql), TOKENS, KEY).skipped
    assert [(s.place.path, s.message[:23]) for s in skipped] == [(("w",), "a key that refers to a ")]


OF_MARIADB = {
    "s set('a', 'b')": ("'a,b'", "a,b"),
    "e enum('x', 'y')": ("'y'", "y"),
    "k varchar(9) COLLATE utf8mb4_bin": ("'aB'", "aB"),
    "j json": ("'[1]'", "[1]"),
    "t time": ("'03:04:05'", "03:04:05"),
    "u time": ("'-30:00:00'", "-30:00:00"),
    "h date": ("'2024-02-00'", "2024-02-00"),
    "d double": ("106.82715300001234", "106.82715300001234"),
    "g int AS (id * 2) STORED": ("DEFAULT", None),
}
OF_POSTGRESQL = {
    "r int4range": ("'[1,5)'", "[1, 5)"),
    "i interval": ("'1 day 02:00'", "1 day, 2:00:00"),
    "a text[]": ("'{a,b}'", '["a", "b"]'),
    "w varchar": ("'x'", "x"),
    "p ganjil": ("5", "5"),
    'c text COLLATE "C"': ("'x'", "x"),
    "x xml": ("'<a/>'", "<a/>"),
    "n numeric": ("1.23456789012345678901", "1.23456789012345678901"),
    "m timestamp": ("'2024-01-02 03:04:05.678901'", "2024-01-02 03:04:05.678901"),
    "f date": ("'infinity'", "infinity"),
    "u uuid": ("'11111111-2222-3333-4444-555555555555'", "11111111-2222-3333-4444-555555555555"),
}


@pytest.mark.parametrize("to", ["postgresql", "mariadb", "sqlite"])
@pytest.mark.parametrize(("server", "columns"), [("mariadb", OF_MARIADB), ("postgresql", OF_POSTGRESQL)])
def test_types_become_the_nearest_ones_and_no_value_is_lost(
    server: str, columns: dict[str, tuple[str, str | None]], to: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    values = ", ".join(value for value, _ in columns.values())
    domain = ["CREATE DOMAIN ganjil AS int CHECK (VALUE % 2 = 1)"] if server == "postgresql" else ["DO 0"]
    table = f"CREATE TABLE w (id int PRIMARY KEY, {', '.join(columns)})"
    insert = "SET STATEMENT sql_mode = '' FOR " if server == "mariadb" else ""
    source = made(request.getfixturevalue(server), *domain, table, f"{insert}INSERT INTO w VALUES (1, {values})")
    target = f"sqlite:///{tmp_path}/x.db" if to == "sqlite" else new_database(request.getfixturevalue(to))
    left = [s.place.column for s in pseudonymize(source, target, TOKENS, KEY).skipped]
    assert left == (["g"] if server == "mariadb" != to else [])
    if server == to:
        names = ", ".join(f"CAST({c.split()[0]} AS char(99))" for c in columns)
        assert rows(target, f"SELECT {names} FROM w") == rows(source, f"SELECT {names} FROM w")
        return
    for column, (_, told) in columns.items():
        if told is not None:
            ((value,),) = rows(target, f"SELECT {column.split()[0]} FROM w")
            assert str(value).rstrip("0").startswith(told.rstrip("0")), column


MIXED = """CREATE TABLE w (
  lahir DATE, tiba DATETIME, kapan DATE, kode INTEGER, biaya DECIMAL(10, 2), tarif NUMERIC, aktif BOOLEAN,
  tanda BOOLEAN, panjang VARCHAR(3), data JSON, apa, besar INT)"""
HELD = (
    "('2024-01-02', '2024-01-02 03:04:05', 'belum', 5, 1.5, 2, 1, 7, 'lebih dari tiga', '{\"a\": 1}', 5, 1 << 53)",
    "(NULL, NULL, '2024-01-02', 'abc', 3, 2.5, 0, 0, 'dua', NULL, X'6162', 1)",
)


@pytest.mark.parametrize("server", ["postgresql", "mariadb"])
def test_columns_of_sqlite_hold_what_they_hold_whatever_their_type_says(
    server: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    target = new_database(request.getfixturevalue(server))
    file = made_file(tmp_path / "asal.db", MIXED, *(f"INSERT INTO w VALUES {row}" for row in HELD))
    assert pseudonymize(file, target, TOKENS, KEY).exit_code == 0
    with engine(target).connect() as connection:
        metadata = sa.MetaData()
        metadata.reflect(connection)
        copied = list(connection.execute(sa.select(metadata.tables["w"]).order_by(metadata.tables["w"].c.biaya)))
    moment = datetime(2024, 1, 2, 3, 4, 5)
    first = (date(2024, 1, 2), moment, "belum", "5", Decimal("1.50"), 2.0, True, 7, "lebih dari tiga", {"a": 1}, "5")
    assert [r[:11] if server == "postgresql" else (*r[:9], {"a": 1}, r[10]) for r in copied[:1]] == [first]
    assert tuple(copied[1][:9]) == (None, None, "2024-01-02", "abc", 3, 2.5, False, 0, "dua")
    assert [r[11] for r in copied] == [1 << 53, 1]


def test_rows_go_on_being_numbered_in_mariadb(mariadb: str) -> None:
    table = "CREATE TABLE w (id int AUTO_INCREMENT PRIMARY KEY, isi varchar(100))"
    source, target = made(mariadb, table, "INSERT INTO w (isi) VALUES ('rapat')"), new_database(mariadb)
    pseudonymize(source, target, TOKENS, KEY)
    execute(target, "INSERT INTO w (isi) VALUES ('rapat')")
    assert rows(target, "SELECT max(id) FROM w") == [(2,)]


@pytest.fixture(params=["to a server", "from a server"])
def pair(request: pytest.FixtureRequest, tmp_path: Path, mariadb: str) -> Iterator[tuple[str, str]]:
    """An SQLite file and a database of MariaDB, in one direction or the other."""
    file, server = write_database(tmp_path / "layanan.db", PERSONS), new_database(mariadb)
    if request.param == "to a server":
        yield str(file), server
    else:
        policy = Policy({}, Choice("token"), {"*.hp": Choice("drop")})
        pseudonymize(str(file), server, policy, KEY)
        yield server, str(tmp_path / "salinan.db")


def test_databases_of_two_kinds(pair: tuple[str, str]) -> None:
    source, target = pair
    policy = Policy({}, Choice("token"), {"*.hp": Choice("drop")} if "://" in target else {})
    result = pseudonymize(source, target, policy, KEY)
    assert result.failures == ()
    url = target if "://" in target else f"sqlite:///{target}"
    assert rows(url, "SELECT count(*) FROM kunjungan k JOIN warga w ON w.nik = k.nik") == [(120,)]
    assert all(nik.startswith("NIK_") for (nik,) in rows(url, "SELECT nik FROM warga"))
    views = [s.place.path for s in result.skipped if "a view is not copied" in s.message]
    assert views == ([("riwayat",)] if "://" in target else [])


def test_a_file_that_was_made_for_a_copy_is_gone_when_there_is_none(source: str, tmp_path: Path) -> None:
    with pytest.raises(TargetError, match="may not be empty"):
        pseudonymize(source, str(tmp_path / "aman.db"), Policy({"PERSON": Choice("drop")}, Choice("token")), KEY)
    assert list(tmp_path.iterdir()) == []


def test_a_target_that_cannot_be_reached_is_told_without_its_password(source: str) -> None:
    with pytest.raises(PrivacyScanError) as raised:
        pseudonymize(source, "postgresql://u:rahasia@127.0.0.1:1/x", TOKENS, KEY)
    assert "rahasia" not in str(raised.value)


@pytest.mark.parametrize("name", ["analytics", "sharing", "publishing"])
def test_columns_of_dates_and_numbers_get_what_a_band_begins_with(
    postgresql: str, target: str, tmp_path: Path, name: str
) -> None:
    columns = "nik varchar(60), tanggal_lahir date, lahir timestamp, gaji bigint, gaji_pokok numeric"
    values = ", ".join(
        f"('{p.nik}', '{1980 + i % 15}-0{1 + i % 9}-15', '{1980 + i % 15}-0{1 + i % 9}-15', {i}432100, {i}432100.5)"
        for i, p in enumerate(PERSONS, 4)
    )
    url = made(postgresql, f"CREATE TABLE pegawai ({columns})", f"INSERT INTO pegawai VALUES {values}")
    policy = replace(load_policy(Path(name)), limits=Limits())
    assert pseudonymize(url, target, policy, KEY).failures == ()
    born = {row[0] for row in rows(target, "SELECT tanggal_lahir FROM pegawai WHERE tanggal_lahir IS NOT NULL")}
    assert born
    assert {(d.month, d.day) for d in born} == {(1, 1)}
    pay = {row[0] for row in rows(target, "SELECT gaji FROM pegawai WHERE gaji IS NOT NULL")}
    assert all(amount % 1_000_000 == 0 for amount in pay)
    assert bool(pay) == (name != "sharing")  # which drops amounts
    pseudonymize(url, str(tmp_path / "berkas"), policy, KEY, to_format="parquet")
