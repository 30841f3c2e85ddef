"""The pipeline: targets -> units -> (worker: parts -> tallies) -> findings -> Scan.

Units are dealt to worker processes (`privacyscan.work`); the first few small text files are read here instead, so
scanning one file starts no process.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hmac import digest as hmac_digest
from pathlib import Path
from typing import TYPE_CHECKING, Any

from privacyscan import read, store
from privacyscan._version import __version__
from privacyscan.assess import exposure, persons
from privacyscan.errors import MissingExtra, TargetError
from privacyscan.model import (
    Access,
    Asset,
    Evidence,
    Finding,
    KnownPersons,
    LocationsFile,
    Place,
    Reason,
    Reidentification,
    Scan,
    Skipped,
    Target,
    Unit,
    Versions,
)
from privacyscan.registry import plugins
from privacyscan.times import now

if TYPE_CHECKING:
    from privacyscan.compared import Compared
    from privacyscan.detect import AssetTally, Detector
    from privacyscan.detect.drafts import Draft
    from privacyscan.detect.known import Known
    from privacyscan.detect.paragraphs import Asked
    from privacyscan.detect.quasi import Quasi
    from privacyscan.detect.whereabouts import Whereabouts
    from privacyscan.journal import Journal
    from privacyscan.locations import LocationsFolder
    from privacyscan.pieces import Pieces
    from privacyscan.rulebook import Rulebook
    from privacyscan.settings import Settings
    from privacyscan.sources import Cut
    from privacyscan.work import Job, UnitResult

LISTED_AHEAD = 50_000  # units, half a kilobyte each
INLINE_BYTES = 4 << 20  # read in this process before the first worker is started


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a scan is. `units_total` is None until the target is listed to its end.

    `share` of the target's bytes (files) or rows (tables) is read, 0-1; None until they are known.
    """

    target: str
    place: str
    units_done: int
    units_total: int | None
    rows: int
    bytes: int
    findings: int
    share: float | None = None


def scan(
    targets: Sequence[str | Target],
    settings: Settings | None = None,
    *,
    progress: Callable[[Progress], None] | None = None,
    rulebook: Rulebook | None = None,
    known: Known | None = None,
    folder: Path | None = None,
    journal: Journal | None = None,
) -> Scan:
    """Scan the targets to the end and give back everything learned.

    `known` is the list of known persons where it was loaded already; else that of the settings is. With the setting
    `locations` "all" every place is written to `locations.parquet` in `folder`; without a folder the findings hold
    their first 100,000. What `journal` has is not read again, and what is read is added to it.

    A target that cannot be opened is listed under `skipped`; Ctrl-C ends the scan early with what is done,
    `status` "interrupted". Raises UsageError, ConfigurationError or RulebookError before anything is read.
    """
    from privacyscan import rulebook as rulebooks
    from privacyscan.settings import load

    settings = settings or load({})
    rulebook = rulebook or rulebooks.load(settings.rules)
    begun, clock = now(), time.monotonic()
    if journal is not None:
        begun, clock = journal.begun, clock - journal.seconds
    aims = [t if isinstance(t, Target) else read.target(t) for t in targets]
    known = known or known_persons(settings, rulebook)
    places = _folder_of_locations(folder, journal) if folder is not None and settings.locations == "all" else None
    try:
        return _scan(_Run(settings, rulebook, progress, known, places, journal), aims, begun, clock)
    finally:
        if places is not None:
            places.close(keep=journal is not None and journal.is_left)


def _scan(run: _Run, aims: Sequence[Target], begun: str, clock: float) -> Scan:
    run.workers.may_leave_network = all("://" not in aim.url for aim in aims)  # folders, files, git
    try:
        for target in aims:
            run.target(target)
    except KeyboardInterrupt:
        run.interrupted = True
    finally:
        run.close()
    return run.result(aims, begun, time.monotonic() - clock)


def _folder_of_locations(folder: Path, journal: Journal | None) -> LocationsFolder:
    """Where the places are kept; a run whose drafts are lost begins anew."""
    from privacyscan.locations import LocationsFolder

    places = LocationsFolder(folder, journal.id if journal is not None else None)
    if journal is not None and places.is_new:
        journal.forget()
    return places


def known_persons(settings: Settings, rulebook: Rulebook) -> Known | None:
    """The list of known persons that the settings name; None where they name none. Raises PrivacyScanError."""
    if settings.known is None and settings.known_key is None:
        return None
    from privacyscan.known import load

    return load(settings.known, settings.known_key, rulebook)


