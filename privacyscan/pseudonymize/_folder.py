"""A folder into a folder: file by file, by several workers. Once it is known what gave way in all of them, all copies
are read again.

A worker that hangs, eats memory or dies on a foreign file costs that file, which is listed.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from privacyscan import read
from privacyscan.errors import TargetError, UnsafeCopyError
from privacyscan.model import Reason, Skipped, Unit
from privacyscan.pseudonymize import _workers
from privacyscan.pseudonymize._copy import Copied, Copying, belongs_to_database, digest_of, left_out, opened_file
from privacyscan.pseudonymize._originals import Handed
from privacyscan.pseudonymize._result import Given
from privacyscan.work import outcome

if TYPE_CHECKING:
    from privacyscan.detect import Detector
    from privacyscan.journal import Journal

INLINE_BYTES = 4 << 20  # copied in this process before the first worker is started
LARGE = 64 << 20  # bytes of a table from which on its rows, not its file, are dealt to workers
PASSES = 8  # through a file that is copied: judged twice, written twice, its cells compared, measured twice

Done = TypeVar("Done", "Copied", Given)


@dataclass(frozen=True, slots=True)
class Task:
    """A file of the folder, and where its copy goes. `tries` counts the workers that died on it."""

    unit: Unit
    copy: Path
    tries: int = 0

    @property
    def path(self) -> Path:
        return Path(self.unit.locator["path"])


@dataclass(frozen=True, slots=True)
class _Run:
    """What of a `Copying` other processes need. Many hashes lie in the folder `hashes`, files in files in `private`."""

    planning: bool
    measuring: bool
    private: Path
    hashes: Path | None


class Folder:
    """The copy of one folder. Files that `journal` has are not copied again."""

    def __init__(self, run: Copying, source: Path, copy: Path, journal: Journal | None = None) -> None:
        self._run, self._source, self._copy, self._journal = run, source, copy, journal
        self._files: dict[int, tuple[Task | None, Copied]] = {}  # by their place in the list
        self._begun: set[Path] = set()
        self._inline_left = INLINE_BYTES
        self._of = _Run(run.planning, run.measuring, run.private, run.replacer.originals.folder)

    def copy(self) -> None:
        """Copy every file, or plan to; what cannot be copied is listed."""
        self._remove_links()
        try:
            for at, task, copied in self._each(self._tasks(), self._copy_here, self._copy_there, _not_copied):
                self._take(at, task, copied)
        except BaseException:
            self._run.workers.close()
            for path in self._begun:  # which may hold what was not replaced yet
                path.unlink(missing_ok=True)
            raise
        if not self._run.planning:
            self._remove_others()
            copies = [(at, task) for at, (task, copied) in self._files.items() if task is not None and copied.digest]
            originals = self._run.replacer.originals.count()
            for at, task, given in self._each(copies, self._check_here, self._check_there, _not_checked):
                kept = [r for r in self._run.residues(given, originals) if not r.holds_among(len(copies))]
                given.skipped += [Skipped(task.unit.place, Reason.UNSUPPORTED_TYPE, r.says) for r in kept]
                self._take_checked(at, task, given)
        for at in sorted(self._files):
            self._run.given.add(self._files[at][1].given)

    def _tasks(self) -> Iterator[tuple[int, Task]]:
        """The files that are to be copied, with their place in the list."""
        units = read.units(read.target(str(self._source)), self._run.settings.scope, self._run.limits)
        for at, unit in enumerate(units):
            if isinstance(unit, Skipped):
                self._files[at] = None, _not_copied(unit)
                continue
            task = Task(unit, self._copy.joinpath(*unit.place.path))
            if not belongs_to_database(task.path) and not self._is_copied(at, task):
                yield at, task

    def _remove_links(self) -> None:
        """No copy is written through a link, or is one: a run makes none."""
        for folder, folders, names in os.walk(self._copy):
            for path in (Path(folder, name) for name in (*folders, *names)):
                if path.is_symlink():
                    path.unlink()

    def _remove_others(self) -> None:
        """Remove what a run before this one copied and is not in the folder any more."""
        copies = {task.copy for task, _ in self._files.values() if task is not None}
        kept = {self._copy, *(folder for copy in copies for folder in copy.parents)}
        for folder, _, names in os.walk(self._copy, topdown=False):
            for path in (Path(folder, name) for name in names):
                if path not in copies:
                    path.unlink()
            if Path(folder) not in kept:
                os.rmdir(folder)

    def _is_copied(self, at: int, task: Task) -> bool:
        """Whether a run before this one copied the file, and the copy is as it was."""
        before: Copied | None = self._journal.copied(task.unit) if self._journal is not None else None
        if before is not None:
            try:
                if digest_of(task.copy) == before.digest:
                    self._take(at, task, before, is_new=False)
                    return True
            except (OSError, ValueError, EOFError):  # the copy, or a file of hashes that belongs to it, is gone or cut
                pass
        if not self._run.planning:
            task.copy.unlink(missing_ok=True)  # as a run before this one left it
        return False

    def _take(self, at: int, task: Task, copied: Copied, is_new: bool = True) -> None:
        self._run.take(copied)
        if not copied.digest and not self._run.planning:
            task.copy.unlink(missing_ok=True)  # as a worker left it that was ended
        self._begun.discard(task.copy)
        if is_new and self._journal is not None:
            self._journal.add_copied(task.unit, copied)
        self._files[at] = task, replace(copied, originals=Handed({}, {}))

    def _take_checked(self, at: int, task: Task, given: Given) -> None:
        copied = self._files[at][1].given
        if given.skipped:
            task.copy.unlink(missing_ok=True)
            copied.skipped += given.skipped
            self._files[at] = task, Copied(Given(skipped=copied.skipped))
        else:
            copied.add(given)

    def _each(
        self,
        tasks: Iterable[tuple[int, Task]],
        here: Callable[[Task], Done],
        there: Callable[[Task], Any],
        lost: Callable[[Skipped], Done],
    ) -> Iterator[tuple[int, Task, Done]]:
        """What each task gives, done here or by a worker, as they end."""
        waiting: dict[Any, tuple[int, Task]] = {}
        workers = self._run.workers

        def ended() -> Iterator[tuple[int, Task, Done]]:
            for future in workers.first_of(waiting):
                at, task = waiting.pop(future)
                given = outcome(future, task.unit.place, task.tries, self._seconds(task))
                if given is None:
                    task = replace(task, tries=task.tries + 1)
                    waiting[there(task)] = at, task
                    continue
                done = lost(given) if isinstance(given, Skipped) else given
                self._run.count(task.unit.place, done.rows)
                yield at, task, done

        for at, task in tasks:
            if self._is_for_here(task):
                yield at, task, here(task)
                continue
            waiting[there(task)] = at, task
            while len(waiting) >= 2 * self._run.settings.workers:
                yield from ended()
        while waiting:
            yield from ended()

    def _is_for_here(self, task: Task) -> bool:
        """Whether a file is for this process: there are no workers, it is small and no foreign parser will see it, or
        it is a table so large that workers share its rows."""
        if self._run.settings.workers == 1:
            return True
        size = task.unit.size or 0
        if size <= min(self._inline_left, self._run.limits.piece_bytes) and not read.is_binary(task.unit):
            self._inline_left -= size
            return True
        return size >= LARGE and self._is_table(task)

    def _is_table(self, task: Task) -> bool:
        try:
            rewriter = self._run.rewriter(opened_file(task.path, task.unit.place))
        except (OSError, TargetError):  # copying it will say why
            return False
        return rewriter == "sqlite" or (
            rewriter is not None and not isinstance(rewriter, str) and rewriter.name == "csv"
        )

    def _begin(self, task: Task) -> None:
        if not self._run.planning:
            self._begun.add(task.copy)

    def _copy_here(self, task: Task) -> Copied:
        self._begin(task)
        return _copied(self._run, task, self._of)

    def _copy_there(self, task: Task) -> Any:
        self._begin(task)
        return self._run.workers.submit(_copy, task, self._of, seconds=self._seconds(task))

    def _check_here(self, task: Task) -> Given:
        return _checked(self._run, task, None)

    def _check_there(self, task: Task) -> Any:
        known = self._run.replacer.originals.written()
        return self._run.workers.submit(_check, task, self._of, known, seconds=self._seconds(task))

    def _seconds(self, task: Task) -> float:
        """How long a worker may take for it, or for its copy, which may be larger: pictures of the pages of a PDF."""
        copied = task.copy.stat().st_size if task.copy.exists() else 0
        return PASSES * self._run.limits.seconds(max(task.unit.size or 0, copied))


def _not_copied(skipped: Skipped) -> Copied:
    return Copied(_not_checked(skipped))


def _not_checked(skipped: Skipped) -> Given:
    return Given(skipped=[skipped])


def _copied(run: Copying, task: Task, of: _Run) -> Copied:
    """Copy one file by itself."""
    if task.tries and not of.planning:
        task.copy.unlink(missing_ok=True)  # as the worker left it that died
    with run.by_itself(of.hashes) as copied:
        try:
            file = opened_file(task.path, task.unit.place)
        except OSError as error:
            reason = Reason.DENIED if isinstance(error, PermissionError) else Reason.VANISHED
            copied.skipped.append(Skipped(task.unit.place, reason, f"cannot be opened ({error.strerror})"))
        else:
            if run.listed(file, task.copy) and not of.planning:
                copied.digest = digest_of(task.copy)
    return copied


def _checked(run: Copying, task: Task, checker: Detector | None) -> Given:
    """Read a copy again; what makes it unsafe is what is skipped."""
    with run.apart() as given:
        try:
            run.check_file(opened_file(task.copy, task.unit.place), checker)
        except (TargetError, UnsafeCopyError) as error:
            return Given(skipped=[left_out(task.unit.place, error)])
    return given


def _copy(task: Task, of: _Run) -> Copied:
    return _copied(_copying(of), task, of)


def _check(task: Task, of: _Run, known: Handed) -> Given:
    return _checked(_copying(of), task, _workers.here().detector(known))


def _copying(of: _Run) -> Copying:
    """What copies files in a worker."""
    here = _workers.here()
    settings = replace(here.settings, workers=1)
    run = Copying(settings, _workers.Workers(settings, here.replacer), None, of.planning, of.measuring)
    run.private = of.private
    return run
