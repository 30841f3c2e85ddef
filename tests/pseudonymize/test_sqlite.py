"""SQLite databases into SQLite databases."""

from __future__ import annotations

import hashlib
import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from privacyscan.errors import TargetError, UsageError
from privacyscan.model import Reason
from privacyscan.pseudonymize import Result, pseudonymize
from privacyscan.pseudonymize._sqlite import opened
from privacyscan.pseudonymize.policy import Choice, Policy
from tests.pseudonymize.samples import KEY, TOKENS, people, write_database

PERSONS = people(60)


def copied(source: Path, policy: Policy = TOKENS) -> tuple[Path, Result]:
    copy = source.with_name("copy.db")
    return copy, pseudonymize(f"sqlite:///{source}", f"sqlite:///{copy}", policy, KEY)


def asked(path: Path, question: str) -> list[Any]:
    with closing(sqlite3.connect(path)) as database:
        return database.execute(question).fetchall()


def made(path: Path, script: str, *rows: tuple[str, list[tuple[Any, ...]]]) -> Path:
    with closing(sqlite3.connect(path)) as database:
        database.executescript(script)
        for statement, values in rows:
            database.executemany(statement, values)
        database.commit()
    return path


def test_schema_row_order_and_joins_stay(tmp_path: Path) -> None:
    source = write_database(tmp_path / "layanan.db", PERSONS)
    copy, result = copied(source)
    schema = "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name"
    assert asked(copy, schema) == asked(source, schema)
    assert asked(copy, "SELECT id, biaya FROM kunjungan") == asked(source, "SELECT id, biaya FROM kunjungan")
    joined = "SELECT count(*) FROM riwayat UNION ALL SELECT count(*) FROM kunci JOIN kunjungan USING (nik)"
    assert asked(copy, joined) == asked(source, joined) == [(60,), (60,)]
    assert asked(copy, "PRAGMA foreign_key_check") == []
    assert asked(copy, "PRAGMA integrity_check") == [("ok",)]
    assert asked(copy, "PRAGMA freelist_count") == [(0,)]
    assert asked(copy, "SELECT count(*) FROM jejak") == [(0,)]  # no trigger fired
    assert (result.assets, result.rows, result.exit_code) == (4, 180, 0)


def test_values_give_way_in_columns_of_any_type(tmp_path: Path) -> None:
    copy, _ = copied(write_database(tmp_path / "layanan.db", PERSONS))
    for nik, name, phone, email in asked(copy, "SELECT nik, nama, hp, email FROM warga"):
        assert nik.startswith("NIK_")
        assert name.startswith("PERSON_")
        assert phone.startswith("PHONE_NUMBER_")  # in a column of numbers
        assert email.startswith("EMAIL_ADDRESS_")
    notes = asked(copy, "SELECT k.catatan, w.nik FROM kunjungan k JOIN warga w USING (nik)")
    assert len(notes) == 60
    assert all(note == f"NIK {nik} datang sendiri ke loket" for note, nik in notes)


def test_the_source_is_not_touched_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    source = write_database(tmp_path / "layanan.db", PERSONS)
    before = hashlib.sha256(source.read_bytes()).digest(), source.stat().st_mtime_ns
    copied(source)
    assert (hashlib.sha256(source.read_bytes()).digest(), source.stat().st_mtime_ns) == before
    assert sorted(os.listdir(tmp_path)) == ["copy.db", "layanan.db"]


def test_rows_that_are_still_in_the_log_are_copied_too(tmp_path: Path) -> None:
    source = write_database(tmp_path / "layanan.db", PERSONS)
    with closing(sqlite3.connect(source)) as writer:
        writer.execute("PRAGMA journal_mode = WAL")
        late = people(1, seed=9)[0]
        writer.execute("INSERT INTO warga VALUES (?, ?, ?, ?)", (late.nik, late.name, 81234567890, late.email))
        writer.commit()
        before = hashlib.sha256(source.read_bytes()).digest()
        copy, _ = copied(source)
        assert hashlib.sha256(source.read_bytes()).digest() == before
    assert asked(copy, "SELECT count(*), sum(nik LIKE 'NIK_%') FROM warga") == [(61, 61)]
    assert late.nik.encode() not in copy.read_bytes()


def test_a_database_with_a_log_that_nobody_has_open_stays_alone(tmp_path: Path) -> None:
    source = write_database(tmp_path / "layanan.db", PERSONS)
    with closing(sqlite3.connect(source)) as writer:
        writer.execute("PRAGMA journal_mode = WAL").fetchall()
    copied(source)
    assert sorted(os.listdir(tmp_path)) == ["copy.db", "layanan.db"]


