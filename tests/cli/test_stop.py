"""Ctrl-C ends a scan even where Python dropped the exception that it raised."""

from __future__ import annotations

import itertools
import signal
from threading import Event

import pytest

from privacyscan.cli import _stop


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_stop, "_asked", Event())
    monkeypatch.setattr(_stop, "_signals", itertools.count())


def test_a_dropped_interruption_is_raised_again_with_the_next_progress() -> None:
    told: list[object] = []
    progress = _stop.stoppable(told.append)
    progress("a")
    with pytest.raises(KeyboardInterrupt):
        _stop.stop(signal.SIGINT, None)
    with pytest.raises(KeyboardInterrupt):
        progress("b")
    assert told == ["a"]
    _stop.stoppable(None)  # without a bar it can be stopped too
    _stop.stop(signal.SIGINT, None)  # the second one is let pass: reports are being written
