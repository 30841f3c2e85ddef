"""The texts of PowerPoint 97-2003 presentations: slides, notes, masters, comments, also of earlier versions that are
still in the file [MS-PPT]."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

from privacyscan.formats._archive import Budget

_WIDE, _NARROW, _STRING, _OBJECT = 0x0FA0, 0x0FA8, 0x0FBA, 0x1011  # kinds of records
_ENCRYPTED = 0xF3D1C4DF
_SIGNS = str.maketrans({"\r": "\n", "\x0b": "\n", "\0": ""})


def is_encrypted(current_user: bytes) -> bool:
    """Whether the presentation needs a password."""
    return current_user[12:16] == _ENCRYPTED.to_bytes(4, "little")


def slide_texts(data: bytes) -> Iterator[bytes]:
    """All texts as lines of UTF-8. Raises struct.error where the file is cut off."""
    for kind, _, content in _records(data):
        if kind in (_WIDE, _STRING):
            text = content.decode("utf-16-le", "replace")
        elif kind == _NARROW:
            text = content.decode("latin-1")
        else:
            continue
        if text.strip("\0 "):
            yield text.translate(_SIGNS).encode("utf-8", "replace") + b"\n"


def objects(data: bytes, budget: Budget) -> Iterator[bytes]:
    """The documents that lie in the presentation."""
    for kind, is_packed, content in _records(data):
        if kind == _OBJECT and not is_packed:
            yield content
        elif kind == _OBJECT:
            unpacker = zlib.decompressobj()
            pieces, rest = [], content[4:]
            while rest:
                piece = unpacker.decompress(rest, 1 << 20)
                budget.spend(len(piece))
                pieces.append(piece)
                rest = unpacker.unconsumed_tail
            yield b"".join(pieces)


def _records(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """The kind, the mark and the content of each record that holds no others."""
    at = 0
    while at < len(data):
        mark, kind, size = struct.unpack_from("<HHI", data, at)
        at += 8
        if mark & 15 == 15:  # holds records
            continue
        if at + size > len(data):
            raise struct.error("cut off")
        yield kind, mark >> 4, data[at : at + size]
        at += size
