"""The check digit of frame numbers."""

from __future__ import annotations

import pytest

from privacyscan.checks.vin_check_digit import plugin


@pytest.mark.parametrize(
    ("value", "good"),
    [
        ("1M8GDM9AXKP042788", True),  # the usual example
        ("1m8gdm9axkp042788", True),
        ("11111111111111111", True),
        ("1M8GDM9A1KP042788", False),
        ("MHKA6GJ6JKJ012345", False),  # a market without check digits
        ("1M8GDM9AXKP04278", False),
        ("IM8GDM9AXKP042788", False),
    ],
)
def test_ninth_character_checks_the_others(value: str, good: bool) -> None:
    assert plugin(value) is good
