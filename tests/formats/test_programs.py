"""Archives that a library or a program of others unpacks: 7z, rar and the like."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from privacyscan.model import Limits
from tests.formats.reading import parts, skipped, tables, texts
from tests.formats.samples import rar_file, sevenzip_file, zip_file

TABLE = b"nik,nama\n3171014107900001,Budi\n"
MEMBERS = {"a/warga.csv": TABLE, "dalam.zip": zip_file({"b.csv": TABLE}), "c.txt": b"x" * 400}
MAKERS = {"x.7z": sevenzip_file, "x.rar": rar_file}


@pytest.mark.parametrize("name", MAKERS)
def test_members_are_read_as_if_they_lay_in_a_folder(name: str) -> None:
    found = parts(MAKERS[name](MEMBERS), name)
    assert list(tables(found)) == [f"berkas/{name}/a/warga.csv", f"berkas/{name}/dalam.zip/b.csv"]
    assert texts(found)[f"berkas/{name}/c.txt"] == "x" * 400
    assert not skipped(found)


@pytest.mark.parametrize("name", MAKERS)
@pytest.mark.parametrize("limits", [Limits(max_unpacked=300), Limits(max_members=2)], ids=["size", "members"])
def test_the_limits_are_kept(name: str, limits: Limits) -> None:
    data = MAKERS[name]({f"{i}.txt": b"x" * 200 for i in range(3)})
    assert skipped(parts(data, name, limits)) == {f"berkas/{name}": "bomb"}


def test_a_damaged_archive_is_listed() -> None:
    data = bytearray(sevenzip_file(MEMBERS))
    data[len(data) // 2] ^= 1
    assert "damaged" in skipped(parts(bytes(data), "x.7z")).values()


def test_archives_with_a_password_are_encrypted() -> None:
    assert skipped(parts(sevenzip_file(MEMBERS, password="x"), "x.7z")) == {"berkas/x.7z": "encrypted"}
    whole = sevenzip_file(MEMBERS, password="x", header_encryption=True)
    assert skipped(parts(whole, "x.7z")) == {"berkas/x.7z": "encrypted"}
    data = bytearray(rar_file({"a.csv": TABLE}))
    data[7 + 13 + 3] |= 4  # a flag of the member
    assert list(skipped(parts(bytes(data), "x.rar")).values()) in (["encrypted"], ["damaged"])


def test_without_the_library_bsdtar_reads_7z_and_without_both_it_is_listed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    data = sevenzip_file(MEMBERS)
    monkeypatch.setitem(sys.modules, "py7zr", None)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert len(tables(parts(data, "x.7z"))) == 2
    monkeypatch.setenv("PATH", str(tmp_path))
    assert skipped(parts(data, "x.7z")) == {"berkas/x.7z": "missing_extra"}
    assert skipped(parts(rar_file(MEMBERS), "x.rar")) == {"berkas/x.rar": "missing_extra"}


def test_other_archives_of_bsdtar() -> None:
    entry = f"{'warga.csv/':16}{0:<12}{0:<6}{0:<6}{100644:<8}{len(TABLE):<10}`\n".encode()
    assert list(tables(parts(b"!<arch>\n" + entry + TABLE + b"\n", "x.deb"))) == ["berkas/x.deb/warga.csv"]
