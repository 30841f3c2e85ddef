"""Beginnings of texts."""

from __future__ import annotations

import pytest

from privacyscan.checks.starts_with import plugin


@pytest.mark.parametrize(("value", "good"), [("FFD8ff00", True), ("00ffd8", False), ("ff", False)])
def test_case_does_not_matter(value: str, good: bool) -> None:
    assert plugin(value, any=["ffd8"]) is good


@pytest.mark.parametrize(("value", "good"), [("Rk1SAC", True), ("rk1sac", False)])
def test_case_matters_where_the_rule_says_so(value: str, good: bool) -> None:
    assert plugin(value, any=["Rk1SA"], exact=True) is good
