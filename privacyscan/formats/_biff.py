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
