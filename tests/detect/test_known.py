"""Known persons: exact, whatever the order, the batches and the number of persons."""

from __future__ import annotations

import pickle
import random

import numpy as np
import pytest

from privacyscan.detect.known import FEW, Known, Met, hashes

KEY = b"k" * 32


def known(entries: list[tuple[str, str, int]], persons: int) -> Known:
    """A list of (entity, value, person)."""
    columns = [(*(int(part[0]) for part in hashes(KEY, entity, [value])), person) for entity, value, person in entries]
    first, rest, owners = zip(*sorted(columns), strict=True)
    return Known(
        persons,
        frozenset(entity for entity, _, _ in entries),
        KEY,
        np.array(first, np.uint64),
        np.array(rest, np.uint32),
        np.array(owners, np.uint32),
    )


def number(i: int) -> str:
    return f"31710141{i:08d}"


@pytest.mark.parametrize("persons", [10, FEW, 3 * FEW])
@pytest.mark.parametrize("batches", [1, 7])
def test_it_counts_what_a_plain_intersection_of_sets_counts(persons: int, batches: int) -> None:
    chance = random.Random(persons)
    people = known([("ID_NIK", number(i), i) for i in range(persons)], persons)
    seen = [chance.randrange(2 * persons) for _ in range(2 * persons)]
    met = people.nobody()
    for batch in range(batches):
        mine = people.meet("ID_NIK", [number(i) for i in seen[batch::batches]], (), None)
        assert mine is not None
        met.merge(mine)
    assert met.count == len({i for i in seen if i < persons})
    assert met.cells == sum(i < persons for i in seen)


def test_a_value_counts_for_its_kind_alone() -> None:
    people = known([("PHONE_NUMBER", "081200000001", 0)], 1)
    assert people.meet("ID_BPJS_KETENAGAKERJAAN", ["081200000001"], (), None) is None
    met = people.meet("PHONE_NUMBER", ["081200000001", "081200000002"], (), None)
    assert met is not None
    assert (met.count, met.cells) == (1, 1)


def test_two_numbers_of_one_person_are_one_person() -> None:
    people = known([("ID_NIK", number(1), 0), ("PHONE_NUMBER", "0812", 0)], 1)
    met = people.meet("PHONE_NUMBER", ["0812"], (), people.meet("ID_NIK", [number(1)], (), None))
    assert met is not None
    assert (met.count, met.cells) == (1, 2)


def test_a_number_that_several_share_is_of_each_of_them() -> None:
    people = known([("PHONE_NUMBER", "0812", i) for i in range(3)] + [("PHONE_NUMBER", "0813", 3)], 4)
    met = people.meet("PHONE_NUMBER", ["0812", "0812"], (), None)
    assert met is not None
    assert (met.count, met.cells) == (3, 2)


def test_hashes_that_begin_alike_are_told_apart_by_the_rest() -> None:
    first, rest = hashes(KEY, "ID_NIK", [number(1)])
    near = np.array([first[0]] * 3, np.uint64)
    rests = np.sort(np.array([rest[0] - 1, rest[0], rest[0] + 1], np.uint32))
    people = Known(3, frozenset({"ID_NIK"}), KEY, near, rests, np.arange(3, dtype=np.uint32))
    met = people.meet("ID_NIK", [number(1)], (), None)
    assert met is not None
    assert met.few == {1}
    others = Known(2, frozenset({"ID_NIK"}), KEY, near[:2], rests[[0, 2]], np.arange(2, dtype=np.uint32))
    none = others.meet("ID_NIK", [number(1)], (), None)
    assert none is not None
    assert (none.count, none.cells) == (0, 0)


@pytest.mark.parametrize(("mine", "others"), [(0, 5), (5, 0), (5, 2000), (2000, 5), (2000, 2000), (700, 700)])
def test_persons_met_add_up_however_they_are_kept(mine: int, others: int) -> None:
    one, other = Met(5001), Met(5001)
    one.add(np.arange(mine, dtype=np.uint32), mine)
    other.add(np.arange(5000, 5000 - others, -1, dtype=np.uint32), others)
    other = pickle.loads(pickle.dumps(other))
    one.merge(other)
    assert one.count == len({*range(mine), *range(5000, 5000 - others, -1)})
    assert (other.count, one.cells) == (others, mine + others)


def test_memory_does_not_grow_with_what_is_met() -> None:
    persons = 1_000_000
    met = Met(persons)
    met.add(np.arange(persons, dtype=np.uint32), persons)
    assert met.count == persons
    assert len(pickle.dumps(met)) < persons / 8 + 1000
