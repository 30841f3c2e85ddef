"""The verdicts on a file before it is copied, and on the copy before it is handed over."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from privacyscan.detect import AssetTally, Detector
from privacyscan.detect.quasi import Quasi, quasi
from privacyscan.model import Finding, Place, Skipped, Table, Text
from privacyscan.pseudonymize._originals import Same
from privacyscan.work import tallied

STRICT = 0.5  # from this share of cells that are nothing but a value on, a column is there for these values


@dataclass(frozen=True, slots=True)
class Judged:
    """One verdict on a column. `strict`: the column is there for this entity, so that a cell which is no value of it is
    a damaged one, and not safe. `running`: it was read from sentences and records in the cells."""

    finding: Finding
    strict: bool
    running: bool = False

    @property
    def entity(self) -> str:
        """The entity that the column is judged to hold."""
        return self.finding.entity

    @property
    def often(self) -> bool:
        """Whether as many cells hold such a value, alone or among others."""
        return self.finding.matched >= STRICT * self.finding.seen


@dataclass(frozen=True, slots=True)
class Verdicts:
    """What the columns of a file hold. `columns` maps a place with column to its verdicts, most certain first; `places`
    are all columns, and the texts that hold something."""

    columns: Mapping[Place, tuple[Judged, ...]]
    places: tuple[Place, ...]
    tables: int
    rows: int
    skipped: tuple[Skipped, ...]
    quasi: Mapping[Place, Quasi]  # tables whose rows can be compared, and by what
    same: Mapping[tuple[Place, str], int]  # cells by place and entity that the detector's list of originals holds


def verdicts(
    detector: Detector, parts: Iterable[Table | Text | Skipped], count: Callable[[Place, int], None]
) -> Verdicts:
    """Read the parts to their end; `count(place, rows)` is told of each batch.

    They are given as parts, not as a unit to read: a database must be judged and copied in one transaction.
    """
    read = tallied(parts, detector, lambda place, rows, _: count(place, rows))
    found: dict[Place, list[Judged]] = defaultdict(list)
    quasis: dict[Place, Quasi] = {}
    same: dict[tuple[Place, str], int] = {}
    for tally in read.assets:
        findings = list(detector.findings(tally))
        if tally.text is None and (of := quasi(list(tally.columns), findings, detector.identifiers)) is not None:
            quasis[tally.place] = of
        for place, _, verdict in detector.verdicts(tally) if detector.known is not None else ():
            if isinstance(verdict.tally.met, Same):
                same[place, verdict.rule.id] = verdict.tally.met.cells
        for finding in findings:
            if detector.rules[finding.entity].identifier.derived is not None:
                continue  # goes with the values that tell it
            running = tally.text is None and any(e.code == "running_text" for e in finding.evidence)
            found[finding.place].append(Judged(finding, not running and _is_strict(finding, tally), running))
    tables = [t for t in read.assets if t.text is None]
    places = dict.fromkeys([*(t.place.at(name) for t in tables for name in t.columns), *found])
    columns = {p: tuple(f) for p, f in found.items()}
    rows = sum(t.rows for t in tables)
    return Verdicts(columns, tuple(places), len(tables), rows, tuple(read.skipped), quasis, same)


def _is_strict(finding: Finding, tally: AssetTally) -> bool:
    column = tally.columns.get(finding.place.column or "")
    whole = column.claims[finding.entity].whole if column is not None else 0
    return min(finding.matched, whole) >= STRICT * finding.seen
