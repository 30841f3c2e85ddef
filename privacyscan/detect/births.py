"""What one value says of a person: when born, and whether a woman."""

from __future__ import annotations

import re
from datetime import date
from typing import NamedTuple

from privacyscan.checks.birth_date import parse
from privacyscan.checks.one_of import spelled
from privacyscan.detect.rules import Rule, core
from privacyscan.model import Born


class Told(NamedTuple):
    """What a value says. `day` and `month` are 0 where it says the year alone, `year` too where it says the sex alone;
    `woman` is None where it says no sex."""

    year: int = 0
    month: int = 0
    day: int = 0
    woman: bool | None = None


class Teller:
    """Reads the values of one rule."""

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        self.born = rule.identifier.born
        self.sexes = dict.fromkeys(rule.identifier.men, False) | dict.fromkeys(rule.identifier.women, True)
        self.is_number = self.born is not None and self.born.format != "date"
        self._shapes = re.compile("|".join(s.bare for s in rule.shapes))

    def cell(self, text: str, today: date) -> Told | None:
        """What a cell (already `clean` and `plain`) says if it is nothing but a value of the rule."""
        start, end = core(text)
        text = text[start:end]
        if self._shapes.match(text) is None:
            return None
        found = next((c for c in self.rule.candidates(text, whole_cell=True) if c is not None), None)
        if found is None or found.start > 0 or found.end < len(text):
            return None
        return self.value(text, today)

    def value(self, text: str, today: date) -> Told | None:
        """What a match of the rule says."""
        if self.born is None:
            woman = self.sexes.get(spelled(text))
            return None if woman is None else Told(woman=woman)
        if self.born.format == "date":
            day = parse(text)
            return None if day is None else Told(day.year, day.month, day.day)
        return _of_digits(self.born, self.rule.value(text), today)


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
