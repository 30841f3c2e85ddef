"""How much a word looks like a part of a name, by its letters alone: weights of hashed runs of two to five letters."""

from __future__ import annotations

from array import array
from zlib import crc32

BITS = 15
_MASK = (1 << BITS) - 1
BUCKETS = 10
SCALE = 16  # a stored weight is 1/16


def grams(word: str) -> set[int]:
    """The places of a word's runs of letters in the table of weights."""
    marked = f"^{word.lower()}$"
    size = len(marked)
    if marked.isascii():
        letters = marked.encode()
        return {crc32(letters[i : i + n]) & _MASK for n in (2, 3, 4, 5) for i in range(size - n + 1)}
    return {
        crc32(marked[i : i + n].encode("utf-8", "surrogatepass")) & _MASK
        for n in (2, 3, 4, 5)
        for i in range(size - n + 1)
    }


class Likeness:
    """The likeness of a word, 0 (an ordinary word) to 9 (a name), by a table of signed bytes and a bias."""

    def __init__(self, weights: bytes, bias: int) -> None:
        self._weights = array("b", weights)
        self._bias = bias

    def __call__(self, word: str) -> int:
        total = self._bias + sum(map(self._weights.__getitem__, grams(word)))
        return max(0, min(BUCKETS - 1, total // SCALE + BUCKETS // 2))
