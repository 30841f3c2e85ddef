"""XML: as web pages are, with the name of an element before the line that begins in it. What a file declares beyond
elements (sections of characters, entities) is copied as text is."""

from __future__ import annotations

from io import TextIOWrapper
from pathlib import Path

from privacyscan.model import File, Place
from privacyscan.pseudonymize._work import Work
from privacyscan.pseudonymize.rewriters import Rewriter
from privacyscan.pseudonymize.rewriters._charset import Charset, charset_in
from privacyscan.pseudonymize.rewriters.html import Page, Piece, rewrite
from privacyscan.pseudonymize.rewriters.text import plugin as text

_READ = 1 << 20
_DECLARED = ("<![CDATA[", "<!ENTITY")


class Xml:
    name = "xml"
    formats = ("xml",)
    part = ""
    as_text = True
    holds_files = False

    def rewrite(self, file: File, copy: Path, work: Work) -> None:
        kind = charset_in(file)
        if _declares(file, kind):
            text.rewrite(file, copy, work)
        else:
            rewrite(_Document(file.place, work, kind.codec), kind, file, copy)


def _declares(file: File, kind: Charset) -> bool:
    """Whether more than elements stands in the file."""
    with file.open() as stream, TextIOWrapper(stream, kind.name, kind.errors) as said:
        before = ""
        while piece := said.read(_READ):
            if any(sign in before + piece for sign in _DECLARED):
                return True
            before = piece[-len(_DECLARED[0]) :]
    return False


class _Document(Page):
    """A document under way. Where two tags meet a line ends; words around a tag are one line."""

    is_xml = True

    def __init__(self, place: Place, work: Work, codec: str) -> None:
        super().__init__(place, work, codec)
        self._open: list[str] = []  # names of elements
        self._has_text = False  # since the tag before

    def _words(self, text: str) -> None:
        self._has_text = self._has_text or text == " " or not text.isspace()
        if self._open and not self._line and not text.isspace():
            self._line.append(Piece("", f"{self._open[-1]}: "))
        super()._words(text)

    def _tag(self, name: str, token: str, end: int) -> None:
        if not self._has_text:
            self._end_line()
        self._has_text = False
        if token[1] == "/":
            del self._open[-1:]
        elif not token.endswith("/>"):
            self._open.append(name.rpartition(":")[2])
        self._rest_of_tag(name, token, end)

    def _label(self, name: str, value: str, named: str) -> str | None:
        return name.rpartition(":")[2] if value and not name.startswith("xmlns") else None


plugin: Rewriter = Xml()
