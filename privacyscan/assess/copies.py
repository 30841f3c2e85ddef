"""Which assets hold the same persons, from keyed sketches, never from values.

The sketch of a column holds the K smallest hashes of its values. Below the lower of two sketches' ends both are whole,
and what lies there is a random sample of the persons of either: how many of the sample of one are in the other too
estimates how many of all are. Names are left out, because strangers share them.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from privacyscan.assess import persons
from privacyscan.model import Copy, Finding, Identifier, Place

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Hashes = npt.NDArray[np.uint64]

LEAST_SHARE = 0.1  # of the persons of one asset, from which the other is told as a copy; the lower bound must be half
LEAST_PERSONS = 10  # in both
TOLD = 5  # others of each asset, the largest shares
_CANDIDATES = 2 * TOLD  # others that each asset is compared with: those that hold most of its smallest hashes
_PROBES = 256  # smallest hashes of an asset that are looked up
_HOLDERS = 50_000  # assets that they are looked up in, together: thousands of copies must not be compared all with all
_ALL = 2**64 - 1
_Z = 1.959964  # of the normal distribution: 95 % lie within so many standard deviations


@dataclass(frozen=True, slots=True)
class _Persons:
    """The persons that one kind of data tells of an asset: all hashes below `end`, ascending, and how many persons
    there are; `end` is above all hashes where none is missing."""

    hashes: Hashes
    end: int
    count: int


def copies(
    findings: Sequence[Finding], identifiers: Mapping[str, Identifier], asset_ids: Mapping[Place, str]
) -> tuple[Copy, ...]:
    """The pairs of assets worth telling, the largest shares first. Of two kinds of data that show the same pair counts
    the one with the lower rank: a number of the population register before a telephone number."""
    found: dict[tuple[str, str], Copy] = {}
    by_entity = _by_entity(findings, identifiers, asset_ids)
    for entity in sorted(by_entity, key=lambda e: (identifiers[e].rank, e)):
        for copy in _of_entity(entity, by_entity[entity]):
            found.setdefault((copy.asset, copy.other), copy)
    return tuple(sorted(found.values(), key=lambda c: (-c.share, -c.persons, c.asset, c.other)))


def _by_entity(
    findings: Sequence[Finding], identifiers: Mapping[str, Identifier], asset_ids: Mapping[Place, str]
) -> Mapping[str, Mapping[str, _Persons]]:
    """Entity -> asset id -> its persons; the columns of an asset (NIK, NIK of the mother) count together."""
    sketches: dict[str, dict[str, list[Sequence[int]]]] = defaultdict(lambda: defaultdict(list))
    for finding in findings:
        if persons.counts(finding, identifiers) and not identifiers[finding.entity].part and finding.sketch:
            sketches[finding.entity][asset_ids[finding.place.asset]].append(finding.sketch)
    return {
        entity: {asset: _together(several) for asset, several in sorted(by_asset.items())}
        for entity, by_asset in sketches.items()
        if len(by_asset) > 1
    }


def _together(sketches: Sequence[Sequence[int]]) -> _Persons:
    """The persons behind several sketches; what is known of all of them ends where the first sketch does."""
    import numpy as np

    end = min((s[-1] for s in sketches if len(s) >= persons.K), default=_ALL)
    together = np.unique(np.concatenate([np.array(s, np.uint64) for s in sketches]))
    return _Persons(together if end == _ALL else together[together < np.uint64(end)], end, persons.estimate(sketches))


def _of_entity(entity: str, by_asset: Mapping[str, _Persons]) -> Iterator[Copy]:
    ids, sets = list(by_asset), list(by_asset.values())
    index = _Index(sets)
    for i, own in enumerate(sets):
        told = [c for j in index.candidates(i) if (c := _copy(entity, ids[i], ids[j], own, sets[j])) is not None]
        yield from sorted(told, key=lambda c: (-c.share, -c.persons, c.other))[:TOLD]


class _Index:
    """Which assets hold a hash."""

    def __init__(self, sets: Sequence[_Persons]) -> None:
        import numpy as np

        self.sets = sets
        hashes = np.concatenate([s.hashes for s in sets])
        owners = np.repeat(np.arange(len(sets)), [len(s.hashes) for s in sets])
        order = np.argsort(hashes, kind="stable")
        self.hashes, self.owners = hashes[order], owners[order]

    def candidates(self, asset: int) -> Sequence[int]:
        """The other assets that hold most of its smallest hashes."""
        import numpy as np

        probes = self.sets[asset].hashes[:_PROBES]
        first, last = (np.searchsorted(self.hashes, probes, side) for side in ("left", "right"))
        fits = max(1, int(np.searchsorted(np.cumsum(last - first), _HOLDERS, "right")))
        ranges = [self.owners[a:b] for a, b in zip(first[:fits], last[:fits], strict=True)]
        held = np.bincount(np.concatenate([*ranges, np.zeros(0, np.int64)]), minlength=len(self.sets))
        held[asset] = 0
        return [int(i) for i in np.argsort(-held, kind="stable")[:_CANDIDATES] if held[i]]


def _copy(entity: str, asset: str, other: str, own: _Persons, others: _Persons) -> Copy | None:
    """How many persons of `own` are among `others`; None where that is not worth telling."""
    import numpy as np

    end = min(own.end, others.end)
    sample = own.hashes if end == _ALL else own.hashes[own.hashes < np.uint64(end)]
    both = len(np.intersect1d(sample, others.hashes, assume_unique=True))
    if not both:
        return None
    share = both / len(sample)
    least, most = (share, share) if end == _ALL else bounds(both, len(sample))
    count = both if end == _ALL else round(share * own.count)
    if share < LEAST_SHARE or least < LEAST_SHARE / 2 or count < LEAST_PERSONS:
        return None
    return Copy(asset, other, entity, round(share, 4), round(least, 4), round(most, 4), count)


def bounds(found: int, of: int) -> tuple[float, float]:
    """Between which shares of the whole the true one lies with 95 % certainty, where so many of a random sample were
    found: the score interval with continuity correction (Newcombe, Statistics in Medicine 17, 1998, method 4)."""
    share, z2 = found / of, _Z * _Z
    middle, whole = 2 * found + z2, 2 * (of + z2)

    def spread(sign: int) -> float:
        inner = z2 - sign * 2 - 1 / of + 4 * share * (of * (1 - share) + sign)
        return 1 + _Z * math.sqrt(max(0.0, inner))

    least = 0.0 if found == 0 else max(0.0, (middle - spread(1)) / whole)
    most = 1.0 if found == of else min(1.0, (middle + spread(-1)) / whole)
    return least, most
