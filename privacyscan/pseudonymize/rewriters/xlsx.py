"""Workbooks of Excel (.xlsx): cells give way, formats and formulas stay.

The library writes what it knows and nothing else, so charts, pictures, macros and pivot tables do not come along, nor
do the results that formulas had: Excel reckons them anew.
"""

from __future__ import annotations

import re
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

from privacyscan.errors import TargetError
from privacyscan.formats.spreadsheet import cell_text
from privacyscan.model import File, Place
from privacyscan.pseudonymize._work import Work
from privacyscan.pseudonymize.rewriters import Rewriter
from privacyscan.pseudonymize.rewriters._sheet import Rows, check_title

Cell = Any  # of the library; also one that is merged into another, which holds nothing

MOST_CELLS = 5_000_000  # of a workbook, which the library holds in memory
_LEFT = re.compile(
    r"xl/(?:charts|media|drawings/drawing|pivot|embeddings|vbaProject|activeX|ctrlProps|externalLinks).*"
)
_OTHER_BOOK = re.compile(r"(?<![\w\]])\[[0-9]+\]")  # in a formula
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
            book = load_workbook(stream, keep_links=False)
            for sheet in list(book.worksheets):
                if (sheet.max_row or 0) * (sheet.max_column or 0) > MOST_CELLS:
                    raise TargetError(f"a sheet spans more than {MOST_CELLS} cells; save it as CSV", "too_large")
                check_title(sheet.title, work)
                place = file.place.child(sheet.title)
                Rows(place, judged, work, _text, _put).rewrite(sheet.iter_rows())
                for row in sheet.iter_rows():
                    for cell in row:
                        _beside(cell, place, work)
            for chart in list(book.chartsheets):
                book.remove(chart)
            for names in (book.defined_names, *(sheet.defined_names for sheet in book.worksheets)):
                for name in [n for n, value in names.items() if _OTHER_BOOK.search(value.attr_text or "")]:
                    del names[name]
            book.properties = DocumentProperties()
            book.save(copy)


def _beside(cell: Cell, place: Place, work: Work) -> None:
    """Comments, links and formulas."""
    if cell.comment is not None:
        cell.comment.text = work.text(place, cell.comment.text)
        cell.comment.author = ""
    if cell.hyperlink is not None:
        link = " ".join(filter(None, (cell.hyperlink.target, cell.hyperlink.tooltip, cell.hyperlink.display)))
        if work.text(place, link) != link:
            cell.hyperlink = None
    if cell.data_type == "f" and isinstance(cell.value, str):
        if _OTHER_BOOK.search(cell.value):
            cell.value = None
            work.leave_out(place, f"the formula in {cell.coordinate} reads another book and is empty")
        elif work.text(place, cell.value) != cell.value:
            cell.value = None
            work.leave_out(place, f"the formula in {cell.coordinate} holds personal data and is empty")


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
