"""Documents and presentations: tables under their headers, and everything that a page does not show."""

from __future__ import annotations

import pytest

from privacyscan.model import Limits, Text
from tests.formats.reading import parts, skipped, tables, texts
from tests.formats.samples import docx_file, zip_file

TABLE = [["No", "NIK", "Nama"], ["1", "3171014107900001", "Budi"], ["2", "3171014107900002", "Ani"]]
FORM = [["Nama", ":", "Budi"], ["NIK", ":", "3171014107900003"], ["Alamat", ":", "Jalan Satu"]]


def rows_of(table: list[list[str]], row: str, cell: str, paragraph: str, run: str) -> str:
    def cells(values: list[str]) -> str:
        return "".join(f"<{cell}><{paragraph}><{run}>{v}</{run}></{paragraph}></{cell}>" for v in values)

    return "".join(f"<{row}>{cells(values)}</{row}>" for values in table)


def word_table(table: list[list[str]]) -> str:
    return f"<w:tbl>{rows_of(table, 'w:tr', 'w:tc', 'w:p', 'w:t')}</w:tbl>"


def document(body: str) -> dict[str, bytes]:
    names = 'xmlns:w="urn:w" xmlns:wp="urn:wp" xmlns:mc="urn:mc"'
    return {"word/document.xml": f"<w:document {names}><w:body>{body}</w:body></w:document>".encode()}


