"""Databases into files: CSV and Parquet of each table, and scripts of SQL that make the database again."""

from __future__ import annotations

import subprocess
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow.csv
import pyarrow.parquet
import pytest
import sqlalchemy as sa

from privacyscan.errors import TargetError, UsageError
from privacyscan.model import Sample
from privacyscan.pseudonymize import pseudonymize
from privacyscan.pseudonymize.policy import Choice, Policy
from tests.pseudonymize.samples import KEY, TOKENS, people, write_database
from tests.pseudonymize.test_databases import engine, made, rows
from tests.servers import connected, execute, new_database

PERSONS = people(40, seed=12)
HARD = "a'b\\c\"d\n--;e\tñ"  # what a script must spell with care
POSTGRESQL = """
CREATE SCHEMA layanan;
CREATE TYPE layanan.status AS ENUM ('baru', 'selesai');
CREATE TABLE layanan.warga (nik varchar(60) PRIMARY KEY, induk varchar(60) REFERENCES layanan.warga, nama text,
  keadaan layanan.status DEFAULT 'baru', panjang int GENERATED ALWAYS AS (length(nama)) STORED);
CREATE TABLE kunjungan (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, urut serial,
  pemohon varchar(60) REFERENCES layanan.warga,
  hari date, saat timestamp, kapan timestamptz, jam time, lama interval, biaya numeric(12, 2), tarif numeric,
  benar bool, isi text, data jsonb, daftar text[], bobot float8, kode uuid, bita bytea, kata jsonb, larik jsonb,
  saklar bit(3));
CREATE INDEX menurut_hari ON kunjungan (hari);
CREATE VIEW riwayat AS SELECT count(*) FROM kunjungan
"""
VISIT = {
    "hari": date(2024, 2, 29),
    "saat": datetime(2024, 2, 29, 23, 59, 59, 123456),
    "kapan": datetime(2024, 2, 29, 12, tzinfo=UTC),
    "jam": "03:04:05",
    "lama": "1 day 02:00:00",
    "biaya": Decimal("12345.60"),
    "tarif": Decimal("0.1234567890123456789"),
    "benar": False,
    "isi": HARD,
    "data": '{"a": ["x\'y", null]}',
    "daftar": ["satu, dua", 'ti"ga', "em'pat"],
    "bobot": 0.1,
    "kode": "11111111-2222-3333-4444-555555555555",
    "bita": b"biasa",
    "kata": '"kata"',
    "larik": "[1, 2]",
    "saklar": "101",
}


@pytest.fixture(scope="module")
def source(postgresql: str) -> str:
    url = made(postgresql, *POSTGRESQL.split(";"))
    with engine(url).begin() as connection:
        before = None
        for p in PERSONS:
            into = "INSERT INTO layanan.warga (nik, induk, nama) VALUES (:nik, :induk, :nama)"
            connection.execute(sa.text(into), {"nik": p.nik, "induk": before, "nama": p.name})
            before = p.nik
        names = ", ".join(VISIT)
        values = ", ".join(f":{n}" for n in VISIT).replace(":saklar", "CAST(:saklar AS bit(3))")
        into = f"INSERT INTO kunjungan (pemohon, {names}) VALUES (:pemohon, {values})"
        connection.execute(sa.text(into), {"pemohon": before, **VISIT})
        connection.execute(sa.text(into), dict.fromkeys(VISIT) | {"pemohon": None, "isi": "", "bobot": float("nan")})
    return url


def nothing_of_anybody(text: str) -> bool:
    return not any(value in text for p in PERSONS for value in (p.nik, p.name))


def test_parquet_keeps_types(source: str, tmp_path: Path) -> None:
    result = pseudonymize(source, str(tmp_path / "salinan"), TOKENS, KEY, to_format="parquet", measuring=True)
    assert result.failures == ()
    assert [(s.place.path[-1], s.place.column) for s in result.skipped] == [("warga", "panjang"), ("riwayat", None)]
    assert sorted(p.name for p in (tmp_path / "salinan").iterdir()) == ["kunjungan.parquet", "layanan.warga.parquet"]
    table = pyarrow.parquet.read_table(tmp_path / "salinan" / "kunjungan.parquet")
    first, second = table.to_pylist()
    kept = {n: v for n, v in VISIT.items() if n not in ("jam", "lama", "tarif", "data", "daftar")}
    assert {n: first[n] for n in kept} == kept
    assert (str(first["jam"]), first["lama"], first["tarif"]) == ("03:04:05", "1 day, 2:00:00", str(VISIT["tarif"]))
    assert (first["data"], first["daftar"]) == (VISIT["data"], '["satu, dua", "ti\\"ga", "em\'pat"]')
    assert [n for n, v in second.items() if v is not None] == ["id", "urut", "isi", "bobot"]
    people_ = pyarrow.parquet.read_table(tmp_path / "salinan" / "layanan.warga.parquet").to_pylist()
    assert {p["induk"] for p in people_} - {None} < {p["nik"] for p in people_}
    assert nothing_of_anybody(str(people_) + str(first))
    assert {u.place.path[-1] for u in result.proof.utility} == {"warga", "kunjungan"}


