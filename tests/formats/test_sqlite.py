"""SQLite files: everything in them is read or listed, and nothing in their folder changes."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from privacyscan import read
from privacyscan.model import Limits, Place, Skipped, Table, Text, Unit
from tests.formats.reading import parts, skipped, tables


def of_path(path: Path) -> list[Table | Text | Skipped]:
    unit = Unit(
        "local", read.target(str(path)), Place("x", (path.name,)), "file", {"path": str(path)}, path.stat().st_size
    )
    return list(read.parts(unit, Limits()))


def state(folder: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in folder.iterdir()}


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "data warga?#.db"
    with sqlite3.connect(path) as made:
        made.executescript(
            """
            CREATE TABLE warga (nik TEXT, nama TEXT);
            INSERT INTO warga VALUES ('3171014107900001', 'Budi'), (3171014107900002, CAST(x'4a6f73e9' AS TEXT));
            CREATE TABLE "aneh ""nama"" ; --" (nik TEXT PRIMARY KEY) WITHOUT ROWID;
            INSERT INTO "aneh ""nama"" ; --" VALUES ('1');
            CREATE VIEW pandangan AS SELECT nik AS a, nik AS a FROM warga;
            CREATE VIEW rusak AS SELECT x FROM tidak_ada;
            CREATE VIRTUAL TABLE cari USING fts5 (isi);
            INSERT INTO cari VALUES ('NIK 3171014107900001');
            CREATE TABLE kosong (nik TEXT);
            CREATE TABLE foto (id INTEGER PRIMARY KEY, isi BLOB);
            INSERT INTO foto VALUES (1, x'ff00fe'), (2, x'ff00fe'), (3, 'teks');
            """
        )
    made.close()
    return path


def test_every_table_is_read_and_what_is_not_is_listed(database: Path) -> None:
    before = state(database.parent)
    found = of_path(database)
    name = f"x/{database.name}"
    read_tables = {p.removeprefix(name): rows for p, rows in tables(found).items()}
    assert read_tables["/warga"] == [
        {"nik": "3171014107900001", "nama": "Budi"},
        {"nik": "3171014107900002", "nama": "Jos\ufffd"},
    ]
    assert read_tables['/aneh "nama" ; --'] == [{"nik": "1"}]
    assert read_tables["/cari"] == [{"isi": "NIK 3171014107900001"}]
    assert read_tables["/kosong"] == []
    assert len(read_tables["/pandangan"]) == 2
    assert not [p for p in read_tables if p.startswith("/cari_")]  # how the search index is stored
    assert skipped(found) == {f"{name}/rusak": "error", f"{name}/foto[isi]": "unsupported_type"}
    assert state(database.parent) == before


@pytest.mark.parametrize("in_memory", [True, False])
def test_a_member_of_an_archive_is_read_alike(
    database: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch, in_memory: bool
) -> None:
    folder = tmp_path_factory.mktemp("sementara")
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    if not in_memory:
        monkeypatch.setattr("privacyscan.formats.sqlite._IN_MEMORY", 0)
    assert len(tables(parts(database.read_bytes(), "x.db"))) == len(tables(of_path(database)))
    assert not list(folder.iterdir())


KILLED = """
import io, os, signal, sys
from privacyscan.formats import sqlite
from privacyscan.model import File, Limits, Place

class Stream(io.BytesIO):
    def read(self, size=-1):
        if self.tell() > 100:  # some of it is copied by now
            os.kill(os.getpid(), signal.SIGKILL)
        return super().read(size)

data = open(sys.argv[1], "rb").read()
sqlite._IN_MEMORY = 0
list(sqlite.plugin.read(File(Place("x", ("a.zip", "x.db")), lambda: Stream(data), len(data)), Limits()))
"""


def test_a_killed_process_leaves_nothing_of_a_copy(tmp_path: Path) -> None:
    path, folder = tmp_path / "besar.db", tmp_path / "sementara"
    folder.mkdir()
    with sqlite3.connect(path) as made:
        made.execute("CREATE TABLE warga (nik TEXT)")
        made.executemany("INSERT INTO warga VALUES (?)", [("3171014107900001",)] * 100_000)
    made.close()
    done = subprocess.run([sys.executable, "-c", KILLED, str(path)], env={**os.environ, "TMPDIR": str(folder)})
    assert done.returncode == -signal.SIGKILL
    (private,) = folder.iterdir()  # the copy was under way
    assert {p.name: p.read_bytes() for p in private.iterdir()} == {"database": b""}


def test_changes_that_are_not_in_the_file_yet_are_read(tmp_path: Path) -> None:
    path = tmp_path / "w.db"
    writer = sqlite3.connect(path)
    writer.execute("PRAGMA journal_mode = WAL")
    writer.execute("CREATE TABLE warga (nik TEXT)")
    writer.execute("INSERT INTO warga VALUES ('3171014107900001')")
    writer.commit()
    before = state(tmp_path)
    assert before["w.db-wal"]
    assert tables(of_path(path)) == {"x/w.db/warga": [{"nik": "3171014107900001"}]}
    assert not skipped(of_path(tmp_path / "w.db-wal"))  # read with its database
    assert not skipped(of_path(tmp_path / "w.db-shm"))
    assert state(tmp_path) == before
    writer.close()


def test_half_a_transaction_is_rolled_back_in_a_copy(tmp_path: Path) -> None:
    path, copy = tmp_path / "asli.db", tmp_path / "j.db"
    writer = sqlite3.connect(path, isolation_level=None)
    writer.executescript("PRAGMA cache_size = 1; PRAGMA cache_spill = 1; CREATE TABLE warga (nik TEXT)")
    writer.execute("BEGIN")
    writer.executemany("INSERT INTO warga VALUES (?)", [("3171014107900001",)] * 20_000)
    writer.execute("COMMIT")
    writer.execute("BEGIN")
    writer.execute("UPDATE warga SET nik = 'x' || nik")
    copy.write_bytes(path.read_bytes())
    Path(f"{copy}-journal").write_bytes(Path(f"{path}-journal").read_bytes())
    assert b"x3171" in copy.read_bytes()
    before = state(tmp_path)
    rows = tables(of_path(copy))["x/j.db/warga"]
    assert rows == [{"nik": "3171014107900001"}] * 20_000
    assert state(tmp_path) == before
    writer.close()


def test_changes_without_their_database_are_listed(tmp_path: Path) -> None:
    (tmp_path / "w.db-wal").write_bytes(b"\x37\x7f\x06\x82" + bytes(100))
    assert skipped(of_path(tmp_path / "w.db-wal")) == {"x/w.db-wal": "unknown_format"}


def test_a_damaged_page_costs_its_table_alone(tmp_path: Path) -> None:
    path = tmp_path / "r.db"
    with sqlite3.connect(path) as made:
        made.execute("CREATE TABLE a (x TEXT)")
        made.execute("CREATE TABLE b (x TEXT)")
        made.executemany("INSERT INTO b VALUES (?)", [("isi",)] * 3)
    made.close()
    data = bytearray(path.read_bytes())
    data[4096:8192] = b"\xee" * 4096  # the root of table a
    found = parts(bytes(data), "r.db")
    assert skipped(found) == {"berkas/r.db/a": "damaged"}
    assert tables(found) == {"berkas/r.db/b": [{"x": "isi"}] * 3}


def test_a_file_shorter_than_it_says_is_damaged(database: Path) -> None:
    data = database.read_bytes()
    assert "damaged" in skipped(parts(data[: len(data) // 2 // 4096 * 4096], "x.db")).values()
