"""Two numbers of a line without their names, `3171.../3171...`: which of them is the one that a household shares?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from privacyscan.detect.rules import CHECKED, CONTEXT, Candidate, Rule

_JOIN = re.compile(r" ?/ ?")


def shared(text: str, found: Sequence[Candidate], sharers: Mapping[str, Rule]) -> Iterator[Candidate]:
    """The claims of identifiers that holders share (`sharers`: holder -> rule) on one of two numbers that both look
    like holders. The second is the shared one if it can be; the first only beside what can be one but for its years.
    Where words tell, they do."""
    holders = [c for c in found if c.tier == CHECKED and c.rule.id in sharers]
    if len(holders) < 2 or any(c.rule.identifier.shared_by for c in found):
        return
    holders.sort(key=lambda c: c.start)
    for first, second in pairwise(holders):
        rule = sharers[first.entity]
        if second.entity != first.entity or not _JOIN.fullmatch(text[first.end : second.start]):
            continue
        looks = [_likeness(rule, text[c.start : c.end]) for c in (first, second)]
        chosen = second if looks[1] == 2 else first if looks == [2, 1] else None
        if chosen is not None:
            flags = rule.flags(text[chosen.start : chosen.end])
            yield Candidate(rule, chosen.start, chosen.end, CONTEXT, 0, flags)


def _likeness(rule: Rule, value: str) -> int:
    """0: no value of the rule, 1: passes its checks, 2: and shows what nearly all of them show."""
    if not any(s.regex.fullmatch(value) and rule.passes(s, value) for s in rule.shapes if not s.damaged):
        return 0
    return 2 if rule.shows(rule.flags(value)) else 1