@dataclass(slots=True)
class _Share:
    """How much of a target is read, by the size of its units: bytes of files, rows of tables."""

    done: int = 0
    total: int = 0
    most: float = 0.0

    def __call__(self, under_way: Collection[Unit], rows: int, size: int) -> float | None:
        """The share, with what was read of units under way; it never falls. None: no size is known.

        What is packed unpacks to nobody knows how much, so it counts when it is done.
        """
        if not self.total:
            return None
        read = rows if any(u.kind == "table" for u in under_way) else size
        most = sum(u.size or 0 for u in under_way if not _is_packed(u))
        self.most = max(self.most, min(1.0, (self.done + min(read, most)) / self.total))
        return self.most


def _is_packed(unit: Unit) -> bool:
    name = str(unit.place).lower()
    return unit.kind == "file" and any(name.endswith(f.suffixes) for f in plugins("formats").values() if f.binary)


@dataclass(slots=True, eq=False)
class _UnderWay:
    """A unit that workers have in hand."""

    unit: Unit
    pieces: Pieces | None = None  # None: not cut, as far as is known
    cut: Cut | None = None  # None: nothing is to be closed when it is read
    compared: Compared | None = None  # None: its rows are not being compared

    def close(self) -> None:
        if self.cut is not None:
            self.cut.close()


class _TimeIsUp(Exception):
    """The scan has taken as long as it may (`--timeout`)."""


