"""How much a word looks like a part of a name, by its letters alone: weights of hashed runs of two to five letters."""

from __future__ import annotations

from array import array
from zlib import crc32

BITS = 15
BUCKETS = 10
SCALE = 16  # a stored weight is 1/16


def grams(word: str) -> list[int]:
    """The places of a word's runs of letters in the table of weights, each once."""
    marked = f"^{word.lower()}$"
    runs = {marked[i : i + n] for n in (2, 3, 4, 5) for i in range(len(marked) - n + 1)}
    return sorted({crc32(run.encode("utf-8", "surrogatepass")) & ((1 << BITS) - 1) for run in runs})


class Likeness:
    """The likeness of a word, 0 (an ordinary word) to 9 (a name), by a table of signed bytes and a bias."""

    def __init__(self, weights: bytes, bias: int) -> None:
        self._weights = array("b", weights)
        self._bias = bias

    def __call__(self, word: str) -> int:
        total = self._bias + sum(self._weights[gram] for gram in grams(word))
        return max(0, min(BUCKETS - 1, total // SCALE + BUCKETS // 2))
