"""The readable text of XML as a stream: paragraphs and cells become lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from xml.parsers.expat import ExpatError, ParserCreate

_INLINE = frozenset(  # elements inside a line: local names in the vocabularies of Office and OpenDocument
    {"r", "t", "span", "a", "hyperlink", "ins", "del", "delText", "smartTag", "rPr", "rFonts", "b", "i", "u", "sz"}
    | {"szCs", "bCs", "iCs", "lang", "color", "proofErr", "bookmarkStart", "bookmarkEnd", "bookmark", "noProof", "fld"}
    | {"lastRenderedPageBreak", "commentRangeStart", "commentRangeEnd", "commentReference", "annotationRef", "rStyle"}
    | {"highlight", "solidFill", "srgbClr", "schemeClr", "latin", "ea", "cs", "vertAlign", "strike", "spacing", "kern"}
    | {"instrText", "fldChar", "fldSimple", "sdt", "sdtContent", "soft-page-break", "reference-mark", "ruby", "w"}
)
_SPACES = {"tab": "\t", "s": " ", "noBreakHyphen": "-"}
_NO_TEXT = frozenset(  # layout and figures about the file itself
    {"posOffset", "align", "sizeRelH", "sizeRelV", "pctWidth", "pctHeight", "col", "row", "colOff", "rowOff"}
    | {"Anchor", "Row", "Column", "AutoFill", "MoveWithCells", "SizeWithCells", "Visible", "Locked", "LockText"}
    | {"Application", "AppVersion", "TotalTime", "Pages", "Words", "Characters", "CharactersWithSpaces", "Lines"}
    | {"Paragraphs", "Slides", "Notes", "HiddenSlides", "DocSecurity", "ScaleCrop", "LinksUpToDate", "SharedDoc"}
    | {"HyperlinksChanged", "created", "modified", "revision", "version", "generator", "date", "creation-date"}
    | {"editing-duration", "editing-cycles"}
)
# Attributes that hold text: addresses of links, and the cells that a pivot table keeps when its source is gone.
_ATTRIBUTES = {"Relationship": "Target", "a": "href", "s": "v", "n": "v", "d": "v"}


class DamagedXml(ValueError):
    """XML that is cut off, not well formed, or declares entities, which could unpack without end."""


def xml_text(chunks: Iterable[bytes], inside: frozenset[str] = frozenset()) -> Iterator[bytes]:
    """The text of an XML file as UTF-8; with `inside`, only what stands in elements of these local names.

    Raises DamagedXml after what could be read.
    """
    text = _Text(inside)
    parser = ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = text.start, text.end
    parser.CharacterDataHandler, parser.StartDoctypeDeclHandler = text.characters, _doctype
    try:
        for chunk in chunks:
            parser.Parse(chunk, False)
            yield text.taken()
        parser.Parse(b"", True)
    except ExpatError:
        yield text.taken()
        raise DamagedXml("XML is cut off or damaged") from None
    yield text.taken()


def _doctype(*_: object) -> None:
    raise DamagedXml("XML declares a document type")


class _Text:
    """Gathers what the parser hands over."""

    def __init__(self, inside: frozenset[str]) -> None:
        self._inside, self._depth = inside, 0 if inside else 1
        self._pieces: list[str] = []
        self._aside: list[str] = []  # lines that wait for the end of the line they were met in
        self._at_line_start = True
        self._hidden = False
        self._copies = 0  # inside a Fallback, which says again what stands before it

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        self._hidden = name in _NO_TEXT
        self._copies += name == "Fallback"
        self._depth += name in self._inside
        if name in _SPACES and not self._at_line_start:
            self._pieces.append(_SPACES[name])
        elif name not in _INLINE:
            self._line_end()
        if name in _ATTRIBUTES and self._depth:
            self._attribute(_ATTRIBUTES[name], attributes)

    def end(self, tag: str) -> None:
        name = tag.rpartition(":")[2]
        self._hidden = False
        self._copies -= name == "Fallback"
        if name not in _INLINE and name not in _SPACES:
            self._line_end()
        self._depth -= name in self._inside

    def characters(self, data: str) -> None:
        shown = self._depth and not self._hidden and not self._copies
        if shown and (data.strip() or not self._at_line_start):
            self._pieces.append(data)
            self._at_line_start = False

    def taken(self) -> bytes:
        """What was gathered since the last call."""
        text, self._pieces = "".join(self._pieces), []
        return text.encode("utf-8", "replace")

    def _attribute(self, wanted: str, attributes: dict[str, str]) -> None:
        if wanted == "Target" and attributes.get("TargetMode") != "External":
            return  # a part of this very file
        self._aside += [value for key, value in attributes.items() if key.rpartition(":")[2] == wanted and value]

    def _line_end(self) -> None:
        if not self._at_line_start:
            self._pieces.append("\n")
            self._at_line_start = True
        self._pieces += [f"{line}\n" for line in self._aside]
        self._aside = []
