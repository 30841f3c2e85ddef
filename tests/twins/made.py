"""Twins of made-up values."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from random import Random
from typing import Any

from privacyscan import rulebook
from privacyscan.demo.people import Person, population
from privacyscan.detect.rules import Rule
from privacyscan.keys import PurposeKey
from privacyscan.operators import Operator
from privacyscan.pseudonymize.cells import canonical, value_in
from privacyscan.registry import plugins

IDENTIFIERS = dict(rulebook.load().identifiers)
RULES = {i: Rule(identifier) for i, identifier in IDENTIFIERS.items()}
TWIN: Operator = plugins("operators")["twin"]
KEY, OTHER_KEY = PurposeKey(bytes(range(32)), "tests"), PurposeKey(bytes(range(1, 33)), "tests")


def twins(entity: str, values: Sequence[str], key: PurposeKey = KEY, **parameters: Any) -> list[str | None]:
    """The twin of each value."""
    given = {name.replace("_", "-"): value for name, value in parameters.items()}
    replaced = TWIN.bind(IDENTIFIERS[entity], key, given)
    return list(replaced(values, [canonical(RULES[entity], v) for v in values], [None] * len(values)))


def twin(entity: str, value: str, key: PurposeKey = KEY, **parameters: Any) -> str | None:
    """The twin of a value."""
    return twins(entity, [value], key, **parameters)[0]


def made(entity: str, values: Sequence[str], **parameters: Any) -> list[str]:
    """The twins of values that all have one."""
    found = [t for t in twins(entity, values, **parameters) if t is not None]
    assert len(found) == len(values)
    return found


def is_one(entity: str, value: str) -> bool:
    """Whether the whole text is a value of the entity by its rule file."""
    return value_in(RULES[entity], value) == value


@cache
def people() -> list[Person]:
    """3,000 made-up people in households."""
    return population(3000, Random(7))
