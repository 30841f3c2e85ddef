"""Does the value begin with a region code of Indonesia?

The table (rules/tables/wilayah.csv) holds provinces, regencies and districts, some of before a split too. A NIK keeps
the codes of the day of issue, so a missing district lowers confidence and never rejects; a missing province rejects.
"""

from __future__ import annotations

import csv
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

from privacyscan.checks import Bound, BoundCheck, Place
from privacyscan.resources import folder

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

Level = Literal["province", "regency", "district"]
DIGITS = {"province": 2, "regency": 4, "district": 6}


@cache
def codes(level: str) -> frozenset[str]:
    """All codes of a level, as strings of 2, 4 or 6 digits."""
    with (folder("rules") / "tables" / "wilayah.csv").open(encoding="utf-8", newline="") as file:
        return frozenset(row["code"] for row in csv.DictReader(file) if row["level"] == level)


class Region:
    name = "region"

    def __call__(self, value: str, /, *, level: Level = "province", at: Place = 0) -> bool:
        return value[at : at + DIGITS[level]] in codes(level)

    def bound(self, *, level: Level = "province", at: int = 0) -> Bound:
        end, known = at + DIGITS[level], codes(level)
        return lambda value: value[at:end] in known

    def vector(self, digits: npt.NDArray[np.uint8], /, **parameters: Any) -> npt.NDArray[np.bool_] | None:
        import numpy as np

        from privacyscan.checks._digits import number

        level, at = parameters.get("level", "province"), parameters.get("at", 0)
        if digits.shape[1] < at + DIGITS[level]:
            return np.zeros(len(digits), np.bool_)
        return _flags(level)[np.asarray(number(digits, at, at + DIGITS[level]))]


@cache
def _flags(level: str) -> npt.NDArray[np.bool_]:
    import numpy as np

    flags = np.zeros(10 ** DIGITS[level], np.bool_)
    flags[[int(c) for c in codes(level)]] = True
    return flags


plugin: BoundCheck = Region()
