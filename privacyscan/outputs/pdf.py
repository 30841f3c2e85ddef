"""report.pdf: the HTML report as a Chromium that is installed prints it, without network."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from privacyscan.errors import UsageError
from privacyscan.model import Assessment
from privacyscan.outputs import Output

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge")
SECONDS = 300.0  # a report at its largest takes ten
_FLAGS = (
    "--headless", "--disable-gpu", "--no-first-run", "--disable-sync", "--disable-extensions", "--disable-default-apps",
    "--disable-background-networking", "--disable-component-update", "--host-resolver-rules=MAP * ~NOTFOUND",
    "--no-pdf-header-footer",
)  # fmt: skip
_DATE = re.compile(rb"\(D:[0-9]{14}[+-][0-9]{2}'[0-9]{2}'\)")


class Pdf:
    """The output to send and to file."""

    name = "pdf"
    filename = "report.pdf"

    def lacks(self) -> Mapping[str, str]:
        return {} if _browser() else {"--format pdf": "apt-get install chromium"}

    def render(self, assessment: Assessment, language: str) -> bytes:
        from privacyscan.outputs import render

        finished = re.sub("[^0-9]", "", assessment.scan.finished)[:14].encode()
        printed = _printed(render(assessment, "html", language))
        return _DATE.sub(b"(D:" + finished + b"+00'00')", printed)  # as long as before, so nothing in the file moves


plugin: Output = Pdf()


def _browser() -> str | None:
    return next((path for name in BROWSERS if (path := shutil.which(name))), None)


def _printed(page: bytes) -> bytes:
    browser = _browser()
    with tempfile.TemporaryDirectory(prefix="privacyscan-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        (folder / "report.html").write_bytes(page)
        if browser is not None:
            _run([browser, *_flags(folder), (folder / "report.html").as_uri()], folder)
        try:
            return (folder / "report.pdf").read_bytes()
        except FileNotFoundError:
            raise UsageError(
                "--format pdf: the browser printed nothing; write --format html and print that from a browser"
            ) from None


def _flags(folder: Path) -> tuple[str, ...]:
    own = (f"--user-data-dir={folder / 'profile'}", f"--print-to-pdf={folder / 'report.pdf'}")
    return (*_FLAGS, *own, *(("--no-sandbox",) if os.geteuid() == 0 else ()))  # for root it starts in no other way


def _run(command: list[str], home: Path) -> None:
    """Run it with its home in the folder; after the time is up end it and all it has started."""
    quiet = subprocess.DEVNULL
    with subprocess.Popen(
        command, stdin=quiet, stdout=quiet, stderr=quiet, env={**os.environ, "HOME": str(home)}, start_new_session=True
    ) as running:
        try:
            running.wait(SECONDS)
        except BaseException as error:
            os.killpg(running.pid, signal.SIGKILL)
            if not isinstance(error, subprocess.TimeoutExpired):
                raise
