"""Leak risk: the points of five factors, each recomputable by hand, added to a score of 0 to 100.

A factor's points are its share (four decimals) times the most it gives, rounded to one decimal; the score is
the sum of the points, rounded to a whole number. Halves are rounded up. More findings, persons or exposure never
lower a score: every factor takes the heaviest that applies, or a count.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from privacyscan.assess.facts import Facts
from privacyscan.model import Factor, Finding, Place, Risk, Scoring, Weight

Params = dict[str, str | int | float]


class Scorer:
    """The risks of one scan by one scoring."""

    def __init__(self, facts: Facts, scoring: Scoring) -> None:
        self.facts, self.scoring = facts, scoring
        self.sensitivity = sorted(scoring.sensitivity, key=lambda w: -w.share)
        self.identifiability = sorted(scoring.identifiability, key=lambda w: -w.share)
        self.share_of_code = {e.code: e.share for e in scoring.exposures}
        self.nothing = Risk(0, scoring.levels[0][0], ())

    def of_finding(self, finding: Finding) -> Risk:
        """The risk of one finding alone."""
        return self._risk([finding], [finding.place.asset], self.facts.persons_of(finding))

    def of_asset(self, place: Place) -> Risk:
        """The risk of all that lies in one asset together; 0 where nothing was found, however open it lies."""
        return self._risk(self.facts.by_asset.get(place, ()), [place], self.facts.persons_by_asset.get(place, 0))

    def of_all(self) -> Risk:
        """The risk of the whole scan. Of the exposures the widest counts: that is where a leak would begin."""
        return self._risk(self.facts.findings, sorted(self.facts.by_asset), self.facts.persons_total)

    def _risk(self, findings: Sequence[Finding], assets: Sequence[Place], persons: int) -> Risk:
        if not findings:
            return self.nothing
        factors = (
            self._heaviest("sensitivity", self.sensitivity, findings),
            self._heaviest("identifiability", self.identifiability, findings),
            self._kinds(findings),
            self._persons(persons),
            self._exposure(assets),
        )
        score = total(factors)
        return Risk(score, level(score, self.scoring), factors)

    def _heaviest(self, code: str, weights: Sequence[Weight], findings: Sequence[Finding]) -> Factor:
        """The weight of the findings that weigh most; the scoring file ends in a weight for all others."""
        for weight in weights:
            heaviest = self.facts.holding(weight.when, findings)
            if heaviest:
                entities = ", ".join(sorted({f.entity for f in heaviest}))
                return self._factor(code, weight.share, weight.share, {"entities": entities})
        return self._factor(code, 0, 0, {})

    def _kinds(self, findings: Sequence[Finding]) -> Factor:
        kinds, full = len({f.entity for f in findings}), self.scoring.kinds
        return self._factor("kinds", kinds, min(1, kinds / full), {"full": full})

    def _persons(self, persons: int) -> Factor:
        full = self.scoring.persons
        share = min(1, math.log10(max(1, persons)) / math.log10(full))
        return self._factor("persons", persons, share, {"full": full})

    def _exposure(self, assets: Sequence[Place]) -> Factor:
        worst = max(assets, key=self._openness)
        codes = ", ".join(sorted(self.facts.codes(worst)))
        share = self._openness(worst)
        return self._factor("exposure", share, share, {"asset": self.facts.asset_ids.get(worst, ""), "codes": codes})

    def _openness(self, asset: Place) -> float:
        """The shares of all exposures of an asset together, at most 1."""
        other = self.scoring.other_exposure
        return min(1, round(sum(self.share_of_code.get(c, other) for c in sorted(self.facts.codes(asset))), 4))

    def _factor(self, code: str, value: float, share: float, params: Params) -> Factor:
        most = self.scoring.most[code]
        exact, points = _points(share, most)
        return Factor(code, value, points, most, {"share": exact, **params})


@lru_cache(100_000)
def _points(share: float, most: int) -> tuple[float, float]:
    """The share to four decimals, and the points it gives to one."""
    exact = Decimal(str(share)).quantize(Decimal("0.0001"), ROUND_HALF_UP)
    return float(exact), float((exact * most).quantize(Decimal("0.1"), ROUND_HALF_UP))


def total(factors: Iterable[Factor]) -> int:
    """The score that factors add up to."""
    points = sum((Decimal(str(f.points)) for f in factors), Decimal(0))
    return int(points.quantize(Decimal(1), ROUND_HALF_UP))


def level(score: int, scoring: Scoring) -> str:
    """The highest level that the score reaches."""
    return [name for name, least in scoring.levels if score >= least][-1]
