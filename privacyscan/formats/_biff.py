"""What stands in no cell of an Excel 97-2003 workbook: comments, text boxes, headers, names, links, lists to choose
from, cells of other workbooks."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable, Iterator

_CODES = re.compile(rb'&(?:amp;)?(?:[A-Z]|"[^"]*"|&quot;.*?&quot;)')  # of position, font, page number
# Record numbers of [MS-XLS].
_PRINTED = (0x14, 0x15)  # header, footer
_PASSWORD = 0x2F
_CONTINUE = 0x3C
_TEXT_OBJECT = 0x1B6
_SHARED_STRINGS = 0xFC
_CELLS = frozenset({0x06, 0xBD, 0xBE, 0xD6, 0xFD, 0x201, 0x203, 0x204, 0x205, 0x207, 0x27E})  # row, column, ...
_DIMENSIONS = 0x200
_BEGIN, _NEW = 0x809, 0x600  # of a part, and the version that writes texts as read here
_NAME, _NOTE, _OTHER_CELLS, _LIST, _LINK, _USER = 0x18, 0x1C, 0x5A, 0x1BE, 0x1B8, 0x5C
_DRAWINGS = 0xEB
_PIVOT_TEXT, _PIVOT_NUMBER = 0xCD, 0xC9
_BUILT_IN = 0x20  # a name such as that of the area to print
_TEXT_TOKEN = 0x17  # of a formula
_WORDS = re.compile(rb"(?:[\x20-\xff]\0){4,}|[\x20-\x7e]{5,}")
_ROWS, _COLUMNS = 65_536, 256


def check(stream: Iterable[bytes], size: int) -> None:
    """Raises ValueError for a workbook of `size` bytes that claims what it cannot hold.

    The library would reserve that much memory, and the process would die of it.
    """
    for kind, data in _records(stream):
        if kind in _CELLS and int.from_bytes(data[2:4], "little") >= _COLUMNS:
            raise ValueError("a cell outside the sheet")
        if kind == _DIMENSIONS and not _is_sheet(data):
            raise ValueError("a sheet of an impossible size")
        if kind == _SHARED_STRINGS and int.from_bytes(data[4:8], "little") > size:
            raise ValueError("more strings than bytes")


def _is_sheet(dimensions: bytes) -> bool:
    """Whether a sheet can have these first and last rows and columns."""
    width = 4 if len(dimensions) >= 14 else 2  # older versions wrote shorter numbers
    first, last = (int.from_bytes(dimensions[at : at + width], "little") for at in (0, width))
    left, right = (int.from_bytes(dimensions[at : at + 2], "little") for at in (2 * width, 2 * width + 2))
    return first <= last <= _ROWS and left <= right <= _COLUMNS


def beside_cells(stream: Iterable[bytes]) -> Iterator[bytes]:
    """The texts as lines of UTF-8. Nothing of a workbook with a password."""
    wanted = 0  # characters that the text under way still lacks
    is_new, user = False, b""
    for kind, data in _records(stream):
        if kind == _PASSWORD:
            return
        if kind == _BEGIN:
            is_new = int.from_bytes(data[:2], "little") == _NEW
        if kind == _USER:  # who saved it: padded, and by some programs without its length
            user = b" ".join(_WORDS.findall(data)).strip()
        if kind == _TEXT_OBJECT:
            wanted = int.from_bytes(data[10:12], "little")
        elif kind == _CONTINUE and wanted > 0:
            text = _characters(data[:1], data[1:])
            wanted -= len(text)
            yield text.encode("utf-8", "replace") + b"\n" * (wanted <= 0)
        elif kind in _PRINTED and len(data) > 3:
            yield printed(_characters(data[2:3], data[3:]).encode("utf-8", "replace")) + b"\n"
        elif is_new and kind in _SAYS:
            for text in _SAYS[kind](data):
                if text := text.replace("\0", "\n").strip():
                    yield text.encode("utf-8", "replace") + b"\n"
    yield user.replace(b"\0", b"").decode("latin-1").encode() + b"\n" * bool(user)


def drawings(stream: Iterable[bytes]) -> bytes:
    """The records of drawings, which hold the pictures of a workbook."""
    held, inside = bytearray(), False
    for kind, data in _records(stream):
        inside = kind == _DRAWINGS or (inside and kind == _CONTINUE)
        if inside:
            held += data
    return bytes(held)


def pivot_values(stream: Iterable[bytes]) -> Iterator[bytes]:
    """The values that a pivot table keeps of its source, as lines."""
    for kind, data in _records(stream):
        if kind == _PIVOT_TEXT:
            yield _text(data, 0)[0].encode("utf-8", "replace") + b"\n"
        elif kind == _PIVOT_NUMBER and len(data) == 8:
            yield _number(data).encode() + b"\n"


def _name(data: bytes) -> Iterator[str]:
    """The name of an area or a value, and a text that it stands for."""
    if not data[0] & _BUILT_IN:
        text, at = _text(bytes([data[3], 0]) + data[14:], 0)
        yield text
        yield from _formula(data[12 + at :])


def _formula(tokens: bytes) -> Iterator[str]:
    if tokens[:1] == bytes([_TEXT_TOKEN]):
        yield _text(bytes([tokens[1], 0]) + tokens[2:], 0)[0]


def _list(data: bytes) -> Iterator[str]:
    """What a cell that is chosen from a list says, and the list."""
    at = 4
    for _ in range(4):
        text, at = _text(data, at)
        yield text
    yield from _formula(data[at + 4 :])


def _other_cells(data: bytes) -> Iterator[str]:
    """The last known values of cells in other workbooks."""
    at = 4
    while at < len(data):
        kind, at = data[at], at + 1
        if kind == 2:
            text, at = _text(data, at)
            yield text
        else:
            if kind == 1:
                yield _number(data[at : at + 8])
            at += 8


def _note(data: bytes) -> Iterator[str]:
    yield _text(data, 8)[0]  # who wrote it


def _link(data: bytes) -> Iterator[str]:
    """The words of a link, whatever it leads to."""
    for words in _WORDS.findall(data[32:]):
        yield words.decode("utf-16-le" if words[1] == 0 else "latin-1")


_SAYS = {_NAME: _name, _NOTE: _note, _OTHER_CELLS: _other_cells, _LIST: _list, _LINK: _link}


def _text(data: bytes, at: int) -> tuple[str, int]:
    """The text at `at`, after its length and how its characters are written, and where it ends."""
    length, flags = struct.unpack_from("<HB", data, at)
    end = at + 3 + length * (1 + (flags & 1))
    return _characters(data[at + 2 : at + 3], data[at + 3 : end]), end


def _number(data: bytes) -> str:
    number: float = struct.unpack("<d", data)[0]
    return str(int(number)) if number.is_integer() else str(number)


def printed(text: bytes) -> bytes:
    """A header or footer of a page without the codes in it."""
    return _CODES.sub(b" ", text)


def _characters(flags: bytes, data: bytes) -> str:
    """Characters of one byte or two, as the flags before them say."""
    return data.decode("utf-16-le" if flags and flags[0] & 1 else "latin-1", "replace")


def _records(stream: Iterable[bytes]) -> Iterator[tuple[int, bytes]]:
    held = bytearray()
    for piece in stream:
        held += piece
        at = 0
        while len(held) - at >= 4:
            end = at + 4 + int.from_bytes(held[at + 2 : at + 4], "little")
            if end > len(held):
                break
            yield int.from_bytes(held[at : at + 2], "little"), bytes(held[at + 4 : end])
            at = end
        del held[:at]
