"""Calendars (.ics, RFC 5545): their lines, unfolded."""

from __future__ import annotations

import re
from collections.abc import Iterator

from privacyscan.formats import Format
from privacyscan.formats._blocks import text_blocks
from privacyscan.formats._folded import begins, unfolded
from privacyscan.model import File, Limits, Part

_ESCAPED = re.compile(r"\\([\\;,nN])")


class Ical:
    name = "ical"
    suffixes = (".ics", ".ical", ".ifb")
    binary = False

    def matches(self, head: bytes, name: str) -> int:
        return 3 if begins(head, "VCALENDAR") else 0

    def read(self, file: File, limits: Limits) -> Iterator[Part]:
        lines = (f"{unescaped(line)}\n".encode("utf-8", "replace") for line in unfolded(file))
        yield from text_blocks(file.place, lines, limits)


def unescaped(text: str) -> str:
    """Without the backslashes before signs; line ends become blanks."""
    return _ESCAPED.sub(lambda match: " " if match[1] in "nN" else match[1], text) if "\\" in text else text


plugin: Format = Ical()
