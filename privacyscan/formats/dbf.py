"""dBase, FoxPro and Clipper tables (.dbf), deleted rows too, with the long texts that lie in a file beside them."""

from __future__ import annotations

import os
import re
import struct
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, timedelta
from typing import BinaryIO

from privacyscan.batches import MAX_BYTES, binary_cells
from privacyscan.formats import Format
from privacyscan.formats._blocks import text_blocks
from privacyscan.formats._documents import batches
from privacyscan.formats._header import unique
from privacyscan.model import File, Limits, Part, Place, Reason, Skipped

_VERSIONS = frozenset(b"\x02\x03\x04\x05\x30\x31\x32\x43\x63\x7b\x83\x8b\x8c\x8e\xcb\xe5\xf5\xfb")
_DBASE_7 = 4  # in the lowest bits of the version: longer headers
_FOXPRO = b"\x30\x31\x32"
_KINDS = frozenset(b"CNFDLMIBYTGPVQW0@+O")
_MEMOS = frozenset("MGPBW")  # their cells say where in another file the value stands
_BESIDE = (".dbt", ".fpt")
_CHARSETS = {  # the code page that a file names (dBase and FoxPro, "language driver ID")
    **dict.fromkeys((0x01, 0x09, 0x0B, 0x0D, 0x0F, 0x11, 0x15, 0x18, 0x19, 0x1B), "cp437"),
    **dict.fromkeys((0x02, 0x0A, 0x0C, 0x0E, 0x10, 0x12, 0x14, 0x16, 0x1A, 0x1D, 0x25, 0x37), "cp850"),
    **dict.fromkeys((0x13, 0x7B), "cp932"),
    **dict.fromkeys((0x4D, 0x7A), "cp936"),
    **dict.fromkeys((0x4E, 0x79), "cp949"),
    **dict.fromkeys((0x4F, 0x78), "cp950"),
    **dict.fromkeys((0x50, 0x7C), "cp874"),
    0x64: "cp852",
    0x65: "cp866",
    0x66: "cp865",
    0x7D: "cp1255",
    0x7E: "cp1256",
    0xC8: "cp1250",
    0xC9: "cp1251",
    0xCA: "cp1254",
    0xCB: "cp1253",
}
_ENCRYPTED = 15  # where the header says so
_LONGEST = 16 << 20  # bytes of a long text
_BLOCK = 512
_NO_TEXT = re.compile(rb"[\x00-\x08\x0b-\x1f\x7f]+")
_NOON = 1_721_425  # the Julian day of the first day of year 1, less one


@dataclass(frozen=True, slots=True)
class _Field:
    name: str
    kind: str
    at: int  # in a row
    length: int


@dataclass(frozen=True, slots=True)
class _Header:
    version: int
    rows: int
    begin: int  # of the first row
    length: int  # of a row
    charset: str  # empty: not said
    fields: tuple[_Field, ...]


class Dbf:
    name = "dbf"
    suffixes = (".dbf", *_BESIDE)
    binary = True

    def matches(self, head: bytes, name: str) -> int:
        if name.endswith(_BESIDE):
            return 2 if len(head) >= 512 and not any(head[24:512]) and any(head[:24]) else 0
        return 3 if _header(head) is not None else 0

    def read(self, file: File, limits: Limits) -> Iterator[Part]:
        with ExitStack() as opened:
            stream = opened.enter_context(file.open())
            head = stream.read(64 << 10)
            header = _header(head)
            if header is None and file.name.lower().endswith(_BESIDE):
                yield from _beside(file, stream, limits)
                return
            if header is None:
                yield Skipped(file.place, Reason.DAMAGED, "cannot be read to its end")
                return
            if head[_ENCRYPTED] == 1:
                yield Skipped(file.place, Reason.ENCRYPTED, "needs a password")
                return
            memo = _memo(file, header.version)
            if memo is not None:
                opened.enter_context(memo.stream)
            yield from _table(file.place, stream, header, memo, limits)


def _header(head: bytes) -> _Header | None:
    """What the first bytes say; None if this is no table."""
    if len(head) < 65 or head[0] not in _VERSIONS or not (1 <= head[2] <= 12 and 1 <= head[3] <= 31):
        return None
    rows, begin, length = struct.unpack_from("<IHH", head, 4)
    start, size, name = (68, 48, 32) if head[0] & 7 == _DBASE_7 else (32, 32, 11)
    fields, at = [], 1
    for here in range(start, min(begin, len(head) - size) + 1, size):
        if head[here] in b"\r\0":
            break
        kind = head[here + name]
        if kind not in _KINDS:
            return None
        width = head[here + (33 if name == 32 else 16)]
        if kind in b"C" and name == 11:  # a long one says the rest where others say their decimals
            width += head[here + 17] << 8
        title = head[here : here + name].split(b"\0")[0].decode("cp1252", "replace").strip()
        fields.append(_Field(title, chr(kind), at, width))
        at += width
    if not fields or at > length or begin < start + size * len(fields):
        return None
    return _Header(head[0], rows, begin, length, _CHARSETS.get(head[29], ""), tuple(fields))


