"""Text of any kind: letters, logs, Markdown, source code, mails; with the tables that are printed in it. Also the last
resort for what looks like text."""

from __future__ import annotations

from collections.abc import Iterator

from privacyscan.formats import Format
from privacyscan.formats._blocks import Blocks
from privacyscan.formats._charset import charset, utf8_blocks
from privacyscan.formats._encoded import unescaped, whole_lines
from privacyscan.formats._hidden import Hidden
from privacyscan.formats._printed import Printed
from privacyscan.model import File, Limits, Part, Table

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
        texts, printed, hidden = Blocks(file.place, limits), Printed(file.place, limits), Hidden(file.place, limits)
        with file.open() as stream:
            kind = charset(stream.read(64 << 10)) or "utf-8"
            stream.seek(0)
            for lines in whole_lines(utf8_blocks(stream, kind, _READ)):
                yield from _told(texts, printed.take(unescaped(lines)))
                yield from hidden.add(lines)
        yield from _told(texts, printed.take(b"", last=True))
        yield from texts.rest()
        yield from hidden.rest()


def _told(texts: Blocks, given: Iterator[bytes | Table]) -> Iterator[Part]:
    """What is text as blocks, and the tables between."""
    for some in given:
        if isinstance(some, Table):
            yield some
        else:
            yield from texts.add(some)


plugin: Format = PlainText()
