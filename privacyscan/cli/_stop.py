"""Ctrl-C and SIGTERM: the scan ends, and what was read is saved."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from threading import Event
from typing import Any

_signals = itertools.count()
_asked = Event()


def stop(signum: int, frame: Any) -> None:
    """End the scan. A second signal is let pass, because what was read is being saved; a third ends that too."""
    _asked.set()
    if next(_signals) != 1:
        raise KeyboardInterrupt


def stoppable(progress: Callable[[Any], None] | None) -> Callable[[Any], None]:
    """The progress of a scan, which ends it where the signal came while Python was in code that drops exceptions
    (a callback, the start of a process)."""

    def report(state: Any) -> None:
        if _asked.is_set():
            raise KeyboardInterrupt
        if progress is not None:
            progress(state)

    return report
