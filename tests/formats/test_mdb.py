"""Access databases. No free program makes one, so stand-ins of mdbtools' programs say what those say of one; that
the real ones are run, and what they do with a damaged file, is tested too."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from privacyscan.model import Limits
from tests.formats.reading import parts, skipped, tables

DATABASE = b"\0\1\0\0Standard ACE DB\0".ljust(4096, b"\0")
ROWS = (
    '{"NIK":"3171014107900001","Nama":"Budi","Lahir":"1990-01-02"}\n'
    '{"NIK":"3171014107900002","Foto":{"$binary": "/9j/4AAQ", "$type": "00"}}\n'
)


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Programs that know a database of the tables `warga` and `-rusak`."""
    (tmp_path / "warga").write_text(ROWS)
    (tmp_path / "-rusak").write_text('{"NIK":"3171014107900003"}\n{"NIK":')
    read = f'cat "$6" >/dev/null; cat -- {tmp_path}/"$7"; test "$7" = warga\n'  # the file, then the table
    for name, does in (("mdb-tables", "printf 'warga\\n-rusak\\n'\n"), ("mdb-json", read)):
        program = tmp_path / name
        program.write_text(f"#!/bin/sh\n{does}")
        program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    return tmp_path


def test_tables_are_read_and_what_failed_is_listed(programs: Path) -> None:
    found = parts(DATABASE, "x.mdb")
    warga = tables(found)["berkas/x.mdb/warga"]
    assert [row["NIK"] for row in warga] == ["3171014107900001", "3171014107900002"]
    assert warga[0]["Lahir"] == "1990-01-02"
    assert len(tables(found)["berkas/x.mdb/-rusak"]) == 1
    assert skipped(found) == {"berkas/x.mdb/warga[Foto]": "unsupported_type", "berkas/x.mdb/-rusak": "damaged"}


def test_the_limits_are_kept(programs: Path) -> None:
    assert skipped(parts(DATABASE, "x.mdb", Limits(max_unpacked=80))) == {"berkas/x.mdb": "bomb"}


def test_without_the_programs_it_is_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert skipped(parts(DATABASE, "x.accdb")) == {"berkas/x.accdb": "missing_extra"}


def test_the_real_programs_find_a_damaged_file_damaged() -> None:
    assert shutil.which("mdb-tables"), "apt-get install mdbtools"
    assert skipped(parts(DATABASE + b"x" * 9_000, "x.mdb")) == {"berkas/x.mdb": "damaged"}
