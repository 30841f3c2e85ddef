"""Leak risk in the form of ENISA's method: what the data is, times how easily it identifies persons, plus how open it
lies.

    score = (sensitivity + kinds + persons) x identifiability + exposure

Each term in points: its share (four decimals) times the most it gives, times identifiability where that applies,
rounded to one decimal; the score is their sum, rounded to a whole number. Halves are rounded up. More findings, persons
or exposure never lower a score: every factor takes the heaviest that applies, or a count.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property, lru_cache

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
        self.eases = {place: self._ease(place, found) for place, found in facts.by_asset.items()}

    def of_finding(self, finding: Finding) -> Risk:
        """The risk of one finding where it lies: a diagnosis identifies as easily as what stands beside it."""
        place = finding.place.asset
        ease = self.eases.get(place)
        return self._risk([finding], ease or self._ease(place, [finding]), place, self.facts.persons_of(finding))

    def of_asset(self, place: Place) -> Risk:
        """The risk of all that lies in one asset together; 0 where nothing was found, however open it lies."""
        return self._of_asset(place, self.facts.persons_by_asset.get(place, 0))

    @cached_property
    def of_targets(self) -> Mapping[str, Risk]:
        """Target -> the risk of all that lies in it."""
        places: dict[str, list[Place]] = {}
        for place in sorted({*self.facts.asset_ids, *self.facts.by_asset}):
            places.setdefault(place.target, []).append(place)
        return {target: self._of_assets(inside, self._persons_in(inside)) for target, inside in places.items()}

    def of_all(self) -> Risk:
        """The risk of the whole scan."""
        persons = (int(f.value) for risk in self.of_targets.values() for f in risk.factors if f.code == "persons")
        return self._of_assets(sorted(self.facts.by_asset), max([self.facts.persons_total, *persons]))

    def _persons_in(self, places: Iterable[Place]) -> int:
        return self.facts.persons([f for place in places for f in self.facts.by_asset.get(place, ())])

    def _of_assets(self, places: Iterable[Place], persons: int) -> Risk:
        """The risk of the worst asset, as if the persons of all of them were in it: whether what lies apart can be put
        together nobody knows."""
        risks = (self._of_asset(place, persons) for place in places)
        return max(risks, key=lambda risk: points(risk.factors), default=self.nothing)

    def _of_asset(self, place: Place, persons: int) -> Risk:
        findings = self.facts.by_asset.get(place, ())
        return self._risk(findings, self.eases[place], place, persons) if findings else self.nothing

    def _risk(self, findings: Sequence[Finding], ease: tuple[float, Params], place: Place, persons: int) -> Risk:
        sensitivity, weighed = self._heaviest(self.sensitivity, findings)
        kinds, all_kinds, all_persons = len({f.entity for f in findings}), self.scoring.kinds, self.scoring.persons
        volume = math.log10(max(1, persons)) / math.log10(all_persons)
        openness, codes = self._openness(place), ", ".join(sorted(self.facts.codes(place)))
        lies: Params = {"asset": self.facts.asset_ids.get(place, ""), "codes": codes}
        factors = (
            self._factor("sensitivity", sensitivity, sensitivity, weighed, ease[0]),
            self._factor("kinds", kinds, min(1, kinds / all_kinds), {"full": all_kinds}, ease[0]),
            self._factor("persons", persons, min(1, volume), {"full": all_persons}, ease[0]),
            Factor("identifiability", ease[0], 0, 0, {"share": ease[0], **ease[1]}),
            self._factor("exposure", openness, openness, lies),
        )
        score = total(factors)
        return Risk(score, level(score, self.scoring), factors)

    def _heaviest(self, weights: Sequence[Weight], findings: Sequence[Finding]) -> tuple[float, Params]:
        """The weight of the findings that weigh most, and what they are; the scoring file ends in a weight for all
        others."""
        for weight in weights:
            heaviest = self.facts.holding(weight.when, findings)
            if heaviest:
                return weight.share, {"entities": ", ".join(sorted({f.entity for f in heaviest}))}
        return 0, {}

    def _ease(self, place: Place, findings: Sequence[Finding]) -> tuple[float, Params]:
        """How easily the data of an asset identifies persons: the heaviest weight, or the measured share of rows that
        single out somebody, if that is more."""
        weight, weighed = self._heaviest(self.identifiability, findings)
        measured = self.facts.reidentification.get(place)
        share = measured.unique_share if measured is not None else None
        if measured is None or share is None or measured.rows < self.scoring.measured_rows or share <= weight:
            return weight, weighed
        told = ", ".join(sorted(set(measured.entities)))
        return float(_rounded(share)), {"entities": told, "unique": measured.unique, "rows": measured.rows}

    def _openness(self, asset: Place) -> float:
        """The shares of all exposures of an asset together, at most 1."""
        other = self.scoring.other_exposure
        return min(1, round(sum(self.share_of_code.get(c, other) for c in sorted(self.facts.codes(asset))), 4))

    def _factor(self, code: str, value: float, share: float, params: Params, ease: float | None = None) -> Factor:
        most = self.scoring.most[code]
        exact, gives = _gives(share, 1 if ease is None else ease, most)
        times: Params = {} if ease is None else {"ease": ease}
        return Factor(code, value, gives, most, {"share": exact, **times, **params})


@lru_cache(100_000)
def _gives(share: float, ease: float, most: int) -> tuple[float, float]:
    """The share to four decimals, and the points it gives to one."""
    exact = _rounded(share)
    return float(exact), float((exact * Decimal(str(ease)) * most).quantize(Decimal("0.1"), ROUND_HALF_UP))


def _rounded(share: float) -> Decimal:
    return Decimal(str(share)).quantize(Decimal("0.0001"), ROUND_HALF_UP)


def points(factors: Iterable[Factor]) -> Decimal:
    """The points of all factors together."""
    return sum((Decimal(str(f.points)) for f in factors), Decimal(0))


def total(factors: Iterable[Factor]) -> int:
    """The score that factors add up to."""
    return int(points(factors).quantize(Decimal(1), ROUND_HALF_UP))


def level(score: int, scoring: Scoring) -> str:
    """The highest level that the score reaches."""
    return [name for name, least in scoring.levels if score >= least][-1]
