"""Where a large CSV file can be cut: line ends that are certainly no part of a quoted field.

Quotes are counted from the beginning, and each must stand where it can only open or close a field. From the first that
does not (a sign for inches, a quote that was never closed) nothing is certain, and the rest of the file stays whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO

from privacyscan.model import Piece

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

_BLOCK = 4 << 20
_QUOTE = ord('"')


class _Bytes:
    """The bytes of one piece."""

    def __init__(self, stream: BinaryIO, left: int | None) -> None:
        self._stream, self._left = stream, left

    def read(self, size: int, /) -> bytes:
        data = self._stream.read(size if self._left is None else min(size, self._left))
        if self._left is not None:
            self._left -= len(data)
        return data


def piece_of(stream: BinaryIO, piece: Piece) -> _Bytes:
    """The bytes of the piece, to read from."""
    stream.seek(piece.start)
    return _Bytes(stream, None if piece.end is None else piece.end - piece.start)


def borders(stream: BinaryIO, delimiter: str, first: int, size: int) -> Iterator[int]:
    """Where pieces begin, in ascending order, but for the first piece: that has at least `first` bytes, each other but
    the last at least `size`."""
    at = 0  # where the block begins
    wanted = first
    inside = False  # a quoted field
    before = b"\n"
    for block, is_last in _blocks(stream):
        quotes = _quotes(block)
        certain = _certain(before + block + b"\n" * is_last, quotes + 1, inside, delimiter)
        end = len(block) if certain == len(quotes) else int(quotes[certain])
        while (cut := _outside(block, max(0, wanted - at - 1), end, quotes, inside)) is not None:
            if is_last and cut == len(block):
                return
            yield at + cut
            wanted = at + cut + size
        if certain < len(quotes):
            return
        inside ^= len(quotes) % 2 == 1
        at += len(block)
        before = block[-1:]


def _blocks(stream: BinaryIO) -> Iterator[tuple[bytes, bool]]:
    """The file in blocks, and whether each is the last; none but the last ends in a quote."""
    block = stream.read(_BLOCK)
    while block:
        following = stream.read(_BLOCK)
        while block.endswith(b'"') and following:
            block, following = block + following, stream.read(_BLOCK)
        yield block, not following
        block = following


def _quotes(block: bytes) -> npt.NDArray[np.intp]:
    import numpy as np

    if b'"' not in block:
        return np.zeros(0, np.intp)
    return np.flatnonzero(np.frombuffer(block, np.uint8) == _QUOTE)


def _certain(data: bytes, quotes: npt.NDArray[np.intp], inside: bool, delimiter: str) -> int:
    """How many of the quotes, from the first on, stand where they can only open or close a field. Two in a row inside
    a field close and open it again."""
    import numpy as np

    if not len(quotes):
        return 0
    signs = np.frombuffer(data, np.uint8)
    border = np.zeros(256, np.bool_)
    border[[ord(delimiter), ord("\n"), ord("\r"), _QUOTE]] = True
    fits = np.empty(len(quotes), np.bool_)
    opening = slice(int(inside), None, 2)
    closing = slice(int(not inside), None, 2)
    fits[opening] = border[signs[quotes[opening] - 1]]
    fits[closing] = border[signs[quotes[closing] + 1]]
    return len(quotes) if fits.all() else int(np.argmin(fits))


def _outside(block: bytes, start: int, end: int, quotes: npt.NDArray[np.intp], inside: bool) -> int | None:
    """Behind the first line end from `start` on, and before `end`, that is in no quoted field; None without one."""
    import numpy as np

    while (found := block.find(b"\n", start, end)) >= 0:
        count = int(np.searchsorted(quotes, found))
        if (count + inside) % 2 == 0:
            return found + 1
        if count == len(quotes):
            return None
        start = int(quotes[count]) + 1
    return None