class _Run:
    """A scan under way."""

    def __init__(
        self,
        settings: Settings,
        rulebook: Rulebook,
        progress: Callable[[Progress], None] | None,
        known: Known | None,
        places: LocationsFolder | None = None,
        journal: Journal | None = None,
    ) -> None:
        from privacyscan.detect import Detector
        from privacyscan.detect.drafts import Drafts
        from privacyscan.work import Workers

        self.settings, self.rulebook, self.progress, self.journal = settings, rulebook, progress, journal
        self.limits = settings.limits
        self.until = None if settings.timeout is None else time.monotonic() + settings.timeout
        self.is_late = False
        self.key = store.key(settings.state)
        wanted = [i for i in rulebook.identifiers.values() if i.part != "names" or settings.names != "off"]
        self.places, folder = places, places.drafts if places is not None else None
        self.detector = Detector(
            wanted,
            self.key,
            settings.locations,
            settings.engine,
            settings.names,
            known=known,
            drafts=Drafts(folder) if folder is not None else None,
        )
        self.workers = Workers(settings, wanted, self.key, known, folder)
        self.known, self.met = known, known.nobody() if known is not None else None
        self.assets: list[Asset] = []
        self.findings: list[Finding] = []
        self.drafts: list[list[Draft]] = []  # of each finding
        self.where: dict[Place, Whereabouts] = {}  # of the assets with findings, where all places are kept
        self.skipped: list[Skipped] = []
        self.interrupted = False
        self.inline_left = INLINE_BYTES
        self.label, self.done, self.total = "", 0, 0
        self.listed = False  # whether `total` is all there is
        self.rows = self.bytes = 0
        self.share = _Share()
        self.above: Sequence[str] = ()  # the folders that the target lies in
        self.signs = exposure.signs_beside(rulebook.scoring_in_force)
        self.served: dict[exposure.Folder, Evidence] = {}  # folders with a file that is such a sign
        self.reidentified: dict[Place, Reidentification] = {}
        self.compared_rows: dict[Place, int] = {}  # how many rows a table had whose rows are compared
        self.jobs: deque[tuple[Job, _UnderWay]] = deque()  # to be dealt to workers
        self.waiting: dict[Any, tuple[Job, _UnderWay]] = {}  # what workers have in hand

    def target(self, target: Target) -> None:
        """Read one target to its end."""
        from privacyscan.detect.shown import shown_name

        self.label, self.done, self.total, self.listed = shown_name(target.label, self.detector), 0, 0, False
        self.share = _Share()
        self.above = read.folders(target)
        fault: Skipped | None = None
        if self.settings.names == "off":
            self.skipped.append(Skipped(target.place, Reason.NAMES, "by --names off", "detect"))
        try:
            try:
                self._look_at_the_clock()
                for unit in self._listed(target):
                    self._look_at_the_clock()
                    before = self.journal.unit(unit) if self.journal is not None else None
                    if before is not None:
                        self._count(unit.size, before)
                        self._compare(unit, self._take(unit, before, is_new=False))
                    elif self._is_light(unit) and (result := self._read_here(unit)) is not None:
                        self._count(unit.size, result)
                        self._compare(unit, self._take(unit, result), here=True)
                    else:
                        self._begin(unit)
            except TargetError as error:
                fault = Skipped(target.place, Reason(error.reason), str(error), "open")
            except MissingExtra as error:
                fault = Skipped(target.place, Reason.MISSING_EXTRA, str(error), "open")
            self._report("")
            while self.waiting or self.jobs:
                self._collect()
            self.skipped += [fault] if fault is not None else []
        except _TimeIsUp:
            self.is_late = True
            self._abandon(Reason.TIMEOUT)
            message = f"the whole scan took too long, {self.done} units were read; see --timeout"
            self.skipped.append(Skipped(target.place, Reason.TIMEOUT, message, "list"))
        except KeyboardInterrupt:
            self._abandon(Reason.INTERRUPTED)
            self.skipped.append(Skipped(target.place, Reason.INTERRUPTED, f"{self.done} units were read", "list"))
            raise

    def _look_at_the_clock(self) -> None:
        if self.until is not None and time.monotonic() > self.until:
            raise _TimeIsUp

    def _listed(self, target: Target) -> Iterator[Unit]:
        """The units of a target, listed well ahead of being read: then it is known how much there is to read."""
        ahead: deque[Unit] = deque()
        fault: TargetError | None = None
        try:
            for unit in read.units(target, self.settings.scope, self.limits):
                if unit.place.path and (sign := self.signs.get(unit.place.name.lower())) is not None:
                    self.served[target.label, unit.place.path[:-1]] = sign
                if isinstance(unit, Skipped):
                    self.skipped.append(unit)
                    continue
                self._look_at_the_clock()
                self.total += 1
                self.share.total += unit.size or 0
                ahead.append(unit)
                if len(ahead) > LISTED_AHEAD:
                    yield ahead.popleft()
            self.listed = True
        except TargetError as error:  # the list breaks off: what is on it is read all the same
            fault = error
        while ahead:
            yield ahead.popleft()
        if fault is not None:
            raise fault

    def _is_light(self, unit: Unit) -> bool:
        """Whether to read it in this process: small, and no foreign parser can hang or crash on it."""
        most = min(self.inline_left, self.limits.piece_bytes)
        if unit.kind != "file" or unit.size is None or unit.size > most or read.is_binary(unit):
            return False
        self.inline_left -= unit.size
        return True

    def _read_here(self, unit: Unit) -> UnitResult | None:
        """What reading it in this process gives; None where it holds files, whose parsers belong into a worker."""
        from privacyscan.work import Job, read_job

        result = read_job(Job(unit), self.detector, replace(self.limits, cell_bytes=0))
        return None if any(s.reason is Reason.UNSUPPORTED_TYPE for s in result.skipped) else result

    def _begin(self, unit: Unit) -> None:
        """Give the unit to the workers, once they have nothing else to do."""
        from privacyscan.work import Job

        work = _UnderWay(unit, cut=read.cut_at_source(unit, self.limits))
        self.jobs.append((Job(unit, cut=work.cut.units if work.cut is not None else ()), work))
        self._deal()
        while self.jobs or len(self.waiting) >= 2 * self.settings.workers:
            self._collect()

    def _deal(self) -> None:
        while self.jobs and len(self.waiting) < 2 * self.settings.workers:
            job, work = self.jobs.popleft()
            before = self.journal.piece(job) if self.journal is not None and not job.quasi else None
            if before is not None:
                self._finish(job, work, before)
            else:
                self.waiting[self.workers.submit(job)] = (job, work)

    def _collect(self) -> None:
        from concurrent.futures import FIRST_COMPLETED, wait

        self._look_at_the_clock()
        self._deal()
        finished, _ = wait(self.waiting, timeout=0.25, return_when=FIRST_COMPLETED)
        for future in finished:
            job, work = self.waiting.pop(future)
            result = self.workers.result(future, job)
            if result is None:
                self.jobs.appendleft((replace(job, tries=job.tries + 1), work))
            else:
                if self.journal is not None and (result.rest or work.pieces is not None) and work.cut is None:
                    self.journal.add_piece(job, result)
                self._finish(job, work, result)
        self._report("")

    def _finish(self, job: Job, work: _UnderWay, result: UnitResult) -> None:
        """Take what a job gave: a unit, or a piece of one."""
        from privacyscan.pieces import Pieces

        if work.compared is not None:
            self.jobs.extend((replace(job, unit=piece, tries=0), work) for piece in result.rest)
            self._take_compared(work.unit, work.compared, result)
            return
        if not job.only:
            self._count((job.unit.size or 0) - sum(piece.size or 0 for piece in result.rest), result)
        if work.pieces is not None:
            following = work.pieces.take(job, result)
        elif result.rest:
            work.pieces = Pieces(job.unit, result, self.detector.most)
            following = work.pieces.jobs
        else:
            following = ()
        self.jobs.extend((job, work) for job in following)
        if work.pieces is None or work.pieces.is_read:
            work.close()
            self._compare(work.unit, self._take(work.unit, result if work.pieces is None else work.pieces.result()))

    def _compare(self, unit: Unit, quasi: Mapping[Place, Quasi], here: bool = False) -> None:
        """Have the rows of these tables of a unit compared, in this process or by workers."""
        if not quasi:
            return
        from privacyscan.compared import Compared
        from privacyscan.work import Job, read_job

        job, compared = Job(unit, quasi=quasi), Compared(quasi)
        before = self.journal.compared(unit) if self.journal is not None else None
        if before is not None:
            self.reidentified |= before
        elif here:
            self._take_compared(unit, compared, read_job(job, self.detector, self.limits))
        else:
            self.jobs.append((job, _UnderWay(unit, compared=compared)))

    def _take_compared(self, unit: Unit, compared: Compared, result: UnitResult) -> None:
        """Take what comparing the rows of tables gave, or of a piece of one."""
        compared.take(result)
        if compared.is_whole:
            figures = compared.figures(self.compared_rows)
            self.reidentified |= figures
            if self.journal is not None:
                self.journal.add_compared(unit, figures)

    def _abandon(self, reason: Reason) -> None:
        """Keep what is read of the units that workers have in hand."""
        for work in dict.fromkeys(work for _, work in (*self.waiting.values(), *self.jobs)):
            if work.compared is not None:  # it is read
                continue
            work.close()
            unread = Skipped(work.unit.place, reason)
            if work.pieces is None:
                self.skipped.append(unread)
            else:
                result = work.pieces.result()
                result.skipped.append(unread)
                self._take(work.unit, result)
        self.waiting.clear()
        self.jobs.clear()

    def _count(self, size: int | None, result: UnitResult) -> None:
        """For the progress: so much more is read."""
        self.share.done += size or 0
        self.rows += sum(tally.rows for tally in result.assets)
        self.bytes += sum(tally.bytes for tally in result.assets)

    def _take(self, unit: Unit, result: UnitResult, is_new: bool = True) -> Mapping[Place, Quasi]:
        """Take what a unit gave, and give back the tables in it whose rows are to be compared. It is new unless an
        earlier part of the run read it."""
        if is_new and self.journal is not None:
            self.journal.add_unit(unit, result)
        quasi: dict[Place, Quasi] = {}
        self.done += 1
        self.skipped += result.skipped
        unread = [s for s in result.skipped if s.reason.in_scope]
        broken = {s.place.asset for s in unread}
        broken |= {s.place.asset.child(str(s.place.column)) for s in unread if s.cells}  # of the files in its cells
        for tally in result.assets:
            met = self.known.nobody() if self.known is not None else None
            found = list(self.detector.findings(tally, met, self.drafts))
            self.findings += found
            if found and tally.where and self.places is not None:
                self.where[tally.place] = tally.where
            for place, asked in _not_asked(tally):
                named = any(self.detector.rules[f.entity].identifier.part == "names" for f in found if f.place == place)
                message = f"{asked.unread} bytes of running text after the first {asked.prose}"
                reason = Reason.NAMES if named else Reason.NAMES_LIMIT
                self.skipped.append(Skipped(place, reason, message, "detect"))
            if self.met is not None and met is not None:
                self.met.merge(met)
            complete = not any(_within(tally.place, place) or tally.place == place for place in broken)
            sampled = any(s.place == tally.place and s.reason is Reason.SAMPLED for s in result.skipped)
            known = met.count if met is not None else None
            asset = self._asset(tally, unit, complete, "sample" if sampled else "full", known)
            told = [e for place, signs in result.told.items() if _within(place, tally.place) for e in signs]
            folders = (*self.above, *unit.place.path[:-1]) if unit.kind == "file" else ()
            shown = exposure.exposure(tally.place, unit.access, self.rulebook.scoring_in_force, folders, told, found)
            self.assets.append(replace(asset, exposure=shown))
            if (of := self._quasi(tally, found, result.skipped)) is not None:
                quasi[tally.place] = of
        self._report(str(unit.place))
        return quasi

    def _quasi(self, tally: AssetTally, found: Sequence[Finding], skipped: Sequence[Skipped]) -> Quasi | None:
        """By what to compare the rows of a table; None where they are not to be compared."""
        from privacyscan.compared import not_computed, of_one_row, unread_rows
        from privacyscan.detect.quasi import quasi

        if tally.text is not None or tally.of_cells or not tally.rows:
            return None
        of = quasi(list(tally.columns), found, self.rulebook.identifiers)
        if of is None:
            return None
        unread = next(unread_rows(tally.place, skipped), None)
        reason = "interrupted"  # if nothing comes of it
        if self.settings.reidentification == "off":
            reason = "off"
        elif unread is not None:
            reason = "sample" if unread.reason is Reason.SAMPLED else "incomplete"
        self.reidentified[tally.place] = of_one_row(of) if tally.rows == 1 else not_computed(of, reason)
        if tally.rows == 1 or reason != "interrupted":
            return None
        self.compared_rows[tally.place] = tally.rows
        return of

    def _asset(self, tally: AssetTally, unit: Unit, complete: bool, mode: str, known: int | None) -> Asset:
        identity = "\0".join((tally.place.target, *tally.place.path))
        return Asset(
            id="A-" + _keyed(self.key, identity)[:12],
            place=tally.place,
            kind=tally.kind,
            rows=tally.rows,
            cells=tally.cells,
            bytes=tally.bytes,
            columns=tuple(tally.columns),
            mode=mode,
            total=tally.rows if complete else tally.total,
            complete=complete,
            known=known,
            access=unit.access,
        )

    def _report(self, place: str) -> None:
        from privacyscan.detect.shown import shown_name

        if self.progress is not None:
            rows, size = self.workers.counts()
            self.progress(
                Progress(
                    self.label,
                    shown_name(place, self.detector),
                    self.done,
                    self.total if self.listed else None,
                    self.rows + rows,
                    self.bytes + size,
                    len(self.findings),
                    self.share([job.unit for job, _ in self.waiting.values()], rows, size) if self.listed else None,
                )
            )

    def close(self) -> None:
        if self.journal is not None:
            self.journal.is_left = self.interrupted or self.is_late
        self.workers.close(at_once=self.interrupted or self.is_late)

    def result(self, targets: Sequence[Target], begun: str, seconds: float) -> Scan:
        """The scan as it is saved: places shown without identifiers, everything in a stable order."""
        show = _Shown(self.detector)
        unread = any(s.reason.in_scope for s in self.skipped)
        self.assets = list(exposure.beside(self.assets, self.served))
        by_asset = {a.place: a.id for a in self.assets}
        estimates = persons.by_asset(self.findings, self.rulebook.identifiers)
        return Scan(
            id=self.journal.id if self.journal is not None else datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%fZ"),
            started=begun,
            finished=now(),
            status="interrupted" if self.interrupted else "incomplete" if unread else "complete",
            targets=tuple(show.text(t.label) for t in targets),
            assets=tuple(sorted(map(show.asset, self._measured()), key=lambda a: a.place)),
            findings=tuple(sorted((show.finding(f) for f in self.findings), key=_in_report)),
            skipped=tuple(sorted((show.skipped(s) for s in self.skipped), key=lambda s: (s.place.asset, s.reason))),
            versions=Versions(__version__, self.rulebook.name, self.rulebook.version, self.rulebook.sha256),
            settings={k: v for k, v in self.settings.as_json().items() if k != "state"},
            seconds=round(seconds, 3),
            persons=persons.total(self.findings, self.rulebook.identifiers),
            persons_by_asset={by_asset[p]: n for p, n in estimates.items() if p in by_asset},
            known=KnownPersons(self.met.count, self.met.persons) if self.met is not None else None,
            locations=self._locations(show),
            key=store.name_of(self.key),
        )

    def _measured(self) -> Iterator[Asset]:
        """The assets, with how far their rows single out persons."""
        return (replace(asset, reidentification=self.reidentified.get(asset.place)) for asset in self.assets)

    def _locations(self, show: _Shown) -> LocationsFile | None:
        """Write all places in the order of the findings; None where nobody asked for them."""
        if self.places is None:
            return None
        from privacyscan.detect.whereabouts import Whereabouts

        ids = {a.place: a.id for a in self.assets}
        found = [
            (show.finding(f), ids[f.place.asset], drafts, self.where.get(f.place.asset, Whereabouts()), f.place.column)
            for f, drafts in zip(self.findings, self.drafts, strict=True)
        ]
        return self.places.write(sorted(found, key=lambda f: _in_report(f[0])))