def paragraph(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def test_a_table_with_a_header_is_a_table_and_a_form_stays_text() -> None:
    body = paragraph("awal") + word_table(TABLE) + paragraph("antara") + word_table(FORM) + paragraph("akhir")
    found = parts(docx_file(document(body)), "x.docx")
    assert tables(found) == {"berkas/x.docx/table 1": [dict(zip(TABLE[0], row, strict=True)) for row in TABLE[1:]]}
    assert texts(found)["berkas/x.docx"] == (
        "awal\nantara\nNama\t:\tBudi\nNIK\t:\t3171014107900003\nAlamat\t:\tJalan Satu\nakhir\n"
    )


@pytest.mark.parametrize(
    "table",
    [
        TABLE[1:],  # no header
        TABLE[:2],  # a single row
        [row[:2] for row in TABLE],  # two columns: labels and what was filled in
    ],
)
def test_a_table_that_may_be_none_stays_text(table: list[list[str]]) -> None:
    found = parts(docx_file(document(word_table(table))), "x.docx")
    assert not tables(found)
    assert texts(found)["berkas/x.docx"] == "".join("\t".join(row) + "\n" for row in table)


def test_marks_within_a_value_of_opendocument_do_not_cut_it() -> None:
    marks = ('<text:bookmark-start text:name="x"/>', '<text:reference-mark-start text:name="x"/>', "<text:span/>")
    body = "".join(f"<text:p>317101{mark}4107900001</text:p>" for mark in marks)
    body += "<text:p>NIK <text:user-field-get>3171014107900001</text:user-field-get> benar</text:p>"
    odt = zip_file(
        {
            "mimetype": b"application/vnd.oasis.opendocument.text",
            "content.xml": f"<d xmlns:text='t'>{body}</d>".encode(),
        }
    )
    assert texts(parts(odt, "x.odt"))["berkas/x.odt"] == "3171014107900001\n" * 3 + "NIK 3171014107900001 benar\n"


def test_tables_of_other_programs_are_tables_too() -> None:
    odf = rows_of(TABLE, "table:table-row", "table:table-cell", "text:p", "text:span")
    content = f'<d xmlns:table="urn:t" xmlns:text="urn:x"><table:table>{odf}</table:table></d>'.encode()
    slide = (
        f'<p:sld xmlns:a="urn:a" xmlns:p="urn:p"><a:tbl>{rows_of(TABLE, "a:tr", "a:tc", "a:p", "a:t")}</a:tbl></p:sld>'
    )
    odt = zip_file({"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": content}, 0)
    pptx = zip_file({"ppt/slides/slide1.xml": slide.encode()})
    for data, name, place in ((odt, "x.odt", "table 1"), (pptx, "x.pptx", "ppt/slides/slide1.xml/table 1")):
        assert len(tables(parts(data, name))[f"berkas/{name}/{place}"]) == 2


def test_slides_are_pages() -> None:
    pages = "".join(f"<draw:page><text:p>Lembar {n}</text:p><text:p>Isi</text:p></draw:page>" for n in (1, 2, 3))
    content = f'<d xmlns:draw="urn:d" xmlns:text="urn:x"><text:p>Awal</text:p>{pages}</d>'.encode()
    odp = zip_file({"mimetype": b"application/vnd.oasis.opendocument.presentation", "content.xml": content}, 0)
    assert [part.pages for part in parts(odp, "x.odp") if isinstance(part, Text)] == [(1, 3, 5)]

    links = "".join(f'<R Id="r{n}" Target="slides/slide{n}.xml"/>' for n in (1, 2))
    order = '<p:x xmlns:p="urn:p" xmlns:r="urn:r"><p:sldId id="9" r:id="r2"/><p:sldId id="8" r:id="r1"/></p:x>'
    slides = {f"ppt/slides/slide{n}.xml": f'<s xmlns="urn:p"><t>Lembar {n}</t></s>'.encode() for n in (1, 2)}
    names = {"ppt/presentation.xml": order.encode(), "ppt/_rels/presentation.xml.rels": f"<L>{links}</L>".encode()}
    for given, numbers in (
        ({**names, **slides}, [(0, 0), (0,)]),
        ({**names, **slides, "ppt/presentation.xml": b"<"}, [(), ()]),
    ):
        found = [part for part in parts(zip_file(given), "x.pptx") if isinstance(part, Text)]
        assert [part.pages for part in found if part.place.name.startswith("slide")] == numbers


def test_rows_keep_the_limits_and_their_columns() -> None:
    wide = '<w:tr><w:tc><w:tcPr><w:gridSpan w:val="2"/></w:tcPr><w:p><w:t>x</w:t></w:p></w:tc></w:tr>'
    inner = "<w:tr><w:tc><w:p><w:t>3</w:t></w:p></w:tc><w:tc>" + word_table([["a", "b"]]) + "</w:tc></w:tr>"
    body = word_table(TABLE * 1).replace("</w:tbl>", wide + inner + "</w:tbl>")
    found = parts(docx_file(document(body)), "x.docx", Limits(batch_rows=1))
    rows = tables(found)["berkas/x.docx/table 1"]
    assert rows[2] == {"No": "x", "NIK": "", "Nama": ""}
    assert rows[3] == {"No": "3", "NIK": "a\nb", "Nama": ""}  # a table in a cell is its text


def test_a_part_that_cannot_be_unpacked_costs_only_itself() -> None:
    data = bytearray(docx_file({"word/footnotes.xml": b"<a><p>catatan</p></a>"}))
    at = bytes(data).rindex(b"word/footnotes.xml")
    data[at - 36] = 99  # how it is packed
    found = parts(bytes(data), "x.docx")
    assert skipped(found) == {"berkas/x.docx/word/footnotes.xml": "damaged"}
    assert "NIK" in texts(found)["berkas/x.docx"]


HIDDEN = paragraph("x") + (
    '<w:p><w:r><wp:docPr id="1" descr="foto KTP Budi Santoso"/></w:r></w:p>'
    '<w:p><w:ins w:author="Sari Penambah"><w:r><w:t>tambahan</w:t></w:r></w:ins>'
    '<w:del w:author="Tono Penghapus"><w:r><w:delText>NIK 3171014107900004</w:delText></w:r></w:del></w:p>'
    "<mc:AlternateContent><mc:Choice><w:p><w:t>kotak teks</w:t></w:p></mc:Choice>"
    "<mc:Fallback><w:p><w:t>kotak teks</w:t></w:p></mc:Fallback></mc:AlternateContent>"
    "<mc:AlternateContent><mc:Choice><w:x/></mc:Choice>"
    "<mc:Fallback><w:p><w:t>hanya di cadangan</w:t></w:p></mc:Fallback></mc:AlternateContent>"
)
BESIDE = {
    "word/settings.xml": b'<w:s xmlns:w="u"><w:zoom w:val="9"/><w:docVar w:name="a" w:val="b"/>'
    b'<w:docVars><w:docVar w:name="pemohon" w:val="Budi Variabel"/></w:docVars></w:s>',
    "docProps/custom.xml": b'<p xmlns:v="u"><property name="NIK"><v:lpwstr>3171014107900005</v:lpwstr></property></p>',
    "docProps/core.xml": b'<c xmlns:d="u" xmlns:c="v"><d:creator>Si Pembuat</d:creator>'
    b"<c:lastModifiedBy>Si Pengubah</c:lastModifiedBy></c>",
    "customXml/item1.xml": b'<a nik="3171014107900006"><Notes>catatan program</Notes></a>',
    "word/comments.xml": b'<w:c xmlns:w="u"><w:comment w:author="Si Komentator"><w:t>ya</w:t></w:comment></w:c>',
    "word/header1.xml": b'<w:hdr xmlns:w="u"><w:p><w:t>kepala surat</w:t></w:p></w:hdr>',
    "word/embeddings/lampiran.csv": b"nik,nama\n3171014107900007,Budi\n",
}


def test_numbers_are_whole_before_and_after_the_changes_that_word_keeps() -> None:
    def run(text: str, change: str = "") -> str:
        element = "delText" if change in ("del", "moveFrom") else "t"
        inner = f"<w:r><w:{element}>{text}</w:{element}></w:r>"
        return f"<w:{change}>{inner}</w:{change}>" if change else inner

    replaced = run("NIK ") + run("3171014107900001", "del") + run("3171014107900002", "ins") + run(" lama")
    mended = run("317101") + run("41", "moveFrom") + run("01", "moveTo") + run("07900003")
    table = f"<w:tbl><w:tr><w:tc><w:p>{mended}</w:p></w:tc><w:tc><w:p>{run('isi')}</w:p></w:tc></w:tr></w:tbl>"
    body = "".join(f"<w:p>{line}</w:p>" for line in (replaced, run("biasa"), run("hilang", "del")))
    found = parts(docx_file(document(body + table)), "x.docx")
    said = texts(found)["berkas/x.docx"].split("\n")
    assert said[:4] == ["NIK 3171014107900002 lama", "NIK 3171014107900001 lama", "biasa", "hilang"]
    assert "3171014107900003" in said  # as it was
    assert any("3171010107900003" in line for line in said)  # as it is, in the row


def test_what_a_page_does_not_show_is_read() -> None:
    found = parts(docx_file(document(HIDDEN) | BESIDE), "x.docx")
    said = texts(found)
    body = said["berkas/x.docx"]
    assert [body.count(s) for s in ("foto KTP Budi Santoso", "Sari Penambah", "Tono Penghapus")] == [1, 1, 1]
    assert [body.count(s) for s in ("3171014107900004", "kotak teks", "hanya di cadangan")] == [1, 1, 1]
    assert said["berkas/x.docx/word/settings.xml"] == "pemohon\nBudi Variabel\n"
    assert said["berkas/x.docx/properties of its own"] == "NIK: 3171014107900005\n"
    assert said["berkas/x.docx/properties"] == "Si Pembuat\nSi Pengubah\n"
    assert said["berkas/x.docx/customXml/item1.xml"] == "3171014107900006\ncatatan program\n"
    assert "Si Komentator" in said["berkas/x.docx/word/comments.xml"]
    assert said["berkas/x.docx/word/header1.xml"] == "kepala surat\n"
    assert len(tables(found)["berkas/x.docx/word/embeddings/lampiran.csv"]) == 1
    assert not skipped(found)
