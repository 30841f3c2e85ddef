"""Packages of Word and PowerPoint: parts come along by a list, links to others are gone with what showed them."""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Mapping, Set
from dataclasses import dataclass
from pathlib import Path
from xml.etree.ElementTree import Element

from privacyscan.errors import TargetError
from privacyscan.formats._archive import Bomb
from privacyscan.formats._container import Container
from privacyscan.model import File
from privacyscan.pseudonymize._work import Work
from privacyscan.pseudonymize.rewriters._office import (
    BLANK,
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
_LINKS = re.compile(r"(.*?)_rels/([^/]*)\.rels")
_PICTURE = re.compile(r"(?:word|ppt)/media/.*")
_OF_PICTURES = frozenset({"name", "descr", "title"})
_SPACED = frozenset({"w:t", "w:instrText"})  # where spaces at the ends count if said so
_NUMBERS, _NUMBER = frozenset({"numCache", "numLit"}), re.compile(r"[-+0-9.eE]*|#N/A")  # of charts


@dataclass(frozen=True, slots=True)
class Kind:
    """What is known of one kind. `parts` come along; of `not_told` nobody needs to hear that they do not. `gone` are
    elements that do not come along, and what is said of that, if anything; `shows` are those that are empty without the
    part that they show. `people` are the attributes that name who wrote something, by their element; those of any other
    under an empty name."""

    words: Vocabulary
    parts: re.Pattern[str]
    not_told: re.Pattern[str]
    gone: Mapping[str, str]
    shows: Set[str]
    people: Mapping[str, Set[str]]


def rewritten(file: File, copy: Path, work: Work, kind: Kind) -> None:
    """Write the copy of a package."""
    with file.open() as stream, zipfile.ZipFile(copy, "w", zipfile.ZIP_DEFLATED) as out:
        try:
            _Package(Container(file, stream, work.limits), work, kind).write(out)
        except Bomb as error:
            raise TargetError(str(error), "bomb") from None


class _Package:
    def __init__(self, container: Container, work: Work, kind: Kind) -> None:
        self._kind, self._told = kind, dict[str, None]()
        self._container, self._work, self._place = container, work, container.place
        self._words = Words(work, container.place, kind.words)
        self._members = {m.filename: m for m in container.members}
        named = {n for n in self._members if n == _TYPES or kind.parts.fullmatch(n) or _PICTURE.fullmatch(n)}
        self._kept = named | {n for n in self._members if self._source(n) in ("", *named)}

    def write(self, out: zipfile.ZipFile) -> None:
        links = {n: self._tree(n) for n in sorted(self._kept) if n.endswith(".rels")}
        lost = {self._source(name): self._unlink(name, root) for name, root in links.items()}
        for name in self._members:
            if name not in self._kept:
                continue
            self._words.check_name(name)
            if _PICTURE.fullmatch(name):
                out.writestr(name, BLANK)
                continue
            root = links[name] if name in links else self._tree(name)
            if name == _TYPES:
                drop(root, lambda e: local(e.tag) == "Override" and e.get("PartName", "/")[1:] not in self._kept)
            if name == _TYPES or name in links:
                self._words.bare(root)
            else:
                self._part(root, lost.get(name, frozenset()))
            out.writestr(name, written(root))
        self._tell()

    def _tell(self) -> None:
        pictures = sum(bool(_PICTURE.fullmatch(n)) for n in self._kept)
        left = sum(not self._kind.not_told.fullmatch(n) for n in self._members.keys() - self._kept)
        if left:
            self._work.leave_out(self._place, f"{left} parts that are no text do not come along")
        if pictures:
            self._work.leave_out(self._place, f"{pictures} pictures are blank in the copy")
        for message in filter(None, self._told):
            self._work.leave_out(self._place, message)

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
        kind = self._kind
        self._told |= dict.fromkeys(kind.gone[local(e.tag)] for e in root.iter() if local(e.tag) in kind.gone)
        drop(root, lambda e: local(e.tag) in kind.gone)
        if lost:
            _take_out_what_shows(root, lost, kind.shows)
        for element in root.iter():
            name = local(element.tag)
            for key in [k for k in element.attrib if local(k) in kind.people.get(name, kind.people.get("", ()))]:
                element.set(key, "")
            if name in kind.shows and any(local(e.tag) == "blip" for e in element.iter()):
                _undescribed(element)
            for key in [k for k in element.attrib if local(k) == "href"]:
                element.set(key, self._words.address(element.attrib[key]))
        self._words.attributes(root)
        self._words.rewrite(self._words.lines(root))
        for element in root.iter():
            if element.tag in _SPACED and (element.text or "") != (element.text or "").strip():
                element.set("xml:space", "preserve")
            elif local(element.tag) in _NUMBERS:
                drop(element, lambda e: local(e.tag) == "pt" and not _NUMBER.fullmatch("".join(e.itertext()).strip()))


def _undescribed(picture: Element) -> None:
    """Leave out what was said of a picture."""
    for element in picture.iter():
        if local(element.tag) in ("cNvPr", "docPr"):
            for key in _OF_PICTURES.intersection(element.keys()):
                element.set(key, "")


def _take_out_what_shows(root: Element, lost: Set[str], shows: Set[str]) -> None:
    """Take out the elements that point to these links, with the frame or picture they stand in."""
    parents = {child: parent for parent in root.iter() for child in parent}
    for element in [e for e in root.iter() if _points(e, lost)]:
        way: list[Element] = [element]
        while way[-1] in parents:
            way.append(parents[way[-1]])
        gone = next((e for e in way if local(e.tag) in shows), element)
        if gone is root:
            raise TargetError("a part shows what does not come along", "unsupported_type")
        if gone in list(parents[gone]):
            take_out(parents[gone], gone)


def _points(element: Element, lost: Set[str]) -> bool:
    return any(value in lost and ":" in key and not key.startswith("xmlns") for key, value in element.items())