def _in_report(finding: Finding) -> tuple[Place, str, str]:
    return finding.place.asset, finding.place.column or "", finding.entity


class _Shown:
    """Places as they may be shown: identifiers in names of files, columns and sheets are masked."""

    def __init__(self, detector: Detector) -> None:
        self.detector = detector
        self._known: dict[str, str] = {}
        self._columns: dict[str, str] = {}

    def text(self, name: str) -> str:
        from privacyscan.detect.shown import shown_name

        if name not in self._known:
            self._known[name] = shown_name(name, self.detector)
        return self._known[name]

    def column(self, name: str) -> str:
        from privacyscan.detect.shown import shown_column

        if name not in self._columns:
            self._columns[name] = shown_column(name, self.detector)
        return self._columns[name]

    def place(self, place: Place) -> Place:
        column = self.column(place.column) if place.column is not None else None
        return Place(self.text(place.target), tuple(self.part(p) for p in place.path), column, place.row)

    def part(self, name: str) -> str:
        """A name of a path. A masked one ends in a keyed hash: two files must not become one place, or the findings of
        one would count for the other."""
        shown = self.text(name)
        return shown if shown == name else f"{shown} #{_keyed(self.detector.key, name)[:8]}"

    def asset(self, asset: Asset) -> Asset:
        columns = tuple(self.column(c) for c in asset.columns)
        access = self.access(asset.access) if asset.access is not None else None
        exposed = tuple(self.flag(e) for e in asset.exposure)
        found = asset.reidentification
        shown = self.reidentification(found) if found is not None else None
        return replace(
            asset,
            place=self.place(asset.place),
            columns=columns,
            access=access,
            exposure=exposed,
            reidentification=shown,
        )

    def reidentification(self, found: Reidentification) -> Reidentification:
        return replace(
            found,
            columns=tuple(map(self.column, found.columns)),
            worst=tuple(replace(c, columns=tuple(map(self.column, c.columns))) for c in found.worst),
            diversity={self.column(c): least for c, least in found.diversity.items()},
        )

    def access(self, access: Access) -> Access:
        """Who may reach it; an account may be called by the number of a person."""
        owner = self.text(access.owner) if access.owner is not None else None
        group = self.text(access.group) if access.group is not None else None
        return replace(access, owner=owner, group=group, flags=tuple(self.flag(f) for f in access.flags))

    def flag(self, flag: Evidence) -> Evidence:
        return replace(flag, params={k: self.text(v) if isinstance(v, str) else v for k, v in flag.params.items()})

    def finding(self, finding: Finding) -> Finding:
        evidence = tuple(
            replace(e, params={**e.params, "column": self.column(str(e.params["column"]))})
            if "column" in e.params
            else e
            for e in finding.evidence
        )
        return replace(finding, place=self.place(finding.place), evidence=evidence)

    def skipped(self, skipped: Skipped) -> Skipped:
        return replace(skipped, place=self.place(skipped.place), message=self.text(skipped.message))


def _not_asked(tally: AssetTally) -> Iterator[tuple[Place, Asked]]:
    """The text or the columns whose prose was not asked for names to its end."""
    if tally.text is not None and tally.text.asked.unread:
        yield tally.place, tally.text.asked
    for name, column in tally.columns.items():
        if column.notes.asked.unread:
            yield tally.place.at(column=name), column.notes.asked


def _within(asset: Place, place: Place) -> bool:
    """Whether `place` lies below `asset`."""
    return asset.target == place.target and place.path[: len(asset.path)] == asset.path


def _keyed(key: bytes, text: str) -> str:
    return hmac_digest(key, text.encode("utf-8", "surrogateescape"), "sha256").hex()
