"""`privacyscan scan`: what it says, what it writes, and what it keeps to itself."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import stat
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest

from privacyscan.cli import _options
from tests.cli.conftest import PROGRAM, Outcome
from tests.detect.made_up import MadeUp

Command = Callable[..., Outcome]
REPORT = Path("privacyscan-report")


def test_the_summary_fits_the_terminal_and_names_what_was_found(command: Command, citizens: Path) -> None:
    done = command("scan", "warga", "--format", "json", "--lang", "en")
    assert max(map(len, done.err.splitlines())) <= 80
    assert "warga/warga.csv" in done.err
    assert " NIK " in done.err
    assert "Report: privacyscan-report/scan.json" in done.err
    assert done.out == ""


@pytest.mark.usefixtures("indonesian")
def test_the_language_is_indonesian_unless_asked(command: Command, citizens: Path) -> None:
    assert "Risiko keseluruhan" in command("scan", "warga", "--format", "json").err


def test_reports_are_private(command: Command, citizens: Path) -> None:
    command("scan", "warga", "--format", "json")
    assert stat.S_IMODE(REPORT.stat().st_mode) == 0o700
    assert stat.S_IMODE((REPORT / "scan.json").stat().st_mode) == 0o600


def test_no_process_runs_code_of_the_current_folder(program: Command, citizens: Path, tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    with zipfile.ZipFile(citizens / "arsip.zip", "w") as archive:  # which a worker reads
        archive.writestr("surat.txt", "kepada yth. warga\n")
    for name in ("privacyscan", "multiprocessing", "threading", "numpy", "re2", "sitecustomize"):
        Path(name).mkdir()
        Path(name, "__init__.py").write_text(f"open({str(mark)!r}, 'a').write({name!r})\n")
    assert program("scan", "warga", "--workers", "2").code == 0
    assert not mark.exists()


def test_a_scan_leaves_its_reports_and_its_key_and_they_are_private(
    program: Command, citizens: Path, broken: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with zipfile.ZipFile(citizens / "arsip.zip", "w") as archive:  # its member is too large to be unpacked in memory
        archive.writestr("besar.txt", "kepada yth. warga\n" * 600_000)
    for name in ("rumah", "sementara"):
        (tmp_path / name).mkdir()
    monkeypatch.setenv("HOME", str(tmp_path / "rumah"))
    monkeypatch.setenv("TMPDIR", str(tmp_path / "sementara"))
    before = set(tmp_path.rglob("*"))
    assert program("scan", "warga", "rusak", "--workers", "2").code == 3
    left = set(tmp_path.rglob("*")) - before
    modes = {str(p.relative_to(tmp_path)): stat.S_IMODE(p.stat().st_mode) for p in left}
    del modes["state"]  # which all programs share
    assert modes == {
        "state/privacyscan": 0o700,
        "state/privacyscan/key": 0o600,
        "state/privacyscan/history.sqlite": 0o600,
        "kerja/privacyscan-report": 0o700,
        "kerja/privacyscan-report/report.html": 0o600,
        "kerja/privacyscan-report/scan.json": 0o600,
        "kerja/privacyscan-report/manifest.json": 0o600,
    }
    schema = json.loads((Path(__file__).parents[2] / "docs" / "scan.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(schema).validate(json.loads((REPORT / "scan.json").read_text(encoding="utf-8")))


def test_a_report_to_stdout_leaves_nothing_on_disk(command: Command, citizens: Path) -> None:
    done = command("scan", "warga", "--format", "json", "--output", "-")
    assert json.loads(done.out)["summary"]["findings"] == 3
    assert sorted(p.name for p in Path().iterdir()) == ["warga"]


def test_quiet_says_nothing_when_all_is_well(command: Command, citizens: Path) -> None:
    assert command("scan", "warga", "--format", "json", "--quiet").err == ""


def test_quiet_still_says_that_something_was_not_read(command: Command, broken: Path) -> None:
    done = command("scan", "rusak", "--format", "json", "--quiet", "--lang", "en")
    assert done.err == "Incomplete, 1 place was not read. (exit code 3)\n"


def test_the_json_log_is_one_object_a_line(command: Command, citizens: Path, broken: Path) -> None:
    done = command("scan", "warga", "rusak", "--format", "json", "--log-format", "json", "--log-level", "debug")
    events = [json.loads(line) for line in done.err.splitlines()]
    names = [e["event"] for e in events]
    assert names[0] == "start"
    assert names[-1] == "end"
    assert {"settings", "progress", "skipped", "found"} < set(names)
    assert events[-1]["exit_code"] == done.code == 3
    assert events[-1]["reports"] == ["privacyscan-report/scan.json"]
    assert next(e for e in events if e["event"] == "skipped")["reason"] == "damaged"


@pytest.mark.parametrize(
    ("level", "names"), [("error", set()), ("warning", {"skipped"}), ("info", {"start", "skipped", "end"})]
)
def test_the_log_level_says_how_much(command: Command, broken: Path, level: str, names: set[str]) -> None:
    done = command("scan", "rusak", "--format", "json", "--log-format", "json", "--log-level", level)
    assert {json.loads(line)["event"] for line in done.err.splitlines()} == names


def test_no_value_is_in_anything_that_is_said_or_written(command: Command, citizens: Path) -> None:
    values = {v for line in (citizens / "warga.csv").read_text().splitlines()[1:] for v in line.split(",")}
    for form in ("text", "json"):
        done = command("scan", "warga", "--format", "json", "--log-format", form, "--log-level", "debug")
        said = done.err + (REPORT / "scan.json").read_text()
        assert not [v for v in values if v in said]


def test_reports_of_an_earlier_scan_are_not_scanned(command: Command, citizens: Path) -> None:
    for _ in range(2):
        command("scan", ".", "--format", "json")
    stored = json.loads((REPORT / "scan.json").read_text())
    assert [a["path"] for a in stored["assets"]] == [["warga", "warga.csv"]]
    assert {(*s["path"], s["reason"]) for s in stored["skipped"]} == {
        ("privacyscan-report", "manifest.json", "excluded"),
        ("privacyscan-report", "scan.json", "excluded"),
    }


@pytest.mark.parametrize("output", ["-", "lain"])
def test_reports_in_the_usual_folder_are_not_scanned_when_this_one_goes_elsewhere(
    command: Command, citizens: Path, output: str
) -> None:
    command("scan", ".", "--format", "json")
    done = command("scan", ".", "--format", "json", "--output", output)
    stored = json.loads(done.out if output == "-" else Path("lain/scan.json").read_text())
    assert [a["path"] for a in stored["assets"]] == [["warga", "warga.csv"]]


def test_settings_come_from_the_file_too(command: Command, citizens: Path) -> None:
    Path("privacyscan.toml").write_text('format = ["json"]\noutput = "laporan"\nfail-on = "low"\n', encoding="utf-8")
    assert command("scan", "warga").code == 1
    assert Path("laporan/scan.json").is_file()


@pytest.mark.parametrize(
    ("target", "lacks"),
    [
        ("postgresql://siti@db/warga", True),
        ("postgresql+psycopg://siti@db/warga", True),
        ("postgresql://siti:rahasia@db/warga", False),
        ("postgresql://siti:@db/warga", False),
        ("postgresql://db/warga", False),
        ("sqlite:///warga.db", False),
        ("berkas/siti@contoh", False),
    ],
)
def test_a_password_is_asked_only_for_a_user_without_one(target: str, lacks: bool) -> None:
    assert _options._lacks_password(target) is lacks


def test_a_password_that_no_target_takes_is_refused(
    command: Command, clean: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SANDI", "r4hasia-sekali")
    done = command("scan", "bersih", "--password-env", "SANDI")
    assert done.code == 2
    assert "no target is a URL with a user" in done.err
    assert "r4hasia-sekali" not in done.err


@pytest.mark.usefixtures("indonesian")
def test_a_missing_password_is_asked_at_the_terminal_and_not_shown() -> None:
    """Nobody listens on the port; what counts is the question, and that the answer stays secret."""
    ours, theirs = pty.openpty()
    command = [PROGRAM, "scan", "postgresql://siti@127.0.0.1:1/warga", "--format", "json"]
    with subprocess.Popen(command, stdin=theirs, stderr=theirs, env=os.environ, start_new_session=True) as running:
        os.close(theirs)
        asked = read_until(ours, b"warga: ")
        os.write(ours, b"r4hasia-sekali\n")
        said = read_until(ours, None)
    os.close(ours)
    assert asked.strip() == b"Kata sandi untuk postgresql://siti@127.0.0.1:1/warga:"
    assert running.returncode == 3
    assert "Tidak terjangkau" in said.decode()
    assert b"r4hasia" not in said
    assert "r4hasia" not in (REPORT / "scan.json").read_text()


def read_until(terminal: int, end: bytes | None) -> bytes:
    """What a program writes to its terminal, up to `end` or to its last word, or until it is silent for a minute."""
    shown = b""
    try:
        while not (end and shown.endswith(end)) and select.select([terminal], [], [], 60)[0]:
            shown += os.read(terminal, 4096)
    except OSError:  # how a terminal tells that nobody writes any more
        pass
    return shown


@pytest.mark.usefixtures("indonesian")
def test_on_a_terminal_a_bar_shows_how_far_it_is(citizens: Path) -> None:
    ours, theirs = pty.openpty()
    with subprocess.Popen([PROGRAM, "scan", "warga", "--format", "json"], stderr=theirs, env=os.environ) as running:
        os.close(theirs)
        shown = read_until(ours, None)
    os.close(ours)
    assert running.returncode == 0
    assert "1/1 unit" in shown.decode()
    assert "Risiko keseluruhan" in shown.decode()


@pytest.mark.usefixtures("indonesian")
def test_the_bar_tells_the_time_left_while_one_large_file_is_read(here: Path) -> None:
    people = MadeUp(5)
    rows = "".join(f"{people.nik()},{people.phone()}\n" for _ in range(5_000))
    (here / "besar.csv").write_text("nik,hp\n" + rows * 30, encoding="utf-8")
    ours, theirs = pty.openpty()
    with subprocess.Popen([PROGRAM, "scan", "besar.csv", "--format", "json"], stderr=theirs, env=os.environ) as running:
        os.close(theirs)
        shown = read_until(ours, None).decode()
    os.close(ours)
    assert running.returncode == 0
    assert re.search(r"0/1 unit, .* 0[0-9]:[0-9]{2}", re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", shown))
