"""Is the text a date on which somebody alive can have been born (age 0 to 120)?

All local forms: 17-08-1990, 17/8/90, 1990-08-17, 17081990, 17 Agustus 1990, 17 Aug 1990, with or without a time or a
place before it, and the number that a spreadsheet keeps for a date.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from privacyscan.checks import Check

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pyarrow as pa

MONTHS = {
    name: i + 1
    for i, names in enumerate(
        [
            "januari jan january",
            "februari feb pebruari february",
            "maret mar march",
            "april apr",
            "mei may",
            "juni jun june",
            "juli jul july",
            "agustus agu agt ags aug august",
            "september sep sept",
            "oktober okt oct october",
            "november nov nop nopember",
            "desember des dec december",
        ]
    )
    for name in names.split()
}
_PLACE = re.compile(r"[a-z][a-z .'-]*[,/;] ?")  # "Bandung, 17 Agustus 1990"
_MONTH_FIRST = re.compile(r"([a-z]{3,9})[.]? ([0-9]{1,2}),? ([12][0-9]{3})")
_FIRST_YEAR = re.compile(r"([12][0-9]{3})[-/. ]?([0-9]{1,2})[-/. ]?([0-9]{1,2})(?:[ t].*)?")
_FIRST_DAY = re.compile(r"([0-9]{1,2})[-/. ]([0-9]{1,2}|[a-z]{3,9})[-/. ,]+([0-9]{4}|[0-9]{2})(?:[ t].*)?")
_EIGHT = re.compile(r"([0-9]{2})([0-9]{2})([12][0-9]{3})")
_SERIAL = re.compile("[1-9][0-9]{4}")
_DAY_ZERO = date(1899, 12, 30)  # of spreadsheets
OLDEST = 120  # years
# Ten signs, and which of them are year, month and day.
_WRITTEN_OUT = (
    ("^[12][0-9]{3}[-/. ][0-9]{2}[-/. ][0-9]{2}$", (slice(0, 4), slice(5, 7), slice(8, 10))),
    ("^[0-9]{2}[-/. ][0-9]{2}[-/. ][0-9]{4}$", (slice(6, 10), slice(3, 5), slice(0, 2))),
)


@lru_cache(maxsize=32_768)  # as many days as people are born on
def parse(text: str) -> date | None:
    """The date the text says, day before month as written in Indonesia; None if it is none."""
    text = text.strip().lower()
    if place := _PLACE.match(text):
        text = text[place.end() :]
    if _SERIAL.fullmatch(text):
        return _DAY_ZERO + timedelta(days=int(text))
    for form, order in ((_FIRST_YEAR, "ymd"), (_FIRST_DAY, "dmy"), (_MONTH_FIRST, "mdy"), (_EIGHT, "dmy")):
        if match := form.fullmatch(text):
            part = dict(zip(order, match.groups(), strict=True))
            month = int(part["m"]) if part["m"].isdigit() else MONTHS.get(part["m"], 0)
            try:
                return date(_year(part["y"]), month, int(part["d"]))
            except ValueError:
                continue
    return None


def _year(digits: str) -> int:
    """The year; two digits mean the last hundred years."""
    year, this = int(digits), date.today().year
    return year if len(digits) == 4 else this - (this - year) % 100


class BirthDate:
    """Parameter `least`: how old that person must have become this year."""

    name = "birth_date"

    def __call__(self, value: str, /, *, least: int = 0) -> bool:
        born, today = parse(value), date.today()
        return born is not None and born <= today and least <= today.year - born.year <= OLDEST

    def vector(self, digits: npt.NDArray[np.uint8], /, **parameters: Any) -> npt.NDArray[np.bool_] | None:
        return None

    def texts(self, values: pa.StringArray, /, *, least: int = 0) -> npt.NDArray[np.bool_]:
        import numpy as np

        days, today = parse_many(values), date.today()
        age = today.year - days // 10_000
        return np.asarray((days > 0) & (days <= day_number(today)) & (age >= least) & (age <= OLDEST))


def day_number(day: date) -> int:
    """A day as a number that grows with it: 20240917."""
    return 10_000 * day.year + 100 * day.month + day.day


def parse_many(values: pa.StringArray) -> npt.NDArray[np.int64]:
    """`parse` for many texts of printable ASCII: the number of the day, 0 for none."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    days = np.zeros(len(values), np.int64)
    left = np.ones(len(values), np.bool_)
    for regex, (year, month, day) in _WRITTEN_OUT:
        mask = pc.match_substring_regex(values, regex).to_numpy(zero_copy_only=False)
        some = values.filter(pa.array(mask)).to_pylist()
        digits = np.frombuffer("".join(some).encode(), np.uint8).reshape(-1, 10).astype(np.int64) - 48
        days[mask] = _existing(_number(digits[:, year]), _number(digits[:, month]), _number(digits[:, day]))
        left &= ~mask
    others = values.filter(pa.array(left)).dictionary_encode()
    parsed = (parse(text) for text in others.dictionary.to_pylist())
    numbers = np.array([0 if day is None else day_number(day) for day in parsed], np.int64)
    days[left] = numbers[others.indices.to_numpy()]
    return days


def _number(digits: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    import numpy as np

    return np.asarray(digits @ 10 ** np.arange(digits.shape[1] - 1, -1, -1))


def _existing(
    year: npt.NDArray[np.int64], month: npt.NDArray[np.int64], day: npt.NDArray[np.int64]
) -> npt.NDArray[np.int64]:
    """The numbers of the days that exist, 0 for others."""
    import numpy as np

    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    days = np.array([0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])[np.where(month > 12, 0, month)]
    exists = (year >= 1) & (day >= 1) & (day <= days + (leap & (month == 2)))
    return np.asarray(exists * (10_000 * year + 100 * month + day))


plugin: Check = BirthDate()
