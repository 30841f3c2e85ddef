"""NIP of civil servants: the birth goes with the birth date, appointment with it by as many years, sex stays.

The age at appointment stays so. An appointment that would lie in the future stays in its year instead.
Serials go as those of the NIK do, from the lower half to the upper one, made-up ones of 900 and more to low ones.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from privacyscan.keys import PurposeKey
from privacyscan.model import Identifier
from privacyscan.twins import Kept, Kind, Twins
from privacyscan.twins._checked import Checked
from privacyscan.twins._days import days
from privacyscan.twins._permuted import Numbers, stream
from privacyscan.twins._written import rewritten

LENGTH = 18
TABLES = 16  # of serials


class Nip:
    name = "nip"

    def __call__(self, key: PurposeKey, kept: Kept, identifier: Identifier, /) -> Twins:
        born, checked = days(key, kept), Checked(identifier)
        serials = np.stack([_serials(key, i) for i in range(TABLES)])
        tables = (stream(key, "serials of NIP by appointment", 10_000) % TABLES).astype(np.uint8)

        def moved(numbers: Sequence[str]) -> list[str]:
            number = np.array([int(n) for n in numbers], np.int64)
            year, appointed, sex = number // 10**14, number // 10**6 % 10**4, number // 10**3 % 10
            short, month, day = born.many(year % 100, number // 10**12 % 100, number // 10**10 % 100)
            later = short - year % 100
            serial = serials[tables[appointed], number % 1000]
            new = np.where(appointed + later <= kept.until.year, appointed + later, appointed)
            head = (year + later) * 10**4 + month * 100 + day
            made = head * 10**10 + new * 10**6 + number // 10**4 % 100 * 10**4 + sex * 1000 + serial
            return [f"{n:018d}" for n in made.tolist()]

        def twins(values: Sequence[str], canonical: Sequence[str]) -> list[str | None]:
            found: list[str | None] = [None] * len(values)
            rows = [i for i, c in enumerate(canonical) if len(c) == LENGTH and c.isascii() and c.isdigit()]
            rows = [rows[i] for i in np.flatnonzero(checked([canonical[i] for i in rows])).tolist()]
            new = moved([canonical[i] for i in rows])
            for i, number, passes in zip(rows, new, checked(new).tolist(), strict=True):
                if passes:
                    found[i] = rewritten(values[i], number)
            return found

        return twins


def _serials(key: PurposeKey, table: int) -> Numbers:
    """A keyed bijection of 0..999 without fixed points: the lower half goes up, the upper one down."""
    order = np.argsort(stream(key, f"serials of NIP {table}", 1000), kind="stable")
    low, high, most = order[order < 500], order[(order >= 500) & (order < 900)], order[order >= 900]
    new = np.zeros(1000, np.int64)
    new[low] = np.concatenate([high, most])
    new[np.concatenate([high, most])] = low
    return new


plugin: Kind = Nip()
