"""PDF: pages, forms, comments, attachments; pictures, passwords and damage are listed."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from privacyscan import read
from privacyscan.model import Limits, Text
from privacyscan.scan import scan
from privacyscan.settings import load
from tests.formats.reading import parts, skipped, tables, texts
from tests.formats.samples import csv_file, niks, pdf_file

NIK = "3171014107900001"


def text_of(data: bytes) -> str:
    found = parts(data, "x.pdf")
    assert not skipped(found)
    (text,) = texts(found).values()
    return text


def test_lines_of_all_pages_in_order() -> None:
    text = text_of(pdf_file([["Nama: Siti Aminah", f"NIK: {NIK}"], ["halaman dua"]]))
    assert [line for line in text.splitlines() if line] == ["Nama: Siti Aminah", f"NIK: {NIK}", "halaman dua"]


def test_finds_are_told_of_their_pages(tmp_path: Path) -> None:
    pages = [["Surat"], [f"NIK: {NIK}", "lunas"], [], ["baris"] * 40, [f"NIK: {NIK}"]]
    (tmp_path / "surat.pdf").write_bytes(pdf_file(pages, title="Arsip"))
    settings = load({"workers": 1}, environ={"XDG_STATE_HOME": str(tmp_path)})
    found = scan([str(tmp_path / "surat.pdf")], settings)
    (finding,) = [f for f in found.findings if f.entity == "ID_NIK"]
    assert [place.page for place in finding.locations] == [2, 5]
    small = Limits(block_bytes=100)
    blocks = [part for part in parts(pdf_file(pages), "x.pdf", small) if isinstance(part, Text)]
    starts = [line for block in blocks for line in block.pages]
    lines = "".join(block.data[block.overlap :].decode() for block in blocks).split("\n")
    assert len(starts) == len(pages)
    assert [lines[start].strip() for start in starts] == ["Surat", f"NIK: {NIK}", "", "baris", f"NIK: {NIK}"]


def test_fields_comments_and_what_it_says_of_itself() -> None:
    text = text_of(pdf_file([["Formulir"]], field=("NIK pemohon", NIK), comment="a.n. Budi Santoso", title="KTP Siti"))
    assert text.splitlines()[0] == "Title: KTP Siti"
    assert f"NIK pemohon: {NIK}" in text.splitlines()
    assert "a.n. Budi Santoso" in text.splitlines()


def test_attached_files_are_read_as_what_they_are() -> None:
    found = parts(pdf_file([["lihat lampiran"]], attached={"warga.csv": csv_file()}), "x.pdf")
    (rows,) = tables(found).values()
    assert [row["nik"] for row in rows] == list(niks())
    assert list(tables(found)) == ["berkas/x.pdf/warga.csv"]


def test_a_box_of_a_field_is_read_by_what_the_field_says() -> None:
    said = f"/FT/Tx/T(f1)/TU(NIK pemohon)/V({NIK})".encode()
    data = pdf_file([["Formulir"]], field=("NIK pemohon", NIK)).replace(said, b"/Parent 90 0 R")
    data = data.replace(b"xref\n", b"90 0 obj\n<<%s/Kids[5 0 R]>>\nendobj\nxref\n" % said, 1)
    found = parts(data, "x.pdf")
    assert f"NIK pemohon: {NIK}" in texts(found)["berkas/x.pdf"].splitlines()


def test_a_document_whose_objects_stand_elsewhere_is_listed() -> None:
    data = pdf_file([[f"NIK {NIK}"]])
    assert skipped(parts(b"kop\n" + data, "x.pdf")) == {}  # some count from its first line
    found = parts(data.replace(b"endobj", b"endobj\n%" + bytes(9), 1), "x.pdf")
    assert skipped(found) == {"berkas/x.pdf": "damaged"}
    assert NIK in texts(found)["berkas/x.pdf"]


def test_a_file_in_a_comment_is_read() -> None:
    found = parts(pdf_file([["lihat"]], pinned=f"NIK {NIK}".encode()), "x.pdf")
    assert NIK in texts(found)["berkas/x.pdf/pin.txt"]


def test_text_beside_the_page_is_read() -> None:
    data = pdf_file([["di halaman", f") Tj 900 0 Td (NIK {NIK}"]])
    assert f"NIK {NIK}" in text_of(data)


@pytest.fixture
def without_ocr(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "tesserocr", None)


@pytest.mark.usefixtures("without_ocr")
def test_words_that_are_drawn_are_listed() -> None:
    strokes = " ".join(f"{i} 0 m {i} 9 l S" for i in range(150))
    data = pdf_file([[]]).replace(b" Td ET", b" Td ET " + strokes.encode())
    assert skipped(parts(data, "x.pdf")) == {"berkas/x.pdf": "needs_ocr"}


def test_a_form_of_another_kind_is_listed() -> None:
    data = pdf_file([["x"]], field=("NIK", NIK)).replace(b"/AcroForm<<", b"/AcroForm<</XFA[(a) 3 0 R]")
    assert skipped(parts(data, "x.pdf")) == {"berkas/x.pdf": "unsupported_type"}


@pytest.mark.usefixtures("without_ocr")
def test_pages_that_are_pictures_are_listed() -> None:
    found = parts(pdf_file([[], ["teks"]], picture=0.9), "x.pdf")
    assert skipped(found) == {"berkas/x.pdf": "needs_ocr"}
    assert not skipped(parts(pdf_file([["kop surat"]], picture=0.1), "x.pdf"))
    assert not skipped(parts(pdf_file([["isi surat yang panjang " * 3] * 6], picture=0.9), "x.pdf"))


def test_numbers_of_pages_are_told() -> None:
    from privacyscan.formats._scans import numbers

    assert numbers([2, 5]) == "2, 5"
    assert numbers([*range(1, 31)]) == "1, 2, 3, 4, 5, 6, 7, 8, 9, 10, ... (30)"


def test_a_password_is_needed() -> None:
    assert skipped(parts(pdf_file([["x"]], encrypted=True), "x.pdf")) == {"berkas/x.pdf": "encrypted"}


def test_a_document_that_is_cut_off_is_listed() -> None:
    data = pdf_file([[f"NIK {nik}"] for nik in niks()])
    for share in (0.3, 0.9, 0.99):
        assert set(skipped(parts(data[: int(share * len(data))], "x.pdf")).values()) == {"damaged"}
    found = parts(data[:-6], "x.pdf")  # the last line alone is missing
    assert set(skipped(found).values()) == {"damaged"}
    assert all(nik in "".join(texts(found).values()) for nik in niks())


def test_limits_are_kept() -> None:
    data = pdf_file([["x" * 80] * 50] * 20, attached={f"{i}.txt": b"y" * 900 for i in range(5)})
    assert skipped(parts(data, "x.pdf", Limits(max_unpacked=10_000))) == {"berkas/x.pdf": "bomb"}
    assert skipped(parts(data, "x.pdf", Limits(max_members=3))) == {"berkas/x.pdf": "bomb"}


def test_it_may_begin_a_little_later_but_text_about_it_is_text() -> None:
    chosen = read._chosen(b"\r\n" + pdf_file([["x"]]), "x")
    assert chosen is not None
    assert chosen.name == "pdf"
    chosen = read._chosen(b"Berkas dimulai dengan %PDF-1.7 dan berakhir dengan EOF\n", "x.txt")
    assert chosen is not None
    assert chosen.name == "text"
