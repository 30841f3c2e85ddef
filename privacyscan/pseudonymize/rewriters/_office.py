"""Packages of Office and OpenDocument as trees of XML, in which every text and every attribute is looked at.

Names of elements and attributes are told without their prefix, and written as they were. Comments in XML and what
programs are told in it do not come along.
"""

from __future__ import annotations

import base64
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import takewhile
from operator import eq
from pathlib import PurePosixPath
from types import MappingProxyType
from urllib.parse import unquote
from xml.etree.ElementTree import Element, TreeBuilder, tostring

from privacyscan.detect.shown import is_person
from privacyscan.errors import TargetError
from privacyscan.formats._container import Container
from privacyscan.formats._xml import fed
from privacyscan.model import Place
from privacyscan.pseudonymize._work import Work

BLANK = base64.b64decode(  # a picture of one transparent point
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII="
)
LARGEST = 64 << 20  # bytes of one part, which is held in memory
NOWHERE = "about:blank"
_BREAKS = re.compile(r"([\t\n])")
_LAYOUT = re.compile(  # attributes that hold no text: measures, numbers, colours, words of the format itself
    r"[-+]?[0-9]{0,7}(?:[.,][0-9]{1,6})?[a-zA-Z%]{0,3}|[1-9][0-9]{7,9}|#?[0-9A-Fa-f]{6}|[0-9A-F]{8}|[A-Za-z]+|"
    r"\{[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\}"
)
_WRITTEN = frozenset(  # attributes that somebody wrote, whatever they look like
    {"name", "display-name", "descr", "title", "alt", "label", "description", "tooltip", "string-value"}
)
_DRAWN = re.compile(r"(?!.*(?:[0-9]{8}|[A-Za-z]{3}))[-+0-9a-zA-Z?$*/(). ,]*")  # lines: no long number, no word
_PATHS = frozenset({"points", "d", "enhanced-path", "viewBox", "modifiers"})
_OF_ENTRIES = frozenset(  # attributes of a list of parts, or of links
    {"Id", "Type", "Target", "TargetMode", "Extension", "PartName", "ContentType", "full-path", "media-type", "version"}
)
_LONG_NAME, _LONG_NUMBER = 8, re.compile("[0-9]{10}")  # of a name of an element that may hold a value
_LITERAL = re.compile(r'"([^"]*)"')
_PARTS = re.compile(r"[^\W\d_]+")
_ON_THIS_MACHINE = re.compile(r"file:|[a-zA-Z]:[\\/]|\\\\|//|/", re.IGNORECASE)


@lru_cache(maxsize=4096)
def local(name: str) -> str:
    """A name without its prefix."""
    return name.rpartition(":")[2]


def chunks_of(container: Container, member: zipfile.ZipInfo) -> Iterator[bytes]:
    """The bytes of a part that is held in memory."""
    if member.flag_bits & 1 or member.file_size > LARGEST:
        raise TargetError("a part is encrypted or too large", "unsupported_type")
    return container.chunks(member)


def tree(chunks: Iterable[bytes]) -> Element:
    """XML as a tree. Raises DamagedXml."""
    builder = TreeBuilder()
    for _ in fed(chunks, builder.start, builder.end, builder.data):
        pass
    return builder.close()


def written(root: Element) -> bytes:
    """The tree as XML."""
    data: bytes = tostring(root, encoding="UTF-8", xml_declaration=True)
    return data


def drop(root: Element, wanted: Callable[[Element], bool]) -> int:
    """Take out the elements that are wanted, and tell how many; the text behind them stays."""
    dropped = 0
    for parent in root.iter():
        for child in [c for c in parent if wanted(c)]:
            take_out(parent, child)
            dropped += 1
    return dropped


