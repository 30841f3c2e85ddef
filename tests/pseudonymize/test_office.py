"""Copies of presentations, and of documents and sheets of OpenDocument: what stays in their packages."""
# ruff: noqa: E501 - XML of made-up files

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from privacyscan.errors import TargetError
from privacyscan.pseudonymize import pseudonymize
from privacyscan.pseudonymize.policy import Choice, Policy
from tests.pseudonymize.samples import KEY, people

PERSONS = people(12, seed=7)
POLICY = Policy({"PERSON": Choice("redact")}, Choice("token"))
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/main"
SLIDES = "http://schemas.openxmlformats.org/presentationml/2006/main"
PPTX = f'xmlns:a="{DRAWING}" xmlns:p="{SLIDES}" xmlns:r="{OFFICE}"'
OASIS = "urn:oasis:names:tc:opendocument:xmlns:"
ODF = (
    " ".join(
        f'xmlns:{prefix}="{OASIS}{name}:1.0"'
        for prefix, name in {
            "office": "office",
            "text": "text",
            "table": "table",
            "draw": "drawing",
            "style": "style",
            "meta": "meta",
            "svg": "svg-compatible",
            "manifest": "manifest",
            "form": "form",
        }.items()
    )
    + ' xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:dc="http://purl.org/dc/elements/1.1/"'
)


