"""Text of any kind: letters, logs, Markdown, source code, mails. Also the last resort for what looks like text."""

from __future__ import annotations

from collections.abc import Iterator

from privacyscan.formats import Format
from privacyscan.formats._blocks import text_blocks
from privacyscan.formats._charset import charset, utf8_blocks
from privacyscan.model import File, Limits, Part


class PlainText:
    name = "text"
    suffixes = (".txt", ".log", ".md", ".text")
    binary = False

    def matches(self, head: bytes, name: str) -> int:
        if charset(head) is None:
            return 0
        return 2 if name.endswith(self.suffixes) else 1

    def read(self, file: File, limits: Limits) -> Iterator[Part]:
        with file.open() as stream:
            kind = charset(stream.read(64 << 10)) or "utf-8"
            stream.seek(0)
            yield from text_blocks(file.place, utf8_blocks(stream, kind, limits.block_bytes), limits)


plugin: Format = PlainText()
