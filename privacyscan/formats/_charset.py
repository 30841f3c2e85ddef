"""The charset of a file, and its bytes as UTF-8."""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterator
from functools import lru_cache
from importlib import import_module
from types import ModuleType
from typing import Protocol


class Readable(Protocol):
    """What bytes are read from."""

    def read(self, size: int, /) -> bytes: ...


_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROL = bytes(c for c in range(1, 32) if c not in (7, 8, 9, 10, 11, 12, 13, 26, 27))
_ASCII = bytes(range(32, 127))
# What is certainly no text although few control characters may stand at its beginning.
MAGICS = (
    (b"%PDF", "a PDF document"),
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"GIF8", "an image"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"PK\x05\x06", "a ZIP archive"),
    (b"\x1f\x8b", "a gzip file"),
    (b"BZh91AY&SY", "a bzip2 file"),
    (b"\xfd7zXZ\x00", "an xz file"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard file"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"\xd0\xcf\x11\xe0", "an old Office file"),
    (b"!BDN", "a data file of Outlook (readpst -e makes mail files of it)"),
    (b"SQLite format 3\x00", "an SQLite database"),
    (b"\x7fELF", "a program"),
    (b"{\\rtf", "an RTF document"),  # text, but with digits torn apart by commands: not to be read as it stands
)
# A text may begin so too.
_WITH_NUL = ((b"MZ", "a program"), (b"PAR1", "a Parquet file"), (b"PARE", "a Parquet file"), (b"ORC", "an ORC file"))
_TAR = 257  # where a tar archive says that it is one


def kind_of(head: bytes) -> str | None:
    """What a file that is no text is, in words; None when its first bytes do not tell."""
    if head[_TAR : _TAR + 5] == b"ustar":
        return "a tar archive"
    magics = MAGICS + _WITH_NUL if b"\0" in head else MAGICS
    return next((what for magic, what in magics if head.startswith(magic)), None)


@lru_cache(maxsize=2)  # every format asks for the same head
def charset(head: bytes) -> str | None:
    """The charset of a text that begins so; None when it is no text."""
    if kind_of(head) is not None:
        return None
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
    control = sum(head.count(c) for c in _CONTROL)
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        # A tenth of random bytes are control characters; of a text, hardly any.
        return _legacy(head) if control + head.count(0) <= 0.005 * len(head) + 2 else None
    return "utf-8" if control <= 0.1 * len(head) else None


def _legacy(head: bytes) -> str:
    """The likeliest charset of a text that is not UTF-8; always one in which ASCII is ASCII."""
    from charset_normalizer import from_bytes

    best = from_bytes(head[: 16 << 10]).best()
    name = best.encoding if best is not None else "cp1252"
    try:
        same = _ASCII.decode(name) == _ASCII.decode("ascii")
    except (UnicodeDecodeError, LookupError):
        same = False
    return name if same else "cp1252"


def is_by_bytes(name: str) -> bool:
    """Whether each ASCII byte stands for its own character wherever it stands, so it can be cut behind a line end."""
    return name in ("utf-8", "utf-8-sig", "ascii", "latin_1") or hasattr(_codec(name), "decoding_table")


def _codec(name: str) -> ModuleType | None:
    try:
        return import_module(f"encodings.{name}")
    except ImportError:
        return None


def utf8_blocks(stream: Readable, name: str, size: int) -> Iterator[bytes]:
    """The text as blocks of UTF-8, about `size` bytes each; bytes that are no text become U+FFFD."""
    decoder = codecs.getincrementaldecoder(name)("replace")
    while data := stream.read(size):
        if block := decoder.decode(data).encode("utf-8", "replace"):
            yield block
    if block := decoder.decode(b"", True).encode("utf-8", "replace"):
        yield block


class Utf8(io.RawIOBase):
    """A file as UTF-8 without NUL characters, to read from; for parsers that want a stream."""

    def __init__(self, stream: Readable, name: str) -> None:
        self._blocks = utf8_blocks(stream, name, 1 << 20)
        self._left = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:  # type: ignore[no-untyped-def]
        while not self._left:
            block = next(self._blocks, None)
            if block is None:
                return 0
            self._left = memoryview(block.replace(b"\0", b""))
        count = min(len(buffer), len(self._left))
        buffer[:count], self._left = self._left[:count], self._left[count:]
        return count
