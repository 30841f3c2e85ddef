"""Workbooks of Excel (.xlsx): cells give way, formats and formulas stay.

The library writes what it knows and nothing else, so charts, pictures, macros and pivot tables do not come along, nor
do the results that formulas had: Excel reckons them anew.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from privacyscan.errors import TargetError
from privacyscan.formats._header import unique
from privacyscan.formats.spreadsheet import cell_text
from privacyscan.model import File, Place
from privacyscan.pseudonymize._work import Work
from privacyscan.pseudonymize.cells import Columns
from privacyscan.pseudonymize.judge import Verdicts
from privacyscan.pseudonymize.rewriters import Rewriter

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

Cell = Any  # of the library; also one that is merged into another, which holds nothing

MOST_CELLS = 5_000_000  # of a workbook, which the library holds in memory
_LEFT = re.compile(
    r"xl/(?:charts|media|drawings/drawing|pivot|embeddings|vbaProject|activeX|ctrlProps|externalLinks).*"
)
_LONGEST_NUMBER = 15  # digits that a cell of Excel holds


class Xlsx:
    name = "xlsx"
    formats = ("spreadsheet",)
    part = "xl/workbook.xml"
    as_text = False
    holds_files = False

    def rewrite(self, file: File, copy: Path, work: Work) -> None:
        from openpyxl import load_workbook
        from openpyxl.packaging.core import DocumentProperties

        if not file.name.lower().endswith(".xlsx"):
            raise TargetError("of workbooks of Excel only .xlsx is copied; save it as .xlsx", "unknown_format")
        judged = work.judge(file)
        with file.open() as stream, zipfile.ZipFile(stream) as members:
            if any(_LEFT.match(name) for name in members.namelist()):
                work.leave_out(file.place, "charts, pictures, pivot tables and links to other books do not come along")
        with file.open() as stream:
            book = load_workbook(stream)
            for sheet in list(book.worksheets):
                if (sheet.max_row or 0) * (sheet.max_column or 0) > MOST_CELLS:
                    raise TargetError(f"a sheet spans more than {MOST_CELLS} cells; save it as CSV", "too_large")
                if work.replacer.names_somebody(sheet.title):
                    raise TargetError("the name of a sheet holds personal data; rename it", "unsupported_type")
                _Sheet(sheet, file.place.child(sheet.title), judged, work).rewrite()
            for chart in list(book.chartsheets):
                book.remove(chart)
            book.properties = DocumentProperties()
            book.save(copy)


class _Sheet:
    """One sheet. Its tables are told by their headers, as the reader named their columns."""

    def __init__(self, sheet: Worksheet, place: Place, judged: Verdicts, work: Work) -> None:
        self._sheet, self._place, self._judged, self._work = sheet, place, judged, work
        names: dict[Place, list[str]] = {}
        for column in judged.places:
            if column.column is not None and column.path[: len(place.path)] == place.path:
                names.setdefault(Place(column.target, column.path), []).append(column.column)
        self._tables = {tuple(columns): table for table, columns in names.items()}

    def rewrite(self) -> None:
        unnamed = next((n for n in self._tables if n == tuple(f"c{i + 1}" for i in range(len(n)))), None)
        names, waiting = unnamed, list[Sequence[Cell]]()
        for row in self._sheet.iter_rows():
            texts = [cell_text(c.value) if c.value is not None else "" for c in row]
            header = self._header(texts)
            if header is not None:
                self._rows(names, waiting)
                names, waiting = header, []
            else:
                waiting.append(row)
                if len(waiting) >= self._work.limits.batch_rows:
                    self._rows(names, waiting)
                    waiting = []
        self._rows(names, waiting)
        for row in self._sheet.iter_rows():
            for cell in row:
                self._beside(cell)

    def _header(self, texts: Sequence[str]) -> tuple[str, ...] | None:
        """The names of the table whose header this row is."""
        filled = unique([t.strip() for t in texts]) if any(texts) else []
        return next((n for n in self._tables if list(n) == filled[: len(n)] and not any(texts[len(n) :])), None)

    def _rows(self, names: tuple[str, ...] | None, rows: Sequence[Sequence[Cell]]) -> None:
        """Replace what stands in the rows of a table, or above all tables where there are no names."""
        width = len(names) if names is not None else 0
        if names is not None and rows:
            columns = self._columns(names)
            cells = [[_text(row[i]) if i < len(row) else None for row in rows] for i in range(width)]
            for i, changed in enumerate(columns.changes(cells)):
                for number, new in changed.items():
                    _put(rows[number][i], new)
        for row in rows:
            for cell in row[width:]:
                if (text := _text(cell)) is not None and (new := self._work.text(self._place, text)) != text:
                    _put(cell, new)
        self._work.count(self._place, len(rows))

    def _columns(self, names: tuple[str, ...]) -> Columns:
        return self._work.columns(self._tables[names], names, self._judged)

    def _beside(self, cell: Cell) -> None:
        """Comments, links and formulas."""
        if cell.comment is not None:
            cell.comment.text = self._work.text(self._place, cell.comment.text)
            cell.comment.author = ""
        if cell.hyperlink is not None:
            link = " ".join(filter(None, (cell.hyperlink.target, cell.hyperlink.tooltip, cell.hyperlink.display)))
            if self._work.text(self._place, link) != link:
                cell.hyperlink = None
        if cell.data_type == "f" and isinstance(cell.value, str):
            new = self._work.text(self._place, cell.value)
            if new != cell.value:
                cell.value = None
                self._work.leave_out(self._place, f"the formula in {cell.coordinate} holds personal data and is empty")


def _text(cell: Cell) -> str | None:
    """What stands in a cell, as the reader sees it; None for formulas and empty cells."""
    value: Any = cell.value
    return None if value is None or value == "" or cell.data_type == "f" else str(cell_text(value))


def _put(cell: Cell, new: str | None) -> None:
    """The replacement, as the kind of value that the cell held where it can be."""
    old: Any = cell.value
    if new is not None and isinstance(old, int | float) and new.isdigit() and len(new) <= _LONGEST_NUMBER:
        cell.value = int(new)
    elif new is not None and isinstance(old, date):
        cell.value = _date(new)
    else:
        cell.value = new


def _date(text: str) -> datetime | str:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return text


plugin: Rewriter = Xlsx()
