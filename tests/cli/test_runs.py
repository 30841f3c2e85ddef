"""`privacyscan runs`, and what a scan says of a history that fails."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Outcome

Command = Callable[..., Outcome]


@pytest.fixture
def kept(here: Path) -> Path:
    return here.parent / "state" / "privacyscan" / "history.sqlite"


def test_runs_are_listed_shown_written_and_deleted(command: Command, citizens: Path) -> None:
    command("scan", "warga", "--format", "json")
    command("scan", "warga", "--format", "json")
    heads, *listed = command("runs", "list", "--lang", "en").out.splitlines()
    assert heads.split() == ["Run", "Status", "Risk", "Findings", "Persons", "Not", "read"]
    assert len(listed) == 2
    stored = json.loads(Path("privacyscan-report/scan.json").read_text())
    assert [p["run"] for p in stored["trend"]] == [listed[1].split()[0]]
    assert listed[0].split()[0] == stored["run"]["id"]
    shown = command("runs", "show", "last", "--lang", "en").out
    assert f"Run: {stored['run']['id']}" in shown
    assert "National identity number (NIK): 1" in shown
    assert json.loads(command("runs", "show", "last", "--output", "-").out)["findings"] == stored["findings"]
    assert command("runs", "show", "last", "--output", "lama.json").code == 0
    assert command("report", "lama.json", "--output", "lain").code == 0
    assert command("runs", "delete", "last", "--lang", "en").out == f"Run {stored['run']['id']} was deleted.\n"
    assert len(command("runs", "list").out.splitlines()) == 2
    assert command("runs", "delete", stored["run"]["id"]).code == 2


def test_nothing_is_deleted_where_one_name_is_wrong(command: Command, clean: Path) -> None:
    command("scan", "bersih", "--format", "json")
    done = command("runs", "delete", "last", "2001")
    assert done.code == 2
    assert "'2001' is no run of the history; see privacyscan runs list" in done.err
    assert len(command("runs", "list").out.splitlines()) == 2


def test_no_runs(command: Command) -> None:
    assert command("runs", "list", "--lang", "en").out == "There are no runs in the history.\n"
    assert command("runs", "show", "last").code == 2


@pytest.mark.parametrize(("log", "says"), [("text", "privacyscan: this run is"), ("json", '"message": "this run is')])
def test_a_history_that_fails_changes_no_scan(command: Command, clean: Path, kept: Path, log: str, says: str) -> None:
    kept.parent.mkdir(parents=True)
    kept.write_text("nama,nik\n" * 200)
    done = command("scan", "bersih", "--format", "json", "--lang", "en", "--log-format", log)
    assert done.code == 0
    assert f"{says} not in the history: {kept}: is damaged or no history of privacyscan" in done.err
    assert Path("privacyscan-report/scan.json").is_file()
    assert kept.read_text() == "nama,nik\n" * 200
    assert command("runs", "list").code == 2