def package(path: Path, parts: Mapping[str, str]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return path


def copied(source: Path, policy: Policy = POLICY) -> tuple[dict[str, str], list[str]]:
    """The members of the copy, and what does not come along."""
    copy = source.with_name(f"salinan-{source.name}")
    result = pseudonymize(str(source), str(copy), policy, KEY)
    with zipfile.ZipFile(copy) as archive:
        assert archive.testzip() is None
        parts = {m.filename: archive.read(m).decode("utf-8", "replace") for m in archive.infolist()}
    return parts, sorted(s.message for s in result.skipped)


def check_nothing_stays(parts: Mapping[str, str], count: int = len(PERSONS)) -> None:
    """No value stands in any member, as it is written or across its tags; nor what was planted beside the text."""
    everything = "\n".join([*parts, *parts.values()])
    seen = everything + re.sub(r"<[^>]*>", "", everything)
    for person in PERSONS[:count]:
        for value in (*person.values, person.phone.lstrip("+0"), person.name.replace(" ", "_")):
            assert value not in seen
    assert "RAHASIA" not in seen


def presentation(path: Path) -> Path:
    """Slides, one hidden, with a table, a chart, notes, a comment, links, a picture and much that no slide shows."""
    a, b, c = PERSONS[:3]

    def paragraph(*runs: str) -> str:
        return "<a:p>" + "".join(f'<a:r><a:rPr b="1"/><a:t>{run}</a:t></a:r>' for run in runs) + "</a:p>"

    def relations(*links: tuple[str, str]) -> str:
        made = [
            f'<Relationship Id="r{i}" Type="t" Target="{target}"{mode}/>' for i, (target, mode) in enumerate(links, 1)
        ]
        return f"<Relationships xmlns='http://schemas.openxmlformats.org/package/2006/relationships'>{''.join(made)}</Relationships>"

    outside = ' TargetMode="External"'
    rows = [["No", "NIK", "Nama"], *([str(i), p.nik, p.name] for i, p in enumerate(PERSONS))]
    cells = ["".join(f"<a:tc><a:txBody>{paragraph(cell)}</a:txBody></a:tc>" for cell in row) for row in rows]
    table = "".join(f"<a:tr>{row}</a:tr>" for row in cells)
    points = "".join(f'<c:pt idx="{i}"><c:v>{p.name}</c:v></c:pt>' for i, p in enumerate(PERSONS))
    numbers = "".join(f'<c:pt idx="{i}"><c:v>{p.nik}</c:v></c:pt>' for i, p in enumerate(PERSONS))
    first = (
        f"<p:sp><p:nvSpPr><p:cNvPr id='2' name='Judul' descr='NIK {a.nik}' title=\"{a.name}\"/></p:nvSpPr><p:txBody>"
        + paragraph(f"Bapak {a.name}, NIK {a.nik[:6]}", a.nik[6:], ", warga")
        + f"<!-- RAHASIA --><a:p><a:r><a:t>HP <![CDATA[{a.phone}]]></a:t></a:r><a:br/><a:r><a:t>tetap &amp; ada</a:t></a:r></a:p>"
        + '<a:p><a:r><a:rPr><a:hlinkClick r:id="r1"/></a:rPr><a:t>surel</a:t></a:r></a:p></p:txBody></p:sp>'
        + f'<p:pic><p:nvPicPr><p:cNvPr id="3" name="foto {a.name}.png" descr="RAHASIA"/></p:nvPicPr>'
        + '<p:blipFill><a:blip r:embed="r2"/></p:blipFill></p:pic>'
        + '<p:graphicFrame><a:graphic><p:oleObj r:id="r3" progId="Excel"/></a:graphic></p:graphicFrame>'
        + '<p:graphicFrame><a:graphic><c:chart xmlns:c="c" r:id="r4"/></a:graphic></p:graphicFrame>'
        + f"<p:graphicFrame><a:graphic><a:tbl>{table}</a:tbl></a:graphic></p:graphicFrame>"
        + '<p:custDataLst><p:tags r:id="r5"/></p:custDataLst>'
    )
    parts = {
        "[Content_Types].xml": '<Types>RAHASIA<Default Extension="xml" ContentType="x" other="RAHASIA"/><Override '
        'PartName="/docProps/core.xml" ContentType="c"/><Override PartName="/ppt/slides/slide1.xml" ContentType="s"/></Types>',
        "_rels/.rels": relations(("ppt/presentation.xml", ""), ("docProps/core.xml", "")),
        "docProps/core.xml": f"<cp><creator>RAHASIA {a.name}</creator></cp>",
        "docProps/custom.xml": f"<cp>RAHASIA {a.nik}</cp>",
        "ppt/presentation.xml": f'<p:presentation {PPTX}><p:sldIdLst><p:sldId id="256" r:id="r1"/><p:sldId id="257" '
        'r:id="r2"/></p:sldIdLst><p:modifyVerifier hashData="RAHASIA"/></p:presentation>',
        "ppt/_rels/presentation.xml.rels": relations(
            ("slides/slide1.xml", ""), ("slides/slide2.xml", ""), ("slideMasters/slideMaster1.xml", "")
        ),
        "ppt/slides/slide1.xml": f"<p:sld {PPTX}>{first}</p:sld>",
        "ppt/slides/_rels/slide1.xml.rels": relations(
            (f"mailto:{a.email}?subject=x", outside),
            ("../media/image1.png", ""),
            ("../embeddings/buku.xlsx", ""),
            ("../charts/chart1.xml", ""),
            ("../tags/tag1.xml", ""),
            ("../notesSlides/notesSlide1.xml", ""),
            (f"file:///C:/Users/{a.name.split()[0]}/RAHASIA.pptx", outside),
            ("https://kota.go.id/layanan", outside),
        ),
        "ppt/slides/slide2.xml": f'<p:sld {PPTX} show="0">' + paragraph(f"Ibu {b.name}, NIK {b.nik}") + "</p:sld>",
        "ppt/slideMasters/slideMaster1.xml": f"<p:sldMaster {PPTX}>{paragraph(f'Hubungi {b.email}')}</p:sldMaster>",
        "ppt/notesSlides/notesSlide1.xml": f"<p:notes {PPTX}>{paragraph(f'telepon Ibu {c.name}: {c.phone}')}</p:notes>",
        "ppt/comments/comment1.xml": f'<p:cmLst {PPTX}><p:cm authorId="0"><p:text>NIK {c.nik} salah</p:text></p:cm></p:cmLst>',
        "ppt/commentAuthors.xml": f'<p:cmAuthorLst {PPTX}><p:cmAuthor id="0" name="RAHASIA" initials="RAHASIA"/></p:cmAuthorLst>',
        "ppt/charts/chart1.xml": f'<c:chart xmlns:c="c" xmlns:r="{OFFICE}"><c:strCache>{points}</c:strCache><c:numCache>'
        f'{numbers}</c:numCache><c:externalData r:id="r1"><c:autoUpdate/></c:externalData></c:chart>',
        "ppt/charts/_rels/chart1.xml.rels": relations(("../embeddings/buku.xlsx", "")),
        "ppt/embeddings/buku.xlsx": "RAHASIA",
        "ppt/media/image1.png": "RAHASIA",
        "ppt/tags/tag1.xml": f'<p:tagLst {PPTX}><p:tag name="NIK" val="RAHASIA {a.nik}"/></p:tagLst>',
        "customXml/item1.xml": f"<a>RAHASIA {a.nik}</a>",
        "ppt/vbaProject.bin": "RAHASIA",
    }
    return package(path, parts)


def test_of_a_presentation_the_markup_stays_and_no_value(tmp_path: Path) -> None:
    parts, left = copied(presentation(tmp_path / "paparan.pptx"))
    check_nothing_stays(parts)
    assert left == ["1 pictures are blank in the copy", "4 parts that are no text do not come along"]
    slide = parts["ppt/slides/slide1.xml"]
    assert re.search(r'<a:rPr b="1" /><a:t>Bapak \[PERSON\], NIK NIK_\w+</a:t></a:r><a:r><a:rPr b="1" /><a:t />', slide)
    assert "<a:t>, warga</a:t>" in slide
    chart = parts["ppt/charts/chart1.xml"]
    assert (chart.count("<c:v>[PERSON]</c:v>"), chart.count("<c:v>")) == (12, 12)  # no number that is none
    assert "<a:br /><a:r><a:t>tetap &amp; ada</a:t>" in slide
    assert ("oleObj" in slide, "tags" in slide, "externalData" in chart) == (False,) * 3
    assert (slide.count("<p:graphicFrame>"), slide.count("<p:pic>"), slide.count("<a:tr>")) == (2, 1, 13)
    assert 'show="0"' in parts["ppt/slides/slide2.xml"]
    links = parts["ppt/slides/_rels/slide1.xml.rels"]
    assert (links.count("about:blank"), links.count("https://kota.go.id/layanan")) == (2, 1)
    assert "docProps" not in parts["[Content_Types].xml"] + parts["_rels/.rels"]
    assert 'PartName="/ppt/slides/slide1.xml"' in parts["[Content_Types].xml"]


def document(path: Path, kind: str = "text") -> Path:
    """A letter with values across spans, a table, header, comment, note, fields, links and pictures; and much that no
    page shows."""
    a, b, c = PERSONS[:3]
    rows = [["No", "NIK", "Nama"], *([str(i), p.nik, p.name] for i, p in enumerate(PERSONS))]
    table = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="float" office:value="{cell}"><text:p>{cell}</text:p></table:table-cell>'
            for cell in row
        )
        + "</table:table-row>"
        for row in rows
    )
    body = f"""<office:scripts>RAHASIA</office:scripts><office:body><office:text>
      <office:forms><form:text form:current-value="RAHASIA"/></office:forms>
      <text:tracked-changes><text:changed-region><text:deletion><office:change-info><dc:creator>RAHASIA</dc:creator>
        </office:change-info><text:p>{a.nik[6:]} RAHASIA</text:p></text:deletion></text:changed-region></text:tracked-changes>
      <text:user-field-decls><text:user-field-decl text:name="n" office:string-value="RAHASIA"/></text:user-field-decls>
      <text:h>Surat <text:span text:style-name="T1">keterangan</text:span></text:h>
      <text:p text:style-name="P1">Nama<text:tab/>: Bapak <text:span text:style-name="T1">{a.name}</text:span><text:tab/>NIK
        <text:s text:c="2"/>{a.nik[:6]}<text:bookmark-start text:name="x"/><text:span>{a.nik[6:12]}</text:span><text:change
        text:change-id="1"/>{a.nik[12:]}<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>surel
        {a.email}</text:p></text:note-body></text:note>, <text:span text:style-name="T1">warga</text:span> tetap.</text:p>
      <text:p>Dibuat <text:author-name>RAHASIA</text:author-name> <text:user-field-get text:name="n">NIK {b.nik}</text:user-field-get
        >.<office:annotation><dc:creator>RAHASIA</dc:creator><dc:date>2026-01-02</dc:date><text:p>HP {b.phone}</text:p></office:annotation></text:p>
      <text:p><text:a xlink:href="mailto:{b.email}">surel</text:a> <text:a xlink:href="https://kota.go.id/layanan">kota</text:a>
        <text:a xlink:href="../../home/{a.name.replace(" ", "_")}/x.odt">berkas</text:a></text:p>
      <text:p><draw:frame draw:name="RAHASIA"><draw:image xlink:href="Pictures/1.png"/><svg:title>RAHASIA</svg:title></draw:frame
        ><draw:frame draw:name="{c.name}"><draw:text-box><text:p>NIK {c.nik}</text:p></draw:text-box><svg:desc>{c.name}</svg:desc></draw:frame
        ><draw:custom-shape><draw:enhanced-geometry draw:enhanced-path="M 0 0 L {c.nik} 0 N" draw:modifiers="{c.name}"/></draw:custom-shape
        ><draw:frame><draw:object xlink:href="./Object 1"/><draw:image xlink:href="./ObjectReplacements/Object 1"/></draw:frame>ekor</text:p>
      <text:section text:name="s" text:protection-key="RAHASIA"><table:table table:name="t">{table}</table:table></text:section>
    </office:text></office:body>"""
    styles = f"""<office:master-styles><style:master-page><style:header><text:p>Petugas: Ibu {c.name}, {c.email}</text:p></style:header>
      <style:footer><text:p>NIK {c.nik[:8]}<text:span>{c.nik[8:]}</text:span></text:p></style:footer></style:master-page></office:master-styles>"""
    return package(path, opendocument(kind, body, styles))


