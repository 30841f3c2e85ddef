"""XML and HTML: what comes again is rows, what has a name is a field, and no text is lost."""

from __future__ import annotations

from time import process_time
from typing import Any

import pytest

from tests.formats.reading import parts, skipped, tables, texts


def xml(document: str, name: str = "x.xml") -> dict[str, list[dict[str, Any]]]:
    found = parts(document.encode(), name)
    assert not skipped(found)
    return {place.removeprefix(f"berkas/{name}").lstrip("/"): rows for place, rows in tables(found).items()}


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ('<d><w id="1"><nik>3171</nik></w><w id="2"><nik>3172</nik></w></d>',
         {"w": [{"id": "1", "nik": "3171"}, {"id": "2", "nik": "3172"}]}),
        ("<d><x:w xmlns:x='u'><x:nik>3171</x:nik></x:w></d>", {"": [{"w.nik": "3171"}]}),
        ("<d><w><nik>1</nik><alamat><rt>2</rt></alamat></w><w><hp>3</hp><hp>4</hp></w></d>",
         {"w": [{"nik": "1", "alamat.rt": "2", "hp": None, "hp 2": None},
                {"nik": None, "alamat.rt": None, "hp": "3", "hp 2": "4"}]}),
        ("<d><p>NIK <b>31</b>71 ya</p></d>", {"": [{"p": "NIK 3171 ya"}]}),  # bold within a number
        ('<m><row><field name="nik">1</field></row><row><field name="nik">2</field></row></m>',
         {"row": [{"nik": "1"}, {"nik": "2"}]}),  # mysqldump --xml
        ("<plist><dict><key>nik</key><string>1</string></dict></plist>", {"": [{"dict.nik": "1"}]}),
        ("<d>" + "<nik>7</nik>" * 22 + "</d>",
         {"nik": [{"nik": "7"}] * 2, "": [{"nik" + f" {i}" * (i > 1): "7" for i in range(1, 21)}]}),
    ],
)  # fmt: skip
def test_elements_that_come_again_are_rows(document: str, expected: dict[str, Any]) -> None:
    assert xml(document) == expected


def test_entities_are_never_resolved_but_seen() -> None:
    bomb = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "NIK 3171"><!ENTITY b "&a;&a;">]><x>&b; NIK 3172</x>'
    outside = '<?xml version="1.0"?><!DOCTYPE x SYSTEM "file:///etc/passwd"><x>NIK 3173</x>'
    found = parts(bomb.encode(), "x.xml")
    (text,) = texts(found).values()
    assert text == bomb[bomb.index("<!ENTITY") :]
    assert not skipped(found)
    assert xml(outside) == {"": [{"x": "NIK 3173"}]}


def test_what_is_no_xml_is_read_as_text_from_there() -> None:
    found = parts(b"<d><nik>3171</nik><nama>x</d> NIK 3172 <w>", "x.xml")
    assert tables(found) == {"berkas/x.xml": [{"nik": "3171", "nama": "x"}]}
    assert texts(found) == {"berkas/x.xml/the rest as text": "</d> NIK 3172 <w>"}


PAGE = """<!DOCTYPE html><html><head><title>Data &amp; Warga</title><style>p {}</style></head><body class="x">
<!-- NIK 3171000000000001 -->
<p>NIK <b>31</b>71&nbsp;0 <a href="mailto:a@b.go.id" data-nik="3171000000000002">Budi</a></p>
<form><input type="hidden" name="nik" value="3171000000000003"></form>
<script>var x = {"nik":"3171000000000004<b>"};</script><script><!-- 3171000000000005 --></script>
nilai <3171000000000006 atau <b 3171000000000007> lebih <p id="3171000000000008"><x.3171000000000009>
<a href="/warga?nik=%33171000000000010">"""


def test_everything_a_page_says_is_there() -> None:
    (text,) = texts(parts(PAGE.encode(), "x.html")).values()
    assert [i for i in range(1, 11) if f"{3171000000000000 + i}" not in text] == []
    lines = text.split("\n")
    assert {"Data & Warga", "NIK 3171 0 Budi", "href: mailto:a@b.go.id", "nik: 3171000000000003"} <= set(lines)


def page(table: str) -> tuple[list[list[dict[str, str]]], list[str]]:
    found = parts(f"<html><table>{table}</table>".encode(), "x.html")
    assert not skipped(found)
    return list(tables(found).values()), "".join(texts(found).values()).splitlines()


@pytest.mark.parametrize(
    ("table", "rows", "lines"),
    [
        ("<tr><th>No<th>NIK<tr><td>1<td>3171014107900001", [{"No": "1", "NIK": "3171014107900001"}], []),
        ("<caption>Daftar</caption><tr><td>Nama<td>HP<tr><td>Budi<td>08123456789",
         [{"Nama": "Budi", "HP": "08123456789"}], ["Daftar"]),
        ("<tr><th>a<th>b<th>c<tr><td rowspan=2>1<td colspan=2>2<tr><td>3<td>4",
         [{"a": "1", "b": "2", "c": ""}, {"a": "", "b": "3", "c": "4"}], []),
        ("<tr><td>Nama<td>Budi<tr><td>NIK<td>3171014107900001<tr><td>Agama<td>Islam", [],
         ["Nama: Budi", "NIK: 3171014107900001", "Agama: Islam"]),  # a form
        ("<tr><td>kiri<td><table><tr><th>a<th>b<tr><td>1<td>2</table>kanan", [{"a": "1", "b": "2"}],
         ["kiri", "kanan"]),  # lays out the page
    ],
)  # fmt: skip
def test_tables_are_tables_and_forms_are_lines(table: str, rows: list[dict[str, str]], lines: list[str]) -> None:
    found, said = page(table)
    assert found == ([rows] if rows else [])
    assert said == lines


@pytest.mark.no_cover  # a tracer's time is not the code's
@pytest.mark.parametrize(
    "hostile",
    [b"<!--" * 200_000, b"<a b='" * 200_000, b"<script>" * 200_000, b"<td rowspan=9 colspan=1000>" * 20_000],
)
def test_hostile_pages_take_no_time(hostile: bytes) -> None:
    begin = process_time()
    parts(b"<html><table>" + hostile, "x.html")
    assert process_time() - begin < 3
