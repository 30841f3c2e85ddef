"""Do the digits at a position form a date? Days run to the longest the month has (29 in February)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any

from privacyscan.checks import Bound, BoundCheck, Place

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
        return self.bound(format=format, at=at, day_offset=day_offset, year_min=year_min, year_max=year_max)(value)

    def bound(
        self, *, format: str = "DDMMYY", at: int = 0, day_offset: int = 0, year_min: int = 0, year_max: int = 9999
    ) -> Bound:
        size = len(format)
        months, days, years = (slice(format.find(letter), format.rfind(letter) + 1) for letter in "MDY")
        has_day, has_year = "D" in format, "Y" in format

        def holds(value: str) -> bool:
            text = value[at : at + size]
            if len(text) < size or not text.isdecimal():
                return False
            month = int(text[months])
            if not 1 <= month <= 12:
                return False
            day = int(text[days]) if has_day else 1
            if day_offset and day > day_offset:
                day -= day_offset
            return 1 <= day <= DAYS[month] and year_min <= (int(text[years]) if has_year else 0) <= year_max

        return holds

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


plugin: BoundCheck = Date()
