"""What a rewriter of files is given: the verdicts on its columns, replacements, and copies of the files inside."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Protocol

from privacyscan.model import File, Limits, Place, Reason, Skipped
from privacyscan.pseudonymize._workers import Workers
from privacyscan.pseudonymize.cells import Column, Columns, Done, Edit, Find, edited
from privacyscan.pseudonymize.judge import Verdicts


class Copies(Protocol):
    """Copies one file; gives its copy, or None when it could not be copied and was listed. `known` as in `Work`."""

    def __call__(self, file: File, known: Mapping[str, str]) -> Path | None: ...


class Work:
    """One file under way. `skipped` is what the copy lacks."""

    def __init__(
        self,
        workers: Workers,
        limits: Limits,
        judge: Callable[[File], Verdicts],
        member: Copies,
        count: Callable[[Place, int], None],
        left: Mapping[str, str],
        known: Mapping[str, str],
    ) -> None:
        """`left` maps values that must give way wherever they stand in a text, to what stands there instead; `known`
        those of which the file around this one says what they are, to that entity."""
        self.workers, self.replacer, self.limits, self.judge, self.count = (
            workers,
            workers.replacer,
            limits,
            judge,
            count,
        )
        self.skipped: list[Skipped] = []
        self._member, self._left, self._known = member, left, dict(known)
        self._columns: list[Columns | Column] = []
        self._texts: dict[Place, Counter[Done]] = {}

    def member(self, file: File) -> Path | None:
        """The copy of a file in this one; None when it could not be copied and was listed."""
        return self._member(file, self._known)

    def know(self, values: Mapping[str, str]) -> None:
        """Let these values, each of an entity, be found wherever they stand in texts, here and in files inside."""
        self._known |= values

    def columns(self, place: Place, names: Sequence[str], judged: Verdicts) -> Columns:
        """The columns of a table, on their way into the copy."""
        columns = Columns(self.replacer, place, names, judged.columns)
        self._columns.append(columns)
        return columns

    def column(self, place: Place, judged: Verdicts) -> Column:
        """One column (`place`) whose cells come apart from those beside them."""
        column = Column(self.replacer, place, judged.columns.get(place, ()))
        self._columns.append(column)
        return column

    def text(self, place: Place, text: str) -> str:
        """A text with all that is found in it replaced."""
        return edited(text, self.edits(place, text))

    def edits(self, place: Place, text: str) -> list[Edit]:
        """What of a text gives way, in order and apart."""
        edits, found = self.replacer.document(text, self._known)
        self._texts.setdefault(place, Counter()).update(found)
        if self._left:
            begins = [start for start, _, _ in edits]
            for m in self._words.finditer(text):
                before = bisect_left(begins, m.end())
                if not before or edits[before - 1][1] <= m.start():
                    edits.append((m.start(), m.end(), self._left[m[0]]))
        return sorted(edits)

    @cached_property
    def _words(self) -> re.Pattern[str]:
        """The values that must give way wherever they stand."""
        longest = sorted(self._left, key=len, reverse=True)
        return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest))})(?!\w)")

    def hidden(self, place: Place, text: str) -> list[Find]:
        """What of a text must not be seen in a picture of it: start, end, entity."""
        found = self.replacer.hidden(text, self._known)
        self._texts.setdefault(place, Counter()).update((entity, "redact") for _, _, entity in found)
        return found

    def value(self, place: Place, entity: str, value: str) -> str:
        """What stands where it says of itself what it is, replaced as the policy replaces such values; where it keeps
        them, what is found in it is replaced."""
        if not value or not self.replaces(entity):
            return self.text(place, value)
        self._texts.setdefault(place, Counter())[entity, self.replacer.operator(entity)] += 1
        return self.replacer.replacement(entity, value)

    def replaces(self, entity: str) -> bool:
        """Whether there is such a kind of data, and the policy replaces it."""
        return entity in self.replacer.detector.rules and self.replacer.covers(entity)

    def leave_out(self, place: Place, message: str, reason: Reason = Reason.UNSUPPORTED_TYPE) -> None:
        """List what does not come along."""
        self.skipped.append(Skipped(place, reason, message))

    @property
    def counts(self) -> dict[Place, Counter[Done]]:
        """How many cells and occurrences were replaced, by place, entity and operator."""
        counts: dict[Place, Counter[Done]] = {p: c for p, c in self._texts.items() if c}
        for columns in self._columns:
            told = columns.counts if isinstance(columns, Columns) else {columns.place: columns.counts}
            for place, count in told.items():
                counts.setdefault(place, Counter()).update(count)
        return counts
