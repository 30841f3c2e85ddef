"""Regulation files: every mistake is told with file and line; the shipped law is whole and careful."""

from __future__ import annotations

from itertools import chain
from pathlib import Path

import pytest

from privacyscan import rulebook
from privacyscan.model import Article, Regulation
from tests.rulebook.packs import Mistake, each, packs

SOUND = """\
id: uji
title: {id: Aturan uji, en: Test law}
notice: {id: Bukan putusan., en: No verdict.}
articles:
  - article: "4 (2)"
    title: {id: Khusus, en: Specific}
    text: {id: Isi., en: Text.}
    advice: {id: Saran., en: Advice.}
    addressee: controller
    duty: false
    triggers:
      - {categories: [spesifik], because: {id: Ada., en: There is.}}
    source: dugaan
    confirmed: false
  - article: "35"
    title: {id: Aman, en: Safe}
    text: {id: Isi., en: Text.}
    advice: {id: Saran., en: Advice.}
    addressee: controller
    deadline: 3x24
    triggers:
      - {entities: [ID_NIK], groups: [identity], because: {id: Ada., en: There is.}}
    statuses:
      - {status: not_met, when: {exposure: [world_readable], because: {id: Terbuka., en: Open.}}}
    source: dugaan
    confirmed: false
"""


pack = packs("regulations")


def test_sound_file_is_loaded(tmp_path: Path) -> None:
    law = rulebook.load((pack(tmp_path, uji=SOUND),)).regulations["uji"]
    assert [(a.article, a.duty, a.deadline) for a in law.articles] == [("4 (2)", False, ""), ("35", True, "3x24")]
    status, condition = law.articles[1].statuses[0]
    assert (status, condition.exposure, condition.because["en"]) == ("not_met", ("world_readable",), "Open.")


MISTAKES: list[Mistake] = [
    ("unknown key", "deadline: 3x24", "until: 3x24", 20, "articles.1.until: unknown key"),
    ("unknown status", "status: not_met", "status: compliant", 24, "articles.1.statuses.0.status: input should be"),
    ("unknown addressee", "addressee: controller", "addressee: boss", 9, "articles.0.addressee: input should be"),
    ("article twice", 'article: "35"', 'article: "4 (2)"', 15, "articles.1.article: '4 (2)' stands twice"),
    ("article is no number", 'article: "35"', 'article: "Pasal 35"', 15, "articles.1.article: string should match"),
    ("title missing in English", "{id: Aman, en: Safe}", "{id: Aman}", 16, "articles.1.title.en: is missing"),
    ("notice missing", "notice: {id: Bukan putusan., en: No verdict.}\n", "", 1, "notice: is missing"),
    ("no reason", ", because: {id: Terbuka., en: Open.}", "", 24, "articles.1.statuses.0.when.because: is missing"),
    ("no trigger", "triggers:\n      - {entities: [ID_NIK], groups: [identity], because: {id: Ada., en: There is.}}",
     "triggers: []", 15, "articles.1: a duty needs triggers; add duty: false"),
    ("confirmed missing", "    confirmed: false\n  - article", "  - article", 5, "articles.0.confirmed: is missing"),
    ("unknown class", "categories: [spesifik]", "categories: [rahasia]", 12, "categories.0: input should be"),
    ("unknown group", "groups: [identity]", "groups: [people]", 22, "triggers.0.groups.0: there is no group 'people'"),
    ("unknown identifier", "ID_NIK", "ID_NIKK", 22, "triggers.0.entities.0: there is no identifier 'ID_NIKK'; there"),
    ("unknown exposure", "world_readable", "open", 24, "statuses.0.when.exposure.0: there is no exposure 'open'"),
    ("definition with a status", "deadline: 3x24", "duty: false", 23, "articles.1.statuses: a definition"),
]  # fmt: skip


@each(MISTAKES)
def test_mistake_is_told_with_file_and_line(tmp_path: Path, old: str, new: str, line: int, message: str) -> None:
    assert old in SOUND
    mistakes = rulebook.check(pack(tmp_path, uji=SOUND.replace(old, new, 1)))
    assert len(mistakes) == 1, mistakes
    assert mistakes[0].startswith(f"{tmp_path}/regulations/uji.yaml:{line}: ")
    assert message.lower() in mistakes[0].lower()


