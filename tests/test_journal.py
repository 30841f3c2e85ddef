"""A run that was killed goes on, and ends as if nothing had happened."""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import privacyscan
from privacyscan import journal, read, work
from privacyscan.errors import ConfigurationError, UsageError
from privacyscan.journal import Journal
from privacyscan.model import Place, Reason, Scan, Skipped, Unit
from privacyscan.outputs import render
from privacyscan.scan import scan
from privacyscan.settings import Settings, load
from privacyscan.work import Job, UnitResult
from tests.detect.made_up import MadeUp

KEY = b"k" * 32
PIECE = 20_000  # bytes: the large table is read in pieces
# Scans, and dies in the middle of writing the record of this number.
DYING = """
import os, signal, sys
from dataclasses import replace
from pathlib import Path
from privacyscan import journal
from privacyscan.scan import scan
from privacyscan.settings import Settings, load

def write(self, record, _whole=journal.Journal._write):
    journal.left -= 1
    if journal.left >= 0:
        return _whole(self, record)
    self._file.write(b"\\x99\\x00\\x00\\x00torn")
    os.kill(os.getpid(), signal.SIGKILL)

state, journal.left, workers, piece, *targets = sys.argv[1:]
journal.left, piece, limits = int(journal.left), int(piece), Settings.limits
Settings.limits = property(lambda self: replace(limits.fget(self), piece_bytes=piece))
journal.Journal._write = write
settings = load({"state": Path(state), "workers": int(workers), "names": "off"})
scan(targets, settings, journal=journal.begin(Path(state), b"k" * 32, {}))
"""


@pytest.fixture
def state(tmp_path: Path) -> Path:
    folder = tmp_path / "state"
    folder.mkdir(mode=0o700)
    (folder / "key").write_bytes(KEY)
    return folder


