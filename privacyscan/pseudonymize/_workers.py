"""Processes that judge and replace beside the one that reads and writes.

What comes out is the same whatever their number: rows are cut, and what is decided by the first of them, depends on the
rows alone, and all is added up in their order.
"""

from __future__ import annotations

import tempfile
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence, Sized
from typing import TYPE_CHECKING, Any, TypeVar

from privacyscan.detect import AssetTally, Detector
from privacyscan.errors import UsageError
from privacyscan.pseudonymize._originals import Handed, Originals
from privacyscan.pseudonymize.cells import Changes, Columns, Replacer
from privacyscan.work import UnitResult, bound, tallied, tallied_on

if TYPE_CHECKING:
    from collections.abc import Mapping

    from privacyscan.model import Table
    from privacyscan.pseudonymize.policy import Policy
    from privacyscan.settings import Settings

INLINE_ROWS = 50_000  # handled in this process before the first worker is started
ROW_BYTES = 200  # of a usual row: wide ones and long cells count as several

Batch = TypeVar("Batch", bound=Sized)
Item = TypeVar("Item")
Outcome = TypeVar("Outcome")
Cells = Sequence[Sequence[str | None]]  # by column


class Workers:
    """The workers of one copy; with one of them all is done in this process."""

    def __init__(self, settings: Settings, replacer: Replacer) -> None:
        self.settings, self.replacer = settings, replacer
        self.ahead = 0 if settings.workers == 1 else settings.workers + 2  # tasks under way
        self._inline_left = INLINE_ROWS
        self._pool: Any = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    def changes(
        self, columns: Columns, batches: Iterable[Batch], cells: Callable[[Batch], Cells]
    ) -> Iterator[tuple[Batch, Changes]]:
        """Each batch of a table with what of its cells changes, in order."""

        def begin(batch: Batch) -> Callable[[], Changes]:
            of = cells(batch)
            if not columns.are_settled or self._is_little(len(batch)):
                changes = columns.changes(of)
                return lambda: changes
            future = self.submit(_changes, columns.packed(), of, seconds=self.settings.timeout_per_file)
            return lambda: self._changed(columns, future)

        yield from self._in_order(batches, begin)

    def _changed(self, columns: Columns, future: Any) -> Changes:
        changes, counts, originals = self._outcome(future)
        for column, count in zip(columns.columns, counts, strict=False):
            column.counts.update(count)
        self.replacer.originals.take(originals)
        found: Changes = changes
        return found

    def tally(
        self,
        detector: Detector,
        tables: Sequence[Table],
        opening: AssetTally | None,
        asked: Mapping[str, int],
    ) -> Callable[[], UnitResult]:
        """Begin to read a piece of a table into a tally; it is there when what comes back is called."""
        rows, size = (sum(told) for told in zip(*((t.batch.num_rows, t.batch.nbytes) for t in tables), strict=True))
        if self._is_little(max(rows, size // ROW_BYTES)):
            result = _tallied(detector, tables, opening, asked)
            return lambda: result
        known = detector.known.written() if isinstance(detector.known, Originals) else None
        future = self.submit(_tally, known, tables, opening, asked, seconds=self.settings.timeout_per_file)
        return lambda: self._outcome(future)

    def _in_order(
        self, items: Iterable[Item], begin: Callable[[Item], Callable[[], Outcome]]
    ) -> Iterator[tuple[Item, Outcome]]:
        waiting: deque[tuple[Item, Callable[[], Outcome]]] = deque()
        for item in items:
            waiting.append((item, begin(item)))
            while len(waiting) > self.ahead:
                first, outcome = waiting.popleft()
                yield first, outcome()
        for first, outcome in waiting:
            yield first, outcome()

    def _is_little(self, rows: int) -> bool:
        """Whether to do without workers so far."""
        self._inline_left -= rows
        return self.settings.workers == 1 or self._inline_left >= 0

    def submit(self, task: Callable[..., Any], *arguments: Any, seconds: float) -> Any:
        """Give a task to a worker, for so many seconds; gives its future."""
        if self._pool is not None and not self._pool.active:  # a worker died before it began
            self._stop()
        if self._pool is None:
            from pebble import ProcessPool

            from privacyscan._processes import context

            processes, replacer = context(), self.replacer
            processes.set_forkserver_preload(["privacyscan._quiet", "privacyscan.pseudonymize._workers"])
            self._folder = self._folder or tempfile.TemporaryDirectory(prefix="privacyscan-")
            detector = replacer.detector
            of = (list(detector.identifiers.values()), detector.key, replacer.policy, replacer.key)
            self._pool = ProcessPool(
                max_workers=self.settings.workers,
                context=processes,
                initializer=_start,
                initargs=(self.settings, *of, replacer.originals.key, self._folder.name),
            )
        return self._pool.schedule(task, args=arguments, timeout=seconds)

    def first_of(self, futures: Collection[Any]) -> Collection[Any]:
        """Those of these futures that are done; waits for one."""
        from concurrent.futures import FIRST_COMPLETED, wait

        done, _ = wait(futures, return_when=FIRST_COMPLETED)
        return done

    def _outcome(self, future: Any) -> Any:
        from concurrent.futures.process import BrokenProcessPool

        from pebble import ProcessExpired

        try:
            return future.result()
        except (ProcessExpired, BrokenProcessPool, MemoryError, TimeoutError):
            raise UsageError(
                "a worker process was ended, perhaps for want of memory; copy again with --workers 1"
            ) from None

    def close(self) -> None:
        """End the workers, whatever they are at."""
        self._stop()
        if self._folder is not None:
            self._folder.cleanup()

    def _stop(self) -> None:
        if self._pool is not None:
            self._pool.stop()
            self._pool.join()
            self._pool = None


def detector_of(identifiers: Iterable[Any], key: bytes, known: Originals | None = None) -> Detector:
    """The detector of copies."""
    return Detector(identifiers, key, "none", names="auto", known=known)


class Here:
    """What a worker has."""

    def __init__(self, settings: Settings, replacer: Replacer) -> None:
        self.settings, self.replacer = settings, replacer
        self._columns: tuple[bytes, Columns] | None = None
        self._checker: tuple[Handed, Detector] | None = None

    def columns(self, packed: bytes) -> Columns:
        """The columns that are packed, as long as the same ones come."""
        if self._columns is None or self._columns[0] != packed:
            self._columns = packed, Columns.unpacked(packed, self.replacer)
        return self._columns[1]

    def detector(self, known: Handed | None) -> Detector:
        """What reads a table, or, with what gave way, its copy."""
        mine = self.replacer.detector
        if known is None:
            return mine
        if self._checker is None or self._checker[0] != known:
            originals = Originals(self.replacer.originals.key)
            originals.take(known)
            self._checker = known, detector_of(mine.identifiers.values(), mine.key, originals)
        return self._checker[1]


_here: Here


def here() -> Here:
    """What this worker has."""
    return _here


def _start(
    settings: Settings,
    identifiers: list[Any],
    detector_key: bytes,
    policy: Policy,
    key: bytes | None,
    originals_key: bytes,
    folder: str,
) -> None:
    global _here
    from privacyscan import _no_network
    from privacyscan._processes import collect_seldom

    bound(folder, settings.limits)
    _no_network.leave()
    replacer = Replacer(detector_of(identifiers, detector_key), policy, key)
    replacer.originals = Originals(originals_key)
    _here = Here(settings, replacer)
    collect_seldom()


def _changes(packed: bytes, cells: Cells) -> tuple[Changes, list[Any], Handed]:
    columns = _here.columns(packed)
    for column in columns.columns:
        column.counts.clear()
    changes = columns.changes(cells)
    return changes, [column.counts for column in columns.columns], _here.replacer.originals.handed()


def _tally(
    known: Handed | None, tables: Sequence[Table], opening: AssetTally | None, asked: Mapping[str, int]
) -> UnitResult:
    return _tallied(_here.detector(known), tables, opening, asked)


def _tallied(
    detector: Detector, tables: Sequence[Table], opening: AssetTally | None, asked: Mapping[str, int]
) -> UnitResult:
    if opening is None:
        return tallied(tables, detector)
    return tallied_on(tables, detector, None, opening, asked)
