"""Presentations of PowerPoint (.pptx): what is found on slides, in notes, comments, tables and charts gives way.

Pictures, sounds and films become a blank picture. Properties, embedded files, macros, fonts and what programs keep in a
presentation do not come along, nor does what shows them.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Set
from pathlib import Path
from xml.etree.ElementTree import Element

from privacyscan.errors import TargetError
from privacyscan.formats._archive import Bomb
from privacyscan.formats._container import Container
from privacyscan.model import File
from privacyscan.pseudonymize._work import Work
from privacyscan.pseudonymize.rewriters import Rewriter
from privacyscan.pseudonymize.rewriters._office import (
    Vocabulary,
    Words,
    chunks_of,
    drop,
    local,
    take_out,
    tree,
    written,
)

_TYPES = "[Content_Types].xml"
_MAIN = "ppt/presentation.xml"
_PARTS = re.compile(
    r"ppt/(?:presentation|presProps|viewProps|tableStyles|commentAuthors|authors)\.xml|"
    r"ppt/(?:slides|slideLayouts|slideMasters|notesSlides|notesMasters|handoutMasters|theme|comments|charts|diagrams|"
    r"drawings)/[^/]+\.xml"
)
_LINKS = re.compile(r"(.*?)_rels/([^/]*)\.rels")
_PICTURE = re.compile(r"ppt/media/.*")
_NOT_TOLD = re.compile(r"docProps/.*|ppt/(?:printerSettings|changesInfos)/.*|ppt/revisionInfo\.xml|.*\.rels")
_WORDS = Vocabulary(frozenset({"p"}), {"br": "\n"}, mixed=False)
_GONE = frozenset({"modifyVerifier", "embeddedFontLst", "custDataLst", "controls"})
_SHOWS = frozenset({"graphicFrame", "pic"})  # what is empty without the part that it shows
_NUMBERS, _NUMBER = frozenset({"numCache", "numLit"}), re.compile(r"[-+0-9.eE]*|#N/A")  # of charts
_PEOPLE = frozenset({"cmAuthor", "author"})
_OF_PEOPLE = frozenset({"name", "initials", "userId", "providerId"})
_OF_PICTURES = frozenset({"name", "descr", "title"})


class Pptx:
    name = "pptx"
    formats = ("office",)
    part = _MAIN
    as_text = True
    holds_files = False

    def rewrite(self, file: File, copy: Path, work: Work) -> None:
        with file.open() as stream, zipfile.ZipFile(copy, "w", zipfile.ZIP_DEFLATED) as out:
            try:
                _Presentation(Container(file, stream, work.limits), work).write(out)
            except Bomb as error:
                raise TargetError(str(error), "bomb") from None


class _Presentation:
    def __init__(self, container: Container, work: Work) -> None:
        self._container, self._work, self._place = container, work, container.place
        self._words = Words(work, container.place, _WORDS)
        self._members = {m.filename: m for m in container.members}
        named = {n for n in self._members if n == _TYPES or _PARTS.fullmatch(n) or _PICTURE.fullmatch(n)}
        self._kept = named | {n for n in self._members if self._source(n) in ("", *named)}

    def write(self, out: zipfile.ZipFile) -> None:
        links = {n: self._tree(n) for n in sorted(self._kept) if n.endswith(".rels")}
        lost = {self._source(name): self._unlink(name, root) for name, root in links.items()}
        for name in self._members:
            if name not in self._kept:
                continue
            if _PICTURE.fullmatch(name):
                out.writestr(name, self._words.picture(name))
                continue
            root = links[name] if name in links else self._tree(name)
            if name == _TYPES:
                drop(root, lambda e: local(e.tag) == "Override" and e.get("PartName", "/")[1:] not in self._kept)
            elif name not in links:
                self._part(root, lost.get(name, frozenset()))
            out.writestr(name, written(root))
        self._tell()

    def _tell(self) -> None:
        pictures = sum(bool(_PICTURE.fullmatch(n)) for n in self._kept)
        left = sum(not _NOT_TOLD.fullmatch(n) for n in self._members.keys() - self._kept)
        if left:
            self._work.leave_out(self._place, f"{left} parts that are no text do not come along")
        if pictures:
            self._work.leave_out(self._place, f"{pictures} pictures are blank in the copy")

    def _tree(self, name: str) -> Element:
        return tree(chunks_of(self._container, self._members[name]))

    @staticmethod
    def _source(name: str) -> str | None:
        """The part whose links a member holds; empty for those of the package."""
        found = _LINKS.fullmatch(name)
        return found[1] + found[2] if found else None

    def _unlink(self, name: str, root: Element) -> frozenset[str]:
        """Take out the links to what does not come along, and lead those nowhere that hold a value; the former's
        names."""
        folder = posixpath.dirname(self._source(name) or "")
        lost: set[str] = set()
        for link in list(root):
            target = link.get("Target", "")
            if link.get("TargetMode") == "External":
                link.set("Target", self._words.address(target))
                continue
            path = target[1:] if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
            if path.partition("#")[0] not in self._kept:
                lost.add(link.get("Id", ""))
                root.remove(link)
        return frozenset(lost)

    def _part(self, root: Element, lost: Set[str]) -> None:
        drop(root, lambda e: local(e.tag) in _GONE)
        if lost:
            _take_out_what_shows(root, lost)
        for element in root.iter():
            name = local(element.tag)
            if name in _PEOPLE:
                _empty(element, _OF_PEOPLE)
            elif name == "pic":
                for shown in element.iter():
                    if local(shown.tag) == "cNvPr":
                        _empty(shown, _OF_PICTURES)
        self._words.attributes(root)
        self._words.rewrite(self._words.lines(root))
        for numbers in root.iter():
            if local(numbers.tag) in _NUMBERS:
                drop(numbers, lambda e: local(e.tag) == "pt" and not _NUMBER.fullmatch("".join(e.itertext()).strip()))


def _empty(element: Element, names: frozenset[str]) -> None:
    for key in names.intersection(element.keys()):
        element.set(key, "")


def _take_out_what_shows(root: Element, lost: Set[str]) -> None:
    """Take out the elements that point to these links, with the frame or picture they stand in."""
    parents = {child: parent for parent in root.iter() for child in parent}
    for element in [e for e in root.iter() if _points(e, lost)]:
        way: list[Element] = [element]
        while way[-1] in parents:
            way.append(parents[way[-1]])
        gone = next((e for e in way if local(e.tag) in _SHOWS), element)
        if gone is root:
            raise TargetError("a part shows what does not come along", "unsupported_type")
        if gone in list(parents[gone]):
            take_out(parents[gone], gone)


def _points(element: Element, lost: Set[str]) -> bool:
    return any(value in lost and ":" in key and not key.startswith("xmlns") for key, value in element.items())


plugin: Rewriter = Pptx()
