"""One unit of work, and the processes that do it: a unit's parts -> tallies.

Workers can be killed: one that hangs, eats memory or crashes on a foreign file costs that unit, which is then listed
as not read. What comes back are tallies, never values.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from privacyscan import _no_network, read
from privacyscan.detect import AssetTally, Detector
from privacyscan.detect.drafts import Drafts
from privacyscan.errors import PrivacyScanError
from privacyscan.model import Limits, Place, Reason, Reidentification, Skipped, Table, Text, Unit

if TYPE_CHECKING:
    from privacyscan.detect.classes import Classes
    from privacyscan.detect.known import Known
    from privacyscan.detect.quasi import Quasi
    from privacyscan.settings import Settings

Count = Callable[[Place, int, int], None]  # told of a place, and how many rows and bytes of it were read

TRIES = 2  # to read a unit on which a worker dies
BROKEN = 3  # the same where a worker that dies before its work begins breaks all that are waiting
SLOTS = 256  # workers that may report progress, restarted ones included


@dataclass(slots=True)
class UnitResult:
    """What reading gave, and a worker sends back: tallies and what could not be read, never a value.

    `rest` holds the pieces of a large unit that are still to be read, `told` the exposures that the content of files
    shows, `classes` what the rows of tables have alike, `reidentified` what that came to.
    """

    assets: list[AssetTally] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    rest: list[Unit] = field(default_factory=list)
    told: read.Told = field(default_factory=dict)
    classes: dict[Place, Classes] = field(default_factory=dict)
    reidentified: dict[Place, Reidentification] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Job:
    """What a worker is given: a unit, or a further piece of one.

    `opening` is what the first piece decided. `asked` counts the prose of columns that was asked for names in the
    pieces before. `cut` holds the pieces of the unit where its source has cut it. Only the columns `only` are read, all
    if it is empty. `tries` counts the workers that died on it. With `quasi` its tables are not looked at: their rows
    are compared by these columns.
    """

    unit: Unit
    opening: AssetTally | None = None
    asked: Mapping[str, int] = field(default_factory=dict)
    cut: Sequence[Unit] = ()
    only: frozenset[str] = frozenset()
    tries: int = 0
    quasi: Mapping[Place, Quasi] = field(default_factory=dict)

    @property
    def number(self) -> int:
        """The number of the piece; 0 for the first one and for a whole unit."""
        return self.unit.piece.number if self.unit.piece is not None else 0


def read_job(job: Job, detector: Detector, limits: Limits, count: Count | None = None) -> UnitResult:
    """Read what the job names into tallies; of a unit that can be cut, the first piece."""
    cut = job.cut or (read.cut(job.unit, limits) if job.unit.piece is None else ())
    first, *rest = cut if len(cut) > 1 else (job.unit,)
    if job.quasi:
        return compared(first, job.quasi, detector, limits, rest, count)
    told: read.Told = {}
    # A file that ended a worker is not opened again; prose is read again in columns alone.
    parts = read.parts(first, replace(limits, cell_bytes=0) if job.tries or job.only else limits, told)
    if detector.drafts is not None:
        detector.drafts.begin(job.number)
    if job.opening is None:
        result = tallied(parts, detector, count)
    else:
        result = tallied_on(_chosen(parts, job.only), detector, count, job.opening, job.asked)
    for asset in result.assets:
        if asset.place == first.place or (first.kind == "table" and not asset.of_cells):
            asset.kind = first.kind
    return replace(result, rest=rest, told=told)


def compared(
    unit: Unit,
    quasi: Mapping[Place, Quasi],
    detector: Detector,
    limits: Limits,
    rest: Sequence[Unit] = (),
    count: Count | None = None,
) -> UnitResult:
    """Read a unit again that holds these tables, to compare their rows."""
    from privacyscan.detect.classes import Counter  # which most scans of texts do without

    counters = {place: Counter(of, detector.identifiers, detector.key) for place, of in quasi.items()}
    columns = [*dict.fromkeys(name for of in quasi.values() for name in (*of.columns, *of.sensitive))]
    result = UnitResult(rest=list(rest))
    for part in read.narrow(unit, columns, limits):
        if isinstance(part, Skipped):
            result.skipped.append(part)
        elif isinstance(part, Table) and part.cell is None and not part.again and part.place in counters:
            counters[part.place].add(part.batch)
            if count is not None:
                count(part.place, part.batch.num_rows, part.batch.nbytes)
    result.classes = {place: counter.classes for place, counter in counters.items()}
    for classes in result.classes.values():
        classes.add_up()
    return result


def _chosen(parts: Iterable[Table | Text | Skipped], columns: frozenset[str]) -> Iterator[Table | Text | Skipped]:
    """The parts, of tables only these columns."""
    for part in parts:
        if columns and isinstance(part, Table):
            names = [name for name in part.batch.schema.names if name in columns]
            part = replace(part, batch=part.batch.select(names))
        yield part


def tallied(
    parts: Iterable[Table | Text | Skipped],
    detector: Detector,
    count: Count | None = None,
    begun: AssetTally | None = None,
) -> UnitResult:
    """Read the parts to their end; `count` is told of each batch and block. What belongs to `begun` is added to it.

    Where looking at a table or text fails, which is a defect of ours, its rest is listed as not read.
    """
    result = UnitResult()
    tallies = {begun.place: begun} if begun is not None else {}
    files: dict[Place, AssetTally] = {}  # of the file in this cell
    cell: Place | None = None
    broken: set[tuple[Place, Place | None]] = set()
    for part in parts:
        if isinstance(part, Skipped):
            result.skipped.append(part)
            continue
        if part.cell != cell:
            _add_cell(files, cell, tallies, detector, result)
            files, cell = {}, part.cell
        if (part.place, cell) in broken:
            continue
        tally = (tallies if cell is None else files).setdefault(part.place, AssetTally(part.place, "member"))
        try:
            if isinstance(part, Table):
                detector.table(part, tally)
                size = (0 if part.again or cell is not None else part.batch.num_rows, part.batch.nbytes)
            else:
                size = _text(part, tally, detector)
        except (PrivacyScanError, MemoryError):
            raise
        except Exception as error:
            broken.add((part.place, cell))
            result.skipped.append(_defect(part.place, error))
            continue
        if detector.drafts is not None:
            detector.drafts.rest()
        if count is not None:
            count(part.place, *size)
    _add_cell(files, cell, tallies, detector, result)
    _finish(tallies.values(), detector, result)
    result.assets = list(tallies.values())
    return result


def _add_cell(
    files: Mapping[Place, AssetTally],
    cell: Place | None,
    tallies: dict[Place, AssetTally],
    detector: Detector,
    result: UnitResult,
) -> None:
    """Add what the file in a cell gave, with all that was packed in it, to what its column gives."""
    if cell is None or cell.column is None or cell.row is None:
        return
    _finish(files.values(), detector, result)
    place = cell.asset.child(cell.column)
    whole = tallies.setdefault(place, AssetTally(place, "member", of_cells=True))
    for tally in files.values():
        whole.add_cell(tally, cell.row, detector.most)


def tallied_on(
    parts: Iterable[Table | Text | Skipped],
    detector: Detector,
    count: Count | None,
    opening: AssetTally,
    asked: Mapping[str, int],
) -> UnitResult:
    """Read a further piece of a table, as `tallied` does: on what the first one decided, after so much prose."""
    tally = opening.opened()
    tally.ask(asked)
    result = tallied(parts, detector, count, tally)
    tally.close(opening, asked)
    return result


def _finish(tallies: Iterable[AssetTally], detector: Detector, result: UnitResult) -> None:
    """End the texts that are being read, and write the places that wait."""
    for tally in tallies:
        if tally.scanner is not None:
            try:
                tally.text = tally.scanner.finish()
                tally.rows = tally.text.lines
            except (PrivacyScanError, MemoryError):
                raise
            except Exception as error:
                result.skipped.append(_defect(tally.place, error))
            tally.scanner = None
    if detector.drafts is not None:
        detector.drafts.write()


def _defect(place: Place, error: Exception) -> Skipped:
    """The line of ours that failed; the error's own text may quote values."""
    line = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{type(error).__name__}, {line.filename.rsplit('/', 1)[-1]}, {line.lineno}"
    return Skipped(place, Reason.ERROR, f"a defect of privacyscan; please report it ({where})", "detect")