def _table(place: Place, stream: BinaryIO, header: _Header, memo: _Memo | None, limits: Limits) -> Iterator[Part]:
    fields = [f for f in header.fields if f.kind != "0"]  # which cells are empty
    lost = {f.name: 0 for f in fields}
    count = 0

    def rows() -> Iterator[list[str]]:
        nonlocal count
        for row in _rows(stream, header):
            count += 1
            cells = []
            for field in fields:
                text = _cell(row[field.at : field.at + field.length], field, header, memo)
                lost[field.name] += text is None
                cells.append(text or "")
            yield cells

    yield from batches(place, unique([f.name for f in fields]), rows(), limits)
    if count < header.rows:
        yield Skipped(place, Reason.DAMAGED, "cannot be read to its end")
    for name, cells in lost.items():
        if cells and memo is None:
            message = "long texts, whose file (.dbt, .fpt) is not beside the table"
            yield Skipped(place.at(column=name), Reason.UNSUPPORTED_TYPE, message, cells=cells)
        elif cells:
            yield binary_cells(place.at(column=name), cells)


def _rows(stream: BinaryIO, header: _Header) -> Iterator[bytes]:
    """The rows, deleted ones too, and what stands behind the last one that the header counts."""
    stream.seek(header.begin)
    step = header.length * max(1, min(10_000, MAX_BYTES // header.length))
    while data := stream.read(step):
        for at in range(0, len(data), header.length):
            row = data[at : at + header.length]
            if len(row) == header.length and row[:1] in (b" ", b"*"):
                yield row


def _cell(data: bytes, field: _Field, header: _Header, memo: _Memo | None) -> str | None:
    """A cell as text; None where it stands elsewhere and cannot be had, or is no text."""
    if field.kind in _MEMOS and not (field.kind == "B" and header.version in _FOXPRO):
        block = int.from_bytes(data, "little") if len(data) == 4 else _number(data)
        if not block:
            return ""
        text = memo.text(block) if memo is not None else None
        return None if text is None or b"\0" in text else _decoded(text, header.charset)
    if read := _BINARY.get((field.kind, len(data))):
        return read(data)
    return _decoded(data, header.charset).strip(" \0")


def _number(data: bytes) -> int:
    digits = data.strip(b" \0")
    return int(digits) if digits.isdigit() else 0


def _decoded(data: bytes, charset: str) -> str:
    if charset:
        return data.decode(charset, "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _moment(data: bytes) -> str:
    """A day, and the milliseconds of it."""
    day, milliseconds = struct.unpack("<ii", data)
    try:
        found = date.fromordinal(day - _NOON)
    except (ValueError, OverflowError):
        return ""
    return f"{found.isoformat()}T{timedelta(milliseconds=milliseconds)}"


_BINARY: dict[tuple[str, int], Callable[[bytes], str]] = {
    ("I", 4): lambda data: str(struct.unpack("<i", data)[0]),
    ("+", 4): lambda data: str(struct.unpack("<i", data)[0]),
    ("Y", 8): lambda data: str(struct.unpack("<q", data)[0] / 10_000),
    ("B", 8): lambda data: str(struct.unpack("<d", data)[0]),
    ("O", 8): lambda data: str(struct.unpack(">d", data)[0]),
    ("T", 8): _moment,
}


@dataclass(frozen=True, slots=True)
class _Memo:
    """The file with the long texts of a table."""

    stream: BinaryIO
    kind: str  # fpt, or 3 or 4 for the versions of dBase
    block: int  # bytes

    def text(self, number: int) -> bytes | None:
        """The text that begins at a block; None if none does."""
        self.stream.seek(number * self.block)
        if self.kind == "3":
            data = b""
            while b"\x1a" not in data and len(data) < _LONGEST and (more := self.stream.read(_BLOCK)):
                data += more
            return data.partition(b"\x1a")[0] if data else None
        head = self.stream.read(8)
        if len(head) < 8:
            return None
        size = int.from_bytes(head[4:], "big") if self.kind == "fpt" else int.from_bytes(head[4:], "little") - 8
        return self.stream.read(size) if 0 <= size <= _LONGEST else None


def _memo(file: File, version: int) -> _Memo | None:
    """The long texts of a table on this machine; None where there are none beside it."""
    if file.path is None:
        return None
    for path in (file.path[:-4] + suffix for suffix in (*_BESIDE, *map(str.upper, _BESIDE))):
        if not os.path.isfile(path) or os.path.islink(path):
            continue
        stream = open(path, "rb")  # noqa: SIM115 (closed by who reads the table)
        head = stream.read(24)
        if path.lower().endswith(".fpt"):
            return _Memo(stream, "fpt", int.from_bytes(head[6:8], "big") or 1)
        if version in (0x8B, 0x8C, 0xCB, 0x04):
            return _Memo(stream, "4", int.from_bytes(head[20:22], "little") or _BLOCK)
        return _Memo(stream, "3", _BLOCK)
    return None


def _beside(file: File, stream: BinaryIO, limits: Limits) -> Iterator[Part]:
    """A file of long texts is read with its table; without one, as text."""
    if file.path is not None and any(os.path.isfile(file.path[:-4] + suffix) for suffix in (".dbf", ".DBF")):
        return
    stream.seek(0)
    blocks = iter(lambda: stream.read(_LONGEST), b"")
    yield from text_blocks(file.place, (_decoded(_NO_TEXT.sub(b"\n", b), "").encode() for b in blocks), limits)


plugin: Format = Dbf()
