"""Spreadsheets: all sheets, numbers as they were meant, comments, and honest words about what is not read."""

from __future__ import annotations

import datetime
import io
import zipfile

import openpyxl
import pytest
import xlwt
from openpyxl.comments import Comment

from privacyscan.formats._biff import beside_cells, check
from tests.formats.reading import parts, skipped, tables, texts
from tests.formats.samples import xls_file, xlsx_file, zip_file


def saved(book: openpyxl.Workbook) -> bytes:
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


@pytest.mark.parametrize("make", [xlsx_file, xls_file])
def test_numbers_and_dates_are_text_as_a_reader_sees_them(make: object) -> None:
    rows = [["nik", "luas", "ya"], [3171014107900001, 1.5, True], [3.0, -2, False]]
    sheet = tables(parts(make(rows), "x"))["berkas/x/Sheet"]  # type: ignore[operator]
    assert sheet == [
        {"nik": "3171014107900001", "luas": "1.5", "ya": "True"},
        {"nik": "3", "luas": "-2", "ya": "False"},
    ]
    dates = xlsx_file([["lahir"], [datetime.date(1990, 1, 2)], [datetime.datetime(1990, 1, 2, 3, 4)]])
    assert [r["lahir"] for r in tables(parts(dates, "x"))["berkas/x/Sheet"]] == ["1990-01-02", "1990-01-02T03:04:00"]


def test_hidden_sheets_titles_headers_and_comments_are_read() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (["DATA WARGA"], [], ["no", "nik", "nama"], [1, "3171014107900001", "Budi"], [2, "x", "Ani"]):
        sheet.append(row)
    sheet["B4"].comment = Comment("istri 3171014107900002", "admin")
    sheet.oddFooter.center.text = "arsip 3171014107900003"
    for state in ("hidden", "veryHidden"):
        hidden = book.create_sheet(state)
        hidden.sheet_state = state
        hidden.append(["nik"])
        hidden.append(["3171014107900004"])
    found = parts(saved(book), "x.xlsx")
    assert [r["nama"] for r in tables(found)["berkas/x.xlsx/Sheet"]] == ["Budi", "Ani"]
    assert tables(found)["berkas/x.xlsx/veryHidden"] == [{"nik": "3171014107900004"}]
    assert tables(found)["berkas/x.xlsx/hidden"] == [{"nik": "3171014107900004"}]
    all_texts = "\n".join(texts(found).values())
    assert all(s in all_texts for s in ("DATA WARGA", "istri 3171014107900002", "arsip 3171014107900003"))
    assert not skipped(found)


def test_tables_below_each_other_have_their_own_headers() -> None:
    book = openpyxl.Workbook()
    first = [["DATA WARGA"], [], ["nik", "nama"], ["3171014107900001", "Budi"], ["3171014107900002", "Ani"]]
    second = [[], ["DATA PEGAWAI"], ["nip", "telepon", "email"], ["199001012015011001", "081234567890", "a@contoh.id"]]
    page = [[], ["nip", "telepon", "email"], ["199001012015011002", "081234567891", "b@contoh.id"]]
    for row in (*first, *second, *page):
        book.active.append(row)
    found = parts(saved(book), "x.xlsx")
    sheet = tables(found)
    assert [r["nama"] for r in sheet["berkas/x.xlsx/Sheet"] if r["nama"]] == ["Budi", "Ani"]
    further = sheet["berkas/x.xlsx/Sheet/table 2"]
    assert [r["telepon"] for r in further if r["telepon"]] == ["081234567890", "081234567891"]
    assert texts(found)["berkas/x.xlsx/Sheet/table 2/lines above the table"].split("\n")[1] == "DATA PEGAWAI"


@pytest.mark.parametrize(
    "rows",
    [
        [["nik", "nama"], ["3171014107900001", "Budi"], [], ["3171014107900002", "Ani"]],  # no header below the gap
        [["nama", "alamat"], ["Budi", "Jl. Satu"], [], ["Ani", "Jl. Dua"], ["Ali", "Jl. Tiga"]],  # words below words
        [["nik", "ket"], ["3171014107900001", ""], *([["", "lihat di bawah"]] * 9), ["3171014107900002", "pindah"]],
        [["nik", "nama"], ["3171014107900001", "Budi"], *([["", ""]] * 30), ["", "akhir"]],
    ],
)
def test_a_blank_line_alone_begins_no_table(rows: list[list[str]]) -> None:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    found = tables(parts(saved(book), "x.xlsx"))
    assert list(found) == ["berkas/x.xlsx/Sheet"]
    assert len(found["berkas/x.xlsx/Sheet"]) == len(rows) - 1


def test_what_lies_beside_the_cells_is_called_as_people_call_it() -> None:
    book = openpyxl.Workbook()
    book.properties.creator = "Budi Santoso"
    for row in (["DATA WARGA"], [], ["no", "nik", "nama"], [1, "3171014107900001", "Budi"], [2, "x", "Ani"]):
        book.active.append(row)
    found = texts(parts(saved(book), "x.xlsx"))
    assert "Budi Santoso" in found["berkas/x.xlsx/properties"]
    assert found["berkas/x.xlsx/Sheet/lines above the table"].strip() == "DATA WARGA"
    assert not [name for name in found if name.endswith(".xml")]


