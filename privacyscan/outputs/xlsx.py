"""report.xlsx: summary, findings, assets, what was not read, and duties, a sheet each."""

from __future__ import annotations

from privacyscan.model import Assessment
from privacyscan.outputs import Output
from privacyscan.outputs._sheets import as_xlsx
from privacyscan.outputs._tables import sheets
from privacyscan.outputs._view import view


class Xlsx:
    """The output for people who sort and filter."""

    name = "xlsx"
    filename = "report.xlsx"

    def render(self, assessment: Assessment, language: str) -> bytes:
        made = view(assessment, language)
        return as_xlsx(sheets(made), made.texts("report.title"), assessment.scan.finished)


plugin: Output = Xlsx()
