"""Text of any kind: letters, logs, Markdown, source code, mails; with the tables that are printed in it. Also the last
resort for what looks like text."""

from __future__ import annotations

from collections.abc import Iterator

from privacyscan.formats import Format
from privacyscan.formats._blocks import Blocks
from privacyscan.formats._charset import charset, utf8_blocks
from privacyscan.formats._encoded import Base64, unescaped, whole_lines
from privacyscan.formats._printed import Printed
from privacyscan.model import File, Limits, Part, Reason, Skipped, Table

_READ = 1 << 20  # bytes that are looked at together


class PlainText:
    name = "text"
    suffixes = (".txt", ".log", ".md", ".text")
    binary = False

    def matches(self, head: bytes, name: str) -> int:
        if charset(head) is None:
            return 0
        return 2 if name.endswith(self.suffixes) else 1

    def read(self, file: File, limits: Limits) -> Iterator[Part]:
        texts, hidden, base64 = Blocks(file.place, limits), Blocks(file.place.child("base64"), limits), Base64()
        printed = Printed(file.place, limits)
        with file.open() as stream:
            kind = charset(stream.read(64 << 10)) or "utf-8"
            stream.seek(0)
            for lines in whole_lines(utf8_blocks(stream, kind, _READ)):
                yield from _told(texts, printed.take(unescaped(lines)))
                if found := base64.text(lines):
                    yield from hidden.add(found)
        yield from _told(texts, printed.take(b"", last=True))
        yield from texts.rest()
        yield from hidden.rest()
        for what, count in base64.files.items():
            message = (
                f"base64 in the text holds {what}, {count} times" if count > 1 else f"base64 in the text holds {what}"
            )
            yield Skipped(file.place.child("base64"), Reason.UNSUPPORTED_TYPE, message)


def _told(texts: Blocks, given: Iterator[bytes | Table]) -> Iterator[Part]:
    """What is text as blocks, and the tables between."""
    for some in given:
        if isinstance(some, Table):
            yield some
        else:
            yield from texts.add(some)


plugin: Format = PlainText()
