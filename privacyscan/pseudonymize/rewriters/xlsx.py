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
from privacyscan.pseudonymize.rewriters._office import Vocabulary, Words
from privacyscan.pseudonymize.rewriters._sheet import Rows, check_title

Cell = Any  # of the library; also one that is merged into another, which holds nothing

MOST_CELLS = 5_000_000  # of a workbook, which the library holds in memory
_LEFT = re.compile(
    r"xl/(?:charts|media|drawings/drawing|pivot|embeddings|vbaProject|activeX|ctrlProps|externalLinks).*"
)
_OTHER_BOOK = re.compile(r"(?<![\w\]])\[[0-9]+\]")  # in a formula
_WORDS = Vocabulary(frozenset(), {})
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
        from openpyxl.workbook.protection import DocumentSecurity

        if not file.name.lower().endswith(".xlsx"):
            raise TargetError("of workbooks of Excel only .xlsx is copied; save it as .xlsx", "unknown_format")
        judged = work.judge(file)
        with file.open() as stream, zipfile.ZipFile(stream) as members:
            if any(_LEFT.match(name) for name in members.namelist()):
                work.leave_out(file.place, "charts, pictures, pivot tables and links to other books do not come along")
        with file.open() as stream:
            book: Any = load_workbook(stream, keep_links=False)
            for sheet in list(book.worksheets):
                if (sheet.max_row or 0) * (sheet.max_column or 0) > MOST_CELLS:
                    raise TargetError(f"a sheet spans more than {MOST_CELLS} cells; save it as CSV", "too_large")
                check_title(sheet.title, work)
                place = file.place.child(sheet.title)
                Rows(place, judged, work, _text, _put).rewrite(sheet.iter_rows())
                words = Words(work, place, _WORDS)
                for row in sheet.iter_rows():
                    for cell in row:
                        _beside(cell, place, work, words)
                _around(sheet, words)
            for chart in list(book.chartsheets):
                book.remove(chart)
            words = Words(work, file.place, _WORDS)
            for names in (book.defined_names, *(sheet.defined_names for sheet in book.worksheets)):
                _name(names, words)
            for i, written in enumerate(book._number_formats):
                book._number_formats[i] = words.label(written)
            for style in book._named_styles:
                style.name = words.label(style.name)
            book.properties, book.security, book.code_name = DocumentProperties(), DocumentSecurity(), None
            book.custom_doc_props.props.clear()
            book.save(copy)


def _beside(cell: Cell, place: Place, work: Work, words: Words) -> None:
    """Comments, links and formulas."""
    if cell.comment is not None:
        cell.comment.text = words.label(cell.comment.text)
        cell.comment.author = ""
    if (link := cell.hyperlink) is not None:
        said = [text for text in (link.target, link.location, link.tooltip, link.display) if text]
        if any(words.label(text) != text for text in (*said, " ".join(said))):
            cell.hyperlink = None
    formula = getattr(cell.value, "text", cell.value)  # of several cells together
    if cell.data_type == "f" and isinstance(formula, str):
        if _OTHER_BOOK.search(formula):
            cell.value = None
            work.leave_out(place, f"the formula in {cell.coordinate} reads another book and is empty")
        elif words.label(formula) != formula:
            cell.value = None
            work.leave_out(place, f"the formula in {cell.coordinate} holds personal data and is empty")


def _around(sheet: Any, words: Words) -> None:
    """What a sheet holds beside its cells. Filters, scenarios and passwords do not come along."""
    from openpyxl.worksheet.protection import SheetProtection
    from openpyxl.worksheet.scenario import ScenarioList

    sheet.protection = SheetProtection(sheet=sheet.protection.sheet)
    for rule in sheet.data_validations.dataValidation:
        _relabel(rule, ("prompt", "promptTitle", "error", "errorTitle", "formula1", "formula2"), words)
    for rule in (rule for rules in sheet.conditional_formatting for rule in rules.rules):
        _relabel(rule, ("text",), words)
        rule.formula = [words.label(formula) for formula in rule.formula]
    for part in (f"{which}{end}" for which in ("odd", "even", "first") for end in ("Header", "Footer")):
        for side in ("left", "center", "right"):
            _relabel(getattr(getattr(sheet, part), side), ("text",), words)
    sheet.auto_filter.filterColumn, sheet.auto_filter.sortState = [], None
    sheet.scenarios, sheet.sheet_properties.codeName = ScenarioList(), None
    for table in sheet.tables.values():
        table.comment = None
        _relabel(table, ("name",), words)
        if table.autoFilter is not None:
            table.autoFilter.filterColumn, table.autoFilter.sortState = [], None
        for column, cell in zip(table.tableColumns, sheet[table.ref][0], strict=False):
            column.name = str(cell.value) if table.headerRowCount and cell.value is not None else column.name
            _relabel(column, ("name", "totalsRowLabel"), words)


def _relabel(thing: Any, names: tuple[str, ...], words: Words) -> None:
    """Replace what is found in these attributes."""
    for name in names:
        text = getattr(thing, name)
        if text and (new := words.label(text)) != text:
            setattr(thing, name, new)


def _name(names: Any, words: Words) -> None:
    """Names of ranges and constants: those that hold a value, or read another book, do not come along."""
    for name, held in list(names.items()):
        said = held.attr_text or ""
        if _OTHER_BOOK.search(said) or words.label(said) != said or words.label(name) != name:
            del names[name]
        else:
            held.comment = held.description = held.customMenu = held.help = held.statusBar = None


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
