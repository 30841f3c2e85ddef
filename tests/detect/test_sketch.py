"""Sketches: quick and whole hashes."""

from __future__ import annotations

import random

import pyarrow as pa
import pytest

from privacyscan.detect import sketch
from privacyscan.detect.sketch import NOBODY, SKETCH, keyed, smallest
from privacyscan.detect.tally import distinct
from privacyscan.detect.vectors import Strings

KEY = b"k" * 32


def values(n: int, seed: int = 1) -> list[str]:
    r = random.Random(seed)
    return [r.choice(["", "é", "0812"]) + "x" * r.randrange(20) + str(r.randrange(10**9)) for _ in range(n)]


def test_one_value_has_one_hash_however_it_is_reached() -> None:
    some = [*values(500), "", "a", "12345678", "a" * 300, "a" * 299 + "b"]
    data = [v.encode() for v in some]
    one_by_one = [sketch._quick_one(d, sketch._seed(KEY)) for d in data]
    assert one_by_one == sketch.quick_of(Strings(pa.array(some)), KEY).tolist()
    together = dict(zip(some, keyed(some, KEY), strict=True))
    assert all(keyed([v], KEY) == [h] for v, h in together.items())
    assert smallest(Strings(pa.array(some)), KEY) == {h: v for v, h in together.items() if v}


def test_the_smallest_of_many_are_the_smallest_of_all() -> None:
    some = values(20_000)
    of_all = {h: v for v, h in zip(some, keyed(some, KEY), strict=True) if h != NOBODY}
    few = smallest(Strings(pa.array(some)), KEY)
    assert len(few) < 5 * SKETCH
    assert sorted(of_all)[:SKETCH] == sorted(few)[:SKETCH]
    assert few.items() <= of_all.items()
    limit = sorted(of_all)[100]
    assert smallest(Strings(pa.array(some)), KEY, limit) == {h: v for h, v in of_all.items() if h < limit}


@pytest.mark.parametrize("make", [str, "{:016}".format, "warga{}@contoh.go.id".format])
def test_the_number_of_different_values_is_estimated_within_some_percent(make) -> None:  # type: ignore[no-untyped-def]
    for n in (5_000, 60_000):
        some = [make(i) for i in range(n)] * 2
        estimate = distinct(sorted(smallest(Strings(pa.array(some)), KEY))[:SKETCH])
        assert abs(estimate - n) < 0.12 * n


def test_another_key_gives_other_hashes() -> None:
    some = values(200)
    assert not set(keyed(some, KEY)) & set(keyed(some, b"l" * 32))


def test_an_empty_value_enters_no_sketch() -> None:
    assert keyed(["", "a"], KEY)[0] == NOBODY
    assert smallest(Strings(pa.array(["", None, ""])), KEY) == {}
