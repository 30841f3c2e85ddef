"""Identifier files: every mistake is told with file and line, all of them at once, and examples hold."""

from __future__ import annotations

from pathlib import Path

import pytest

from privacyscan import rulebook
from privacyscan.detect import examples
from privacyscan.detect.rules import Rule
from privacyscan.errors import RulebookError
from privacyscan.resources import folder
from tests.rulebook.packs import Mistake, each, packs

SOUND = """\
id: ID_TEST_CARD
title: {id: Kartu uji, en: Test card}
meaning: {id: Kartu untuk uji., en: A card for tests.}
sources:
  - {url: "https://contoh.go.id/kartu", says: bentuk kartu, confirmed: false}
class: umum
group: identity
patterns:
  - {name: plain, regex: "[0-9]{9}", borders: digits}
checks:
  - {check: luhn}
evidence:
  - {name: small, check: number_within, with: {at: 0, length: 1, most: 4}}
alone: [small]
context: [kartu uji]
columns: [kartu uji]
expect: [{flag: small, least: 0.1}]
rank: 500
examples:
  match: ["123456782"]
  no_match: ["123456789"]
"""


pack = packs("identifiers")


def test_sound_file_is_loaded_beside_the_shipped_ones(tmp_path: Path) -> None:
    book = rulebook.load((pack(tmp_path, card=SOUND),))
    assert book.identifiers["ID_TEST_CARD"].file == f"{tmp_path}/identifiers/card.yaml"
    assert "ID_NIK" in book.identifiers
    assert book.sha256 != rulebook.load().sha256


MISTAKES: list[Mistake] = [
    ("unknown key", "rank: 500", "rank: 500\nwieght: 1", 19, "wieght: unknown key; known are:"),
    ("missing key", "rank: 500\n", "", 1, "rank: is missing"),
    ("wrong type", "rank: 500", 'rank: "500"', 18, "rank: input should be a valid integer"),
    ("wrong class", "class: umum", "class: rahasia", 6, "class: input should be 'umum' or 'spesifik'"),
    ("unknown group", "group: identity", "group: people", 7, "group: input should be"),
    ("unknown check", "check: luhn", "check: lunh", 11, "checks.0: there is no check 'lunh'; there are:"),
    ("unknown check of evidence", "number_within", "number_in", 13, "evidence.0: there is no check 'number_in'"),
    (
        "unknown twin",
        "rank: 500",
        "rank: 500\ntwin: {kind: nikk}",
        19,
        "twin.kind: there is no twin 'nikk'; there",
    ),
    ("parameter of a twin", "rank: 500", "rank: 500\ntwin: {kind: code, with: {kep: 1}}", 19, "twin 'code' has no"),
    ("shorthand class", '"[0-9]{9}"', r'"\\d{9}"', 9, r"patterns.0.regex: \d means something else"),
    ("word border", '"[0-9]{9}"', r'"\\b[0-9]{9}\\b"', 9, r"\b means something else"),
    ("look-ahead for a word", '"[0-9]{9}"', '"(?=12)[0-9]{9}"', 9, "only (?<![...]) and (?![...])"),
    ("negative look-ahead for a word", '"[0-9]{9}"', '"(?!12)[0-9]{9}"', 9, "only (?<![...]) and (?![...])"),
    ("look-behind", '"[0-9]{9}"', '"(?<=x)[0-9]{9}"', 9, "only (?<![...]) and (?![...])"),
    ("named group", '"[0-9]{9}"', '"(?P<n>[0-9]{9})"', 9, "only (?<![...]) and (?![...])"),
    ("ignore case", '"[0-9]{9}"', '"(?i)k[0-9]{9}"', 9, "(?i) folds differently"),
    ("not ASCII", '"[0-9]{9}"', '"[0-9]{9}é"', 9, "must be ASCII"),
    ("does not compile", '"[0-9]{9}"', '"[0-9"', 9, "does not compile"),
    ("translation missing", "{id: Kartu uji, en: Test card}", "{id: Kartu uji}", 2, "title.en: is missing"),
    ("translation empty", "en: A card for tests.", 'en: ""', 3, "meaning.en: string should have at least 1"),
    ("source without confirmed", ", confirmed: false", "", 5, "sources.0.confirmed: is missing"),
    ("no example", 'match: ["123456782"]', "match: []", 20, "examples.match: list should have at least 1 item"),
    (
        "examples missing",
        'examples:\n  match: ["123456782"]\n  no_match: ["123456789"]\n',
        "",
        1,
        "examples: is missing",
    ),
    ("unknown evidence", "alone: [small]", "alone: [large]", 14, "alone: 'large' is not a name under evidence"),
    ("unknown flag", "flag: small", "flag: large", 17, "expect.0: 'large' is neither 'distinct' nor a name"),
    (
        "capital in a word",
        "context: [kartu uji]",
        "context: [Kartu]",
        15,
        "context.0: 'Kartu' must be lower-case words",
    ),
    ("line break in a header", "columns: [kartu uji]", "columns: [kartu_uji]", 16, "columns.0: 'kartu_uji' must be"),
    ("key twice", "group: identity", "group: identity\ngroup: contact", 8, "'group' stands twice"),
    ("id not in capitals", "id: ID_TEST_CARD", "id: card", 1, "id: string should match pattern"),
    ("not YAML", "group: identity", "group: [identity", 8, "not valid YAML"),
]


