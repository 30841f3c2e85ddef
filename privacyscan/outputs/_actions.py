"""What to do first: a few concrete steps, in order, derived from exposures, findings, duties and what was not read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from privacyscan.model import Asset, Duty, Evidence
from privacyscan.outputs._figures import Figures

MOST = 5
# what an exposure asks for; several exposures may ask for the same step, any other is to be closed
STEPS = {
    "world_readable": "restrict",
    "group_readable": "restrict",
    "anonymous": "restrict",
    "guest": "restrict",
    "no_authentication": "restrict",
    "granted_to_everyone": "restrict",
    "public_bucket": "restrict",
    "granted_to_public": "restrict",
    "granted_to_all_hosts": "restrict",
    "owned_by_nobody": "restrict",
    "backup_name": "copies",
    "dump_content": "copies",
    "copy_name": "copies",
    "export_name": "copies",
    "test_name": "copies",
    "production_in_test": "copies",
    "archive": "archive",
}
NOT_KNOWN = "probe_unknown"  # no exposure, but that one could not be looked for
URGENT_FIRST = ("restrict", "close", "copies", "archive")


@dataclass(frozen=True, slots=True)
class Action:
    """One step: a code with a sentence in reports/text/, the assets it concerns, and what it rests on."""

    code: str
    assets: tuple[Asset, ...] = ()
    exposure: tuple[Evidence, ...] = ()
    duty: Duty | None = None


def actions(figures: Figures) -> tuple[Action, ...]:
    """At most five steps, the most urgent first; never none."""
    first = [Action("finish")] if figures.assessment.scan.status == "interrupted" else []
    exposed = list(_exposures(figures))
    middle = [*exposed[:2], *_unread(figures), *_specific(figures), *exposed[2:]]
    last = [*_worst(figures), *_duties(figures), Action("repeat")]
    return tuple([*first, *middle, *last][:MOST])


def _exposures(figures: Figures) -> Iterator[Action]:
    """One step per kind of exposure, those of the assets at most risk first."""
    assets: dict[str, dict[str, Asset]] = defaultdict(dict)
    shown: dict[str, dict[str, Evidence]] = defaultdict(dict)
    for asset in figures.with_findings:
        for exposure in asset.exposure:
            if exposure.code == NOT_KNOWN:
                continue
            step = STEPS.get(exposure.code, "close")
            shown[step].setdefault(exposure.code, exposure)
            assets[step].setdefault(asset.id, asset)
    concerned = {step: tuple(found.values()) for step, found in assets.items()}
    for step in sorted(concerned, key=lambda s: (-figures.risk(concerned[s][0]).score, URGENT_FIRST.index(s))):
        yield Action(step, concerned[step], tuple(shown[step].values()))


def _unread(figures: Figures) -> Iterator[Action]:
    if figures.unread:
        yield Action("unread")


def _specific(figures: Figures) -> Iterator[Action]:
    """Data of the class that Pasal 4 (2) protects more."""
    assets = [a for a in figures.with_findings if any(f.category == "spesifik" for f in figures.findings_of[a.id])]
    if assets:
        yield Action("specific", tuple(assets))


def _worst(figures: Figures) -> Iterator[Action]:
    if figures.with_findings:
        yield Action("worst", figures.with_findings[:3])


def _duties(figures: Figures) -> Iterator[Action]:
    """Duties for which a scan sees a lack, the plain ones first."""
    for status in ("not_met", "at_risk"):
        for duty in figures.assessment.duties:
            if duty.status == status:
                yield Action("duty", duty=duty)
