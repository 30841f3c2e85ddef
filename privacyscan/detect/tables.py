"""Tables: the verdicts on all columns together, because what stands beside a column says what it can be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from privacyscan.detect.claims import ColumnTally
from privacyscan.detect.rules import Rule
from privacyscan.detect.verdicts import Around, Verdict, verdicts

PRESENT = 0.3  # share of a column's cells from which a verdict says what the table is about


def table_verdicts(
    columns: Mapping[str, ColumnTally], rules: Mapping[str, Rule], most_places: int
) -> Mapping[str, Sequence[Verdict]]:
    """Column -> its verdicts. Each column is judged by itself first, then again beside the others."""
    alone = {name: list(verdicts(name, column, rules, most_places, Around())) for name, column in columns.items()}
    identifying = {name for name, found in alone.items() if _identifies(found, columns[name].seen)}
    if not identifying:
        return alone
    return {
        name: list(verdicts(name, column, rules, most_places, Around(person=not identifying <= {name})))
        for name, column in columns.items()
    }


def _identifies(found: Sequence[Verdict], seen: int) -> bool:
    """Whether a column with these verdicts says that the rows are of persons."""
    return any(v.rule.identifier.identifies and v.matched >= PRESENT * seen for v in found)
