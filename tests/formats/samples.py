"""Small good files of every format, made here; nobody in them is real."""

from __future__ import annotations

import bz2
import csv
import gzip
import io
import json
import lzma
import sqlite3
import struct
import tarfile
import tempfile
import zipfile
import zlib
from pathlib import Path
from typing import Any

from privacyscan.formats._ole import written
from privacyscan.testing import Sample
from tests.detect.made_up import MadeUp

PEOPLE = 30
MB = 1 << 20


def niks(count: int = PEOPLE, seed: int = 1) -> tuple[str, ...]:
    people = MadeUp(seed)
    return tuple(people.nik() for _ in range(count))


def rows(count: int = PEOPLE) -> list[list[str]]:
    return [["nik", "nama", "lahir"], *([nik, f"Warga {i}", "1990-01-02"] for i, nik in enumerate(niks(count)))]


def csv_file(table: list[list[str]] | None = None, **dialect: Any) -> bytes:
    text = io.StringIO()
    csv.writer(text, **dialect).writerows(table or rows())
    return text.getvalue().encode()


def text_file() -> bytes:
    return "".join(f"Surat keterangan nomor {i}, NIK {nik} – lunas\n" for i, nik in enumerate(niks())).encode()


def json_file() -> bytes:
    return json.dumps([dict(zip(rows()[0], row, strict=True)) for row in rows()[1:]]).encode()


def zip_file(members: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", compression) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return data.getvalue()


def xlsx_file(table: list[list[Any]] | None = None) -> bytes:
    import openpyxl

    book = openpyxl.Workbook()
    for row in table or rows():
        book.active.append(row)
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def xls_file(table: list[list[Any]] | None = None) -> bytes:
    import xlwt

    book = xlwt.Workbook()
    sheet = book.add_sheet("Sheet")
    for r, row in enumerate(table or rows()):
        for c, value in enumerate(row):
            sheet.write(r, c, value)
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def ods_file() -> bytes:
    from odf.opendocument import OpenDocumentSpreadsheet
    from odf.table import Table, TableCell, TableRow
    from odf.text import P

    book, table = OpenDocumentSpreadsheet(), Table(name="Sheet")
    for row in rows():
        line = TableRow()
        for value in row:
            cell = TableCell(valuetype="string")
            cell.addElement(P(text=value))
            line.addElement(cell)
        table.addElement(line)
    book.spreadsheet.addElement(table)
    data = io.BytesIO()
    book.write(data)
    return data.getvalue()


def odt_file() -> bytes:
    from odf.opendocument import OpenDocumentText
    from odf.text import P

    document = OpenDocumentText()
    for nik in niks():
        document.text.addElement(P(text=f"NIK {nik}"))
    data = io.BytesIO()
    document.write(data)
    return data.getvalue()


def docx_xml(paragraphs: list[str]) -> bytes:
    body = "".join(f"<w:p><w:r><w:t>{p[:9]}</w:t></w:r><w:r><w:t>{p[9:]}</w:t></w:r></w:p>" for p in paragraphs)
    return f'<w:document xmlns:w="urn:w"><w:body>{body}</w:body></w:document>'.encode()


def docx_file(more: dict[str, bytes] | None = None) -> bytes:
    members = {"[Content_Types].xml": b"<Types/>", "word/document.xml": docx_xml([f"NIK {nik}" for nik in niks()])}
    return zip_file(members | (more or {}))


def sqlite_file() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "sample.db")
        database = sqlite3.connect(path)
        database.execute("CREATE TABLE warga (nik TEXT, nama TEXT, lahir TEXT)")
        database.executemany("INSERT INTO warga VALUES (?, ?, ?)", rows()[1:])
        database.commit()
        database.close()
        return path.read_bytes()


def duckdb_file(*more: str) -> bytes:
    import duckdb

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "sample.duckdb")
        with duckdb.connect(path) as database:
            database.execute("CREATE TABLE warga (nik TEXT, nama TEXT, lahir DATE)")
            database.executemany("INSERT INTO warga VALUES (?, ?, ?)", rows()[1:])
            for statement in more:
                database.execute(statement)
        return path.read_bytes()


def tar_file(members: dict[str, bytes]) -> bytes:
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w") as archive:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return data.getvalue()


def spaces(size: int) -> bytes:
    return b" " * size


def record_batch() -> Any:
    import pyarrow as pa

    header, *people = rows()
    return pa.RecordBatch.from_arrays([pa.array(column) for column in zip(*people, strict=True)], header)


