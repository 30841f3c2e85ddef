"""The letters before the first digit."""

from __future__ import annotations

import numpy as np
import pytest

from privacyscan.checks.leading_letters import plugin


@pytest.mark.parametrize(
    ("value", "good"),
    [("B 1234 XYZ", True), ("ab-12-C", True), ("Q 1234 XY", False), ("1234 B", False), ("B", False), ("BXY 1", False)],
)
def test_letters_must_stand_in_the_list(value: str, good: bool) -> None:
    assert plugin(value, list="plate_letters") is good


@pytest.mark.parametrize(("value", "good"), [("B 123 A", True), ("B 12 A", False)])
def test_enough_digits_must_follow(value: str, good: bool) -> None:
    assert plugin(value, list="plate_letters", digits=3) is good


@pytest.mark.parametrize(("value", "good"), [("C1234567", True), ("c1234567", True), ("Z1234567", False)])
def test_letters_may_be_given_themselves(value: str, good: bool) -> None:
    assert plugin(value, any=["c", "X"]) is good


def test_twin_says_the_same_of_digits_alone() -> None:
    digits = np.array([[1, 2, 3, 4], [0, 0, 0, 0]], np.uint8)
    twin = plugin.vector(digits, list="plate_letters")
    assert twin is not None
    assert twin.tolist() == [plugin("".join(map(str, row)), list="plate_letters") for row in digits]
