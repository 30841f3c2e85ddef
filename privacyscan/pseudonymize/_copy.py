"""A copy under way: judge, copy, check the copy, one file after the other."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from privacyscan import read
from privacyscan.errors import ConfigurationError, TargetError, UnsafeCopyError, UsageError
from privacyscan.model import File, Place, Reason, Skipped, Table, Text
from privacyscan.pseudonymize import _csv, _sqlite
from privacyscan.pseudonymize._plan import Plan, Step, steps
from privacyscan.pseudonymize._result import Replaced, Result
from privacyscan.pseudonymize.cells import Replacer
from privacyscan.pseudonymize.judge import Verdicts, verdicts
from privacyscan.registry import plugins

if TYPE_CHECKING:
    from privacyscan.settings import Settings


class Copying:
    """A copy under way. With `planning` the files are judged and nothing is written."""

    def __init__(
        self,
        settings: Settings,
        replacer: Replacer,
        progress: Callable[[str, int], None] | None,
        planning: bool = False,
    ) -> None:
        self.settings, self.replacer, self.progress = settings, replacer, progress
        self.limits, self.planning = settings.limits, planning
        self.steps: list[Step] = []
        self.assets = self.rows = 0
        self.replaced: list[Replaced] = []
        self.skipped: list[Skipped] = []

    def check_name(self, destination: Path) -> None:
        if self.replacer.names_somebody(destination.name):
            raise UsageError(f"{self.replacer.shown(str(destination))}: the name holds personal data; choose another")

    def check_columns(self) -> None:
        """Refuse a policy that names a column which was not there: it may be a slip of the pen."""
        if left := self.replacer.unmatched():
            raise ConfigurationError(
                f"{self.replacer.policy.file or 'policy'}: no column is called {', '.join(left)}; see which there are "
                "with --plan"
            )

    def only(self, source: Path, copy: Path) -> None:
        """Copy the one file that was asked for."""
        place = Place(str(source))
        if not _copies(source):
            raise UsageError(
                f"{self.replacer.shown(str(source))}: is neither a CSV file nor an SQLite database, and no other "
                "format is copied by this version"
            )
        self.file(source, place, copy)

    def folder(self, source: Path, copy: Path) -> None:
        """Copy every file of the folder; what cannot be copied is listed."""
        for unit in read.units(read.target(str(source)), self.settings.scope, self.limits):
            if isinstance(unit, Skipped):
                self.skipped.append(unit)
                continue
            path = Path(unit.locator["path"])
            if _belongs_to_database(path):
                continue
            try:
                self.member(path, unit.place, copy.joinpath(*unit.place.path))
            except TargetError as error:
                self.skipped.append(Skipped(unit.place, Reason(error.reason), str(error)))

    def member(self, path: Path, place: Place, copy: Path) -> None:
        """Copy one file of a folder."""
        if any(self.replacer.names_somebody(name) for name in place.path):
            raise TargetError("its name holds personal data; give it another name", "unsupported_type")
        if not _copies(path):
            raise TargetError("only CSV files and SQLite databases are copied", "unknown_format")
        if not self.planning:
            copy.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            self.file(path, place, copy)
        except TargetError:
            copy.unlink(missing_ok=True)
            raise

    def file(self, source: Path, place: Place, copy: Path) -> None:
        """Judge, copy, and check the copy."""
        database = _sqlite.is_sqlite(source)
        if self.planning:
            self.steps += steps(
                self.replacer, self._judged_database(source, place) if database else self._judged_csv(source, place)
            )
            return
        try:
            os.close(os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
            (self._database_file if database else self._csv_file)(source, place, copy)
        except OSError as error:
            shown = self.replacer.shown(str(place))
            raise UsageError(f"{shown}: copying it failed ({error.strerror}); check rights and free space") from None

    def _csv_file(self, source: Path, place: Place, copy: Path) -> None:
        judged = self._judged_csv(source, place)
        counts = _csv.copy_csv(source, copy, place, judged.columns, self.replacer, self.limits, self._count)
        self._check(self._csv_parts(copy, place))
        self._done(judged, counts)

    def _judged_csv(self, source: Path, place: Place) -> Verdicts:
        judged = self._judged(self._csv_parts(source, place))
        for lost in judged.skipped:
            raise TargetError(f"{self.replacer.shown(str(place))}: not copied: {lost.message}", lost.reason.value)
        return judged

    def _judged_database(self, source: Path, place: Place) -> Verdicts:
        with _sqlite.opened(source, self.replacer.shown(str(place))) as connection:
            _sqlite.check_schema(connection, place, self.replacer)
            return self._judged(_sqlite.tables(connection, place, self.limits))

    def _database_file(self, source: Path, place: Place, copy: Path) -> None:
        shown = self.replacer.shown(str(place))
        with _sqlite.opened(source, shown) as connection:
            _sqlite.check_schema(connection, place, self.replacer)
            judged = self._judged(_sqlite.tables(connection, place, self.limits))
            counts, emptied = _sqlite.copy_sqlite(
                connection, copy, place, judged.columns, self.replacer, self.limits, self._count
            )
        with _sqlite.opened(copy, shown) as connection:
            self._check(_sqlite.tables(connection, place, self.limits))
        self._done(judged, counts)
        self.skipped += emptied

    def _csv_parts(self, path: Path, place: Place) -> Iterator[Table | Text | Skipped]:
        def opened() -> BinaryIO:
            return path.open("rb")

        return read.expand(File(place, opened, path.stat().st_size, str(path)), self.limits)

    def _judged(self, parts: Iterator[Table | Text | Skipped] | Iterator[Table]) -> Verdicts:
        return verdicts(self.replacer.detector, parts, self._count)

    def _check(self, parts: Iterator[Table | Text | Skipped] | Iterator[Table]) -> None:
        """Scan the copy; what the policy covers must not be found in it."""
        again = self._judged(parts)
        left = [
            f"{self.replacer.shown(str(place))}: {v.entity} {v.finding.matched}/{v.finding.seen}"
            for place, found in again.columns.items()
            for v in found
            if not self.replacer.may_be_found(place, v.entity)
        ]
        left += [f"{self.replacer.shown(str(s.place))}: could not be read again" for s in again.skipped]
        if left:
            raise UnsafeCopyError(
                "The copy still held personal data and was removed: "
                + "; ".join(left)
                + ". Use token or redact for these entities, or leave the column out of the source"
            )

    def _done(self, judged: Verdicts, counts: _csv.Counts) -> None:
        self.assets += judged.tables
        self.rows += judged.rows
        self.replaced += [
            Replaced(self._shown(place), entity, operator, cells)
            for place, done in counts.items()
            for (entity, operator), cells in done.items()
        ]

    def _count(self, place: Place, rows: int) -> None:
        if self.progress is not None:
            self.progress(self.replacer.shown(str(place)), rows)

    def _shown(self, place: Place) -> Place:
        shown = self.replacer.shown
        column = shown(place.column) if place.column is not None else None
        return Place(shown(place.target), tuple(map(shown, place.path)), column, place.row)

    def plan(self) -> Plan:
        """What would be done."""
        planned = tuple(replace(s, place=self._shown(s.place)) for s in self.steps)
        skipped = tuple(replace(s, place=self._shown(s.place)) for s in self.skipped)
        return Plan(planned, tuple(self.replacer.unmatched()), skipped)

    def result(self, source: Path, destination: Path, seconds: float) -> Result:
        """What was done, in a stable order."""
        return Result(
            source=self.replacer.shown(str(source)),
            copy=str(destination),
            assets=self.assets,
            rows=self.rows,
            replaced=tuple(sorted(self.replaced, key=lambda r: (r.place.asset, r.place.column or "", r.entity))),
            skipped=tuple(replace(s, place=self._shown(s.place)) for s in self.skipped),
            seconds=round(seconds, 3),
        )


def _copies(path: Path) -> bool:
    """Whether the file is of a kind that is copied. Raises TargetError when it cannot be opened."""
    try:
        with path.open("rb") as file:
            head = file.read(read.HEAD)
    except OSError as error:
        reason = Reason.DENIED if isinstance(error, PermissionError) else Reason.VANISHED
        raise TargetError(f"cannot be opened ({error.strerror})", reason.value) from None
    if head.startswith(_sqlite.MAGIC):
        return True
    formats, name = plugins("formats"), path.name.lower()
    if not head:
        return name.endswith(formats["csv"].suffixes)
    best = max(formats.values(), key=lambda f: int(f.matches(head, name)))
    return bool(best.name == "csv" and best.matches(head, name))


def _belongs_to_database(path: Path) -> bool:
    """Whether the file is the log or journal of a database beside it, which is read with it."""
    for ending in _sqlite.BESIDE:
        base = Path(str(path).removesuffix(ending))
        if base != path and base.is_file() and _sqlite.is_sqlite(base):
            return True
    return False
