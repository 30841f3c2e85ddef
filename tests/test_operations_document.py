"""docs/operations.md: its commands give what it says, its settings load, and systemd takes its units.

REFRESH_GOLDEN=1 writes what the commands give into the document.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
from configparser import ConfigParser
from pathlib import Path

import pytest

from privacyscan.cli import run
from privacyscan.journal import runs
from privacyscan.scan import _Run
from privacyscan.settings import load
from tests.detect.made_up import MadeUp

DOCUMENT = Path(__file__).parents[1] / "docs" / "operations.md"
RUN = "20270131T080000.000000Z"


def blocks(kind: str) -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)```\n", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)


def test_a_stopped_scan_goes_on_as_the_document_shows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    people, state = MadeUp(9), tmp_path / "state"
    (tmp_path / "berkas").mkdir()
    for i in range(4):
        (tmp_path / "berkas" / f"{i}.csv").write_text("nik\n" + "".join(f"{people.nik()}\n" for _ in range(9)))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_STATE_HOME", str(state))
    monkeypatch.setenv("PRIVACYSCAN_LANG", "en")
    monkeypatch.setenv("COLUMNS", "100")
    take = _Run._take

    def shown(line: str) -> str:
        program, *given = shlex.split(line.removeprefix("$ ").replace(RUN, (runs(state / "privacyscan") or [""])[-1]))
        with monkeypatch.context() as stopping:
            if program == "timeout":  # whose signal comes after the second file
                given = given[given.index("privacyscan") + 1 :]
                left = iter("ab")
                stopping.setattr(_Run, "_take", lambda *a, **b: take(*a, **b) if next(left, None) else stop())
            code = run(given)
        out = re.sub(r"[0-9]{8}T[0-9]{6}\.[0-9]{6}Z", RUN, "".join(capfd.readouterr()))
        return f"{line}\n{out}" + (f"[exit code {code}]\n" if code else "")

    told = DOCUMENT.read_text(encoding="utf-8")
    (block,) = blocks("console")
    given = "".join(shown(line) for line in block.splitlines() if line.startswith("$ "))
    if os.environ.get("REFRESH_GOLDEN"):
        DOCUMENT.write_text(told.replace(block, given), encoding="utf-8")
    assert given == block


def stop() -> None:
    raise KeyboardInterrupt


def test_the_settings_of_notices_load(tmp_path: Path) -> None:
    (block,) = blocks("toml")
    (tmp_path / "privacyscan.toml").write_text(block)
    found = load({}, config=tmp_path / "privacyscan.toml", environ={})
    assert found.notify_smtp == "surat.contoh.go.id:587"
    assert not found.notify_paths


def test_the_units_are_what_systemd_takes(tmp_path: Path) -> None:
    units = {Path(text.splitlines()[0].removeprefix("# ")).name: text for text in blocks("ini")}
    assert set(units) == {"privacyscan.service", "privacyscan.timer"}
    parsed = {name: ConfigParser(interpolation=None) for name in units}
    for name, text in units.items():
        parsed[name].optionxform = str  # type: ignore[assignment,method-assign]
        parsed[name].read_string(text)
        (tmp_path / name).write_text(re.sub("ExecStart=[^ ]+", "ExecStart=/bin/true", text).replace("pemindai", "root"))
    service = parsed["privacyscan.service"]["Service"]
    assert (service["Type"], service["KillMode"]) == ("oneshot", "mixed")  # a stop must not reach the workers
    assert service["ExecStart"].startswith("/opt/privacyscan/bin/privacyscan scan ")
    assert parsed["privacyscan.timer"]["Timer"]["OnCalendar"]
    program = shutil.which("systemd-analyze")
    if program is not None:  # where there is systemd, it has the last word
        given = [program, "verify", "--man=no", *map(str, tmp_path.iterdir())]
        done = subprocess.run(given, capture_output=True, text=True, check=False)
        assert [line for line in done.stderr.splitlines() if str(tmp_path) in line or "privacyscan." in line] == []
        assert done.returncode == 0, done.stderr