@each(MISTAKES)
def test_mistake_is_told_with_file_and_line(tmp_path: Path, old: str, new: str, line: int, message: str) -> None:
    assert old in SOUND
    mistakes = rulebook.check(pack(tmp_path, card=SOUND.replace(old, new, 1)))
    start = f"{tmp_path}/identifiers/card.yaml:{line}: "
    assert [m for m in mistakes if m.startswith(start) and message.lower() in m.lower()], mistakes
    assert all(m.startswith(f"{tmp_path}/identifiers/card.yaml:") for m in mistakes)


def test_all_mistakes_of_all_files_come_at_once(tmp_path: Path) -> None:
    one = SOUND.replace("check: luhn", "check: lunh").replace("alone: [small]", "alone: [large]")
    two = SOUND.replace("ID_TEST_CARD", "ID_OTHER").replace("rank: 500\n", "").replace("class: umum", "class: x")
    with pytest.raises(RulebookError) as caught:
        rulebook.load((pack(tmp_path, one=one, two=two, three="", four="- just\n- a list\n"),))
    told = {":".join(m.removeprefix(f"{tmp_path}/identifiers/").split(":")[:2]) for m in caught.value.mistakes}
    assert told == {"one.yaml:11", "one.yaml:14", "two.yaml:1", "two.yaml:6", "three.yaml:1", "four.yaml:1"}
    assert str(caught.value).count("\n") == len(caught.value.mistakes) - 1


def test_an_id_is_taken_across_packs_and_files(tmp_path: Path) -> None:
    again = pack(tmp_path, card=SOUND, again=SOUND, nik=SOUND.replace("ID_TEST_CARD", "ID_NIK"))
    assert rulebook.check(again) == [
        f"{tmp_path}/identifiers/card.yaml:1: id: 'ID_TEST_CARD' is taken by {tmp_path}/identifiers/again.yaml; "
        "choose another",
        f"{tmp_path}/identifiers/nik.yaml:1: id: 'ID_NIK' is taken by identifiers/id/nik.yaml; choose another",
    ]


def test_files_that_nobody_would_read_are_mistakes(tmp_path: Path) -> None:
    assert rulebook.check(tmp_path)[0].startswith(f"{tmp_path}:1: holds no rule files")
    assert rulebook.check(tmp_path / "absent")[0].startswith(f"{tmp_path / 'absent'}:1: no such folder")
    (tmp_path / "identifers").mkdir()
    (tmp_path / "identifers" / "card.yaml").write_text(SOUND)
    pack(tmp_path).joinpath("identifiers", "card.yml").write_text(SOUND)
    told = rulebook.check(tmp_path)
    assert [m.split(": ")[0] for m in told] == [
        f"{tmp_path}/identifers/card.yaml:1",
        f"{tmp_path}/identifiers/card.yml:1",
    ]


def test_check_sees_what_was_mended(tmp_path: Path) -> None:
    assert rulebook.check(pack(tmp_path, card=SOUND)) == []
    assert len(rulebook.check(pack(tmp_path, card=SOUND.replace("luhn", "lunh")))) == 1
    assert rulebook.check(pack(tmp_path, card=SOUND)) == []


def test_the_shipped_folder_can_be_checked_itself() -> None:
    assert rulebook.check(folder("rules")) == []
    assert rulebook.load((folder("rules"),)) is rulebook.load()


EXAMPLES = [
    pytest.param(i.id, text, expected, id=f"{i.id}-{'match' if expected else 'no_match'}-{n}")
    for i in rulebook.load().identifiers.values()
    for expected, texts in ((True, i.examples_match), (False, i.examples_no_match))
    for n, text in enumerate(texts)
]


@pytest.mark.parametrize(("entity", "text", "expected"), EXAMPLES)
def test_example_of_a_rule_file_holds(entity: str, text: str, expected: bool) -> None:
    assert examples.matches(Rule(rulebook.load().identifiers[entity]), text) is expected


def test_shipped_examples_hold_and_failing_ones_are_told_without_the_example(tmp_path: Path) -> None:
    assert examples.mistakes(rulebook.load()) == []
    swapped = SOUND.replace('["123456782"]', '["123456782", "123456789"]').replace(
        'no_match: ["123456789"]', 'no_match:\n    - "1"\n    - "123456782"'
    )
    book = rulebook.load((pack(tmp_path, card=swapped),))
    card = f"{tmp_path}/identifiers/card.yaml"
    assert examples.mistakes(book) == [
        f"{card}:20: examples.match.1: is not matched by the patterns and checks of this file",
        f"{card}:23: examples.no_match.1: must not match, but passes the patterns and checks of this file",
    ]
