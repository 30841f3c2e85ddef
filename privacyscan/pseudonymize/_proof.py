"""What proves that a copy is safe, and what it is still good for: values of the source in it, how far rows single out
persons before and after, and how far columns are distributed as they were."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from statistics import NormalDist
from typing import TYPE_CHECKING

from privacyscan.detect.classes import Counter as ClassCounter
from privacyscan.detect.quasi import Quasi
from privacyscan.model import Identifier, Place, Reidentification, Table

if TYPE_CHECKING:
    import pyarrow as pa

    from privacyscan.pseudonymize.policy import Limits

MOST_VALUES = 100_000  # different values of a column that are compared
_BIRTH = 3  # digits of a birth that stays in its band
_DIGITS = 10  # that values have of their own at most
_SURE = 1e-4  # share of true proofs that would fail
_MANY = 100  # from here on Poisson's distribution is nearly a normal one, whose four deviations leave less than that


@dataclass(frozen=True, slots=True)
class Residue:
    """Values of an entity: how many different ones gave way, how many stand in the copy, and how many of these are
    equal to one that gave way, anywhere.

    Stand-ins that look real may meet another person's value by chance: `expected` says how often; None for words,
    such as names, of which a stand-in is one by design.
    """

    entity: str
    originals: int
    found: int
    same: int
    expected: float | None = 0.0

    @property
    def holds(self) -> bool:
        """Whether no more are equal than chance explains."""
        return self.holds_among(1)

    def holds_among(self, copies: int) -> bool:
        """The same of one of so many copies, each of which chance may strike."""
        if self.expected is None or self.same <= self.expected:
            return True
        if self.expected > _MANY:
            deviations = max(4.0, NormalDist().inv_cdf(1 - _SURE / copies))
            return self.same <= self.expected + deviations * math.sqrt(self.expected)
        terms, term = 0.0, math.exp(-self.expected)
        for n in range(self.same):
            terms, term = terms + term, term * self.expected / (n + 1)
        return 1 - terms >= _SURE / copies

    @property
    def says(self) -> str:
        """What is wrong where it does not hold."""
        return f"{self.entity}: {self.same} values of the source stand in the copy"


@dataclass(frozen=True, slots=True)
class Singled:
    """How far the rows of a table single out persons by quasi-identifiers alone. `relinked` is how many rows of the
    copy are alone with what a row of the source is alone with: whoever knows that person finds them."""

    place: Place
    before: Reidentification
    after: Reidentification
    relinked: int


@dataclass(frozen=True, slots=True)
class Utility:
    """What a column is still good for. `same_values` is the share of its distribution that is on the same values,
    `same_shape` the share that is alike when values are taken by how often they come: 1 where every value has one
    stand-in, so that counts and joins stay. Both are 1 minus the total variation distance. None: more values
    than `MOST_VALUES`; then `distinct_before` or `distinct_after` is a number that there are at least.
    """

    place: Place
    distinct_before: int
    distinct_after: int
    empty_before: int
    empty_after: int
    same_values: float | None
    same_shape: float | None


@dataclass(slots=True)
class Proof:
    """All that is known of the copy."""

    residues: list[Residue] = field(default_factory=list)
    singled: list[Singled] = field(default_factory=list)
    utility: list[Utility] = field(default_factory=list)

    def failures(self, limits: Limits) -> Iterator[str]:
        """Which limits of the policy are not kept."""
        for r in self.residues:
            if not r.holds:
                yield r.says
        for s in self.singled:
            after = s.after
            if limits.k_anonymity is None and limits.unique_rows is None:
                continue
            if after.reason:
                yield f"{s.place}: k-anonymity was not computed ({after.reason})"
            elif limits.k_anonymity is not None and after.rows and after.smallest < limits.k_anonymity:
                yield f"{s.place}: k-anonymity is {after.smallest}, the policy asks for {limits.k_anonymity}"
            elif limits.unique_rows is not None and (after.unique_share or 0) > limits.unique_rows:
                share = round(after.unique_share or 0, 4)
                yield f"{s.place}: {share} of the rows are alone, the policy allows {limits.unique_rows}"


class Measure:
    """The tables of one file, before or after: classes of rows, and how often each value of a column comes."""

    def __init__(self, quasi: Mapping[Place, Quasi], identifiers: Mapping[str, Identifier], key: bytes) -> None:
        self._classes = {place: ClassCounter(of, identifiers, key) for place, of in quasi.items()}
        self.columns: dict[Place, _Values] = {}

    def read(self, parts: Iterable[object]) -> None:
        """Take in the tables among these parts."""
        for part in parts:
            if isinstance(part, Table) and not part.again:
                if part.place in self._classes:
                    self._classes[part.place].add(part.batch)
                for name, cells in zip(part.batch.schema.names, part.batch.columns, strict=True):
                    self.columns.setdefault(part.place.at(name), _Values()).add(cells)

    def singled(self, before: Measure) -> Iterator[Singled]:
        """How far the rows of each table single out persons, beside those before."""
        import numpy as np

        for place, counter in self._classes.items():
            old, new = before._classes[place].classes, counter.classes
            relinked = int(np.isin(new.alone(), old.alone()).sum())
            yield Singled(place, old.figures(), new.figures(), relinked)


def compared(before: Measure, after: Measure) -> tuple[list[Singled], list[Utility]]:
    """What two measures of a table say together."""
    nothing = _Values()
    columns = [values.beside(after.columns.get(place, nothing), place) for place, values in before.columns.items()]
    return list(after.singled(before)), columns


@dataclass(slots=True)
class _Values:
    """How often each value of a column comes, as hashes of this process; none any more where they are too many."""

    counts: Counter[int] = field(default_factory=Counter, repr=False)
    rows: int = 0
    empty: int = 0
    distinct: int = 0  # at least, where they are too many
    too_many: bool = False

    def add(self, cells: pa.Array) -> None:
        import pyarrow.compute as pc

        self.rows += len(cells)
        self.empty += cells.null_count
        if self.too_many:
            return
        for pair in pc.value_counts(cells.drop_null()).to_pylist():
            text = str(pair["values"])
            if text:
                self.counts[hash(text)] += pair["counts"]
            else:
                self.empty += pair["counts"]
        self.distinct = len(self.counts)
        if self.distinct > MOST_VALUES:
            self.too_many = True
            self.counts.clear()

    def beside(self, later: _Values, place: Place) -> Utility:
        known = not (self.too_many or later.too_many)
        mine, others = self._shares(), later._shares()
        return Utility(
            place,
            self.distinct,
            later.distinct,
            self.empty,
            later.empty,
            _alike(mine, others) if known else None,
            _alike(_ranked(mine), _ranked(others)) if known else None,
        )

    def _shares(self) -> dict[int, float]:
        filled = max(1, sum(self.counts.values()))
        return {value: count / filled for value, count in self.counts.items()}


def _ranked(shares: Mapping[int, float]) -> dict[int, float]:
    return dict(enumerate(sorted(shares.values(), reverse=True)))


def _alike(one: Mapping[int, float], other: Mapping[int, float]) -> float:
    """1 minus the total variation distance of two distributions: what both share. Two columns without a value are
    alike."""
    if not one and not other:
        return 1.0
    return round(sum(min(share, other.get(value, 0)) for value, share in one.items()), 4)


def residues(
    originals: Mapping[str, int], found: Mapping[str, tuple[int, int]], identifiers: Mapping[str, Identifier]
) -> list[Residue]:
    """For each entity that gave way what stands in the copy; `found` is how many values, and how many of them are the
    same."""
    told = []
    for entity in sorted({*originals, *found}):
        cells, same = found.get(entity, (0, 0))
        count = originals.get(entity, 0)
        told.append(Residue(entity, count, cells, same, _expected(identifiers[entity], count, cells)))
    return told


def _expected(identifier: Identifier, originals: int, found: int) -> float | None:
    """How many values of the copy meet one of the source by chance; None for names and facts, which are few words."""
    if identifier.normalise != "digits" and identifier.id != "EMAIL_ADDRESS":
        return None
    return originals * found / math.pow(10, _own_digits(identifier))


def _own_digits(identifier: Identifier) -> int:
    """How many digits of a value are its own: those of the shortest example without what stand-ins keep, a check
    digit and most of a birth."""
    kept = identifier.twin.parameters if identifier.twin is not None else {}
    shortest = min((sum(c.isdigit() for c in e) for e in identifier.examples_match), default=_DIGITS)
    told = kept.get("keep", 0) + kept.get("luhn", False) + (_BIRTH if "format" in kept else 0)
    own: int = shortest - told
    return min(own, _DIGITS) if identifier.normalise == "digits" else _DIGITS
