"""XML as records: elements that come again are rows, their attributes and the elements in them fields."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import BinaryIO
from xml.parsers.expat import ExpatError, ParserCreate

from privacyscan.formats import Format
from privacyscan.formats._blocks import Blocks, text_blocks
from privacyscan.formats._charset import Utf8, charset
from privacyscan.formats._tagged import whole
from privacyscan.model import File, Limits, Part, Reason, Skipped
from privacyscan.records import Path, Records

HEAD = 64 << 10
_CHUNK = 256 << 10
_LONGEST = 16 << 20  # characters of one element
_BATCH = 1 << 20  # characters of the fields of one record
_MOST_WAITING = 1_000  # elements of different names in each other
_DEPTH = 100  # elements in each other
_REPEATED = 20  # fields of one name in a record; more are a table of their own
_NAMING = ("name", "key", "field")  # attributes that say what an element holds

Fields = dict[str, str]


class Xml:
    name = "xml"
    suffixes = (".xml", ".kml", ".gpx", ".plist", ".rss")
    binary = True

    def matches(self, head: bytes, name: str) -> int:
        kind = charset(head)
        text = "" if kind is None else head.decode(kind, "replace").lstrip("\ufeff \t\r\n")
        if text.startswith("<?xml"):
            return 3
        return 2 if text.startswith("<") and name.endswith(self.suffixes) else 0

    def read(self, file: File, limits: Limits) -> Iterator[Part]:
        records, texts, reader = Records(file.place, limits), Blocks(file.place, limits), _Reader()
        refused: int | None = None
        with file.open() as stream:
            source = _utf8(stream)
            for chunk in iter(lambda: source.read(_CHUNK), b""):
                refused = reader.parse(chunk)
                yield from _taken(reader, records, texts)
                if refused is not None:
                    break
        cut_off = refused is None and not reader.ends()
        reader.unwind()
        yield from _taken(reader, records, texts)
        yield from records.rest()
        yield from texts.rest()
        if refused is not None:  # what the parser does not take is text
            with file.open() as stream:
                source = _utf8(stream)
                for _ in range(refused // _CHUNK):
                    source.read(_CHUNK)
                before = source.read(refused % _CHUNK)
                rest = chain([before[max(0, before.rfind(b"<")) :]], iter(lambda: source.read(_CHUNK), b""))
                yield from text_blocks(file.place.child("the rest as text"), rest, limits)
        elif cut_off:
            yield Skipped(file.place, Reason.DAMAGED, "the file breaks off; what stands before was read")


def _utf8(stream: BinaryIO) -> io.BufferedReader:
    kind = charset(stream.read(HEAD)) or "utf-8"
    stream.seek(0)
    return io.BufferedReader(Utf8(stream, kind), _CHUNK)


def _taken(reader: _Reader, records: Records, texts: Blocks) -> Iterator[Part]:
    """What the parser gave since the last time."""
    for comment in reader.comments:
        yield from texts.add(comment.encode("utf-8", "replace") + b"\n")
    for path, record in reader.found:
        if records.add(path, record, reader.taken):
            yield from records.full()
    reader.comments, reader.found = [], []


class _Refused(Exception):
    """Something that is not taken apart: entities, which could unpack without end, and what is too long or deep."""


@dataclass(slots=True)
class _Element:
    """An element that is open. `text` is its own and that of what is in it, in order."""

    name: str
    fields: Fields = field(default_factory=dict)  # attributes, and what single elements in it hold
    simple: Fields = field(default_factory=dict)  # elements that hold only text
    text: list[str] = field(default_factory=list)
    size: int = 0  # characters in it
    has_text: bool = False  # of its own
    has_elements: bool = False
    waiting: dict[str, Fields] = field(default_factory=dict)  # the first of what may be rows
    seen: dict[str, int] = field(default_factory=dict)  # how many elements of each name
    key: str = ""  # of a property list: the name of what follows


class _Reader:
    """Takes what the parser tells, and gives records."""

    def __init__(self) -> None:
        self.found: list[tuple[Path, Fields]] = []
        self.comments: list[str] = []
        self.taken = 0
        self._open = [_Element("")]
        self._parser = ParserCreate("utf-8")
        self._parser.StartElementHandler, self._parser.EndElementHandler = self._start, self._end
        self._parser.CharacterDataHandler, self._parser.EntityDeclHandler = self._characters, _refuse
        self._parser.CommentHandler = lambda comment: self.comments.append(comment)

    def parse(self, chunk: bytes) -> int | None:
        """Take more of the file; how many bytes stand before what cannot be taken, None where all can."""
        self.taken += len(chunk)
        try:
            self._parser.Parse(chunk, False)
        except (ExpatError, _Refused):
            return max(0, self._parser.CurrentByteIndex)
        return None

    def ends(self) -> bool:
        """Whether the file is whole."""
        try:
            self._parser.Parse(b"", True)
        except ExpatError:
            return False
        return True

    def unwind(self) -> None:
        """Close what is open."""
        while len(self._open) > 1:
            self._end("")
        for record in (*self._open[0].waiting.values(), self._open[0].simple):
            if record:
                self.found.append(((), record))

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        if len(self._open) > _DEPTH:
            raise _Refused
        self._open[-1].has_elements = True
        fields = {_local(k): v for k, v in attributes.items() if not k.startswith(("xmlns", "xsi:"))}
        self._open.append(_Element(_local(tag), fields))

    def _characters(self, data: str) -> None:
        element = self._open[-1]
        element.text.append(data)
        element.size += len(data)
        element.has_text = element.has_text or not data.isspace()
        if element.size > _LONGEST:
            raise _Refused

    def _end(self, _: str) -> None:
        element, parent = self._open.pop(), self._open[-1]
        text = whole(element.text).strip()
        name = parent.key or element.name
        parent.key = text if element.name == "key" and parent.name == "dict" else ""
        if not (element.has_text and element.has_elements):
            element.fields |= element.simple
        for single, held in element.waiting.items():
            element.fields |= {f"{single}.{k}" if k else single: v for k, v in held.items()}
        if text and len(element.fields) == 1 and (naming := next(iter(element.fields))) in _NAMING:
            name = element.fields.pop(naming)
        if element.has_text or not element.has_elements:
            self._add_text(parent, element)
            if not element.fields:
                self._put_simple(parent, name, text)
                return
            element.fields |= {"": text} if text else {}
        if element.fields:
            self._put(parent, name, element.fields)

    def _add_text(self, parent: _Element, element: _Element) -> None:
        parent.text += element.text
        parent.size += element.size
        if parent.size > _BATCH:  # hand over what is there
            held = {parent.name: whole(parent.text)} if parent.has_text else parent.simple
            if held:
                self.found.append((self._path(), held))
            parent.text, parent.simple, parent.size = [], {}, 0

    def _put_simple(self, parent: _Element, name: str, text: str) -> None:
        """An element that holds only text is a field of the one that it stands in."""
        if not text or parent.key:
            return
        parent.seen[name] = number = parent.seen.get(name, 0) + 1
        if number <= _REPEATED:
            parent.simple[f"{name} {number}" if number > 1 else name] = text
        elif not parent.has_text:
            self.found.append((self._path(name), {name: text}))

    def _put(self, parent: _Element, name: str, record: Fields) -> None:
        """An element that holds fields is a row if it comes again, else its fields are those of the one around it."""
        parent.seen[name] = number = parent.seen.get(name, 0) + 1
        if number == 1 and len(parent.waiting) < _MOST_WAITING:
            parent.waiting[name] = record
            return
        for row in (parent.waiting.pop(name, None), record):
            if row:
                self.found.append((self._path(name), {k or name: v for k, v in row.items()}))

    def _path(self, *names: str) -> Path:
        return (*(element.name for element in self._open[2:]), *names)


def _refuse(*_: object) -> None:
    raise _Refused


def _local(name: str) -> str:
    return name.rpartition(":")[2]


plugin: Format = Xml()
