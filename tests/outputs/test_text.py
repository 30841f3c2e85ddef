"""The sentences of reports: the same in both languages, one for every code, none missing."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter
from typing import Any

import pytest

from privacyscan import rulebook
from privacyscan.errors import UsageError
from privacyscan.model import Confidence, Reason
from privacyscan.outputs import _actions
from privacyscan.outputs._text import MissingText, Texts, languages, texts
from privacyscan.resources import folder

LANGUAGES = ("id", "en")
EVIDENCE = {  # code -> the figures it comes with
    "checks_passed": {"matched": 5, "seen": 9, "share": 0.5556},
    "header": {"column": "nik", "word": "nik"},
    "context": {"matched": 4},
    "derived": {"matched": 4, "entity": "ID_NIK", "years": 18},
    "agreement": {"matched": 5, "seen": 9, "entity": "ID_NIK", "column": "nik"},
    "flag": {"name": "district_known", "matched": 3, "share": 0.25},
    "distinct": {"distinct": 4, "matched": 5},
    "chance": {"expected": 0.3, "matched": 5},
    "competitor": {"entity": "ID_KK", "matched": 2},
}
FACTORS = ("sensitivity", "identifiability", "kinds", "persons", "exposure")


def test_both_languages_have_the_same_texts() -> None:
    assert languages() == ("en", "id")
    # The English of messages and of help stands in the code.
    translated = {key for key in sorted(texts("id").keys()) if key.startswith(("messages.", "help."))}
    assert texts("id").keys() - translated == texts("en").keys()


def test_both_languages_use_the_same_figures() -> None:
    for key in sorted(texts("id").keys()):
        words = [texts(language).get(key) for language in LANGUAGES]
        if all(isinstance(w, str) for w in words):
            names = [{name for _, name, _, _ in Formatter().parse(w) if name} for w in words]
            assert names[0] == names[1], key


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_has_its_sentence(language: str) -> None:
    t = texts(language)
    wanted = [f"reasons.{r.value}.{part}" for r in Reason for part in ("title", "text", "do")]
    wanted += [f"confidence.{c.value}.{part}" for c in Confidence for part in ("title", "text")]
    wanted += [f"factors.{f}.{part}" for f in FACTORS for part in ("title", "text", "figure", "arithmetic")]
    wanted += [f"{section}.{level}" for section in ("levels", "level_meanings") for level in _levels()]
    wanted += [f"run_status.{s}" for s in ("complete", "incomplete", "interrupted")]
    wanted += [f"duty_status.{s}" for s in ("met", "at_risk", "not_met", "needs_evidence")]
    wanted += [f"finding_status.{s}" for s in ("new", "known", "suppressed")]
    wanted += [f"categories.{c}" for c in ("umum", "spesifik")] + [f"stages.{s}" for s in ("list", "open", "read")]
    steps = {*_actions.STEPS.values(), "finish", "unread", "close", "specific", "worst", "duty", "repeat"}
    wanted += [f"actions.{a}.{part}" for a in steps for part in ("title", "text")]
    assert [key for key in wanted if not isinstance(t.get(key), str)] == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", EVIDENCE)
def test_evidence_is_a_sentence_with_its_figures(code: str, language: str) -> None:
    sentence = texts(language).say(f"evidence.{code}", EVIDENCE[code])
    assert not sentence.startswith(f"{code}:")
    assert sentence.endswith(".")
    assert "{" not in sentence


def test_every_step_of_an_exposure_has_a_place_in_the_order() -> None:
    assert {*_actions.STEPS.values(), "close"} == set(_actions.URGENT_FIRST)
    known = {e.code for e in rulebook.load().scoring_in_force.exposures}
    assert set(_actions.STEPS) <= known


@pytest.mark.parametrize("template", sorted(folder("reports").glob("*.j2")), ids=lambda p: p.name)
def test_every_text_a_template_asks_for_is_there(template: Path) -> None:
    asked = set(re.findall(r'\bt\("([a-z_.]+)"', template.read_text(encoding="utf-8")))
    asked |= set(re.findall(r'\(\("([a-z_]+\.[a-z_]+)", "', template.read_text(encoding="utf-8")))
    assert asked
    whole = {key for key in asked if not key.endswith(".")}
    assert [key for key in whole if not isinstance(texts("id").get(key), str)] == []


def test_a_missing_text_names_file_and_key() -> None:
    with pytest.raises(MissingText, match=r"reports/text/id\.yaml has no text 'levels\.none'"):
        texts("id")("levels.none")


def test_a_language_there_is_not_says_which_there_are() -> None:
    for language in ("jv", "../text/id"):
        with pytest.raises(UsageError, match="en or id"):
            texts(language)


@pytest.mark.parametrize(
    ("language", "template", "figures", "sentence"),
    [
        ("id", "{n} baris", {"n": 1234567}, "1.234.567 baris"),
        ("en", "{n} rows", {"n": 1234567}, "1,234,567 rows"),
        ("id", "{s:percent}", {"s": 0.125}, "12,5\N{NO-BREAK SPACE}%"),
        ("en", "{n} {n:row|rows}", {"n": 1}, "1 row"),
        ("en", "{n} {n:row|rows}", {"n": 0}, "0 rows"),
        ("id", "{b:size}", {"b": 1_400_000}, "1,4\N{NO-BREAK SPACE}MB"),
        ("id", "{x:1}", {"x": 2.25}, "2,2"),
        ("id", "“{c}”", {"c": "a\u202eb"}, "“a\\u202eb”"),  # a sign that turns the reading direction
    ],
)
def test_figures_are_written_as_the_language_does(
    language: str, template: str, figures: dict[str, Any], sentence: str
) -> None:
    assert Texts(language, {"x": template})("x", **figures) == sentence


@pytest.mark.parametrize(
    ("figures", "shown"),
    [({"a": 3, "share": 0.5}, "new_code: a 3, share 0,5"), ({}, "new_code")],
)
def test_a_code_without_a_sentence_shows_its_figures(figures: dict[str, Any], shown: str) -> None:
    assert texts("id").say("evidence.new_code", figures) == shown


def test_a_sentence_cannot_reach_into_objects() -> None:
    with pytest.raises(KeyError):
        Texts("id", {"x": "{a.__class__}"})("x", a="text")


def _levels() -> list[str]:
    return [level for level, _ in rulebook.load().scoring_in_force.levels]
