"""Documents of Word (.docx): what is found in a paragraph gives way, all other markup stays as it is written.

A paragraph in which something gave way takes on the format of its beginning. Pictures become blank; properties and what
is no text do not come along.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Set
from html import unescape
from pathlib import Path
from xml.sax.saxutils import escape

from privacyscan.errors import TargetError
from privacyscan.formats._archive import Bomb
from privacyscan.formats._container import Container
from privacyscan.model import File, Place
from privacyscan.pseudonymize._work import Work
from privacyscan.pseudonymize.rewriters import Rewriter
from privacyscan.pseudonymize.rewriters._office import BLANK, chunks_of

_TEXTS = re.compile(r"word/(?:document|header[0-9]*|footer[0-9]*|footnotes|endnotes|comments)\.xml")
_KEPT = re.compile(
    r"\[Content_Types\]\.xml|(?:word/)?_rels/[^/]*\.rels|word/theme/.*\.xml|word/fonts/.*|"
    r"word/(?:styles|numbering|fontTable|webSettings|stylesWithEffects)\.xml"
)
_PICTURE = re.compile(r"word/media/.*")
_WORDS = re.compile(r"(<w:(?:t|delText)(?: [^>]*)?>)([^<]*)(?=</w:(?:t|delText)>)|(</w:p>)")
_PEOPLE = re.compile(r'( w:(?:author|initials)=")[^"]*')
_LINK = re.compile(r"<Relationship [^>]*>(?:</Relationship>)?")
_TYPE = re.compile(r'<Override [^>]*PartName="/([^"]+)"[^>]*>(?:</Override>)?')


class Docx:
    name = "docx"
    formats = ("office",)
    part = "word/document.xml"
    as_text = True
    holds_files = False

    def rewrite(self, file: File, copy: Path, work: Work) -> None:
        with file.open() as stream, zipfile.ZipFile(copy, "w", zipfile.ZIP_DEFLATED) as written:
            try:
                container = Container(file, stream, work.limits)
                names = {m.filename for m in container.members}
                kept = {n for n in names if any(p.fullmatch(n) for p in (_TEXTS, _KEPT, _PICTURE))}
                for member in container.members:
                    if member.filename in kept:
                        written.writestr(member.filename, _part(container, member, kept, file.place, work))
            except Bomb as error:
                raise TargetError(str(error), "bomb") from None
        if left := sorted(n for n in names - kept if not n.startswith("docProps/") and n != "word/settings.xml"):
            work.leave_out(file.place, f"{len(left)} parts that are no text do not come along")
        if pictures := sum(bool(_PICTURE.fullmatch(n)) for n in kept):
            work.leave_out(file.place, f"{pictures} pictures are blank in the copy")


def _part(container: Container, member: zipfile.ZipInfo, kept: Set[str], place: Place, work: Work) -> bytes:
    name = member.filename
    if _PICTURE.fullmatch(name):
        return BLANK
    data = b"".join(chunks_of(container, member))
    if name.endswith(".xml") and b"<!ENTITY" in data:
        raise TargetError("XML that declares entities", "damaged")
    if _TEXTS.fullmatch(name):
        return _document(data.decode("utf-8"), place, work).encode()
    if name.endswith(".rels"):
        return _links(data.decode("utf-8"), posixpath.dirname(posixpath.dirname(name)), kept, place, work).encode()
    if name == "[Content_Types].xml":
        return _TYPE.sub(lambda m: m[0] if m[1] in kept else "", data.decode("utf-8")).encode()
    return data


def _document(xml: str, place: Place, work: Work) -> str:
    """A part with paragraphs. They are looked at together, because one may say what the next holds."""
    lines: list[str] = [""]
    for opening, words, end in _WORDS.findall(xml):
        if end:
            lines.append("")
        elif opening:
            lines[-1] += unescape(words).replace("\n", " ")
    new = work.text(place, "\n".join(lines)).split("\n")
    if len(new) != len(lines):
        raise TargetError("a value stands across two paragraphs and cannot be replaced", "unsupported_type")
    work.count(place, len(lines))
    number, waiting = 0, new[0]

    def put(match: re.Match[str]) -> str:
        nonlocal number, waiting
        if match[3]:
            number += 1
            waiting = new[number]
            return match[0]
        if lines[number] == new[number]:
            return match[0]
        text, waiting = waiting, ""
        opening = match[1] if "xml:space" in match[1] else f'{match[1][:-1]} xml:space="preserve">'
        return opening + escape(text)

    return _PEOPLE.sub(r"\1", _WORDS.sub(put, xml))


def _links(xml: str, folder: str, kept: Set[str], place: Place, work: Work) -> str:
    """The links of a part: those to what does not come along are gone, those that hold a value lead nowhere."""

    def put(match: re.Match[str]) -> str:
        found = re.search(r'Target="([^"]*)"', match[0])
        target = unescape(found[1]) if found else ""
        if 'TargetMode="External"' in match[0]:
            holds = found is not None and work.text(place, target) != target
            return match[0].replace(found[0], 'Target="about:blank"') if found and holds else match[0]
        path = target[1:] if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
        return match[0] if path in kept else ""

    return _LINK.sub(put, xml)


plugin: Rewriter = Docx()
