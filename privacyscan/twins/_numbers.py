"""A keyed permutation of the numbers below a bound, for many at once.

Below 10^6 it is one cycle through all of them. From there on it is FF1 (NIST SP 800-38G) with AES-256 over decimal
digits; results outside the bound are encrypted again until they are inside, which keeps it a permutation.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from privacyscan.ff1 import LEAST, Decimals
from privacyscan.keys import PurposeKey
from privacyscan.twins._permuted import Numbers, cycles

LARGEST = 10**18  # bound
LONGEST = 11  # bytes of a tweak
Tweaks = npt.NDArray[np.uint8]


class Permutation:
    """Of 0 to `size` - 1. From 10^6 on it is another one for each tweak; a tweak has as many bytes as all others."""

    def __init__(self, key: PurposeKey, label: str, size: int) -> None:
        self._size = size
        self._table = cycles(key, label, np.zeros(size, np.int64)) if size < LEAST else None
        self._decimals = Decimals(key.derive(f"twin {label}"), len(str(size - 1)))

    def __call__(self, numbers: Numbers, tweaks: Tweaks) -> Numbers:
        if self._table is not None:
            return self._table[numbers]
        new = self._decimals.encrypt(numbers, tweaks)
        while (outside := np.flatnonzero(new >= self._size)).size:
            new[outside] = self._decimals.encrypt(new[outside], tweaks[outside])
        return new
