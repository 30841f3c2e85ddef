"""The command line, run inside this process where that is enough and as the real program where it is not."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from privacyscan.cli import run
from tests.detect.made_up import MadeUp

PROGRAM = Path(sys.executable).parent / "privacyscan"


@dataclass(frozen=True)
class Outcome:
    """How a command ended."""

    code: int
    out: str
    err: str


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder with a state folder of its own, an 80-column terminal, and mistakes told in English."""
    work = tmp_path / "kerja"
    work.mkdir()
    monkeypatch.chdir(work)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("PRIVACYSCAN_LANG", "en")
    return work


@pytest.fixture
def indonesian(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The language of those who ask for none."""
    monkeypatch.delenv("PRIVACYSCAN_LANG")


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str]) -> Callable[..., Outcome]:
    """Run one command inside this process."""

    def command(*arguments: str | Path) -> Outcome:
        code = run([str(a) for a in arguments])
        return Outcome(code, *capsys.readouterr())

    return command


@pytest.fixture
def program() -> Callable[..., Outcome]:
    """Run the real program."""

    def program(*arguments: str | Path, **options: Any) -> Outcome:
        done = subprocess.run(
            [PROGRAM, *arguments], capture_output=True, text=True, timeout=120, env=os.environ, **options
        )
        return Outcome(done.returncode, done.stdout, done.stderr)

    return program


@pytest.fixture
def clean(here: Path) -> Path:
    """A folder without personal data."""
    folder = here / "bersih"
    folder.mkdir()
    (folder / "catatan.txt").write_text("rapat ditunda sampai minggu depan\n", encoding="utf-8")
    return folder


@pytest.fixture
def citizens(here: Path) -> Path:
    """A folder with a table of made-up people."""
    folder = here / "warga"
    folder.mkdir()
    people = MadeUp(7)
    rows = [f"{people.nik()},{people.phone()},{people.email()}" for _ in range(300)]
    (folder / "warga.csv").write_text("nik,hp,surel\n" + "\n".join(rows) + "\n", encoding="utf-8")
    return folder


@pytest.fixture
def broken(here: Path) -> Path:
    """A folder with a file that cannot be read, beside one that can."""
    folder = here / "rusak"
    folder.mkdir()
    (folder / "rekap.xlsx").write_bytes(b"PK\x03\x04 dan selebihnya hilang")
    (folder / "catatan.txt").write_text("tidak ada apa-apa\n", encoding="utf-8")
    return folder
