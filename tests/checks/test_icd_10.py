"""Codes of ICD-10."""

from __future__ import annotations

import numpy as np
import pytest

from privacyscan.checks.icd_10 import plugin


@pytest.mark.parametrize(
    ("value", "good"),
    [
        ("J06.9", True),
        ("j069", True),
        ("A15.0 Tuberkulosis paru", True),
        ("U07.1", True),  # COVID-19
        ("C7A.0", True),  # of the clinical modification
        ("H95.9", True),
        ("H96.0", False),  # the chapter of the ear ends at H95
        ("P97", False),
        ("V00", False),
        ("Y99", False),
        ("12", False),
        ("", False),
    ],
)
def test_a_code_lies_within_a_chapter(value: str, good: bool) -> None:
    assert plugin(value) is good


def test_twin_says_the_same_of_digits_alone() -> None:
    digits = np.array([[1, 2, 3], [0, 0, 0]], np.uint8)
    twin = plugin.vector(digits)
    assert twin is not None
    assert twin.tolist() == [plugin("".join(map(str, row))) for row in digits]
