"""Which identifier is it? All candidates for one span compete; one wins, or none."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from operator import attrgetter

from privacyscan.detect.rules import CHECKED, Candidate

_start = attrgetter("start")


def clusters(candidates: Iterable[Candidate]) -> list[list[Candidate]]:
    """The candidates grouped by overlap, in order of place."""
    groups: list[list[Candidate]] = []
    end = -1
    for candidate in sorted(candidates, key=lambda c: (c.start, -c.end)):
        if candidate.start < end:
            groups[-1].append(candidate)
        else:
            groups.append([candidate])
        end = max(end, candidate.end)
    return groups


def strength(candidate: Candidate) -> tuple[int, int, int, int]:
    """Sort key, strongest first: tier, nearness of the context word, length, rank of the rule."""
    return (
        -candidate.tier,
        candidate.distance,
        candidate.start - candidate.end,
        candidate.rule.identifier.rank,
    )


def winners(candidates: Sequence[Candidate]) -> list[Candidate]:
    """The candidates that win their span and reach the least tier that is reported, in order of place."""
    if len(candidates) == 1:
        return [candidates[0]] if candidates[0].tier >= CHECKED else []
    ordered = sorted(candidates, key=_start)
    if all(one.end <= other.start for one, other in pairwise(ordered)):
        return [c for c in ordered if c.tier >= CHECKED]
    chosen: list[Candidate] = []
    for group in clusters(candidates):
        kept: list[Candidate] = []
        for candidate in sorted(group, key=strength):
            if candidate.tier >= CHECKED and all(c.end <= candidate.start or candidate.end <= c.start for c in kept):
                kept.append(candidate)
        chosen += kept
    return sorted(chosen, key=lambda c: c.start)