def _text(part: Text, tally: AssetTally, detector: Detector) -> tuple[int, int]:
    if tally.scanner is None:
        tally.scanner = detector.text_scanner()
    tally.scanner.add(part)
    size = len(part.data) - part.overlap
    tally.bytes += size
    tally.where.pages += part.pages
    return part.data.count(b"\n"), size


class Pace:
    """Holds all workers together to so many rows of databases a second, by when the next rows may come."""

    def __init__(self, rate: int, next_at: Any) -> None:
        self.rate, self._next_at = rate, next_at

    def wait(self, rows: int) -> None:
        """Wait as long as so many rows may take, after those of other workers."""
        with self._next_at.get_lock():
            until = max(time.monotonic(), self._next_at.value) + rows / self.rate
            self._next_at.value = until
        time.sleep(max(0.0, until - time.monotonic()))


class Workers:
    """Worker processes, started when the first unit needs one."""

    def __init__(
        self,
        settings: Settings,
        identifiers: list[Any],
        key: bytes,
        known: Known | None = None,
        drafts: Path | None = None,
    ) -> None:
        self.settings, self.identifiers, self.key, self.known, self.drafts = settings, identifiers, key, known, drafts
        self.limits = settings.limits
        self.may_leave_network = False  # nothing that workers read comes over it
        self._pool: Any = None
        self._counts: Any = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None  # what killed workers leave goes with it

    def submit(self, job: Job) -> Any:
        """Give the job to a worker; what comes back is for `result`."""
        if self._pool is not None and not self._pool.active:
            self._pool.stop()
            self._pool.join()
            self._pool = None
        if self._pool is None:
            from pebble import ProcessPool

            from privacyscan._processes import context

            processes = context()
            processes.set_forkserver_preload(["privacyscan._quiet", "privacyscan.work"])
            self._counts = processes.Array("q", 2 * SLOTS, lock=False)
            next_slot = processes.Value("i", 0)
            rate = self.settings.max_rate
            self._folder = self._folder or tempfile.TemporaryDirectory(prefix="privacyscan-")
            self._pool = ProcessPool(
                max_workers=self.settings.workers,
                context=processes,
                initializer=_start_worker,
                initargs=(
                    self.identifiers,
                    self.key,
                    self.known,
                    self.settings,
                    self.limits,
                    self._counts,
                    next_slot,
                    self._folder.name,
                    self.drafts,
                    None if rate is None else Pace(rate, processes.Value("d", 0.0)),
                    self.may_leave_network,
                ),
            )
        seconds = self.settings.timeout_per_file if job.unit.kind == "file" else None
        return self._pool.schedule(_work, args=(job,), timeout=seconds)

    def result(self, future: Any, job: Job) -> UnitResult | None:
        """What the job gave; None where a worker died and the job is to be tried again. A worker that was killed, or
        died again, makes the unit a Skipped."""
        given = outcome(future, job.unit.place, job.tries, self.settings.timeout_per_file)
        return UnitResult(skipped=[given]) if isinstance(given, Skipped) else given

    def counts(self) -> tuple[int, int]:
        """Rows and bytes of the units that are being read now."""
        if self._counts is None:
            return 0, 0
        return sum(self._counts[0::2]), sum(self._counts[1::2])

    def close(self, at_once: bool) -> None:
        """End the workers: when they are done, or at once."""
        if self._pool is not None:
            self._pool.stop() if at_once else self._pool.close()
            self._pool.join()
        if self._folder is not None:
            self._folder.cleanup()