def opendocument(kind: str, body: str, styles: str) -> dict[str, str]:
    """The parts of a file as programs write it."""
    entries = "".join(
        f'<manifest:file-entry manifest:full-path="{name}" manifest:media-type="x"/>'
        for name in ("/", "content.xml", "styles.xml", "meta.xml", "Thumbnails/thumbnail.png", "Pictures/1.png")
    )
    return {
        "mimetype": f"application/vnd.oasis.opendocument.{kind}",
        "content.xml": f"<office:document-content {ODF}>{body}</office:document-content>",
        "styles.xml": f"<office:document-styles {ODF}>{styles}</office:document-styles>",
        "meta.xml": f"<office:document-meta {ODF}><dc:creator>RAHASIA</dc:creator></office:document-meta>",
        "settings.xml": f"<office:document-settings {ODF}>RAHASIA</office:document-settings>",
        "Pictures/1.png": "RAHASIA",
        "Thumbnails/thumbnail.png": "RAHASIA",
        "Object 1/content.xml": f"<office:document-content {ODF}>RAHASIA</office:document-content>",
        "Basic/Standard/Module1.xml": "<a>RAHASIA</a>",
        "META-INF/documentsignatures.xml": "<a>RAHASIA</a>",
        "META-INF/manifest.xml": f"<manifest:manifest {ODF}>{entries}</manifest:manifest>",
    }


