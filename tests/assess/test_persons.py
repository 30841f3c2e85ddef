"""Counting persons from sketches: exact for few, within the documented error for many."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from privacyscan.assess.persons import K, by_asset, estimate, total
from tests.assess.made_up import BOOK, finding


def hashes(people: range) -> list[int]:
    return sorted(random.Random(person).getrandbits(64) for person in people)


@pytest.mark.parametrize("sketches", [[], [()], [(), ()]])
def test_nobody(sketches: list[tuple[int, ...]]) -> None:
    assert estimate(sketches) == 0


def test_few_are_counted_exactly_and_once() -> None:
    a, b = hashes(range(600)), hashes(range(300, 1000))
    assert estimate([a, b]) == 1000


def test_many_are_estimated_and_overlaps_count_once() -> None:
    a, b = hashes(range(40_000))[:K], hashes(range(20_000, 60_000))[:K]
    assert estimate([a, b]) == pytest.approx(60_000, rel=0.1)  # three standard errors of 3 %


def test_order_of_the_sketches_does_not_matter() -> None:
    a, b = hashes(range(5_000))[:K], hashes(range(4_000, 9_000))[:K]
    assert estimate([a, b]) == estimate([b, a])


def test_one_more_person_never_lowers_the_estimate() -> None:
    """Around K, where counting turns into estimating, too."""
    counts = [estimate([hashes(range(n))[:K]]) for n in range(K - 20, K + 20)]
    assert counts == sorted(counts)


def test_thousands_of_sketches_are_the_same_as_one() -> None:
    everybody = hashes(range(30_000))
    parts = [everybody[i::200] for i in range(200)]
    assert estimate(parts) == estimate([everybody[:K]])


def test_numbers_of_patients_count_where_nothing_else_does() -> None:
    """A record number that is new at each visit would count visits; households and names still count."""
    visits = replace(finding("ID_MEDICAL_RECORD", "visits.csv"), distinct=900, sketch=hashes(range(900)))
    people = replace(finding("ID_NIK", "visits.csv"), distinct=300, sketch=hashes(range(300)))
    cards = replace(finding("ID_KK", "visits.csv"), distinct=100, sketch=hashes(range(100)))
    assert list(by_asset([visits, people], BOOK.identifiers).values()) == [300]
    assert total([visits, people], BOOK.identifiers) == 300
    assert total([visits, cards], BOOK.identifiers) == 100
    assert total([visits], BOOK.identifiers) == 900
