"""What stands in no cell of an Excel 97-2003 workbook: comments, text boxes, headers and footers."""

from __future__ import annotations

import re
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
    for kind, data in _records(stream):
        if kind == _PASSWORD:
            return
        if kind == _TEXT_OBJECT:
            wanted = int.from_bytes(data[10:12], "little")
        elif kind == _CONTINUE and wanted > 0:
            text = _characters(data[:1], data[1:])
            wanted -= len(text)
            yield text.encode("utf-8", "replace") + b"\n" * (wanted <= 0)
        elif kind in _PRINTED and len(data) > 3:
            yield printed(_characters(data[2:3], data[3:]).encode("utf-8", "replace")) + b"\n"


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
