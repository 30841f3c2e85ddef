"""`privacyscan breach`: from a saved scan to a folder with the pack."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from privacyscan.outputs import write
from tests.cli.conftest import Outcome
from tests.outputs import made_up_assessment as made_up

Command = Callable[..., Outcome]


@pytest.fixture
def scan(here: Path) -> Path:
    write(made_up.assessment(), "json", here / "laporan" / "scan.json")
    return Path("laporan/scan.json")


def worst(scan: Path) -> str:
    assets = json.loads(scan.read_text())["assets"]
    return str(max(assets, key=lambda a: a["risk"]["score"])["id"])


def test_it_writes_a_private_folder_and_leaves_the_report_folder_as_it_is(command: Command, scan: Path) -> None:
    done = command("breach", scan, "--asset", worst(scan), "--known-at", "2026-03-03T09:00", "--lang", "en")
    assert (done.code, done.err) == (0, "privacyscan-breach/breach.html\n")
    folder = Path("privacyscan-breach")
    assert folder.stat().st_mode & 0o777 == 0o700
    assert len(list(folder.iterdir())) == 5
    assert {p.stat().st_mode & 0o777 for p in folder.iterdir()} == {0o600}
    assert "Pack for handling" in (folder / "breach.html").read_text()
    assert [p.name for p in folder.absolute().parent.iterdir() if p.name.startswith(".")] == []
    assert [p.name for p in scan.parent.iterdir()] == ["scan.json"]


def test_letters_that_somebody_has_filled_in_stay_as_they_are(command: Command, scan: Path) -> None:
    command("breach", scan, "--asset", worst(scan))
    letter = Path("privacyscan-breach/letter-agency.id.html")
    letter.write_text("diisi")
    done = command("breach", scan, "--asset", worst(scan))
    assert done.code == 2
    assert "privacyscan-breach: is not empty; the pack is written into a new or empty folder" in done.err
    assert letter.read_text() == "diisi"


def test_an_empty_folder_is_taken_and_a_file_is_not(command: Command, scan: Path) -> None:
    Path("kosong").mkdir()
    assert command("breach", scan, "--asset", worst(scan), "--output", "kosong").code == 0
    Path("berkas").write_text("x")
    assert command("breach", scan, "--asset", worst(scan), "--output", "berkas").code == 2
    assert Path("berkas").read_text() == "x"


def test_wrong_use_writes_nothing(command: Command, scan: Path) -> None:
    for wrong in ((), ("--asset", "A-nobody"), ("--asset", worst(scan), "--known-at", "kemarin")):
        done = command("breach", scan, *wrong)
        assert done.code == 2
    assert not Path("privacyscan-breach").exists()


@pytest.mark.usefixtures("indonesian")
def test_a_mistake_is_told_in_indonesian(command: Command, scan: Path) -> None:
    done = command("breach", scan)
    assert done.err.startswith("privacyscan: breach memerlukan --asset ID")
    done = command("breach", scan, "--asset", "A-nobody")
    assert "bukan aset dari pemindaian ini" in done.err
