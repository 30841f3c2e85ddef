"""Scoring files: every mistake is told with file and line."""

from __future__ import annotations

from pathlib import Path

from privacyscan import rulebook
from privacyscan.rulebook._conditions import GROUPS
from tests.rulebook.packs import Mistake, each, packs

SOUND = """\
id: uji
title: {id: Skor uji, en: Test score}
meaning: {id: Uji., en: Test.}
sources:
  - {url: "https://contoh.go.id", says: uji, confirmed: false}
most: {sensitivity: 50, kinds: 10, persons: 20, exposure: 20}
sensitivity:
  - {share: 1.0, when: {categories: [spesifik], groups: [health]}}
  - {share: 0.2, when: {}}
identifiability:
  - {share: 1, when: {entities: [ID_NIK]}}
  - {share: 0.5, when: {}}
measured_rows: 10
kinds: 5
persons: 1000000
exposures:
  - {code: open, share: 0.5, title: {id: Terbuka, en: Open}, mode: "004"}
  - {code: old, share: 0.2, title: {id: Lama, en: Old}, words: [lama], suffixes: [.old]}
other_exposure: 0.1
levels:
  - {level: low, least: 0}
  - {level: medium, least: 20}
  - {level: high, least: 50}
  - {level: critical, least: 80}
"""


pack = packs("scoring")


def test_sound_file_is_loaded(tmp_path: Path) -> None:
    scoring = rulebook.load((pack(tmp_path, uji=SOUND),)).scoring["uji"]
    assert scoring.exposures[0].mode == 0o004
    assert scoring.levels == (("low", 0), ("medium", 20), ("high", 50), ("critical", 80))


MISTAKES: list[Mistake] = [
    ("factor missing", "kinds: 10, ", "", 6, "most.kinds: is missing"),
    ("unknown factor", "kinds: 10", "kinds: 10, mood: 0", 6, "most.mood: unknown key"),
    ("points do not add up", "kinds: 10", "kinds: 11", 6, "most: the points of the factors add up to 101; they must"),
    ("share above one", "share: 1.0", "share: 1.1", 8, "sensitivity.0.share: input should be less than"),
    ("share below zero", "other_exposure: 0.1", "other_exposure: -0.1", 19, "other_exposure: input should be greater"),
    ("exposure share above one", "open, share: 0.5", "open, share: 2", 17, "exposures.0.share: input should be less"),
    ("no weight for the rest", "  - {share: 0.2, when: {}}\n", "", 7, "sensitivity: needs a weight for all other data"),
    ("unknown identifier", "ID_NIK", "ID_NIKK", 11, "identifiability.0.when.entities.0: there is no identifier"),
    ("unknown group", "groups: [health]", "groups: [ills]", 8, "sensitivity.0.when.groups.0: there is no group 'ills'"),
    ("unknown exposure", "groups: [health]", "exposure: [ajar]", 8, "when.exposure.0: there is no exposure 'ajar'"),
    ("code twice", "code: old", "code: open", 18, "exposures.1.code: 'open' stands twice"),
    ("word not lower case", "words: [lama]", "words: [Lama]", 18, "exposures.1.words.0: 'Lama' must be one word"),
    ("two words", "words: [lama]", "words: [data lama]", 18, "exposures.1.words.0: 'data lama' must be one word"),
    ("suffix without a point", "[.old]", "[old]", 18, "exposures.1.suffixes.0: 'old' must be like .bak"),
    ("mode not octal", 'mode: "004"', 'mode: "r"', 17, "exposures.0.mode: string should match"),
    ("first level not at 0", "level: low, least: 0", "level: low, least: 5", 21, "levels.0.least: the first level"),
    ("levels do not rise", "high, least: 50", "high, least: 20", 23, "levels.2.least: must be above the level before"),
    ("unknown level", "level: high", "level: grave", 20, "levels: must be low, medium, high, critical"),
    ("level missing", "  - {level: medium, least: 20}\n", "", 20, "levels: must be low, medium, high, critical"),
    ("folder with a slash", "words: [lama]", "folders: [/www]", 18, "exposures.1.folders.0: '/www' must be"),
    ("copy in a nothing", "words: [lama]", "copy_in: ajar", 18, "exposures.1.copy_in: there is no exposure 'ajar'"),
    ("lacks a nothing", "words: [lama]", "lacking: {entity: ID_X, evidence: a}", 18, "lacking.entity: there is no"),
    ("translation missing", "{id: Lama, en: Old}", "{en: Old}", 18, "exposures.1.title.id: is missing"),
]  # fmt: skip


@each(MISTAKES)
def test_mistake_is_told_with_file_and_line(tmp_path: Path, old: str, new: str, line: int, message: str) -> None:
    assert old in SOUND
    mistakes = rulebook.check(pack(tmp_path, uji=SOUND.replace(old, new, 1)))
    assert len(mistakes) == 1, mistakes
    assert mistakes[0].startswith(f"{tmp_path}/scoring/uji.yaml:{line}: ")
    assert message.lower() in mistakes[0].lower()


def test_mistakes_come_at_once(tmp_path: Path) -> None:
    text = SOUND.replace("kinds: 10", "kinds: 12").replace("ID_NIK", "ID_X").replace("[lama]", "[Lama]")
    told = [m.split(": ")[0].rsplit("/", 1)[1] for m in rulebook.check(pack(tmp_path, uji=text))]
    assert sorted(told) == ["uji.yaml:11", "uji.yaml:18", "uji.yaml:6"]


def test_specific_data_of_every_group_but_the_financial_is_the_most_sensitive() -> None:
    weights = rulebook.load().scoring_in_force.sensitivity
    full = {g for w in weights if w.share == 1 and "spesifik" in w.when.categories for g in w.when.groups}
    assert full == set(GROUPS) - {"financial"}
