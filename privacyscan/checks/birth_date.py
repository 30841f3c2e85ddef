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


plugin: Check = BirthDate()