@pytest.mark.parametrize(("name", "kind"), [("surat.odt", "text"), ("paparan.otp", "presentation-template")])
def test_of_a_document_of_opendocument_the_markup_stays_and_no_value(tmp_path: Path, name: str, kind: str) -> None:
    parts, left = copied(document(tmp_path / name, kind))
    check_nothing_stays(parts)
    assert left == [
        "1 pictures are blank in the copy",
        "3 parts that are no text do not come along",
        "earlier versions of changed texts do not come along",
        "forms do not come along",
        "macros do not come along",
    ]
    assert next(iter(parts)) == "mimetype"
    assert set(parts) == {"mimetype", "content.xml", "styles.xml", "Pictures/1.png", "META-INF/manifest.xml"}
    assert re.findall('full-path="([^"]*)"', parts["META-INF/manifest.xml"]) == [
        "/",
        "content.xml",
        "styles.xml",
        "Pictures/1.png",
    ]
    text = parts["content.xml"]
    assert '<text:h>Surat <text:span text:style-name="T1">keterangan</text:span></text:h>' in text
    assert 'Nama<text:tab />: Bapak <text:span text:style-name="T1">[PERSON]</text:span><text:tab />NIK' in text
    assert ', <text:span text:style-name="T1">warga</text:span> tetap.' in text
    assert "https://kota.go.id/layanan" in text
    assert text.count("about:blank") == 2
    assert "</draw:custom-shape>ekor</text:p>" in text
    assert text.count("<table:table-row>") == 13


