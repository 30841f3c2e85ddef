"""UTF-8 text in pieces of any size, as `Text` blocks that end at line ends."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from privacyscan.model import Limits, Place, Text

OVERLAP = 512  # bytes that two windows of one long line share


class Blocks:
    """Gathers text and gives it back as blocks of about `limits.block_bytes`; a longer line comes in windows that
    overlap. Where it is a page of a larger whole, `page` is its number."""

    def __init__(self, place: Place, limits: Limits, page: int = 0) -> None:
        self._place, self._size = place, max(limits.block_bytes, 2 * OVERLAP)
        self._line = self._char = self._back = 0
        self._left = bytearray()
        self._pages = [0] * page  # all those up to it begin on its first line

    def page(self) -> None:
        """The next page begins here, on a line of its own."""
        self._pages.append(self._line + self._left.count(b"\n"))

    def add(self, piece: bytes) -> Iterator[Text]:
        """Add some text; the blocks that are full now."""
        left = self._left
        left += piece
        while len(left) >= self._size:
            cut = left.rfind(b"\n", 0, self._size) + 1
            keep = cut or _boundary(left, self._size - OVERLAP)
            cut = cut or _boundary(left, self._size)
            block = bytes(left[:cut])
            yield self._block(block)
            self._line += block.count(b"\n", 0, keep)
            self._char += len(block[:keep].decode("utf-8", "replace"))
            self._back = cut - keep
            del left[:keep]

    def rest(self) -> Iterator[Text]:
        """The last block."""
        if self._left:
            yield self._block(bytes(self._left))

    def _block(self, data: bytes) -> Text:
        pages, self._pages = tuple(self._pages), []
        return Text(self._place, data, self._line, self._char, self._back, pages=pages)


def text_blocks(place: Place, pieces: Iterable[bytes | None], limits: Limits) -> Iterator[Text]:
    """The pieces as blocks; None where a page begins."""
    blocks = Blocks(place, limits)
    for piece in pieces:
        if piece is None:
            blocks.page()
        else:
            yield from blocks.add(piece)
    yield from blocks.rest()


def _boundary(data: bytearray, at: int) -> int:
    """The next place at or before `at` where a character begins."""
    while 0 < at < len(data) and data[at] & 0xC0 == 0x80:
        at -= 1
    return at
