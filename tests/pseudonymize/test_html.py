"""Web pages and XML: values that tags cut give way, and what is no value stays as it is written."""

from __future__ import annotations

import io
import zipfile
from base64 import b64decode, b64encode
from pathlib import Path
from urllib.parse import quote

import pytest

from privacyscan.pseudonymize import pseudonymize
from privacyscan.pseudonymize.policy import Choice, Policy
from tests.pseudonymize.samples import KEY, people

PERSONS = people(30, seed=5)
ONE = PERSONS[0]
NIK, FIRST, LAST = ONE.nik, *ONE.name.split()
MARKS = Policy({}, Choice("redact"))


def copied_xml(folder: Path, document: str) -> str:
    (folder / "warga.xml").write_text(document)
    assert pseudonymize(str(folder / "warga.xml"), str(folder / "salinan.xml"), MARKS, KEY).exit_code == 0
    return (folder / "salinan.xml").read_text()


def copied(folder: Path, page: str, charset: str = "utf-8") -> tuple[str, list[str]]:
    """The copy of a page, and what it lacks."""
    (folder / "surat.html").write_bytes(f"<!DOCTYPE html><html>{page}</html>".encode(charset))
    done = pseudonymize(str(folder / "surat.html"), str(folder / "salinan.html"), MARKS, KEY)
    new = (folder / "salinan.html").read_bytes().decode(charset)
    return new.removeprefix("<!DOCTYPE html><html>").removesuffix("</html>"), [s.message for s in done.skipped]


@pytest.mark.parametrize(
    ("written", "new"),
    [
        (f"<p>NIK <b>{NIK[:6]}</b>{NIK[6:]} &amp;\r\n ya&nbsp;</p>", "<p>NIK <b>[NIK]</b> &amp;\r\n ya&nbsp;</p>"),
        (f"<p>NIK {NIK[:9]}&shy;{NIK[9:]}\u200b.</p>", "<p>NIK [NIK]\u200b.</p>"),
        (f"<p>NIK {NIK[:9]}<!-- x -->{NIK[9:]}</p>", "<p>NIK [NIK]<!-- x --></p>"),
        (f'<p>Jum\'at "x" NIK {NIK} a&nbsp;b &lt;</p>', '<p>Jum\'at "x" NIK [NIK] a&nbsp;b &lt;</p>'),
        ("<p>NIK " + "".join(f"&#{ord(d)};" for d in NIK) + "</p>", "<p>NIK [NIK]</p>"),
        (f"<p>Nama: {FIRST} <i class=x>{LAST}</i></p>", "<p>Nama: [PERSON]<i class=x></i></p>"),
        (f"<tr><td>Nama<td>:<td>{FIRST}\n <b>{LAST}</b></tr>", "<tr><td>Nama<td>:<td>[PERSON]<b></b></tr>"),
        (f"<pre>a\n   b  {NIK}</pre>", "<pre>a\n   b  [NIK]</pre>"),
        (f"<a href='mailto:{quote(ONE.email, safe='')}'>x</a>", "<a href='mailto:[EMAIL_ADDRESS]'>x</a>"),
        (f'<img alt="&lt; NIK {NIK}" id=a>', '<img alt="&lt; NIK [NIK]" id=a>'),
        (
            f'<meta name=author content="{ONE.name}"><p title="{ONE.name} x">',
            f'<meta name=author content="[PERSON]"><p title="{ONE.name} x">',
        ),
        (
            f"<iframe srcdoc='&lt;p&gt;NIK {NIK[:9]}&lt;b&gt;{NIK[9:]}&lt;/b&gt;'>",
            "<iframe srcdoc='&lt;p&gt;NIK [NIK]&lt;b&gt;&lt;/b&gt;'>",
        ),
        (
            f"<i src='data:text/html,%3Cb%3ENIK {NIK[:9]}%3C/b%3E{NIK[9:]}'>",
            "<i src='data:text/html,%3Cb%3ENIK%20%5BNIK%5D%3C/b%3E'>",
        ),
        (
            f"<svg><text>NIK <tspan>{NIK[:9]}</tspan><tspan>{NIK[9:]}</tspan>",
            "<svg><text>NIK <tspan>[NIK]</tspan><tspan></tspan>",
        ),
        (
            f"<b>NIK</b><b>{NIK}</b><b>Surel</b> <b>{ONE.email}</b><b>X</b>",
            "<b>NIK</b><b>[NIK]</b><b>Surel</b> <b>[EMAIL_ADDRESS]</b><b>X</b>",
        ),
        (f"<x {NIK}='a' y>", "<x [NIK]='a' y>"),
        (f"<input name=nik value={NIK}>", '<input name=nik value="[NIK]">'),
        (f"<!--[if mso]><p>NIK {NIK[:4]}<b>{NIK[4:]}</b><![endif]-->", "<!--[if mso]><p>NIK [NIK]<b></b><![endif]-->"),
        (f'<script>if (1<2) a = "&lt;{NIK}";</script>', '<script>if (1<2) a = "&lt;[NIK]";</script>'),
        (f"<style>p > b{{}} /* {ONE.email} */</style>", "<style>p > b{} /* [EMAIL_ADDRESS] */</style>"),
        (f"Surel <{ONE.email}> <{NIK}>", "Surel <[EMAIL_ADDRESS]> <[NIK]>"),
    ],
)
def test_a_value_gives_way_and_tags_stay(tmp_path: Path, written: str, new: str) -> None:
    assert copied(tmp_path, written) == (new, [])


