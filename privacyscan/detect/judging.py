"""What rules say of many plain cells, each of which is a value wholly or not at all: by the vector twins of checks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from privacyscan.checks import Check, TextCheck
from privacyscan.detect.claims import Claim, Judged
from privacyscan.detect.rules import CHECKED, STRUCTURE, Rule, Shape

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from privacyscan.detect.vectors import Bools, Rows, Strings

Call = tuple[Check, dict[str, object]]


class _Group(NamedTuple):
    """Some of the texts as the checks of a rule see them; digits, all of one length, as a matrix too."""

    places: Rows
    values: Strings
    digits: npt.NDArray[np.uint8] | None

    def holds(self, call: Call) -> Bools:
        check, parameters = call
        if self.digits is None:
            if isinstance(check, TextCheck):
                return check.texts(self.values.cells, **parameters)
        elif (answer := check.vector(self.digits, **parameters)) is not None:
            return answer
        return self.values.each(lambda value: check(value, **parameters))


def judged(
    rules: Mapping[Rule, Sequence[tuple[Shape, Bools]]],
    texts: Strings,
    times: npt.NDArray[np.int64],
    claims: Mapping[str, Claim],
) -> Iterator[Judged]:
    """What each rule says of the texts that have one of its shapes; how it fared is added to its claim, each text so
    many times. The shapes come in the order of their rule."""
    for rule, shapes in rules.items():
        found = _judged(rule, shapes, texts, times, claims[rule.id])
        if found.tiers.any():
            yield found


def passing(rule: Rule, shapes: Sequence[tuple[Shape, Bools]], texts: Strings) -> Bools:
    """Which texts are a value of the rule by one of these shapes."""
    import numpy as np

    return np.asarray(_judged(rule, shapes, texts, np.zeros(texts.size, np.int64), Claim()).tiers > 0)


def _judged(
    rule: Rule, shapes: Sequence[tuple[Shape, Bools]], texts: Strings, times: npt.NDArray[np.int64], claim: Claim
) -> Judged:
    import numpy as np

    tiers = np.zeros(texts.size, np.int8)
    flags = np.zeros((len(rule.evidence), texts.size), np.bool_)
    failed = np.zeros(texts.size, np.bool_)  # a value that fails two shapes is one value
    for shape, mask in shapes:
        candidates = np.flatnonzero(mask & (tiers == 0))
        for group in _groups(rule, texts, candidates):
            passed = np.ones(len(group.places), np.bool_)
            for call in (*shape.checks, *rule.checks):
                passed &= group.holds(call)
            alone = passed & rule.may_stand_alone(shape)
            for i, call in enumerate(rule.evidence):
                flags[i, group.places] = passed & group.holds(call)
                if rule.alone_mask >> i & 1:
                    alone &= flags[i, group.places]
            missed = group.places[~passed]
            claim.shapes += int(times[group.places[passed]].sum() + times[missed[~failed[missed]]].sum())
            failed[missed] = True
            tiers[group.places] = np.where(passed, 1 + np.where(alone, CHECKED, STRUCTURE), 0)
    return Judged(rule, tiers, flags)


def _groups(rule: Rule, texts: Strings, candidates: Rows) -> Iterator[_Group]:
    import numpy as np

    if not len(candidates):
        return
    if not rule.digits:
        yield _Group(candidates, texts.take(candidates), None)
        return
    digits = texts.digits
    lengths = digits.lengths[candidates]
    for length in np.unique(lengths).tolist():
        places = candidates[lengths == length]
        yield _Group(places, digits.take(places), digits.matrix(places, length) - 48)
