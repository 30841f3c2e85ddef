"""The verdicts on a file before it is copied, and on the copy before it is handed over."""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from privacyscan.detect import AssetTally, Detector
from privacyscan.detect.quasi import Quasi, quasi
from privacyscan.model import Finding, Place, Skipped, Table, Text
from privacyscan.pseudonymize._originals import Same
from privacyscan.work import UnitResult, tallied

if TYPE_CHECKING:
    from privacyscan.pseudonymize._workers import Workers

Parts = Iterable[Table | Text | Skipped]
PIECE_ROWS, PIECE_BYTES = 40_000, 8 << 20  # of a table, from which on it is read in pieces
BEHIND = 8  # pieces: so far back it is known how much prose was asked for names
STRICT = 0.5  # from this share of cells that are nothing but a value on, a column is there for these values


@dataclass(frozen=True, slots=True)
class Judged:
    """One verdict on a column. `strict`: the column is there for this entity, so that a cell which is no value of it is
    a damaged one, and not safe. `running`: it was read from sentences and records in the cells."""

    finding: Finding
    strict: bool
    running: bool = False

    @property
    def entity(self) -> str:
        """The entity that the column is judged to hold."""
        return self.finding.entity

    @property
    def often(self) -> bool:
        """Whether as many cells hold such a value, alone or among others."""
        return self.finding.matched >= STRICT * self.finding.seen


@dataclass(frozen=True, slots=True)
class Verdicts:
    """What the columns of a file hold. `columns` maps a place with column to its verdicts, most certain first; `places`
    are all columns, and the texts that hold something."""

    columns: Mapping[Place, tuple[Judged, ...]]
    places: tuple[Place, ...]
    tables: int
    rows: int
    skipped: tuple[Skipped, ...]
    quasi: Mapping[Place, Quasi]  # tables whose rows can be compared, and by what
    same: Mapping[tuple[Place, str], int]  # cells by place and entity that the detector's list of originals holds


def verdicts(
    workers: Workers,
    detector: Detector,
    parts: Parts,
    count: Callable[[Place, int], None],
) -> Verdicts:
    """Read the parts to their end; `count(place, rows)` is told of each batch.

    They are given as parts, not as a unit to read: a database must be judged and copied in one transaction.
    """
    read = _Reading(workers, detector, count).read(parts)
    found: dict[Place, list[Judged]] = defaultdict(list)
    quasis: dict[Place, Quasi] = {}
    same: dict[tuple[Place, str], int] = {}
    for tally in read.assets:
        findings = list(detector.findings(tally))
        if tally.text is None and (of := quasi(list(tally.columns), findings, detector.identifiers)) is not None:
            quasis[tally.place] = of
        for place, _, verdict in detector.verdicts(tally) if detector.known is not None else ():
            if isinstance(verdict.tally.met, Same):
                same[place, verdict.rule.id] = verdict.tally.met.cells
        for finding in findings:
            if detector.rules[finding.entity].identifier.derived is not None:
                continue  # goes with the values that tell it
            running = tally.text is None and any(e.code == "running_text" for e in finding.evidence)
            found[finding.place].append(Judged(finding, not running and _is_strict(finding, tally), running))
    tables = [t for t in read.assets if t.text is None]
    places = dict.fromkeys([*(t.place.at(name) for t in tables for name in t.columns), *found])
    columns = {p: tuple(f) for p, f in found.items()}
    rows = sum(t.rows for t in tables)
    return Verdicts(columns, tuple(places), len(tables), rows, tuple(read.skipped), quasis, same)


@dataclass(slots=True)
class _Asset:
    """A table that is read in pieces: what is added up, and what the first one decided."""

    begun: int = 0
    whole: AssetTally | None = None
    opening: AssetTally | None = None
    asked: list[Counter[str]] = field(default_factory=list)  # by piece, with those before it: prose of columns


class _Reading:
    """Parts on their way into tallies: tables piece by piece, by workers, all else here."""

    def __init__(self, workers: Workers, detector: Detector, count: Callable[[Place, int], None]) -> None:
        self._workers, self._detector, self._count = workers, detector, count
        self._assets: dict[Place, _Asset] = {}
        self._place = Place("")
        self._held: list[Table] = []  # the piece that is being gathered
        self._rows = self._bytes = 0
        self._waiting: deque[tuple[_Asset, Callable[[], UnitResult]]] = deque()
        self._skipped: list[Skipped] = []

    def read(self, parts: Parts) -> UnitResult:
        """All that the parts give."""
        result = tallied(self._others(parts), self._detector, lambda place, rows, _: self._count(place, rows))
        whole = {place: asset.whole for place, asset in self._assets.items() if asset.whole is not None}
        for asset in result.assets:
            if asset.place in whole:
                whole[asset.place].merge(asset, self._detector.most)
            else:
                whole[asset.place] = asset
        return UnitResult(list(whole.values()), [*self._skipped, *result.skipped])

    def _others(self, parts: Parts) -> Iterator[Table | Text | Skipped]:
        """Begin with the rows of tables, and give all else on."""
        for part in parts:
            if not isinstance(part, Table) or part.again or part.cell is not None:
                yield part
                continue
            if part.place != self._place:
                self._begin()
                self._place = part.place
            self._held.append(part)
            self._rows += part.batch.num_rows
            self._bytes += part.batch.nbytes
            self._count(part.place, part.batch.num_rows)
            if self._rows >= PIECE_ROWS or self._bytes >= PIECE_BYTES:
                self._begin()
        self._begin()
        self._take(0)

    def _begin(self) -> None:
        """Have the piece read that was gathered."""
        if not self._held:
            return
        asset = self._assets.setdefault(self._place, _Asset())
        while asset.begun and len(asset.asked) <= max(0, asset.begun - BEHIND):
            self._take(len(self._waiting) - 1)
        asked = asset.asked[max(0, asset.begun - BEHIND)] if asset.begun else {}
        self._waiting.append((asset, self._workers.tally(self._detector, self._held, asset.opening, asked)))
        asset.begun += 1
        self._held, self._rows, self._bytes = [], 0, 0
        self._take(self._workers.ahead)

    def _take(self, most: int) -> None:
        """Add up what was read, until so many pieces are under way."""
        while len(self._waiting) > most:
            asset, outcome = self._waiting.popleft()
            result = outcome()
            self._skipped += result.skipped
            before = asset.asked[-1] if asset.asked else Counter[str]()
            asset.asked.append(Counter(before))
            for tally in result.assets:
                for name, column in tally.columns.items():
                    asset.asked[-1][name] += column.notes.asked.prose + column.notes.asked.unread
                if asset.whole is None:
                    asset.whole, asset.opening = tally, tally.opened()
                else:
                    asset.whole.merge(tally, self._detector.most)


def _is_strict(finding: Finding, tally: AssetTally) -> bool:
    column = tally.columns.get(finding.place.column or "")
    whole = column.claims[finding.entity].whole if column is not None else 0
    return min(finding.matched, whole) >= STRICT * finding.seen
