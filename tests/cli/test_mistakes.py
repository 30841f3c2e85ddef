"""A user's mistake: one clear sentence, exit code 2, nothing read and nothing written."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from privacyscan.errors import MissingExtra
from tests.cli.conftest import Outcome

Command = Callable[..., Outcome]

MISTAKES = [
    pytest.param("scan", "Missing argument 'TARGET'", id="no target"),
    pytest.param("scan bersih --colour red", "No such option: --colour", id="unknown option"),
    pytest.param("scan bersih --sometime x", "No such option: --sometime", id="an option of a later version"),
    pytest.param("sacn bersih", "No such command 'sacn'", id="unknown command"),
    pytest.param("scan bersih tiada", "tiada: there is no such file or folder", id="missing target beside a good one"),
    pytest.param("scan gopher://x/y", "the scheme gopher:// is unknown", id="unknown scheme"),
    pytest.param("scan git://x/y", "clone it and scan git:FOLDER", id="a repository on a server"),
    pytest.param("scan bersih --sample 5.%", "--sample: should be a number of rows such as 10000", id="no sample"),
    pytest.param("scan bersih --lang fr", "--lang: should be 'id' or 'en'", id="unknown language"),
    pytest.param("scan bersih --workers 0", "--workers: should be greater than or equal to 1", id="no workers"),
    pytest.param("scan bersih --workers many", "'--workers'", id="workers that are no number"),
    pytest.param("scan bersih --max-file-size 10X", "--max-file-size: should be a size such as 10MB", id="no size"),
    pytest.param("scan bersih --fail-on grave", "--fail-on: should be 'low', 'medium'", id="unknown level"),
    pytest.param(
        "scan bersih --fail-on new", "--fail-on new compares with a baseline: give one", id="new without baseline"
    ),
    pytest.param("scan bersih --names maybe", "--names: should be 'auto', 'on' or 'off'", id="unknown choice"),
    pytest.param("scan bersih --regulation xx", "--regulation xx: no rule file describes it", id="unknown law"),
    pytest.param("scan bersih --format docx", "--format docx: there is no such report format", id="unknown format"),
    pytest.param("scan bersih --output -", "add a single --format", id="two reports to stdout"),
    pytest.param("scan bersih --config tiada.toml", "tiada.toml: cannot be read", id="missing settings file"),
    pytest.param("scan bersih --rules tiada", "tiada:1: no such folder", id="missing rules"),
    pytest.param("scan bersih --output bersih/catatan.txt", "cannot be written", id="a file in the way"),
    pytest.param("scan bersih --password-file tiada", "--password-file tiada: cannot be read", id="no password file"),
    pytest.param("scan bersih --password-env TIADA", "--password-env TIADA: the environment", id="no variable"),
    pytest.param("report tiada.json", "tiada.json: cannot be read", id="missing scan"),
    pytest.param("report bersih/catatan.txt", "is damaged or no scan.json", id="no scan at all"),
    pytest.param("explain tiada.json F-1", "tiada.json: cannot be read", id="nothing to explain"),
    pytest.param("rules show ID_X", "ID_X: there is no such rule", id="unknown rule"),
    pytest.param("rules check tiada", "tiada:1: no such folder", id="no rules to check"),
    pytest.param("detect x --rules tiada", "tiada:1: no such folder", id="no rules to detect with"),
    pytest.param(
        "pseudonymize bersih/catatan.txt --to x --policy kebijakan.toml --key tiada", "--policy", id="no policy"
    ),
    pytest.param("pseudonymize bersih", "needs a target, --to and --policy", id="half a copy"),
    pytest.param(
        "pseudonymize x --to y --policy testing --rows 0", "--rows: should be a number of rows", id="no subset"
    ),
    pytest.param(
        "pseudonymize bersih --plan --policy publishing --rows 5", "--rows makes a smaller", id="a folder in part"
    ),
    pytest.param("demo --people 99", "greater than or equal to 100", id="too small a demonstration"),
    pytest.param("demo bersih", "is not empty", id="a demonstration among somebody's files"),
]


@pytest.mark.parametrize(("line", "says"), MISTAKES)
def test_a_mistake_is_told_in_a_sentence(command: Command, clean: Path, line: str, says: str) -> None:
    before = sorted(p for p in Path().rglob("*"))
    done = command(*line.split())
    assert done.code == 2
    assert says in done.err
    assert done.err.startswith("privacyscan: ")
    assert "Traceback" not in done.err
    assert done.out == ""
    assert sorted(p for p in Path().rglob("*")) == before


def test_the_real_program_says_the_same(program: Command, clean: Path) -> None:
    done = program("scan", "bersih", "--colour", "red")
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("privacyscan: No such option: --colour")


def test_an_unknown_setting_names_file_and_known_keys(command: Command, clean: Path) -> None:
    Path("privacyscan.toml").write_text('colour = "red"\n', encoding="utf-8")
    done = command("scan", "bersih")
    assert done.code == 2
    assert "privacyscan.toml: colour: unknown setting; known are baseline" in done.err


def test_all_mistakes_of_a_rule_file_are_told_with_their_lines(command: Command, clean: Path) -> None:
    Path("aturan").mkdir()
    Path("aturan/x.yaml").write_text("id: ID_X\ntitle: {id: X}\nclass: rahasia\n", encoding="utf-8")
    for line in (("scan", "bersih", "--rules", "aturan"), ("rules", "check", "aturan")):
        done = command(*line)
        assert done.code == 2
        assert "x.yaml:2: title.en" in done.err
        assert "x.yaml:3: class" in done.err
    assert not Path("privacyscan-report").exists()


@pytest.mark.parametrize("line", [["scan", "URL"], ["URL"], ["scan", ".", "--workers", "URL"], ["report", "URL"]])
def test_a_password_in_a_url_is_never_repeated(command: Command, line: list[str]) -> None:
    url = "gopher://siti:r4hasia-sekali@db.contoh.go.id/warga"
    done = command(*(url if word == "URL" else word for word in line))
    assert done.code == 2
    assert "r4hasia-sekali" not in done.err


def test_mistakes_are_json_where_the_log_is(command: Command) -> None:
    done = command("scan", "tiada", "--log-format", "json")
    told = json.loads(done.err)
    assert (told["event"], told["exit_code"]) == ("error", 2)
    assert "tiada: there is no such file" in told["message"]


def test_a_missing_extra_says_what_to_install(command: Command, clean: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def lacks(text: str) -> None:
        raise MissingExtra("smb://", "privacyscan[smb]")

    monkeypatch.setattr("privacyscan.read.target", lacks)
    done = command("scan", "bersih")
    assert done.code == 2
    assert "pip install 'privacyscan[smb]'" in done.err
    assert not Path("privacyscan-report").exists()
