"""How many persons: estimates from keyed sketches, never from values."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from heapq import nsmallest

K = 1024


def estimate(sketches: Iterable[Sequence[int]]) -> int:
    """The number of different values behind several sketches together.

    Each holds the up to K smallest 64-bit keyed hashes of its values, ascending. Exact below K different
    values, else (K-1)/U(K) with a standard error of 3 % (Beyer et al., SIGMOD 2007).
    """
    smallest: set[int] = set()
    for sketch in sketches:
        smallest.update(sketch)
        if len(smallest) > 16 * K:  # thousands of sketches must not be held at once
            smallest = set(nsmallest(K, smallest))
    union = nsmallest(K, smallest)
    return len(union) if len(union) < K else round((K - 1) / (union[-1] / 2**64))
