"""The benchmark of speed makes the same data each time, counts every process, and prints its table."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path

import pytest

from bench.performance import measure, run
from bench.performance.data import TABLES, TEXTS, made

BUSY = "import time\nwhile time.process_time() < {}: pass"
ORPHAN = f"""
import subprocess, sys
subprocess.Popen([sys.executable, "-c", {BUSY.format(0.5)!r}], start_new_session=True)
"""


@pytest.mark.parametrize("name", [*TABLES, *TEXTS])
def test_data_is_the_same_each_time_and_small_data_the_beginning_of_large(name: str, tmp_path: Path) -> None:
    size = 300 if name in TABLES else 30_000
    first, again = (made(tmp_path / folder, name, size).read_bytes() for folder in ("a", "b"))
    assert first == again
    assert first.startswith(made(tmp_path, name, size // 3).read_bytes())
    assert len(first) >= size


def test_people_differ_from_row_to_row(tmp_path: Path) -> None:
    with made(tmp_path, "citizens", 5_000).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for column, least in (("nik", 4_990), ("nama", 4_500), ("alamat", 4_990), ("email", 4_900)):
        assert len({row[column] for row in rows}) > least, column


def taken(command: list[str]) -> dict[str, float]:
    done = subprocess.run([sys.executable, measure.__file__, "60", *command], capture_output=True, check=True)
    result: dict[str, float] = json.loads(done.stdout)
    return result


def test_cpu_of_processes_whose_parent_has_ended_counts() -> None:
    assert taken([sys.executable, "-c", ORPHAN])["cpu"] > 0.5


def test_a_command_that_fails_says_so() -> None:
    assert taken([sys.executable, "-c", "raise SystemExit(3)"])["status"] == 3


@pytest.mark.parametrize(
    ("shape", "title", "tools"),
    [("digits", "hostile: digits", ["privacyscan", "wc"]), ("sqlite", "SQLite, dense", ["rows"])],
)
def test_a_trial_prints_a_table(
    shape: str, title: str, tools: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = [o for tool in tools for o in ("--tool", tool)]
    run.main(["--quick", "--only", shape, *given, "--growth", "without", "--data", str(tmp_path)])
    printed, errors = capsys.readouterr()
    assert not errors
    rows = [line.split("|")[1].strip() for line in printed.splitlines() if line.startswith("|")]
    assert (rows[0], rows[2:]) == (title, [run.TOOLS[tool].title for tool in tools])


def test_memory_is_told_by_the_share_of_the_work_that_is_done() -> None:
    assert [run.at([(0.0, 1), (5.0, 2), (10.0, 3)], share) for share in (0.1, 0.5, 1.0)] == [2, 2, 3]


def test_patterns_for_ripgrep_have_a_line_each() -> None:
    import re2

    for line in (*run.twelve(), *run.ours()):
        assert "\n" not in line
        re2.compile(line)
