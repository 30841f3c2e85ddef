"""Policy files: what they may say, and all their mistakes at once."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from privacyscan.errors import ConfigurationError
from privacyscan.model import Place
from privacyscan.pseudonymize import load_policy
from privacyscan.pseudonymize.policy import Choice, Limits, ready
from privacyscan.resources import folder

EXAMPLE = folder("rules").parent / "docs" / "policy.example.toml"


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "policy.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_policy_maps_entities_to_operators_with_parameters(tmp_path: Path) -> None:
    policy = load_policy(
        written(tmp_path, '[entities]\nID_NIK = "token"\nPERSON = {operator = "mask", head = 2, tail = 0}\n')
    )
    assert policy.choice("ID_NIK") == Choice("token")
    assert policy.choice("PERSON") == Choice("mask", {"head": 2, "tail": 0})
    assert policy.choice("EMAIL_ADDRESS") == Choice("drop")  # what is not named does not come along
    assert policy.needs_key


def test_the_default_is_for_all_other_entities(tmp_path: Path) -> None:
    policy = load_policy(written(tmp_path, 'default = "redact"\n'))
    assert policy.choice("EMAIL_ADDRESS") == Choice("redact")
    assert not policy.needs_key


def test_the_example_policy_is_sound() -> None:
    assert load_policy(EXAMPLE).needs_key


def test_all_mistakes_are_told_at_once_with_file_key_and_what_is_known(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        """
        default = "shred"
        entity = "typo"
        [entities]
        ID_NICK = "token"
        ID_NIK = {operator = "mask", haed = 2}
        PERSON = {operator = "mask", head = -1}
        ID_KK = {head = 1}
        EMAIL_ADDRESS = 5
        PHONE_NUMBER = {operator = "token", head = 1}
        """,
    )
    with pytest.raises(ConfigurationError) as raised:
        load_policy(path)
    lines = str(raised.value).splitlines()
    assert all(line.startswith(f"{path}: ") for line in lines)
    expected = [
        ("default: unknown operator", "drop, encrypt, fpe"),
        ("entity: unknown key", "columns, default, entities"),
        ("entities.ID_NICK: unknown entity", "ID_NIK"),
        ("entities.ID_NIK.haed: unknown key", "head, operator, tail"),
        ("entities.PERSON.head: expected", "from 0 to 8"),
        ("entities.ID_KK: names no operator", "redact, replace, shift-date, token"),
        ("entities.EMAIL_ADDRESS: expected the name", "redact, replace, shift-date, token"),
        ("entities.PHONE_NUMBER.head: unknown key", "operator"),
    ]
    assert len(lines) == len(expected)
    for line, (what, known) in zip(lines, expected, strict=True):
        assert what in line
        assert known in line


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "is empty"),
        ("[entities", "not valid TOML"),
        ("entities = 3", "expected a table"),
        ('[entities]\nPERSON = {operator = "mask", head = true}', "expected a whole number"),  # true is 1 in Python
        ('default = {operator = "twin", keep-years = 3}', "default.keep-years: expected one of 1, 2, 5, 10"),
        ('default = {operator = "twin", keep-region = "kota"}', "default.keep-region: expected one of country"),
        ('default = {operator = "twin", until = "2026-12-31"}', "default.until: expected a day, such as"),
        ('default = {operator = "twin", length = 0}', "default.length: expected a whole number from 1 on"),
    ],
)
def test_a_file_that_is_no_policy_is_refused(tmp_path: Path, text: str, what: str) -> None:
    with pytest.raises(ConfigurationError, match=what):
        load_policy(written(tmp_path, text))


@pytest.mark.parametrize("name", sorted(ready()))
def test_a_ready_policy_is_known_by_its_name(name: str) -> None:
    policy = load_policy(Path(name))
    assert policy.purpose == name
    assert policy.file == str(ready()[name])


def test_there_is_a_policy_for_each_need() -> None:
    assert set(ready()) == {"analytics", "publishing", "sharing", "testing"}


def test_a_missing_policy_names_the_option(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="--policy"):
        load_policy(tmp_path / "none.toml")


def test_columns_unknown_ones_persons_and_limits(tmp_path: Path) -> None:
    policy = load_policy(
        written(
            tmp_path,
            """
            purpose = "uji layanan"
            unknown = "drop"
            persons = ["*.no_anggota"]
            [columns]
            "penduduk.catatan" = "rewrite"
            "*.nama" = { operator = "mask", entity = "PERSON", head = 2 }
            [limits]
            k-anonymity = 5
            unique-rows = 0.02
            """,
        )
    )
    assert (policy.purpose, policy.unknown, policy.limits) == ("uji layanan", "drop", Limits(5, 0.02))
    assert policy.columns["*.nama"] == Choice("mask", {"head": 2}, "PERSON")
    assert policy.tells_person(Place("d", ("public", "anggota"), "no_anggota"))
    assert policy.column(Place("d", ("public", "PENDUDUK"), "Catatan")) == "penduduk.catatan"
    assert policy.column(Place("berkas", ("lama/penduduk",), "catatan")) == "penduduk.catatan"
    assert policy.column(Place("d", ("public", "bukanpenduduk"), "catatan")) is None


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ('default = "replace"', "default: the operator 'replace' needs text: a text"),
        ('[entities]\nID_NIK = {operator = "generalise", to = "year"}', "entities.ID_NIK: the operator generalise"),
        ('unknown = "keep"', "unknown: expected one of drop, rewrite"),
        ('persons = "nik"', "persons: expected a list"),
        ("purpose = 3", "purpose: expected a few words"),
        ('[columns]\n"*.nama" = { operator = "mask", entity = "NAME" }', "columns.*.nama.entity: unknown entity"),
        ('[columns]\n"*.nama" = "shred"', "columns.*.nama: unknown operator; known are drop"),
        ('[columns]\n"*.nama" = { operator = "rewrite", head = 3 }', "unknown key for the operator 'rewrite'"),
        ('[entities]\nID_NIK = "rewrite"', "entities.ID_NIK: unknown operator"),
        ("[limits]\nk = 5", "limits.k: unknown key; known are k-anonymity, unique-rows"),
        ("[limits]\nk-anonymity = 0", "limits.k-anonymity: expected a whole number"),
        ("[limits]\nunique-rows = 2", "limits.unique-rows: expected a share"),
    ],
)
def test_mistakes_in_columns_and_limits_are_named(tmp_path: Path, text: str, what: str) -> None:
    with pytest.raises(ConfigurationError, match=re.escape(what)):
        load_policy(written(tmp_path, text))