def test_binary_cells_are_emptied_and_listed_and_text_in_bytes_is_read(tmp_path: Path) -> None:
    source = made(
        tmp_path / "foto.db",
        "CREATE TABLE foto (nik TEXT, gambar BLOB NOT NULL, catatan BLOB)",
        (
            "INSERT INTO foto VALUES (?, ?, ?)",
            [(p.nik, b"\x89PNG\0\xff" + p.nik.encode(), f"NIK {p.nik} hadir".encode()) for p in PERSONS],
        ),
    )
    copy, result = copied(source)
    assert set(asked(copy, "SELECT gambar FROM foto")) == {(b"",)}
    assert all(note.startswith(b"NIK NIK_") for (note,) in asked(copy, "SELECT catatan FROM foto"))
    assert [(s.place.column, s.reason) for s in result.skipped] == [("gambar", Reason.UNSUPPORTED_TYPE)]
    assert result.exit_code == 3


def test_generated_columns_and_strange_names_are_no_trouble(tmp_path: Path) -> None:
    source = made(
        tmp_path / "aneh.db",
        """
        CREATE TABLE "data ""warga"" x" ("rowid" TEXT, "no. KTP" TEXT CHECK (length("no. KTP") = 16),
            awal TEXT GENERATED ALWAYS AS (substr("no. KTP", 1, 12)) STORED);
        """,
        ('INSERT INTO "data ""warga"" x" VALUES (?, ?)', [(str(i), p.nik) for i, p in enumerate(PERSONS)]),
    )
    copy, _ = copied(source)
    rows = asked(copy, 'SELECT "no. KTP", awal FROM "data ""warga"" x"')
    assert all(nik.startswith("NIK_") and start == nik[:12] for nik, start in rows)


@pytest.mark.parametrize(
    ("script", "insert", "operator", "what"),
    [
        ("CREATE TABLE w (nik TEXT UNIQUE)", "INSERT INTO w VALUES (?)", "redact", "unique"),  # one label for all
        ("CREATE TABLE w (nik INTEGER PRIMARY KEY)", "INSERT INTO w VALUES (?)", "token", "row id"),  # numbers only
        ("CREATE TABLE w (nik INTEGER) STRICT", "INSERT INTO w VALUES (?)", "token", "strict"),  # numbers only
    ],
)
def test_replacements_that_do_not_fit_are_refused_whole(
    tmp_path: Path, script: str, insert: str, operator: str, what: str
) -> None:
    source = made(tmp_path / "w.db", script, (insert, [(int(p.nik),) for p in PERSONS]))
    with pytest.raises(TargetError, match=what) as raised:
        copied(source, Policy({"ID_NIK": Choice(operator)}))
    assert "w[nik]" in str(raised.value) or "nik" in str(raised.value)
    assert not any(p.nik in str(raised.value) for p in PERSONS)
    assert os.listdir(tmp_path) == ["w.db"]


@pytest.mark.parametrize(
    ("script", "what"),
    [
        ("CREATE VIRTUAL TABLE cari USING fts5 (nama)", "virtual table"),
        ("CREATE TABLE w (nik TEXT DEFAULT '{nik}')", "definition"),
        ('CREATE TABLE w ("nik {nik}" TEXT)', "definition"),
    ],
)
def test_a_schema_that_would_carry_values_is_refused(tmp_path: Path, script: str, what: str) -> None:
    nik = PERSONS[0].nik
    source = made(tmp_path / "w.db", script.format(nik=nik))
    with pytest.raises(TargetError, match=what) as raised:
        copied(source)
    assert nik not in str(raised.value)
    assert os.listdir(tmp_path) == ["w.db"]


def test_a_disk_that_is_full_is_not_told_as_a_damaged_source(tmp_path: Path) -> None:
    source = write_database(tmp_path / "warga.db", people(3))
    with closing(sqlite3.connect(":memory:")) as full:
        full.execute("PRAGMA max_page_count = 1")
        with pytest.raises(UsageError, match="No space left on device"), opened(source, "warga.db"):
            full.execute("CREATE TABLE t(a)")


def test_a_damaged_database_leaves_nothing(tmp_path: Path) -> None:
    source = write_database(tmp_path / "layanan.db", PERSONS)
    data = bytearray(source.read_bytes())
    data[100:5000] = os.urandom(4900)
    source.write_bytes(data)
    with pytest.raises(TargetError, match="check the database"):
        copied(source)
    assert os.listdir(tmp_path) == ["layanan.db"]
