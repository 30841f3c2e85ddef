"""Texts: every find gives way, all else stays as it is, charset and line ends too."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from privacyscan.errors import TargetError
from privacyscan.formats._encoded import unescaped
from privacyscan.model import File, Place
from privacyscan.pseudonymize._work import Work
from privacyscan.pseudonymize.rewriters import Rewriter
from privacyscan.pseudonymize.rewriters._charset import charset_in

_READ = 1 << 20  # characters that are looked at together


class Text:
    name = "text"
    # As the text that they are written in.
    formats = ("text", "yaml", "vcard", "ical", "whatsapp", "sql", "rtf")
    part = ""
    as_text = True
    holds_files = False

    def rewrite(self, file: File, copy: Path, work: Work) -> None:
        with charset_in(file).between(file, copy) as (text, out):
            for lines in _whole_lines(text):
                out.write(rewritten(lines, file.place, work))
                work.count(file.place, lines.count("\n"))


def _whole_lines(text: TextIO) -> Iterator[str]:
    """The text, cut at line ends."""
    while lines := text.read(_READ):
        yield lines + (text.readline(_READ) if not lines.endswith("\n") else "")


def rewritten(lines: str, place: Place, work: Work) -> str:
    """The lines with all that is found in them replaced. A line in which a value stands in signs that URLs or JSON
    escape is written with their meaning. Raises TargetError when a replacement would change the number of lines."""
    plain = unescaped(lines.encode("utf-8", "surrogateescape")).decode("utf-8", "surrogateescape")
    new = work.text(place, plain)
    if plain == lines:
        return new
    written, meant, changed = lines.split("\n"), plain.split("\n"), new.split("\n")
    if len(changed) != len(meant):
        raise TargetError(
            "a value stands across two lines with escaped signs, and cannot be replaced", "unsupported_type"
        )
    return "\n".join(w if c == m else c.rstrip(" ") for w, m, c in zip(written, meant, changed, strict=True))


plugin: Rewriter = Text()
