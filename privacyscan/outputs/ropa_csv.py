"""ropa.csv: the same skeleton for programs that keep records of processing."""

from __future__ import annotations

from privacyscan.model import Assessment
from privacyscan.outputs import Output
from privacyscan.outputs._record import record
from privacyscan.outputs._sheets import as_csv
from privacyscan.outputs._view import view


class RopaCsv:
    """The output that other programs take in."""

    name = "ropa-csv"
    filename = "ropa.csv"

    def render(self, assessment: Assessment, language: str) -> bytes:
        return as_csv(record(view(assessment, language)))


plugin: Output = RopaCsv()
