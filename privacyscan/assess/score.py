"""Leak risk: the points of five factors, each recomputable by hand, added to a score of 0 to 100.

A factor's points are its share (four decimals) times the most it gives, rounded to one decimal; the score is
the sum of the points, rounded to a whole number. Halves are rounded up. More findings, persons or exposure never
lower a score: every factor takes the heaviest that applies, or a count.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal

from privacyscan.assess.facts import Facts
from privacyscan.model import Factor, Finding, Place, Risk, Scoring, Weight


def of_finding(finding: Finding, facts: Facts, scoring: Scoring) -> Risk:
    """The risk of one finding alone."""
    return _risk([finding], facts.persons_of(finding), facts, scoring)


def of_asset(place: Place, facts: Facts, scoring: Scoring) -> Risk:
    """The risk of all that lies in one asset together; 0 where nothing was found, however open it lies."""
    return _risk(facts.by_asset.get(place, ()), facts.persons_by_asset.get(place, 0), facts, scoring)


def of_all(facts: Facts, scoring: Scoring) -> Risk:
    """The risk of the whole scan. Of the exposures the widest counts: that is where a leak would begin."""
    return _risk(facts.findings, facts.persons_total, facts, scoring)


def _risk(findings: Sequence[Finding], persons: int, facts: Facts, scoring: Scoring) -> Risk:
    if not findings:
        return Risk(0, scoring.levels[0][0], ())
    factors = (
        _weight("sensitivity", scoring.sensitivity, findings, facts, scoring),
        _weight("identifiability", scoring.identifiability, findings, facts, scoring),
        _kinds(findings, scoring),
        _persons(persons, scoring),
        _exposure(findings, facts, scoring),
    )
    score = total(factors)
    return Risk(score, level(score, scoring), factors)


def total(factors: Iterable[Factor]) -> int:
    """The score that factors add up to."""
    points = sum((Decimal(str(f.points)) for f in factors), Decimal(0))
    return int(points.quantize(Decimal(1), ROUND_HALF_UP))


def level(score: int, scoring: Scoring) -> str:
    """The highest level that the score reaches."""
    return [name for name, least in scoring.levels if score >= least][-1]


def _factor(
    code: str, share: float, scoring: Scoring, value: float, params: dict[str, str | int | float] | None = None
) -> Factor:
    exact = Decimal(str(share)).quantize(Decimal("0.0001"), ROUND_HALF_UP)
    points = (exact * scoring.most[code]).quantize(Decimal("0.1"), ROUND_HALF_UP)
    return Factor(code, value, float(points), scoring.most[code], {"share": float(exact), **(params or {})})


def _weight(
    code: str, weights: Sequence[Weight], findings: Sequence[Finding], facts: Facts, scoring: Scoring
) -> Factor:
    for weight in sorted(weights, key=lambda w: -w.share):
        heaviest = facts.holding(weight.when, findings)
        if heaviest:
            entities = ", ".join(sorted({f.entity for f in heaviest}))
            return _factor(code, weight.share, scoring, weight.share, {"entities": entities})
    return _factor(code, 0, scoring, 0)


def _kinds(findings: Sequence[Finding], scoring: Scoring) -> Factor:
    kinds = len({f.entity for f in findings})
    return _factor("kinds", min(1, kinds / scoring.kinds), scoring, kinds, {"full": scoring.kinds})


def _persons(persons: int, scoring: Scoring) -> Factor:
    share = min(1, math.log10(max(1, persons)) / math.log10(scoring.persons))
    return _factor("persons", share, scoring, persons, {"full": scoring.persons})


def _exposure(findings: Sequence[Finding], facts: Facts, scoring: Scoring) -> Factor:
    shares = {e.code: e.share for e in scoring.exposures}

    def share(asset: Place) -> float:
        return min(1, round(sum(shares.get(c, scoring.other_exposure) for c in facts.codes(asset)), 4))

    worst = max(sorted({f.place.asset for f in findings}), key=share)
    where = {"asset": facts.asset_ids.get(worst, ""), "codes": ", ".join(sorted(facts.codes(worst)))}
    return _factor("exposure", share(worst), scoring, share(worst), dict(where))
