"""The pictures in streams of old Office files [MS-ODRAW, 2.2.23]."""

from __future__ import annotations

import re
from collections.abc import Iterator

_BEGINS = re.compile(rb"(..)([\x1a-\x1f\x29\x2a])\xf0(....)", re.DOTALL)
# What kinds a picture may be marked as, how it is called, and the bytes before its data behind one mark of 16.
_KINDS = {
    0x1A: ((0x3D4, 0x3D5), "emf", 34),
    0x1B: ((0x216, 0x217), "wmf", 34),
    0x1C: ((0x542, 0x543), "pict", 34),
    0x1D: ((0x46A, 0x46B, 0x6E2, 0x6E3), "jpg", 1),
    0x1E: ((0x6E0, 0x6E1), "png", 1),
    0x1F: ((0x7A8, 0x7A9), "dib", 1),
    0x29: ((0x6E4, 0x6E5), "tif", 1),
    0x2A: ((0x46A, 0x46B, 0x6E2, 0x6E3), "jpg", 1),
}


def pictures(data: bytes) -> Iterator[tuple[str, bytes]]:
    """The name and the bytes of each picture."""
    at = number = 0
    while (found := _BEGINS.search(data, at)) is not None:
        kinds, suffix, before = _KINDS[found[2][0]]
        kind = int.from_bytes(found[1], "little") >> 4
        end = found.end() + int.from_bytes(found[3], "little")
        if kind not in kinds or end > len(data):
            at = found.start() + 1
            continue
        number += 1
        marks = 32 if kinds.index(kind) % 2 else 16
        yield f"picture {number}.{suffix}", data[found.end() + marks + before : end]
        at = end