def outcome(future: Any, place: Place, tries: int, seconds: float) -> Any:
    """What a worker gave; None where it died and may be tried again, a Skipped where it was killed, or died again.
    `tries` counts the workers that died on it before, `seconds` is what it had."""
    from concurrent.futures.process import BrokenProcessPool

    from pebble import ProcessExpired

    try:
        return future.result()
    except TimeoutError:
        return Skipped(place, Reason.TIMEOUT, f"not finished after {seconds:g} s; see --timeout-per-file")
    except (ProcessExpired, BrokenProcessPool) as error:
        if tries + 1 < (TRIES if isinstance(error, ProcessExpired) else BROKEN):
            return None
        message = "the worker process died while reading it; the file may be damaged or hostile"
        return Skipped(place, Reason.CRASHED, message)
    except MemoryError:
        return Skipped(place, Reason.MEMORY, "needs more memory than a worker may use")


_worker: dict[str, Any] = {}


def _start_worker(
    identifiers: list[Any],
    key: bytes,
    known: Known | None,
    settings: Settings,
    limits: Limits,
    counts: Any,
    next_slot: Any,
    folder: str,
    drafts: Path | None,
    pace: Pace | None,
    may_leave_network: bool,
) -> None:
    """In a new worker: bound it, compile the plan once."""
    from privacyscan._processes import collect_seldom

    bound(folder, limits)
    if may_leave_network:
        _no_network.leave()
    with next_slot.get_lock():
        slot = next_slot.value % SLOTS
        next_slot.value += 1
    _worker.update(
        detector=Detector(
            identifiers,
            key,
            settings.locations,
            settings.engine,
            settings.names,
            known=known,
            drafts=None if drafts is None else Drafts(drafts),
        ),
        limits=limits,
        counts=counts,
        slot=slot,
        pace=pace,
    )
    collect_seldom()


