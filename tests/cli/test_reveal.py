"""Turning pseudonyms back: with the key, for a reason, and on record."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from privacyscan import rulebook
from privacyscan.keys import PurposeKey
from privacyscan.operators.encrypt import Encrypt
from privacyscan.operators.fpe import Fpe
from tests.cli.conftest import Outcome

Command = Callable[..., Outcome]
NIK = "3171014107900001"
IDENTIFIER = rulebook.load().identifiers["ID_NIK"]


@pytest.fixture
def token(command: Command) -> str:
    """The encrypted NIK under the key in `kunci`."""
    command("pseudonymize", "--new-key", "kunci")
    key = PurposeKey(Path("kunci").read_bytes(), "uji")
    return str(Encrypt().bind(IDENTIFIER, key, {})([NIK], [NIK], [None])[0])


def line(token: str, *more: str) -> tuple[str, ...]:
    return ("reveal", token, "--key", "kunci", "--purpose", "uji", "--audit", "catatan", *more)


def test_a_value_comes_back_and_it_is_on_record(command: Command, token: str) -> None:
    for reason in ("surat 12/2026", "surat 13/2026"):
        done = command(*line(token, "--reason", reason))
        assert (done.code, done.out) == (0, f"{NIK}\n")
    text = Path("catatan").read_text(encoding="utf-8")
    assert Path("catatan").stat().st_mode & 0o777 == 0o600
    records = [json.loads(record) for record in text.splitlines()]
    assert [r["reason"] for r in records] == ["surat 12/2026", "surat 13/2026"]
    assert records[0]["tokens"] == records[1]["tokens"]
    assert NIK not in text
    assert token not in text
    assert "2 catatan" in command("reveal", "--verify", "catatan", "--lang", "id").err


@pytest.mark.parametrize("reason", [(), ("--reason", " ")])
def test_without_a_reason_nothing_comes_back(command: Command, token: str, reason: tuple[str, ...]) -> None:
    done = command(*line(token, *reason))
    assert (done.code, done.out) == (2, "")
    assert not Path("catatan").exists()


def test_another_key_or_purpose_and_what_is_no_token_are_told_apart(command: Command, token: str) -> None:
    done = command("reveal", token, "--key", "kunci", "--purpose", "lain", "--reason", "a", "--audit", "catatan")
    assert done.code == 2
    assert token.split("_")[1] in done.err
    assert not Path("catatan").exists()
    assert "token 1" in command(*line("3171", "--reason", "a")).err
    command("pseudonymize", "--new-key", "baru")
    key = PurposeKey(Path("baru").read_bytes(), "uji")
    other = str(Encrypt().bind(IDENTIFIER, key, {})([NIK], [NIK], [None])[0])
    keys = ("--key", "baru", "--key-command", "od -An -tx1 -v kunci")  # a key that was in use before
    more = ("--purpose", "uji", "--reason", "a", "--audit", "catatan")
    assert command("reveal", token, other, *keys, *more).out == f"{NIK}\n" * 2
    named = [json.loads(record)["key"] for record in Path("catatan").read_text(encoding="utf-8").splitlines()]
    assert named == [token.split("_")[1], other.split("_")[1]]


@pytest.mark.parametrize("change", ["edit", "take out", "cut"])
def test_a_record_that_was_changed_is_refused(command: Command, token: str, change: str) -> None:
    for _ in range(3):
        command(*line(token, "--reason", "surat"))
    lines = Path("catatan").read_bytes().splitlines(keepends=True)
    changed = {
        "edit": [lines[0].replace(b"surat", b"surat palsu"), *lines[1:]],
        "take out": [lines[0], lines[2]],
        "cut": [*lines[:2], lines[2][:-10]],
    }[change]
    Path("catatan").write_bytes(b"".join(changed))
    done = command(*line(token, "--reason", "surat"))
    assert (done.code, done.out) == (2, "")
    assert command("reveal", "--verify", "catatan").code == 2
    assert Path("catatan").read_bytes() == b"".join(changed)


def test_fpe_comes_back_where_it_is_said_what_it_is(command: Command, token: str) -> None:
    key = PurposeKey(Path("kunci").read_bytes(), "uji")
    (secret,) = Fpe().bind(IDENTIFIER, key, {})([NIK], [NIK], [None])
    assert command(*line(str(secret), "--reason", "surat", "--entity", "ID_NIK")).out == f"{NIK}\n"
    assert command(*line(str(secret), "--reason", "surat", "--entity", "NIK")).code == 2