def test_csv_tells_an_empty_text_from_none(source: str, tmp_path: Path) -> None:
    pseudonymize(source, str(tmp_path / "salinan"), TOKENS, KEY, to_format="csv", rows=Sample(rows=3))
    told = (tmp_path / "salinan" / "kunjungan.csv").read_text()
    assert "2024-02-29,2024-02-29 23:59:59.123456,2024-02-29 12:00:00.000000Z" in told
    strict = pyarrow.csv.ConvertOptions(strings_can_be_null=True, quoted_strings_can_be_null=False)
    newlines = pyarrow.csv.ParseOptions(newlines_in_values=True)
    table = pyarrow.csv.read_csv(
        tmp_path / "salinan" / "kunjungan.csv", parse_options=newlines, convert_options=strict
    ).to_pylist()
    assert {r["isi"] for r in table} == {HARD, ""}
    assert None in {r["pemohon"] for r in table}
    assert (tmp_path / "salinan" / "layanan.warga.csv").read_text().count("\n") >= 4


def loaded(script: Path, url: str) -> None:
    """Let the programs of the database, or Python's SQLite, run the script."""
    if url.startswith("postgresql"):
        command = ["psql", "-q", "-v", "ON_ERROR_STOP=1", "-f", str(script), url]
        subprocess.run(command, check=True, capture_output=True)
    elif url.startswith("sqlite"):
        with engine(url).begin() as connection:
            raw: Any = connection.connection.driver_connection
            raw.executescript(script.read_text())
    else:
        with connected(url) as raw, raw.cursor() as cursor:
            for statement in script.read_text().split(";\n"):
                if statement.strip():
                    cursor.execute(statement)


def test_a_script_makes_the_database_of_postgresql_again(source: str, tmp_path: Path, postgresql: str) -> None:
    again, copied = new_database(postgresql), new_database(postgresql)
    result = pseudonymize(source, str(tmp_path / "salinan.sql"), TOKENS, KEY, to_format="sql")
    assert (result.assets, result.rows, result.exit_code) == (2, 42, 0)
    assert nothing_of_anybody((tmp_path / "salinan.sql").read_text())
    loaded(tmp_path / "salinan.sql", again)
    pseudonymize(source, copied, TOKENS, KEY)
    for question in (
        "SELECT * FROM kunjungan ORDER BY id",
        "SELECT * FROM layanan.warga ORDER BY nik",
        "SELECT * FROM riwayat",
        "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace > 16000 ORDER BY 1",
        "SELECT indexdef FROM pg_indexes WHERE schemaname IN ('public', 'layanan') ORDER BY 1",
        "SELECT sequencename, last_value FROM pg_sequences ORDER BY 1",
    ):
        assert str(rows(again, question)) == str(rows(copied, question)), question
    execute(again, "INSERT INTO kunjungan (isi) VALUES ('x')")
    assert rows(again, "SELECT max(id), max(urut) FROM kunjungan") == [(3, 3)]


def test_a_script_of_sqlite(tmp_path: Path) -> None:
    file = write_database(tmp_path / "layanan.db", PERSONS)
    with engine(f"sqlite:///{file}").begin() as connection:
        connection.exec_driver_sql("CREATE TABLE aneh (a, b DATE, c REAL)")
        into = "INSERT INTO aneh VALUES (?, ?, ?)"
        connection.exec_driver_sql(into, (HARD, "2024-01-02", 1e300))
        connection.exec_driver_sql(into, ("a\0b", None, float("inf")))
        connection.exec_driver_sql(into, (b"teks", "", -0.5))
    policy = Policy({}, Choice("token"), {"*.hp": Choice("drop")})
    pseudonymize(str(file), str(tmp_path / "salinan.sql"), policy, KEY, to_format="sql")
    again = f"sqlite:///{tmp_path}/lagi.db"
    loaded(tmp_path / "salinan.sql", again)
    everything = "SELECT a, b, c FROM aneh ORDER BY c"
    assert [(str(a.decode() if isinstance(a, bytes) else a), b, c) for a, b, c in rows(again, everything)] == [
        ("teks", "", -0.5),
        (HARD, "2024-01-02", 1e300),
        ("a\0b", None, float("inf")),
    ]
    assert rows(again, "SELECT count(*) FROM riwayat") == [(40,)]
    assert rows(again, "PRAGMA foreign_key_check") == []


