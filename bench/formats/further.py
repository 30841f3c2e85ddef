"""Further ways in which people keep the same list, beside the samples that each format has."""

from __future__ import annotations

import csv
import io
import json
import struct
from base64 import b64encode
from collections.abc import Iterator
from email.message import EmailMessage
from urllib.parse import quote

from privacyscan.testing import Sample
from tests.formats.samples import csv_file, niks, rows, text_file, xlsx_file, zip_file


def further() -> Iterator[tuple[str, Sample]]:
    """Kind and file."""
    header, *people = rows()
    records = [dict(zip(header, row, strict=True)) for row in people]
    for kind, name, data in (
        ("csv", "warga.psv", csv_file(delimiter="|")),
        ("csv", "warga-utf16.csv", csv_file().decode().encode("utf-16")),
        ("csv", "warga-base64.csv", _base64_column()),
        ("printed", "warga-lebar-tetap.txt", "".join(f"{a:<20}{b:<14}{c}\n" for a, b, c in rows()).encode()),
        ("printed", "warga.md", _markdown()),
        ("json", "warga.jsonl", "".join(f"{json.dumps(r)}\n" for r in records).encode()),
        ("json", "bersarang.json", json.dumps({"data": [{"orang": {"identitas": r}} for r in records]}).encode()),
        ("json", "telegram.json", _telegram()),
        ("text", "warga.ini", "".join(f"[{b}]\nnik={a}\n" for a, b, _ in people).encode()),
        ("text", "warga.env", "".join(f"NIK_{i}={a}\n" for i, (a, _, _) in enumerate(people)).encode()),
        ("text", "access.log", _access_log()),
        ("text", "aplikasi.log", "".join(f"INFO {json.dumps(json.dumps(r))}\n" for r in records).encode()),
        ("text", "base64.log", f"isi=base64,{b64encode(text_file()).decode()}\n".encode()),
        ("spreadsheet", "makro.xlsm", xlsx_file()),
        ("spreadsheet", "tersembunyi.xlsx", _hidden()),
        ("spreadsheet", "warga.xlsb", _xlsb()),
        ("office", "paparan.pptx", _pptx()),
        ("office", "paparan.odp", _odp()),
        ("sql", "mysqldump.sql", _mysqldump()),
        ("sql", "pg_dump.sql", _pg_dump()),
        ("mail", "html.eml", _html_mail()),
    ):
        yield kind, Sample(name, data, niks())


def _base64_column() -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([["id", "berkas"], ["1", b64encode(xlsx_file()).decode()]])
    return text.getvalue().encode()


def _markdown() -> bytes:
    lines = [" | ".join(row) for row in rows()]
    return "\n".join([f"| {lines[0]} |", "|---|---|---|", *(f"| {line} |" for line in lines[1:])]).encode()


def _telegram() -> bytes:
    said = [
        {"id": i, "type": "message", "date": "2025-12-31T21:05:00", "from": "Warga", "text": ["NIK ", {"text": nik}]}
        for i, nik in enumerate(niks())
    ]
    return json.dumps({"name": "RT 01", "type": "private_group", "messages": said}).encode()


def _access_log() -> bytes:
    line = '192.0.2.1 - - [31/Dec/2025:21:05:00 +0700] "GET /cek?nik={} HTTP/1.1" 200 12\n'
    return "".join(line.format(quote(nik).replace("3", "%33")) for nik in niks()).encode()


