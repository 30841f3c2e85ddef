"""The pack finds in plain Presidio what this package finds, and needs nothing of it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from functools import cache
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest

from privacyscan import presidio_pack, rulebook
from privacyscan.detect import Detector
from privacyscan.errors import UsageError
from tests.detect.made_up import lines

HIDDEN = """
import sys

class Hidden:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] == "privacyscan":
            raise ImportError(name + " is not here")

sys.meta_path.insert(0, Hidden())
"""
ASK = """
import json
import sys

sys.path.insert(0, sys.argv[1])
import privacyscan_recognizers as pack

analyzer = pack.analyzer()
for line in sys.stdin:
    found = analyzer.analyze(json.loads(line), language="id")
    print(json.dumps(sorted([r.entity_type, r.start, r.end, r.score] for r in found)))
"""


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("paket") / "presidio"
    presidio_pack.export(folder, rulebook.load(), "en")
    return folder


def python(script: str, *arguments: str | Path, program: str | Path = sys.executable, given: str = "") -> str:
    """What a script prints that sees neither the working folder nor PYTHONPATH."""
    command = [program, "-I", "-c", script, *arguments]
    done = subprocess.run(command, input=given, capture_output=True, text=True, env={"PATH": os.environ["PATH"]})
    assert done.returncode == 0, done.stderr
    return done.stdout


def texts() -> list[str]:
    """The examples of the rule files bare and after their words, and made-up lines, alone and as a letter."""
    found = []
    for i in rulebook.load().identifiers.values():
        for example in (*i.examples_match, *i.examples_no_match):
            found += [example, *(f"{word}: {example}, dan" for word in (*i.context[:2], *i.not_context[:1]))]
    for seed in range(2):
        found += [*lines(seed, 600), "\n".join(lines(seed + 10, 40))]
    return found


def ours(text: str) -> list[list[object]]:
    """Names and facts in prose are not in the pack."""
    return sorted([s.entity, s.start, s.end, s.score] for s in detector().spans(text))


@cache
def detector() -> Detector:
    return Detector(rulebook.load().identifiers.values(), b"")


def answers(pack: Path, asked: list[str], program: str | Path = sys.executable, before: str = HIDDEN) -> list[object]:
    given = "".join(json.dumps(text) + "\n" for text in asked)
    return [json.loads(line) for line in python(before + ASK, pack, program=program, given=given).splitlines()]


def test_it_finds_the_same(pack: Path) -> None:
    asked = texts()
    expected = [ours(text) for text in asked]
    assert sum(map(len, expected)) > 1000
    for text, mine, theirs in zip(asked, expected, answers(pack, asked), strict=True):
        assert theirs == mine, text


def test_the_lines_of_its_readme_run(pack: Path) -> None:
    readme = (pack / "README.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", readme, re.DOTALL)
    shown = python(HIDDEN + code.replace("PACK", str(pack)))
    assert shown == "ID_NIK 4 20 0.85\nPHONE_NUMBER 25 39 0.85\n"
    assert all(f"`{i}`" in readme for i in ("ID_NIK", "EMAIL_ADDRESS"))


def test_words_of_the_caller_and_switched_off_recognisers(pack: Path) -> None:
    script = ASK.split("analyzer =")[0] + (
        "from pathlib import Path\n"
        "number = '0013121660091000'\n"
        "show = lambda found: print([(r.entity_type, r.score) for r in found])\n"
        "show(pack.analyzer().analyze(number, language='id'))\n"
        "show(pack.analyzer().analyze(number, language='en', context=['npwp']))\n"
        "show(pack.analyzer().analyze('NIK 3171014107900001', language='id', entities=['CREDIT_CARD']))\n"
        "from presidio_analyzer import AnalyzerEngine\n"
        "show(pack.engine(pack.registry()).analyze('NIK 3171014107900001', language='en'))\n"
    )
    expected = "[]\n[('ID_NPWP', 0.85)]\n[]\n[('ID_NIK', 0.85)]\n"
    assert python(HIDDEN + script, pack) == expected


def test_in_an_environment_that_holds_presidio_and_nothing_else(pack: Path, tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path / "venv"], check=True)
    (site,) = (tmp_path / "venv" / "lib").glob("python*/site-packages")
    for name in needed_by("presidio-analyzer"):
        for top in {file.parts[0] for file in distribution(name).files or ()} - {"..", "__pycache__"}:
            if not (site / top).exists():
                (site / top).symlink_to(distribution(name).locate_file(top))
    program = tmp_path / "venv" / "bin" / "python"
    absent = "import importlib.util as i; print([i.find_spec(n) for n in ('privacyscan', 'pyarrow', 're2')])"
    assert python(absent, program=program) == "[None, None, None]\n"
    asked = lines(7, 50)
    assert answers(pack, asked, program, before="") == [ours(text) for text in asked]


def needed_by(name: str) -> set[str]:
    """A distribution and all it requires here, extras aside."""
    found: set[str] = set()
    waiting = [name]
    while waiting:
        current = re.split(r"[^A-Za-z0-9._-]", waiting.pop(), maxsplit=1)[0].lower().replace("_", "-")
        try:
            requires = distribution(current).requires or []
        except PackageNotFoundError:  # for another system
            continue
        if current not in found:
            found.add(current)
            waiting += [r for r in requires if "extra ==" not in r]
    return found


def test_a_folder_that_holds_something_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "catatan.txt").write_text("milik orang lain", encoding="utf-8")
    with pytest.raises(UsageError, match="is not empty; a pack is written into a new or empty folder"):
        presidio_pack.export(tmp_path, rulebook.load(), "id")
    assert [p.name for p in tmp_path.iterdir()] == ["catatan.txt"]


def test_what_fails_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(presidio_pack, "_registry", lambda rules: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        presidio_pack.export(tmp_path / "paket", rulebook.load(), "id")
    assert list(tmp_path.iterdir()) == []


def test_an_empty_folder_is_taken(tmp_path: Path) -> None:
    (tmp_path / "paket").mkdir()
    assert presidio_pack.export(tmp_path / "paket", rulebook.load(), "id") > 20
    assert (tmp_path / "paket" / "README.md").read_text(encoding="utf-8").startswith("# Recogniser data pribadi")
    assert [p.name for p in tmp_path.iterdir()] == ["paket"]


def test_the_module_has_no_undefined_or_unused_names(pack: Path) -> None:
    ruff = Path(sys.executable).parent / "ruff"
    command = [ruff, "check", "--isolated", "--no-cache", "--ignore-noqa", "--select", "F,E9", pack]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
