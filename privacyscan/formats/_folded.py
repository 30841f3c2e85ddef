"""Lines of calendars and contacts: a line that goes on is folded, the next begins with a blank (RFC 5545, RFC 6350)."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

from privacyscan.formats._charset import Utf8, charset
from privacyscan.model import File

HEAD = 64 << 10
_LONGEST = 16 << 20  # characters of a line; what is behind begins a line of its own
_QUOTED = re.compile(r"(?i)^[^:]*;(?:ENCODING=)?QUOTED-PRINTABLE[;:]")


def begins(head: bytes, what: str) -> bool:
    """Whether the first line of a file is `BEGIN:` and that."""
    kind = charset(head)
    text = "" if kind is None else head.decode(kind, "replace").lstrip("\ufeff \t\r\n")
    return text[:32].upper().startswith(f"BEGIN:{what}")


def unfolded(file: File) -> Iterator[str]:
    """The lines of a file, each whole and without its line end."""
    with file.open() as stream:
        kind = charset(stream.read(HEAD)) or "utf-8"
        stream.seek(0)
        lines = io.TextIOWrapper(io.BufferedReader(Utf8(stream, kind), 1 << 20), encoding="utf-8", errors="replace")
        held: list[str] = []
        size = 0
        goes_on = False  # at a soft line break of quoted-printable
        for line in iter(lambda: lines.readline(_LONGEST), ""):
            text = line.rstrip("\r\n")
            if held and (goes_on or text.startswith((" ", "\t"))) and size < _LONGEST:
                held.append(text if goes_on else text[1:])
            else:
                if held:
                    yield "".join(held)
                held, size = [text], 0
            size += len(text)
            goes_on = text.endswith("=") and _QUOTED.match(held[0]) is not None
            if goes_on:
                held[-1] = held[-1][:-1]
        if held:
            yield "".join(held)