def bound(folder: str, limits: Limits) -> None:
    """In a new worker: leave Ctrl-C and temporary files (`folder`) to the parent, and bound what it may do; without the
    network, until a unit needs it."""
    import resource
    import signal

    from privacyscan import _quiet  # noqa: F401 - where there is no fork server
    from privacyscan._processes import end_with_parent

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_with_parent()
    tempfile.tempdir = folder
    with open("/proc/self/statm", encoding="ascii") as statm:
        used = int(statm.read().split()[0]) * resource.getpagesize()
    most = used + limits.memory
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # what a process held when it died may not lie on the disk
    _worker["offline"] = True
    sys.addaudithook(_keep_offline)


_NETWORK = frozenset(("socket.connect", "socket.bind", "socket.sendto", "socket.sendmsg", "socket.getaddrinfo"))


class NoNetwork(Exception):
    """A parser of files asked for the network."""


def _keep_offline(event: str, arguments: object) -> None:
    """No file leads a parser written in Python to the network, even where shares are read too."""
    if event in _NETWORK and _worker.get("offline"):
        raise NoNetwork


def _bound(unit: Unit, limits: Limits) -> None:
    """For the next unit: whether it may use the network, and how much processor time it gets. That is far more than
    `--timeout-per-file`, by which the parent ends it; only a worker without a parent comes to it."""
    import resource

    is_file = _worker["offline"] = unit.kind == "file" and not read.is_far(unit)
    soft, hard = resource.getrlimit(resource.RLIMIT_CPU)
    if hard == resource.RLIM_INFINITY:  # else somebody has bound it already
        used = resource.getrusage(resource.RUSAGE_SELF)
        seconds = used.ru_utime + used.ru_stime + limits.timeout_per_file * (os.cpu_count() or 1) + 60
        soft = int(min(seconds, 1e9)) if is_file else hard
        resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))


def _work(job: Job) -> UnitResult:
    _bound(job.unit, _worker["limits"])
    counts, slot = _worker["counts"], 2 * _worker["slot"]
    limits: Limits = _worker["limits"]
    pace: Pace | None = _worker["pace"] if job.unit.kind == "table" else None
    if pace is not None:
        limits = replace(limits, batch_rows=min(limits.batch_rows, pace.rate))  # what may come in a second

    def count(_: Place, rows: int, size: int) -> None:
        if pace is not None:
            pace.wait(rows)
        if not job.only and not job.quasi:  # those were counted before
            counts[slot] += rows
            counts[slot + 1] += size

    try:
        return read_job(job, _worker["detector"], limits, count)
    finally:
        counts[slot] = counts[slot + 1] = 0
