"""One finding in words, to be recomputed by hand."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from privacyscan.errors import UsageError
from privacyscan.model import Location
from privacyscan.outputs._explain import explain
from privacyscan.outputs._text import texts
from tests.outputs import made_up_assessment as made_up


@pytest.mark.parametrize("language", ["id", "en"])
def test_it_holds_what_where_why_score_and_articles(language: str) -> None:
    assessment = made_up.assessment()
    for finding in assessment.scan.findings:
        text = explain(assessment, finding.id, language)
        assert finding.id in text
        assert str(finding.place.asset) in text
        assert text.count("\n  - ") == len(finding.evidence) + 5
        assert all(article in text for article in assessment.articles[finding.id])
        assert all(sample in text for sample in finding.samples)


def test_its_arithmetic_can_be_recomputed() -> None:
    assessment = made_up.assessment()
    for finding in assessment.scan.findings:
        text = explain(assessment, finding.id, "en")
        factors = re.findall(r"([0-9.]+) × (?:([0-9.]+) × )?([0-9]+) = ([0-9.]+) points", text)
        assert len(factors) == 4
        ease = re.search(r"Identifiability: weight ([0-9.]+)", text)
        assert ease is not None
        for share, times, most, points in factors:
            assert times in ("", ease[1])
            assert float(share) * float(times or 1) * int(most) == pytest.approx(float(points), abs=0.0501)
        total = sum(float(points) for *_, points in factors)
        shown = re.search(r"Sum: .* = ([0-9.]+)(?:, rounded to ([0-9]+))?\n", text)
        assert shown is not None
        assert float(shown[1]) == pytest.approx(total)
        assert assessment.finding_risks[finding.id].score == float(shown[2] or shown[1])


def test_an_unconfirmed_article_says_so() -> None:
    full = made_up.assessment()
    finding = full.scan.findings[0]
    text = explain(replace(full, articles={finding.id: ("16 (2)", "35")}), finding.id, "id")
    lines = {article: line for line in text.splitlines() for article in ("16 (2)", "35") if f"Pasal {article}" in line}
    assert "nomor pasal perlu diperiksa" in lines["16 (2)"]
    assert "nomor pasal perlu diperiksa" not in lines["35"]


def test_the_beginning_of_an_id_is_enough_when_one_finding_has_it() -> None:
    assessment = made_up.assessment()
    wanted = assessment.scan.findings[3].id
    assert explain(assessment, wanted[:9], "id") == explain(assessment, wanted, "id")


@pytest.mark.parametrize(("wanted", "says"), [("F-nothing", "no finding"), ("F-", "more than one"), ("", "more than")])
def test_an_unknown_id_says_where_ids_stand(wanted: str, says: str) -> None:
    assessment = made_up.assessment()
    with pytest.raises(UsageError, match=says) as error:
        explain(assessment, wanted)
    assert "findings[].id" in str(error.value)
    assert assessment.scan.findings[0].id in str(error.value)


def test_a_finding_without_a_score_or_articles_is_still_explained() -> None:
    full = made_up.assessment()
    bare = replace(full, finding_risks={}, articles={})
    assert "tidak mempunyai skor" in explain(bare, full.scan.findings[0].id)


@pytest.mark.parametrize(("language", "place"), [("id", "halaman 7 (baris 31 dari teks)"), ("en", "page 7 (line 31")])
def test_a_place_in_a_document_is_told_by_its_page(language: str, place: str) -> None:
    assessment = made_up.assessment()
    found = replace(assessment.scan.findings[0], locations=(Location(None, 30, 0, 16, 900, 916, 7),))
    scan = replace(assessment.scan, findings=(found, *assessment.scan.findings[1:]))
    assert place in explain(replace(assessment, scan=scan), found.id, language)


@pytest.mark.parametrize("language", ["id", "en"])
def test_it_says_the_risk_of_its_target(language: str) -> None:
    full = made_up.assessment()
    target = full.scan.findings[0].place.target
    whole = replace(full, target_risks={target: replace(full.risk, score=87, level="critical")})
    said = texts(language)("explain.target_text", target=target, score=87, level=texts(language)("levels.critical"))
    assert said in explain(whole, full.scan.findings[0].id, language)
