"""report.md: short, folded, and nothing in it but our own markup."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from markdown_it import MarkdownIt

from privacyscan.model import Assessment, Failure
from privacyscan.outputs import render
from privacyscan.outputs._text import texts
from tests.outputs import made_up_assessment as made_up
from tests.outputs.test_html import Page


def markdown(assessment: Assessment, language: str = "id") -> str:
    return render(assessment, "markdown", language).decode("utf-8")


def page(assessment: Assessment, language: str = "id") -> Any:
    """As a code host shows it."""
    reader = MarkdownIt("commonmark", {"html": True}).enable("table")
    return Page(reader.render(markdown(assessment, language)))


@pytest.mark.parametrize("language", ["id", "en"])
def test_it_says_risk_worst_assets_and_what_was_not_read(language: str) -> None:
    assessment, t = made_up.assessment(), texts(language)
    text = page(assessment, language).text
    assert f"{t('levels.' + assessment.risk.level)}, {assessment.risk.score}" in text
    assert text.index(t("markdown.attention")) < text.index("rekam_medis")
    assert t("banner.incomplete", count=7) in text
    assert t("reasons.encrypted.do") in text
    assert t("markdown.findings", count=len(assessment.scan.findings)) in text
    assert all(t("duties.article", article=d.article) in text for d in assessment.duties)


def test_details_are_folded_and_its_tables_are_tables() -> None:
    tags = page(made_up.assessment()).tags
    assert tags.count("details") == tags.count("summary") == 3
    assert tags.count("table") == 3
    assert set(tags) == {"h3", "blockquote", "strong", "p", "table", "thead", "tbody", "tr", "th", "td", "details",
                         "summary", "ul", "li", "em"}  # fmt: skip


def test_hostile_names_are_shown_and_read_as_nothing() -> None:
    shown = page(made_up.hostile())
    assert not {"b", "a", "img", "code", "pre"} & set(shown.tags)
    assert "=cmd|' /C calc'!A0 <b>&[x](y) é" in shown.text
    lines = markdown(made_up.hostile()).split("\n")
    rows = [line for line in lines if line.startswith("|")]
    assert {line.replace(r"\|", "").count("|") for line in rows} == {5, 6}


def test_nothing_read_and_nothing_found_are_told_apart() -> None:
    t = texts("id")
    assert t("banner.nothing", assets=12) in page(made_up.clean()).text
    nothing = page(made_up.nothing_read()).text
    assert t("banner.nothing_read") in nothing
    assert t("summary.unknown") in nothing
    assert t("levels.low") not in nothing


def test_it_fits_into_a_comment() -> None:
    assert len(markdown(made_up.large(2_000))) < 65_536


@pytest.mark.parametrize("language", ["id", "en"])
def test_it_says_which_limits_are_not_kept_and_when_all_are(language: str) -> None:
    failure = Failure("limit_findings", {"number": 1, "count": 7, "most": 0, "because": "not @here"})
    full, t = made_up.assessment(), texts(language)
    text = page(replace(full, failures=(failure,)), language).text
    assert t("gate.title") in text
    assert t("gate.limit_findings", **failure.params) + " not @here" in text
    assert t("gate.kept") in page(replace(full, failures=()), language).text
    assert t("gate.kept") not in page(full, language).text
