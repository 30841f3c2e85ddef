"""UTF-8 text in pieces of any size, as `Text` blocks that end at line ends."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from privacyscan.model import Limits, Place, Text

OVERLAP = 512  # bytes that two windows of one long line share


def text_blocks(place: Place, pieces: Iterable[bytes], limits: Limits) -> Iterator[Text]:
    """The pieces as blocks of about `limits.block_bytes`; a longer line comes in windows that overlap."""
    size = max(limits.block_bytes, 2 * OVERLAP)
    line = char = back = 0
    left = bytearray()
    for piece in pieces:
        left += piece
        while len(left) >= size:
            cut = left.rfind(b"\n", 0, size) + 1
            keep = cut or _boundary(left, size - OVERLAP)
            cut = cut or _boundary(left, size)
            block = bytes(left[:cut])
            yield Text(place, block, line, char, back)
            line += block.count(b"\n", 0, keep)
            char += len(block[:keep].decode("utf-8", "replace"))
            back = cut - keep
            del left[:keep]
    if left:
        yield Text(place, bytes(left), line, char, back)


def _boundary(data: bytearray, at: int) -> int:
    """The next place at or before `at` where a character begins."""
    while 0 < at < len(data) and data[at] & 0xC0 == 0x80:
        at -= 1
    return at
