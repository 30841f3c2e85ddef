"""The readable text of XML as a stream: paragraphs become lines, and tables rows of cells."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from xml.parsers.expat import ExpatError, ParserCreate

from privacyscan.formats._documents import PAGE, Content, line

_INLINE = frozenset(  # elements inside a line: local names in the vocabularies of Office and OpenDocument
    {"r", "t", "span", "a", "hyperlink", "ins", "del", "delText", "smartTag", "rPr", "rFonts", "b", "i", "u", "sz"}
    | {"szCs", "bCs", "iCs", "lang", "color", "proofErr", "bookmarkStart", "bookmarkEnd", "bookmark", "noProof", "fld"}
    | {"lastRenderedPageBreak", "commentRangeStart", "commentRangeEnd", "commentReference", "annotationRef", "rStyle"}
    | {"highlight", "solidFill", "srgbClr", "schemeClr", "latin", "ea", "cs", "vertAlign", "strike", "spacing", "kern"}
    | {"instrText", "fldChar", "fldSimple", "sdt", "sdtContent", "soft-page-break", "reference-mark", "ruby", "w"}
    | {"moveFrom", "moveTo", "delInstrText", "change", "change-start", "change-end", "vanish", "webHidden"}
    | {"bookmark-start", "bookmark-end", "reference-mark-start", "reference-mark-end", "annotation-end", "meta-field"}
    | {"user-field-get", "user-field-input", "variable-get", "variable-set", "variable-input", "text-input"}
    | {
        "placeholder",
        "conditional-text",
        "alphabetical-index-mark-start",
        "alphabetical-index-mark-end",
        "toc-mark-start",
    }
    | {"toc-mark-end", "fieldmark", "fieldmark-start", "fieldmark-end", "permStart", "permEnd"}
)
_DELETED, _INSERTED = frozenset({"del", "moveFrom"}), frozenset({"ins", "moveTo"})  # changes that Word keeps
_SPACES = {"tab": "\t", "s": " ", "noBreakHyphen": "-"}
_NO_TEXT = frozenset(  # layout and figures about the file itself
    {"posOffset", "align", "sizeRelH", "sizeRelV", "pctWidth", "pctHeight", "col", "row", "colOff", "rowOff"}
    | {"Anchor", "Row", "Column", "AutoFill", "MoveWithCells", "SizeWithCells", "Visible", "Locked", "LockText"}
    | {"Application", "AppVersion", "TotalTime", "Pages", "Words", "Characters", "CharactersWithSpaces", "Lines"}
    | {"Paragraphs", "Slides", "Notes", "HiddenSlides", "DocSecurity", "ScaleCrop", "LinksUpToDate", "SharedDoc"}
    | {"HyperlinksChanged", "created", "modified", "revision", "version", "generator", "date", "creation-date"}
    | {"editing-duration", "editing-cycles"}
)
# Attributes that hold text: addresses of links, the cells that a pivot table keeps when its source is gone, and what
# forms, mail merges and programs keep in a document.
_ATTRIBUTES: dict[str, tuple[str, ...]] = {
    "Relationship": ("Target",),
    "a": ("href",),
    "s": ("v",),
    "n": ("v",),
    "d": ("v",),
    "docVar": ("name", "val"),
    "tag": ("name", "val"),
    "cmAuthor": ("name",),
    "definedName": ("name",),
    "cacheField": ("name",),
    "connection": ("name", "description", "sourceFile", "odcFile"),
    **dict.fromkeys(("sheetName", "alias", "default", "helpText", "statusText", "text", "guid"), ("val",)),
    **dict.fromkeys(("connectString", "query", "dataSource", "mailSubject", "addressFieldName"), ("val",)),
    "listItem": ("displayText", "value"),
    "webPr": ("url",),
    "file": ("name",),
}
_WORDS = frozenset(  # attributes that hold text wherever they stand
    {"descr", "title", "alt", "author", "initials", "displayName", "userId", "userName", "lastEdited", "refreshedBy"}
    | {"prompt", "promptTitle", "error", "errorTitle", "tooltip", "display", "string-value", "current-value", "label"}
    | {"condition", "command", "help-text", "text-help", "subject", "company", "creator"}
)
_NAMED = frozenset({"property", "user-defined"})  # their name says what the text inside is
_TABLE, _ROW = frozenset({"tbl", "table"}), frozenset({"tr", "table-row"})
_CELL = frozenset({"tc", "table-cell", "covered-table-cell"})
_PRINTED = re.compile(r"(?:odd|even|first)(?:Header|Footer)")
_CODES = re.compile(r'&(?:[A-Z]|"[^"]*")')  # of position, font, page number in a sheet's header
_REPEATED = 64  # cells that one element may stand for
_REMEMBERED = 10_000  # texts of attributes that are said once


class DamagedXml(ValueError):
    """XML that is cut off, not well formed, or declares entities, which could unpack without end."""


def xml_text(chunks: Iterable[bytes], inside: frozenset[str] = frozenset()) -> Iterator[bytes]:
    """The text of an XML file as UTF-8; with `inside`, only what stands in elements of these local names, and in cells
    of no type, which readers of sheets leave out.

    Raises DamagedXml after what could be read.
    """
    for _, content in _parsed(chunks, _Text(inside)):
        yield content if isinstance(content, bytes) else line(content)


def xml_content(chunks: Iterable[bytes], everything: bool = False) -> Iterator[Content]:
    """The text of an XML file and the rows of its tables, in order; with `everything`, all attributes too.

    Raises DamagedXml after what could be read.
    """
    return _parsed(chunks, _Text(frozenset(), has_tables=not everything, everything=everything))


def fed(
    chunks: Iterable[bytes],
    start: Callable[[str, dict[str, str]], object],
    end: Callable[[str], object],
    characters: Callable[[str], object] | None = None,
) -> Iterator[None]:
    """Parses XML and tells of its elements; comes back after each chunk. Raises DamagedXml."""
    parser = ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler, parser.StartDoctypeDeclHandler = characters, _doctype
    try:
        for chunk in chunks:
            parser.Parse(chunk, False)
            yield
        parser.Parse(b"", True)
    except ExpatError:
        raise DamagedXml("XML is cut off or damaged") from None


def _doctype(*_: object) -> None:
    raise DamagedXml("XML declares a document type")


def _parsed(chunks: Iterable[bytes], text: _Text) -> Iterator[Content]:
    try:
        for _ in fed(chunks, text.start, text.end, text.characters):
            yield from text.taken()
    except DamagedXml:
        yield from text.all_taken()
        raise
    yield from text.all_taken()


class _Text:
    """Gathers what the parser hands over."""

    def __init__(self, inside: frozenset[str], has_tables: bool = False, everything: bool = False) -> None:
        self._inside, self._depth = inside, 0 if inside else 1
        self._are_inside: list[bool] = []  # the cells that are open
        self._has_tables, self._everything = has_tables, everything
        self._out: list[Content] = []
        self._pieces: list[str] = []
        self._before: list[str] = []  # the line as it was before the changes in it
        self._deleted = self._inserted = 0  # inside such changes
        self._has_deleted = False
        self._aside: list[str] = []  # lines that wait for the end of the line they were met in
        self._said: set[str] = set()  # names of authors and the like, which every change repeats
        self._at_line_start = True
        self._hidden = self._is_printed = False
        self._shown = 0  # texts so far
        self._choices: list[int] = []  # texts before each choice that is open
        self._copies = 0  # inside a Fallback, which says again what the choice before it says
        self._copied: list[bool] = []
        self._tables = self._table = 0  # tables that are open, and the number of the last
        self._row: list[str] | None = None
        self._span = self._repeated = 1
        self._beside: list[str] = []  # what stands in a table and in no cell: it comes behind the table

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        self._hidden = name in _NO_TEXT and not self._everything
        self._is_printed = _PRINTED.fullmatch(name) is not None
        is_inside = name in self._inside
        if name in _CELL and self._inside:
            is_inside = not _attribute(attributes, "value-type")
            self._are_inside.append(is_inside)
        self._depth += is_inside
        self._deleted += name in _DELETED
        self._inserted += name in _INSERTED
        if name == "AlternateContent":
            self._choices.append(self._shown)
        elif name == "Fallback":
            self._copied.append(bool(self._choices) and self._shown > self._choices[-1])
            self._copies += self._copied[-1]
        if name in _SPACES and not self._at_line_start:
            self._pieces.append(_SPACES[name])
        elif name not in _INLINE:
            self._line_end()
        if self._has_tables:
            self._start_of_table(name, attributes)
            if tag == "draw:page" and not self._tables:  # of an OpenDocument presentation
                self._text_ends()
                self._out.append((0, PAGE))
        if attributes and self._depth:
            self._attributes(name, attributes)

    def end(self, tag: str) -> None:
        name = tag.rpartition(":")[2]
        self._hidden = self._is_printed = False
        self._deleted -= name in _DELETED
        self._inserted -= name in _INSERTED
        if name == "AlternateContent" and self._choices:
            self._choices.pop()
        elif name == "Fallback" and self._copied:
            self._copies -= self._copied.pop()
        if name not in _INLINE and name not in _SPACES:
            self._line_end()
        if self._has_tables:
            self._end_of_table(name)
        self._depth -= self._are_inside.pop() if name in _CELL and self._inside else name in self._inside

    def characters(self, data: str) -> None:
        shown = self._depth and not self._hidden and not self._copies
        if shown and not self._inserted:
            if len(self._before) > _REMEMBERED:  # of a line without end
                self._before.clear()
            self._before.append(data)
            self._has_deleted |= self._deleted > 0
        if shown and not self._deleted and (data.strip() or not self._at_line_start):
            self._pieces.append(_CODES.sub(" ", data) if self._is_printed else data)
            self._at_line_start = False
            self._shown += 1

    def taken(self) -> list[Content]:
        """What was gathered since the last call, but for a row that is not whole."""
        if self._row is None:
            self._text_ends()
        out, self._out = self._out, []
        return out

    def all_taken(self) -> list[Content]:
        """What was gathered since the last call."""
        if self._row is not None:
            self._out.append((self._table, [*self._row, "".join(self._pieces).strip()]))
            self._row, self._pieces = None, []
        self._pieces += self._beside
        self._beside = []
        return self.taken()

    def _text_ends(self) -> None:
        if self._pieces:
            self._out.append((0, "".join(self._pieces).encode("utf-8", "replace")))
            self._pieces = []

    def _start_of_table(self, name: str, attributes: dict[str, str]) -> None:
        if name in _TABLE:
            self._tables += 1
            if self._tables == 1:
                self._text_ends()
                self._table += 1
        elif self._tables != 1:
            return
        elif name in _ROW or (name in _CELL and self._row is not None):
            self._beside += self._pieces
            self._pieces, self._row, self._span = [], self._row or [], 1
            self._repeated = _number(attributes, "number-columns-repeated")
        elif name == "gridSpan":
            self._span = _number(attributes, "val")

    def _end_of_table(self, name: str) -> None:
        if name in _TABLE:
            self._tables -= 1
            if not self._tables:
                self._pieces += self._beside
                self._beside = []
        elif self._tables != 1 or self._row is None:
            return
        elif name in _CELL:
            text, self._pieces = "".join(self._pieces).strip(), []
            self._row += [text] * self._repeated + [""] * (self._span - 1)
        elif name in _ROW:
            if any(self._row):
                self._out.append((self._table, self._row))
            self._row = None

    def _attributes(self, name: str, attributes: dict[str, str]) -> None:
        wanted = _ATTRIBUTES.get(name, ())
        if name == "Relationship" and attributes.get("TargetMode") != "External":
            return  # a part of this very file
        for key, value in attributes.items():
            local = key.rpartition(":")[2]
            if local in _WORDS and name not in _CELL:
                self._once(value)
            elif value and (local in wanted or (self._everything and not key.startswith("xmlns"))):
                self._aside.append(value)
        if name in _NAMED and (label := _attribute(attributes, "name")):
            self._pieces.append(f"{label}: ")

    def _once(self, text: str) -> None:
        if text and text not in self._said:
            self._aside.append(text)
            if len(self._said) < _REMEMBERED:
                self._said.add(text)

    def _line_end(self) -> None:
        if self._has_deleted:  # a number that a change cuts is whole before it and after it
            self._aside.append("".join(self._before))
        self._before, self._has_deleted = [], False
        if not self._at_line_start:
            self._pieces.append("\n")
            self._at_line_start = True
        lines = self._pieces if self._row is None else self._beside
        lines += [f"{text}\n" for text in self._aside]
        self._aside = []


def _attribute(attributes: dict[str, str], name: str) -> str:
    return next((value for key, value in attributes.items() if key.rpartition(":")[2] == name), "")


def _number(attributes: dict[str, str], name: str) -> int:
    text = _attribute(attributes, name)
    return max(1, min(int(text), _REPEATED)) if text.isdecimal() else 1
