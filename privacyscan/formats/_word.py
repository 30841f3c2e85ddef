"""The text of Word 6-2003 documents: body, notes, headers, comments, text boxes, deleted text that is still marked
[MS-DOC]."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator

from privacyscan.formats._ole import Storage

_WORD_97 = 193  # the version that brought the list of pieces
_COMPLEX, _ENCRYPTED, _TABLE = 0x0004, 0x0100, 0x0200  # flags
_PIECES = 33  # where in the list of places the list of pieces is
_CELLS = re.compile("\x07\x07|\x07")
_SIGNS = str.maketrans(
    {"\r": "\n", "\x0b": "\n", "\x0c": "\n", "\x1e": "-", "\x1f": "", "\xad": "", "\xa0": " "}
    | dict.fromkeys("\x13\x14\x15", " ")  # around the code of a field and what it shows
    | dict.fromkeys("\x00\x01\x02\x03\x04\x05\x06\x08", "")  # pictures, marks of notes and comments
)


def is_encrypted(storage: Storage) -> bool:
    """Whether the document needs a password."""
    return bool(_flags(storage.whole("WordDocument")) & _ENCRYPTED)


def word_text(storage: Storage) -> bytes:
    """All text as UTF-8: a paragraph a line, a row of a table a line, cells between tabs. Raises ValueError or
    struct.error for a document that is damaged."""
    data = storage.whole("WordDocument")
    (version,) = struct.unpack_from("<H", data, 2)
    if version >= _WORD_97:
        table = storage.whole("1Table" if _flags(data) & _TABLE else "0Table")
        text = "".join(_pieces(data, table))
    else:
        begin, end = struct.unpack_from("<II", data, 24)
        text = data[begin:end].decode("cp1252", "replace")
        if _flags(data) & _COMPLEX or not begin <= end <= len(data):
            raise ValueError("in pieces of an older kind")
    text = _CELLS.sub(lambda found: "\n" if len(found[0]) == 2 else "\t", text)
    return text.translate(_SIGNS).encode("utf-8", "replace")


def _flags(data: bytes) -> int:
    return int(struct.unpack_from("<H", data, 10)[0])


def _pieces(data: bytes, table: bytes) -> Iterator[str]:
    """The pieces of the text in the order in which they are shown."""
    words = 32 + 2 + 2 * struct.unpack_from("<H", data, 32)[0]
    places = words + 2 + 4 * struct.unpack_from("<H", data, words)[0] + 2
    at, size = struct.unpack_from("<II", data, places + 8 * _PIECES)
    listed = table[at : at + size]
    if len(listed) < size or not size:
        raise ValueError("the list of pieces is missing")
    at = 0
    while listed[at] == 1:  # how pieces look
        at += 3 + struct.unpack_from("<H", listed, at + 1)[0]
    (size,) = struct.unpack_from("<I", listed, at + 1)
    listed = listed[at + 5 : at + 5 + size]
    count = (size - 4) // 12
    ends = struct.unpack_from(f"<{count + 1}I", listed)
    for i in range(count):
        (place,) = struct.unpack_from("<I", listed, 4 * (count + 1) + 8 * i + 2)
        length = ends[i + 1] - ends[i]
        if place & 0x4000_0000:  # one byte a character
            begin = (place & 0x3FFF_FFFF) // 2
            piece, name = data[begin : begin + length], "cp1252"
        else:
            piece, name = data[place : place + 2 * length], "utf-16-le"
            length *= 2
        if len(piece) < length:
            raise ValueError("a piece is missing")
        yield piece.decode(name, "replace")
