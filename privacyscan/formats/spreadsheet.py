"""Spreadsheets of Excel and OpenDocument: every sheet a table, hidden ones too, and their comments as text."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, BinaryIO
from xml.etree import ElementTree

from privacyscan.formats import Format
from privacyscan.formats._archive import Bomb, bomb
from privacyscan.formats._biff import beside_cells, check, printed
from privacyscan.formats._blocks import text_blocks
from privacyscan.formats._container import Container
from privacyscan.formats._ole import MAGIC, Ole
from privacyscan.formats._ooxml import is_encrypted, office_parts, xml_part
from privacyscan.formats._stacked import tables
from privacyscan.model import File, Limits, Part, Place, Reason, Skipped, Table, Text

MOST_CELLS = 50_000_000  # of one sheet: the library holds all of them, empty ones too, some 30 bytes each
_BATCH_CELLS = 500_000
_READ_AS_SHEETS = re.compile(
    r"xl/(?:worksheets|chartsheets|dialogsheets|macrosheets)/[^/]+\.(?:xml|bin)|"
    r"xl/(?:workbook|sharedStrings|styles|calcChain|metadata)\.(?:xml|bin)|xl/tables/.*|content\.xml"
)
_REFERENCE = re.compile(rb'\br="([A-Z]{1,3})([0-9]{1,7})"[^>]*(?<!/)>')  # of a cell with something in it
_PRINTED = re.compile(rb"<(?:odd|even|first)(?:Header|Footer)>([^<]*)<")
_OPEN_DOCUMENT = b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet"
_BESIDE_CELLS = frozenset({"annotation", "shapes", "frame", "custom-shape"})  # of an OpenDocument sheet
_OLD = {
    "EncryptedPackage": (Reason.ENCRYPTED, "needs a password"),
    "WordDocument": (Reason.UNKNOWN_FORMAT, "a Word 97-2003 document, which this version does not read"),
    "PowerPoint Document": (Reason.UNKNOWN_FORMAT, "a PowerPoint 97-2003 presentation, which is not read"),
    "__properties_version1.0": (Reason.UNKNOWN_FORMAT, "an Outlook message, which this version does not read"),
    "VBA": (Reason.UNKNOWN_FORMAT, "macros, which are not read"),
}


class Spreadsheet:
    name = "spreadsheet"
    suffixes = (".xlsx", ".xlsm", ".xltx", ".xlsb", ".xls", ".xlt", ".ods")
    binary = True

    def matches(self, head: bytes, name: str) -> int:
        if head.startswith(MAGIC):
            return 3  # other old files too: reading says what they are
        if not head.startswith(b"PK\x03\x04"):
            return 0
        known = b"xl/work" in head or b"xl/_rels" in head or _OPEN_DOCUMENT in head[:128]
        return 3 if known else 2 if name.endswith(self.suffixes) else 0

    def read(self, file: File, limits: Limits) -> Iterator[Part]:
        with file.open() as stream:
            if stream.read(8) == MAGIC:
                yield from _old(file, stream, limits)
                return
            try:
                container = Container(file, stream, limits)
                if is_encrypted(container):
                    yield Skipped(file.place, Reason.ENCRYPTED, "needs a password")
                    return
                with file.open() as other:  # two readers on one stream would lose their positions
                    yield from _sheets(file, other, limits, container)
                yield from _beside(container, limits)
            except Bomb as error:
                yield bomb(file.place, error)


def _old(file: File, stream: BinaryIO, limits: Limits) -> Iterator[Part]:
    """Excel 97-2003; any other file in the same wrapping is named and not read."""
    ole = Ole(stream)
    if book := next((n for n in ("Workbook", "Book") if n in ole.names), None):
        check(ole.read(book), ole.size(book))
        with file.open() as other:
            yield from _sheets(file, other, limits, None)
        yield from text_blocks(file.place.child("comments"), beside_cells(ole.read(book)), limits)
        return
    known = (found for name, found in _OLD.items() if name in ole.names)
    reason, message = next(known, (Reason.UNKNOWN_FORMAT, "an old Office file of a kind that is not read"))
    yield Skipped(file.place, reason, message)


def _sheets(file: File, stream: BinaryIO, limits: Limits, container: Container | None) -> Iterator[Part]:
    from python_calamine import CalamineWorkbook, SheetTypeEnum

    members = _members(container) if container is not None else {}
    stream.seek(0)
    with _call(CalamineWorkbook.from_filelike, stream) as book:
        for sheet in book.sheets_metadata:
            if sheet.typ in (SheetTypeEnum.ChartSheet, SheetTypeEnum.Vba):
                continue  # no cells; the texts of a chart are read with the other parts
            place = file.place.child(sheet.name)
            if container is not None and sheet.name in members:
                cells, printed = _measure(container, members[sheet.name])
                if printed:
                    yield Text(place.child("header and footer"), printed)
                if cells > MOST_CELLS:
                    yield Skipped(place, Reason.TOO_LARGE, f"the sheet spans {cells} cells")
                    continue
            yield from _sheet(_call(book.get_sheet_by_name, sheet.name), place, limits)


def _sheet(sheet: Any, place: Place, limits: Limits) -> Iterator[Part]:
    """The tables of a sheet, one below the other, and the lines above each as text."""
    for number, (title, names, rows) in enumerate(tables([_cell(v) for v in row] for row in sheet.iter_rows())):
        here = place.child(f"table {number + 1}") if number else place
        if title:
            yield Text(here.child("lines above the table"), title.encode())
        step = max(1, min(limits.batch_rows, _BATCH_CELLS // max(1, len(names))))
        read = 0
        while batch := list(islice(rows, step)):
            yield Table(here, _batch(names, batch), read)
            read += len(batch)
        if not read and names:
            yield Table(here, _batch(names, []), 0)


def _batch(names: list[str], rows: list[list[str]]) -> Any:
    import pyarrow as pa

    columns = zip(*rows, strict=True) if rows else [()] * len(names)
    return pa.RecordBatch.from_arrays([pa.array(c, pa.string()) for c in columns], names)


def _cell(value: Any) -> str:
    """A cell as text: whole numbers without a fraction, dates as ISO 8601."""
    if isinstance(value, str):
        return value
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


def _members(container: Container) -> Mapping[str, str]:
    """The member that holds each sheet of an Excel file, by the sheet's name."""
    try:
        book = ElementTree.fromstring(container.zip.read("xl/workbook.xml"))
        links = ElementTree.fromstring(container.zip.read("xl/_rels/workbook.xml.rels"))
    except (KeyError, ElementTree.ParseError):
        return {}  # an OpenDocument or binary file, or damaged: the library will say so
    targets = {e.get("Id"): e.get("Target", "") for e in links}
    found = {}
    for element in book.iter():
        if element.tag.endswith("}sheet"):
            link = next((v for k, v in element.attrib.items() if k.endswith("}id")), None)
            target = targets.get(link, "")
            found[element.get("name", "")] = target[1:] if target.startswith("/") else f"xl/{target}"
    return {name: member for name, member in found.items() if member in container}


