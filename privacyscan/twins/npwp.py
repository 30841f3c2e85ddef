"""NPWP: a person's 16 digits are the twin of the NIK, the old 15 another number at a tax office that does not exist.

The same for numbers of a place of business, which begin with an NPWP and go on with a serial that stays.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from privacyscan.checks.luhn import plugin as luhn
from privacyscan.keys import PurposeKey
from privacyscan.model import Identifier
from privacyscan.twins import Kept, Kind, Twins
from privacyscan.twins._numbers import Permutation
from privacyscan.twins._written import check_digit, rewritten
from privacyscan.twins.nik import LENGTH, niks

OLD = 15
NOWHERE, NOWHERE_TOO = "999", "998"  # tax offices; the second is for numbers that stand at the first
HIDDEN = slice(1, 8)  # digits that are permuted: the first tells the kind of taxpayer, the ninth checks


class Npwp:
    """Parameter `tail`: how many digits follow the 16 of the NPWP, and stay."""

    name = "npwp"

    def __call__(self, key: PurposeKey, kept: Kept, identifier: Identifier, /, *, tail: int = 0) -> Twins:
        new_niks = niks(key, kept)
        permutation = Permutation(key, "NPWP", 10 ** (HIDDEN.stop - HIDDEN.start))

        def old(numbers: Sequence[str]) -> list[str]:
            hidden = np.array([int(n[HIDDEN]) for n in numbers], np.int64)
            first = np.frombuffer("".join(n[0] for n in numbers).encode(), np.uint8).reshape(-1, 1)
            made = [f"{n[0]}{h:07d}" for n, h in zip(numbers, permutation(hidden, first).tolist(), strict=True)]
            return [
                m + check_digit(m) + (NOWHERE if n[9:12] != NOWHERE else NOWHERE_TOO) + n[12:]
                for m, n in zip(made, numbers, strict=True)
            ]

        def twins(values: Sequence[str], canonical: Sequence[str]) -> list[str | None]:
            sound = [c if c.isascii() and c.isdigit() and len(c) <= LENGTH + tail else "" for c in canonical]
            heads = [c[: len(c) - tail].lstrip("0") for c in sound]
            news = new_niks(heads)
            firms = [i for i, h in enumerate(heads) if h and len(h) <= OLD and luhn(h.zfill(OLD), end=9)]
            for i, n in zip(firms, old([heads[i].zfill(OLD) for i in firms]), strict=True):
                news[i] = n
            return [
                None if n is None else rewritten(v, n + s[len(s) - tail :])
                for v, n, s in zip(values, news, sound, strict=True)
            ]

        return twins


plugin: Kind = Npwp()
