"""Old files of Office in OLE storages: Excel, Word and PowerPoint 97-2003, Outlook messages, and what lies in them."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator

from privacyscan.formats import Format
from privacyscan.formats._archive import Bomb, Budget, Labels, bomb, size_of
from privacyscan.formats._biff import beside_cells, check, drawings, pivot_values
from privacyscan.formats._blocks import text_blocks
from privacyscan.formats._ole import MAGIC, Ole, Storage, written
from privacyscan.formats._outlook import files, lines
from privacyscan.formats._pictures import pictures
from privacyscan.formats._powerpoint import is_encrypted as is_encrypted_presentation
from privacyscan.formats._powerpoint import objects, slide_texts
from privacyscan.formats._properties import properties
from privacyscan.formats._word import is_encrypted as is_encrypted_document
from privacyscan.formats._word import word_text
from privacyscan.formats.spreadsheet import sheets_of
from privacyscan.model import File, Limits, Part, Place, Reason, Skipped

_BOOKS = ("Workbook", "Book")
_WORD, _SLIDES, _USER, _MESSAGE = "WordDocument", "PowerPoint Document", "Current User", "__properties_version1.0"
_DOCUMENTS = frozenset({*_BOOKS, _WORD, _SLIDES, _MESSAGE, "Package", "CONTENTS", "\x01Ole10Native", "EmbeddedOdf"})
_PROPERTIES = ("\x05SummaryInformation", "\x05DocumentSummaryInformation")
_PACKAGES = ("Package", "CONTENTS", "EmbeddedOdf")  # a whole file
_PIVOT = "_SX_DB_CUR"
_DAMAGED = (ValueError, EOFError, IndexError, KeyError, struct.error, zlib.error)
_CUT = "cut off or damaged; what could be unpacked was read"


class OldOffice:
    name = "ole"
    suffixes = (".xls", ".xlt", ".doc", ".dot", ".ppt", ".pps", ".pot", ".msg")
    binary = True

    def matches(self, head: bytes, name: str) -> int:
        return 3 if head.startswith(MAGIC) else 0

    def read(self, file: File, limits: Limits) -> Iterator[Part]:
        with file.open() as stream:
            root = Ole(stream).root
            if "EncryptedPackage" in root.names:
                yield Skipped(file.place, Reason.ENCRYPTED, "needs a password")
                return
            budget = Budget(limits, size_of(file, stream))
            try:
                yield from _parts(file, root, budget)
            except Bomb as error:
                yield bomb(file.place, error)


def _parts(file: File, root: Storage, budget: Budget) -> Iterator[Part]:
    place, limits, labels = file.place, budget.limits, Labels(file.place)
    known = True
    if book := next((n for n in _BOOKS if n in root.streams), None):
        yield from _book(file, root, book, limits)
    elif _WORD in root.streams:
        yield from _document(place, root, limits)
    elif _SLIDES in root.streams:
        yield from _presentation(place, root, labels, budget)
    elif _MESSAGE in root.streams:
        yield from _message(place, root, labels, limits)
    else:
        known = False
    for name in _PROPERTIES:
        about = b"".join(properties(root.whole(name)))
        yield from text_blocks(place.child("properties", name[1:]), [about], limits)
    if _MESSAGE not in root.streams:
        for inner in _inside(root, labels):
            known = True
            yield inner
    if not known:
        yield Skipped(place, Reason.UNKNOWN_FORMAT, "an old Office file of a kind that is not read")


def _book(file: File, root: Storage, book: str, limits: Limits) -> Iterator[Part]:
    check(root.read(book), root.size(book))
    yield from sheets_of(file, limits)
    yield from text_blocks(file.place.child("comments"), beside_cells(root.read(book)), limits)
    yield from _pictures(file.place, drawings(root.read(book)))
    caches = root.storages.get(_PIVOT)
    for name in caches.streams if caches else ():
        assert caches is not None
        yield from text_blocks(file.place.child("pivot tables", name), pivot_values(caches.read(name)), limits)


def _document(place: Place, root: Storage, limits: Limits) -> Iterator[Part]:
    if is_encrypted_document(root):
        yield Skipped(place, Reason.ENCRYPTED, "needs a password")
        return
    try:
        yield from text_blocks(place, [word_text(root)], limits)
    except _DAMAGED:
        yield Skipped(place, Reason.DAMAGED, "cannot be read to its end")
    yield from _pictures(place, root.whole("Data") + root.whole(_WORD))


def _presentation(place: Place, root: Storage, labels: Labels, budget: Budget) -> Iterator[Part]:
    if is_encrypted_presentation(root.whole(_USER)):
        yield Skipped(place, Reason.ENCRYPTED, "needs a password")
        return
    data = root.whole(_SLIDES)
    damaged = False

    def texts() -> Iterator[bytes]:
        nonlocal damaged
        try:
            yield from slide_texts(data)
        except struct.error:
            damaged = True

    yield from text_blocks(place, texts(), budget.limits)
    if damaged:
        yield Skipped(place, Reason.DAMAGED, _CUT)
        return
    for held in objects(data, budget):
        yield _file(labels.place("embedded object"), held)
    yield from _pictures(place, root.whole("Pictures"))


def _message(place: Place, root: Storage, labels: Labels, limits: Limits) -> Iterator[Part]:
    yield from text_blocks(place, lines(root), limits)
    for name, data in files(root):
        yield _file(labels.place(name), data)


def _pictures(place: Place, data: bytes) -> Iterator[Part]:
    for name, picture in pictures(data):
        yield _file(place.child(name), picture)


def _inside(storage: Storage, labels: Labels) -> Iterator[Part]:
    """The files and documents that lie in a document, and that it holds macros."""
    for name in _PACKAGES:
        if name in storage.streams:
            yield _file(labels.place("embedded file"), storage.whole(name))
    if "\x01Ole10Native" in storage.streams:
        name, data = packaged(storage.whole("\x01Ole10Native"))
        yield _file(labels.place(name), data)
    for name, inner in storage.storages.items():
        if name == "VBA":
            yield Skipped(labels.place("macros"), Reason.UNSUPPORTED_TYPE, "macros, which are not read")
        elif inner.names & (_DOCUMENTS - {*_PACKAGES, "\x01Ole10Native"}):
            yield _file(labels.place(name), written(inner.tree()))
        elif name != _PIVOT:
            yield from _inside(inner, labels)


def packaged(data: bytes) -> tuple[str, bytes]:
    """The name and the bytes of a file that was put into a document; the bytes alone where they have no name."""
    try:
        at = data.index(b"\0", 6) + 1
        name = data[6 : at - 1].decode("cp1252", "replace")
        at = data.index(b"\0", at) + 1 + 4  # where it lay
        (size,) = struct.unpack_from("<I", data, at)
        at += 4 + size  # where it lay while it was put in
        (size,) = struct.unpack_from("<I", data, at)
        content = data[at + 4 : at + 4 + size]
        if len(content) == size and data[4:6] == b"\x02\0":
            return name or "embedded file", content
    except (ValueError, struct.error):
        pass
    return "embedded file", data[4:]


def _file(place: Place, data: bytes) -> File:
    return File(place, lambda: io.BytesIO(data), len(data))


plugin: Format = OldOffice()