def test_mistakes_within_and_between_files_come_at_once(tmp_path: Path) -> None:
    one = SOUND.replace("ID_NIK", "ID_NIKK").replace("world_readable", "open").replace('"35"', '"4 (2)"')
    two = SOUND.replace("id: uji\n", "id: lain\n").replace("not_met", "compliant")
    told = [m.split(": ")[0].rsplit("/", 1)[1] for m in rulebook.check(pack(tmp_path, one=one, two=two))]
    assert sorted(told) == ["one.yaml:15", "one.yaml:22", "one.yaml:24", "two.yaml:24"]


def test_a_mistake_in_an_identifier_file_does_not_make_regulations_wrong_that_name_it(tmp_path: Path) -> None:
    (tmp_path / "identifiers").mkdir()
    (tmp_path / "identifiers" / "x.yaml").write_text("id: ID_X\n")
    told = rulebook.check(pack(tmp_path, uji=SOUND.replace("ID_NIK", "ID_X")))
    assert told
    assert all(m.startswith(f"{tmp_path}/identifiers/x.yaml:1: ") for m in told)


SECTORS = [r for r in rulebook.load().regulations.values() if r.id != "uu-pdp"]


@pytest.mark.parametrize("law", SECTORS, ids=lambda r: r.id)
def test_what_nobody_of_us_has_read_is_a_title_to_be_checked(law: Regulation) -> None:
    assert {a.confirmed for a in law.articles} == {False}
    assert {status for a in law.articles for status, _ in a.statuses} == {"needs_evidence"}
    assert "bukan putusan hukum" in law.notice["id"]


ARTICLES = rulebook.load().regulations["uu-pdp"].articles


def test_articles_of_the_shipped_law_are_unique() -> None:
    numbers = [a.article for a in ARTICLES]
    assert len(set(numbers)) == len(numbers)


@pytest.mark.parametrize("category", ["umum", "spesifik"])
def test_every_class_of_data_is_covered_by_a_definition(category: str) -> None:
    assert [a for a in ARTICLES if not a.duty and [t.categories for t in a.triggers] == [(category,)]]


@pytest.mark.parametrize(
    ("article", "confirmed"),
    [
        ("4 (2)", True), ("4 (3)", True), ("20", True), ("31", True), ("34 (1)", True), ("35", True), ("42", True),
        ("43", True), ("44", True), ("46 (1)", True), ("53 (1)", True), ("1 (1)", True), ("16 (1)", True), ("30", True),
        ("32", True), ("34 (2)", True), ("41", True), ("46 (2)", True), ("46 (3)", True), ("51-52", True),
        ("56 (2)-(4)", True),
        ("16 (2)", False),  # the text was read, its number only in a summary
        ("27-29", False), ("36", False), ("39", False), ("47", False), ("5-13", False), ("25", False), ("26", False),
        ("37", False), ("38", False), ("54", False), ("57", False), ("58-60", False), ("65-68", False),
        ("69-70", False),
    ],
)  # fmt: skip
def test_only_what_was_read_in_the_law_is_confirmed(article: str, confirmed: bool) -> None:
    assert next(a for a in ARTICLES if a.article == article).confirmed is confirmed


def test_a_scan_never_shows_that_a_duty_is_met() -> None:
    assert "met" not in {status for a in ARTICLES for status, _ in a.statuses}


@pytest.mark.parametrize("article", [a for a in ARTICLES if a.duty], ids=lambda a: a.article)
def test_every_duty_ends_in_what_people_must_supply(article: Article) -> None:
    status, condition = article.statuses[-1]
    assert status == "needs_evidence"
    assert condition.exposure == condition.categories == condition.entities == ()


def test_the_law_says_that_it_is_no_verdict_and_names_data_protection_as_the_law_does() -> None:
    law = rulebook.load().regulations["uu-pdp"]
    assert "bukan putusan hukum" in law.notice["id"]
    assert "not a legal verdict" in law.notice["en"]
    words = chain.from_iterable((a.title["id"], a.text["id"], a.advice["id"]) for a in law.articles)
    assert "perlindungan" not in " ".join(words).lower()  # the law says pelindungan


def test_the_example_of_the_doc_is_sound(tmp_path: Path) -> None:
    doc = (Path(__file__).parents[2] / "docs" / "regulations.md").read_text(encoding="utf-8")
    example = doc.split("```yaml\n")[1].split("```")[0]
    assert rulebook.check(pack(tmp_path, kami=example)) == []
    assert all(f"`{law.id}`" in doc for law in rulebook.load().regulations.values())
