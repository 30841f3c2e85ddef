"""Web pages, also those in mail: what is found in a line gives way where it stands, whatever tags cut it, and so do
values of attributes, scripts and comments. All else stays as it is written."""

from __future__ import annotations

import re
from base64 import b64encode
from collections import deque
from dataclasses import dataclass, field
from html import escape, unescape
from io import BytesIO
from pathlib import Path
from urllib.parse import quote

from privacyscan.detect.shown import is_person
from privacyscan.encoded import decoded
from privacyscan.formats._charset import kind_of
from privacyscan.formats._encoded import unescaped
from privacyscan.formats._header import ROWS
from privacyscan.formats._tagged import are_apart
from privacyscan.formats.html import ATTRIBUTE, INLINE, TAG, header_of, label_of, meaning, name_of, tokens
from privacyscan.model import File, Place
from privacyscan.pseudonymize._work import Work
from privacyscan.pseudonymize.cells import Edit, edited
from privacyscan.pseudonymize.rewriters import Rewriter
from privacyscan.pseudonymize.rewriters._charset import Charset, charset_in

_READ = 1 << 20  # characters that are looked at together, and further ones up to the end of a line
_MOST = 8 << 20
_SIGN = re.compile(r"(\s\s+|[^\S ]|&#?\w{1,31};?)")  # what is shown as another sign, or as one blank
_FILE = re.compile(r"data:([^,\s]*);base64,\s*([A-Za-z0-9+/_=\s-]+)", re.IGNORECASE)
_FILES = re.compile(r"(data:[^,\s\"'();]{0,99}(?:;[^,\s\"'();]{1,99})*;base64,[A-Za-z0-9+/_=-]+)", re.IGNORECASE)
_PAGE = re.compile(r"(data:(?:text/html|image/svg\+xml)[^,]{0,99},)(.*)", re.IGNORECASE | re.DOTALL)
_BUTTON = 4 << 10  # bytes; pictures that are smaller show nobody


@dataclass(slots=True)
class Piece:
    """A piece of the page as it is `written`, and what it says to a reader."""

    written: str
    said: str = ""
    quote: str | None = None  # of the value of an attribute: what it must have around it once it is another
    is_code: bool = False  # what it says is written as it is, without entities
    is_alone: bool = False  # no sentence explains it: a name and nothing else is somebody's
    edits: list[Edit] = field(default_factory=list)

    def new(self, codec: str) -> str:
        """How it is written in the copy."""
        if not self.edits:
            return self.written
        text = edited(self.said, self.edits)
        if self.is_code:
            return text
        quote = self.quote or ""
        return quote + "".join(_writable(s, codec) for s in escape(text, self.quote is not None)) + quote


@dataclass(slots=True)
class _Table:
    """A table that is open. Its rows wait until it is clear whether they are records, or lay out the page."""

    is_records: bool | None = None
    rows: list[list[list[Piece]]] = field(default_factory=list)
    heads: list[int] = field(default_factory=list)  # of each, how many cells are said to be headers
    row: list[list[Piece]] = field(default_factory=list)  # the cells before the one at hand
    of_row: int = 0  # as `heads`


class Html:
    name = "html"
    formats = ("html",)
    part = ""
    as_text = True
    holds_files = False

    def rewrite(self, file: File, copy: Path, work: Work) -> None:
        kind = charset_in(file)
        rewrite(Page(file.place, work, kind.codec), kind, file, copy)


def rewrite(page: Page, kind: Charset, file: File, copy: Path) -> None:
    """Write the copy, piece by piece."""
    with kind.between(file, copy) as (text, out):
        for token, is_text in tokens(iter(lambda: text.read(_READ), ""), page.is_xml):
            page.take(token, is_text)
            if page.is_full:
                out.write(page.taken())
        out.write(page.taken())


