"""DuckDB files: all schemas, types and views, and nothing outside of the file."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from privacyscan import read
from privacyscan.errors import UsageError
from privacyscan.model import File, Limits, Place, Reason, Skipped, Table, Text, Unit
from privacyscan.settings import Scope
from tests.formats.samples import duckdb_file, niks


def found(path: Path, prefix: str = "") -> list[Table | Text | Skipped]:
    unit = next(read.units(read.target(f"{prefix}{path}"), Scope(), Limits()))
    assert isinstance(unit, Unit)
    return list(read.parts(unit, Limits()))


def rows(parts: list[Table | Text | Skipped]) -> dict[tuple[str, ...], list[dict[str, object]]]:
    return {p.place.path: p.batch.to_pylist() for p in parts if isinstance(p, Table)}


def made(path: Path, *statements: str) -> Path:
    path.write_bytes(duckdb_file(*statements))
    return path


@pytest.mark.parametrize("prefix", ["", "duckdb:///"])
def test_schemas_views_and_types(tmp_path: Path, prefix: str) -> None:
    file = made(
        tmp_path / "a.duckdb",
        "CREATE VIEW v AS SELECT nik FROM warga",
        'CREATE SCHEMA "lain x"',
        """CREATE TABLE "lain x".b AS SELECT {'a': '3171'} AS s, ['x', 'y'] AS l, 3171014107900001::HUGEINT AS n,
        '\\xFF\\x00'::BLOB AS gambar, 'teks'::BLOB AS teks, uuid() AS u, INTERVAL 1 DAY AS i""",
    )
    parts = found(file, prefix)
    given = rows(parts)
    assert {r["nik"] for r in given["main", "v"]} == {r["nik"] for r in given["main", "warga"]} == set(niks())
    (row,) = given["lain x", "b"]
    assert (row["s"], row["l"], row["teks"]) == ('{"a": "3171"}', '["x", "y"]', "teks")
    assert str(row["n"]) == "3171014107900001"
    assert [(p.reason, p.place.column) for p in parts if isinstance(p, Skipped)] == [
        (Reason.UNSUPPORTED_TYPE, "gambar")
    ]


def test_a_view_reaches_no_other_file(tmp_path: Path) -> None:
    (tmp_path / "rahasia.csv").write_text("nik\n3171014107900001\n")
    file = made(tmp_path / "a.duckdb", f"CREATE VIEW v AS SELECT * FROM read_csv('{tmp_path}/rahasia.csv')")
    parts = found(file)
    assert [(p.place.path, p.reason) for p in parts if isinstance(p, Skipped)] == [(("main", "v"), Reason.DENIED)]
    assert list(rows(parts)) == [("main", "warga")]


def test_what_is_in_the_log_is_read_and_stays_there(tmp_path: Path) -> None:
    file = tmp_path / "a.duckdb"
    program = (
        f"import duckdb, os; c = duckdb.connect({str(file)!r}); c.execute('CREATE TABLE a (x TEXT)');"
        "c.execute('CHECKPOINT'); c.execute(\"INSERT INTO a VALUES ('isi')\"); os._exit(0)"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
    before = {p.name: p.read_bytes() for p in tmp_path.iterdir()}
    assert set(before) == {"a.duckdb", "a.duckdb.wal"}
    units = [u for u in read.units(read.target(str(tmp_path)), Scope(), Limits()) if isinstance(u, Unit)]
    parts = [part for unit in units for part in read.parts(unit, Limits())]
    assert rows(parts) == {("a.duckdb", "main", "a"): [{"x": "isi"}]}
    assert not any(isinstance(p, Skipped) for p in parts)
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == before
    file.unlink()
    assert [p.reason for p in found(tmp_path / "a.duckdb.wal") if isinstance(p, Skipped)] == [Reason.UNKNOWN_FORMAT]


def test_a_file_that_is_open_elsewhere(tmp_path: Path) -> None:
    file = tmp_path / "a.duckdb"
    program = f"import duckdb; c = duckdb.connect({str(file)!r}); print(1, flush=True); input()"
    with subprocess.Popen([sys.executable, "-c", program], stdout=-1, stdin=-1) as other:
        assert other.stdout is not None
        other.stdout.readline()
        assert [p.reason for p in found(file) if isinstance(p, Skipped)] == [Reason.TIMEOUT]
        other.kill()


def test_an_encrypted_file(tmp_path: Path) -> None:
    file = tmp_path / "a.duckdb"
    with duckdb.connect(config={"force_mbedtls_unsafe": "true"}) as database:
        database.execute(f"ATTACH '{file}' AS a (ENCRYPTION_KEY 'kunci'); CREATE TABLE a.b (x INT); DETACH a")
    assert [p.reason for p in found(file) if isinstance(p, Skipped)] == [Reason.ENCRYPTED]


def test_a_member_of_an_archive_is_read_without_a_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    data = duckdb_file()
    opened = len(os.listdir("/proc/self/fd"))
    given = read.expand(File(Place("arsip", ("a.duckdb",)), lambda: io.BytesIO(data), len(data)), Limits())
    parts = [next(given)]
    assert list(tmp_path.iterdir()) == []
    parts += given
    assert len(rows(parts)["a.duckdb", "main", "warga"]) == len(niks())
    assert len(os.listdir("/proc/self/fd")) == opened


def test_without_the_library_it_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = made(tmp_path / "a.duckdb")
    monkeypatch.setitem(sys.modules, "duckdb", None)
    (part,) = found(file)
    assert isinstance(part, Skipped)
    assert (part.reason, "privacyscan[duckdb]" in part.message) == (Reason.MISSING_EXTRA, True)


def test_a_url_of_no_file(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such file"):
        read.target(f"duckdb:///{tmp_path}/tiada.duckdb")
