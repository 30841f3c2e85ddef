"""The runs of letters by which a word looks like a name."""

from __future__ import annotations

from random import Random
from zlib import crc32

import pytest

from privacyscan.detect.names.likeness import BITS, BUCKETS, SCALE, Likeness, grams


@pytest.mark.parametrize("word", ["budi", "BUDI", "josé", "名", "\ud800", ""])
def test_every_run_of_two_to_five_letters_counts_once(word: str) -> None:
    marked = f"^{word.lower()}$"
    runs = {marked[i:j] for i in range(len(marked)) for j in range(i + 2, min(i + 5, len(marked)) + 1)}
    assert grams(word) == {crc32(run.encode("utf-8", "surrogatepass")) % (1 << BITS) for run in runs}


@pytest.mark.parametrize(("weight", "bucket"), [(-127, 0), (127, BUCKETS - 1), (0, BUCKETS // 2)])
def test_the_likeness_stays_in_its_bounds(weight: int, bucket: int) -> None:
    table = bytes([weight % 256]) * (1 << BITS)
    assert Likeness(table, 0)("budiman") == bucket


def test_the_bias_counts() -> None:
    assert Likeness(bytes(1 << BITS), -2 * SCALE)("budi") == BUCKETS // 2 - 2


def test_many_words_at_once_look_as_each_alone() -> None:
    chance = Random(2)
    likeness = Likeness(bytes(chance.randrange(256) for _ in range(1 << BITS)), 3)
    words = ["a", "", "aaaaaaaaa", "Budi", "BUDI", "soekarno", "é", "ñandú", "budi."]
    words += ["".join(chance.choice("abkn") for _ in range(chance.randint(1, 12))) for _ in range(500)]
    assert likeness.of_each(words) == {word: likeness(word) for word in words}
    assert likeness.of_each([]) == {}
