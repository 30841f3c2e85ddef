"""Web pages: tables as tables, forms as lines of `label: value`, all other text, comments and scripts as lines."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from html import unescape
from urllib.parse import unquote

from privacyscan.formats import Format
from privacyscan.formats._blocks import Blocks
from privacyscan.formats._charset import charset, utf8_blocks
from privacyscan.formats._header import ROWS, header_row, is_data, unique, widened
from privacyscan.formats._hidden import Hidden
from privacyscan.formats._tagged import whole
from privacyscan.model import File, Limits, Part
from privacyscan.records import Records

HEAD = 64 << 10
_WINDOW = 256 << 10
_LONGEST = 16 << 20  # bytes of one tag, comment or script; a longer one is text
_BEGINNING = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.{0,500}?-->\s*)?<(?:!doctype html|html|head|body|table|meta)\b", re.I | re.S
)
TAG = re.compile(r"</?([A-Za-z][^\s/>]*)")
ATTRIBUTE = re.compile(r"\s*+([^\s=]++)(?:\s*+=\s*+(?:\"([^\"]*+)\"?|'([^']*+)'?|([^\s]++)))?")
INLINE = frozenset(
    {"a", "abbr", "b", "bdi", "bdo", "big", "cite", "code", "data", "dfn", "em", "font", "i", "img"}
    | {"ins", "kbd", "label", "mark", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup"}
    | {"time", "tt", "u", "var", "wbr", "acronym", "nobr", "rb", "ruby", "textpath", "tspan", "o:p"}
)
_NEXT_TAG, _TAG_END, _COMMENT_END = re.compile("(?=<)"), re.compile(">"), re.compile("-->")
_RAW_ENDS = {  # elements without tags in them
    name: re.compile(f"(?=</{name})", re.IGNORECASE) for name in ("script", "style", "textarea", "title")
}
_LAYOUT = frozenset(
    {"align", "bgcolor", "border", "cellpadding", "cellspacing", "charset", "class", "color", "colspan"}
    | {"d", "fill", "height", "http-equiv", "id", "lang", "method", "name", "points", "rel", "role", "rowspan"}
    | {"scope", "sizes", "stroke", "style", "target", "transform", "type", "valign", "viewbox", "width"}
)
_TELLING = re.compile("[0-9]{6}|@")
_SPACE = re.compile(r"\s+")
_OF_NAME = ("name", "property", "id")
_MOST_ASIDE = 100  # attributes
_MOST_SPAN = 1_000  # columns of a row up to which one cell may take several


class Html:
    name = "html"
    suffixes = (".html", ".htm", ".xhtml")
    binary = False

    def matches(self, head: bytes, name: str) -> int:
        kind = charset(head)
        text = "" if kind is None else head.decode(kind, "replace").lstrip("\ufeff")
        if _BEGINNING.match(text):
            return 3
        return 2 if name.endswith(self.suffixes) and TAG.search(text) else 0

    def read(self, file: File, limits: Limits) -> Iterator[Part]:
        page = _Page(file, limits)
        with file.open() as stream:
            kind = charset(stream.read(HEAD)) or "utf-8"
            stream.seek(0)
            pieces = (block.decode("utf-8", "replace") for block in utf8_blocks(stream, kind, _WINDOW))
            for token, is_text in tokens(pieces):
                yield from page.take(token, is_text)
        yield from page.rest()


def tokens(pieces: Iterator[str], is_xml: bool = False) -> Iterator[tuple[str, bool]]:
    """Tags and comments, and the texts between them (True): together all that the page is made of. What never ends goes
    to the end of the page. In XML no element is without tags in it."""
    window = _Window(pieces)
    while window.has(9):
        if not window.text.startswith("<", window.at):
            yield window.until(_NEXT_TAG), True
        elif window.text.startswith("<!--", window.at):
            yield window.until(_COMMENT_END), False
        else:
            tag = window.until(_TAG_END)
            yield tag, False
            name = TAG.match(tag)
            if not is_xml and name and name[1].lower() in _RAW_ENDS and tag[1] != "/" and window.has(1):
                yield window.until(_RAW_ENDS[name[1].lower()]), True


class _Window:
    """A moving piece of the page."""

    def __init__(self, pieces: Iterator[str]) -> None:
        self._pieces = pieces
        self.text, self.at = "", 0

    def has(self, wanted: int) -> bool:
        """Whether something is left; read on up to so many characters."""
        while len(self.text) - self.at < wanted and (piece := next(self._pieces, None)) is not None:
            self.text, self.at = self.text[self.at :] + piece, 0
        return self.at < len(self.text)

    def until(self, end: re.Pattern[str]) -> str:
        """The text up to the next end; all that is in sight where none comes."""
        while (found := end.search(self.text, self.at)) is None:
            size = len(self.text) - self.at
            self.has(2 * size)
            if len(self.text) - self.at == size or size > _LONGEST:
                break
        begin, self.at = self.at, found.end() if found else len(self.text)
        return self.text[begin : self.at]


class _Grid:
    """A table that is open. The first rows wait until it is clear whether they hold records, or lay out the page."""

    def __init__(self) -> None:
        self.rows: list[list[str]] = []
        self.heads: list[int] = []  # of each row, how many cells are said to be headers
        self.names: list[str] = []  # empty: not decided, or layout
        self.is_layout = False
        self.cell: list[str] | None = None
        self._spans: dict[int, int] = {}  # column -> rows that a cell above still takes

    def begin_row(self) -> None:
        self.rows.append([])
        self.heads.append(0)

    def begin_cell(self, tag: str, attributes: dict[str, str]) -> None:
        self.end_cell()
        if not self.rows:
            self.begin_row()
        row = self.rows[-1]
        while self._spans.get(len(row), 0):
            self._spans[len(row)] -= 1
            row.append("")
        if (down := _number(attributes.get("rowspan"))) > 1:
            self._spans[len(row)] = down - 1
        self.cell = []
        self.heads[-1] += tag == "th"
        self._wide = min(_number(attributes.get("colspan")), max(1, _MOST_SPAN - len(row)))

    def end_cell(self) -> None:
        if self.cell is not None:
            self.rows[-1] += [_joined(self.cell), *[""] * (self._wide - 1)]
            self.cell = None

    def decide(self) -> None:
        """Whether the rows are records below a header."""
        rows = [row for row in self.rows if any(row)]
        header = header_of(self.rows, self.heads)
        if header is None:
            self.is_layout = True
        else:
            self.names = unique(rows[header])
            self.above, self.rows = rows[:header], rows[header + 1 :]


def header_of(rows: list[list[str]], heads: list[int]) -> int | None:
    """Which of the rows that are not empty is the header of a table; None for one that lays out the page. `heads`: of
    each row, how many cells are said to be headers."""
    filled = [row for row in rows if any(row)]
    header = header_row(filled)
    if header is None and filled and heads[0] > 1 and heads[0] == len(rows[0]):
        header = 0
    return None if header is None or max(map(len, filled)) < 2 or _is_form(filled, heads) else header


def _is_form(rows: list[list[str]], heads: list[int]) -> bool:
    """Whether each row is a label and its value."""
    if max(map(len, rows)) != 2:
        return False
    if (sum(heads) >= len(rows) > 1 and heads[0] < 2) or all(row[0].endswith(":") for row in rows):
        return True
    numbers = [is_data(row[-1]) for row in rows[1:]]
    return any(numbers) and not all(numbers) and not any(is_data(row[0]) for row in rows)


class _Page:
    """A page under way."""

    def __init__(self, file: File, limits: Limits) -> None:
        self._texts, self._records = Blocks(file.place, limits), Records(file.place, limits)
        self._hidden = Hidden(file.place, limits)
        self._line: list[str] = []
        self._aside: list[str] = []  # what attributes say, for the end of the line
        self._grids: list[_Grid] = []
        self._tables = 0
        self._taken = 0

    def take(self, token: str, is_text: bool) -> Iterator[Part]:
        """The next text, tag or comment."""
        self._taken += len(token)
        if not is_text and token.startswith("<!--"):
            yield from self._say(token[4:].removesuffix("-->"))
        elif not is_text and (tag := TAG.match(token)):
            yield from self._tag(tag[1].lower(), token[1] == "/", token[tag.end() :].rstrip("/>"))
        else:
            held = self._grids[-1].cell if self._grids else None
            (self._line if held is None else held).append(unescape(token) if "&" in token else token)

    def rest(self) -> Iterator[Part]:
        """What is still open."""
        while self._grids:
            yield from self._end_table()
        yield from self._end_line()
        yield from self._records.rest()
        yield from self._texts.rest()
        yield from self._hidden.rest()

    def _tag(self, name: str, closes: bool, written: str) -> Iterator[Part]:
        attributes = _attributes(written) if written else {}
        grid = self._grids[-1] if self._grids else None
        if name == "table":
            yield from self._end_table() if closes else self._begin_table()
        elif grid is not None and not grid.is_layout and name in ("tr", "td", "th"):
            if name == "tr" or closes:
                grid.end_cell()
            if name == "tr":
                yield from self._rows(grid)
            if name == "tr" and not closes:
                grid.begin_row()
            elif not closes:
                grid.begin_cell(name, attributes)
        elif name not in INLINE:
            if grid is not None and grid.cell is not None:
                grid.cell.append(" ")
            else:
                yield from self._end_line()
        if (page := attributes.get("srcdoc")) is not None:
            attributes["srcdoc"] = "".join(unescape(t) if is_text else "" for t, is_text in tokens(iter([page])))
        said = [f"{label}: {value}" for label, value in _said(name, attributes)]
        self._aside += said
        if len(self._aside) > _MOST_ASIDE:
            yield from self._say("")

    def _begin_table(self) -> Iterator[Part]:
        if self._grids and not self._grids[-1].is_layout and not self._grids[-1].names:
            yield from self._lay_out(self._grids[-1])
        yield from self._end_line()
        self._grids.append(_Grid())

    def _end_table(self) -> Iterator[Part]:
        if not self._grids:
            return
        grid = self._grids[-1]
        grid.end_cell()
        yield from self._rows(grid, ended=True)
        self._grids.pop()
        yield from self._end_line()

    def _rows(self, grid: _Grid, ended: bool = False) -> Iterator[Part]:
        """Hand over the rows that are whole, once it is clear what they are."""
        if not grid.names and not grid.is_layout and (ended or len(grid.rows) > ROWS) and any(map(any, grid.rows)):
            grid.decide()
            if grid.is_layout:
                yield from self._lay_out(grid)
            else:
                self._tables += 1
                for row in grid.above:
                    yield from self._say(" ".join(filter(None, row)))
        if grid.names:
            path = (f"table {self._tables}",)
            for row in filter(any, grid.rows):
                grid.names = widened(grid.names, len(row))
                if self._records.add(path, dict(zip(grid.names, row, strict=False)), self._taken):
                    yield from self._records.full()
            grid.rows, grid.heads = [], []

    def _lay_out(self, grid: _Grid) -> Iterator[Part]:
        """The rows of a table that is none, as lines."""
        grid.is_layout = True
        for row in filter(any, grid.rows):
            filled = [cell for cell in row if cell]
            if len(filled) == 2:
                filled[0] = filled[0].rstrip(" :") + ":"
            yield from self._say(" ".join(filled))
        self._line += grid.cell or []
        grid.rows, grid.heads, grid.cell = [], [], None

    def _end_line(self) -> Iterator[Part]:
        line, self._line = _joined(self._line), []
        yield from self._say(line)

    def _say(self, text: str) -> Iterator[Part]:
        """Some lines of text, and what attributes said before."""
        aside, self._aside = self._aside, []
        for line in (text, *aside):
            if line.strip():
                data = line.strip().encode("utf-8", "replace") + b"\n"
                yield from self._texts.add(data)
                yield from self._hidden.add(data)


def _attributes(written: str) -> dict[str, str]:
    return {m[1].lower(): meaning(m) for m in ATTRIBUTE.finditer(written)}


def meaning(attribute: re.Match[str]) -> str:
    """What the value of an attribute means: of an address, without the signs that stand for others."""
    value = unescape(attribute[2] or attribute[3] or attribute[4] or "")
    return unquote(value) if "%" in value else value


def _said(tag: str, attributes: dict[str, str]) -> Iterator[tuple[str, str]]:
    """What the attributes of a tag say: values of forms under their names, all that is no layout under its own."""
    named = name_of(attributes)
    if _TELLING.search(tag):  # a `<` that begins no tag
        yield "tag", tag
    for name, value in attributes.items():
        if (label := label_of(name, value, named)) is not None:
            yield label, value or name


def name_of(attributes: Mapping[str, str]) -> str:
    """What a tag calls its value; empty for nothing."""
    return next((given for name in _OF_NAME if (given := attributes.get(name))), "")


def label_of(name: str, value: str, named: str) -> str | None:
    """Under which label an attribute says something; None for layout, and for the name (`named`) of something else."""
    if not value:
        return "tag" if _TELLING.search(name) else None  # a `<` that begins no tag
    if (name in _LAYOUT or (name in _OF_NAME and value == named)) and not _TELLING.search(value):
        return name if ";base64," in value else None
    return named if name in ("value", "content") and named else name


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 5 else 1


def _joined(pieces: list[str]) -> str:
    return _SPACE.sub(" ", whole(pieces)).strip()


plugin: Format = Html()
