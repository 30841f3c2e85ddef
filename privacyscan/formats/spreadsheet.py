"""Spreadsheets of Excel and OpenDocument: every sheet a table, hidden ones too, and their comments as text."""

from __future__ import annotations

import os
import re
from collections.abc import Generator, Iterator
from dataclasses import replace
from typing import Any, BinaryIO
from xml.etree import ElementTree

from privacyscan.formats import Format
from privacyscan.formats._archive import Bomb, bomb
from privacyscan.formats._biff12 import SheetRecords, sheets, texts
from privacyscan.formats._container import Container
from privacyscan.formats._documents import batches
from privacyscan.formats._ooxml import content_part, is_encrypted, is_package, office_parts, xml_part
from privacyscan.formats._pivot import pivot_caches, pivot_parts
from privacyscan.formats._sheet import SheetXml
from privacyscan.formats._stacked import tables
from privacyscan.formats._xml import xml_content
from privacyscan.model import File, Limits, Part, Place, Reason, Sheet, Skipped, Text

MOST_CELLS = 50_000_000  # of one sheet: the library holds all of them, empty ones too, some 30 bytes each
_READ_AS_SHEETS = re.compile(
    r"xl/(?:sharedStrings|styles|calcChain|metadata)\.(?:xml|bin)|xl/tables/.*|content\.xml|"
    r"xl/(?:worksheets|macrosheets)/binaryIndex.*\.bin"
)
_SHEET = re.compile(r"xl/(?:worksheets|dialogsheets|macrosheets)/[^/]+\.xml")
_RECORDS = re.compile(r"xl/(?!printerSettings/|embeddings/|vbaProject|activeX/|ctrlProps/|media/).*\.bin")
_READ_RECORDS = re.compile(r"xl/(?:comments[^/]*|workbook)\.bin")
_OPEN_DOCUMENT = b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet"
_BESIDE_CELLS = frozenset(  # of an OpenDocument sheet
    {
        "annotation",
        "shapes",
        "frame",
        "custom-shape",
        "tracked-changes",
        "content-validations",
        "forms",
        "data-pilot-table",
    }
)


class Spreadsheet:
    name = "spreadsheet"
    suffixes = (".xlsx", ".xlsm", ".xltx", ".xlsb", ".ods")
    binary = True

    def matches(self, head: bytes, name: str) -> int:
        if not head.startswith(b"PK\x03\x04"):
            return 0
        known = b"xl/work" in head or b"xl/_rels" in head or _OPEN_DOCUMENT in head[:128]
        return 3 if known and is_package(head) else 2 if name.endswith(self.suffixes) else 0

    def read(self, file: File, limits: Limits) -> Iterator[Part]:
        with file.open() as stream:
            try:
                container = Container(file, stream, limits)
                if is_encrypted(container):
                    yield Skipped(file.place, Reason.ENCRYPTED, "needs a password")
                    return
                with file.open() as other:  # two readers on one stream would lose their positions
                    yield from _sheets(file, other, limits, container)
            except Bomb as error:
                yield bomb(file.place, error)


def sheets_of(file: File, limits: Limits) -> Iterator[Part]:
    """The sheets of an Excel 97-2003 workbook."""
    with file.open() as stream:
        yield from _sheets(file, stream, limits, None)


def _sheets(file: File, stream: BinaryIO, limits: Limits, container: Container | None) -> Iterator[Part]:
    from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum

    members = {} if container is None else _members(container)
    stream.seek(0)
    with _call(CalamineWorkbook.from_filelike, stream) as book:
        for sheet in book.sheets_metadata:
            if sheet.typ in (SheetTypeEnum.ChartSheet, SheetTypeEnum.Vba):
                continue  # no cells; the texts of a chart are read with the other parts
            place = file.place.child(sheet.name)
            if container is not None and (member := members.get(sheet.name)):
                cells = yield from _beside_cells(container, member, place.child("beside the cells"), limits)
                if cells > MOST_CELLS:
                    yield Skipped(place, Reason.TOO_LARGE, f"the sheet spans {cells} cells")
                    continue
            try:
                yield from _sheet(_call(book.get_sheet_by_name, sheet.name), place, limits)
            except (CalamineError, ValueError):
                yield Skipped(place, Reason.DAMAGED, "cannot be read to its end")
    if container is not None:
        yield from _beside(container, frozenset(members.values()), limits)


