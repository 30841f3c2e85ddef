"""What a scan says while it runs and at its end, on stderr: for people, or one JSON object a line. Never values."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from privacyscan.times import now

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from privacyscan.model import Assessment, Failure
    from privacyscan.scan import Progress
    from privacyscan.settings import Settings

Targets = Callable[[], Sequence[str]]  # asked only by a log that shows them
Report = Callable[["Progress"], None]
Failures = Sequence["Failure"]  # limits that the scan does not keep
SECONDS = 5.0  # between two lines of progress where no bar can be drawn


class Log(Protocol):
    """Listens to one scan."""

    def start(self, run: str, targets: Targets) -> None: ...

    def progress(self) -> AbstractContextManager[Report | None]: ...

    def warn(self, message: str) -> None: ...

    def end(
        self, assessment: Assessment, reports: Sequence[Path], code: int, failures: Failures, can_go_on: bool
    ) -> None: ...


def log(settings: Settings) -> Log:
    """The log that the settings ask for. `quiet` leaves what the level "warning" leaves."""
    levels = ("error", "warning", "info", "debug")
    level = levels.index(settings.log_level)
    if settings.quiet:
        level = min(level, levels.index("warning"))
    return JsonLog(level, settings) if settings.log_format == "json" else TextLog(level, settings)


def event(name: str, **fields: Any) -> None:
    """One line of the JSON log."""
    print(json.dumps({"time": now(), "event": name, **fields}), file=sys.stderr, flush=True)


class JsonLog:
    """One JSON object a line."""

    def __init__(self, level: int, settings: Settings) -> None:
        self.level, self.settings = level, settings

    def start(self, run: str, targets: Targets) -> None:
        if self.level >= 2:
            event("start", run=run, targets=list(targets()))
        if self.level >= 3:
            event("settings", **self.settings.as_json())

    @contextmanager
    def progress(self) -> Iterator[Report | None]:
        due = _Due(0.0 if self.level >= 3 else SECONDS)

        def report(p: Progress) -> None:
            if due():
                event("progress", **asdict(p))

        yield report if self.level >= 2 else None

    def warn(self, message: str) -> None:
        if self.level >= 1:
            event("warning", message=message)

    def end(
        self, assessment: Assessment, reports: Sequence[Path], code: int, failures: Failures, can_go_on: bool
    ) -> None:
        from privacyscan.outputs._figures import Figures

        figures, scan = Figures(assessment), assessment.scan
        if self.level >= 1:
            for s in scan.skipped:
                event("skipped", place=str(s.place), reason=s.reason.value, message=s.message, stage=s.stage)
        for failure in failures:
            event("failed", limit=failure.code, **failure.params, findings=list(failure.findings))
        if self.level >= 2:
            for count in figures.by_entity:
                event("found", entity=count.code, findings=count.findings, assets=count.assets, matched=count.matched)
            event(
                "end",
                run=scan.id,
                can_be_resumed=can_go_on,
                status=scan.status,
                risk={"score": assessment.risk.score, "level": assessment.risk.level},
                persons_estimate=scan.persons,
                known_persons=None if scan.known is None else asdict(scan.known),
                assets=len(scan.assets),
                findings=len(scan.findings),
                skipped=len(scan.skipped),
                seconds=scan.seconds,
                reports=[str(p) for p in reports],
                exit_code=code,
            )


class TextLog:
    """A progress bar or lines, and tables, in the reader's language."""

    def __init__(self, level: int, settings: Settings) -> None:
        from privacyscan.outputs._text import texts

        self.level, self.settings, self.say = level, settings, texts(settings.lang)

    def start(self, run: str, targets: Targets) -> None:
        if self.level >= 2:
            print(self.say("cli.run", id=run), file=sys.stderr)
        if self.level >= 3:
            for name, value in self.settings.as_json().items():
                print(f"{name} = {json.dumps(value)}", file=sys.stderr)

    def progress(self) -> AbstractContextManager[Report | None]:
        if self.level < 2:
            return _silent()
        if self.level == 2 and sys.stderr.isatty():
            return self._bars()
        return self._lines()

    @contextmanager
    def _bars(self) -> Iterator[Report]:
        """A bar per target, with the time left once it is known how much there is."""
        from rich.console import Console
        from rich.progress import BarColumn, TextColumn, TimeRemainingColumn
        from rich.progress import Progress as Bars

        columns = (
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=10),
            TextColumn("{task.fields[figures]}", markup=False),
            TimeRemainingColumn(compact=True),
        )
        tasks: dict[str, Any] = {}
        step = _Step()
        with Bars(*columns, console=Console(stderr=True)) as bars:

            def report(p: Progress) -> None:
                own = step(p)
                if p.target not in tasks:
                    tasks[p.target] = bars.add_task(_short(p.target, 20), total=None, figures="")
                bars.update(
                    tasks[p.target],
                    completed=p.units_done if p.share is None else p.share,
                    total=p.units_total if p.share is None else 1.0,
                    figures=self.say("cli.progress", **own),
                )

            yield report

    @contextmanager
    def _lines(self) -> Iterator[Report]:
        due, step = _Due(0.0 if self.level >= 3 else SECONDS), _Step()

        def report(p: Progress) -> None:
            own = step(p)
            if due():
                where = p.place if self.level >= 3 and p.place else p.target
                print(f"{_short(where, 60)}: {self.say('cli.progress', **own)}", file=sys.stderr, flush=True)

        yield report

    def warn(self, message: str) -> None:
        from privacyscan.outputs._messages import translated

        if self.level >= 1:
            print(f"privacyscan: {translated(message, self.settings.lang)}", file=sys.stderr)

    def end(
        self, assessment: Assessment, reports: Sequence[Path], code: int, failures: Failures, can_go_on: bool
    ) -> None:
        from privacyscan.cli import _summary

        if self.level >= 2:
            _summary.show(assessment, reports, self.say)
        if self.level >= 2 or (self.level == 1 and code):
            _summary.outcome(assessment, code, failures, self.say)
        if self.level >= 1 and can_go_on:
            print(self.say("cli.resume", id=assessment.scan.id), file=sys.stderr)


class _Due:
    """Whether so many seconds have passed since it last said yes; first asked counts as said."""

    def __init__(self, seconds: float) -> None:
        self.seconds, self.last = seconds, time.monotonic()

    def __call__(self) -> bool:
        now = time.monotonic()
        if now - self.last < self.seconds:
            return False
        self.last = now
        return True


class _Step:
    """The figures of the target at hand: those of the whole scan, less what the targets before gave."""

    def __init__(self) -> None:
        self.target = ""
        self.before = self.last = (0, 0, 0)

    def __call__(self, p: Progress) -> Mapping[str, int | str]:
        if p.target != self.target:
            self.target, self.before = p.target, self.last
        self.last = (p.rows, p.bytes, p.findings)
        rows, size, findings = (max(0, a - b) for a, b in zip(self.last, self.before, strict=True))
        units = str(p.units_done) if p.units_total is None else f"{p.units_done}/{p.units_total}"
        return {"units": units, "rows": rows, "bytes": size, "findings": findings}


def _short(name: str, most: int) -> str:
    from privacyscan.outputs._numbers import shorten, visible

    return shorten(visible(name), most)


@contextmanager
def _silent() -> Iterator[None]:
    yield None
