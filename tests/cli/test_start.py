"""Starting is cheap: measured in CPU time of a child, with room for a slow machine."""

from __future__ import annotations

import os
import resource
import subprocess
import sys

import pytest

from tests.cli.conftest import PROGRAM


@pytest.mark.parametrize(
    ("arguments", "seconds"),
    [
        ([PROGRAM, "--help"], 0.8),
        ([PROGRAM, "scan", "--help"], 0.8),
        ([sys.executable, "-c", "import privacyscan"], 0.5),
    ],
)
def test_starting_is_cheap(arguments: list[str], seconds: float) -> None:
    best = min(cpu_seconds(arguments) for _ in range(3))
    print(f"{arguments[-1]}: {best:.2f} CPU s")
    assert best < seconds


def test_no_heavy_library_is_imported_for_help() -> None:
    script = "import sys; from privacyscan.cli import run; run(['--help']); print(*sys.modules, file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, env=os.environ, check=True)
    heavy = {"pyarrow", "numpy", "pydantic", "sqlalchemy", "jinja2", "presidio_analyzer", "rich", "yaml"}
    heavy |= {"spacy", "re2", "phonenumbers", "privacyscan.detect", "privacyscan.pseudonymize._copy"}
    loaded = set(done.stderr.split())
    assert "privacyscan.scan" in loaded  # so the list is of the program's modules
    assert loaded & heavy == set()


def cpu_seconds(arguments: list[str]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(arguments, check=True, capture_output=True, env=os.environ)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
