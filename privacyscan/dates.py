"""Dates that move to another day in the way they were written: 1990-05-03, 03/05/90, 3 Mei 1990, 03-MAY-90, 45123."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

from privacyscan.checks.birth_date import MONTHS

_START = re.compile(r"([A-Za-z][A-Za-z .'-]*?)([,/;] ?)(?=[0-9])")
_REST = r"((?:[ Tt][0-9]{1,2}[:.][0-9:.,]*(?: ?(?:[AaPp][Mm]|[A-Z]{1,4}))?(?: ?[+-][0-9:]{2,6})?)?)"  # a time of day
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


def apart(text: str) -> tuple[str, str, str]:
    """The place before a date, what stands between, and the date: `Bandung, 3 Mei 1990`."""
    text = text.strip()
    start = _START.match(text)
    return (start[1], start[2], text[start.end() :]) if start else ("", "", text)


def moved(text: str, move: Callable[[date], date], *, midnight: bool = False) -> str | None:
    """The day that `move` gives for the one in the text, written like it; None where the text is no date. A time of day
    stays, or becomes midnight."""
    if _NUMBER.fullmatch(text):
        return str((move(_DAY_ZERO + timedelta(int(text))) - _DAY_ZERO).days)
    for form, (year, month, day_of_month) in _FORMS:
        if (found := form.fullmatch(text)) is None:
            continue
        written = list(found.groups())
        number = int(found[month]) if found[month].isdigit() else MONTHS.get(found[month].lower(), 0)
        # Two digits mean the same day in each century.
        full = int(found[year]) if len(found[year]) == 4 else 2000 + int(found[year])
        if (old := _day(full, number, int(found[day_of_month]))) is None:
            continue
        new = move(old)
        written[year - 1] = f"{new.year:04d}"[-len(found[year]) :]
        written[month - 1] = _month(found[month], new.month, found[2])
        written[day_of_month - 1] = f"{new.day:0{_width(found[day_of_month])}d}"
        if midnight:
            written[5] = re.sub("[0-9]", "0", found[6])
        return "".join(written)
    return None


def _day(year: int, month: int, day: int) -> date | None:
    """The date; None if there is no such day."""
    try:
        return date(year, month, day)
    except ValueError:
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
