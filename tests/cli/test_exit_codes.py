"""Exit codes are what pipelines rely on."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from privacyscan import store
from tests.cli.conftest import PROGRAM, Outcome
from tests.detect.made_up import MadeUp

Command = Callable[..., Outcome]


@pytest.mark.usefixtures("indonesian")
def test_a_clean_folder_passes(program: Command, clean: Path) -> None:
    done = program("scan", clean, "--format", "json", "--fail-on", "low")
    assert done.code == 0
    assert "Tidak ada data pribadi" in done.err
    assert done.out == ""


def test_findings_alone_do_not_fail(command: Command, citizens: Path) -> None:
    assert command("scan", citizens, "--format", "json").code == 0


def test_fail_on_fails_from_its_level_on(command: Command, citizens: Path) -> None:
    codes = {
        level: command("scan", citizens, "--format", "json", "--fail-on", level).code
        for level in ("low", "medium", "high", "critical")
    }
    risk = json.loads(Path("privacyscan-report/scan.json").read_text())["summary"]["risk"]["level"]
    assert codes["low"] == 1
    assert codes[risk] == 1
    assert codes["critical"] == (1 if risk == "critical" else 0)


def test_a_table_of_nik_fails_a_gate_at_high(program: Command, citizens: Path) -> None:
    done = program("scan", "warga", "--format", "json", "--fail-on", "high", "--lang", "en")
    assert done.code == 1
    assert "has reached --fail-on. (exit code 1)" in done.err


def test_an_unreadable_file_makes_it_incomplete(program: Command, broken: Path) -> None:
    done = program("scan", broken.name, "--format", "json", "--lang", "en")
    assert done.code == 3
    assert "rusak/rekap.xlsx" in done.err
    assert "exit code 3" in done.err


def test_failing_wins_over_incomplete(command: Command, citizens: Path, broken: Path) -> None:
    assert command("scan", citizens, broken, "--format", "json", "--fail-on", "low").code == 1


def test_what_the_user_excludes_is_not_missing(command: Command, broken: Path) -> None:
    done = command("scan", broken, "--exclude", "*.xlsx", "--format", "json", "--lang", "en")
    assert done.code == 0
    assert "1 place was left out" in done.err


def test_an_empty_folder_is_incomplete(command: Command, here: Path) -> None:
    (here / "kosong").mkdir()
    done = command("scan", "kosong", "--format", "json", "--lang", "en")
    assert done.code == 3
    assert "Empty target" in done.err


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_stopping_saves_what_was_read(here: Path, stop: signal.Signals) -> None:
    big = here / "besar"
    big.mkdir()
    people = MadeUp(5)
    rows = "".join(f"{people.nik()},{people.phone()}\n" for _ in range(5_000))
    (big / "00.csv").write_text("nik,hp\n" + rows, encoding="utf-8")
    (big / "01.csv").write_text("nik,hp\n" + rows * 40, encoding="utf-8")
    for number in range(2, 100):
        shutil.copy(big / "01.csv", big / f"{number:02}.csv")
    # pytest may itself run where Ctrl-C is ignored, and a child would inherit that
    running = subprocess.Popen(
        [PROGRAM, "scan", big, "--format", "json", "--log-format", "json", "--log-level", "debug"],
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    assert running.stderr is not None
    next(line for line in running.stderr if '"progress"' in line and json.loads(line)["units_done"])
    running.send_signal(stop)
    running.send_signal(stop)  # by somebody impatient
    rest, asked = running.stderr.read(), time.monotonic()
    assert running.wait(30) == 130
    assert time.monotonic() - asked < 30
    assert "Traceback" not in rest
    stored = json.loads(Path("privacyscan-report/scan.json").read_text())
    assert stored["run"]["status"] == "interrupted"
    assert stored["assets"]
    assert any(s["reason"] == "interrupted" for s in stored["skipped"])


def test_a_reader_that_goes_away_is_no_error(here: Path) -> None:
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run([PROGRAM, "rules", "list"], stdout=write, stderr=subprocess.PIPE, text=True, env=os.environ)
    os.close(write)
    assert done.returncode == 128 + signal.SIGPIPE
    assert done.stderr == ""


def test_a_defect_keeps_its_traceback_but_tells_no_value(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    value = MadeUp(9).nik()

    def fails(text: str, *rest: object) -> None:
        raise ValueError(f"cannot do {text}")

    monkeypatch.setattr("privacyscan.detect.spans", fails)
    done = command("detect", value)
    assert done.code == 70
    assert "in fails" in done.err
    assert "ValueError" in done.err
    assert value not in done.err


def test_two_scans_do_not_write_into_one_folder(command: Command, clean: Path) -> None:
    Path("lapor").mkdir(mode=0o700)
    with store.held(Path("lapor")):
        refused = command("scan", "bersih", "--output", "lapor", "--lang", "en")
        assert refused.code == 2
        assert "another privacyscan writes its reports there" in refused.err
        assert list(Path("lapor").iterdir()) == []
    assert command("scan", "bersih", "--output", "lapor", "--format", "json").code == 0  # the other one is gone
    with store.held(Path("lapor")):
        assert command("report", "lapor/scan.json").code == 2