def _measure(container: Container, member: str) -> tuple[int, bytes]:
    """How many cells a sheet spans, from its real cells, and the texts that are printed above and below it."""
    columns: set[bytes] = set()
    texts: dict[bytes, None] = {}
    row, rest = 0, b""
    for chunk in container.chunks(container.zip.getinfo(member)):
        data = rest + chunk
        found = _REFERENCE.findall(data)
        if found:
            letters, numbers = zip(*found, strict=True)
            columns.update(letters)
            row = max(row, *map(int, numbers))
        texts |= dict.fromkeys(_PRINTED.findall(data))
        rest = data[-4096:]  # what the end of a chunk has cut is seen whole with the next
    return row * max(map(_column, columns), default=0), b"".join(printed(t) + b"\n" for t in texts if t)


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _beside(container: Container, limits: Limits) -> Iterator[Part]:
    """Comments, text boxes, caches of pivot tables, pictures: what no cell shows."""
    if "content.xml" in container:
        content = container.zip.getinfo("content.xml")
        yield from xml_part(container, content, container.place.child("comments"), limits, _BESIDE_CELLS)
    yield from office_parts(
        container, [m for m in container.members if not _READ_AS_SHEETS.fullmatch(m.filename)], limits
    )


plugin: Format = Spreadsheet()