class Page:
    """A page under way: what was taken since it was written last, and the lines that a reader sees in it."""

    is_xml = False

    def __init__(self, place: Place, work: Work, codec: str) -> None:
        self._place, self._work, self._codec = place, work, codec
        self._pieces: list[Piece] = []
        self._size = self._files = 0
        self._lines: list[list[Piece]] = []
        self._line: list[Piece] = []
        self._tables: list[_Table] = []  # in each other
        self._aside: list[list[Piece]] = []  # what attributes say, for the end of the line
        self._is_code = False  # in a script or style sheet

    @property
    def is_full(self) -> bool:
        """Whether enough was taken, and a line ends here."""
        table = self._table  # no row waits in those around it
        is_end = not self._line and not (table is not None and (table.rows or table.row))
        return self._size >= _MOST or (self._size >= _READ and is_end)

    def take(self, token: str, is_text: bool) -> None:
        """The next text, tag or comment."""
        if is_text and self._is_code:
            for line in token.splitlines(keepends=True):
                self._code(line)
        elif is_text:
            self._words(token)
        elif token.startswith("<!--"):
            self._comment(token)
        elif (tag := TAG.match(token)) is not None:
            self._tag(tag[1].lower(), token, tag.end())
        else:  # a declaration
            self._code(token)

    def taken(self) -> str:
        """What was taken, as it stands in the copy."""
        for table in self._tables:
            self._end_row(table)
            self._settle(table, table.is_records)
        self._lines += [self._line, *self._aside]
        self._line, self._aside = [], []
        said = "\n".join("".join(piece.said for piece in line) for line in self._lines)
        edits, at = deque(self._work.edits(self._place, said)), 0
        for line in self._lines:
            for piece in line:
                _edit(piece, at, edits)
                if piece.is_alone and not piece.edits and self._work.replaces("PERSON") and is_person(piece.said):
                    piece.edits = [(0, len(piece.said), self._work.value(self._place, "PERSON", piece.said))]
                at += len(piece.said)
            at += 1
        self._work.count(self._place, len(self._lines))
        new = "".join(piece.new(self._codec) for piece in self._pieces)
        self._pieces, self._lines, self._size = [], [], 0
        return new

    def _add(self, written: str, said: str = "", quote: str | None = None, is_code: bool = False) -> Piece:
        """The next piece of the page."""
        piece = Piece(written, said, quote, is_code)
        self._pieces.append(piece)
        self._size += len(written)
        return piece

    def _words(self, text: str) -> None:
        if self._line and are_apart("".join(piece.said for piece in self._line[-8:]), text):
            self._line.append(Piece("", " "))
        for words in _SIGN.split(text):
            said = " " if words.isspace() else unescape(words).replace("\xa0", " ")
            if said.startswith(" ") and (not self._line or self._line[-1].said.endswith(" ")):
                said = said.lstrip(" ")
                if said:
                    self._add(" ")
                    words = words[1:]
            piece = self._add(words, said)
            if said:
                self._line.append(piece)

    def _code(self, line: str) -> None:
        """A line that is no text of the page."""
        code = self._with_files(line.rstrip("\r\n"), "data")
        self._lines.append([self._add(code, _plain(code), is_code=True)])
        self._add(line[len(line.rstrip("\r\n")) :])

    def _comment(self, token: str) -> None:
        """A comment: tags may cut what stands in it, too."""
        inner = token[4:].removesuffix("-->")
        around, (self._line, self._aside, self._tables) = (self._line, self._aside, self._tables), ([], [], [])
        self._add("<!--")
        for part, is_text in tokens(iter([inner]), self.is_xml):
            if part.startswith("<!--"):
                self._code(part)
            else:
                self.take(part, is_text)
        while self._tables:
            self._end_table()
        self._end_line()
        self._add(token[4 + len(inner) :])
        (self._line, self._aside, self._tables), self._is_code = around, False

    def _tag(self, name: str, token: str, end: int) -> None:
        closes = token[1] == "/"
        self._is_code = name in ("script", "style") and not closes
        if name == "table":
            (self._end_table if closes else self._begin_table)()
        elif (table := self._table) is not None and name == "tr":
            self._end_row(table)
        elif table is not None and name in ("td", "th"):
            self._end_cell(table)
            table.of_row += name == "th" and not closes
        elif name not in INLINE:
            self._end_line()
        self._rest_of_tag(name, token, end)

    def _rest_of_tag(self, name: str, token: str, end: int) -> None:
        """The pieces of a tag; `end` is that of its name."""
        written = self._add(token[:end], is_code=True)
        if label_of(name, "", "") is not None:  # a `<` that begins no tag
            written.said = written.written
            self._aside.append([written])
        self._attributes(token, end)

    def _attributes(self, token: str, at: int) -> None:
        found = list(ATTRIBUTE.finditer(token, at, max(at, len(token.rstrip("/>")))))
        named = name_of({m[1].lower(): meaning(m) for m in found})
        for m in found:
            value, group = meaning(m), next((g for g in (2, 3, 4) if m[g]), 1)
            label = self._label(m[1].lower(), value, named)
            if label is None:
                continue
            start, stop = m.span(group)
            self._add(token[at : m.start(1)])
            name = self._add(m[1], m[1] if label in (m[1].lower(), "tag") else "", is_code=True)
            self._add(token[m.end(1) : start])
            at = stop
            if group == 1:
                piece = Piece("")
            elif (data := _FILE.fullmatch(value)) is not None and (copied := self._file(data, m[1])):
                self._add(copied)
                continue
            else:
                copied = self._within(m[1].lower(), value)
                piece = self._add(m[group], copied, '"' if group == 4 else "")
                piece.edits = [(0, 0, "")] if copied != value else []  # it is written anew
                piece.is_alone = True
            self._aside.append([name, Piece("", ": " if name.said else f"{label}: "), piece])
        self._add(token[at:])

    def _label(self, name: str, value: str, named: str) -> str | None:
        return label_of(name, value, named)

    def _within(self, name: str, value: str) -> str:
        """The value of an attribute with the pages and files in it copied."""
        if name == "srcdoc":
            return self._page(value)
        if (page := _PAGE.fullmatch(value)) is not None and ";base64" not in page[1].lower():
            copied = self._page(page[2])
            return value if copied == page[2] else page[1] + quote(copied)
        return self._with_files(value, name)

    def _page(self, written: str) -> str:
        """The copy of a page that stands in this one."""
        page = Page(self._place, self._work, "utf-8")
        for token, is_text in tokens(iter([written])):
            page.take(token, is_text)
        return page.taken()

    def _with_files(self, text: str, name: str) -> str:
        """A text with the files in it copied."""
        if ";base64," not in text.lower():
            return text
        parts = _FILES.split(text)
        found = (_FILE.fullmatch(part) if i % 2 else None for i, part in enumerate(parts))
        return "".join((self._file(m, name) if m else "") or part for part, m in zip(parts, found, strict=True))

    def _file(self, data: re.Match[str], name: str) -> str:
        """The copy of a file that the value of an attribute holds, written so; empty for what stays as it is."""
        try:
            content = decoded("".join(data[2].split()))
        except ValueError:
            return ""
        if kind_of(content) == "an image" and len(content) < _BUTTON:
            return ""
        self._files += 1
        place = self._place.child(f"{name} {self._files}")
        copied = self._work.member(File(place, lambda: BytesIO(content), len(content)))
        if copied is None:
            return "data:,"
        content = copied.read_bytes()
        copied.unlink()
        return f"data:{escape(data[1])};base64,{b64encode(content).decode('ascii')}"

    @property
    def _table(self) -> _Table | None:
        """The table at hand, unless it lays out the page."""
        return self._tables[-1] if self._tables and self._tables[-1].is_records is not False else None

    def _begin_table(self) -> None:
        if (table := self._table) is not None:
            self._end_row(table)
            self._settle(table, table.is_records or False)
        self._end_line()
        self._tables.append(_Table())

    def _end_table(self) -> None:
        if (table := self._table) is not None:
            self._end_row(table)
            self._settle(table, table.is_records)
        if self._tables:
            self._tables.pop()
        self._end_line()

    def _end_row(self, table: _Table) -> None:
        self._end_cell(table)
        if table.row:
            table.rows.append(table.row)
            table.heads.append(table.of_row)
        table.row, table.of_row = [], 0
        if table.is_records or len(table.rows) > ROWS:
            self._settle(table, table.is_records)

    def _end_cell(self, table: _Table) -> None:
        if self._line:
            table.row.append(self._line)
            self._line = []

    def _settle(self, table: _Table, is_records: bool | None) -> None:
        """Make lines of the rows that wait, as a scan has them: a label and what it says are one, a cell of a record is
        one by itself. `is_records` is None as long as nobody knows."""
        if is_records is None and table.rows:
            rows = [["".join(piece.said for piece in cell).strip() for cell in row] for row in table.rows]
            is_records = header_of(rows, table.heads) is not None
        for row in table.rows:
            self._lines += row if is_records else [_joined(row)]
        self._lines += self._aside
        table.is_records, table.rows, table.heads, self._aside = is_records, [], [], []

    def _end_line(self) -> None:
        """A line ends here; in a cell lines are one."""
        if self._table is None:
            if self._line:
                self._lines.append(self._line)
            self._lines += self._aside
            self._line, self._aside = [], []
        elif self._line and not self._line[-1].said.endswith(" "):
            self._line.append(Piece("", " "))


