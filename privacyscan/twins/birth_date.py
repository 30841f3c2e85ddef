"""Birth dates, in the way they were written: 1990-05-03, 03/05/90, 3 Mei 1990, 03-MAY-90, Bandung, 3 Mei 1990.

The day is that which the twins of NIK and NIP hold. A time of day becomes midnight, a place before the date its twin.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import lru_cache

from privacyscan.checks.birth_date import MONTHS
from privacyscan.keys import PurposeKey
from privacyscan.model import Identifier
from privacyscan.twins import Kept, Kind, Twins
from privacyscan.twins._days import Days, day, days
from privacyscan.twins.place import Places

_START = re.compile(r"([A-Za-z][A-Za-z .'-]*?)([,/;] ?)(?=[0-9])")
_REST = r"((?:[ Tt].*)?)"
_FORMS = (  # which groups are year, month, day; between them the separators
    (re.compile(rf"([12][0-9]{{3}})([-/. ]?)([0-9]{{1,2}})([-/. ]?)([0-9]{{1,2}}){_REST}"), (1, 3, 5)),
    (
        re.compile(rf"([0-9]{{1,2}})([-/. ])([0-9]{{1,2}}|[A-Za-z]{{3,9}})([-/. ,]+)([0-9]{{4}}|[0-9]{{2}}){_REST}"),
        (5, 3, 1),
    ),
    (re.compile(r"([A-Za-z]{3,9})([.]? )([0-9]{1,2})(,? )([12][0-9]{3})()"), (5, 1, 3)),
    (re.compile(r"([0-9]{2})()([0-9]{2})()([12][0-9]{3})()"), (5, 3, 1)),
)
_NUMBER = re.compile("[1-9][0-9]{4}")
_DAY_ZERO = date(1899, 12, 30)  # of spreadsheets


def _list(text: str) -> list[str]:
    return text.split()


_INDONESIAN = _list("Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember")
_ENGLISH = _list("January February March April May June July August September October November December")
_SHORT = _list("Jan Feb Mar Apr Mei Jun Jul Agu Sep Okt Nov Des")
_SHORT_ENGLISH = [name[:3] for name in _ENGLISH]


class BirthDate:
    name = "birth_date"

    def __call__(self, key: PurposeKey, kept: Kept, identifier: Identifier, /) -> Twins:
        born, places = days(key, kept), Places(key, kept)

        @lru_cache(65_536)  # as many days as people are born on, in two ways of writing
        def twin(value: str) -> str | None:
            text = value.strip()
            start = _START.match(text)
            place = (places.one(start[1]) or "") + start[2] if start else ""
            new = _moved(text[start.end() :] if start else text, born)
            return None if new is None or place + new == value else place + new

        return lambda values, canonical: [twin(v) for v in values]


def _moved(text: str, born: Days) -> str | None:
    """The date of the twin, written like this one."""
    if _NUMBER.fullmatch(text):
        return str((born.of(_DAY_ZERO + timedelta(int(text))) - _DAY_ZERO).days)
    for form, (year, month, day_of_month) in _FORMS:
        if (found := form.fullmatch(text)) is None:
            continue
        written = list(found.groups())
        number = int(found[month]) if found[month].isdigit() else MONTHS.get(found[month].lower(), 0)
        # Two digits mean the same day in each century.
        full = int(found[year]) if len(found[year]) == 4 else 2000 + int(found[year])
        if (old := day(full, number, int(found[day_of_month]))) is None:
            continue
        new = born.of(old)
        written[year - 1] = f"{new.year:04d}"[-len(found[year]) :]
        written[month - 1] = _month(found[month], new.month, found[2])
        written[day_of_month - 1] = f"{new.day:0{_width(found[day_of_month])}d}"
        written[5] = re.sub("[0-9]", "0", found[6])
        return "".join(written)
    return None


def _width(digits: str) -> int:
    """How many digits a day or month is written with at least."""
    return 1 if len(digits) == 1 else 2


def _month(written: str, month: int, between: str) -> str:
    """The month as this one is written: digits, or a name in its language, length and case. `between` stands before
    it, or after it where it comes first."""
    if written.isdigit():
        return f"{month:0{_width(written)}d}"
    capital, oracle = written.capitalize(), written.isupper() and between == "-"  # 03-MAR-90: it reads English alone
    if len(written) > 4 or (capital in ("Mei", "May") and between == " "):
        name = (_ENGLISH if capital in _ENGLISH and capital not in _INDONESIAN else _INDONESIAN)[month - 1]
    else:
        english = capital in _SHORT_ENGLISH and (oracle or capital not in _SHORT)
        name = (_SHORT_ENGLISH if english else _SHORT)[month - 1]
    return name.upper() if written.isupper() else name.lower() if written.islower() else name


plugin: Kind = BirthDate()