def _sheet(sheet: Any, place: Place, limits: Limits) -> Iterator[Part]:
    """The tables of a sheet, one below the other, and the lines above each as text."""
    rows = ([v if type(v) is str else cell_text(v) for v in row] for row in sheet.iter_rows())
    first = sheet.start[1] if sheet.start else 0  # the library leaves out empty columns before it, but no rows
    for number, (title, names, below, lines) in enumerate(tables(rows)):
        here = place.child(f"table {number + 1}") if number else place
        if title:
            yield Text(here.child("lines above the table"), title.encode())
        for part in batches(here, names, below, limits):
            yield replace(part, sheet=Sheet(tuple(names), first, tuple(lines)))


def cell_text(value: Any) -> str:
    """A cell as text: whole numbers without a fraction, dates as ISO 8601."""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e18 else repr(value)
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _call(function: Any, argument: Any) -> Any:
    """What the library gives. A panic of it becomes an ordinary error, and its words, which may quote the file,
    do not reach the terminal."""
    saved, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        return function(argument)
    except BaseException as error:
        if type(error).__name__ == "PanicException":  # no `Exception`
            raise ValueError("the spreadsheet cannot be parsed") from None
        raise
    finally:
        os.dup2(saved, 2)
        os.close(saved)
        os.close(nowhere)


def _members(container: Container) -> dict[str, str]:
    """The member that holds each sheet of an Excel file, by the sheet's name."""
    binary = "xl/workbook.bin" in container
    name = "workbook.bin" if binary else "workbook.xml"
    try:
        links = ElementTree.fromstring(container.zip.read(f"xl/_rels/{name}.rels"))
        targets = {e.get("Id"): e.get("Target", "") for e in links}
        named = _named(container.zip.read(f"xl/{name}"), binary)
    except (KeyError, ElementTree.ParseError):
        return {}  # an OpenDocument file, or damaged: the library will say so
    found = {}
    for sheet, link in named:
        target = targets.get(link, "")
        found[sheet] = target[1:] if target.startswith("/") else f"xl/{target}"
    return {sheet: member for sheet, member in found.items() if member in container}


def _named(book: bytes, binary: bool) -> Iterator[tuple[str, str | None]]:
    """The sheets of a workbook, each with the link to its member."""
    if binary:
        yield from sheets([book])
        return
    for element in ElementTree.fromstring(book).iter():
        if element.tag.endswith("}sheet"):
            yield element.get("name", ""), next((v for k, v in element.attrib.items() if k.endswith("}id")), None)


def _beside_cells(container: Container, member: str, place: Place, limits: Limits) -> Generator[Part, None, int]:
    """What stands in no cell of a sheet: headers and footers, lists to choose from, links. Tells how many cells it
    spans."""
    info = container.zip.getinfo(member)
    if member.endswith(".bin"):
        records = SheetRecords()
        yield from content_part(place, ((0, text) for text in records.texts(container.chunks(info))), info, limits)
        return records.cells
    sheet = SheetXml()
    yield from content_part(place, xml_content(sheet.beside(container.chunks(info))), info, limits)
    if sheet.cells > MOST_CELLS:
        sheet = SheetXml(exact=True)
        for _ in sheet.beside(container.chunks(info)):
            pass
    return sheet.cells


def _beside(container: Container, read: frozenset[str], limits: Limits) -> Iterator[Part]:
    """Comments, text boxes, caches of pivot tables, names, pictures: what no cell shows."""
    if "content.xml" in container:
        content = container.zip.getinfo("content.xml")
        yield from xml_part(container, content, container.place.child("comments"), limits, _BESIDE_CELLS)
    caches = pivot_caches(container)
    for definition, records in caches.items():
        yield from pivot_parts(container, definition, records, limits)
    done = read | caches.keys() | set(caches.values())
    others = [m for m in container.members if m.filename not in done and not _READ_AS_SHEETS.fullmatch(m.filename)]
    if any(_SHEET.fullmatch(m.filename) for m in others):  # of no workbook: its cells point to the shared texts
        others += [m for m in container.members if m.filename == "xl/sharedStrings.xml"]
    for member in [m for m in others if _RECORDS.fullmatch(m.filename)]:
        others.remove(member)
        place = container.place.child(*member.filename.split("/"))
        if _READ_RECORDS.fullmatch(member.filename):
            yield from content_part(place, ((0, text) for text in texts(container.chunks(member))), member, limits)
        else:
            yield Skipped(place, Reason.UNSUPPORTED_TYPE, "a part of a binary workbook that is not read")
    yield from office_parts(container, others, limits)


plugin: Format = Spreadsheet()
