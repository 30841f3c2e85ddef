"""A check answers every value with yes or no, and its vector twin never says otherwise."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pyarrow as pa
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


def texts(chance: random.Random) -> list[str]:
    """Dates, addresses and coordinates, good and bad, and anything else that is printable."""
    some = [chr(c) for c in range(32, 127) if chr(c) != "%"]
    numbers = [chance.randrange(40), chance.randrange(15), chance.choice([0, 1899, 1950, 2004, 2023, 2031, 9999])]
    sign = chance.choice("-/. ")
    degrees = [
        f"{chance.choice(['', '-'])}{chance.randrange(160)}{chance.choice('.,')}{chance.randrange(10**9)}" for _ in "xy"
    ]
    local, domain = (chance.choice(["git", "budi.s", "noreply", "a", ""]) for _ in range(2))
    return [
        "".join(chance.choices(some, k=chance.randrange(15))),
        f"{numbers[0]:02}{sign}{numbers[1]:02}{chance.choice('-/. ')}{numbers[2]:04}",
        f"{numbers[2]:04}{sign}{numbers[1]:02}{sign}{numbers[0]:02}",
        f"{numbers[0]} Agustus {numbers[2]}",
        f"{local}@{domain}.{chance.choice(['id', 'COM', 'zzzz', 'i2', ''])}",
        degrees[0],
        chance.choice([",", ", ", "; "]).join(degrees),
        f"{local}@{chance.choice(['s.whatsapp.net', 'users.noreply.github.com', 'go.id'])}",
    ]


@pytest.mark.parametrize(
    ("name", "shown", "entity", "n"),
    [c for c in CALLS if hasattr(plugins("checks")[c[0]], "texts")],
    ids=lambda x: str(x)[:40],
)
def test_a_check_says_the_same_of_many_texts(name: str, shown: str, entity: str, n: int) -> None:
    rule, chance = rulebook.load().identifiers[entity], random.Random(n)
    call = [*rule.checks, *rule.evidence, *(c for p in rule.patterns for c in p.checks)][n]
    check: Any = plugins("checks")[name]
    values = [text for _ in range(500) for text in texts(chance)]
    single = [check(v, **call.parameters) for v in values]
    assert check.texts(pa.array(values), **call.parameters).tolist() == single
    assert check.texts(pa.array([], pa.string()), **call.parameters).tolist() == []
    assert len(set(single)) == 2
