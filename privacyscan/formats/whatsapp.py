"""Chats exported from WhatsApp: who wrote as a table, what was written as text on the same lines."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

from privacyscan.batches import bounded, record_batch
from privacyscan.formats import Format
from privacyscan.formats._blocks import Blocks
from privacyscan.formats._charset import Utf8, charset
from privacyscan.model import File, Limits, Part, Table

HEAD = 64 << 10
_LOOKED_AT = 20  # lines
_LEAST = 3  # messages among them
_MOST = 100_000  # senders; the names of others stay in their lines
_LONGEST = 1 << 20  # characters of a line; what is behind is another
_WHEN = (
    r"[0-9]{1,4}[/.-][0-9]{1,2}[/.-][0-9]{2,4},? [0-9]{1,2}[.:][0-9]{2}(?:[.:][0-9]{2})?(?:[ \u202f]?[AaPp]\.?[Mm]\.?)?"
)
LINE = re.compile(rf"[\u200e\u200f\ufeff]*(?:\[{_WHEN}\] |{_WHEN} - )(?:([^:\n]{{1,80}}): )?")
NUMBER = re.compile(r"[\u202a\u202c+0-9() \u00a0-]{8,}")
NAMES = ["nama pengirim", "no wa"]  # headers that rules know


class WhatsApp:
    name = "whatsapp"
    suffixes = ()
    binary = False

    def matches(self, head: bytes, name: str) -> int:
        kind = charset(head)
        lines = [] if kind is None else [x for x in head.decode(kind, "replace").split("\n") if x.strip()][:_LOOKED_AT]
        if not lines or not LINE.match(lines[0]):
            return 0
        written = sum(bool((line := LINE.match(x)) and line[1]) for x in lines)
        return 3 if written >= _LEAST else 0

    def read(self, file: File, limits: Limits) -> Iterator[Part]:
        texts, senders = Blocks(file.place, limits), dict[str, None]()
        with file.open() as stream:
            kind = charset(stream.read(HEAD)) or "utf-8"
            stream.seek(0)
            lines = io.TextIOWrapper(io.BufferedReader(Utf8(stream, kind)), "utf-8", "replace", newline="\n")
            for line in iter(lambda: lines.readline(_LONGEST), ""):
                begin = LINE.match(line)
                sender = begin[1] if begin else None
                if begin and sender and (sender in senders or len(senders) < _MOST):
                    senders[sender] = None
                    line = " " * begin.end() + line[begin.end() :]  # what follows keeps its place
                yield from texts.add(line.encode())
        for first, held in enumerate(bounded(senders, len, limits.batch_rows)):
            rows = [(None, name) if NUMBER.fullmatch(name) else (name, None) for name in held]
            yield Table(file.place.child("senders"), record_batch(NAMES, rows)[0], first * limits.batch_rows)
        yield from texts.rest()


plugin: Format = WhatsApp()
