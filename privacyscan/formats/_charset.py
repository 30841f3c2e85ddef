"""The charset of a file, and its bytes as UTF-8."""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterator
from typing import BinaryIO

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROL = bytes(c for c in range(32) if c not in (7, 8, 9, 10, 11, 12, 13, 27))


def charset(head: bytes) -> str | None:
    """The charset of a text that begins so; None when it is no text."""
    for mark, name in _BOMS:
        if head.startswith(mark):
            return name
    if b"\0" in head:
        even, odd = head[0::2].count(0), head[1::2].count(0)
        half = max(1, len(head) // 2)
        if odd > 0.3 * half and even < 0.05 * half:
            return "utf-16-le"
        if even > 0.3 * half and odd < 0.05 * half:
            return "utf-16-be"
        if head.count(0) > 0.01 * len(head) + 8:
            return None
    if sum(head.count(c) for c in _CONTROL[1:]) > 0.1 * len(head):
        return None
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
        return "utf-8"
    except UnicodeDecodeError:
        pass
    from charset_normalizer import from_bytes

    best = from_bytes(head[: 16 << 10]).best()
    return best.encoding if best is not None else "cp1252"


def utf8_blocks(stream: BinaryIO, name: str, size: int) -> Iterator[bytes]:
    """The text as blocks of UTF-8, about `size` bytes each; bytes that are no text become U+FFFD."""
    decoder = codecs.getincrementaldecoder(name)("replace")
    while data := stream.read(size):
        if block := decoder.decode(data).encode("utf-8", "replace"):
            yield block
    if block := decoder.decode(b"", True).encode("utf-8", "replace"):
        yield block


class Utf8(io.RawIOBase):
    """A file as UTF-8, to read from; for parsers that want a stream."""

    def __init__(self, stream: BinaryIO, name: str) -> None:
        self._blocks = utf8_blocks(stream, name, 1 << 20)
        self._left = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:  # type: ignore[no-untyped-def]
        while not self._left:
            block = next(self._blocks, None)
            if block is None:
                return 0
            self._left = block
        count = min(len(buffer), len(self._left))
        buffer[:count], self._left = self._left[:count], self._left[count:]
        return count