def _hidden() -> bytes:
    import openpyxl

    book = openpyxl.Workbook()
    book.active["A1"] = "Ringkasan"
    sheet = book.create_sheet("data")
    sheet.sheet_state = "veryHidden"
    for row in rows():
        sheet.append(row)
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def _xlsb() -> bytes:
    """A workbook of binary records (MS-XLSB) with its cells in place."""

    def record(kind: int, body: bytes = b"") -> bytes:
        number = bytes([kind]) if kind < 0x80 else bytes([kind & 0x7F | 0x80, kind >> 7])
        size = len(body)
        return number + (bytes([size]) if size < 0x80 else bytes([size & 0x7F | 0x80, size >> 7])) + body

    def text(value: str) -> bytes:
        return struct.pack("<I", len(value)) + value.encode("utf-16-le")

    sheet = record(0x81) + record(0x94, struct.pack("<IIII", 0, len(rows()) - 1, 0, 2)) + record(0x91)
    for r, row in enumerate(rows()):
        sheet += record(0x00, struct.pack("<IIHBBBI", r, 0, 300, 0, 0, 0, 0))
        for c, value in enumerate(row):
            sheet += record(0x06, struct.pack("<II", c, 0) + text(value))
    sheet += record(0x92) + record(0x82)
    bundle = record(0x9C, struct.pack("<II", 0, 1) + text("rId1") + text("Sheet"))
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    link = '<Relationships xmlns="{}"><Relationship Id="rId1" Type="{}/{}" Target="{}"/></Relationships>'
    return zip_file(
        {
            "[Content_Types].xml": b'<Types><Override PartName="/xl/workbook.bin" '
            b'ContentType="application/vnd.ms-excel.sheet.binary.macroEnabled.main"/></Types>',
            "_rels/.rels": link.format(package, office, "officeDocument", "xl/workbook.bin").encode(),
            "xl/_rels/workbook.bin.rels": link.format(package, office, "worksheet", "worksheets/sheet1.bin").encode(),
            "xl/workbook.bin": record(0x83) + record(0x8F) + bundle + record(0x90) + record(0x84),
            "xl/worksheets/sheet1.bin": sheet,
        }
    )


def _pptx() -> bytes:
    def slide(texts: list[str]) -> bytes:
        runs = "".join(f"<a:p><a:r><a:t>{t[:9]}</a:t></a:r><a:r><a:t>{t[9:]}</a:t></a:r></a:p>" for t in texts)
        return f'<p:sld xmlns:p="urn:p" xmlns:a="urn:a"><p:txBody>{runs}</p:txBody></p:sld>'.encode()

    said = [f"NIK {nik}" for nik in niks()]
    return zip_file(
        {
            "[Content_Types].xml": b"<Types/>",
            "ppt/presentation.xml": b'<p:presentation xmlns:p="urn:p"/>',
            "ppt/slides/slide1.xml": slide(said[:20]),
            "ppt/notesSlides/notesSlide1.xml": slide(said[20:]),
        }
    )


def _odp() -> bytes:
    from odf.draw import Frame, Page, TextBox
    from odf.opendocument import OpenDocumentPresentation
    from odf.style import MasterPage, PageLayout
    from odf.text import P

    slides = OpenDocumentPresentation()
    layout = PageLayout(name="tata")
    slides.automaticstyles.addElement(layout)
    master = MasterPage(name="induk", pagelayoutname=layout)
    slides.masterstyles.addElement(master)
    page, frame, box = Page(masterpagename=master), Frame(width="9cm", height="9cm"), TextBox()
    for nik in niks():
        box.addElement(P(text=f"NIK {nik}"))
    frame.addElement(box)
    page.addElement(frame)
    slides.presentation.addElement(page)
    data = io.BytesIO()
    slides.write(data)
    return data.getvalue()


def _mysqldump() -> bytes:
    values = ",".join(f"({i},'{a}','{b}')" for i, (a, b, _) in enumerate(rows()[1:]))
    table = "CREATE TABLE `warga` (\n  `id` int NOT NULL,\n  `nik` char(16),\n  `nama` text\n) ENGINE=InnoDB;\n"
    filled = f"LOCK TABLES `warga` WRITE;\nINSERT INTO `warga` VALUES {values};\n-- Dump completed\n"
    return f"-- MySQL dump 10.13\n{table}{filled}".encode()


def _pg_dump() -> bytes:
    lines = "".join("\t".join(row) + "\n" for row in rows()[1:])
    return (
        "--\n-- PostgreSQL database dump\n--\nCREATE TABLE public.warga (nik text, nama text, lahir text);\n"
        f"COPY public.warga (nik, nama, lahir) FROM stdin;\n{lines}\\.\n--\n-- PostgreSQL database dump complete\n--\n"
    ).encode()


def _html_mail() -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "loket@contoh.go.id", "dinas@contoh.go.id", "Daftar"
    body = "".join(f"<p>NIK {nik[:8]}<b>{nik[8:]}</b> &ndash; lunas</p>" for nik in niks())
    mail.set_content(f"<html><body>{body}</body></html>", subtype="html", cte="quoted-printable")
    return mail.as_bytes()
