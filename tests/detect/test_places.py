"""The places of shapes are those that Python's `re` finds by itself, however long the text is."""

from __future__ import annotations

import random
import re

import pytest
import re2

from privacyscan import rulebook
from privacyscan.detect.borders import consuming, relaxed
from privacyscan.detect.places import LONG, Places
from tests.detect.made_up import MadeUp
from tests.detect.test_presidio import lines

SHAPES = sorted(
    {p.regex for i in rulebook.load().identifiers.values() for p in i.patterns if p.scope in ("anywhere", "text")}
)


def dense(seed: int) -> str:
    """Numbers and addresses with hardly anything between them."""
    p, r = MadeUp(seed), random.Random(seed)
    parts = (p.nik, p.phone, p.email, p.card, lambda: p.digits(r.randint(1, 18)), lambda: r.choice("(+-.,ABe "))
    return "".join(r.choice(parts)() + r.choice([" ", " ", "", "/", ". "]) for _ in range(1500))


TEXTS = {
    "lines": "\n".join(lines(1, 400)),
    "one line": " ".join(lines(2, 400)),
    "short": lines(3, 10)[0],
    "dense": dense(4),
    "dense and ASCII": dense(5).encode("ascii", "ignore").decode(),
    "accents": dense(6) + "é" * 50,
    "one find": "x" * LONG + " 3171014107900001 " + "x" * LONG,
    "side by side": "3171014107900001 3171014107900001 " * 200,
}


@pytest.mark.parametrize("name", TEXTS)
def test_places_are_those_of_finditer(name: str) -> None:
    assert len(SHAPES) > 60
    text = TEXTS[name]
    places = Places(text)
    for regex in SHAPES:
        assert places.of(regex) == [m.span() for m in re.finditer(regex, text)], regex


@pytest.mark.parametrize(
    ("regex", "loose"),
    [
        ("[a-z]{1,64}@", "[a-z]{1,}@"),
        ("[0-9]{12,18}", "[0-9]{12,18}"),  # few: counting them is cheap
        ("[{3,64}]x", "[{3,64}]x"),  # characters of a class
        (r"\{3,64}", r"\{3,64}"),  # brackets as they are
        ("[]{3,64}]{2,30}", "[]{3,64}]{2,}"),
        ("a{36}", "a{36}"),
    ],
)
def test_relaxed_drops_high_bounds_alone(regex: str, loose: str) -> None:
    assert relaxed(regex) == loose


def test_what_a_shape_matches_its_relaxed_form_matches() -> None:
    for regex in SHAPES:
        search = re2.compile(f"(?m){relaxed(consuming(regex))}").search
        for text in TEXTS["lines"].split("\n"):
            if re.search(regex, text):
                assert search(text), regex