@pytest.fixture
def settings(state: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    limits = Settings.limits
    small = property(lambda self: replace(limits.fget(self), piece_bytes=PIECE))  # type: ignore[attr-defined]
    monkeypatch.setattr(Settings, "limits", small)
    return load({"workers": 2, "state": state, "names": "off"}, environ={})


@pytest.fixture
def targets(tmp_path: Path) -> list[str]:
    """Files, one of them read in pieces, a damaged one, and a database."""
    folder = tmp_path / "berkas"
    folder.mkdir()
    p = MadeUp(4)
    rows = [(p.nik(), p.phone(), p.email()) for _ in range(1500)]
    lines = ["nik,hp,surel", *map(",".join, rows)]
    (folder / "besar.csv").write_text("\n".join(lines) + "\n")
    for i in range(6):
        (folder / f"{i}.csv").write_text("\n".join([lines[0], *lines[1 + 20 * i : 21 + 20 * i]]) + "\n")
    (folder / "rusak.xlsx").write_bytes(b"PK\x03\x04 dan selebihnya hilang")
    path = tmp_path / "layanan.db"
    with sqlite3.connect(path) as database:
        for table in ("pemohon", "petugas"):
            database.execute(f"CREATE TABLE {table} (nik TEXT, hp TEXT, surel TEXT)")
            database.executemany(f"INSERT INTO {table} VALUES (?, ?, ?)", rows[:200])
    return [str(folder), f"sqlite:///{path}"]


def as_report(result: Scan) -> dict[str, Any]:
    """scan.json without ids and times."""
    found: dict[str, Any] = json.loads(render(privacyscan.assess(result), "json", "en"))
    for name in ("id", "started", "finished"):
        del found["run"][name]
    del found["summary"]["seconds"], found["run"]["settings"]["workers"]
    return found


def test_a_killed_run_goes_on_and_ends_as_if_nothing_had_happened(
    targets: list[str], settings: Settings, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[bytes] = []
    write = Journal._write
    monkeypatch.setattr(Journal, "_write", lambda self, record: (written.append(record), write(self, record)))
    whole = scan(targets, settings, journal=journal.begin(state, KEY, {}))
    assert len(written) == 1 + 8 + 2 + 5, "header, files, tables, pieces of a file"
    total, kept = len(written), b"".join(written)
    values = Path(targets[0], "besar.csv").read_text().split("\n", 1)[1].replace("\n", ",").split(",")
    assert [v for v in values if v and v.encode() in kept] == [], "tallies hold values"
    moments = random.sample(range(1, total), 3)
    for workers, moment in zip((1, 2, 2), moments, strict=True):
        [p.unlink() for p in state.glob("*.journal")]
        given = [sys.executable, "-c", DYING, str(state), str(moment), str(workers), str(PIECE), *targets]
        assert subprocess.run(given, check=False).returncode == -signal.SIGKILL
        written.clear()
        left = journal.resume(state, KEY, journal.LAST)
        again = scan(targets, replace(settings, workers=workers), journal=left)
        assert len(written) == total - moment, f"killed at record {moment}: finished units were read again"
        assert (again.id, again.started) == (left.id, left.begun)
        assert as_report(again) == as_report(whole), f"killed at record {moment} of {workers} workers"
        left.close()


def result_of(place: Place, *skipped: Skipped) -> UnitResult:
    return UnitResult(assets=[work.AssetTally(place, "file", rows=3)], skipped=list(skipped))


@pytest.fixture
def unit(tmp_path: Path) -> Unit:
    (tmp_path / "KTP_3171014107900001.csv").write_text("nik\n")
    (found,) = read.units(read.target(str(tmp_path / "KTP_3171014107900001.csv")), load({}).scope, load({}).limits)
    assert isinstance(found, Unit)
    return found


@pytest.fixture
def left(state: Path, unit: Unit) -> Path:
    """The journal of a run that was killed after one unit."""
    log = journal.begin(state, KEY, {"targets": ["KTP_3171014107900001.csv"]})
    log.add_unit(unit, result_of(unit.place))
    log.close()
    return log.path


def test_a_finished_unit_is_known_and_a_changed_file_is_not(state: Path, unit: Unit, left: Path) -> None:
    log = journal.resume(state, KEY, left.name.removesuffix(journal.SUFFIX))
    assert log.said["targets"] == ["KTP_3171014107900001.csv"]
    known = log.unit(unit)
    assert known is not None
    assert [a.rows for a in known.assets] == [3]
    assert log.piece(Job(unit)) is None
    Path(unit.locator["path"]).write_text("nik\n" * 2)
    (changed,) = read.units(unit.target, load({}).scope, load({}).limits)
    assert isinstance(changed, Unit)
    assert log.unit(changed) is None
    log.close()


@pytest.mark.parametrize("reason", [Reason.TIMEOUT, Reason.UNREACHABLE, Reason.CRASHED])
def test_what_may_have_passed_by_then_is_read_again(state: Path, unit: Unit, reason: Reason) -> None:
    log = journal.begin(state, KEY, {})
    log.add_unit(unit, result_of(unit.place, Skipped(unit.place, reason)))
    log.add_unit(replace(unit, size=None), result_of(unit.place))  # nobody could tell whether it changed
    log.close()
    again = journal.resume(state, KEY, journal.LAST)
    assert again.unit(unit) is again.unit(replace(unit, size=None)) is None
    again.close()


def test_the_journal_tells_no_name_and_is_private(left: Path) -> None:
    assert b"3171014107900001" not in left.read_bytes()
    assert left.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("cut", [1, 5, 40])
def test_a_torn_record_is_dropped_and_the_run_goes_on(state: Path, unit: Unit, left: Path, cut: int) -> None:
    other = replace(unit, size=7)
    log = journal.resume(state, KEY, journal.LAST)
    log.add_unit(other, result_of(other.place))
    log.close()
    left.write_bytes(left.read_bytes()[:-cut])
    log = journal.resume(state, KEY, journal.LAST)
    assert log.unit(unit) is not None
    assert log.unit(other) is None
    log.add_unit(other, result_of(other.place))
    log.close()
    log = journal.resume(state, KEY, journal.LAST)
    assert log.unit(other) is not None
    log.close()


def test_a_run_that_goes_on_is_not_resumed_twice(state: Path) -> None:
    log = journal.begin(state, KEY, {})
    with pytest.raises(UsageError, match=f"run {log.id} is still going on"):
        journal.resume(state, KEY, journal.LAST)
    log.remove()
    with pytest.raises(UsageError, match="no run was left unfinished"):
        journal.resume(state, KEY, journal.LAST)


def test_an_id_that_is_no_run_names_those_there_are(state: Path, left: Path) -> None:
    with pytest.raises(UsageError, match=left.name.removesuffix(journal.SUFFIX)):
        journal.resume(state, KEY, "../key")


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "is damaged"),
        (b"privacyscan-journal/1 0123456789abcdef\n", "another key"),
        (b"privacyscan-journal/9 x\n", "another version"),
        (None, "is damaged"),  # its header was never written whole
    ],
)
def test_a_journal_that_is_none_is_refused(state: Path, left: Path, data: bytes | None, says: str) -> None:
    left.write_bytes(left.read_bytes()[:60] if data is None else data)
    before = left.read_bytes()
    with pytest.raises(ConfigurationError, match=says):
        journal.resume(state, KEY, journal.LAST)
    assert left.read_bytes() == before


def test_a_run_that_died_before_it_began_is_no_run(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def dying(self: Journal, record: bytes) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as dead:
        dead.setattr(Journal, "_write", dying)
        with pytest.raises(KeyboardInterrupt):
            journal.begin(state, KEY, {})
    assert journal.runs(state) == []
    (left,) = state.glob(f"*{journal.NEW}")
    os.utime(left, (0, 0))
    journal.begin(state, KEY, {}).remove()
    assert [p.name for p in state.iterdir()] == ["key"]


def test_a_state_folder_that_cannot_be_written_ends_no_scan(tmp_path: Path) -> None:
    log = journal.begin(tmp_path / "tiada", KEY, {})
    assert log.fault is not None
    assert "cannot be resumed" in log.fault


def test_old_journals_are_forgotten(state: Path, left: Path) -> None:
    os.utime(left, (0, 0))
    log = journal.begin(state, KEY, {})
    assert journal.runs(state) == [log.id]
    log.remove()


def test_a_full_disk_ends_the_journal_and_not_the_scan(
    state: Path, unit: Unit, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = journal.begin(state, KEY, {})
    monkeypatch.setattr(log, "_file", open("/dev/full", "r+b", buffering=0))  # noqa: SIM115
    log.add_unit(unit, result_of(unit.place))
    log.add_unit(unit, result_of(unit.place))
    assert log.fault is not None
    assert "No space left on device" in log.fault
    assert journal.runs(state) == []
