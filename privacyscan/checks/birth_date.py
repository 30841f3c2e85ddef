"""Is the text a date on which somebody alive can have been born (age 0 to 120)?

All local forms: 17-08-1990, 17/8/1990, 1990-08-17, 17 Agustus 1990, 17 Aug 1990, with or without a time.
"""

from __future__ import annotations

import re
from datetime import date
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
_FIRST_YEAR = re.compile(r"([0-9]{4})[-/. ]?([0-9]{1,2})[-/. ]?([0-9]{1,2})(?:[ T].*)?$")
_FIRST_DAY = re.compile(r"([0-9]{1,2})[-/. ]([0-9]{1,2}|[a-z]{3,9})[-/. ,]+([0-9]{4})(?: .*)?$")
OLDEST = 120  # years


def parse(text: str) -> date | None:
    """The date the text says, day before month as written in Indonesia; None if it is none."""
    text = text.strip().lower()
    if match := _FIRST_YEAR.match(text):
        year, month, day = match.groups()
    elif match := _FIRST_DAY.match(text):
        day, month, year = match.groups()
    else:
        return None
    number = int(month) if month.isdigit() else MONTHS.get(month, 0)
    try:
        return date(int(year), number, int(day))
    except ValueError:
        return None


class BirthDate:
    name = "birth_date"

    def __call__(self, value: str, /) -> bool:
        born, today = parse(value), date.today()
        return born is not None and born <= today and today.year - born.year <= OLDEST

    def vector(self, digits: npt.NDArray[np.uint8], /, **parameters: Any) -> npt.NDArray[np.bool_] | None:
        return None


plugin: Check = BirthDate()
