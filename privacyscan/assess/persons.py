"""How many persons: estimates from keyed sketches, never from values."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from heapq import nsmallest

from privacyscan.model import Finding, Identifier, Place

K = 1024  # hashes that a sketch holds at most, as in detect/tally.py


def counts(finding: Finding, identifiers: Mapping[str, Identifier]) -> bool:
    """Whether its different values say how many persons there are at least; not so for a kind that no rule describes
    any more."""
    identifier = identifiers.get(finding.entity)
    return identifier is not None and identifier.counts_persons


def by_asset(findings: Iterable[Finding], identifiers: Mapping[str, Identifier]) -> dict[Place, int]:
    """Per asset the largest estimate that any such kind of data gives."""
    most: dict[Place, int] = {}
    for finding in _counting(findings, identifiers):
        most[finding.place.asset] = max(most.get(finding.place.asset, 0), finding.distinct)
    return most


def total(findings: Iterable[Finding], identifiers: Mapping[str, Identifier]) -> int:
    """Distinct persons over all findings: the largest union that one such kind of data gives."""
    sketches: dict[str, list[Sequence[int]]] = defaultdict(list)
    for finding in _counting(findings, identifiers):
        sketches[finding.entity].append(finding.sketch)
    return max(map(estimate, sketches.values()), default=0)


def _counting(findings: Iterable[Finding], identifiers: Mapping[str, Identifier]) -> list[Finding]:
    """The findings that count persons. Numbers of a patient may be new at each visit, so they count only in an asset
    that nothing else counts."""
    counting = [f for f in findings if counts(f, identifiers)]
    others = {f.place.asset for f in counting if identifiers[f.entity].group != "health"}
    return [f for f in counting if identifiers[f.entity].group != "health" or f.place.asset not in others]


def estimate(sketches: Iterable[Sequence[int]]) -> int:
    """The number of different values behind several sketches together.

    Each holds the up to K smallest 64-bit keyed hashes of its values, ascending. Exact below K different
    values, else (K-1)/U(K) with a standard error of 3 % (Beyer et al., SIGMOD 2007).
    """
    smallest: set[int] = set()
    for sketch in sketches:
        smallest.update(sketch)
        if len(smallest) > 16 * K:  # thousands of sketches must not be held at once
            smallest = set(nsmallest(K, smallest))
    union = nsmallest(K, smallest)
    return len(union) if len(union) < K else round((K - 1) / (union[-1] / 2**64))
