"""Text of any kind: letters, logs, Markdown, source code, mails. Also the last resort for what looks like text."""

from __future__ import annotations

from collections.abc import Iterator

from privacyscan.formats import Format
from privacyscan.formats._charset import charset, utf8_blocks
from privacyscan.model import File, Limits, Part, Text

OVERLAP = 512  # bytes that two windows of one long line share
_MAGICS = (
    b"%PDF",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"PK\x03\x04",
    b"\x1f\x8b",
    b"GIF8",
    b"\xd0\xcf\x11\xe0",
    b"SQLite format 3",
)


class PlainText:
    name = "text"
    suffixes = (".txt", ".log", ".md", ".text")
    binary = False

    def matches(self, head: bytes, name: str) -> int:
        if head.startswith(_MAGICS) or charset(head) is None:
            return 0
        return 2 if name.endswith(self.suffixes) else 1

    def read(self, file: File, limits: Limits) -> Iterator[Part]:
        with file.open() as stream:
            head = stream.read(64 << 10)
            stream.seek(0)
            line = char = back = 0
            left = b""
            for block in utf8_blocks(stream, charset(head) or "utf-8", limits.block_bytes):
                left += block
                if len(left) < limits.block_bytes:
                    continue
                cut = left.rfind(b"\n") + 1
                keep = cut or _boundary(left, len(left) - OVERLAP)
                cut = cut or len(left)
                yield Text(file.place, left[:cut], line, char, back)
                line += left.count(b"\n", 0, keep)
                char += len(left[:keep].decode("utf-8"))
                back, left = cut - keep, left[keep:]
            if left:
                yield Text(file.place, left, line, char, back)


def _boundary(data: bytes, at: int) -> int:
    """The next place at or before `at` where a character begins."""
    at = max(0, at)
    while at and data[at] & 0xC0 == 0x80:
        at -= 1
    return at


plugin: Format = PlainText()
