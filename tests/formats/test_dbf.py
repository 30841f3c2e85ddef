"""Tables of dBase and FoxPro: deleted rows, kinds of fields, code pages, and long texts beside the table."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from privacyscan import read
from privacyscan.model import File, Limits, Place
from tests.formats.reading import parts, skipped, tables, texts
from tests.formats.samples import dbf_file

FIELDS = ((b"NIK", b"C", 16), (b"LUAS", b"N", 8), (b"LAHIR", b"D", 8), (b"CATATAN", b"M", 10))


def table(fields: tuple[tuple[bytes, bytes, int], ...], rows: list[bytes], version: int) -> bytes:
    described = b"".join(struct.pack("<11sc4xB15x", *field) for field in fields)
    begin, length = 32 + len(described) + 1, 1 + sum(width for _, _, width in fields)
    head = struct.pack("<4BIHH17xB2x", version, 126, 1, 2, len(rows), begin, length, 3)
    return head + described + b"\r" + b"".join(b" " + row for row in rows) + b"\x1a"


def test_deleted_rows_are_read_and_code_pages_kept() -> None:
    rows = tables(parts(dbf_file([["NIK", "NAMA"], ["1", "André"], ["2", "hapus"]]), "x.dbf"))["berkas/x.dbf"]
    assert rows == [{"NIK": "1", "NAMA": "André"}, {"NIK": "2", "NAMA": "hapus"}]


def test_fields_of_foxpro_are_text_as_a_reader_sees_them() -> None:
    fields = ((b"N", b"I", 4), (b"GAJI", b"Y", 8), (b"X", b"B", 8), (b"WAKTU", b"T", 8))
    row = struct.pack("<iqdii", 7, 45_000_000, 1.5, 2_447_894, 3_600_000)
    assert tables(parts(table(fields, [row], 0x30), "x.dbf"))["berkas/x.dbf"] == [
        {"N": "7", "GAJI": "4500.0", "X": "1.5", "WAKTU": "1990-01-02T1:00:00"}
    ]


LONG = b"istri NIK 3171014107900002"
MEMOS = {
    (3, ".dbt"): b"\2" + bytes(511) + LONG + b"\x1a\x1a",
    (0x8B, ".DBT"): bytes(20) + b"\0\2" + bytes(490) + b"\xff\xff\x08\0" + struct.pack("<I", len(LONG) + 8) + LONG,
    (0xF5, ".fpt"): bytes(6) + b"\2\0" + bytes(504) + struct.pack(">II", 1, len(LONG)) + LONG,
}


@pytest.mark.parametrize(("version", "suffix"), MEMOS)
def test_long_texts_come_from_the_file_beside_the_table(tmp_path: Path, version: int, suffix: str) -> None:
    data = table(FIELDS, [b"3171014107900001" + b"    12.5" + b"19900102" + b"         1", b" " * 42], version)
    own, beside = tmp_path / "warga.dbf", tmp_path / f"warga{suffix}"
    own.write_bytes(data)
    beside.write_bytes(MEMOS[version, suffix])
    given = [File(Place("berkas", (p.name,)), lambda p=p: p.open("rb"), path=str(p)) for p in (own, beside)]  # type: ignore[misc]
    found = [part for file in given for part in read.expand(file, Limits())]
    assert tables(found)["berkas/warga.dbf"] == [
        {"NIK": "3171014107900001", "LUAS": "12.5", "LAHIR": "19900102", "CATATAN": LONG.decode()},
        {"NIK": "", "LUAS": "", "LAHIR": "", "CATATAN": ""},
    ]
    assert not skipped(found)


def test_long_texts_without_their_table_are_text_and_a_table_without_them_says_so() -> None:
    data = table(FIELDS, [b"3171014107900001" + b" " * 16 + b"         1"], 3)
    assert skipped(parts(data, "x.dbf")) == {"berkas/x.dbf[CATATAN]": "unsupported_type"}
    memo = parts(MEMOS[3, ".dbt"], "x.dbt")
    assert LONG.decode() in texts(memo)["berkas/x.dbt"]
    assert not skipped(memo)


def test_an_encrypted_table_is_listed() -> None:
    data = bytearray(dbf_file())
    data[15] = 1
    assert skipped(parts(bytes(data), "x.dbf")) == {"berkas/x.dbf": "encrypted"}
