"""Old Office files: Word, PowerPoint, Outlook, and what lies beside the cells of Excel or inside them all."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
import xlwt

from privacyscan.formats._biff import beside_cells, drawings, pivot_values
from privacyscan.formats._ole import Ole, written
from privacyscan.formats._outlook import unpacked_rtf
from tests.formats.reading import parts, skipped, tables, texts
from tests.formats.samples import csv_file, doc_file, msg_file, ppt_file, xls_file

PNG = b"\x89PNG\r\n\x1a\n" + bytes(90)


def picture(kind: int, mark: int, data: bytes) -> bytes:
    return struct.pack("<HHI", mark << 4, kind, 17 + len(data)) + bytes(17) + data


def test_a_file_is_read_as_it_was_written_whatever_its_size() -> None:
    tree = {
        "besar": bytes(8_000_000),
        "kecil": b"x" * 70,
        "dalam": {"b": b"y" * 5_000, "c": {"d": b"z"}},
        "kosong": b"",
    }
    assert Ole(io.BytesIO(written(tree))).root.tree() == tree


def test_word_gives_its_pieces_rows_fields_and_pictures() -> None:
    text = "Surat\rNIK\x07Nama\x07\x073171014107900001\x07Budi\x07\x07\x13 MERGEFIELD nik \x14ya\x15\x0cjalan\x1fan\r"
    found = parts(doc_file(text, {"Data": bytes(9) + picture(0xF01E, 0x6E0, PNG)}), "x.doc")
    assert texts(found)["berkas/x.doc"] == "Surat\nNIK\tNama\n3171014107900001\tBudi\n  MERGEFIELD nik  ya \njalanan\n"
    assert list(skipped(found)) == ["berkas/x.doc/picture 1.png"]


def test_word_of_before_1997() -> None:
    head = struct.pack("<HH6xH12xII", 0xA5DC, 104, 0, 64, 64 + 20).ljust(64, b"\0")
    assert texts(parts(written({"WordDocument": head + b"NIK 3171014107900001"}), "x.doc"))["berkas/x.doc"] == (
        "NIK 3171014107900001"
    )


def encrypted_word() -> bytes:
    return written({"WordDocument": struct.pack("<HH6xH", 0xA5EC, 193, 0x0100).ljust(600, b"\0")})


@pytest.mark.parametrize(
    "data",
    [
        written({"EncryptedPackage": b"x" * 5_000}),
        encrypted_word(),
        ppt_file(["x"], {"Current User": bytes(12) + struct.pack("<I", 0xF3D1C4DF)}),
    ],
    ids=["ooxml", "doc", "ppt"],
)
def test_files_with_a_password_are_encrypted(data: bytes) -> None:
    assert list(skipped(parts(data, "x")).values()) == ["encrypted"]


def test_powerpoint_gives_the_documents_in_it() -> None:
    inner = doc_file("NIK 3171014107900002\r")
    packed = struct.pack("<I", len(inner)) + zlib.compress(inner)
    data = struct.pack("<HHI", 1 << 4, 0x1011, len(packed)) + packed
    slide = struct.pack("<HHI", 0, 0x0FA8, 4) + b"halo"
    found = parts(written({"PowerPoint Document": slide + data}), "x.ppt")
    assert texts(found) == {"berkas/x.ppt": "halo\n", "berkas/x.ppt/embedded object": "NIK 3171014107900002\n"}


def test_outlook_gives_people_bodies_and_attachments_messages_too() -> None:
    inner = {"__properties_version1.0": bytes(24), "__substg1.0_1000001E": b"isi dalam"}
    data = msg_file(
        "isi luar", {"warga.csv": csv_file(), "terusan": inner}, _0037="Data warga", _0C1F="loket@contoh.go.id"
    )
    found = parts(data, "x.msg")
    said = texts(found)
    assert said["berkas/x.msg"] == "Data warga\nloket@contoh.go.id\n"
    assert said["berkas/x.msg/body.txt"] == "isi luar"
    assert said["berkas/x.msg/terusan/body.txt"] == "isi dalam"
    assert len(tables(found)["berkas/x.msg/warga.csv"]) == 30
    assert not skipped(found)


def test_packed_bodies_of_outlook() -> None:
    # The example of [MS-OXRTFCP] 3.1.1.
    packed = bytes.fromhex(
        "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0"
    )
    assert unpacked_rtf(packed) == b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"


def property_set(values: dict[int, bytes], names: bytes = b"") -> bytes:
    held = ({0: names} if names else {}) | {1: struct.pack("<II", 2, 1252)} | values
    listed, data, at = b"", b"", 8 + 8 * len(held)
    for number, value in held.items():
        listed += struct.pack("<II", number, at + len(data))
        data += value
    section = struct.pack("<II", 8 + len(listed) + len(data), len(held)) + listed + data
    return struct.pack("<HHI16xI16xI", 0xFFFE, 0, 0, 1, 48) + section


def text_value(text: bytes) -> bytes:
    return struct.pack("<II", 0x1E, len(text) + 1) + text + b"\0"


def test_properties_files_and_macros_inside() -> None:
    custom = struct.pack("<III", 1, 2, 4) + b"NIK\0"
    package = b"x" * 4 + b"\x02\0warga.csv\0C:\\warga.csv\0" + bytes(4) + struct.pack("<I", 2) + b"C\0"
    package += struct.pack("<I", len(csv_file())) + csv_file()
    data = doc_file(
        "halo\r",
        {
            "\x05SummaryInformation": property_set({4: text_value(b"Si Pembuat")}),
            "\x05DocumentSummaryInformation": property_set({2: text_value(b"3171014107900003")}, custom),
            "ObjectPool": {"_1": {"\x01Ole10Native": package}, "_2": ole_of(xls_file())},
            "Macros": {"VBA": {"dir": b"x"}},
        },
    )
    found = parts(data, "x.doc")
    said = texts(found)
    assert said["berkas/x.doc/properties/SummaryInformation"] == "Si Pembuat\n"
    assert said["berkas/x.doc/properties/DocumentSummaryInformation"] == "NIK: 3171014107900003\n"
    assert list(tables(found)) == ["berkas/x.doc/warga.csv", "berkas/x.doc/_2/Sheet"]
    assert skipped(found) == {"berkas/x.doc/macros": "unsupported_type"}


def ole_of(data: bytes) -> dict[str, object]:
    return dict(Ole(io.BytesIO(data)).root.tree())


def record(kind: int, data: bytes) -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def short(text: str, size: str = "<HB") -> bytes:
    return struct.pack(size, len(text), 0) + text.encode("latin-1")


def test_excel_names_lists_links_authors_and_cells_of_other_workbooks() -> None:
    token = b"\x17" + short("Budi\0Ani", "<BB")
    link = bytes(32) + "mailto:budi@contoh.id\0".encode("utf-16-le")
    stream = record(0x809, struct.pack("<HH", 0x600, 5)) + b"".join(
        (
            record(0x18, bytes(3) + b"\5" + bytes(10) + b"\0kunci" + token),
            record(0x18, b"\x20\0\0\1" + bytes(10) + b"\0\6"),  # built in
            record(0x1C, bytes(8) + short("Sari Penulis")),
            record(0x5A, bytes(4) + b"\2" + short("luar") + b"\1" + struct.pack("<d", 3171014107900001)),
            record(
                0x1BE, bytes(4) + short("judul") + short("") * 2 + short("isi nama") + struct.pack("<HH", 9, 0) + token
            ),
            record(0x1B8, link),
        )
    )
    assert b"".join(beside_cells([stream])).decode() == (
        "kunci\nBudi\nAni\nSari Penulis\nluar\n3171014107900001\njudul\nisi nama\nBudi\nAni\nmailto:budi@contoh.id\n"
    )


def test_excel_pictures_go_on_over_records_and_pivot_tables_keep_values() -> None:
    data = picture(0xF01E, 0x6E0, PNG)
    assert (
        drawings([record(0xEB, data[:50]) + record(0x3C, data[50:]) + record(0xEC, b"x") + record(0x3C, b"y")]) == data
    )
    values = record(0xCD, short("Budi")) + record(0xC9, struct.pack("<d", 3171014107900001))
    assert list(pivot_values([values])) == [b"Budi\n", b"3171014107900001\n"]


def test_an_old_workbook_says_who_made_it() -> None:
    book = xlwt.Workbook()
    book.owner = "Sari Pemilik"
    book.add_sheet("a").write(0, 0, "nik")
    data = io.BytesIO()
    book.save(data)
    assert "Sari Pemilik" in texts(parts(data.getvalue(), "x.xls"))["berkas/x.xls/comments"]