def test_a_script_of_mariadb(mariadb: str, tmp_path: Path) -> None:
    columns = "nik varchar(60), isi text, jam time, b blob, u bigint unsigned, hari date, saat datetime(3)"
    source, again = (
        made(mariadb, f"CREATE TABLE w (id int AUTO_INCREMENT PRIMARY KEY, {columns})"),
        new_database(mariadb),
    )
    with engine(source).begin() as connection:
        into = sa.text(
            "INSERT INTO w (nik, isi, jam, b, u, hari, saat) VALUES"
            " (:nik, :isi, '-30:00:00', 'biasa', 18446744073709551615, '2024-02-29', '2024-02-29 01:02:03.004')"
        )
        connection.execute(into, [{"nik": p.nik, "isi": HARD} for p in PERSONS])
    pseudonymize(source, str(tmp_path / "salinan.sql"), TOKENS, KEY, to_format="sql")
    loaded(tmp_path / "salinan.sql", again)
    question = "SELECT id, isi, CAST(jam AS CHAR), b, u, hari, saat FROM w ORDER BY id"
    assert rows(again, question) == rows(source, question)
    assert nothing_of_anybody(str(rows(again, "SELECT nik FROM w")))
    pseudonymize(source, str(tmp_path / "salinan"), TOKENS, KEY, to_format="parquet")
    first = pyarrow.parquet.read_table(tmp_path / "salinan" / "w.parquet").to_pylist()[0]
    assert (first["b"], first["u"], first["jam"]) == (b"biasa", 18446744073709551615, "-30:00:00")
    assert (first["hari"], first["saat"]) == (date(2024, 2, 29), datetime(2024, 2, 29, 1, 2, 3, 4000))


def test_what_is_there_is_replaced_only_if_asked_and_only_files_of_a_copy(tmp_path: Path) -> None:
    file, folder = write_database(tmp_path / "layanan.db", PERSONS), tmp_path / "salinan"
    policy = Policy({}, Choice("token"), {"*.hp": Choice("drop")})

    def copy(to: Path, format_: str = "csv", overwrite: bool = False) -> None:
        pseudonymize(str(file), str(to), policy, KEY, to_format=format_, overwrite=overwrite)

    folder.mkdir()
    copy(folder)
    with pytest.raises(UsageError, match="is there; choose a new name"):
        copy(folder)
    (folder / "lama.csv").write_text("lama\n")
    copy(folder, overwrite=True)
    assert not (folder / "lama.csv").exists()
    (folder / "penting.txt").write_text("penting")
    with pytest.raises(UsageError, match="a folder that holds csv alone"):
        copy(folder, overwrite=True)
    assert (folder / "penting.txt").exists()
    for wrong in (file, tmp_path / "layanan.db"):
        with pytest.raises(UsageError, match="is the source"):
            copy(wrong, "sql", overwrite=True)
    with pytest.raises(UsageError, match="--to-format xml: should be one of csv, parquet, sql"):
        copy(tmp_path / "x", "xml")
    with pytest.raises(UsageError, match="TARGET takes a database here"):
        pseudonymize(str(folder / "warga.csv"), str(tmp_path / "x"), policy, KEY, to_format="csv")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["layanan.db", "salinan"]


@pytest.mark.parametrize("format_", ["csv", "sql"])
def test_a_copy_that_fails_leaves_what_was_there(source: str, tmp_path: Path, format_: str) -> None:
    to = tmp_path / "salinan"
    (to.write_text if format_ == "sql" else lambda _: to.mkdir())("lama")
    wrong = Policy({}, Choice("token"), {"kunjungan.biaya": Choice("token", {}, "INCOME")})
    with pytest.raises(TargetError, match="no text"):
        pseudonymize(source, str(to), wrong, KEY, to_format=format_, overwrite=True)
    assert [p.name for p in tmp_path.iterdir()] == ["salinan"]
    assert to.read_text() == "lama" if format_ == "sql" else not list(to.iterdir())
