"""findings.csv: one row per finding, and one per place that was not read."""

from __future__ import annotations

from privacyscan.model import Assessment
from privacyscan.outputs import Output
from privacyscan.outputs._sheets import as_csv
from privacyscan.outputs._tables import everything
from privacyscan.outputs._view import view


class Csv:
    """The output for other programs and for spreadsheets."""

    name = "csv"
    filename = "findings.csv"

    def render(self, assessment: Assessment, language: str) -> bytes:
        return as_csv(everything(view(assessment, language)))


plugin: Output = Csv()
