"""Do the digits at a position form a date? Days run to the longest the month has (29 in February)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any

from privacyscan.checks import Check, Place

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

FORMAT = re.compile("(DD)?MM(YY|YYYY)?|(YY|YYYY)MM(DD)?")
DAYS = (0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


class Date:
    """Parameters: `format` of the letters Y M D, `at` its first digit, `day_offset` that may be added to the
    day (40 for women in a NIK), `year_min` and `year_max` for the year as written."""

    name = "date"

    def __call__(
        self,
        value: str,
        /,
        *,
        format: Annotated[str, FORMAT] = "DDMMYY",
        at: Place = 0,
        day_offset: int = 0,
        year_min: int = 0,
        year_max: int = 9999,
    ) -> bool:
        text = value[at : at + len(format)]
        if len(text) < len(format) or not text.isdecimal():
            return False
        parts = {letter: int(text[format.index(letter) : format.rindex(letter) + 1]) for letter in set(format)}
        day, month, year = parts.get("D", 1), parts["M"], parts.get("Y", 0)
        if day_offset and day > day_offset:
            day -= day_offset
        return 1 <= month <= 12 and 1 <= day <= DAYS[month] and year_min <= year <= year_max

    def vector(self, digits: npt.NDArray[np.uint8], /, **parameters: Any) -> npt.NDArray[np.bool_] | None:
        import numpy as np

        from privacyscan.checks._digits import number

        form, at = parameters.get("format", "DDMMYY"), parameters.get("at", 0)
        if digits.shape[1] < at + len(form):
            return np.zeros(len(digits), np.bool_)

        def part(letter: str) -> npt.NDArray[np.int64]:
            return number(digits, at + form.index(letter), at + form.rindex(letter) + 1)

        month = part("M")
        days = np.zeros(100, np.int64)
        days[: len(DAYS)] = DAYS
        good: npt.NDArray[np.bool_] = (month >= 1) & (month <= 12)
        if "D" in form:
            day = part("D")
            if offset := parameters.get("day_offset", 0):
                day = np.where(day > offset, day - offset, day)
            good &= (day >= 1) & (day <= days[month])
        if "Y" in form:
            year = part("Y")
            good &= (year >= parameters.get("year_min", 0)) & (year <= parameters.get("year_max", 9999))
        return good


plugin: Check = Date()
