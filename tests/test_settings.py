"""Settings: where they come from, which wins, and what a mistake says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from privacyscan.errors import ConfigurationError, UsageError
from privacyscan.settings import KINDS, NAMES, Settings, find_file, load, password


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(folder: Path, text: str) -> Path:
    file = folder / "privacyscan.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_defaults_hold_when_nothing_is_given(here: Path) -> None:
    settings = load({}, environ={"HOME": "/home/siti"})
    assert (settings.lang, settings.format, settings.fail_on) == ("id", ("html", "json"), None)
    assert settings.state == Path("/home/siti/.local/state/privacyscan")


def test_flags_win_over_the_environment_and_that_over_the_file(here: Path) -> None:
    write(here, 'workers = 2\nlang = "en"\nnames = "off"\n')
    settings = load({"workers": 4, "names": None}, environ={"PRIVACYSCAN_WORKERS": "3", "PRIVACYSCAN_LANG": "id"})
    assert (settings.workers, settings.lang, settings.names) == (4, "id", "off")


def test_the_nearest_file_above_is_found_and_its_paths_are_its_own(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(here, 'output = "laporan"\nrules = ["aturan"]\nconnect-timeout = 5\n')
    below = here / "a" / "b"
    below.mkdir(parents=True)
    monkeypatch.chdir(below)
    settings = load({}, environ={})
    assert find_file(below) == here / "privacyscan.toml"
    assert (settings.output, settings.rules) == (here / "laporan", (here / "aturan",))
    assert settings.connect_timeout == 5.0


@pytest.mark.parametrize(
    ("given", "size"),
    [("500", 500), ("10MB", 10_000_000), ("10MiB", 10 << 20), ("2G", 2 << 30), ("1.5k", 1536), ("1 TB", 10**12)],
)
def test_sizes_are_written_as_people_write_them(here: Path, given: str, size: int) -> None:
    assert load({"max_file_size": given}, environ={}).max_file_size == size
    assert load({}, environ={"PRIVACYSCAN_MAX_FILE_SIZE": given}).max_file_size == size


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('colour = "red"', "colour: unknown setting; known are baseline, baseline-growth"),
        ('lang = "fr"', "lang: should be 'id' or 'en'"),
        ("workers = 0", "workers: should be greater than or equal to 1"),
        ("workers = true", "workers: should be a valid integer"),
        ("max-file-size = 0", "max-file-size: should be greater than 0"),
        ('max-file-size = "much"', "max-file-size: should be a size such as 10MB"),
        ("format = [1]", "format: should be a valid string"),
        ("lang = ", "is not valid TOML"),
        ('workers = "2"', "workers: should be a valid integer"),
        ("workers = 257", "workers: should be less than or equal to 256"),
        ("quiet = 1", "quiet: should be a valid boolean"),
        ('connect-timeout = "5"', "connect-timeout: should be a valid number"),
        ("connect-timeout = true", "connect-timeout: should be a valid number"),
        ("connect-timeout = nan", "connect-timeout: should be greater than 0"),
        ('exclude = "*.js"', "exclude: should be a valid list"),
        ("output = 5", "output: should be a path"),
        ("rules = [2]", "rules: should be a path"),
    ],
)
def test_a_mistake_in_the_file_names_file_and_key(here: Path, text: str, says: str) -> None:
    file = write(here, text)
    with pytest.raises(ConfigurationError) as error:
        load({}, environ={})
    assert str(error.value).startswith(f"{file}: ")
    assert says in str(error.value)


def test_every_setting_has_a_kind() -> None:
    assert set(KINDS) == set(NAMES)


def test_settings_made_by_hand_are_checked_too() -> None:
    with pytest.raises(ConfigurationError, match="lang: should be 'id' or 'en'"):
        Settings(lang="fr")  # type: ignore[arg-type]
    assert Settings(exclude=["a"]).exclude == ("a",)  # type: ignore[arg-type]


@pytest.mark.parametrize(("text", "quiet"), [("true", True), ("0", False), ("Yes", True)])
def test_switches_in_the_environment_are_words(here: Path, text: str, quiet: bool) -> None:
    assert load({}, environ={"PRIVACYSCAN_QUIET": text}).quiet is quiet


def test_numbers_in_the_environment_are_text(here: Path) -> None:
    settings = load({}, environ={"PRIVACYSCAN_WORKERS": "3", "PRIVACYSCAN_CONNECT_TIMEOUT": "2.5"})
    assert (settings.workers, settings.connect_timeout) == (3, 2.5)


def test_settings_as_json_hold_texts_and_lists(here: Path) -> None:
    plain = load({"rules": (Path("a"),), "output": Path("b")}, environ={}).as_json()
    assert (plain["rules"], plain["output"], plain["format"]) == (["a"], "b", ["html", "json"])
    assert json.loads(json.dumps(plain)) == plain


def test_all_mistakes_are_told_at_once(here: Path) -> None:
    write(here, 'lang = "fr"\nnames = "maybe"\n')
    with pytest.raises(ConfigurationError) as error:
        load({}, environ={})
    assert len(str(error.value).splitlines()) == 2


@pytest.mark.parametrize(
    ("flags", "environ", "says"),
    [
        ({"names": "maybe"}, {}, "--names: should be 'auto', 'on' or 'off'"),
        ({"timeout_per_file": -1.0}, {}, "--timeout-per-file: should be greater than 0"),
        ({}, {"PRIVACYSCAN_WORKERS": "many"}, "PRIVACYSCAN_WORKERS: should be a valid integer"),
    ],
)
def test_a_mistake_elsewhere_names_option_or_variable(
    here: Path, flags: dict[str, Any], environ: dict[str, str], says: str
) -> None:
    with pytest.raises(ConfigurationError) as error:
        load(flags, environ=environ)
    assert str(error.value).startswith(says)


def test_lists_in_the_environment_are_separated_by_commas(here: Path) -> None:
    settings = load({}, environ={"PRIVACYSCAN_EXCLUDE": "*.log,arsip/", "PRIVACYSCAN_RULES": "aturan"})
    assert settings.exclude == ("*.log", "arsip/")
    assert settings.rules == (Path("aturan"),)


def test_a_variable_that_may_hold_a_password_is_left_alone(here: Path) -> None:
    settings = load({}, environ={"PRIVACYSCAN_DB_PASSWORD": "r4hasia-sekali"})
    assert "r4hasia-sekali" not in repr(settings)


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(AttributeError, match="cannot assign"):
        Settings().lang = "en"  # type: ignore[misc]


def test_a_password_is_read_from_variable_or_file(tmp_path: Path) -> None:
    file = tmp_path / "sandi"
    file.write_text("r4hasia\nbaris lain\n", encoding="utf-8")
    assert password(None, None, {}) is None
    assert password("SANDI", None, {"SANDI": "abc"}) == "abc"
    assert password(None, file, {}) == "r4hasia"


@pytest.mark.parametrize("content", [None, b"", b"\n", b"\xff\xfe"])
def test_a_password_file_that_holds_none_is_refused(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "sandi"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(UsageError, match="--password-file"):
        password(None, file, {})


def test_a_password_variable_that_is_not_set_is_refused() -> None:
    with pytest.raises(UsageError, match="--password-env SANDI"):
        password("SANDI", None, {})
    with pytest.raises(UsageError, match="one of the two"):
        password("SANDI", Path("x"), {})


@pytest.mark.parametrize(
    "given", ["uu-pdp,pp-71-2019", ("uu-pdp", "pp-71-2019"), ["uu-pdp, pp-71-2019", "uu-pdp"]], ids=str
)
def test_regulations_may_be_repeated_or_stand_with_commas(given: object) -> None:
    assert Settings(regulation=given).regulation == ("uu-pdp", "pp-71-2019")  # type: ignore[arg-type]
    with pytest.raises(ConfigurationError, match="at least one"):
        Settings(regulation=",")  # type: ignore[arg-type]
