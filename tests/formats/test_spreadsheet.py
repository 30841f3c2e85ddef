"""Spreadsheets: all sheets, numbers as they were meant, comments, and honest words about what is not read."""

from __future__ import annotations

import datetime
import io
import zipfile

import openpyxl
import pytest
import xlwt
from openpyxl.comments import Comment
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation

from privacyscan.formats._biff import beside_cells, check
from privacyscan.formats._biff12 import SheetRecords, sheets
from privacyscan.formats._biff12 import texts as binary_texts
from tests.formats.reading import parts, skipped, tables, texts
from tests.formats.samples import ods_file, xls_file, xlsx_file, zip_file


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
        ("WordDocument", "damaged"),
        ("VisioDocument", "unknown_format"),
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


def test_what_stands_beside_the_cells_is_read() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["nik", "wali"])
    sheet.append(["3171014107900001", "Ani"])
    choice = DataValidation(type="list", formula1='"Budi Pilihan,Ani"', prompt="isi nama wali", showInputMessage=True)
    choice.add("B2")
    sheet.add_data_validation(choice)
    sheet["A2"].hyperlink = "mailto:budi@contoh.id"
    book.defined_names["kunci"] = DefinedName("kunci", attr_text='"3171014107900002"')
    sheet.column_dimensions["A"].hidden = sheet.row_dimensions[2].hidden = True
    found = parts(saved(book), "x.xlsx")
    assert tables(found)["berkas/x.xlsx/Sheet"] == [{"nik": "3171014107900001", "wali": "Ani"}]
    said = "".join(texts(found).values())
    assert [s for s in ("Budi Pilihan", "isi nama wali", "budi@contoh.id", "3171014107900002") if s not in said] == []


def with_members(more: dict[str, bytes]) -> bytes:
    good = zipfile.ZipFile(io.BytesIO(xlsx_file()))
    return zip_file({name: good.read(name) for name in good.namelist()} | more)


def test_pivot_caches_are_tables_of_the_rows_they_keep() -> None:
    fields = b'<cacheField name="nik"><sharedItems/></cacheField>'
    fields += b'<cacheField name="nama"><sharedItems><s v="Budi"/><m/><s v="Ani"/></sharedItems></cacheField>'
    data = with_members(
        {
            "xl/pivotCache/pivotCacheDefinition1.xml": b'<pivotCacheDefinition refreshedBy="Si Penyegar">'
            + fields
            + b"</pivotCacheDefinition>",
            "xl/pivotCache/_rels/pivotCacheDefinition1.xml.rels": b'<r><x Target="pivotCacheRecords1.xml"/></r>',
            "xl/pivotCache/pivotCacheRecords1.xml": b'<p><r><n v="3171014107900001"/><x v="2"/></r>'
            b'<r><s v="3171014107900002"/><x v="0"/></r><r><m/></r></p>',
        }
    )
    found = parts(data, "x.xlsx")
    assert tables(found)["berkas/x.xlsx/pivot tables/pivotCacheDefinition1.xml"] == [
        {"nik": "3171014107900001", "nama": "Ani"},
        {"nik": "3171014107900002", "nama": "Budi"},
        {"nik": "", "nama": ""},
    ]
    assert "Si Penyegar" in "".join(texts(found).values())
    assert not skipped(found)


def test_a_sheet_that_no_workbook_names_is_read_too() -> None:
    data = with_members({"xl/worksheets/sheet99.xml": b"<w><c><v>3171014107900008</v></c></w>"})
    assert "3171014107900008" in texts(parts(data, "x.xlsx"))["berkas/x.xlsx/xl/worksheets/sheet99.xml"]


def test_a_wide_sheet_of_few_rows_is_read() -> None:
    book = openpyxl.Workbook()
    book.active["A1"], book.active["A2"], book.active["XFD2"] = "nik", "3171014107900001", "x"
    found = parts(saved(book), "x.xlsx")
    assert not skipped(found)
    assert tables(found)["berkas/x.xlsx/Sheet"][-1]["nik"] == "3171014107900001"


def test_an_opendocument_sheet_keeps_what_was_deleted_lists_to_choose_from_and_cells_of_no_type() -> None:
    good = zipfile.ZipFile(io.BytesIO(ods_file()))
    members = {name: good.read(name) for name in good.namelist()}
    kept = b"<table:tracked-changes><table:deletion><text:p>dihapus 3171014107900009</text:p></table:deletion>"
    kept += b"</table:tracked-changes><table:content-validations><table:content-validation "
    kept += b'table:condition="cell-content-is-in-list(Budi)"/></table:content-validations>'
    untyped = (
        b"<table:table-row><table:table-cell><text:p>3171014107900008</text:p></table:table-cell></table:table-row>"
    )
    content = members["content.xml"].replace(b"<office:spreadsheet>", b"<office:spreadsheet>" + kept)
    members["content.xml"] = content.replace(b"</table:table>", untyped + b"</table:table>")
    said = texts(parts(zip_file(members, zipfile.ZIP_STORED), "x.ods"))["berkas/x.ods/comments"]
    assert said == "dihapus 3171014107900009\ncell-content-is-in-list(Budi)\n3171014107900008\n"


def wide(text: str) -> bytes:
    return len(text).to_bytes(4, "little") + text.encode("utf-16-le")


def binary_record(kind: int, data: bytes) -> bytes:
    number = bytes([kind]) if kind < 128 else bytes([kind & 127 | 128, kind >> 7])
    size = len(data)
    return number + (bytes([size]) if size < 128 else bytes([size & 127 | 128, size >> 7])) + data


def test_records_of_binary_workbooks_beside_the_cells() -> None:
    token = b"\x17" + len("Budi\0Ani").to_bytes(2, "little") + "Budi\0Ani".encode("utf-16-le")
    stream = b"".join(
        (
            binary_record(0, (7).to_bytes(4, "little")),  # a row
            binary_record(7, (3).to_bytes(4, "little") + bytes(8)),  # a cell
            binary_record(479, bytes(2) + wide("&Carsip") + b"\xff" * 20),
            binary_record(64, bytes(8) + b"\xff" * 12 + wide("isi nama") + len(token).to_bytes(4, "little") + token),
            binary_record(494, bytes(16) + wide("rId1") + wide("") * 2 + wide("x" * 200)),
        )
    )
    sheet = SheetRecords()
    chunks = [stream[i : i + 5] for i in range(0, len(stream), 5)]
    assert b"".join(sheet.texts(chunks)).decode() == f" arsip\nisi nama\nBudi\nAni\nrId1\n{'x' * 200}\n"
    assert sheet.cells == 8 * 4
    assert list(sheets([binary_record(156, bytes(8) + wide("rId1") + wide("Warga"))])) == [("Warga", "rId1")]
    assert list(binary_texts([binary_record(632, wide("admin")), binary_record(637, b"\0" + wide("ya"))])) == [
        b"admin\n",
        b"ya\n",
    ]
