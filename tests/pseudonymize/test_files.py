"""Files of other formats than CSV into files of the same format."""

from __future__ import annotations

import bz2
import gzip
import json
import lzma
import tarfile
import zipfile
from base64 import b64encode
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.formatting.rule import FormulaRule
from openpyxl.packaging.custom import StringProperty
from openpyxl.styles import Font
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.scenario import InputCells, Scenario, ScenarioList

from privacyscan.errors import TargetError, UnsafeCopyError
from privacyscan.keys import PurposeKey
from privacyscan.model import Reason
from privacyscan.pseudonymize import plan, pseudonymize
from privacyscan.pseudonymize.policy import Choice, Policy
from privacyscan.registry import plugins
from privacyscan.rulebook import load
from tests.pseudonymize.samples import KEY, TOKENS, Person, people, rows_of, write_csv, write_database

PERSONS = people(30, seed=5)


def copied(source: Path, policy: Policy = TOKENS) -> Path:
    copy = source.with_name(f"salinan-{source.name}")
    assert pseudonymize(str(source), str(copy), policy, KEY).exit_code == 0
    return copy


def token_of(person: Person) -> str:
    """The token of a person's NIK."""
    token = plugins("operators")["token"].bind(load().identifiers["ID_NIK"], PurposeKey(KEY), {})
    return str(token([person.nik], [person.nik], [None])[0])