def _joined(row: list[list[Piece]]) -> list[Piece]:
    """The cells of a row that lays out the page as one line."""
    for cell in row[:-1]:
        is_label = len(row) == 2 and not "".join(piece.said for piece in cell).rstrip().endswith(":")
        cell.append(Piece("", ": " if is_label else " "))
    return [piece for cell in row for piece in cell]


def _edit(piece: Piece, at: int, edits: deque[Edit]) -> None:
    """Give a piece, which begins at this place of the text, its share of the edits that are left: what stands instead
    goes to the first that it meets."""
    end = at + len(piece.said)
    while edits and edits[0][0] < end:
        start, stop, instead = edits.popleft()
        if piece.written and stop > at:
            piece.edits.append((max(start, at) - at, min(stop, end) - at, instead))
            instead = ""
        if stop > end:
            edits.appendleft((end, stop, instead))
            return


def _plain(code: str) -> str:
    """What signs mean that JSON and addresses escape; the code itself where there are none."""
    meant = unescaped(code.encode("utf-8", "surrogateescape")).decode("utf-8", "surrogateescape")
    return code if meant == code else meant.rstrip() + code[len(code.rstrip()) :]


def _writable(sign: str, codec: str) -> str:
    """The sign, or its number where the charset of the page lacks it."""
    try:
        sign.encode(codec, "surrogateescape")
    except UnicodeEncodeError:
        return f"&#{ord(sign)};"
    return sign


plugin: Rewriter = Html()
