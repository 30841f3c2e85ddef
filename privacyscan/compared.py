"""Tables that are read a second time to compare their rows, maybe in pieces and by several workers: how far they single
out persons.

Which columns are compared is known when all of a table was looked at, so it is read again, in these columns alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from privacyscan.detect.classes import Classes
from privacyscan.detect.quasi import Quasi
from privacyscan.model import Place, Reason, Reidentification, Skipped
from privacyscan.work import UnitResult

_REASONS = {Reason.TIMEOUT: "timeout", Reason.CHANGED: "changed"}


class Compared:
    """The tables of one unit: results of reading it again go to `take`, and when `is_whole`, `figures` says how far
    they single out persons."""

    def __init__(self, quasi: Mapping[Place, Quasi]) -> None:
        self._classes = {place: Classes(of) for place, of in quasi.items()}
        self._skipped: list[Skipped] = []
        self._left = 1

    @property
    def is_whole(self) -> bool:
        return not self._left

    def take(self, result: UnitResult) -> None:
        self._left += len(result.rest) - 1
        self._skipped += result.skipped
        for place, classes in result.classes.items():
            self._classes[place].merge(classes)

    def figures(self, rows: Mapping[Place, int]) -> Mapping[Place, Reidentification]:
        """By table; `rows` is how many each had when it was looked at."""
        return {place: self._figures(place, classes, rows[place]) for place, classes in self._classes.items()}

    def _figures(self, place: Place, classes: Classes, rows: int) -> Reidentification:
        unread = next(unread_rows(place, self._skipped), None)
        if unread is not None:
            return not_computed(classes.of, _REASONS.get(unread.reason, "failed"))
        if classes.rows != rows:
            return not_computed(classes.of, "changed" if classes.rows else "not_read_again")
        return classes.figures()


def not_computed(of: Quasi, reason: str) -> Reidentification:
    return Reidentification(of.columns, of.entities, reason=reason)


def of_one_row(of: Quasi) -> Reidentification:
    """What a table of one row says: nothing else must be read."""
    return Reidentification(of.columns, of.entities, 1, 1, 1, 1, 1, diversity=dict.fromkeys(of.sensitive, 1))


def unread_rows(place: Place, skipped: Iterable[Skipped]) -> Iterator[Skipped]:
    """What says that rows of the table were not read; columns and cells that were not are no rows."""
    for s in skipped:
        around = s.place.target == place.target and place.path[: len(s.place.path)] == s.place.path
        if s.reason.in_scope and s.place.column is None and around:
            yield s
