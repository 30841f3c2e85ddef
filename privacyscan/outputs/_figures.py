"""What every report counts from an assessment: sums by kind and class, assets by risk, what was not read."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from privacyscan.model import Assessment, Asset, Finding, Place, Reason, Risk, Skipped

NO_RISK = Risk(0, "low", ())


@dataclass(frozen=True, slots=True)
class Count:
    """How much was found of one kind or class of data."""

    code: str
    category: str
    findings: int
    assets: int
    matched: int


@dataclass(frozen=True, slots=True)
class Reach:
    """What became of one target: how much of it was read, and how many places were not."""

    target: str
    assets: int
    with_findings: int
    rows: int
    bytes: int
    unread: int
    left_out: int


@dataclass(frozen=True)
class Figures:
    """The figures of one assessment, each counted when it is first asked for."""

    assessment: Assessment

    @cached_property
    def asset_ids(self) -> Mapping[Place, str]:
        return {a.place: a.id for a in reversed(self.assessment.scan.assets)}

    @cached_property
    def assets(self) -> Mapping[str, Asset]:
        return {a.id: a for a in self.assessment.scan.assets}

    def asset_id(self, finding: Finding) -> str:
        """The id of the asset the finding lies in; empty when the scan does not list it."""
        return self.asset_ids.get(finding.place.asset, "")

    @cached_property
    def findings_of(self) -> Mapping[str, tuple[Finding, ...]]:
        """Asset id -> its findings, those of the highest risk first."""
        groups: dict[str, list[Finding]] = defaultdict(list)
        for finding in self.assessment.scan.findings:
            groups[self.asset_id(finding)].append(finding)
        return {i: tuple(sorted(group, key=self._finding_order)) for i, group in groups.items()}

    def _finding_order(self, finding: Finding) -> tuple[float, int, str, str]:
        return (-self.finding_risk(finding).score, -finding.matched, finding.place.column or "", finding.entity)

    def risk(self, asset: Asset) -> Risk:
        return self.assessment.asset_risks.get(asset.id, NO_RISK)

    def finding_risk(self, finding: Finding) -> Risk:
        return self.assessment.finding_risks.get(finding.id, NO_RISK)

    def persons(self, asset: Asset) -> int:
        return self.assessment.scan.persons_by_asset.get(asset.id, 0)

    def known(self, asset: Asset) -> Mapping[str, int] | None:
        """How many known persons were found in the asset, of how many; None without a list of them."""
        known = self.assessment.scan.known
        return None if known is None or asset.known is None else {"found": asset.known, "persons": known.persons}

    @cached_property
    def with_findings(self) -> tuple[Asset, ...]:
        """Assets with findings, the most at risk first."""
        found = [a for a in self.assessment.scan.assets if a.id in self.findings_of]
        return tuple(sorted(found, key=lambda a: (-self.risk(a).score, -self.persons(a), a.place)))

    @cached_property
    def without_findings(self) -> tuple[Asset, ...]:
        """Assets that were read wholly, not as a sample, and in which nothing was found."""
        read = (a for a in self.assessment.scan.assets if a.complete and a.mode == "full")
        return tuple(a for a in read if a.id not in self.findings_of)

    @cached_property
    def cut_short(self) -> tuple[Asset, ...]:
        """Assets of which a part was not read, samples apart."""
        return tuple(a for a in self.assessment.scan.assets if not a.complete and a.mode == "full")

    @cached_property
    def sampled(self) -> tuple[Asset, ...]:
        """Assets that were read as a sample."""
        return tuple(a for a in self.assessment.scan.assets if a.mode == "sample")

    @cached_property
    def unread(self) -> tuple[Skipped, ...]:
        """What was in scope and was not read; what a sample left out comes last."""
        unread = (s for s in self.assessment.scan.skipped if s.reason.in_scope)
        return tuple(sorted(unread, key=lambda s: s.reason is Reason.SAMPLED))

    @cached_property
    def excluded(self) -> tuple[Skipped, ...]:
        """What the user left out."""
        skipped = self.assessment.scan.skipped
        return tuple(s for s in skipped if not s.reason.in_scope and s.reason is not Reason.NAMES)

    @cached_property
    def without_names(self) -> tuple[Skipped, ...]:
        """Where names of persons were not looked for, though all was read."""
        return tuple(s for s in self.assessment.scan.skipped if s.reason is Reason.NAMES)

    @cached_property
    def unread_by_reason(self) -> tuple[tuple[Reason, tuple[Skipped, ...]], ...]:
        """Reasons, the most frequent first, with what they hit."""
        return _by_reason(self.unread)

    @cached_property
    def excluded_by_reason(self) -> tuple[tuple[Reason, tuple[Skipped, ...]], ...]:
        """Why the user left out what was left out, the most frequent first."""
        return _by_reason(self.excluded)

    @cached_property
    def reach(self) -> tuple[Reach, ...]:
        """What became of each target, in the order in which they were given."""
        scan = self.assessment.scan
        assets: dict[str, list[Asset]] = defaultdict(list)
        for asset in scan.assets:
            assets[asset.place.target].append(asset)
        unread = Counter(s.place.target for s in self.unread)
        left_out = Counter(s.place.target for s in self.excluded)
        return tuple(
            Reach(
                target=target,
                assets=len(assets[target]),
                with_findings=sum(a.id in self.findings_of for a in assets[target]),
                rows=sum(a.rows for a in assets[target]),
                bytes=sum(a.bytes for a in assets[target]),
                unread=unread[target],
                left_out=left_out[target],
            )
            for target in dict.fromkeys((*scan.targets, *assets, *unread, *left_out))
        )

    @cached_property
    def coverage(self) -> tuple[tuple[str, int], ...]:
        """How many assets were read to their end or in part, and how many places were not read or not to their end."""
        whole = [a for a in self.assessment.scan.assets if a.complete and a.mode == "full"]
        return (
            ("found", len(whole) - len(self.without_findings)),
            ("clean", len(self.without_findings)),
            ("partial", len(self.cut_short)),
            ("sampled", len(self.sampled)),
            ("unread", len(self.unread)),
            ("excluded", len(self.excluded)),
        )

    @cached_property
    def by_entity(self) -> tuple[Count, ...]:
        """Kinds of data, those in most findings first."""
        return _counts(self, ((f.entity, f) for f in self.assessment.scan.findings))

    @cached_property
    def by_level(self) -> Mapping[str, int]:
        """Level -> how many findings are of it."""
        return Counter(self.finding_risk(f).level for f in self.assessment.scan.findings)

    @cached_property
    def by_exposure(self) -> Mapping[str, int]:
        """How many assets with findings show each exposure, the most frequent first."""
        shown = Counter(code for a in self.with_findings for code in {e.code for e in a.exposure})
        return dict(sorted(shown.items(), key=lambda s: (-s[1], s[0])))

    @cached_property
    def by_category(self) -> tuple[Count, ...]:
        return _counts(self, ((f.category, f) for f in self.assessment.scan.findings))

    @property
    def bytes(self) -> int:
        return sum(a.bytes for a in self.assessment.scan.assets)

    @property
    def rows(self) -> int:
        return sum(a.rows for a in self.assessment.scan.assets)

    @property
    def cells(self) -> int:
        return sum(a.cells for a in self.assessment.scan.assets)


def bound(asset: Asset) -> float | None:
    """For a sample: the share of rows that may still hold data of a kind that was not seen, at 95 % confidence.

    The rule of three: when none of n rows shows it, at most 3/n of all rows do (Hanley and Lippman-Hand, JAMA 1983);
    rounded up. None when everything was read.
    """
    return None if asset.mode == "full" else min(10**6, -(-3 * 10**6 // max(1, asset.rows))) / 10**6


def bound_rows(asset: Asset) -> int | None:
    """The same as a number of rows, fewer than which hold such data. None when everything was read or the rows are not
    known."""
    share = bound(asset)
    return None if share is None or asset.total is None else math.floor(share * asset.total) + 1


def _by_reason(skipped: Iterable[Skipped]) -> tuple[tuple[Reason, tuple[Skipped, ...]], ...]:
    groups: dict[Reason, list[Skipped]] = defaultdict(list)
    for one in skipped:
        groups[one.reason].append(one)
    return tuple((r, tuple(group)) for r, group in sorted(groups.items(), key=lambda g: (-len(g[1]), g[0])))


def _counts(figures: Figures, coded: Iterable[tuple[str, Finding]]) -> tuple[Count, ...]:
    groups: dict[str, list[Finding]] = defaultdict(list)
    for code, finding in coded:
        groups[code].append(finding)
    counts = (
        Count(code, g[0].category, len(g), len({figures.asset_id(f) for f in g}), sum(f.matched for f in g))
        for code, g in groups.items()
    )
    return tuple(sorted(counts, key=lambda c: (-c.findings, -c.matched, c.code)))
