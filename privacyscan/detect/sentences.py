"""Sensitive facts in running text: words such as a disease count where the same sentence is about a person.

A sentence ends at `. ! ?` before a blank, or at a blank line. A line end alone ends none, so the lines of a form
(`Nama: ...`, `Diagnosa: ...`) belong together, up to `LONGEST` characters between the person and the word.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Any

from privacyscan.detect.borders import bare, relaxed
from privacyscan.detect.resolve import winners
from privacyscan.detect.rules import CHECKED, CONTEXT, Candidate, Rule

LONGEST = 500  # characters between a person and what is said of one
_END = re.compile(r"[.!?]+(?=[\s\"')\]]|$)|\n[ \t\r]*\n")
# What stands before a dot that ends no sentence: titles, abbreviations, initials, the number of an item.
_ABBREVIATION = re.compile(
    r"(?:^|[\s(.,/])(?:[A-Za-z]|no|nr|tn|ny|nn|sdr|sdri|bpk|dr|drs|dra|drg|ir|prof|hj?|rr?|kh|ust|st|jl|jln|gg|kel|kec|kab"
    r"|prov|tgl|tel|telp|hp|tlp|an|yth|dll|dsb|dkk|ttd|s\.?[a-z]{1,4}|m\.?[a-z]{1,4})$|(?:^|\n)[ \t]*[0-9]{1,3}$",
    re.IGNORECASE,
)
_LOWER = {c: c + 32 for c in range(ord("A"), ord("Z") + 1)}  # ASCII alone: the length stays


def facts(text: str, persons: Sequence[Candidate], rules: Iterable[Rule]) -> list[Candidate]:
    """What the shapes for sentences find beside a person in `text` (already `plain`).

    An identifier in the sentence makes it certain. A name leaves doubt: whoever speaks about patients has one too, so
    there a word of `not_context` in the sentence is enough to be silent.
    """
    found: list[Candidate] = []
    lower = text.lower() if text.isascii() else text.translate(_LOWER)
    data = lower.encode("utf-8", "replace")
    there = [rule for rule in rules if any(_looser(shape.pattern.regex)(data) for shape in rule.facts)]
    for start, end, near in _about_persons(text, persons) if there else ():
        certain = any(not _is_name(p) for p in near)
        for rule in there:
            if certain or not rule.speaks_against(lower[start:end]):
                found += _facts(rule, lower, start, end, near, CONTEXT if certain else CHECKED)
    return winners(found)


@lru_cache(maxsize=1024)
def _looser(regex: str) -> Any:
    """RE2's search for at least the same; without borders, for a sentence may end where the text goes on."""
    import re2

    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1
    options.log_errors = False
    return re2.compile(relaxed(bare(regex)).encode(), options).search


def _facts(rule: Rule, lower: str, start: int, end: int, near: Sequence[Candidate], tier: int) -> Iterator[Candidate]:
    for shape in rule.facts:
        for match in shape.regex.finditer(lower, start, end):
            at, stop = match.span()
            apart = all(p.end <= at or stop <= p.start for p in near)
            distance = min(max(p.start - stop, at - p.end) for p in near)
            if apart and distance <= LONGEST and all(c(match[0], **p) for c, p in shape.checks):
                yield Candidate(rule, at, stop, tier, distance)


def _about_persons(text: str, persons: Sequence[Candidate]) -> Iterator[tuple[int, int, list[Candidate]]]:
    """Start and end of each sentence with a person, and the persons in it."""
    borders = [0, *_ends(text), len(text)]
    beside: dict[int, list[Candidate]] = {}
    for person in persons:
        beside.setdefault(bisect_right(borders, person.start) - 1, []).append(person)
    spans = list(pairwise(borders))
    for i, near in sorted(beside.items()):
        if i < len(spans):
            yield *spans[i], near


def _ends(text: str) -> Iterator[int]:
    for match in _END.finditer(text):
        before = text[max(0, match.start() - 12) : match.start()]
        if match[0] != "." or not _ABBREVIATION.search(before):
            yield match.end()


def _is_name(candidate: Candidate) -> bool:
    return candidate.rule.identifier.part == "names"