def take_out(parent: Element, child: Element) -> None:
    """Take out one element; the text behind it stays."""
    at = list(parent).index(child)
    if at:
        parent[at - 1].tail = (parent[at - 1].tail or "") + (child.tail or "")
    else:
        parent.text = (parent.text or "") + (child.tail or "")
    parent.remove(child)


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a line: the text in an element, that behind it (`tail`), or an element that is a sign by itself."""

    element: Element
    where: str
    text: str
    parent: Element | None = None  # of a sign


@dataclass(slots=True)
class Line:
    """A paragraph, or a text that stands in none; `code` is what its fields are made from."""

    pieces: list[Piece] = field(default_factory=list)
    is_code: bool = False
    code: Line | None = None

    @property
    def text(self) -> str:
        return "".join(p.text for p in self.pieces)

    def put(self, new: str) -> None:
        """Write what is new between the first and the last letter that differ, from tab to tab: the rest keeps its
        marks."""
        old, spans, at = self.text, list[tuple[int, int, str]](), 0
        before, after = _BREAKS.split(old), _BREAKS.split(new)
        if before[1::2] != after[1::2]:
            before, after = [old], [new]
        for was, now in zip(before, after, strict=True):
            if was != now:
                same = _alike(was, now)
                end = _alike(was[same:][::-1], now[same:][::-1])
                spans.append((at + same, at + len(was) - end, now[same : len(now) - end]))
            at += len(was)
        self._write(spans)

    def _write(self, spans: Sequence[tuple[int, int, str]]) -> None:
        """Put texts in place of these spans. A text comes into the first piece of its span that can hold one."""
        texts, at = [p.text for p in self.pieces], 0
        starts = [at := at + len(text) for text in ["", *texts[:-1]]] if texts else []
        for start, end, new in reversed(spans):
            reached = [i for i, s in enumerate(starts) if s < end and start < s + len(self.pieces[i].text)]
            for i in reached:
                here = starts[i]
                texts[i] = texts[i][: max(0, start - here)] + texts[i][max(0, end - here) :]
            holders = [i for i, p in enumerate(self.pieces) if p.where and starts[i] + len(p.text) >= start]
            first = next((i for i in holders if i in reached), holders[0] if holders else None)
            if first is None:
                raise TargetError("a value stands where no text can", "unsupported_type")
            cut = max(0, start - starts[first])
            texts[first] = texts[first][:cut] + new + texts[first][cut:]
        changed = [(p, text) for p, text in zip(self.pieces, texts, strict=True) if text != p.text]
        for piece, text in changed:
            if piece.parent is None:
                setattr(piece.element, piece.where, text)
        for piece, text in changed:
            if piece.parent is not None and not text:
                take_out(piece.parent, piece.element)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """How a format writes text. `signs` are elements that are a sign; `apart`: what stands in these inside a paragraph
    is none of its text. `texts` are the elements that alone hold text, where not all do; `codes` hold what fields of a
    paragraph are made from."""

    paragraphs: Set[str]
    signs: Mapping[str, str]
    apart: Set[str] = frozenset()
    texts: Set[str] = frozenset()
    codes: Set[str] = frozenset()


class Words:
    """The texts and attributes of a package on their way into the copy."""

    def __init__(self, work: Work, place: Place, vocabulary: Vocabulary) -> None:
        self._work, self._place, self._vocabulary = work, place, vocabulary
        self._labels: dict[str, str] = {}

    def lines(self, element: Element) -> list[Line]:
        """The lines in an element."""
        lines: list[Line] = []
        self._gather(element, None, lines)
        return lines

    def _gather(self, element: Element, line: Line | None, lines: list[Line]) -> None:
        words, name = self._vocabulary, local(element.tag)
        if name in words.paragraphs:
            line = _begun(lines)
        elif name in words.apart:
            line = None
        if name in words.codes and line is not None:
            line.code = line.code or _begun(lines, is_code=True)
            self._add(lines, element, "text", line.code)
        else:
            self._add(lines, element, "text", line if not words.texts or name in words.texts else None)
        for child in element:
            sign = words.signs.get(local(child.tag), "") if line is not None else ""
            if sign and line is not None:
                line.pieces.append(Piece(child, "", sign * _times(child), element))
            else:
                self._gather(child, line, lines)
            self._add(lines, child, "tail", None if words.texts else line)

    @staticmethod
    def _add(lines: list[Line], element: Element, where: str, line: Line | None) -> None:
        piece = Piece(element, where, (getattr(element, where) or "").replace("\n", " "))
        if line is not None and piece.text:
            line.pieces.append(piece)
        elif piece.text.strip():
            lines.append(Line([piece]))

    def rewrite(self, lines: Sequence[Line]) -> None:
        """Replace what is found in these lines. They are looked at together, because one may say what the next
        holds."""
        for code in (line for line in lines if line.is_code):
            if (changed := self._code(code.text)) != code.text:
                code.put(changed)
        lines = [line for line in lines if not line.is_code]
        if not lines:
            return
        texts = [line.text for line in lines]
        new = self._work.text(self._place, "\n".join(texts)).split("\n")
        if len(new) != sum(text.count("\n") + 1 for text in texts):
            raise TargetError("a value stands across two paragraphs and cannot be replaced", "unsupported_type")
        for line, text, changed in zip(lines, texts, _joined(texts, new), strict=True):
            if changed == text:
                changed = self._alone(text)
            if changed != text:
                line.put(changed)
        self._work.count(self._place, len(lines))

    def label(self, text: str) -> str:
        """What stands for a name, a title, a description or a formula, which no sentence explains."""
        if text not in self._labels:
            new = self._work.text(self._place, text) if text else ""
            self._labels[text] = self._alone(text) if new == text else new
        return self._labels[text]

    def _alone(self, text: str) -> str:
        """A text in which nothing is found: where it is a name and nothing else it is somebody, and so is what stands
        between quotation marks."""
        if '"' in text:
            text = _LITERAL.sub(lambda m: f'"{NOWHERE if _ON_THIS_MACHINE.match(m[1]) else self.label(m[1])}"', text)
        return self._work.value(self._place, "PERSON", text) if _names_somebody(text) else text

    def _code(self, text: str) -> str:
        """What a field is made from: words of the program, and between quotation marks what it says or leads to."""
        return '"'.join(self.address(part) if i % 2 else self.label(part) for i, part in enumerate(text.split('"')))

    def attributes(self, root: Element, but: Mapping[str, Set[str]] = MappingProxyType({})) -> None:
        """Replace what is found in the attributes of all elements, but for those that `but` names by element, and for
        links."""
        for element in root.iter():
            self._check_tag(element)
            left = but.get(local(element.tag), ())
            for key, value in element.items():
                name = local(key)
                if name == "href" or name in left or (name not in _WRITTEN and _LAYOUT.fullmatch(value)):
                    continue
                if name in _PATHS and _DRAWN.fullmatch(value):
                    continue
                new = self.label(value)
                if new != value:
                    element.set(key, new)

    def address(self, target: str) -> str:
        """Where a link leads; nowhere if that tells of a person, or of a machine and whose it is."""
        plain = unquote(target)
        if _ON_THIS_MACHINE.match(plain) or any(map(_names_somebody, re.split(r"[/?&=#@:;,]", plain))):
            return NOWHERE
        return target if self.label(plain) == plain and self.label(target) == target else NOWHERE

    def bare(self, root: Element) -> None:
        """Leave nothing of a list of parts or links but its entries. Raises TargetError for a value in one."""
        for element in root.iter():
            element.text = element.tail = None
            self._check_tag(element)
            for key in [k for k in element.attrib if local(k) not in _OF_ENTRIES and not k.startswith("xmlns")]:
                del element.attrib[key]
            for value in element.attrib.values():
                if value != NOWHERE and self.label(value) != value:
                    raise TargetError("the name of a part holds personal data", "unsupported_type")

    def _check_tag(self, element: Element) -> None:
        """Raises TargetError for a name of an element or attribute that holds a value."""
        for name in (local(element.tag), *map(local, element.keys())):
            if len(name) >= _LONG_NAME and (_LONG_NUMBER.search(name) or self.label(name) != name):
                raise TargetError("the name of a part holds personal data", "unsupported_type")

    def check_name(self, name: str) -> None:
        """Raises TargetError for a part whose name cannot stay."""
        stem = PurePosixPath(name).stem
        if any(self.label(n) != n or self._work.replacer.names_somebody(n) for n in (name, stem)):
            raise TargetError("the name of a part holds personal data", "unsupported_type")


def _begun(lines: list[Line], is_code: bool = False) -> Line:
    """A new line at their end."""
    lines.append(Line(is_code=is_code))
    return lines[-1]


def _joined(texts: Iterable[str], lines: Sequence[str]) -> Iterator[str]:
    """The lines as texts of as many lines as these."""
    at = 0
    for text in texts:
        count = text.count("\n") + 1
        yield "\n".join(lines[at : at + count])
        at += count


def _alike(one: str, other: str) -> int:
    """With how many letters both begin."""
    return sum(takewhile(bool, map(eq, one, other)))


def _names_somebody(text: str) -> bool:
    """Whether all words of a text, whatever stands between them, are a person's name."""
    return is_person(" ".join(_PARTS.findall(text)))


def _times(element: Element) -> int:
    """How often a sign stands there."""
    count = next((v for k, v in element.items() if local(k) == "c"), "1")
    return min(int(count), 100) if count.isdecimal() else 1