def test_other_kinds_and_passwords_of_opendocument_are_not_copied(tmp_path: Path) -> None:
    with pytest.raises(TargetError, match="is not copied"):
        copied(document(tmp_path / "surat.odt", "text-master"))
    source = document(tmp_path / "kunci.odt")
    with zipfile.ZipFile(source) as archive:
        parts = {n: archive.read(n).decode() for n in archive.namelist()}
    manifest = parts["META-INF/manifest.xml"].replace("<manifest:file-entry", "<manifest:encryption-data/>\\g<0>", 1)
    with pytest.raises(TargetError, match="password"):
        copied(package(source, {**parts, "META-INF/manifest.xml": manifest.replace("\\g<0>", "<manifest:file-entry")}))


@pytest.mark.parametrize(
    "changed",
    [
        ("ppt/media/image1.png", f"ppt/media/{PERSONS[0].name}.png"),
        ("ppt/_rels/presentation.xml.rels", f'<Relationship Id="NIK {PERSONS[0].nik}" TargetMode="External"/></R'),
        ("ppt/slides/slide2.xml", f"<p:x{PERSONS[0].nik}/></p:sld"),
    ],
)
def test_a_package_whose_names_and_lists_hold_values_is_not_copied(tmp_path: Path, changed: tuple[str, str]) -> None:
    source, (part, new) = presentation(tmp_path / "paparan.pptx"), changed
    with zipfile.ZipFile(source) as archive:
        parts = {n: archive.read(n).decode() for n in archive.namelist()}
    text = parts.pop(part)
    end = "</R" if part.endswith(".rels") else "</p:sld"
    parts |= {new: text} if new.startswith("ppt/") else {part: text.replace(end, new)}
    with pytest.raises(TargetError, match="holds personal data"):
        copied(package(source, parts))


def spreadsheet(path: Path) -> Path:
    """A title, a table that begins in the second column, comments, links and formulas; a hidden sheet; and much that no
    cell shows."""
    a, b, c = PERSONS[:3]

    def cell(text: str, kind: str = "string", value: str = "", more: str = "") -> str:
        name = "value" if kind == "float" else f"{kind}-value"
        held = f' office:{name}="{value}"' if value else ""
        return f'<table:table-cell office:value-type="{kind}"{held}{more}><text:p>{text}</text:p></table:table-cell>'

    def row(*cells: str) -> str:
        return f"<table:table-row><table:table-cell/>{''.join(cells)}<table:table-cell table:number-columns-repeated='9'/></table:table-row>"

    rows = [
        row(
            cell(str(i), "float", str(i)),
            cell(f"{p.nik[:6]}<text:span>{p.nik[6:]}</text:span>", more=" table:number-columns-repeated='2'"),
            cell(p.name, more=" table:style-name='tebal'"),
            cell("8,1E+10", "float", p.phone.lstrip("+0")),
            cell("2 Februari 1990", "date", f"1990-02-{1 + i:02}"),
            cell(p.nik, "float", p.nik, f' table:formula="of:=[.C{i}]*1"'),
            cell(f"Rp{i + 1}.500.000,00", "float", str((i + 1) * 1_500_000)),
        )
        for i, p in enumerate(PERSONS)
    ]
    comment = f"<office:annotation><dc:creator>RAHASIA</dc:creator><text:p>surel {a.email}</text:p></office:annotation>"
    link = f'<text:a xlink:href="mailto:{b.email}">NIK {b.nik}</text:a> tetap'
    hidden = [f"<table:table-row>{cell(p.email)}{cell('Bandung')}</table:table-row>" for p in PERSONS]
    body = f"""<office:body><office:spreadsheet>
      <table:tracked-changes><table:cell-content-change><text:p>RAHASIA</text:p></table:cell-content-change></table:tracked-changes>
      <table:content-validations><table:content-validation table:name="v" table:condition="is-in-list(&quot;{c.name}&quot;)"><table:error-message
        ><text:p>NIK {c.nik}</text:p></table:error-message></table:content-validation></table:content-validations>
      <table:table table:name="Warga" table:protection-key="RAHASIA">
        {row(cell(f"Penanggung jawab: Bapak {a.name}, NIK {a.nik}"))}<table:table-row table:number-rows-repeated="2"><table:table-cell/></table:table-row>
        <table:table-header-rows>{row(*map(cell, ("no", "nik", "nik_lama", "nama", "hp", "tanggal_lahir", "nik_hitung", "iuran")))}</table:table-header-rows>
        {"".join(rows)}<table:table-row table:number-rows-repeated="1048000"><table:table-cell table:number-columns-repeated="16384"/></table:table-row></table:table>
      <table:table table:name="Lama" table:display="false"><table:table-row>{cell("surel")}{cell("kota")}</table:table-row>{"".join(hidden)}
        <table:table-row>{cell("x", more=f' table:formula="of:=&quot;{a.nik}&quot;"')}<table:table-cell office:value-type="string">{comment}<text:p
        >{link}</text:p><draw:frame><draw:object xlink:href="./Object 1"/></draw:frame></table:table-cell></table:table-row></table:table>
      <table:table table:name="'file:///C:/RAHASIA.ods'#$A"><table:table-source xlink:href="RAHASIA"/><table:table-row>{cell(c.name)}</table:table-row></table:table>
      <table:named-expressions><table:named-expression table:name="n" table:expression="&quot;{c.nik}&quot;"/></table:named-expressions>
      <table:data-pilot-tables><table:data-pilot-table table:name="RAHASIA"/></table:data-pilot-tables>
    </office:spreadsheet></office:body>"""
    return package(
        path, opendocument("spreadsheet", body, f"<style:header><text:p>NIK {b.nik}</text:p></style:header>")
    )


