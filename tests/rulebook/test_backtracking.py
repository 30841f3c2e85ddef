"""Shapes that can stop a scan are told; those that cannot pass, the shipped ones among them."""

from __future__ import annotations

import re
import time

import pytest

from privacyscan import rulebook
from privacyscan.rulebook import _backtracking

SHIPPED = [
    pytest.param(p.regex, p.scope == "cell", id=f"{i.id}-{p.name}")
    for i in rulebook.load().identifiers.values()
    for p in i.patterns
]
MANY = "may be matched in so many ways"
LONG = "takes ever longer"


@pytest.mark.parametrize(("regex", "cell"), SHIPPED)
def test_shipped_shapes_are_quick(regex: str, cell: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """They take less than a fifth of the steps that are allowed, wherever a text may begin."""
    monkeypatch.setattr(_backtracking, "MOST", _backtracking.MOST // 5 - 1)
    assert _backtracking.mistake(regex, cell) is None
    if cell:  # so far tried from its beginning alone
        assert _backtracking.steps(regex) <= _backtracking.MOST


@pytest.mark.parametrize(
    ("regex", "told"),
    [
        ("(a+)+b", MANY),
        ("(?:[0-9]+)*x", MANY),
        ("(a|a)*b", MANY),
        ("(?:a|aa)+b", MANY),
        ("(?:xa|xb|xab?)*y", MANY),
        ("(?:[a-z ]+[0-9]?)+[.]", MANY),
        ("(?:a?){30}a{30}", MANY),
        ("(?:[0-9]{1,30}){1,30}x", MANY),  # bounds alone do not help
        ("NIK (?:[0-9]+[ ]?)+[.]", MANY),  # begins with something else
        ("(?<![0-9])(?:[0-9]+)+(?![0-9A-Z])[.]", MANY),
        ("[0-9]*[0-9]*[0-9]*[0-9]*x", MANY),
        ("[a-z]+@", LONG),
        ("[A-Z]*[0-9]{4}", LONG),
        ("(?<![a-z])[a-z]+@", None),  # begins at a border, so only once in a word
        ("[0-9]+", None),
        ("[a-z]{1,64}@", None),
        ("(?:[ .-]?[0-9]{2,5}){2,4}", None),
        ("[0-9]{4}(?:[ .-]{1,2}[0-9]{4}){3}", None),
        ("(?:ab|cd)+e", LONG),
        ("(?<![a-z])(?:ab|cd)+e", None),
        ("[0-9", None),  # told elsewhere
    ],
)
def test_a_shape_and_what_is_told(regex: str, told: str | None) -> None:
    found = _backtracking.mistake(regex)
    assert found is None if told is None else found is not None and found.startswith(told)


def test_what_is_told_is_so() -> None:
    """The real engine takes its time where the counted steps explode, and none where they do not."""

    def seconds(regex: str, text: str) -> float:
        start = time.process_time()
        re.search(regex, text)
        return time.process_time() - start

    assert seconds("(?:a|aa)+b", "a" * 31) > 20 * seconds("(?<![a-z])(?:ab|cd)+e", "ab" * 1000)
