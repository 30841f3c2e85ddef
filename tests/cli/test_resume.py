"""`scan --resume`: a run that was stopped goes on, or it is said why it cannot."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from privacyscan.cli import _resume
from privacyscan.journal import runs
from privacyscan.scan import _Run
from privacyscan.settings import NAMES
from tests.cli.conftest import Outcome
from tests.detect.made_up import MadeUp

Command = Callable[..., Outcome]
FILES = 6


@pytest.fixture
def folder(here: Path) -> Path:
    """Some small files of made-up people."""
    found = here / "berkas"
    found.mkdir()
    p = MadeUp(5)
    for i in range(FILES):
        (found / f"{i}.csv").write_text("nik,hp\n" + "".join(f"{p.nik()},{p.phone()}\n" for _ in range(9)))
    return found


@pytest.fixture
def state(here: Path) -> Path:
    return here.parent / "state" / "privacyscan"


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Ctrl-C comes after the third file; the names of those that were read."""
    names: list[str] = []
    take = _Run._take

    def stopping(self: _Run, unit: object, result: object, is_new: bool = True) -> None:
        if len(names) == FILES // 2:
            names.append("")
            raise KeyboardInterrupt
        take(self, unit, result, is_new)  # type: ignore[arg-type]
        names.extend([unit.place.name] if is_new else [])  # type: ignore[attr-defined]

    monkeypatch.setattr(_Run, "_take", stopping)
    return names


def stored(folder: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(Path(folder, "scan.json").read_text())
    for name in ("id", "started", "finished", "settings"):
        del found["run"][name]
    del found["summary"]["seconds"]
    return found


def test_ctrl_c_leaves_a_run_that_can_go_on(command: Command, folder: Path, state: Path, read: list[str]) -> None:
    stopped = command("scan", "berkas", "--format", "json", "--lang", "en", "--output", "lapor")
    (run,) = runs(state)
    assert stopped.code == 130
    assert f"Run {run}\n" in stopped.err
    assert f"privacyscan scan --resume {run}\n" in stopped.err
    assert stored("lapor")["run"]["status"] == "interrupted"
    again = command("scan", "--resume", run)
    assert (again.code, runs(state)) == (0, [])
    assert read == ["0.csv", "1.csv", "2.csv", "", "3.csv", "4.csv", "5.csv"]
    assert json.loads(Path("lapor/scan.json").read_text())["run"]["id"] == run
    assert command("runs", "list").out.count(run) == 1
    command("scan", "berkas", "--format", "json", "--lang", "en", "--output", "utuh")
    assert stored("lapor") | {"trend": stored("utuh")["trend"]} == stored("utuh")


def test_what_would_make_another_scan_is_refused(
    command: Command, folder: Path, state: Path, read: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    command("scan", "berkas", "--format", "json")
    Path("lain").mkdir()
    for given, says in [
        (["--names", "off"], "the run was begun with another --names"),
        (["--exclude", "*.bak", "--sample", "5%"], "the run was begun with another --exclude, --sample"),
        (["--rules", "aturan.yaml"], "the run was begun with another --rules"),
        (["lain"], "the run has other targets"),
    ]:
        refused = command("scan", "--resume", "last", *given)
        assert refused.code == 2
        assert says in refused.err
    with monkeypatch.context() as newer:
        newer.setattr("privacyscan.__version__", "99")
        refused = command("scan", "--resume", "last")
    assert refused.code == 2
    assert "the version of privacyscan, the rules or the list of known persons" in refused.err
    assert command("scan", "--resume", "last").code == 0  # it can go on all the same


def test_a_run_goes_on_in_its_own_folder(
    command: Command, folder: Path, read: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    command("scan", "berkas", "--format", "json")
    monkeypatch.chdir(folder)
    refused = command("scan", "--resume", "last")
    assert refused.code == 2
    assert f"begun in the folder {folder.parent}" in refused.err


def test_the_places_of_a_stopped_run_are_not_lost(command: Command, folder: Path, read: list[str]) -> None:
    command("scan", "berkas", "--format", "json", "--locations", "all")
    assert command("scan", "--resume", "last").code == 0
    assert json.loads(Path("privacyscan-report/scan.json").read_text())["run"]["locations"]["rows"] == FILES * 18
    assert [p.name for p in Path("privacyscan-report").iterdir() if p.name.startswith(".")] == []


def test_without_its_places_a_run_begins_anew(command: Command, folder: Path, read: list[str]) -> None:
    command("scan", "berkas", "--format", "json", "--locations", "all")
    (drafts,) = Path("privacyscan-report").glob(".locations-*")
    for path in drafts.iterdir():
        path.unlink()
    drafts.rmdir()
    assert command("scan", "--resume", "last").code == 0
    assert read[FILES // 2 + 1 :] == [f"{i}.csv" for i in range(FILES)]


def test_an_address_with_a_secret_is_to_be_given_again(command: Command, read: list[str], state: Path) -> None:
    address = "http://127.0.0.1:9/warga.csv?kunci=rahasia"
    command("scan", address, "--format", "json", "--timeout", "0.001")
    assert b"rahasia" not in b"".join(p.read_bytes() for p in state.rglob("*") if p.is_file())
    refused = command("scan", "--resume", "last")
    assert refused.code == 2
    assert "give all targets" in refused.err
    assert command("scan", address, "--resume", "last").code == 3


def test_nothing_to_scan_is_wrong_use(command: Command) -> None:
    refused = command("scan")
    assert refused.code == 2
    assert "Missing argument 'TARGET'" in refused.err


def test_no_setting_is_forgotten() -> None:
    """A run that goes on without the limits it was begun with would pass."""
    own = {"workers", "state", "quiet", "log_format", "log_level"}  # of each part of the run
    own |= {n for n in NAMES if n.startswith(("history", "notify")) or "timeout" in n or n == "max_rate"}
    assert set(NAMES) - own == {*_resume.DECISIVE, *_resume.OF_REPORTS}


def test_the_json_log_tells_the_run_and_whether_it_can_go_on(command: Command, folder: Path, read: list[str]) -> None:
    stopped = command("scan", "berkas", "--format", "json", "--log-format", "json")
    told = [json.loads(line) for line in stopped.err.splitlines()]
    assert [t["event"] for t in told if t["event"] != "found"] == ["start", "skipped", "end"]
    assert told[0]["run"] == told[-1]["run"]
    assert told[-1]["can_be_resumed"]
    left = command("scan", "--resume", "last", "--log-format", "json").err.splitlines()
    assert json.loads(left[0])["run"] == told[0]["run"]
    assert not json.loads(left[-1])["can_be_resumed"]
