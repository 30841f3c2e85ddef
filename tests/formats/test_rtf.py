"""RTF: text as a reader sees it and does not see it, tables, and the files inside."""

from __future__ import annotations

import struct

import pytest

from privacyscan.formats import rtf
from tests.formats.reading import parts, skipped, tables, texts
from tests.formats.samples import csv_file, rtf_file


def read(body: str) -> str:
    return texts(parts(rtf_file(body), "x.rtf"))["berkas/x.rtf"]


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (r"NIK 3171\b 0141\b0 07900001\par", "NIK 3171014107900001\n"),  # digits torn apart by commands
        ("NIK 31710141\r\n07900001\\par", "NIK 3171014107900001\n"),  # line ends of the file are none of the text
        (r"Andr\'e9 \u233?X \u-10179?\u-8704?!\par", "André éX 😀!\n"),
        (r"\uc2\u233??ya{\uc0\u233 a}\par", "éyaéa\n"),
        (r"a\~b\_c\-d\\\{\}\tab e\emdash\par", "a b-cd\\{}\te—\n"),
        (r"{\v tersembunyi} {\deleted terhapus}\par", "tersembunyi terhapus\n"),
        (r"NIK 3171{\footnote catatan\par}0141\par", "catatan\nNIK 31710141\n"),
        (
            r"{\field{\*\fldinst HYPERLINK mailto:a@contoh.id}{\fldrslt surat}}\par",
            "HYPERLINK mailto:a@contoh.id\nsurat\n",
        ),
        (r"{\info{\author Si Pembuat}{\title Judul}}{\*\userprops{\propname NIK}{\staticval 3171}}", None),
    ],
)
def test_text(body: str, text: str | None) -> None:
    assert read(body) == (text or "Si Pembuat\nJudul\nNIK\n3171\n")


def test_tokens_that_a_chunk_cuts(monkeypatch: pytest.MonkeyPatch) -> None:
    body = r"\'e9\u233?\tab \par NIK 3171014107900001\par {\*\bkmkstart nama}x\par" * 3
    whole = read(body)
    for size in (1, 7, 64):
        monkeypatch.setattr(rtf, "_CHUNK", size)
        assert read(body) == whole


def row(cells: list[str]) -> str:
    return r"\trowd\cellx1\cellx2\cellx3" + "".join(rf"\pard\intbl {c}\cell" for c in cells) + r"\row "


def test_tables_with_a_header_are_tables() -> None:
    rows = [["No", "NIK", "Nama"], ["1", "3171014107900001", r"Budi\par Santoso"], ["2", "3171014107900002", ""]]
    form = [["Nama", ":", "Budi"], ["NIK", ":", "3171014107900003"]]
    found = parts(
        rtf_file(r"awal\par " + "".join(map(row, rows)) + r"\pard antara\par " + "".join(map(row, form))), "x"
    )
    assert tables(found)["berkas/x/table 1"] == [
        {"No": "1", "NIK": "3171014107900001", "Nama": "Budi\nSantoso"},
        {"No": "2", "NIK": "3171014107900002", "Nama": ""},
    ]
    assert texts(found)["berkas/x"] == "awal\nantara\nNama\t:\tBudi\nNIK\t:\t3171014107900003\n"


def test_pictures_and_files_inside() -> None:
    content = csv_file()
    package = b"\x02\0warga.csv\0C:\\warga.csv\0" + bytes(4) + struct.pack("<I", 2) + b"C\0"
    package += struct.pack("<I", len(content)) + content
    data = struct.pack("<III", 0x501, 2, 8) + b"Package\0" + bytes(8) + struct.pack("<I", len(package)) + package
    body = rf"{{\object\objemb{{\*\objclass Package}}{{\*\objdata {data.hex()}}}}}{{\pict\pngblip 89504e47}}"
    body += "{\\pict\\pngblip\\bin5 ‰PNG{}akhir\\par"
    found = parts(rtf_file(body), "x.rtf")
    assert len(tables(found)["berkas/x.rtf/warga.csv"]) == 30
    assert list(skipped(found)) == ["berkas/x.rtf/picture", "berkas/x.rtf/picture (2)"]
    assert texts(found)["berkas/x.rtf"] == "Package\nakhir\n"


def test_a_code_page_that_nobody_knows_is_taken_for_the_usual_one() -> None:
    data = rtf_file(r"Andr\'e9\par").replace(b"1252", b"9999")
    assert texts(parts(data, "x.rtf"))["berkas/x.rtf"] == "André\n"


def test_what_is_cut_off_is_listed() -> None:
    assert skipped(parts(rtf_file(r"awal\par {akhir")[:-1], "x.rtf")) == {"berkas/x.rtf": "damaged"}