def parquet_file(batch: Any = None, **how: Any) -> bytes:
    import pyarrow as pa
    from pyarrow import parquet

    data = io.BytesIO()
    parquet.write_table(pa.Table.from_batches([record_batch() if batch is None else batch]), data, **how)
    return data.getvalue()


def arrow_file(batch: Any = None, stream: bool = False) -> bytes:
    import pyarrow as pa

    batch = record_batch() if batch is None else batch
    data = io.BytesIO()
    with (pa.ipc.new_stream if stream else pa.ipc.new_file)(data, batch.schema) as writer:
        writer.write_batch(batch)
    return data.getvalue()


def orc_file(batch: Any = None) -> bytes:
    import pyarrow as pa
    from pyarrow import orc

    data = io.BytesIO()
    orc.write_table(pa.Table.from_batches([record_batch() if batch is None else batch]), data)
    return data.getvalue()


def pdf_file(
    pages: list[list[str]],
    *,
    field: tuple[str, str] | None = None,
    comment: str = "",
    title: str = "",
    attached: dict[str, bytes] | None = None,
    pinned: bytes = b"",
    picture: float = 0.0,
    encrypted: bool = False,
) -> bytes:
    """A document with these lines on its pages; a field (label, value), a comment, a file in a comment and a picture in
    strips (share of the page that it takes) on the first."""
    objects: list[bytes] = [b"", b"", b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>"]

    def added(body: str, stream: bytes | None = None) -> str:
        data = body.encode("latin-1")
        if stream is not None:
            data = data[:-2] + b"/Length %d>>\nstream\n%s\nendstream" % (len(stream), stream)
        objects.append(data)
        return f"{len(objects)} 0 R"

    kids, fields = [], []
    for i, lines in enumerate(pages):
        shown = "BT /F1 10 Tf 14 TL 40 800 Td " + "".join(f"({line}) Tj T* " for line in lines) + "ET"
        notes, resources = [], "/Font<</F1 3 0 R>>"
        if i == 0 and field:
            fields.append(
                added(f"<</Type/Annot/Subtype/Widget/FT/Tx/T(f1)/TU({field[0]})/V({field[1]})/Rect[0 0 9 9]>>")
            )
            notes += fields
        if i == 0 and comment:
            notes.append(added(f"<</Type/Annot/Subtype/Text/Contents({comment})/Rect[0 0 9 9]>>"))
        if i == 0 and pinned:
            held = added("<</Type/EmbeddedFile>>", pinned)
            held = added(f"<</Type/Filespec/F(pin.txt)/UF(pin.txt)/EF<</F {held}>>>>")
            notes.append(added(f"<</Type/Annot/Subtype/FileAttachment/FS {held}/Rect[0 0 9 9]>>"))
        if i == 0 and picture:
            size = "/Width 1/Height 1/ColorSpace/DeviceGray/BitsPerComponent 8"
            image = added(f"<</Type/XObject/Subtype/Image{size}>>", b"x")
            resources += f"/XObject<</I1 {image}>>"
            for strip in range(10):
                shown += f" q {595 * picture:.0f} 0 0 84 0 {84 * strip} cm /I1 Do Q"
        content = added("<<>>", shown.encode("latin-1"))
        annotations = f"/Annots[{' '.join(notes)}]" if notes else ""
        kids.append(
            added(
                f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents {content}"
                f"/Resources<<{resources}>>{annotations}>>"
            )
        )
    names = ""
    for name, data in (attached or {}).items():
        held = added("<</Type/EmbeddedFile>>", data)
        names += f"({name}) {added(f'<</Type/Filespec/F({name})/UF({name})/EF<</F {held}>>>>')} "
    catalog = "/AcroForm<</Fields[" + " ".join(fields) + "]>>" if fields else ""
    catalog += f"/Names<</EmbeddedFiles<</Names[{names}]>>>>" if names else ""
    objects[0] = f"<</Type/Catalog/Pages 2 0 R{catalog}>>".encode()
    objects[1] = f"<</Type/Pages/Kids[{' '.join(kids)}]/Count {len(kids)}>>".encode()
    trailer = f"/Info {added(f'<</Title({title})>>')}" if title else ""
    if encrypted:
        secret = f"<</Filter/Standard/V 1/R 2/P -4/O<{'ab' * 32}>/U<{'cd' * 32}>>>"
        trailer += f"/Encrypt {added(secret)}/ID[<{'ef' * 16}><{'ef' * 16}>]"
    data, places = b"%PDF-1.7\n", []
    for i, body in enumerate(objects, 1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (i, body)
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    size = len(objects) + 1
    end = f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer\n<</Root 1 0 R/Size {size}{trailer}>>\n"
    return data + f"{end}startxref\n{len(data)}\n%%EOF\n".encode()


def picture_file(kind: str, size: tuple[int, int] = (40, 30)) -> bytes:
    """A white picture that says NIK of itself."""
    from PIL import Image, PngImagePlugin

    said, data = "".join(f"NIK {nik}\n" for nik in niks()), io.BytesIO()
    about, text = Image.Exif(), PngImagePlugin.PngInfo()
    about[270] = said  # ImageDescription
    text.add_text("Comment", said)
    Image.new("L", size, 255).save(data, kind, **({"pnginfo": text} if kind == "png" else {"exif": about}))
    return data.getvalue()


def contacts_file() -> bytes:
    return "".join(f"BEGIN:VCARD\nFN:Warga {i}\nNOTE:NIK {nik}\nEND:VCARD\n" for i, nik in enumerate(niks())).encode()


def calendar_file() -> bytes:
    events = "".join(f"BEGIN:VEVENT\nSUMMARY:Rapat\nDESCRIPTION:NIK {nik}\nEND:VEVENT\n" for nik in niks())
    return f"BEGIN:VCALENDAR\n{events}END:VCALENDAR\n".encode()


def mail_file() -> bytes:
    from email.message import EmailMessage

    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "loket@contoh.go.id", "dinas@contoh.go.id", "Laporan harian"
    mail["Message-ID"] = "<1@contoh.go.id>"
    mail.set_content(text_file().decode(), cte="base64")
    mail.add_attachment(csv_file(), maintype="text", subtype="csv", filename="warga.csv")
    mail.set_boundary("batas")
    return mail.as_bytes()


def mbox_file(messages: int = 2) -> bytes:
    return b"".join(
        b"From loket@contoh.go.id Thu Jan  1 07:00:00 2026\n" + mail_file() + b"\n" for _ in range(messages)
    )


def sql_file() -> bytes:
    values = ",\n".join(f"({i}, '{nik}', 'Warga D''Arc')" for i, nik in enumerate(niks()))
    return f"CREATE TABLE warga (id int, nik text, nama text);\nINSERT INTO warga VALUES\n{values};\n".encode()


def html_file() -> bytes:
    table = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>\n" for row in rows())
    return f"<html><body><p>Daftar &amp; data</p><table>{table}</table></body></html>".encode()


def xml_file() -> bytes:
    people = "".join(f'<warga id="{i}"><nik>{nik}</nik></warga>' for i, nik in enumerate(niks()))
    return f'<?xml version="1.0"?><data>{people}</data>'.encode()


def yaml_file() -> bytes:
    return ("---\n" + "".join(f"- nik: '{nik}'\n  nama: {nama}\n" for nik, nama, _ in rows()[1:])).encode()


def chat_file() -> bytes:
    lines = (f"31/12/25 21.{i:02} - Warga {i % 3}: NIK {nik}\n" for i, nik in enumerate(niks()))
    return "".join(lines).encode()


def zstd_file(data: bytes) -> bytes:
    import pyarrow as pa

    packed = pa.BufferOutputStream()
    with pa.CompressedOutputStream(packed, "zstd") as stream:
        stream.write(data)
    return packed.getvalue().to_pybytes()


def avro_file() -> bytes:
    import fastavro

    header, *people = rows()
    schema = {"type": "record", "name": "Warga", "fields": [{"name": name, "type": "string"} for name in header]}
    data = io.BytesIO()
    fastavro.writer(data, schema, [dict(zip(header, person, strict=True)) for person in people], "deflate")
    return data.getvalue()


def dbf_file(table: list[list[str]] | None = None, version: int = 3, charset: int = 3) -> bytes:
    """A table of texts of 20 bytes; the second of its rows is marked as deleted."""
    header, *people = table or rows()
    fields = b"".join(struct.pack("<11sc4xB15x", name.encode(), b"C", 20) for name in header)
    begin, length = 32 + len(fields) + 1, 1 + 20 * len(header)
    data = struct.pack("<4BIHH17xB2x", version, 126, 1, 2, len(people), begin, length, charset) + fields + b"\r"
    for i, person in enumerate(people):
        data += b"*" if i == 1 else b" "
        data += b"".join(value.encode("cp1252").ljust(20) for value in person)
    return data + b"\x1a"


def sevenzip_file(members: dict[str, bytes], **how: Any) -> bytes:
    import py7zr

    data = io.BytesIO()
    with py7zr.SevenZipFile(data, "w", **how) as archive:
        for name, content in members.items():
            archive.writestr(content, name)
    return data.getvalue()


def rar_file(members: dict[str, bytes]) -> bytes:
    """An archive of version 4 whose members are not packed."""

    def block(kind: int, flags: int, fields: bytes, content: bytes = b"") -> bytes:
        head = struct.pack("<BHH", kind, flags, 7 + len(fields)) + fields
        return struct.pack("<H", zlib.crc32(head) & 0xFFFF) + head + content

    data = b"Rar!\x1a\x07\0" + block(0x73, 0, bytes(6))
    for name, content in members.items():
        sizes = struct.pack("<II", len(content), len(content))
        how = struct.pack("<BIIBBHI", 3, zlib.crc32(content), 0x5821_0000, 20, 0x30, len(name), 0o100644)
        data += block(0x74, 0x8000, sizes + how + name.encode(), content)
    return data + block(0x7B, 0x4000, b"")


def doc_file(text: str, more: dict[str, Any] | None = None) -> bytes:
    """A Word 97 document of two pieces, the first with one byte a character."""
    half = len(text) // 2
    first, second = text[:half].encode("cp1252"), text[half:].encode("utf-16-le")
    places = struct.pack("<III", 0, half, len(text)) + struct.pack("<HIH", 0, 0x4000_0000 | 2 * 1024, 0)
    places += struct.pack("<HIH", 0, 1024 + half, 0)
    table = b"\2" + struct.pack("<I", len(places)) + places
    head = bytearray(1024)
    struct.pack_into("<HH6xH", head, 0, 0xA5EC, 193, 0x0200)
    struct.pack_into("<H", head, 32, 14)
    struct.pack_into("<H", head, 62, 22)
    struct.pack_into("<3I", head, 64, 1024 + half + len(second), 0, 0)
    struct.pack_into("<I", head, 76, len(text))
    struct.pack_into("<H", head, 152, 93)
    struct.pack_into("<II", head, 154 + 8 * 33, 0, len(table))
    return written({"WordDocument": bytes(head) + first + second, "1Table": table} | (more or {}))


def ppt_file(texts: list[str], more: dict[str, Any] | None = None) -> bytes:
    def record(kind: int, content: bytes, mark: int = 0) -> bytes:
        return struct.pack("<HHI", mark, kind, len(content)) + content

    atoms = [
        record(0x0FA0, t.encode("utf-16-le")) if i % 2 else record(0x0FA8, t.encode()) for i, t in enumerate(texts)
    ]
    return written({"PowerPoint Document": record(0x03E8, b"".join(atoms), 15)} | (more or {}))


def msg_file(body: str, attached: dict[str, bytes | dict[str, Any]], **texts: str) -> bytes:
    """An Outlook message; further texts by their number, such as `_0037` for the subject."""
    tree: dict[str, Any] = {"__properties_version1.0": bytes(32), "__substg1.0_1000001F": body.encode("utf-16-le")}
    for number, text in texts.items():
        tree[f"__substg1.0{number}001F"] = text.encode("utf-16-le")
    for i, (name, content) in enumerate(attached.items()):
        kind = "0102" if isinstance(content, bytes) else "000D"
        tree[f"__attach_version1.0_#{i:08X}"] = {
            "__substg1.0_3707001F": name.encode("utf-16-le"),
            f"__substg1.0_3701{kind}": content,
        }
    return written(tree)


def rtf_file(body: str) -> bytes:
    return f"{{\\rtf1\\ansi\\ansicpg1252{{\\fonttbl{{\\f0 Arial;}}}}\n{body}}}".encode("cp1252")


SAMPLES: dict[str, list[Sample]] = {
    "7z": [
        Sample(
            "arsip.7z",
            sevenzip_file({"warga.csv": csv_file()}),
            niks(),
            bomb=sevenzip_file({"a.txt": spaces(80 * MB)}),
        )
    ],
    "arrow": [
        Sample("warga.arrow", arrow_file(), niks()),
        Sample("warga.arrows", arrow_file(stream=True), niks()),
    ],
    "avro": [Sample("warga.avro", avro_file(), niks())],
    "bzip2": [Sample("warga.csv.bz2", bz2.compress(csv_file()), niks(), bomb=bz2.compress(spaces(80 * MB)))],
    "csv": [
        Sample("warga.csv", csv_file(), niks(), marks_end=False),
        Sample("warga.tsv", csv_file(delimiter="\t"), niks(), marks_end=False),
    ],
    "duckdb": [Sample("warga.duckdb", duckdb_file(), niks())],
    "dbf": [Sample("warga.dbf", dbf_file(), niks())],
    "gzip": [Sample("warga.csv.gz", gzip.compress(csv_file(), mtime=0), niks(), bomb=gzip.compress(spaces(80 * MB)))],
    "html": [Sample("warga.html", html_file(), niks(), marks_end=False)],
    "ical": [Sample("rapat.ics", calendar_file(), niks(), marks_end=False)],
    "image": [
        Sample("foto.jpg", picture_file("jpeg"), niks()),
        Sample("foto.png", picture_file("png"), niks(), bomb=picture_file("png", (9000, 9000))),
        Sample("foto.tif", picture_file("tiff"), niks()),
        Sample("foto.webp", picture_file("webp"), niks()),
    ],
    "json": [Sample("warga.json", json_file(), niks())],
    "libarchive": [Sample("arsip.rar", rar_file({"warga.csv": csv_file(), "surat.txt": text_file()}), niks())],
    "mail": [Sample("laporan.eml", mail_file(), niks(), marks_end=False)],  # headers alone are a whole message
    "mbox": [Sample("arsip.mbox", mbox_file(), niks(), marks_end=False)],
    "office": [
        Sample(
            "surat.docx",
            docx_file(),
            niks(),
            bomb=zip_file({"word/document.xml": b"<a>" + spaces(80 * MB) + b"</a>"}),
        ),
        Sample("surat.odt", odt_file(), niks()),
    ],
    "ole": [
        Sample("warga.xls", xls_file(), niks()),
        Sample("surat.doc", doc_file("".join(f"NIK {nik}\r" for nik in niks())), niks()),
        Sample("paparan.ppt", ppt_file([f"NIK {nik}" for nik in niks()]), niks()),
        Sample("pesan.msg", msg_file(text_file().decode(), {"warga.csv": csv_file()}), niks()),
    ],
    "mdb": [],  # no free program makes one: see test_mdb.py
    "orc": [Sample("warga.orc", orc_file(), niks())],
    "parquet": [Sample("warga.parquet", parquet_file(row_group_size=10), niks())],
    "pdf": [Sample("surat.pdf", pdf_file([[f"NIK {nik}" for nik in niks()]]), niks())],
    "pgdump": [Sample("warga.dump", Path(__file__).with_name("warga.pgdump").read_bytes(), niks())],
    "rtf": [Sample("surat.rtf", rtf_file("".join(f"NIK \\b {nik}\\b0\\par\n" for nik in niks())), niks())],
    "spreadsheet": [
        Sample("warga.xlsx", xlsx_file(), niks()),
        Sample("warga.ods", ods_file(), niks()),
    ],
    "sql": [Sample("warga.sql", sql_file(), niks(), marks_end=False)],
    "sqlite": [Sample("warga.db", sqlite_file(), niks())],
    "tar": [Sample("cadangan.tar", tar_file({"data/warga.csv": csv_file(), "surat.txt": text_file()}), niks())],
    "text": [Sample("surat.txt", text_file(), niks(), marks_end=False)],
    "vcard": [Sample("kontak.vcf", contacts_file(), niks(), marks_end=False)],
    "whatsapp": [Sample("WhatsApp Chat.txt", chat_file(), niks(), marks_end=False)],
    "xml": [Sample("warga.xml", xml_file(), niks())],
    "xz": [Sample("warga.csv.xz", lzma.compress(csv_file()), niks(), bomb=lzma.compress(spaces(80 * MB)))],
    "yaml": [Sample("warga.yaml", yaml_file(), niks(), marks_end=False)],
    "zip": [
        Sample("arsip.zip", zip_file({"warga.csv": csv_file()}), niks(), bomb=zip_file({"a.txt": spaces(80 * MB)})),
    ],
    "zstd": [Sample("warga.csv.zst", zstd_file(csv_file()), niks(), bomb=zstd_file(spaces(80 * MB)))],
}
