"""What one value says of a person: when born, and whether a woman."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from privacyscan.checks.birth_date import day_number, parse, parse_many
from privacyscan.checks.one_of import spelled
from privacyscan.detect.rules import Rule
from privacyscan.model import Born

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from privacyscan.detect.vectors import Bools, Rows, Strings


class Told(NamedTuple):
    """What a value says. `day` and `month` are 0 where it says the year alone, `year` too where it says the sex alone;
    `woman` is None where it says no sex."""

    year: int = 0
    month: int = 0
    day: int = 0
    woman: bool | None = None


class Young:
    """Which values tell identifiers derived from an age: a NIK whose holder is a child."""

    def __init__(self, rules: Mapping[str, Rule], today: date) -> None:
        self.today = today
        self.by_source: dict[str, list[tuple[Rule, int, Teller]]] = defaultdict(list)
        for rule in rules.values():
            if (derived := rule.identifier.derived) is None:
                continue
            for source in derived.sources:
                if source in rules and rules[source].identifier.born is not None:
                    self.by_source[source].append((rule, derived.under, Teller(rules[source])))

    def of(self, source: str, values: Sequence[str]) -> Iterator[tuple[Rule, Sequence[int]]]:
        """The derived rules that some values (canonical ones of `source`) tell, and at which indices."""
        for rule, under, teller in self.by_source.get(source, ()):
            years = teller.years(range(self.today.year - under, self.today.year + 1))
            young = {
                value
                for value in set(values)
                if (years is None or value[years.at] in years.written)
                and (told := teller.value(value, self.today)) is not None
                and is_under(told, under, self.today)
            }
            if young:
                yield rule, [i for i, value in enumerate(values) if value in young]

    def among(self, source: str, values: Strings) -> Iterator[tuple[Rule, Rows]]:
        """The same of many values."""
        import numpy as np

        for rule, under, teller in self.by_source.get(source, ()):
            rows = np.flatnonzero(teller.are_under(values, under, self.today))
            if len(rows):
                yield rule, rows


def is_under(told: Told, years: int, today: date) -> bool:
    """Whether the person is younger for certain: who is told by the year of birth alone may have had a birthday."""
    if not told.month:
        return bool(told.year) and today.year - told.year < years
    return (told.year + years, told.month, told.day) > (today.year, today.month, today.day)


class Years(NamedTuple):
    """Where the digits of a number say the year, and how some years are written there."""

    at: slice
    written: frozenset[str]


class Teller:
    """Reads the values of one rule."""

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        self.born = rule.identifier.born
        self.sexes = dict.fromkeys(rule.identifier.men, False) | dict.fromkeys(rule.identifier.women, True)
        self.is_number = self.born is not None and self.born.format != "date"
        self._shapes = re.compile("|".join(s.bare for s in rule.shapes))

    def whole(self, text: str, today: date) -> Told | None:
        """What the `core` of a cell (already `clean` and `plain`) says if it is nothing but a value of the rule."""
        if self._shapes.match(text) is None:
            return None
        found = next((c for c in self.rule.candidates(text, whole_cell=True) if c is not None), None)
        if found is None or found.start > 0 or found.end < len(text):
            return None
        return self.value(text, today)

    def years(self, years: Iterable[int]) -> Years | None:
        """How the numbers write these years: tells most of them apart without reading them; None where it varies."""
        born = self.born
        if born is None or not self.is_number or born.length:
            return None
        start, digits = born.at + born.format.index("Y"), born.format.count("Y")
        return Years(slice(start, start + digits), frozenset(f"{year % 10**digits:0{digits}}" for year in years))

    def value(self, text: str, today: date) -> Told | None:
        """What a match of the rule says."""
        if self.born is None:
            woman = self.sexes.get(spelled(text))
            return None if woman is None else Told(woman=woman)
        if self.born.format == "date":
            day = parse(text)
            return None if day is None else Told(day.year, day.month, day.day)
        return _of_digits(self.born, self.rule.value(text), today)

    def are_under(self, values: Strings, years: int, today: date) -> Bools:
        """Which values (canonical ones) tell of somebody younger for certain: `is_under` for many."""
        import numpy as np

        born, now = self.born, day_number(today)
        if born is not None and born.format == "date":
            days = parse_many(values.cells)
            return np.asarray((days > 0) & (days + 10_000 * years > now))
        if born is None or born.length:
            return values.each(
                lambda text: (told := self.value(text, today)) is not None and is_under(told, years, today)
            )
        found = np.zeros(values.size, np.bool_)
        rows = np.flatnonzero(values.lengths >= born.at + len(born.format))
        digits = values.data[values.starts[rows][:, None] + np.arange(born.at, born.at + len(born.format))] - 48
        parts = {letter: np.zeros(len(rows), np.int64) for letter in "DMY"}
        for letter, column in zip(born.format, digits.T, strict=True):
            parts[letter] = 10 * parts[letter] + column
        day, month = parts["D"], parts["M"]
        if born.woman:
            day = day - born.woman * (day > born.woman)
        year = _years(parts["Y"], born.format.count("Y"), 100 * month + day, today)
        by_day = 10_000 * (year + years) + 100 * month + day > now
        found[rows] = np.where(month > 0, by_day, (year > 0) & (today.year - year < years))
        return found


def _years(
    years: npt.NDArray[np.int64], written: int, days: npt.NDArray[np.int64], today: date
) -> npt.NDArray[np.int64]:
    """`_year` for many; `days` are 100 times the month and the day."""
    import numpy as np

    if written >= 4:
        return years
    cycle = 100 if written == 2 else 1000
    whole = today.year - (today.year - years) % cycle
    ahead = 10_000 * whole + days > day_number(today)
    return np.asarray(whole - cycle * ahead)


def _of_digits(born: Born, digits: str, today: date) -> Told | None:
    """What the digits say; None where they are too few."""
    digits = digits.zfill(born.length)
    if len(digits) < born.at + len(born.format):
        return None
    parts = {"D": 0, "M": 0, "Y": 0}
    for letter, digit in zip(born.format, digits[born.at :], strict=False):
        parts[letter] = 10 * parts[letter] + int(digit)
    day, month, woman = parts["D"], parts["M"], None
    if born.woman:
        woman = day > born.woman
        day -= born.woman * woman
    return Told(_year(parts["Y"], born.format.count("Y"), (month, day), today), month, day, woman)


def _year(year: int, written: int, month_and_day: tuple[int, int], today: date) -> int:
    """The whole year: the latest that ends in these digits and does not make a birth lie ahead."""
    if written >= 4:
        return year
    cycle = 100 if written == 2 else 1000
    whole = today.year - (today.year - year) % cycle
    return whole - cycle if (whole, *month_and_day) > (today.year, today.month, today.day) else whole
