"""NIK and family cards: region, day and serial each go their own way; women stay women.

Registers count from 0001 and hardly pass 100 a day in a district; made-up people stand at 9000 and more. Serials below
4000 become some from 5000 on and back, those from 4000 some from 9000 on and back. So no twin of an issued number can
have been issued, and none of a made-up one is a made-up one of the same kind.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from privacyscan.keys import PurposeKey
from privacyscan.model import Identifier
from privacyscan.twins import Kept, Kind, Twins
from privacyscan.twins._days import days
from privacyscan.twins._permuted import Numbers, stream
from privacyscan.twins._regions import regions
from privacyscan.twins._written import rewritten

LENGTH = 16
TABLES = 64  # of serials: which one serves a number, its region and day say
WOMAN = 40  # added to the day


class Niks:
    """Twins of many numbers at once."""

    def __init__(self, key: PurposeKey, kept: Kept) -> None:
        self._days, self._regions = days(key, kept), regions(key, kept.region).table
        drawn = stream(key, "serials", TABLES * 10_000).reshape(TABLES, -1)
        self._serials = np.stack([serials(order) for order in np.argsort(drawn, kind="stable")])
        self._by_region = (stream(key, "serials by region", 10**6) % TABLES).astype(np.uint8)
        self._by_day = (stream(key, "serials by day", 10**6) % TABLES).astype(np.uint8)

    def __call__(self, numbers: Sequence[str]) -> list[str | None]:
        """The twin of each number of 16 digits; None for those that break a rule of the NIK."""
        at = [i for i, n in enumerate(numbers) if len(n) == LENGTH and n.isascii() and n.isdigit()]
        region, born, serial = _parts([numbers[i] for i in at])
        day = born // 10_000
        woman = WOMAN * (day > WOMAN)
        year, month, new_day = self._days.many(born % 100, born // 100 % 100, day - woman)
        new_region = self._regions[region]
        table = self._by_region[region] ^ self._by_day[born]
        new_serial = self._serials[table, serial]
        good = (new_region > 0) & (year >= 0) & (serial > 0)
        new = new_region * 10**10 + (new_day + woman) * 10**8 + month * 10**6 + year * 10**4 + new_serial
        found: list[str | None] = [None] * len(numbers)
        for i, number, sound in zip(at, new.tolist(), good.tolist(), strict=True):
            if sound:
                found[i] = f"{number:016d}"
        return found


def _parts(numbers: Sequence[str]) -> tuple[Numbers, Numbers, Numbers]:
    """Region, birth and serial of each."""
    digits = np.frombuffer("".join(numbers).encode(), np.uint8).reshape(-1, LENGTH).astype(np.int64) - 48
    number = digits @ 10 ** np.arange(LENGTH - 1, -1, -1, dtype=np.int64)
    return number // 10**10, number // 10**4 % 10**6, number % 10**4


def serials(order: Numbers) -> Numbers:
    """A bijection of 1..9999 by an order of them, from each of four ranges to another; one number stays in its own."""
    low, middle, high, most = (order[(order >= a) & (order < b)] for a, b in _RANGES)
    # 3,999 low ones and 4,000 between: one of these leads to another of its own.
    sources = np.concatenate([low, middle, high, most])
    twins = np.concatenate([high[:-1], most, high[-1:], low, middle])
    new = np.zeros(10_000, np.int64)
    new[sources] = twins
    return new


_RANGES = ((1, 4000), (4000, 5000), (5000, 9000), (9000, 10_000))


@lru_cache(4)
def niks(key: PurposeKey, kept: Kept) -> Niks:
    """The twins under this key."""
    return Niks(key, kept)


class Nik:
    name = "nik"

    def __call__(self, key: PurposeKey, kept: Kept, identifier: Identifier, /) -> Twins:
        new = niks(key, kept)

        def twins(values: Sequence[str], canonical: Sequence[str]) -> list[str | None]:
            pairs = zip(values, new(canonical), strict=True)
            return [None if n is None else rewritten(v, n) for v, n in pairs]

        return twins


plugin: Kind = Nik()
