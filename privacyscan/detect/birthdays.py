"""Birth dates that no word names, in the rows of a text: `Siti Aminah | 3171... | PEREMPUAN | 04-05-1970`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cache, lru_cache
from typing import Any

from privacyscan.checks.birth_date import parse
from privacyscan.detect.births import Teller
from privacyscan.detect.borders import consuming, relaxed
from privacyscan.detect.rules import CHECKED, Candidate, Rule

FARTHEST = 40  # characters between a person and the date, finds and sexes aside
_LETTER = re.compile("[A-Za-z]")
_YEAR = re.compile("[0-9]{4}")
_SEX = re.compile(r"(?<![A-Za-z])(?:laki(?:[ -]?laki)?|perempuan|pria|wanita|lk|pr|l|p)(?![A-Za-z])", re.IGNORECASE)


def in_rows(text: str, persons: Sequence[Candidate], found: Sequence[Candidate], dates: Rule) -> Iterator[Candidate]:
    """The dates that stand in the row of one of the `persons`, with no words between, so long ago that papers are
    younger, or on the day that a number of the row tells. `text` is `plain`; `found` is all that is known of it."""
    if not any(_looser(s.pattern.regex)(text.encode("utf-8", "replace")) for s in dates.shapes if s.text):
        return
    today = date.today()
    for start, end in _lines(text, persons):
        near = [c for c in persons if start <= c.start < end]
        told = {day for c in near if (day := _birthday(c, text, today))}
        for candidate in _dates(text, start, end, found, dates):
            day = parse(text[candidate.start : candidate.end])
            grown = bool(candidate.flags) and _YEAR.search(text, candidate.start, candidate.end)
            if (grown or day in told) and any(
                _is_row(text, p, candidate, found) for p in near if p.end <= candidate.start
            ):
                yield candidate


def _lines(text: str, persons: Sequence[Candidate]) -> Iterator[tuple[int, int]]:
    """The lines with persons, each once."""
    last = -1
    for start in sorted(text.rfind("\n", 0, p.start) + 1 for p in persons):
        if start > last:
            last = start
            end = text.find("\n", start)
            yield start, len(text) if end < 0 else end


def _dates(text: str, start: int, end: int, found: Sequence[Candidate], dates: Rule) -> Iterator[Candidate]:
    """The dates of a line that nothing else claims."""
    for shape in dates.shapes:
        for match in shape.regex.finditer(text, start, end) if shape.text else ():
            value = match[0]
            free = all(c.end <= match.start() or match.end() <= c.start for c in found)
            if free and dates.passes(shape, value):
                yield Candidate(dates, match.start(), match.end(), CHECKED, flags=dates.flags(value))


def _is_row(text: str, person: Candidate, day: Candidate, found: Sequence[Candidate]) -> bool:
    """Whether only signs, numbers, other finds and a sex stand between the two."""
    start, end = min(person.end, day.end), max(person.start, day.start)
    between = list(text[start:end])
    for c in found:
        for i in range(max(start, c.start), min(end, c.end)):
            between[i - start] = ""
    rest = _SEX.sub("", "".join(between))
    return len(rest) <= FARTHEST and _LETTER.search(rest) is None


def _birthday(person: Candidate, text: str, today: date) -> date | None:
    """The day on which a number says that its holder was born."""
    born = person.rule.identifier.born
    if born is None or born.format == "date":
        return None
    told = _teller(person.rule).value(text[person.start : person.end], today)
    try:
        return date(told.year, told.month, told.day) if told else None
    except ValueError:
        return None


@lru_cache(maxsize=64)
def _looser(regex: str) -> Any:
    """RE2's search for at least the same."""
    import re2

    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1
    options.log_errors = False
    return re2.compile(f"(?m){relaxed(consuming(regex))}".encode(), options).search


@cache
def _teller(rule: Rule) -> Teller:
    return Teller(rule)


def of(rules: Mapping[str, Rule]) -> Rule | None:
    """The rule for birth dates among these."""
    return next(
        (r for r in rules.values() if r.identifier.born is not None and r.identifier.born.format == "date"), None
    )
