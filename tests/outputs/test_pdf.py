"""report.pdf: the HTML report on A4, and what is said where it cannot be printed."""

from __future__ import annotations

import os
import re
import shutil
import time
from pathlib import Path

import pypdfium2
import pytest

from privacyscan.errors import UsageError
from privacyscan.outputs import output, pdf, render
from privacyscan.outputs.pdf import _browser
from tests.outputs import made_up_assessment as made_up
from tests.servers import not_here


@pytest.fixture(scope="module")
def report() -> bytes:
    if _browser() is None:
        not_here("needs Chromium: apt-get install chromium")
    return render(made_up.clean("en"), "pdf")


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A browser of ours, the only one there is."""
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/bin:/usr/bin")
    monkeypatch.setattr(pdf, "BROWSERS", ("peramban",))
    return tmp_path / "bin" / "peramban"


def script(program: Path, text: str) -> None:
    program.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    program.chmod(0o755)


def test_it_is_the_html_report_on_a4(report: bytes) -> None:
    document = pypdfium2.PdfDocument(report)
    text = "\n".join(page.get_textpage().get_text_range() for page in document)
    assert "Executive summary" in text
    assert "tata_cara_layanan.txt" in text
    assert {tuple(round(side) for side in page.get_size()) for page in document} == {(595, 842)}


def test_it_is_the_same_when_printed_again(report: bytes) -> None:
    assert render(made_up.clean("en"), "pdf") == report


def test_its_date_is_that_of_the_scan(report: bytes) -> None:
    assert set(re.findall(rb"Date \(([^)]*)\)", report)) == {b"D:20260302024112+00'00'"}


def test_without_a_browser_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda program: None)
    with pytest.raises(UsageError, match=r"--format pdf: a program that it needs .* run apt-get install chromium"):
        output("pdf")


def test_a_browser_that_prints_nothing_is_told(program: Path) -> None:
    script(program, "exit 1")
    with pytest.raises(UsageError, match="the browser printed nothing"):
        render(made_up.clean(), "pdf")


def test_a_browser_that_hangs_is_ended(program: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    script(program, f"sleep 60 & echo $! > {tmp_path}/pid; wait")
    monkeypatch.setattr(pdf, "SECONDS", 0.5)
    with pytest.raises(UsageError, match="the browser printed nothing"):
        render(made_up.clean(), "pdf")
    child = int((tmp_path / "pid").read_text())
    state, until = Path(f"/proc/{child}/stat"), time.monotonic() + 20
    while state.exists() and state.read_text().split(") ")[1][0] != "Z":  # a busy machine lets it die later
        assert time.monotonic() < until
        time.sleep(0.05)


def test_the_browser_gets_no_network_and_a_home_of_its_own_and_leaves_nothing(program: Path, tmp_path: Path) -> None:
    script(program, f'echo "$HOME" > {tmp_path}/home; printf "%s\\n" "$@" > {tmp_path}/given; exit 1')
    with pytest.raises(UsageError):
        render(made_up.clean(), "pdf")
    given = (tmp_path / "given").read_text().splitlines()
    assert "--host-resolver-rules=MAP * ~NOTFOUND" in given
    assert ("--no-sandbox" in given) == (os.geteuid() == 0)
    home = Path((tmp_path / "home").read_text().strip())
    assert home != Path.home()
    assert not home.exists()
