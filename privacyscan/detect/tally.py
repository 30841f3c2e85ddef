"""What is kept of matches while reading: counts, places, masks and keyed hashes, never values.

A tally does not grow with the number of matches, and two tallies add up to the tally of both parts in any
order, so a table may be read in pieces by several workers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from privacyscan.detect.drafts import Draft
from privacyscan.detect.known import Meeting
from privacyscan.detect.sketch import NOBODY, SKETCH
from privacyscan.model import Location

SAMPLES = 5
LONGEST = 64  # characters of a mask
FIRST = 10  # places kept by --locations first
ALL = 100_000  # and by --locations all, per finding, where there is no folder for drafts
_BUFFER = 2 * SKETCH


def masked(value: str, head: int, tail: int) -> str:
    """The value with all but the first `head` and last `tail` characters hidden; at most half is shown.

    Of a value longer than `LONGEST` the mask does not tell the length: an image would fill a page with stars.
    """
    while head + tail > len(value) // 2:
        head, tail = (head - 1, tail) if head >= tail and head else (head, tail - 1)
    return value[:head] + "*" * (min(len(value), LONGEST) - head - tail) + (value[len(value) - tail :] if tail else "")


@dataclass(slots=True)
class Tally:
    """Matches of one kind in one place."""

    cells: int = 0
    hashes: list[int] = field(default_factory=list, repr=False)
    limit: int = NOBODY  # hashes from here on cannot enter the sketch
    samples: list[tuple[int, str]] = field(default_factory=list)  # (hash, mask) of the smallest hashes
    places: list[Location] = field(default_factory=list)
    drafts: list[Draft] = field(default_factory=list)  # where all places stand, if they are kept
    met: Meeting | None = None  # known persons among them; None: nobody asks

    def add(
        self,
        values: Sequence[str],
        hashes: Sequence[int],
        places: Sequence[Location],
        mask: Callable[[str], str],
        most: int,
        cells: int | None = None,
    ) -> None:
        """Count one cell or occurrence per value, or `cells` where only those values are given whose keyed `hashes` may
        be among the smallest. Which samples are kept depends on the hashes alone, not on the order of reading. `places`
        come in order, call after call."""
        self.cells += len(values) if cells is None else cells
        if len(self.places) < most:
            self.places += places[: most - len(self.places)]
        self.hashes += [h for h in hashes if h < self.limit]
        last = self.samples[-1][0] if len(self.samples) == SAMPLES else NOBODY
        smaller = {h: i for i, h in enumerate(hashes) if h < last}
        if smaller:
            new = [(h, mask(values[smaller[h]])) for h in sorted(smaller)[:SAMPLES]]
            self.samples = sorted(dict(new + self.samples).items())[:SAMPLES]
        if len(self.hashes) > _BUFFER:
            self.hashes = self.sketch()
            self.limit = self.hashes[-1] if len(self.hashes) == SKETCH else self.limit

    def sketch(self) -> list[int]:
        """The smallest different hashes, at most `SKETCH`, ascending."""
        return sorted(set(self.hashes))[:SKETCH]

    def move(self, rows: int | None) -> None:
        """Its places lie so many rows further down; None: nobody knows where."""
        self.places = [] if rows is None else [replace(p, row=(p.row or 0) + rows) for p in self.places]
        self.drafts = [d._replace(rows=None if rows is None or d.rows is None else d.rows + rows) for d in self.drafts]

    def put_in(self, row: int) -> None:
        """All its places lie in a cell of this row."""
        self.places = [Location(row)] * len(self.places)
        self.drafts = [d._replace(rows=0, row=row) for d in self.drafts]

    def merge(self, other: Tally, most: int) -> None:
        self.cells += other.cells
        self.hashes = sorted({*self.hashes, *other.hashes})[:SKETCH]
        self.samples = sorted(dict([*self.samples, *other.samples]).items())[:SAMPLES]
        self.places = sorted(self.places + other.places, key=_order)[:most]
        self.drafts += other.drafts
        if other.met is not None:
            self.met = other.met.empty() if self.met is None else self.met
            self.met.merge(other.met)


def _order(place: Location) -> tuple[int, int, int]:
    return place.row or 0, place.line or 0, place.start or 0


def distinct(sketch: Sequence[int]) -> int:
    """The number of different values behind a sketch: exact below k, else the KMV estimate (k-1)/U(k)
    (Beyer et al., SIGMOD 2007)."""
    if len(sketch) < SKETCH:
        return len(sketch)
    return round((SKETCH - 1) / (sketch[SKETCH - 1] / 2**64))
