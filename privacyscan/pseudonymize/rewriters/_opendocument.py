"""Packages of OpenDocument: which parts come along, and what of their XML does not."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Mapping, Set
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import IO
from xml.etree.ElementTree import Element

from privacyscan.errors import TargetError
from privacyscan.formats._archive import Bomb
from privacyscan.formats._container import Container
from privacyscan.formats._ooxml import is_encrypted
from privacyscan.model import File
from privacyscan.pseudonymize._work import Work
from privacyscan.pseudonymize.rewriters._office import (
    BLANK,
    NOWHERE,
    Vocabulary,
    Words,
    chunks_of,
    drop,
    local,
    tree,
    written,
)

WORDS = Vocabulary(
    frozenset({"p", "h"}),
    {"s": " ", "tab": "\t", "line-break": "\n"},
    frozenset(
        {"annotation", "note", "frame", "ruby-text", "custom-shape", "rect", "g", "list", "table", "title", "desc"}
    ),
)
VALUES = frozenset(  # attributes that say again what a text shows, or what it is reckoned from
    {"value", "value-type", "currency", "date-value", "time-value", "boolean-value", "string-value"}
)
_MIMETYPE, _MANIFEST = "mimetype", "META-INF/manifest.xml"
_XML = ("content.xml", "styles.xml")
_PICTURE = re.compile(r"(?:Pictures|media)/.+")
_NOT_TOLD = re.compile(
    r"(?:meta|settings)\.xml|manifest\.rdf|layout-cache|Thumbnails/.*|Configurations2/.*|ObjectReplacements/.*"
)
_GONE = {  # elements that do not come along, and what is said of that
    "scripts": "macros do not come along",
    "event-listeners": "",
    "execute-macro": "macros do not come along",
    "script": "macros do not come along",
    "forms": "forms do not come along",
    "control": "",
    "tracked-changes": "earlier versions of changed texts do not come along",
    "change": "",
    "change-start": "",
    "change-end": "",
    "hidden-text": "hidden texts do not come along",
    "hidden-paragraph": "hidden texts do not come along",
    "variable-decls": "",
    "user-field-decls": "",
    "binary-data": "pictures within the text do not come along",
    "dde-connection-decls": "links to other programs do not come along",
    "dde-source": "links to other programs do not come along",
    "dde-links": "links to other programs do not come along",
    "database-source-sql": "links to databases do not come along",
    "database-source-query": "links to databases do not come along",
    "database-source-table": "links to databases do not come along",
    "data-pilot-tables": "pivot tables do not come along",
    "cell-range-source": "links to other books do not come along",
    "table-source": "links to other books do not come along",
    "scenario": "scenarios do not come along",
}
_MAYBE_EMPTY = frozenset({"scripts", "forms", "tracked-changes", "dde-links", "data-pilot-tables"})  # written anyway
_EMBEDDED = frozenset({"object", "object-ole", "applet", "plugin", "floating-frame"})
_FIELDS = frozenset(  # they become the text that they show: what they show it from may hold more
    {"user-field-get", "user-field-input", "variable-set", "variable-get", "variable-input", "conditional-text"}
    | {"database-display", "database-name", "database-next", "database-row-select", "database-row-number"}
    | {"expression", "date", "time", "user-defined", "drop-down", "meta", "meta-field", "dde-connection"}
)
_FILLED_IN = frozenset(  # by programs: who wrote or printed it, and where it lies
    {"creator", "initial-creator", "creator-initials", "sender-initials", "author-name", "author-initials"}
    | {"printed-by", "file-name", "template-name"}
    | {"sender-firstname", "sender-lastname", "sender-title", "sender-position", "sender-email"}
    | {"sender-phone-private", "sender-phone-work", "sender-fax", "sender-company", "sender-street", "sender-city"}
    | {"sender-postal-code", "sender-country", "sender-state-or-province"}
)
_SECRETS = frozenset({"protection-key"})  # hashes of passwords
_MEDIA_TYPE = re.compile(rb"application/vnd\.oasis\.opendocument\.([a-z-]+)\s*")


class Package:
    """An open package on its way into the copy."""

    def __init__(self, container: Container, work: Work) -> None:
        self.container, self.work, self.place = container, work, container.place
        self.words = Words(work, container.place, WORDS)
        self._members = {m.filename: m for m in container.members}
        self._kept = {n for n in self._members if n in (_MIMETYPE, _MANIFEST, *_XML) or _PICTURE.fullmatch(n)}
        self._told: dict[str, None] = {}  # what does not come along

    def check(self, kinds: Set[str]) -> None:
        """Raises TargetError for a package of none of these kinds, or one with a password."""
        member = self._members.get(_MIMETYPE)
        said = _MEDIA_TYPE.fullmatch(b"".join(chunks_of(self.container, member))) if member else None
        if said is None or said[1].decode().removesuffix("-template") not in kinds:
            raise TargetError("this kind of OpenDocument file is not copied", "unknown_format")
        if is_encrypted(self.container):
            raise TargetError("needs a password", "encrypted")

    def write(self, out: zipfile.ZipFile, content: Callable[[zipfile.ZipInfo, IO[bytes]], None]) -> None:
        """Write what comes along; `content` writes the main part anew."""
        for name, member in sorted(self._members.items(), key=lambda m: m[0] != _MIMETYPE):
            if name == _MIMETYPE:
                out.writestr(name, b"".join(chunks_of(self.container, member)).strip(), zipfile.ZIP_STORED)
            elif name == _MANIFEST:
                out.writestr(name, written(self._manifest(tree(chunks_of(self.container, member)))))
            elif name == "content.xml":
                with out.open(name, "w", force_zip64=True) as stream:
                    content(member, stream)
            elif name == "styles.xml":
                root = tree(chunks_of(self.container, member))
                self.clean(root)
                self.words.rewrite(self.words.lines(root))
                out.writestr(name, written(root))
            elif name in self._kept:
                self.words.check_name(name)
                out.writestr(name, BLANK)
        self._tell()

    def _manifest(self, root: Element) -> Element:
        def is_gone(entry: Element) -> bool:
            path = next((v for k, v in entry.items() if local(k) == "full-path"), "/")
            return local(entry.tag) != "file-entry" or (path != "/" and path not in self._kept)

        drop(root, is_gone)
        self.words.bare(root)
        return root

    def _tell(self) -> None:
        left = self._members.keys() - self._kept
        if others := sum(not _NOT_TOLD.fullmatch(n) for n in left):
            self.work.leave_out(self.place, f"{others} parts that are no text do not come along")
        if pictures := sum(bool(_PICTURE.fullmatch(n)) for n in self._kept):
            self.work.leave_out(self.place, f"{pictures} pictures are blank in the copy")
        for message in self._told:
            self.work.leave_out(self.place, message)

    def tell(self, message: str) -> None:
        """Say once what does not come along."""
        if message:
            self._told[message] = None

    def clean(self, root: Element, but: Mapping[str, Set[str]] = MappingProxyType({})) -> None:
        """Take out what does not come along, and replace what is found in attributes (`but`: see there)."""
        for element in root.iter():
            if len(element) or (element.text or "").strip() or local(element.tag) not in _MAYBE_EMPTY:
                self.tell(_GONE.get(local(element.tag), ""))
        drop(root, lambda e: local(e.tag) in _GONE or _is_embedded(e))
        for element in root.iter():
            if local(element.tag) in _FILLED_IN:
                element.text = ""
                for child in list(element):
                    element.remove(child)
            elif local(element.tag) == "frame" and any(local(c.tag) == "image" for c in element):
                _undescribed(element)
            elif local(element.tag) in _FIELDS and element.tag.startswith("text:"):
                element.tag = "text:span"
                element.attrib.clear()
            for key in [k for k in element.attrib if local(k) in _SECRETS]:
                del element.attrib[key]
            self._link(element)
        self.words.attributes(root, but)

    def _link(self, element: Element) -> None:
        for key, target in element.items():
            if local(key) != "href":
                continue
            if target.removeprefix("./") in self._kept:
                continue
            if target.startswith("#"):
                element.set(key, "#" + self.words.label(target[1:]))
            elif local(element.tag) == "a":
                element.set(key, self.words.address(target))
            elif self.words.address(target) == NOWHERE or "://" not in target:
                del element.attrib[key]


def _is_embedded(element: Element) -> bool:
    return local(element.tag) == "frame" and any(local(c.tag) in _EMBEDDED for c in element)


def _undescribed(frame: Element) -> None:
    """A frame with a picture, without what was said of the picture."""
    drop(frame, lambda e: local(e.tag) in ("title", "desc"))
    for key in [k for k in frame.attrib if local(k) == "name"]:
        del frame.attrib[key]


def rewritten(
    file: File,
    copy: Path,
    work: Work,
    kinds: Set[str],
    content: Callable[[Package, zipfile.ZipInfo, IO[bytes]], None],
) -> None:
    """Write the copy of a package of one of these kinds; `content` writes its main part anew."""
    with file.open() as stream, zipfile.ZipFile(copy, "w", zipfile.ZIP_DEFLATED) as out:
        try:
            package = Package(Container(file, stream, work.limits), work)
            package.check(kinds)
            package.write(out, partial(content, package))
        except Bomb as error:
            raise TargetError(str(error), "bomb") from None
