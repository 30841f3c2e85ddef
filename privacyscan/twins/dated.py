"""Numbers that hold a birth: the day goes as in the NIK, a year alone to another of its band; other digits change too.

A year without a day cannot be that of the twin's NIK: which year that is depends on the day.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Annotated

import numpy as np

from privacyscan.checks import Place
from privacyscan.keys import PurposeKey
from privacyscan.model import Identifier
from privacyscan.twins import Kept, Kind, Twins
from privacyscan.twins._checked import Checked, walked
from privacyscan.twins._days import days
from privacyscan.twins._numbers import Permutation
from privacyscan.twins._permuted import Numbers, cycles
from privacyscan.twins._written import rewritten

FORMAT = re.compile("DDMMYY|YYY")
LOST = 2  # zeros at the start that a spreadsheet took away


class Dated:
    """Parameters: `format` of the birth, `at` its first digit, `length` of the whole number."""

    name = "dated"

    def __call__(
        self,
        key: PurposeKey,
        kept: Kept,
        identifier: Identifier,
        /,
        *,
        format: Annotated[str, FORMAT] = "DDMMYY",
        at: Place = 0,
        length: Annotated[int, range(6, 19)] = 10,
    ) -> Twins:
        end = at + len(format)
        born, years, checked = days(key, kept), _years(key, kept), Checked(identifier)
        permutation = Permutation(key, f"{identifier.id} rest", 10 ** (length - len(format)))

        def moved(births: Numbers) -> Numbers:
            """The births of the twins; -1 where there is no such day."""
            if format == "YYY":
                return years[births]
            year, month, day = born.many(births % 100, births // 100 % 100, births // 10_000)
            return np.where(year < 0, -1, day * 10_000 + month * 100 + year)

        def step(codes: Sequence[str]) -> list[str]:
            births = moved(np.array([int(c[at:end]) for c in codes], np.int64)).tolist()
            tweaks = np.frombuffer("".join(c[at:end] for c in codes).encode(), np.uint8).reshape(-1, len(format))
            rest = permutation(np.array([int(c[:at] + c[end:]) for c in codes], np.int64), tweaks).tolist()
            texts = [f"{r:0{length - len(format)}d}" for r in rest]
            return [f"{t[:at]}{b:0{len(format)}d}{t[at:]}" for t, b in zip(texts, births, strict=True)]

        def twins(values: Sequence[str], canonical: Sequence[str]) -> list[str | None]:
            found: list[str | None] = [None] * len(values)
            codes = [c.zfill(length) for c in canonical]
            rows = [i for i, c in enumerate(canonical) if length - LOST <= len(c) <= length and _is_number(c)]
            real = moved(np.array([int(codes[i][at:end]) for i in rows], np.int64)) >= 0
            rows = [row for row, is_real in zip(rows, real.tolist(), strict=True) if is_real]
            for row, new in zip(rows, walked([codes[i] for i in rows], step, checked), strict=True):
                found[row] = None if new is None else rewritten(values[row], new)
            return found

        return twins


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _years(key: PurposeKey, kept: Kept) -> Numbers:
    """For the last three digits of each year those of another in its band; past years stay past."""
    digits = np.arange(1000)
    past = (digits + np.where(digits < 900, 2000, 1000)) <= kept.until.year
    return cycles(key, "years", 2 * (digits // kept.years) + past)


plugin: Kind = Dated()