def test_a_table_that_begins_in_the_middle_of_the_sheet() -> None:
    book = openpyxl.Workbook()
    book.active["D7"], book.active["E7"] = "nik", "nama"
    book.active["D8"], book.active["E8"] = "3171014107900001", "Budi"
    assert tables(parts(saved(book), "x.xlsx"))["berkas/x.xlsx/Sheet"] == [{"nik": "3171014107900001", "nama": "Budi"}]


def test_a_sheet_that_spans_too_many_cells_is_listed_and_the_others_are_read() -> None:
    book = openpyxl.Workbook()
    book.active["A1"], book.active["XFD1048576"] = "nik", "3171014107900001"
    other = book.create_sheet("lain")
    other.append(["nik"])
    other.append(["1"])
    found = parts(saved(book), "x.xlsx")
    assert skipped(found) == {"berkas/x.xlsx/Sheet": "too_large"}
    assert tables(found)["berkas/x.xlsx/lain"] == [{"nik": "1"}]


def test_pivot_caches_keep_data_of_sheets_that_are_gone() -> None:
    good = zipfile.ZipFile(io.BytesIO(xlsx_file()))
    members = {name: good.read(name) for name in good.namelist()}
    members["xl/pivotCache/pivotCacheDefinition1.xml"] = b'<c><sharedItems><s v="3171014107900009"/></sharedItems></c>'
    assert "3171014107900009" in "".join(texts(parts(zip_file(members), "x.xlsx")).values())


def test_an_old_workbook_gives_its_headers_and_comments_too() -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("Sheet")
    sheet.write(0, 0, "nik")
    sheet.header_str = b"&Carsip 3171014107900003"
    data = io.BytesIO()
    book.save(data)
    assert texts(parts(data.getvalue(), "x.xls"))["berkas/x.xls/comments"].strip().startswith("arsip 3171014107900003")


def record(kind: int, data: bytes) -> bytes:
    return kind.to_bytes(2, "little") + len(data).to_bytes(2, "little") + data


def test_comments_of_old_workbooks_go_on_over_several_records() -> None:
    first, second = "istri 31710141", "07900002 ya"
    stream = b"".join(
        (
            record(0x1B6, bytes(10) + (len(first) + len(second)).to_bytes(2, "little") + bytes(6)),
            record(0x3C, b"\x00" + first.encode("latin-1")),
            record(0x3C, b"\x01" + second.encode("utf-16-le")),
            record(0x3C, bytes(16)),  # how it looks
        )
    )
    assert b"".join(beside_cells([stream[:9], stream[9:30], stream[30:]])) == (first + second).encode() + b"\n"
    assert b"".join(beside_cells([record(0x2F, b""), stream])) == b""  # a password: nothing but noise


@pytest.mark.parametrize(
    "damage",
    [
        record(0x200, b"\xff" * 14),  # a sheet of four billion rows
        record(0x203, b"\0\0\xff\xff" + bytes(10)),  # a cell in column 65,536
        record(0xFC, b"\0\0\0\0\xff\xff\xff\x7f"),  # two billion texts
    ],
)
def test_claims_that_would_exhaust_the_memory_are_damage(damage: bytes) -> None:
    check([record(0x200, bytes(14)), record(0x203, bytes(14))], 1_000)
    with pytest.raises(ValueError, match=r"sheet|strings"):
        check([damage], 1_000)


def ole(*streams: str) -> bytes:
    """An OLE file with a directory and nothing else."""
    header = bytearray(512)
    header[:8], header[30], header[48] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 9, 1
    header[76:512] = b"\0\0\0\0" + b"\xff" * 432
    table = b"\xfd\xff\xff\xff\xfe\xff\xff\xff" + b"\xff" * 504
    entries = b"".join(
        s.encode("utf-16-le").ljust(64, b"\0") + (2 * len(s) + 2).to_bytes(2, "little") + bytes(62) for s in streams
    )
    return bytes(header) + table + entries.ljust(512, b"\0")


@pytest.mark.parametrize(
    ("stream", "reason"),
    [
        ("EncryptedPackage", "encrypted"),
        ("WordDocument", "unknown_format"),
        ("__properties_version1.0", "unknown_format"),
        ("Workbook", "damaged"),
    ],
)
def test_other_files_in_the_old_wrapping_are_named(stream: str, reason: str) -> None:
    assert skipped(parts(ole("Root Entry", stream), "x.xlsx")) == {"berkas/x.xlsx": reason}


def test_an_encrypted_opendocument_file_is_encrypted() -> None:
    manifest = b"<manifest:manifest><manifest:encryption-data/></manifest:manifest>"
    data = zip_file(
        {"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "META-INF/manifest.xml": manifest},
        zipfile.ZIP_STORED,
    )
    assert skipped(parts(data, "x.ods")) == {"berkas/x.ods": "encrypted"}
