"""Rules that are kept are the rules that were read, and never others."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import pytest

from privacyscan import kept, rulebook
from privacyscan.errors import RulebookError
from privacyscan.registry import plugins
from privacyscan.resources import folder
from privacyscan.rulebook import NOUNS, _backtracking, _kept, _yaml


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    rulebook._sound.cache_clear()
    return tmp_path / "cache" / "privacyscan"


@pytest.fixture
def few(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Few rules are shipped: they are read quickly."""
    (tmp_path / "rules" / "identifiers").mkdir(parents=True)
    shutil.copy(folder("rules") / "identifiers" / "id" / "nik.yaml", tmp_path / "rules" / "identifiers")
    monkeypatch.setattr(rulebook, "folder", lambda name: tmp_path / name)


@pytest.fixture
def pack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A pack with one rule: a shipped one under another name, whose shapes are tried elsewhere."""
    monkeypatch.setattr(_backtracking, "mistake", lambda *_: None)
    file = tmp_path / "paket" / "identifiers" / "nomor.yaml"
    file.parent.mkdir(parents=True)
    shipped = folder("rules") / "identifiers" / "id" / "nik.yaml"
    file.write_text(shipped.read_text(encoding="utf-8").replace("id: ID_NIK\n", "id: OWN_NIK\n"), encoding="utf-8")
    return tmp_path / "paket"


def again(*packs: Path) -> rulebook.Rulebook:
    """Loaded as a new process would."""
    rulebook._sound.cache_clear()
    return rulebook.load(packs)


def forbid_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    def read(*_: object) -> None:
        raise AssertionError("a rule file was read")

    monkeypatch.setattr(_yaml, "read", read)


def test_kept_rules_equal_those_that_were_read(cache: Path, pack: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read = [again(), again(pack)]
    forbid_reading(monkeypatch)
    assert [again(), again(pack)] == read
    assert "OWN_NIK" in again(pack).identifiers
    assert "OWN_NIK" not in again().identifiers


def test_every_noun_comes_back_the_same() -> None:
    known = rulebook.load()
    nouns = {kind: dict(getattr(known, kind)) for kind in NOUNS}
    data = _kept.to_json(nouns, NOUNS)
    assert data is not None
    assert _kept.from_json(data, NOUNS) == nouns
    types = {type(noun) for found in _kept.from_json(data, NOUNS).values() for noun in found.values()}
    assert types == set(NOUNS.values())


def test_what_json_would_change_is_not_kept() -> None:
    nik = rulebook.load().identifiers["ID_NIK"]
    call = replace(nik.checks[0], parameters={"since": {1, 2}})
    nouns = {"identifiers": {"ID_NIK": replace(nik, checks=(call,))}, "regulations": {}, "scoring": {}}
    assert _kept.to_json(nouns, NOUNS) is None


@pytest.mark.usefixtures("few")
def test_a_changed_rule_is_read_again(cache: Path, pack: Path) -> None:
    (file,) = (pack / "identifiers").iterdir()
    before = again(pack)
    stamp = file.stat()
    file.write_text(file.read_text(encoding="utf-8").replace("rank: ", "rank: 1"), encoding="utf-8")
    os.utime(file, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    after = again(pack)
    assert after.identifiers["OWN_NIK"].rank != before.identifiers["OWN_NIK"].rank
    assert after.sha256 != before.sha256


@pytest.mark.usefixtures("few")
def test_mistakes_are_told_each_time(cache: Path, pack: Path) -> None:
    again(pack)
    (pack / "lain.yml").write_text("id: X\n", encoding="utf-8")  # lies where nobody looks
    for _ in range(2):
        with pytest.raises(RulebookError, match="is not read here"):
            again(pack)
    (pack / "lain.yml").unlink()
    (pack / "salah.yaml").write_text("id: X\n", encoding="utf-8")
    for _ in range(2):
        with pytest.raises(RulebookError, match="is missing"):
            again(pack)


@pytest.mark.usefixtures("few")
def test_rules_are_read_again_where_a_check_is_gone(cache: Path, pack: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as other:
        other.setattr(rulebook, "outsiders", lambda kind: ["luhn2 other:plugin 1.0"])
        again(pack)
    fewer = MappingProxyType({name: check for name, check in plugins("checks").items() if name != "region"})
    monkeypatch.setattr("privacyscan.registry.plugins", lambda kind: fewer)
    with pytest.raises(RulebookError, match="there is no check 'region'"):
        again(pack)


@pytest.mark.usefixtures("few")
def test_a_thorough_check_reads_all_files(cache: Path, pack: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    again(pack)
    forbid_reading(monkeypatch)
    rulebook._sound.cache_clear()
    with pytest.raises(AssertionError, match="was read"):
        rulebook.check(pack)


def test_deny_lists_are_not_kept(cache: Path, tmp_path: Path) -> None:
    file = tmp_path / "daftar.yaml"
    file.write_text(
        "recognizers:\n  - name: orang\n    supported_entity: STAFF\n    deny_list: [Siti Aminah]\n", encoding="utf-8"
    )
    assert "STAFF" in again(file).identifiers
    assert not cache.exists()


@pytest.mark.parametrize("bytes_", [b"", b"{}", b"\x80\x04N."])
@pytest.mark.usefixtures("few")
def test_a_spoilt_copy_changes_nothing(cache: Path, pack: Path, bytes_: bytes) -> None:
    read = again(pack)
    for file in cache.iterdir():
        file.write_bytes(bytes_)
    assert again(pack) == read


@pytest.mark.usefixtures("few")
def test_without_a_cache_all_is_read(pack: Path, monkeypatch: pytest.MonkeyPatch, cache: Path) -> None:
    read = again(pack)
    shutil.rmtree(cache)
    monkeypatch.setenv("XDG_CACHE_HOME", "/dev/null/none")
    assert again(pack) == read
    assert kept.load("rules", kept.key("")) is None
