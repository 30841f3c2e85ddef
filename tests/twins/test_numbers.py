"""Permutations: of days, districts, serials and numbers below a bound."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from privacyscan.checks.region import codes
from privacyscan.twins import Kept
from privacyscan.twins._days import Days
from privacyscan.twins._numbers import Permutation
from privacyscan.twins._permuted import stream
from privacyscan.twins._regions import Regions
from privacyscan.twins.nik import serials
from tests.twins.made import KEY

UNTIL = date(2026, 11, 28)


@pytest.mark.parametrize("size", [2, 1000, 10**6, 1_300_000])
def test_a_permutation_meets_no_number_twice_and_none_outside(size: int) -> None:
    numbers = np.arange(min(size, 20_000))
    new = Permutation(KEY, "test", size)(numbers, np.zeros((len(numbers), 0), np.uint8))
    assert len(set(new.tolist())) == len(numbers)
    assert (new >= 0).all()
    assert (new < size).all()
    assert (new == numbers).mean() < 0.01


@pytest.mark.parametrize("years", [1, 2, 5, 10])
def test_days_are_permuted_within_their_band_and_never_go_to_the_future(years: int) -> None:
    days = Days(KEY, Kept(years=years, until=UNTIL))
    old = [date(1995, 1, 1) + timedelta(n) for n in range((UNTIL - date(1995, 1, 1)).days + 1)]
    new = [days.of(d) for d in old]
    assert sorted(new) == old if years in (1, 5) else len(set(new)) == len(old)
    assert all(n.year // years == o.year // years and n != o for n, o in zip(new, old, strict=True))
    assert max(new) <= UNTIL


def test_there_was_no_29_february_in_1900() -> None:
    days = Days(KEY, Kept(until=UNTIL))
    old = [date(1900, 1, 1) + timedelta(n) for n in range(5 * 365 + 1)]
    assert sorted(map(days.of, old)) == old


@pytest.mark.parametrize(("region", "digits"), [("country", 0), ("province", 2), ("regency", 4)])
def test_districts_stand_for_each_other_within_what_is_kept(region: str, digits: int) -> None:
    regions = Regions(KEY, region)
    known = sorted(codes("district"))
    new = [regions.district(c) for c in known]
    assert sorted(new) == known
    assert all(n[:digits] == c[:digits] for n, c in zip(new, known, strict=True))
    assert sum(n == c for n, c in zip(new, known, strict=True)) < 0.02 * len(known)  # alone in their regency
    assert regions.district("999999") == ""


def test_serials_leave_their_range_and_meet_every_number_once() -> None:
    new = serials(np.argsort(stream(KEY, "test", 10_000))).tolist()[1:]
    assert sorted(new) == list(range(1, 10_000))
    assert min(new[:3999]) >= 5000  # never issued
    assert max(new[:3999]) < 9000
    assert max(new[8999:]) < 5000  # of made-up people
    assert all(n != i for i, n in enumerate(new, 1))