def test_what_a_charset_lacks_is_written_as_a_number(tmp_path: Path) -> None:
    new, _ = copied(tmp_path, f"<p title='&#8212; {NIK}'>Café &#8212; NIK {NIK}</p>", "cp1252")
    assert new == "<p title='\u2014 [NIK]'>Café &#8212; NIK [NIK]</p>"
    (tmp_path / "salinan.html").unlink()
    new, _ = copied(tmp_path, f"<meta charset=latin1><p title='&#1046; {NIK}'>Café</p>", "latin-1")
    assert new == "<meta charset=latin1><p title='&#1046; [NIK]'>Café</p>"


def test_columns_of_a_table_give_way_as_a_whole(tmp_path: Path) -> None:
    table = "".join(f"<tr><td>{p.name}<td>{p.nik[:3]}<wbr>{p.nik[3:]}</td></tr>\n" for p in PERSONS)
    new, _ = copied(tmp_path, f"<table><tr><th>nama<th>nik</tr>\n{table}</table>")
    assert new.count("<tr><td>[PERSON]<td>[NIK]<wbr></td></tr>\n") == len(PERSONS)


def test_a_file_in_an_attribute_is_copied_or_left_out(tmp_path: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("surat.txt", f"NIK {NIK}\n")
    inside = [b64encode(data).decode() for data in (packed.getvalue(), b"%PDF-1.7 rusak", b"GIF89a" + bytes(40))]
    links = [f'<a href="data:x/y;base64,{data}">' for data in inside]
    style = f"<style>b{{background:url(data:text/plain;base64,{b64encode(f'NIK {NIK}'.encode()).decode()})}}</style>"
    assert b64encode(b"NIK [NIK]").decode() in copied(tmp_path, style)[0]
    (tmp_path / "salinan.html").unlink()
    new, skipped = copied(tmp_path, "".join(links))
    first, second, third = new.split("<")[1:]
    with zipfile.ZipFile(io.BytesIO(b64decode(first.partition(",")[2]))) as archive:
        assert archive.read("surat.txt") == b"NIK [NIK]\n"
    assert (second, f"<{third}") == ('a href="data:,">', links[2])
    assert skipped == ["cut off or damaged"]


@pytest.mark.parametrize(
    ("written", "new"),
    [
        (f"<w><nik>{NIK}</nik><nama>{ONE.name}</nama></w>", "<w><nik>[NIK]</nik><nama>[PERSON]</nama></w>"),
        (f"<w>\n <p>NIK {NIK[:9]}<b>{NIK[9:]}</b> &amp; ya</p>\n</w>", "<w>\n <p>NIK [NIK]<b></b> &amp; ya</p>\n</w>"),
        (f"<p>NIK {NIK}<b>Nama</b></p>", "<p>NIK [NIK]<b>Nama</b></p>"),
        (f"<p>Nama: <i>{FIRST}</i> <b>{LAST}</b></p>", "<p>Nama: <i>[PERSON]</i><b></b></p>"),
        ("<nik>" + "".join(f"&#{ord(d)};" for d in NIK) + "</nik>", "<nik>[NIK]</nik>"),
        (f"<title>a <b>{NIK}</b></title>", "<title>a <b>[NIK]</b></title>"),
        (f"<w id='{NIK}'><!-- {NIK[:5]}<x/>{NIK[5:]} --></w>", "<w id='[NIK]'><!-- [NIK]<x/> --></w>"),
        (f"<w><![CDATA[a > b & {NIK}]]></w>", "<w><![CDATA[a > b & [NIK]]]></w>"),
    ],
)
def test_a_value_in_xml_gives_way_and_elements_stay(tmp_path: Path, written: str, new: str) -> None:
    assert copied_xml(tmp_path, f'<?xml version="1.0"?>{written}') == f'<?xml version="1.0"?>{new}'


def test_records_of_xml_give_way_by_column(tmp_path: Path) -> None:
    records = "".join(f"<w><nama>{p.name}</nama><hp no='{p.phone}'/></w>\n" for p in PERSONS)
    new = copied_xml(tmp_path, f"<d>{records}</d>")
    row = "<w><nama>[PERSON]</nama><hp no='[PHONE_NUMBER]'/></w>\n"
    assert new == f"<d>{row * len(PERSONS)}</d>"
