"""A large unit that is read in pieces, maybe by several workers, and put together again.

The first piece decides what the columns are asked; the others begin with that. How a unit is cut, and what comes out of
it, depends on the unit alone and never on the workers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from privacyscan.batches import binary_cells
from privacyscan.detect import AssetTally, paragraphs
from privacyscan.detect.notes import NotesTally
from privacyscan.model import Place, Reason, Skipped, Unit
from privacyscan.work import Job, UnitResult

Notes = dict[str, NotesTally]  # column -> what its running text gave


class Pieces:
    """The pieces of one unit: `jobs` are to be done, their results go to `take`, and when `is_read`, `result` is what
    reading the unit gave."""

    def __init__(self, unit: Unit, first: UnitResult, most_places: int) -> None:
        self.unit, self.most = unit, most_places
        opening = _of(unit.place, first)
        self._assets = {tally.place: tally for tally in first.assets}
        self._skipped = list(first.skipped)
        self._told = first.told
        self._counts_rows = _is_counted(unit.place, first)  # whether it is known how many rows were before
        self._moved: dict[int, int | None] = {}  # by how many rows the places of a piece lie further down
        self._notes: dict[int, Notes] = {0: _taken(opening)}
        self._waiting: dict[int, UnitResult] = {}  # pieces that were read before an earlier one
        self._next = 1
        begun = opening.opened() if opening is not None else None
        asked = _foreseen(self._notes[0], unit, first.rest)
        self.jobs = [Job(piece, begun, asked) for piece in first.rest]
        self._left = len(self.jobs)

    @property
    def is_read(self) -> bool:
        return not self._left

    def take(self, job: Job, result: UnitResult) -> Sequence[Job]:
        """Add what a job gave, and give back the jobs that follow from it. Pieces are added up in their order, whatever
        the order of reading."""
        self._left -= 1
        if job.only:
            self._take_again(job, result)
            return ()
        self._waiting[job.number] = result
        while self._next in self._waiting:
            self._add(self._next, self._waiting.pop(self._next))
            self._next += 1
        again = list(self._again()) if self.is_read else []
        self._left += len(again)
        return again

    def _again(self) -> Iterator[Job]:
        """The pieces to read again, because more or less of their prose was asked for names than should be: in all,
        the first `MOST_PROSE` of each column."""
        before = {name: notes.asked.prose + notes.asked.unread for name, notes in self._notes[0].items()}
        for job in self.jobs:
            wrong = {}
            for name, notes in self._notes[job.number].items():
                asked, begun = notes.asked, before.get(name, 0)
                before[name] = begun + asked.prose + asked.unread
                right = (
                    begun >= paragraphs.MOST_PROSE
                    if not asked.prose
                    else before[name] <= paragraphs.MOST_PROSE and not asked.unread
                )
                if (asked.prose or asked.unread) and not right:
                    wrong[name] = begun
            if wrong:
                yield replace(job, unit=replace(job.unit, size=0), asked=wrong, only=frozenset(wrong))

    def _take_again(self, job: Job, result: UnitResult) -> None:
        """What a piece that was read again says."""
        tally = _of(self.unit.place, result)
        if tally is None:
            self._skipped += result.skipped
            return
        tally.move(self._moved[job.number])
        self._notes[job.number] |= _taken(tally)

    def result(self) -> UnitResult:
        """All that is read, put together."""
        for number in sorted(self._waiting):  # behind a piece that is missing
            self._counts_rows = False
            self._add(number, self._waiting[number])
        whole = self._assets.get(self.unit.place)
        if whole is not None:
            for number in sorted(self._notes):
                for name, notes in self._notes[number].items():
                    whole.columns[name].notes.merge(notes, self.most)
        return UnitResult(list(self._assets.values()), list(_together(self._skipped)), told=self._told)

    def _add(self, number: int, result: UnitResult) -> None:
        piece, tally = self.jobs[number - 1].unit.piece, _of(self.unit.place, result)
        assert piece is not None
        rows = self._assets[self.unit.place].rows - piece.first_row if self._counts_rows else None
        self._moved[number] = rows
        for asset in result.assets:
            asset.move(rows)
        self._notes[number] = _taken(tally)
        for asset in result.assets:
            if asset.place in self._assets:
                self._assets[asset.place].merge(asset, self.most)
            else:
                self._assets[asset.place] = asset
        self._skipped += result.skipped
        self._counts_rows &= _is_counted(self.unit.place, result)


def _of(place: Place, result: UnitResult) -> AssetTally | None:
    return next((tally for tally in result.assets if tally.place == place), None)


def _is_counted(place: Place, result: UnitResult) -> bool:
    """Whether it is known how many rows there are; rows that the user may not see are no rows."""
    broken = any(s.place == place and s.reason is not Reason.DENIED for s in result.skipped)
    return not broken and _of(place, result) is not None


def _taken(tally: AssetTally | None) -> Notes:
    """What the running text of each column gave, taken out of the tally: it may be asked again."""
    if tally is None:
        return {}
    taken = {name: column.notes for name, column in tally.columns.items()}
    for column in tally.columns.values():
        column.notes = NotesTally()
    return taken


def _foreseen(notes: Notes, unit: Unit, rest: Sequence[Unit]) -> Mapping[str, int]:
    """How many bytes of prose to count as asked before each further piece: as if all of it, in a column that by its
    beginning has much more than is asked, else as if none."""
    later = sum(piece.size or 0 for piece in rest)
    first = max(1, (unit.size or 0) - later)
    share = 1 + later / first
    return {
        n: paragraphs.MOST_PROSE
        for n, t in notes.items()
        if (t.asked.prose + t.asked.unread) * share > paragraphs.MOST_PROSE
    }


def _together(skipped: Sequence[Skipped]) -> Iterator[Skipped]:
    """Each thing that was not read once, whatever number of pieces said so; cells are added up."""
    seen: dict[tuple[Place, Reason, str], Skipped] = {}
    for s in skipped:
        of = (s.place, s.reason, "" if s.cells else s.message)
        before = seen.get(of)
        if before is None:
            seen[of] = s
        elif s.cells:
            seen[of] = binary_cells(s.place, before.cells + s.cells, s.reason)
    yield from seen.values()