def letter(person: Person) -> str:
    return (
        f"Kepada Yth. Bapak {person.name}\r\nNIK {person.nik}\r\n"
        f"Dengan hormat, nomor {person.phone} dan surel {person.email} telah kami catat.\r\n"
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1252"])
def test_a_text_keeps_all_but_its_finds(tmp_path: Path, encoding: str) -> None:
    person = PERSONS[0]
    source = tmp_path / "surat.txt"
    source.write_bytes((letter(person) + "Café tetap ada.\r\n").encode(encoding))
    text = copied(source).read_bytes().decode(encoding)
    assert not any(value in text for value in person.values)
    assert f"\r\nNIK {token_of(person)}\r\nDengan hormat, nomor " in text
    assert text.endswith(" telah kami catat.\r\nCafé tetap ada.\r\n")


def test_a_line_with_escaped_signs_is_written_plainly_where_a_value_stands_in_them(tmp_path: Path) -> None:
    person = PERSONS[0]
    mail = person.email.replace("@", "%40")
    source = tmp_path / "akses.log"
    source.write_text(f"GET /a?x=%41&b=1 200\nGET /daftar?surel={mail}&kota=Bandung 200\n", encoding="utf-8")
    lines = copied(source).read_text(encoding="utf-8").splitlines()
    assert lines[0] == "GET /a?x=%41&b=1 200"
    assert lines[1].startswith("GET /daftar?surel=EMAIL_ADDRESS_")
    assert lines[1].endswith("&kota=Bandung 200")


def document() -> dict[str, Any]:
    return {
        "judul": "Data penduduk",
        "jumlah": 30,
        "penduduk": [
            {"no": i, "nik": p.nik, "nama": p.name, "kontak": {"hp": int(p.phone.lstrip("+0")), "surel": [p.email]}}
            for i, p in enumerate(PERSONS)
        ],
        "catatan": f"NIK {PERSONS[0].nik} diperiksa ulang",
        PERSONS[1].nik: True,
    }


@pytest.mark.parametrize("indent", [None, 2])
def test_json_keeps_its_layout_and_its_keys(tmp_path: Path, indent: int | None) -> None:
    source = tmp_path / "data.json"
    source.write_text(json.dumps(document(), indent=indent), encoding="utf-8")
    text = copied(source).read_text(encoding="utf-8")
    assert not any(value in text for p in PERSONS for value in (p.nik, p.name, p.email, p.phone.lstrip("+0")))
    new = json.loads(text)
    assert text == json.dumps(new, indent=indent)
    assert [r["no"] for r in new["penduduk"]] == list(range(30))
    token = token_of(PERSONS[0])
    assert new["penduduk"][0]["nik"] == token
    assert new["catatan"] == f"NIK {token} diperiksa ulang"
    assert new["penduduk"][0]["kontak"]["surel"][0].startswith("EMAIL_ADDRESS_")
    assert list(new)[:4] == ["judul", "jumlah", "penduduk", "catatan"]
    assert list(new)[4] == token_of(PERSONS[1])


def test_json_lines_stay_lines(tmp_path: Path) -> None:
    source = tmp_path / "data.jsonl"
    source.write_text("".join(json.dumps({"nik": p.nik, "no": i}) + "\n" for i, p in enumerate(PERSONS)))
    lines = [json.loads(line) for line in copied(source).read_text().splitlines()]
    assert [r["no"] for r in lines] == list(range(30))
    assert len({r["nik"] for r in lines}) == 30
    assert all(r["nik"].startswith("NIK_") for r in lines)


def test_a_number_that_is_emptied_is_null(tmp_path: Path) -> None:
    source = tmp_path / "data.json"
    source.write_text(json.dumps([{"nik": int(p.nik), "no": i} for i, p in enumerate(PERSONS)]))
    new = json.loads(copied(source, Policy({}, Choice("drop"))).read_text())
    assert [r["nik"] for r in new] == [None] * 30


@pytest.mark.parametrize("text", ['[{"nik": "3171"}', '[{"nik": 3171}]]', '{"nik": tidak}'])
def test_broken_json_is_not_copied(tmp_path: Path, text: str) -> None:
    source = tmp_path / "data.json"
    source.write_text(text)
    with pytest.raises(TargetError):
        copied(source)
    assert [p.name for p in tmp_path.iterdir()] == ["data.json"]


def test_a_damaged_archive_is_not_copied_and_does_not_end_the_run(tmp_path: Path) -> None:
    folder = tmp_path / "berkas"
    folder.mkdir()
    write_csv(folder / "warga.csv", rows_of(PERSONS))
    (folder / "rusak.zip").write_bytes(b"PK\x03\x04" + bytes(100))
    result = pseudonymize(str(folder), str(tmp_path / "salinan"), TOKENS, KEY)
    assert [(s.place.path, s.reason) for s in result.skipped] == [(("rusak.zip",), Reason.DAMAGED)]
    assert [p.name for p in (tmp_path / "salinan").iterdir()] == ["warga.csv"]


def test_a_file_that_is_left_out_does_not_keep_the_others_from_being_copied(tmp_path: Path) -> None:
    folder, nik = tmp_path / "berkas", PERSONS[0].nik
    folder.mkdir()
    (folder / "surat.xml").write_text(f"<p>NIK {nik[:6]}<![CDATA[{nik[6:]}]]></p>")  # a value across marks
    write_csv(folder / "a.csv", rows_of(PERSONS))
    result = pseudonymize(str(folder), str(tmp_path / "salinan"), TOKENS, KEY)
    assert (result.failures, result.exit_code) == ((), 3)
    assert [(s.place.path, s.reason) for s in result.skipped] == [(("surat.xml",), Reason.UNSUPPORTED_TYPE)]
    assert [p.name for p in (tmp_path / "salinan").iterdir()] == ["a.csv"]


def test_an_archive_is_copied_file_by_file(tmp_path: Path) -> None:
    folder = tmp_path / "isi"
    folder.mkdir()
    write_csv(folder / "warga.csv", rows_of(PERSONS))
    write_database(folder / "layanan.db", PERSONS)
    (folder / "surat.txt").write_text(letter(PERSONS[0]))
    (folder / "kartu.7z").write_bytes(b"7z\xbc\xaf\x27\x1c")
    (folder / f"{PERSONS[0].nik}.txt").write_text("kosong\n")
    inner = tmp_path / "dalam.zip"
    with zipfile.ZipFile(inner, "w") as archive:
        archive.write(folder / "warga.csv", "warga.csv")
    source = tmp_path / "arsip.zip"
    with zipfile.ZipFile(source, "w") as archive:
        for path in (*sorted(folder.iterdir()), inner):
            archive.write(path, f"data/{path.name}")
    copy = tmp_path / "salinan.zip"
    result = pseudonymize(str(source), str(copy), TOKENS, KEY)
    assert result.exit_code == 3
    assert {s.reason for s in result.skipped} == {Reason.UNKNOWN_FORMAT, Reason.UNSUPPORTED_TYPE}
    assert len(result.skipped) == 2
    with zipfile.ZipFile(copy) as archive:
        names = ["data/dalam.zip", "data/layanan.db", "data/surat.txt", "data/warga.csv"]
        assert sorted(archive.namelist()) == names
        assert archive.testzip() is None
        everything = b"".join(archive.read(name) for name in names)
    assert not any(value.encode() in everything for p in PERSONS for value in (p.nik, p.email))
    assert sorted(p.name for p in tmp_path.iterdir()) == ["arsip.zip", "dalam.zip", "isi", "salinan.zip"]


def test_a_tar_archive_is_copied_file_by_file(tmp_path: Path) -> None:
    write_csv(tmp_path / "warga.csv", rows_of(PERSONS))
    source, copy = tmp_path / "cadangan.tar.gz", tmp_path / "salinan.tar.gz"
    with tarfile.open(source, "w:gz") as archive:
        for name in ("data/warga.csv", f"{PERSONS[0].nik}.csv"):
            info = archive.gettarinfo(tmp_path / "warga.csv", name)
            info.uname = "siti.aminah"
            with (tmp_path / "warga.csv").open("rb") as data:
                archive.addfile(info, data)
        link = tarfile.TarInfo("lama.csv")
        link.type, link.linkname = tarfile.SYMTYPE, "data/warga.csv"
        archive.addfile(link)
    result = pseudonymize(str(source), str(copy), TOKENS, KEY)
    assert sorted(s.message for s in result.skipped) == [
        "1 links and devices do not come along",
        "its name holds personal data; give it another name",
    ]
    with tarfile.open(copy) as archive:
        (member,) = archive.getmembers()
        content = archive.extractfile(member)
        assert content is not None
        text = content.read().decode()
    assert (member.name, member.uname) == ("data/warga.csv", "")
    assert token_of(PERSONS[0]) in text
    assert not any(value in text for p in PERSONS for value in p.values)


@pytest.mark.parametrize(("ending", "module"), [(".gz", gzip), (".bz2", bz2), (".xz", lzma)])
def test_a_packed_file_is_copied_packed(tmp_path: Path, ending: str, module: Any) -> None:
    write_csv(tmp_path / "warga.csv", rows_of(PERSONS))
    source = tmp_path / f"warga.csv{ending}"
    source.write_bytes(module.compress((tmp_path / "warga.csv").read_bytes()))
    text = module.decompress(copied(source).read_bytes()).decode()
    assert text.startswith("id,nik,nama,")
    assert token_of(PERSONS[0]) in text
    assert not any(p.nik in text for p in PERSONS)


def test_a_packed_file_of_no_known_format_or_cut_off_is_not_copied(tmp_path: Path) -> None:
    packed = {"a.7z.gz": gzip.compress(b"7z\xbc\xaf\x27\x1c"), "b.csv.gz": gzip.compress(b"nik\n" * 999)[:-12]}
    for name, data in packed.items():
        (tmp_path / name).write_bytes(data)
        with pytest.raises(TargetError):
            copied(tmp_path / name)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.7z.gz", "b.csv.gz"]


def workbook(path: Path) -> Path:
    """A sheet with a title, a table with a date, a number and a formula, a comment; a hidden sheet."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Warga"
    sheet.append([f"Penanggung jawab: {PERSONS[0].name}, NIK {PERSONS[0].nik}"])
    sheet.append([])
    sheet.append(["no", "nik", "nama", "hp", "tanggal_lahir", "iuran"])
    for i, p in enumerate(PERSONS):
        born = datetime(1990, 1 + i % 12, 1 + i % 28)
        sheet.append([i, p.nik, p.name, int(p.phone.lstrip("+0")), born, f"=A{i + 4}*2"])
    sheet["B4"].font = Font(bold=True)
    sheet["B4"].comment = Comment(f"surel {PERSONS[0].email}", "Petugas Siti")
    hidden = book.create_sheet("Lama")
    hidden.sheet_state = "hidden"
    hidden.append(["surel", "kota"])
    for p in PERSONS:
        hidden.append([p.email, "Bandung"])
    book.properties.creator = PERSONS[0].name
    book.save(path)
    return path


def test_what_a_workbook_holds_beside_its_cells_gives_way(tmp_path: Path) -> None:
    source, one = workbook(tmp_path / "warga.xlsx"), PERSONS[0]
    book = load_workbook(source)
    sheet = book["Warga"]
    listed = DataValidation(type="list", formula1=f'"{one.name},x"', prompt=f"NIK {one.nik}")
    sheet.add_data_validation(listed)
    listed.add("C5")
    sheet.conditional_formatting.add("B4:B9", FormulaRule(formula=[f'$B4="{one.nik}"', "1"]))
    sheet.oddHeader.center.text = f"NIK {one.nik}"
    sheet["F5"].number_format = f'0" {one.email}"'
    sheet["F6"] = ArrayFormula("F6:F7", f'="{one.name}"')
    sheet["F8"].hyperlink = Hyperlink(ref="F8", location=one.email)
    sheet.auto_filter.ref = "A3:F9"
    sheet.auto_filter.add_filter_column(1, [one.nik])
    sheet.scenarios = ScenarioList(scenario=[Scenario(name=one.name, inputCells=[InputCells(r="A1", val=one.nik)])])
    book.defined_names["n"] = DefinedName("n", attr_text=f'"{one.nik}"', comment=one.name)
    book.defined_names["batas"] = DefinedName("batas", attr_text="Warga!$A$4:$A$9")
    book.custom_doc_props.append(StringProperty(name="NIK", value=one.nik))
    book.save(source)
    copy = tmp_path / "salinan.xlsx"
    result = pseudonymize(str(source), str(copy), Policy({"PERSON": Choice("redact")}, Choice("token")), KEY)
    assert [s.message for s in result.skipped] == ["the formula in F6 holds personal data and is empty"]
    with zipfile.ZipFile(copy) as members:
        everything = b"".join(members.read(name) for name in members.namelist()).decode()
    assert not [value for value in one.values if value in everything]
    again = load_workbook(copy)
    assert again["Warga"].auto_filter.ref == "A3:F9"
    assert list(again.defined_names) == ["batas"]
    assert len(again["Warga"].data_validations.dataValidation) == 1
    assert "NIK_" in again["Warga"].oddHeader.center.text


def test_a_workbook_keeps_formats_and_formulas(tmp_path: Path) -> None:
    source = workbook(tmp_path / "warga.xlsx")
    policy = Policy({"PERSON": Choice("redact"), "DATE_OF_BIRTH": Choice("keep")}, Choice("token"))
    copy = copied(source, policy)
    book = load_workbook(copy)
    sheet = book["Warga"]
    assert sheet["B4"].value == token_of(PERSONS[0])
    assert sheet["B4"].font.bold
    assert (sheet["A4"].value, sheet["F4"].value) == (0, "=A4*2")
    assert sheet["E5"].value == datetime(1990, 2, 2)
    assert str(sheet["D4"].value).startswith("PHONE_NUMBER_")
    assert sheet["A1"].value == f"Penanggung jawab: [PERSON], NIK {token_of(PERSONS[0])}"
    assert sheet["B4"].comment is not None
    assert sheet["B4"].comment.text.startswith("surel EMAIL_ADDRESS_")
    assert book["Lama"].sheet_state == "hidden"
    assert str(book["Lama"]["A2"].value).startswith("EMAIL_ADDRESS_")
    with zipfile.ZipFile(copy) as members:
        everything = b"".join(members.read(name) for name in members.namelist())
    assert not any(value.encode() in everything for p in PERSONS for value in (p.nik, p.email))
    assert PERSONS[0].name.encode() not in everything


def test_a_workbook_of_another_kind_is_not_copied(tmp_path: Path) -> None:
    source = workbook(tmp_path / "warga.xlsx").rename(tmp_path / "warga.xlsm")
    with pytest.raises(TargetError, match=r"only \.xlsx is copied"):
        copied(source)


WORDS = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def document_of_word(path: Path) -> Path:
    """A letter whose NIK stands in two runs, with a comment, a link, a picture and properties."""
    person = PERSONS[0]
    body = (
        f"<w:p><w:r><w:rPr><w:b/></w:rPr><w:t>Kepada Yth. Bapak {person.name}</w:t></w:r></w:p>"
        f"<w:p><w:r><w:t>NIK {person.nik[:6]}</w:t></w:r><w:del><w:r><w:delText>{person.nik[6:]}</w:delText></w:r>"
        f"</w:del><w:r><w:t>{person.nik[6:]}</w:t></w:r></w:p>"
        '<w:p><w:r><w:t xml:space="preserve">Dengan hormat &amp; salam </w:t></w:r></w:p>'
        f'<w:p><w:r><w:instrText>HYPERLINK "mailto:{person.email[:4]}</w:instrText></w:r><w:r><w:instrText>'
        f'{person.email[4:]}"</w:instrText></w:r><w:r><w:drawing><docPr name="x" descr="{person.name}"/></w:drawing>'
        f'</w:r><w:r><w:object><o:OLEObject r:id="r3"/></w:object></w:r></w:p><!-- NIK {person.nik} -->'
    )
    link = f'<Relationship Id="r1" Type="h" Target="mailto:{person.email}" TargetMode="External"/>'
    parts = {
        "[Content_Types].xml": '<Types><Override PartName="/docProps/core.xml" ContentType="c"/></Types>',
        "_rels/.rels": '<Relationships><Relationship Id="r1" Type="d" Target="word/document.xml"/>'
        '<Relationship Id="r2" Type="c" Target="docProps/core.xml"/></Relationships>',
        "word/document.xml": f"<w:document {WORDS}><w:body>{body}</w:body></w:document>",
        "word/comments.xml": f'<w:comments {WORDS}><w:comment w:author="{person.name}"><w:p><w:r><w:t>HP {person.phone}'
        "</w:t></w:r></w:p></w:comment></w:comments>",
        "word/_rels/document.xml.rels": f'<Relationships>{link}<Relationship Id="r2" Type="i" Target="media/a.png"/>'
        '<Relationship Id="r3" Type="o" Target="embeddings/a.bin"/></Relationships>',
        "word/media/a.png": "gambar",
        "word/embeddings/a.bin": "gambar",
        "docProps/core.xml": f"<cp:coreProperties>{person.name}</cp:coreProperties>",
    }
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return path


def test_a_document_of_word_keeps_its_markup(tmp_path: Path) -> None:
    source, copy = document_of_word(tmp_path / "surat.docx"), tmp_path / "salinan.docx"
    result = pseudonymize(str(source), str(copy), Policy({"PERSON": Choice("redact")}, Choice("token")), KEY)
    assert [s.message for s in result.skipped] == [
        "1 parts that are no text do not come along",
        "1 pictures are blank in the copy",
        "earlier versions of changed texts do not come along",
    ]
    with zipfile.ZipFile(copy) as archive:
        parts = {name: archive.read(name).decode("utf-8", "replace") for name in archive.namelist()}
    assert "docProps/core.xml" not in parts
    assert "Override" not in parts["[Content_Types].xml"]
    assert "docProps" not in parts["_rels/.rels"]
    text = parts["word/document.xml"]
    assert f"<w:t>NIK {token_of(PERSONS[0])}</w:t></w:r><w:r><w:t /></w:r>" in text
    assert "<w:rPr><w:b /></w:rPr>" in text
    assert "Bapak [PERSON]</w:t>" in text
    assert '<w:t xml:space="preserve">Dengan hormat &amp; salam </w:t>' in text
    assert 'Target="about:blank"' in parts["word/_rels/document.xml.rels"]
    assert 'w:author=""' in parts["word/comments.xml"]
    assert "OLEObject" not in text
    assert '<w:instrText>HYPERLINK "about:blank</w:instrText>' in text
    assert not any(value in str(parts) for value in (*PERSONS[0].values, "gambar"))


@pytest.mark.parametrize("kind", ["mysql", "postgresql"])
def test_a_dump_of_a_database_is_copied(tmp_path: Path, kind: str) -> None:
    names = ["id", "nik", "nama", "hp", "surel"]
    rows = [[str(i), p.nik, p.name, p.phone, p.email] for i, p in enumerate(PERSONS)]
    if kind == "mysql":
        values = ",\n".join("(" + ",".join(f"'{cell}'" for cell in row) + ")" for row in rows)
        text = f"INSERT INTO `warga` ({', '.join(names)}) VALUES {values};\n"
    else:
        lines = "\n".join("\t".join(row) for row in rows)
        text = f"COPY public.warga ({', '.join(names)}) FROM stdin;\n{lines}\n\\.\n"
    source = tmp_path / "warga.sql"
    source.write_text(text)
    new = copied(source).read_text()
    assert not any(value in new for p in PERSONS for value in p.values)
    assert token_of(PERSONS[0]) in new
    assert new.count("\n") == text.count("\n")


def test_a_plan_touches_nothing_of_the_folder_not_even_what_cannot_be_copied(tmp_path: Path) -> None:
    source = tmp_path / "berkas"
    source.mkdir()
    files = {
        "warga.csv": f"nik,nama\n{PERSONS[0].nik},{PERSONS[0].name}\n".encode(),
        "foto.png": b"\x89PNG\r\n\x1a\n" + bytes(40),
        f"surat {PERSONS[0].nik}.txt": b"namanya orang",
        "arsip.zip": b"PK\x03\x04 terpotong",
        "kartu.pdf": b"%PDF-1.7 terpotong",
        "buku.xlsx": b"PK\x03\x04 bukan buku",
    }
    for name, data in files.items():
        (source / name).write_bytes(data)
    planned = plan(str(source), TOKENS)
    assert len(planned.skipped) >= 4
    assert {p.name: p.read_bytes() for p in source.iterdir()} == files
    assert {p.name for p in tmp_path.iterdir()} == {"berkas"}


def test_what_base64_in_a_text_holds_does_not_come_along(tmp_path: Path) -> None:
    source = tmp_path / "catatan.txt"
    login = b64encode(f"budi:NIK {people(1)[0].nik} ok".encode()).decode()
    source.write_text(f"Authorization: Basic {login}\n")
    with pytest.raises(UnsafeCopyError, match="base64 in it holds"):
        pseudonymize(str(source), str(tmp_path / "salinan.txt"), Policy({}, Choice("twin")), KEY)
