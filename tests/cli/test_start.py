"""Starting is cheap: measured in CPU time of a child, with room for a slow machine."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import PROGRAM


@pytest.mark.parametrize(
    ("arguments", "seconds"),
    [
        ([PROGRAM, "--help"], 0.5),
        ([PROGRAM, "scan", "--help"], 0.5),
        ([sys.executable, "-c", "import privacyscan"], 0.5),
    ],
)
def test_starting_is_cheap(arguments: list[str], seconds: float) -> None:
    best = min(cpu_seconds(arguments) for _ in range(3))
    print(f"{arguments[-1]}: {best:.2f} CPU s")
    assert best < seconds


@pytest.mark.parametrize("reports", [["--format", "json"], []], ids=["json", "html and json"])
def test_a_scan_of_one_small_file_is_cheap(here: Path, monkeypatch: pytest.MonkeyPatch, reports: list[str]) -> None:
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)  # an installed program has its bytecode
    monkeypatch.setenv("PYTHONPYCACHEPREFIX", str(here.parent / "bytecode"))
    (here / "a.py").write_text("def add(a, b):\n    return a + b\n\n" * 30, encoding="utf-8")
    best = min(cpu_seconds([str(PROGRAM), "scan", "a.py", *reports]) for _ in range(4))  # the first fills the caches
    print(f"scan: {best:.2f} CPU s")
    assert best < 1.0


def test_a_second_scan_reads_no_rule_and_compiles_no_template(here: Path) -> None:
    (here / "a.py").write_text("x = 1\n", encoding="utf-8")
    script = "import sys; from privacyscan.cli import run; run(['scan', 'a.py']); print(*sys.modules)"
    for _ in range(2):
        done = subprocess.run(
            [sys.executable, "-c", script], capture_output=True, text=True, env=os.environ, check=True
        )
    heavy = {"pyarrow", "numpy", "pydantic", "yaml", "sqlalchemy", "ssl", "importlib.metadata", "presidio_analyzer"}
    heavy |= {"privacyscan.detect.names.hybrid", "privacyscan.sources._mysql"}
    loaded = set(done.stdout.split())
    assert "jinja2" in loaded
    assert loaded & heavy == set()


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
