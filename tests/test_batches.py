"""Batches: bounded by number and by size, and nothing that was read is lost to an error."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from privacyscan.batches import MAX_BYTES, MAX_CELLS, bounded, rows_at_once, weight
from privacyscan.model import Limits

LARGE = "x" * (MAX_BYTES // 2 + 1)


@pytest.mark.parametrize(
    ("rows", "sizes"),
    [
        ([], []),
        ([("a",)] * 2, [2]),
        ([("a",)] * 7, [3, 3, 1]),
        ([(LARGE,)] * 5, [2, 2, 1]),  # few rows, but large ones
        ([(LARGE.encode(), 1)] * 2, [2]),
    ],
)
def test_batches_are_bounded_by_rows_and_by_bytes(rows: list[tuple[object, ...]], sizes: list[int]) -> None:
    assert [len(batch) for batch in bounded(rows, weight, 3)] == sizes


def test_rows_before_an_error_come_first() -> None:
    def rows() -> Iterator[tuple[str]]:
        yield ("a",)
        raise KeyError("b")

    batches = bounded(rows(), weight, 3)
    assert next(batches) == [("a",)]
    with pytest.raises(KeyError):
        next(batches)


def test_batches_of_wide_tables_have_fewer_rows() -> None:
    assert rows_at_once(Limits(batch_rows=10_000), 7) == 10_000
    assert 1000 < rows_at_once(Limits(batch_rows=10_000), 300) <= MAX_CELLS // 300
    assert rows_at_once(Limits(batch_rows=10_000), 2 * MAX_CELLS) == 1
