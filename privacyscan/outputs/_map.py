"""The map of risk: which asset holds which group of data, how bad each is, and how many persons it concerns."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from privacyscan.model import Asset, Finding, Risk
from privacyscan.outputs._figures import Figures

# in the order of the columns; what other rules call their groups comes after them
GROUPS = ("identity", "contact", "biography", "financial", "health", "location", "security")
OTHER = "other"  # of a kind of data that no rule describes any more


@dataclass(frozen=True, slots=True)
class Cell:
    """What one asset holds of one group: the worst of its findings, and whether any is of specific data."""

    risk: Risk
    findings: int
    persons: int
    specific: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One asset, with a cell for each group; None: nothing of it was found there."""

    asset: Asset
    cells: tuple[Cell | None, ...]


@dataclass(frozen=True, slots=True)
class Persons:
    """Between how many and how many persons data of a group or class concern. Nobody knows how many of them are in
    several assets: at least those of the largest, at most those of all together."""

    code: str
    least: int
    most: int
    findings: int
    assets: int


def groups(figures: Figures, group_of: Mapping[str, str]) -> tuple[str, ...]:
    """The groups of which something was found."""
    found = {group_of.get(f.entity, OTHER) for f in figures.assessment.scan.findings}
    return tuple([g for g in GROUPS if g in found] + sorted(found - set(GROUPS)))


def rows(figures: Figures, assets: Sequence[Asset], group_of: Mapping[str, str]) -> tuple[Row, ...]:
    """The rows of the map for these assets."""
    columns = groups(figures, group_of)
    return tuple(Row(asset, _cells(figures, asset, columns, group_of)) for asset in assets)


def _cells(
    figures: Figures, asset: Asset, columns: Sequence[str], group_of: Mapping[str, str]
) -> tuple[Cell | None, ...]:
    inside: dict[str, list[Finding]] = defaultdict(list)
    for finding in figures.findings_of[asset.id]:  # the worst come first
        inside[group_of.get(finding.entity, OTHER)].append(finding)
    return tuple(_cell(figures, asset, inside[g]) if g in inside else None for g in columns)


def _cell(figures: Figures, asset: Asset, findings: Sequence[Finding]) -> Cell:
    return Cell(
        risk=figures.finding_risk(findings[0]),
        findings=len(findings),
        persons=concerned(figures, asset, findings),
        specific=any(f.category == "spesifik" for f in findings),
    )


def concerned(figures: Figures, asset: Asset, findings: Iterable[Finding]) -> int:
    """How many persons of an asset these findings concern: no more than it holds, nor than values matched."""
    return min(figures.persons(asset), max((f.matched for f in findings), default=0))


def persons_by_group(figures: Figures, group_of: Mapping[str, str]) -> tuple[Persons, ...]:
    """The persons of each group of data."""
    return _persons(figures, groups(figures, group_of), lambda f: group_of.get(f.entity, OTHER))


def persons_by_category(figures: Figures) -> tuple[Persons, ...]:
    """The persons of each class of data, specific data first."""
    found = {f.category for f in figures.assessment.scan.findings}
    return _persons(figures, sorted(found), lambda f: f.category)


def _persons(figures: Figures, codes: Sequence[str], code_of: Callable[[Finding], str]) -> tuple[Persons, ...]:
    found: dict[str, dict[str, list[Finding]]] = defaultdict(lambda: defaultdict(list))
    for asset in figures.with_findings:
        for finding in figures.findings_of[asset.id]:
            found[code_of(finding)][asset.id].append(finding)
    return tuple(_between(figures, code, found[code]) for code in codes)


def _between(figures: Figures, code: str, found: Mapping[str, Sequence[Finding]]) -> Persons:
    counts = [concerned(figures, figures.assets[asset], findings) for asset, findings in found.items()]
    least = max(counts, default=0)
    most = max(least, min(sum(counts), figures.assessment.scan.persons))
    return Persons(code, least, most, sum(map(len, found.values())), len(counts))
