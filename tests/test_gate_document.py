"""docs/gate.md: its commands give what it says, and those of the templates of docs/ci/ pass and fail as they should.

REFRESH_GOLDEN=1 writes what the commands give into the document.
"""

from __future__ import annotations

import base64
import os
import re
import shlex
import shutil
import sqlite3
import subprocess
from pathlib import Path

import pytest
import yaml

from privacyscan.cli import run
from tests.detect.made_up import MadeUp

ROOT = Path(__file__).parents[1]
DOCUMENT = ROOT / "docs" / "gate.md"
KEY = bytes(32)  # the ids in the document are made under it
RUN = "20270131T080000.000000Z"
BLOCK = re.compile(r"```(console|toml)\n(.*?)```\n", re.DOTALL)


@pytest.fixture
def box(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A work tree whose one commit holds `layanan/warga.csv`, in which commands run; the state folder holds the key."""
    people, work, state = MadeUp(7), tmp_path / "kerja", tmp_path / "state"
    for folder in (work / "layanan", state, tmp_path / "bin"):
        folder.mkdir(parents=True)
    (state / "key").write_bytes(KEY)
    noted = tmp_path / "bin" / "privacyscan"  # a script is run by bash, its privacyscan in this process, which is quick
    noted.write_text(f"#!/bin/sh\nprintf '%s\\0' \"$@\" > {tmp_path}/noted\n")
    noted.chmod(0o755)
    rows = [f"{people.nik()},{people.phone()}\n" for _ in range(40)]
    (work / "layanan" / "warga.csv").write_text("".join(["nik,hp\n", *rows]))
    for role in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{role}_NAME", "uji")
        monkeypatch.setenv(f"GIT_{role}_EMAIL", "uji@contoh.invalid")
    own = {"PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}", "HOME": str(tmp_path), "COLUMNS": "80"}
    for name, value in {**own, "PRIVACYSCAN_STATE": str(state), "PRIVACYSCAN_LANG": "en"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(work)
    assert sh("git init -q && git add . && git commit -qm awal")[0] == 0
    return tmp_path


def sh(command: str) -> tuple[int, str]:
    done = subprocess.run(["bash", "-ec", command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return done.returncode, done.stdout


def databases() -> None:
    people = MadeUp(8)
    for name in ("sebelum", "sesudah"):
        with sqlite3.connect(f"{name}.db") as connection:
            connection.execute("CREATE TABLE pemohon (nomor INTEGER, keterangan TEXT)")
            connection.executemany("INSERT INTO pemohon VALUES (?, 'selesai')", [(i,) for i in range(40)])
            if name == "sesudah":
                connection.execute("ALTER TABLE pemohon ADD COLUMN nik TEXT")
                niks = [(people.nik(), i) for i in range(40)]
                connection.executemany("UPDATE pemohon SET nik = ? WHERE nomor = ?", niks)


@pytest.mark.usefixtures("box")
def test_the_commands_of_the_document_give_what_it_says(capfd: pytest.CaptureFixture[str]) -> None:
    databases()
    told = DOCUMENT.read_text(encoding="utf-8")

    def seen(block: re.Match[str]) -> str:
        kind, text = block.groups()
        if kind == "toml":
            Path(text.split()[1]).write_text(text, encoding="utf-8")
            return block[0]
        return f"```console\n{''.join(shown(line) for line in text.splitlines() if line.startswith('$ '))}```\n"

    def shown(line: str) -> str:
        program, *arguments = shlex.split(line.removeprefix("$ "))
        if program == "privacyscan":
            code, out = run(arguments), "".join(capfd.readouterr())
        else:
            code, out = sh(line.removeprefix("$ "))
        out = re.sub(r"[0-9]{8}T[0-9]{6}\.[0-9]{6}Z", RUN, out)
        return f"{line}\n{out}" + (f"[exit code {code}]\n" if code else "")

    given = BLOCK.sub(seen, told)
    if os.environ.get("REFRESH_GOLDEN"):
        DOCUMENT.write_text(given, encoding="utf-8")
    assert without_scores(given) == without_scores(told)


def without_scores(text: str) -> str:
    """How data is scored may change."""
    return re.sub(r": ([0-9]+|–) → ([0-9]+|–)$", "", text, flags=re.MULTILINE)


def github(text: str) -> list[str]:
    steps = yaml.safe_load(text)["jobs"]["gate"]["steps"]
    return [step["run"] for step in steps if "run" in step]


def gitlab(text: str) -> list[str]:
    job = yaml.safe_load(text)["privacyscan"]
    return [*job["before_script"], *job["script"]]


def jenkins(text: str) -> list[str]:
    return [a or b for a, b in re.findall(r"sh '''(.*?)'''|sh '([^'\n]*)'", text, re.DOTALL)]


TEMPLATES = {"github.yml": github, "gitlab.yml": gitlab, "Jenkinsfile": jenkins}


@pytest.mark.parametrize("name", TEMPLATES)
def test_the_commands_of_a_template_pass_what_is_known_and_fail_on_what_is_new(
    name: str, box: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(["scan", ".", "--exclude", ".git", "--format", "json", "--quiet"]) == 0
    assert run(["baseline", "privacyscan-report/scan.json"]) == 0
    shutil.rmtree("privacyscan-report")
    sh("git add . && git commit -qm acuan")
    monkeypatch.setenv("PRIVACYSCAN_KEY", base64.b64encode(KEY).decode())
    monkeypatch.setenv("PRIVACYSCAN_STATE", str(box / "state of the job"))
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(box / "summary"))
    for variable in ("BASE", "CI_MERGE_REQUEST_DIFF_BASE_SHA"):
        monkeypatch.setenv(variable, sh("git rev-parse HEAD")[1].strip())
    install, *commands = TEMPLATES[name]((ROOT / "docs" / "ci" / name).read_text(encoding="utf-8"))
    assert "pip install privacyscan" in install
    assert played(commands, box) == 0
    shutil.copy("layanan/warga.csv", "baru.csv")
    assert played(commands, box) == 1


def played(commands: list[str], box: Path) -> int:
    """Run the commands of a template; the exit code of its scan."""
    codes = []
    for command in commands:
        code, out = sh(command)
        assert code == 0, out
        if (noted := box / "noted").exists():
            codes.append(run([*noted.read_text().split("\0")[:-1], "--quiet"]))
            noted.unlink()
    (code,) = codes
    return code


def test_the_hook_of_the_template_is_the_one_of_this_repository() -> None:
    (repository,) = yaml.safe_load((ROOT / "docs" / "ci" / "pre-commit-config.yaml").read_text())["repos"]
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    assert [h["id"] for h in repository["hooks"]] == [hook["id"]]


def test_the_hook_refuses_what_adds_personal_data(box: Path) -> None:
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    _, *arguments = [*shlex.split(hook["entry"]), *hook["args"]]
    assert run(arguments) == 0
    shutil.copy("layanan/warga.csv", "baru.csv")
    sh("git add baru.csv")
    assert run(arguments) == 1
