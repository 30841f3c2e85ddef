"""executive.html and dpia.html: what they say, and that nothing foreign gets in."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from privacyscan.model import Assessment, Copy
from privacyscan.outputs import render
from privacyscan.outputs._text import texts
from tests.outputs import made_up_assessment as made_up
from tests.outputs.test_html import Page

LANGUAGES = ("id", "en")
DOCUMENTS = ("executive", "dpia")


def page(assessment: Assessment, format: str, language: str = "id") -> Page:
    return Page(render(assessment, format, language).decode("utf-8"))


def criteria(assessment: Assessment, language: str = "id") -> dict[str, str]:
    """Letter of each criterion -> what the scan says to it."""
    html = render(assessment, "dpia", language).decode("utf-8")
    table = html[html.index('aria-labelledby="criteria"') :]
    rows = re.findall(
        r'<tr><th scope="row">([a-g])\. .*?</th>\s*<td[^>]*>(.*?)</td>', table[: table.index("</table>")], re.S
    )
    return {letter: Page(cell).text for letter, cell in rows}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("format", DOCUMENTS)
def test_a_document_stands_alone(format: str, language: str) -> None:
    shown = page(made_up.assessment(), format, language)
    assert not {"script", "link", "img", "iframe", "form", "base"} & set(shown.tags)
    assert [a for a in shown.attributes if a[1] in ("src", "href", "style") or a[1].startswith("on")] == []
    ids = shown.ids()
    assert len(ids) == len(set(ids))
    labels = [value for _, name, value in shown.attributes if name == "aria-labelledby"]
    assert set(labels) <= set(ids)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_executive_summary_says_how_grave_how_many_and_what_is_not_known(language: str) -> None:
    assessment, t = made_up.assessment(), texts(language)
    text = page(assessment, "executive", language).text
    level = t(f"levels.{assessment.risk.level}")
    figures = {"persons": 1_281_004, "assets": 9, "level": level, "score": assessment.risk.score}
    assert text.index(t("banner.incomplete_title")) < text.index(t("executive.lead", **figures))
    assert t("banner.incomplete", count=7) in text
    for part in ("rekam_medis", t("actions.specific.title", count=4), t("duty_status.not_met"), "35"):
        assert part in text


@pytest.mark.parametrize("format", DOCUMENTS)
def test_nothing_read_is_never_told_as_nothing_there(format: str) -> None:
    t = texts("id")
    text = page(made_up.nothing_read(), format).text
    assert t("banner.nothing_read") in text
    assert t("banner.nothing", assets=0) not in text
    assert t("levels.low") not in text


@pytest.mark.parametrize("format", DOCUMENTS)
def test_a_clean_scan_says_of_what_it_holds(format: str) -> None:
    assert texts("id")("banner.nothing", assets=12) in page(made_up.clean(), format).text


@pytest.mark.parametrize("format", DOCUMENTS)
def test_a_hostile_name_stays_text(format: str) -> None:
    shown = page(made_up.hostile(), format)
    assert "b" not in shown.tags or "<b>&[x](y)" in shown.text
    assert "<b>&[x](y)" in shown.text
    assert "\u202e" not in shown.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_screening_says_which_criteria_the_scan_sees_and_asks_for_the_others(language: str) -> None:
    t, seen = texts(language), criteria(made_up.assessment(), language)
    assert "".join(seen) == "abcdefg"
    for letter in "bce":
        assert seen[letter].startswith(t("dpia.seen"))
    for letter, code in (("a", "automated"), ("d", "monitoring"), ("f", "technology"), ("g", "restricting")):
        assert seen[letter] == f"{t('dpia.invisible')} {t(f'dpia.criteria.{code}.ask')}"
    text = page(made_up.assessment(), "dpia", language).text
    assert t("dpia.due", count=3, all=7) in text
    assert all(question in text for question in t.get("dpia.questions"))


def test_the_evidence_has_its_figures() -> None:
    full = made_up.assessment()
    copy = Copy(full.scan.assets[0].id, full.scan.assets[1].id, "ID_NIK", 0.9, 0.8, 1.0, 100)
    seen = criteria(replace(full, copies=(copy,)), "en")
    assert "4 findings of specific data in 4 assets" in seen["b"]
    assert "1,281,004 persons" in seen["c"]
    assert "lies in 5 assets" in seen["e"]
    assert "1 pair of assets hold the same persons" in seen["e"]


def test_what_is_not_seen_is_still_asked() -> None:
    t, seen = texts("id"), criteria(made_up.clean())
    assert {seen[letter] for letter in "bce"} == {f"{t('dpia.unseen')} {t('dpia.unseen_text')}"}
    assert t("dpia.not_seen") in page(made_up.clean(), "dpia").text


def test_few_persons_are_no_large_scale() -> None:
    full = made_up.assessment()
    few = replace(full, scan=replace(full.scan, persons=9_999, persons_by_asset={}))
    assert criteria(few)["c"].startswith(texts("id")("dpia.unseen"))
    assert criteria(replace(few, scan=replace(few.scan, persons=10_000)))["c"].startswith(texts("id")("dpia.seen"))
