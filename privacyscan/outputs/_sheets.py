"""Tables for spreadsheets, as CSV or XLSX. Nothing in them is taken for a formula, and no control sign gets in."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from privacyscan.outputs._numbers import shorten, visible

Cell = str | int | float | None
# https://owasp.org/www-community/attacks/CSV_Injection: signs that begin a formula, full-width ones too
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
_LONGEST = 32_767  # characters of a cell, https://support.microsoft.com/office/excel-specifications-and-limits
_MOST = 1_048_575  # rows below the titles
_WIDEST, _WIDEST_HEAD = 60, 20  # characters; longer cells wrap
_ON_PAPER = 200  # characters beside each other that can still be read on a sheet
_A4 = 9  # the number that XLSX has for this size of paper


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table. `blank` are the columns that people fill in."""

    name: str
    columns: tuple[str, ...]
    rows: Sequence[Sequence[Cell]]
    blank: frozenset[int] = frozenset()


def as_csv(sheet: Sheet) -> bytes:
    """The sheet as CSV (RFC 4180) in UTF-8, with the mark by which Excel knows that."""
    out = io.StringIO(newline="")
    csv.writer(out).writerows([sheet.columns, *([_harmless(cell) for cell in row] for row in sheet.rows)])
    return out.getvalue().encode("utf-8-sig")


def as_xlsx(sheets: Sequence[Sheet], title: str, created: str) -> bytes:
    """The sheets as one workbook that was made at `created` (ISO 8601)."""
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    book.set_properties({"title": title, "created": datetime.fromisoformat(created).replace(tzinfo=None)})
    for sheet in sheets:
        _write(book, sheet, title)
    book.close()
    return out.getvalue()


def _write(book: Any, sheet: Sheet, title: str) -> None:
    page = book.add_worksheet(sheet.name)
    head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1, "bg_color": "#E4EFF1"})
    plain = {"text_wrap": True, "valign": "top"}
    text, quoted = book.add_format(plain), book.add_format({**plain, "quote_prefix": True})
    empty = book.add_format({**plain, "bg_color": "#FAEEC9"})
    widths = [_width(name, [row[column] for row in sheet.rows[:1000]]) for column, name in enumerate(sheet.columns)]
    for column, name in enumerate(sheet.columns):
        page.write_string(0, column, name, head)
        page.set_column(column, column, widths[column])
    for number, row in enumerate(sheet.rows[:_MOST], 1):
        for column, cell in enumerate(row):
            if isinstance(cell, str):
                style = empty if column in sheet.blank else quoted if _is_formula(cell) else text
                page.write_string(number, column, shorten(visible(cell), _LONGEST), style)
            elif cell is not None:
                page.write_number(number, column, cell, text)
    page.freeze_panes(1, 0)
    page.autofilter(0, 0, max(1, len(sheet.rows[:_MOST])), len(sheet.columns) - 1)
    page.set_landscape()
    page.set_paper(_A4)
    page.fit_to_pages(-(-sum(widths) // _ON_PAPER), 0)
    page.repeat_rows(0)
    page.set_footer(f"&L{title}&R&P / &N")


def _width(name: str, cells: Sequence[Cell]) -> int:
    return min(_WIDEST, max(10, min(_WIDEST_HEAD, len(name)), *(len(str(cell)) for cell in cells), 0) + 2)


def _harmless(cell: Cell) -> Cell:
    """The cell as a spreadsheet may open it: behind an apostrophe where it would begin a formula."""
    if not isinstance(cell, str):
        return cell
    return f"'{visible(cell)}" if _is_formula(cell) else visible(cell)


def _is_formula(text: str) -> bool:
    return text.lstrip().startswith(_FORMULA)