def test_a_sheet_that_is_called_like_a_person_is_not_copied(tmp_path: Path) -> None:
    body = f'<office:body><office:spreadsheet><table:table table:name="{PERSONS[0].name}"/></office:spreadsheet></office:body>'
    with pytest.raises(TargetError, match="rename it"):
        copied(package(tmp_path / "warga.ods", opendocument("spreadsheet", body, "")))


def test_of_a_sheet_of_opendocument_formats_and_formulas_stay_and_no_value(tmp_path: Path) -> None:
    from python_calamine import CalamineWorkbook

    policy = Policy({"PERSON": Choice("redact"), "DATE_OF_BIRTH": Choice("keep")}, Choice("token"))
    source = spreadsheet(tmp_path / "warga.ods")
    parts, left = copied(source, policy)
    check_nothing_stays(parts)
    assert left == [
        "1 formulas hold personal data, or read another book, and are empty",
        "1 pictures are blank in the copy",
        "3 parts that are no text do not come along",
        "earlier versions of changed texts do not come along",
        "links to other books do not come along",
        "pivot tables do not come along",
    ]
    book = CalamineWorkbook.from_path(source.with_name("salinan-warga.ods"))
    assert book.sheet_names == ["Warga", "Lama"]
    before, after = (
        CalamineWorkbook.from_path(p).get_sheet_by_index(0) for p in (source, source.with_name("salinan-warga.ods"))
    )
    assert (after.start, after.total_height) == (before.start, before.total_height)
    first = after.to_python()[4]
    assert re.fullmatch(r"NIK_\w+", first[1])
    assert [first[i] for i in (0, 2, 3, 5, 6, 7)] == [0, first[1], "[PERSON]", before.to_python()[4][5], "", 1_500_000]
    assert first[4].startswith("PHONE_NUMBER_")
    text = parts["content.xml"]
    assert text.count('table:formula="of:=') == len(PERSONS)
    assert "<text:p>Rp2.500.000,00</text:p>" not in text  # shows another number than the cell holds
    assert "<text:p>Rp1.500.000,00</text:p>" in text
    assert "<text:p>2 Februari 1990</text:p>" not in text
    assert text.count('table:style-name="tebal"') == len(PERSONS)
    assert 'table:display="false"' in text
    assert 'number-rows-repeated="1048000"' in text
    assert re.search(r'<text:a xlink:href="about:blank">NIK NIK_\w+</text:a> tetap', text)
