"""A check answers every value with yes or no, and its vector twin never says otherwise."""

from __future__ import annotations

import random

import numpy as np
import pytest

from privacyscan import rulebook
from privacyscan.registry import plugins

ODD = [
    "",
    " ",
    "abc",
    "²³",
    "٣١٧١٠١٤١٠٧٩٠٠٠٠١",
    "３１７１",
    "\x00",
    "\ud800",
    "12ab",
    "a@b",
    "::",
    "-1",
    "1e5",
    "𝟛𝟙",
    "1" * 400,
]
CALLS = sorted(
    {
        (call.check, repr(sorted(call.parameters.items())), i.id, n)
        for i in rulebook.load().identifiers.values()
        for n, call in enumerate([*i.checks, *i.evidence, *(c for p in i.patterns for c in p.checks)])
    }
)


@pytest.mark.parametrize(("name", "shown", "entity", "n"), CALLS, ids=lambda x: str(x)[:40])
def test_any_value_is_answered(name: str, shown: str, entity: str, n: int) -> None:
    rule, chance = rulebook.load().identifiers[entity], random.Random(n)
    call = [*rule.checks, *rule.evidence, *(c for p in rule.patterns for c in p.checks)][n]
    check = plugins("checks")[name]
    for value in ODD:
        assert check(value, **call.parameters) in (True, False)
    for length in range(1, 23):
        values = ["".join(chance.choices("0123456789", k=length)) for _ in range(20)]
        digits = np.array([[int(c) for c in v] for v in values], np.uint8)
        many = check.vector(digits, **call.parameters)
        if many is not None:
            assert many.tolist() == [check(v, **call.parameters) for v in values]
