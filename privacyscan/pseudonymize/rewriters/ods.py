"""Spreadsheets of OpenDocument (.ods): cells give way, formats and formulas stay.

Results that formulas had do not come along, nor do charts, pivot tables, links to other books and databases, earlier
versions of changed cells, forms and macros; pictures become blank. What a cell shows of a number or a date stays where
that is its value.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from copy import deepcopy
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO
from xml.etree.ElementTree import Element, TreeBuilder, tostring

from privacyscan.errors import TargetError
from privacyscan.formats._xml import fed
from privacyscan.formats.spreadsheet import cell_text
from privacyscan.model import File
from privacyscan.pseudonymize._work import Work
from privacyscan.pseudonymize.judge import Verdicts
from privacyscan.pseudonymize.rewriters import Rewriter
from privacyscan.pseudonymize.rewriters._office import Line, Words, drop, local, written
from privacyscan.pseudonymize.rewriters._opendocument import VALUES, Package, rewritten
from privacyscan.pseudonymize.rewriters._sheet import Rows, check_title

_ROWS = 2_000  # that are held in memory
_WIDEST = 16_384  # columns of a sheet
_LONGEST_NUMBER = 15  # digits that a cell holds
_CELLS = frozenset({"table-cell", "covered-table-cell"})
_BY_CELL = dict.fromkeys(_CELLS, VALUES | {"formula"})  # attributes that are looked at with their cell
_REPEATED = "number-columns-repeated"
_NUMBERS = frozenset({"float", "currency", "percentage"})
_VALUED = _NUMBERS | {"date", "time", "boolean"}
_MARK = "rows"  # an element in the place of rows that are written already
_MARKED = re.compile(rb'<rows n="([0-9]+)" />')
_HELD = re.compile(r'"|[0-9]{6}')  # by a formula: a text, a long number
_CURRENCY, _MOST_LETTERS = re.compile("[A-Z]{3}"), 3


class Ods:
    name = "ods"
    formats = ("spreadsheet",)
    part = "content.xml"
    as_text = False
    holds_files = False

    def rewrite(self, file: File, copy: Path, work: Work) -> None:
        judged = work.judge(file)

        def content(package: Package, member: zipfile.ZipInfo, out: IO[bytes]) -> None:
            with TemporaryFile(dir=copy.parent) as rows:
                book = _Book(package, judged, rows)
                for _ in fed(package.container.chunks(member), book.start, book.end, book.characters):
                    pass
                book.write(out)

        rewritten(file, copy, work, frozenset({"spreadsheet"}), content)


class _Book:
    """The main part as it is parsed. Rows are replaced and written to a file, so that only some are in memory."""

    def __init__(self, package: Package, judged: Verdicts, file: IO[bytes]) -> None:
        self._package, self._judged, self._file = package, judged, file
        self._around, self._row = TreeBuilder(), TreeBuilder()  # all but rows, and the row at hand
        self._rows: list[Element] = []
        self._depth = 0  # of the elements of a row that are open
        self._ends: list[int] = []  # in the file, of the rows that each mark stands for
        self._sheet: Rows[_Cell | None] | None = None
        self._formulas = 0  # that hold personal data

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = local(tag)
        if self._depth or name == "table-row":
            if name == "table":
                raise TargetError("a table stands in a cell", "unsupported_type")
            if self._sheet is None:
                raise TargetError("rows stand in no sheet", "damaged")
            self._depth += 1
            self._row.start(tag, attributes)
            return
        self._flush()
        if name == "table":
            if self._sheet is not None:
                raise TargetError("a table stands in a shape", "unsupported_type")
            title = next((v for k, v in attributes.items() if local(k) == "name"), "")
            check_title(title, self._package.work)
            place = self._package.place.child(title)
            self._sheet = Rows(place, self._judged, self._package.work, _text, _put)
        self._around.start(tag, attributes)

    def end(self, tag: str) -> None:
        if not self._depth:
            self._flush()
            self._around.end(tag)
            if local(tag) == "table":
                self._sheet = None
            return
        self._row.end(tag)
        self._depth -= 1
        if not self._depth:
            self._rows.append(self._row.close())
            self._row = TreeBuilder()
            if len(self._rows) >= _ROWS:
                self._flush()

    def characters(self, data: str) -> None:
        if self._depth:
            self._row.data(data)
        elif not self._rows:  # between rows stands no text
            self._around.data(data)

    def _flush(self) -> None:
        """Replace what stands in the rows at hand, and write them."""
        if not self._rows:
            return
        rows = Element(_MARK)
        rows.extend(self._rows)
        self._rows = []
        package, words = self._package, self._package.words
        package.clean(rows, _BY_CELL)
        cells = [list(_cells(row, words)) for row in rows]
        if self._sheet is not None:
            self._sheet.rewrite(cells)
        beside: list[Line] = []
        for cell in (c for row in cells for c in row if c is not None):
            self._formulas += cell.finish(words)
            beside += cell.beside(words)
        words.rewrite(beside)
        self._file.write(tostring(rows, encoding="unicode")[len(f"<{_MARK}>") : -len(f"</{_MARK}>")].encode())
        self._around.start(_MARK, {"n": str(len(self._ends))})
        self._around.end(_MARK)
        self._ends.append(self._file.tell())

    def write(self, out: IO[bytes]) -> None:
        """Write the part, with the rows in their places."""
        root = self._around.close()
        if drop(root, _is_of_another_book):
            self._package.tell("links to other books do not come along")
        self._package.clean(root)
        self._package.words.rewrite(self._package.words.lines(root))
        pieces = _MARKED.split(written(root))
        for i, piece in enumerate(pieces):
            if i % 2:
                number = int(piece)
                start = self._ends[number - 1] if number else 0
                self._file.seek(start)
                out.write(self._file.read(self._ends[number] - start))
            else:
                out.write(piece)
        if self._formulas:
            self._package.work.leave_out(
                self._package.place,
                f"{self._formulas} formulas hold personal data, or read another book, and are empty",
            )


def _is_of_another_book(element: Element) -> bool:
    """Whether a sheet holds what was last read from another book."""
    title = next((v for k, v in element.items() if local(k) == "name"), "")
    return local(element.tag) == "table" and "://" in title


class _Cell:
    """One cell that holds something. `text` is what the reader sees; None for a formula."""

    __slots__ = ("_is_changed", "_keys", "element", "kind", "text")

    def __init__(self, element: Element, words: Words) -> None:
        self.element, self._is_changed = element, False
        self._keys = {local(key): key for key in element.attrib}
        self.kind = self._value("value-type")
        self.text = None if "formula" in self._keys else self._seen(words)

    def _value(self, name: str) -> str:
        key = self._keys.get(name)
        return self.element.get(key, "") if key is not None else ""

    def _paragraphs(self) -> list[Element]:
        return [p for p in self.element if local(p.tag) == "p"]

    def _shown(self, words: Words) -> str:
        return "\n".join(_line(p, words) for p in self._paragraphs())

    def _seen(self, words: Words) -> str:
        value = self._value("value")
        if self.kind in _NUMBERS and value:
            try:
                return cell_text(float(value))
            except ValueError:
                return value
        if self.kind == "boolean":
            return self._value("boolean-value").upper()
        return self._value(f"{self.kind}-value") or self._shown(words)

    def put(self, new: str | None) -> None:
        """The replacement, as the kind of value that the cell held where it can be."""
        self._is_changed, self.text = True, new
        is_number = "value" in self._keys and self.kind in _NUMBERS
        if new is not None and is_number and new.isdigit() and len(new) <= _LONGEST_NUMBER:
            self.element.set(self._keys["value"], new)
        elif new is not None and "date-value" in self._keys and _is_date(new):
            self.element.set(self._keys["date-value"], new)
        else:
            self._forget("string" if new is not None else "")

    def _forget(self, kind: str) -> None:
        """Leave out the value, and let the cell be of this kind."""
        for key in [k for k in self.element.attrib if local(k) in VALUES]:
            if local(key) == "value-type" and kind:
                self.element.set(key, kind)
            else:
                del self.element.attrib[key]

    def _forget_others(self) -> None:
        """Leave out what is said beside the value."""
        own = {"value-type", f"{self.kind}-value"} | ({"value"} if self.kind in _NUMBERS else set())
        if _CURRENCY.fullmatch(self._value("currency")):
            own.add("currency")
        for key in [k for k in self.element.attrib if local(k) in VALUES and local(k) not in own]:
            del self.element.attrib[key]

    def finish(self, words: Words) -> bool:
        """Let the cell show its value and nothing else; whether it had a formula that cannot stay."""
        self._forget_others()
        if "formula" in self._keys:
            self._forget("")
            self._show("", words)
            return self._check_formula(words)
        text = self.text or ""
        if self._is_changed or not self._shows(text, words):
            if self.kind == "string" and not self._is_changed:
                self._forget("string")
            self._show(text, words)
        return False

    def _shows(self, text: str, words: Words) -> bool:
        """Whether what the cell shows is its value and no more."""
        shown = self._shown(words)
        if shown == text or self.kind not in _VALUED:
            return shown == text
        letters, figures, value = sum(map(str.isalpha, shown)), *(re.sub("[^0-9]", "", t) for t in (shown, text))
        if self.kind in _NUMBERS:
            return letters <= _MOST_LETTERS and figures.strip("0") == value.strip("0")
        return letters <= _MOST_LETTERS + 2 and len(figures) <= len("01011990") and len(shown) <= len("01-01-1990")

    def _show(self, text: str, words: Words) -> None:
        paragraphs, lines = self._paragraphs(), text.split("\n") if text else []
        if len(paragraphs) == len(lines) and all("\n" not in _line(p, words) for p in paragraphs):
            for paragraph, line in zip(paragraphs, lines, strict=True):
                _rewrite(paragraph, line, words)
            return
        at = list(self.element).index(paragraphs[0]) if paragraphs else len(self.element)
        for paragraph in paragraphs:
            self.element.remove(paragraph)
        for i, line in enumerate(lines):
            made = Element(paragraphs[0].tag if paragraphs else "text:p")
            made.text = line
            self.element.insert(at + i, made)

    def _check_formula(self, words: Words) -> bool:
        formula = self._value("formula")
        if "://" not in formula and (not _HELD.search(formula) or words.label(formula) == formula):
            return False
        del self.element.attrib[self._keys["formula"]]
        return True

    def beside(self, words: Words) -> Iterator[Line]:
        """The lines of comments and shapes."""
        for child in self.element:
            yield from words.lines(child)[local(child.tag) == "p" :]


def _text(cell: _Cell | None) -> str | None:
    return (cell.text or None) if cell is not None else None


def _put(cell: _Cell | None, new: str | None) -> None:
    if cell is not None:
        cell.put(new)


def _cells(row: Element, words: Words) -> Iterator[_Cell | None]:
    """The cells of a row; None for those that hold nothing. One that stands for several becomes so many."""
    empty = 0
    for element in list(row):
        if local(element.tag) not in _CELLS:
            continue
        key = next((k for k in element.attrib if local(k) == _REPEATED), "")
        times = int(element.get(key, "1")) if key else 1
        if not len(element) and not any(local(k) in VALUES or local(k) == "formula" for k in element.attrib):
            empty += times
            continue
        if empty + times > _WIDEST:
            raise TargetError("a row has too many cells", "too_large")
        yield from [None] * empty
        empty = 0
        if key:
            del element.attrib[key]
        at = list(row).index(element) if times > 1 else 0
        yield _Cell(element, words)
        for i, copied in enumerate([deepcopy(element) for _ in range(times - 1)], 1):
            row.insert(at + i, copied)
            yield _Cell(copied, words)


def _line(paragraph: Element, words: Words) -> str:
    if not len(paragraph):
        return (paragraph.text or "").replace("\n", " ")
    return "".join(line.text for line in words.lines(paragraph)[:1])


def _rewrite(paragraph: Element, new: str, words: Words) -> None:
    """Write what is new into a paragraph."""
    lines = words.lines(paragraph)
    if lines and lines[0].pieces:
        lines[0].put(new)
    else:
        paragraph.text = new


def _is_date(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


plugin: Rewriter = Ods()
