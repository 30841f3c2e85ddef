"""Workers that are held to so many rows a second."""

from __future__ import annotations

import sqlite3
from multiprocessing import Value
from pathlib import Path

import pytest

from privacyscan import work
from privacyscan.scan import scan
from privacyscan.settings import load


class Clock:
    """Time that passes where somebody sleeps."""

    def __init__(self) -> None:
        self.now = 100.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def test_workers_share_the_rate(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    monkeypatch.setattr(work, "time", clock)
    next_at = Value("d", 0.0)
    first, second = work.Pace(50, next_at), work.Pace(50, next_at)
    for _ in range(10):
        first.wait(20)
        second.wait(5)
    assert clock.now - 100 == pytest.approx(10 * 25 / 50)


def test_a_pause_is_not_made_up_for(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    monkeypatch.setattr(work, "time", clock)
    pace = work.Pace(50, Value("d", 0.0))
    pace.wait(50)
    clock.now += 60
    pace.wait(50)
    assert clock.now - 100 == pytest.approx(62)


def test_the_rate_bounds_all_tables_together(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "uji.db") as database:
        for name in ("a", "b"):
            database.execute(f"CREATE TABLE {name} (x)")
            database.executemany(f"INSERT INTO {name} VALUES (?)", [("isi",)] * 12)
    settings = load({"workers": 2, "max_rate": 24}, environ={"XDG_STATE_HOME": str(tmp_path / "state")})
    result = scan([f"sqlite:///{tmp_path}/uji.db"], settings)
    assert [asset.rows for asset in result.assets] == [12, 12]
    assert result.seconds >= 1
