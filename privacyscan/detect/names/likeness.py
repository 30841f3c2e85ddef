"""How much a word looks like a part of a name, by its letters alone: weights of hashed runs of two to five letters."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING
from zlib import crc32

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

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

    def of_each(self, words: Sequence[str]) -> dict[str, int]:
        """The likeness of many words: those of ASCII letters at once, several times as fast."""
        import numpy as np

        plain = [word for word in words if word.isascii()]
        found = {word: self(word) for word in words if not word.isascii()}
        if not plain:
            return found
        letters = np.frombuffer("".join(f"^{word.lower()}$" for word in plain).encode(), np.uint8)
        lengths = np.array([len(word) + 2 for word in plain])
        of = np.repeat(np.arange(len(plain)), lengths)
        left = np.repeat(np.cumsum(lengths), lengths) - np.arange(len(letters))  # letters from here to the word's end
        sums, keys = np.full(len(letters), 0xFFFFFFFF, np.uint32), []
        for n in range(5):
            sums = sums[: len(letters) - n]
            sums = _crc_table()[(sums ^ letters[n:]) & 0xFF] ^ (sums >> np.uint32(8))
            if n:
                inside = left[: len(sums)] > n
                keys.append(of[: len(sums)][inside] << BITS | (~sums[inside] & _MASK))
        every = np.sort(np.concatenate(keys))  # a tenth of the time of np.unique
        every = every[np.diff(every, prepend=-1) > 0]
        weights = np.frombuffer(self._weights, np.int8)[every & _MASK]
        totals = np.bincount(every >> BITS, weights, len(plain)).astype(np.int64) + self._bias
        return found | dict(zip(plain, np.clip(totals // SCALE + BUCKETS // 2, 0, BUCKETS - 1).tolist(), strict=True))


@cache
def _crc_table() -> npt.NDArray[np.uint32]:
    """What one byte does to the sum that `crc32` keeps."""
    import numpy as np

    return np.array([crc32(bytes([i ^ 0xFF])) ^ 0xFF000000 for i in range(256)], np.uint32)
