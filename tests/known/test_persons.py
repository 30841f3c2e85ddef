"""Which rows are one person, and which values tell persons apart."""

from __future__ import annotations

import random

import numpy as np
import pytest

from privacyscan.known._persons import MOST_SHARING, persons, same_persons


@pytest.mark.parametrize(
    ("entries", "groups"),
    [
        ([(0, 0), (1, 1), (2, 2)], [{0}, {1}, {2}]),  # nothing in common
        ([(0, 0), (0, 2), (1, 1)], [{0, 2}, {1}]),  # the same number in two rows
        ([(0, 0), (0, 1), (1, 1), (1, 2), (2, 2)], [{0, 1, 2}]),  # a chain over two numbers
        ([(5, 2), (5, 0), (7, 0), (7, 1)], [{0, 1, 2}]),  # in any order
    ],
)
def test_rows_with_a_number_in_common_are_one_person(entries: list[tuple[int, int]], groups: list[set[int]]) -> None:
    values, rows = (np.array(column) for column in zip(*entries, strict=True))
    label = same_persons(values, rows, 3)
    found = [{row for row in range(3) if label[row] == least} for least in sorted(set(label.tolist()))]
    assert found == groups


def test_it_agrees_with_a_plain_union_of_sets() -> None:
    chance = random.Random(4)
    for _ in range(30):
        entries = [(chance.randrange(60), chance.randrange(80)) for _ in range(90)]
        values, rows = (np.array(column) for column in zip(*entries, strict=True))
        label = same_persons(values, rows, 80)
        plain = list(range(80))
        before: list[int] = []
        while plain != before:
            before = plain
            for value in range(60):
                mine = [plain[row] for v, row in entries if v == value]
                plain = [min(mine) if person in mine else person for person in plain]
        assert label.tolist() == plain


def test_a_value_that_too_many_share_tells_nobody() -> None:
    shared = MOST_SHARING + 1
    values = np.array([0] * shared + [1] * MOST_SHARING + [2])
    rows = np.array([*range(shared), *range(MOST_SHARING), 20])
    told = persons(values, rows, np.zeros(len(values), bool), 21)
    assert set(told.values.tolist()) == {1, 2}
    assert told.count == MOST_SHARING + 1  # row 10 had nothing but the shared value
    assert told.shared == 1


def test_a_person_in_many_rows_shares_the_number_with_nobody() -> None:
    told = persons(np.zeros(50, int), np.arange(50), np.ones(50, bool), 50)
    assert (told.count, told.values.tolist(), told.owners.tolist()) == (1, [0], [0])
