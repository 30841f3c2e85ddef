"""Numbers that a line break cuts in two: `NIK 3171014107` at the end of a line of a letter, `900001` on the next."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from privacyscan.detect.resolve import winners
from privacyscan.detect.rules import CONTEXT, WINDOW, Candidate, Rule, Tried, phrase

ClaimsFor = Callable[[bytes], Sequence[Tried]]  # `Plan.shapes_for`
LEAST, MOST = 10, 22  # digits of both halves together
_TAIL = re.compile(rb"(?:^|[ \t:(+])([0-9(][0-9() .-]{0,30})$")
_HEAD = re.compile(rb"[0-9][0-9.-]{0,21}(?: [0-9][0-9.-]{0,21}){0,3}(?![0-9A-Za-z/:,;|\t.-])")
_PUNCTUATED = re.compile(rb"([0-9][0-9-]{1,20}?)[.,;)]{1,2}(?:[ \r\n]|$)")  # the end of a sentence
# A date, or the next of a list.
_OTHER = re.compile(
    rb"(?:19|20)[0-9]{2}-[01][0-9]-|[0-3]?[0-9][./-][01]?[0-9][./-](?:19|20)?[0-9]{2}(?![0-9])|[0-9]{1,3}[.)](?![0-9])"
    rb"|[0-9]{1,3} +[A-Za-z(]"
)


@dataclass(frozen=True, slots=True)
class Wrapped:
    """A number in two lines: the bytes from its first to its last sign, and its value without the break."""

    candidate: Candidate
    start: int
    end: int
    value: str = field(repr=False)


class Wraps:
    """Finds the numbers that a line break cuts, after a word that names them. Of identifiers that have a word alone to
    tell them nothing is put together: any two numbers would do."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        import re2

        words = sorted({w for r in rules if not r.needs_words for w in r.identifier.context})
        options = re2.Options()
        options.encoding = re2.Options.Encoding.LATIN1
        options.log_errors = False
        options.max_mem = 16 << 20
        regex = rf"(?i)(?:{phrase(words)})[^\n]*[0-9][.-]?[ \t]*\r?(\n[ \t>]{{0,12}})[0-9]"
        self._search: Any = re2.compile(regex.encode(), options).search if words else None

    def find(self, data: bytes, claims_for: ClaimsFor) -> Iterator[Wrapped]:
        """The numbers of a block, in order."""
        at = 0
        while self._search is not None and (match := self._search(data, at)) is not None:
            start, at = match.span(1)
            found = _across(data, start, at, claims_for)
            if found is not None:
                yield found


def _across(data: bytes, start: int, at: int, claims_for: ClaimsFor) -> Wrapped | None:
    """The number that ends a line before `start` and goes on at `at`."""
    if _OTHER.match(data, at):
        return None
    head = _HEAD.match(data, at)
    half = head[0].rstrip(b".-") if head else match[1] if (match := _PUNCTUATED.match(data, at)) else b""
    first = max(data.rfind(b"\n", 0, start) + 1, start - 2 * WINDOW)
    before = data[first:start].rstrip()
    tail = _TAIL.search(before)
    if not half or tail is None or not LEAST <= sum(48 <= c <= 57 for c in tail[1] + half) <= MOST:
        return None
    found = _joined(before.decode("latin-1"), half.decode(), claims_for)
    if found is None:
        return None
    candidate, joint, length = found
    value = joint[candidate.start : candidate.end]
    return Wrapped(candidate, first + candidate.start, at + candidate.end - length, value)


def _joined(before: str, head: str, claims_for: ClaimsFor) -> tuple[Candidate, str, int] | None:
    """The number across the break, the line made of both, and where its second half begins. A hyphen at the end of the
    line belongs to the number or to the break; a break may stand for a blank."""
    bare = before.rstrip(".-")
    for start in dict.fromkeys((before, bare, f"{before} ")):
        line, at = start + head, len(start)
        found = [
            c
            for rule, shapes, *_ in claims_for(line.encode("latin-1"))
            for c in rule.candidates(line, shapes=shapes)
            if c is not None and not rule.needs_words and c.tier == CONTEXT
        ]
        for c in winners(found):
            if c.start < at and c.end == len(line):
                return c, line, at
    return None
