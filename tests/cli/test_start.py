"""Starting is cheap: measured in CPU time of a child, beside work that takes some 0.3 seconds: what else a machine does
can double both."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import PROGRAM

WORK = [
    sys.executable,
    "-c",
    "import json, re\nfor i in range(40_000): re.compile('a(b|c)*').match('abc'); json.loads(json.dumps([i, str(i)]))",
]


@pytest.mark.parametrize(
    "arguments",
    [
        [str(PROGRAM), "--help"],
        [str(PROGRAM), "scan", "--help"],
        [sys.executable, "-c", "import privacyscan"],
    ],
)
def test_starting_is_cheap(arguments: list[str]) -> None:
    assert effort(arguments) < 1.7


@pytest.mark.parametrize("reports", [["--format", "json"], []], ids=["json", "html and json"])
def test_a_scan_of_one_small_file_is_cheap(here: Path, monkeypatch: pytest.MonkeyPatch, reports: list[str]) -> None:
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)  # an installed program has its bytecode
    monkeypatch.setenv("PYTHONPYCACHEPREFIX", str(here.parent / "bytecode"))
    (here / "a.py").write_text("def add(a, b):\n    return a + b\n\n" * 30, encoding="utf-8")
    cpu_seconds([str(PROGRAM), "scan", "a.py", *reports])  # fills the caches
    assert effort([str(PROGRAM), "scan", "a.py", *reports]) < 4.5


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


def effort(arguments: list[str]) -> float:
    """How many times as much CPU time as the work, the least of some rounds of either."""
    rounds = [(cpu_seconds(arguments), cpu_seconds(WORK)) for _ in range(4)]
    own, work = map(min, zip(*rounds, strict=True))
    print(f"{arguments[-1]}: {own:.2f} CPU s, {own / work:.1f} times the work")
    return own / work


def cpu_seconds(arguments: list[str]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(arguments, check=True, capture_output=True, env=os.environ)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
