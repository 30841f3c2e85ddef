"""The one permutation of days that serves birth dates and the numbers that hold them.

A day is year (two digits), month and day. It moves within its band of years, 1990 to 1994 for instance, and past days
stay past. Days that only damaged data holds (29 February 1999) move among themselves.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache

import numpy as np

from privacyscan.keys import PurposeKey
from privacyscan.twins import Kept
from privacyscan.twins._permuted import Numbers, cycles

MONTH, YEAR = 31, 372  # slots
_LONGEST = np.array([31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])


class Days:
    """`table` leads from the slot of each day to that of its twin; -1: there is no such day."""

    def __init__(self, key: PurposeKey, kept: Kept) -> None:
        year, rest = np.divmod(np.arange(100 * YEAR), YEAR)
        month, day = np.divmod(rest, MONTH)
        slots = np.flatnonzero(day < _LONGEST[month])
        year, month, day = year[slots], month[slots], day[slots]
        real = (month != 1) | (day < 28) | (year % 4 == 0)
        number = 10_000 * (2000 + year) + 100 * (month + 1) + day + 1
        past = number <= 10_000 * kept.until.year + 100 * kept.until.month + kept.until.day
        self.table = np.full(100 * YEAR, -1)
        self.table[slots] = slots[cycles(key, "days", 4 * (year // kept.years) + 2 * real + past)]

    def of(self, born: date) -> date:
        """The twin of a birth date, in the same century; that of 29 February may be itself where years are kept."""
        at = born.year % 100 * YEAR + (born.month - 1) * MONTH + born.day - 1
        while True:
            at = int(self.table[at])
            year, rest = divmod(at, YEAR)
            try:
                return date(born.year - born.year % 100 + year, rest // MONTH + 1, rest % MONTH + 1)
            except ValueError:  # 29 February of 1900
                continue

    def many(self, year: Numbers, month: Numbers, day: Numbers) -> tuple[Numbers, Numbers, Numbers]:
        """The twins of days, years of two digits; a year of -1 where there is no such day."""
        good = (month >= 1) & (month <= 12) & (day >= 1) & (day <= MONTH)
        at = self.table[np.where(good, year * YEAR + (month - 1) * MONTH + day - 1, 0)]
        return np.where(good & (at >= 0), at // YEAR, -1), at % YEAR // MONTH + 1, at % MONTH + 1


@lru_cache(4)
def days(key: PurposeKey, kept: Kept) -> Days:
    """The permutation under this key."""
    return Days(key, kept)
