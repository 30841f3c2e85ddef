"""What a scan sees that makes an impact assessment due: specific data, many persons, data that can be combined."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from privacyscan.model import Asset
from privacyscan.outputs._view import View

LARGE = 10_000  # persons; a threshold of ours, as in rules/regulations/: the law says "large scale" alone


@dataclass(frozen=True, slots=True)
class Sign:
    """One sign of high risk: its code in reports/text/, the figures of its sentence, the assets that show it."""

    code: str
    figures: Mapping[str, int | str]
    assets: tuple[Asset, ...]


def signs(view: View) -> Mapping[str, Sign]:
    """The signs that show, by code."""
    found = (_specific(view), _large(view), _combined(view))
    return {sign.code: sign for sign in found if sign.assets or sign.figures["persons"]}


def signs_of(view: View, asset: Asset) -> Iterator[str]:
    """Codes of the signs that one asset shows by itself."""
    if any(f.category == "spesifik" for f in view.figures.findings_of.get(asset.id, ())):
        yield "specific"
    if view.figures.persons(asset) >= LARGE:
        yield "large"


def _specific(view: View) -> Sign:
    figures = view.figures
    found = [f for f in view.assessment.scan.findings if f.category == "spesifik"]
    ids = {figures.asset_id(f) for f in found}
    kinds = ", ".join(dict.fromkeys(view.entity(f.entity) for f in found))
    assets = tuple(a for a in figures.with_findings if a.id in ids)
    return Sign("specific", {"count": len(found), "assets": len(assets), "kinds": kinds, "persons": 0}, assets)


def _large(view: View) -> Sign:
    persons = view.assessment.scan.persons
    assets = tuple(a for a in view.figures.with_findings if view.figures.persons(a) >= LARGE)
    shown = persons if persons >= LARGE or assets else 0
    return Sign("large", {"persons": shown, "least": LARGE, "assets": len(assets)}, assets)


def _combined(view: View) -> Sign:
    """The kind of data that stands for one person and lies in most assets, where it lies in more than one."""
    assets: dict[str, set[str]] = defaultdict(set)
    for finding in view.assessment.scan.findings:
        if finding.entity in view.titles.persons:
            assets[finding.entity].add(view.figures.asset_id(finding))
    kind = max(assets, key=lambda e: (len(assets[e]), e), default="")
    ids = assets[kind] if kind and len(assets[kind]) > 1 else set()
    shown = tuple(a for a in view.figures.with_findings if a.id in ids)
    copies = len(view.assessment.copies)
    return Sign("combined", {"kind": view.entity(kind), "assets": len(shown), "copies": copies, "persons": 0}, shown)
