"""What the conditions of scorings and regulations are judged by: the findings, and what is known of where they lie."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from privacyscan.assess import persons
from privacyscan.model import Condition, Copy, Evidence, Finding, Identifier, Place, Reidentification, Scan

YEAR = 365.25 * 86_400  # seconds


@dataclass(frozen=True, slots=True)
class Facts:
    """A scan, looked up by place. Suppressed findings are left out: somebody has judged them.

    `asset_ids`, `exposures` and `reidentification` know each asset by its place without column and row.
    """

    findings: tuple[Finding, ...]
    identifiers: Mapping[str, Identifier]
    by_asset: Mapping[Place, Sequence[Finding]]
    asset_ids: Mapping[Place, str]
    exposures: Mapping[Place, frozenset[str]]
    reidentification: Mapping[Place, Reidentification]  # where it was computed
    persons_by_asset: Mapping[Place, int]
    persons_total: int
    copied: Mapping[Place, float]  # the largest share of its persons that is in one other asset
    past_retention: frozenset[Place]

    def is_person(self, finding: Finding) -> bool:
        """Whether each value of it stands for one person; not so for a kind that no rule describes any more."""
        identifier = self.identifiers.get(finding.entity)
        return identifier is not None and identifier.person

    def counts_persons(self, finding: Finding) -> bool:
        """Whether its different values say how many persons there are at least."""
        return persons.counts(finding, self.identifiers)

    def holding(self, condition: Condition, findings: Iterable[Finding]) -> list[Finding]:
        """Those of the findings for which the condition holds; none when they are too few persons or assets."""
        found = [f for f in findings if self._fits(condition, f)]
        if condition.min_persons and (not found or self.persons(found) < condition.min_persons):
            return []
        if condition.min_assets and _most_assets(found) < condition.min_assets:
            return []
        return found

    def _fits(self, condition: Condition, finding: Finding) -> bool:
        identifier = self.identifiers.get(finding.entity)
        group = identifier.group if identifier is not None else ""
        return (
            (not condition.categories or finding.category in condition.categories)
            and (not condition.entities or finding.entity in condition.entities)
            and (not condition.groups or group in condition.groups)
            and (condition.person is None or condition.person == self.is_person(finding))
            and (not condition.min_copied or self.copied.get(finding.place.asset, 0.0) >= condition.min_copied)
            and (not condition.past_retention or finding.place.asset in self.past_retention)
            and (not condition.exposure or not self.codes(finding.place.asset).isdisjoint(condition.exposure))
        )

    def codes(self, asset: Place) -> frozenset[str]:
        """The exposure codes of an asset."""
        return self.exposures.get(asset, frozenset())

    def persons(self, findings: Sequence[Finding]) -> int:
        """The number of persons that the assets with these findings concern, at least."""
        assets = {f.place.asset for f in findings}
        if len(assets) == len(self.by_asset):
            return self.persons_total
        most = max((self.persons_by_asset.get(a, 0) for a in assets), default=0)
        return max(most, persons.total((f for a in assets for f in self.by_asset.get(a, ())), self.identifiers))

    def persons_of(self, finding: Finding) -> int:
        """The number of persons one finding concerns: its different values, or for a trait of persons (a birth
        date) the persons of its asset, but no more than it has matches."""
        if self.counts_persons(finding):
            return finding.distinct
        return min(finding.matched, self.persons_by_asset.get(finding.place.asset, 0))


def gather(scan: Scan, identifiers: Mapping[str, Identifier], copies: Iterable[Copy] = ()) -> Facts:
    """The facts of a scan, in which `copies` were found."""
    findings = tuple(f for f in scan.findings if f.status != "suppressed")
    by_asset: dict[Place, list[Finding]] = defaultdict(list)
    for finding in findings:
        by_asset[finding.place.asset].append(finding)
    evidence: dict[Place, list[Evidence]] = defaultdict(list)
    counts: dict[Place, int] = defaultdict(int)
    for asset in scan.assets:
        evidence[asset.place] += asset.exposure
        counts[asset.place] = max(counts[asset.place], scan.persons_by_asset.get(asset.id, 0))
    for place, estimate in persons.by_asset(findings, identifiers).items():
        counts[place] = max(counts[place], estimate)
    return Facts(
        findings=findings,
        identifiers=identifiers,
        by_asset=dict(by_asset),
        asset_ids={a.place: a.id for a in reversed(scan.assets)},
        exposures={place: frozenset(e.code for e in shown) for place, shown in evidence.items()},
        reidentification={a.place: a.reidentification for a in scan.assets if a.reidentification is not None},
        persons_by_asset=dict(counts),
        persons_total=max([scan.persons, *counts.values()]),
        copied=_copied(scan, copies),
        past_retention=_past_retention(scan),
    )


def _copied(scan: Scan, copies: Iterable[Copy]) -> Mapping[Place, float]:
    """Tables of one database speak of the same persons by design, so they are no copies of each other."""
    assets = {a.id: a for a in scan.assets}
    shares: dict[Place, float] = defaultdict(float)
    for copy in copies:
        pair = (assets[copy.asset], assets[copy.other])
        if len({a.place.target for a in pair}) > 1 or any(a.kind != "table" for a in pair):
            shares[pair[0].place] = max(shares[pair[0].place], copy.share)
    return shares


def _past_retention(scan: Scan) -> frozenset[Place]:
    """The assets that nobody wrote to since the retention of the settings began; none where none is set."""
    years = scan.settings.get("retention_years")
    if years is None:
        return frozenset()
    begins = datetime.fromisoformat(scan.started).timestamp() - years * YEAR
    written = [(a.place, a.access.modified) for a in scan.assets if a.access is not None]
    return frozenset(place for place, modified in written if modified is not None and modified < begins)


def _most_assets(findings: Iterable[Finding]) -> int:
    """The number of assets that hold the kind of data which lies in most of them."""
    assets: dict[str, set[Place]] = defaultdict(set)
    for finding in findings:
        assets[finding.entity].add(finding.place.asset)
    return max((len(places) for places in assets.values()), default=0)
