"""ropa.xlsx: the skeleton of a record of processing activities as a workbook."""

from __future__ import annotations

from privacyscan.model import Assessment
from privacyscan.outputs import Output
from privacyscan.outputs._record import guide, record
from privacyscan.outputs._sheets import as_xlsx
from privacyscan.outputs._tables import unread
from privacyscan.outputs._view import view


class Ropa:
    """The output for officers who complete the record in a spreadsheet."""

    name = "ropa"
    filename = "ropa.xlsx"

    def render(self, assessment: Assessment, language: str) -> bytes:
        made = view(assessment, language)
        sheets = (record(made), unread(made), guide(made))
        return as_xlsx(sheets, made.texts("record.title"), assessment.scan.finished)


plugin: Output = Ropa()
