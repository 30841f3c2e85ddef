"""A cell is decided together with others only where the first match of a rule is the cell."""

from __future__ import annotations

import random

import pyarrow as pa
import pytest

from privacyscan import rulebook
from privacyscan.detect.lanes import Lanes, first_match
from privacyscan.detect.plan import Plan
from privacyscan.detect.rules import Rule
from privacyscan.detect.vectors import Strings
from tests.detect.made_up import MadeUp


@pytest.fixture(scope="module")
def plan() -> Plan:
    return Plan([Rule(i) for i in rulebook.load().identifiers.values() if i.derived is None])


def values(seed: int, n: int) -> list[str]:
    """Numbers, phones and addresses with any separators, whole, cut, and with something behind them."""
    p, r = MadeUp(seed), random.Random(seed)
    makers = [p.nik, p.kk, p.card, p.npwp, p.nip, p.phone, p.email, lambda: p.digits(r.randint(8, 20))]
    found = []
    for _ in range(n):
        text = r.choice(makers)()
        for _ in range(r.randint(0, 4)):
            at = r.randrange(len(text) + 1)
            text = text[:at] + r.choice([" ", "-", ".", "  ", "/", "+", "(", "8", "0", "x"]) + text[at:]
        found.append(text.strip())
    return found


def test_most_shapes_can_be_decided_together(plan: Plan) -> None:
    fit = [s for _, s in plan.shapes if first_match(s.pattern.regex)]
    assert len(fit) > 0.8 * len(plan.shapes)


@pytest.mark.parametrize("seed", range(3))
def test_a_whole_cell_is_the_first_match_of_python(plan: Plan, seed: int) -> None:
    lanes, some = Lanes(plan), values(seed, 2000)
    strings, whole = Strings(pa.array(some)), 0
    for place, (_, shape) in enumerate(plan.shapes):
        if shape.text or first_match(shape.pattern.regex) is None:
            continue
        (mask,) = lanes._lane((place,), frozenset(), letterless=False).whole(strings)
        first = [shape.regex.search(text) for text in some]
        assert mask.tolist() == [m is not None and m.span() == (0, len(t)) for m, t in zip(first, some, strict=True)]
        whole += int(mask.sum())
    assert whole > 1000


def test_cells_with_another_shape_inside_are_left_to_the_rules(plan: Plan) -> None:
    p = MadeUp(1)
    niks = [p.nik() for _ in range(50)]
    lane = Lanes(plan).of(niks, [])
    assert lane is not None
    assert not Strings(pa.array(niks)).hits(lane.search, lane.others).any()
    mixed = [f"{niks[0]} {p.email()}", f"{p.email()}", niks[1]]
    assert Strings(pa.array(mixed)).hits(lane.search, lane.others).tolist() == [True, True, False]


def test_a_number_after_a_line_end_is_seen(plan: Plan) -> None:
    """A hit must not hide one in the cell behind it, whatever its border eats."""
    p = MadeUp(2)
    some = ["x", p.nik(), "", p.nik(), "a\nb", f"c\n{p.nik()}", p.email(), "y"]
    hits = Strings(pa.array(some)).hits(plan.search_cell, plan.alternation)
    assert hits.tolist() == [False, True, False, True, False, True, True, False]
