"""Duties of typical scans: which articles are touched, with which status, and because of which findings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from privacyscan.assess import assess
from privacyscan.model import Access, Asset, Duty, Finding
from tests.assess.made_up import BOOK, asset, finding, scan

LAW = BOOK.regulations["uu-pdp"]
HEALTH = "ID_NPWP"  # stands for any specific data


def duties(findings: Sequence[Finding], assets: Sequence[Asset] = (), persons: int = 0) -> dict[str, Duty]:
    return {d.article: d for d in assess(scan(findings, assets, persons)).duties}


def statuses(findings: Sequence[Finding], exposure: Sequence[str]) -> dict[str, str]:
    return {a: d.status for a, d in duties(findings, [asset(exposure=exposure)]).items()}


def test_where_nothing_was_found_nothing_is_asked() -> None:
    assert duties([], [asset(exposure=["world_readable", "backup_name"])]) == {}


def test_plain_data_in_a_closed_place_needs_evidence_and_no_more() -> None:
    found = statuses([finding("EMAIL_ADDRESS")], [])
    security = {"35", "36", "37", "38", "39"}
    requests = {"30", "32", "41", "42", "43", "44"}
    assert set(found) == security | requests | {
        "16 (2)", "20", "27-29", "31", "46 (1)", "46 (2)", "46 (3)", "47", "51-52", "56 (2)-(4)",
    }  # fmt: skip
    assert set(found.values()) == {"needs_evidence"}


@pytest.mark.parametrize(
    ("entity", "exposure", "expected"),
    [
        (HEALTH, ["world_readable"], {"35": "not_met", "36": "not_met", "39": "not_met", "16 (2)": "needs_evidence"}),
        ("ID_NIK", ["world_readable"], {"35": "at_risk", "36": "at_risk", "39": "at_risk"}),
        (HEALTH, ["group_readable"], {"35": "at_risk", "36": "at_risk", "39": "at_risk"}),
        ("ID_NIK", ["group_readable"], {"35": "needs_evidence", "36": "needs_evidence", "39": "needs_evidence"}),
        ("ID_NIK", ["backup_name"], {"16 (2)": "at_risk", "35": "at_risk", "42": "at_risk", "39": "needs_evidence"}),
        ("ID_NIK", ["copy_name"], {"16 (2)": "at_risk", "27-29": "at_risk", "43": "at_risk", "44": "at_risk"}),
        ("ID_NIK", ["export_name"], {"16 (2)": "at_risk", "42": "needs_evidence", "36": "needs_evidence"}),
        ("ID_NIK", ["test_name"], {"16 (2)": "at_risk", "27-29": "at_risk", "20": "needs_evidence"}),
        ("ID_NIK", ["archive"], {"35": "at_risk", "16 (2)": "needs_evidence"}),
        (HEALTH, ["granted_to_public"], {"35": "not_met", "36": "not_met", "39": "not_met"}),
        ("ID_NIK", ["web_root"], {"35": "at_risk", "36": "at_risk", "39": "at_risk"}),
        ("ID_NIK", ["no_tls"], {"35": "at_risk", "39": "at_risk", "36": "needs_evidence"}),
        ("ID_NIK", ["production_in_test"], {"16 (2)": "at_risk", "27-29": "at_risk"}),
        ("ID_NIK", ["probe_unknown"], {"35": "needs_evidence", "39": "needs_evidence"}),
        (HEALTH, ["world_readable", "backup_name"], {"31": "needs_evidence", "47": "needs_evidence", "35": "not_met"}),
    ],
)
def test_status_follows_from_class_and_exposure(entity: str, exposure: list[str], expected: dict[str, str]) -> None:
    found = statuses([finding(entity)], exposure)
    assert {article: found[article] for article in expected} == expected


def test_evidence_are_the_findings_that_show_the_status() -> None:
    found = duties(
        [finding("ID_NIK", "a.csv"), finding(HEALTH, "b.csv"), finding("ID_NIK", "c.csv")],
        [asset("b.csv", ["world_readable"]), asset("c.csv", ["world_readable", "copy_name"])],
    )
    assert found["35"].evidence == (f"F-b.csv-{HEALTH}",)
    assert found["42"].evidence == ("F-c.csv-ID_NIK",)
    assert len(found["31"].evidence) == 3


def test_the_first_status_that_holds_counts_and_its_reason_is_told_in_both_languages() -> None:
    duty = duties([finding(HEALTH)], [asset(exposure=["world_readable", "archive"])])["35"]
    assert duty.status == "not_met"
    assert [r["id"] for r in duty.reasons] == [
        "Ditemukan Data Pribadi.",
        "Berkas berisi data spesifik dapat dibaca semua pengguna sistem atau jaringan.",
    ]
    assert all(set(r) == {"id", "en"} for r in duty.reasons)


@pytest.mark.parametrize(
    ("findings", "persons", "reasons"),
    [
        pytest.param([finding("ID_NIK")], 9_999, None, id="general-data-of-few-in-one-place"),
        pytest.param([finding(HEALTH)], 0, ["Specific data was found."], id="specific"),
        pytest.param([finding("ID_NIK")], 10_000, ["10,000 persons"], id="many-persons"),
        pytest.param([finding("ID_NIK", people=10_000)], 0, ["10,000 persons"], id="many-persons-in-one-finding"),
        pytest.param([finding("ID_NIK", "a"), finding("ID_NIK", "b")], 0, ["same kind"], id="the-same-kind-twice"),
        pytest.param([finding("ID_NIK", "a"), finding("ID_NIP", "b")], 0, None, id="different-kinds"),
        pytest.param([finding("PERSON", "a"), finding("PERSON", "b")], 0, None, id="names-do-not-match-persons"),
        pytest.param(
            [finding(HEALTH, "a"), finding(HEALTH, "b")], 10_000, ["Specific", "10,000", "same kind"], id="all"
        ),
    ],
)
def test_triggers_of_an_impact_assessment(findings: list[Finding], persons: int, reasons: list[str] | None) -> None:
    duty = duties(findings, persons=persons).get("34 (1)")
    assert (duty is None) == (reasons is None)
    if duty is not None and reasons is not None:
        assert duty.status == "needs_evidence"
        told = [r["en"] for r in duty.reasons]
        assert len(told) == len(reasons) + 1  # and what people must supply
        assert all(part in told[i] for i, part in enumerate(reasons))


@pytest.mark.parametrize(
    ("findings", "asked"),
    [
        pytest.param([finding(HEALTH, people=10_000)], True, id="specific-data-of-many"),
        pytest.param([finding(HEALTH, people=9_999)], False, id="of-fewer"),
        pytest.param([finding(HEALTH, "a", 10), finding("ID_NIK", "b", 50_000)], False, id="many-persons-elsewhere"),
        pytest.param([finding(HEALTH, "a", 10), finding("ID_NIK", "a", 50_000)], True, id="many-persons-in-the-asset"),
    ],
)
def test_an_officer_is_asked_for_specific_data_on_a_large_scale(findings: list[Finding], asked: bool) -> None:
    assert ("53 (1)" in duties(findings)) is asked


@pytest.mark.parametrize(
    ("kinds", "shared", "status", "is_asked"),
    [
        pytest.param(("file", "file"), 100, "at_risk", True, id="nearly-all-are-elsewhere"),
        pytest.param(("file", "table"), 100, "at_risk", True, id="an-export-of-a-table"),
        pytest.param(("file", "file"), 50, "needs_evidence", True, id="half-are-elsewhere"),
        pytest.param(("file", "file"), 0, "needs_evidence", False, id="strangers"),
        pytest.param(("table", "table"), 100, "needs_evidence", False, id="tables-of-one-database"),
    ],
)
def test_copies_ask_for_their_purpose_and_an_impact_assessment(
    kinds: tuple[str, str], shared: int, status: str, is_asked: bool
) -> None:
    assets = [replace(asset(name), kind=kind) for name, kind in zip("ab", kinds, strict=True)]
    sketches = (range(1, 101), range(101 - shared, 201 - shared))
    found = [finding("ID_NIK", name, sketch=s) for name, s in zip("ab", sketches, strict=True)]
    judged = duties(found, assets)
    assert judged["27-29"].status == status
    assert any("outside the same database" in r["en"] for r in judged["34 (1)"].reasons) is is_asked


@pytest.mark.parametrize(
    ("years", "modified", "status"),
    [
        pytest.param(5, "2020-12-30", "at_risk", id="older"),
        pytest.param(5, "2021-01-02", "needs_evidence", id="younger"),
        pytest.param(5, None, "needs_evidence", id="nobody-knows"),
        pytest.param(None, "1999-01-01", "needs_evidence", id="no-retention-set"),
    ],
)
def test_files_past_the_retention_are_at_risk(years: float | None, modified: str | None, status: str) -> None:
    time = None if modified is None else datetime.fromisoformat(modified).replace(tzinfo=UTC).timestamp()
    old = replace(asset("warga.csv"), access=Access(modified=time))
    result = assess(scan([finding("ID_NIK"), finding("ID_NIK", "baru.csv")], [old], retention_years=years))
    judged = {d.article: d for d in result.duties}
    assert {judged[a].status for a in ("42", "43", "44")} == {status}
    if status == "at_risk":
        assert judged["44"].evidence == ("F-warga.csv-ID_NIK",)


def test_data_on_disability_asks_for_special_treatment() -> None:
    assert duties([finding("DISABILITY")])["26"].status == "needs_evidence"
    assert "26" not in duties([finding("HEALTH")])


def test_persons_of_several_assets_are_counted_together_from_their_sketches() -> None:
    """Two assets hold specific data of 900 different persons each, a third lies elsewhere."""
    step = (1 << 64) // 20_000
    parts = [
        finding(HEALTH, name, 9_000, sketch=tuple(range(start, 1 << 64, 2 * step))[:1024])
        for name, start in (("a", step), ("b", 2 * step))
    ]
    found = duties([*parts, finding("EMAIL_ADDRESS", "c", 10)])
    assert "53 (1)" in found  # about 20,000 together, though neither reaches 10,000 alone


def test_articles_of_a_finding_in_the_order_of_the_law() -> None:
    findings = [finding("ID_NIK", "a.csv"), finding(HEALTH, "b.csv", 20_000)]
    articles = assess(scan(findings)).articles
    everyday = ("16 (2)", "20", "27-29", "30", "31", "32")
    assert articles["F-a.csv-ID_NIK"][:8] == ("4 (3)", *everyday, "34 (1)")
    assert articles[f"F-b.csv-{HEALTH}"][:8] == ("4 (2)", *everyday, "34 (1)")
    assert "53 (1)" in articles[f"F-b.csv-{HEALTH}"]
    assert "53 (1)" not in articles["F-a.csv-ID_NIK"]


def test_every_finding_touches_the_article_of_its_class() -> None:
    for entity, identifier in BOOK.identifiers.items():
        articles = assess(scan([finding(entity)])).articles[f"F-warga.csv-{entity}"]
        assert {"umum": "4 (3)", "spesifik": "4 (2)"}[identifier.category] in articles


def test_definitions_are_no_duties() -> None:
    assert not {"4 (2)", "4 (3)"} & set(duties([finding("ID_NIK"), finding(HEALTH)]))


def test_a_duty_carries_the_law_s_words_deadline_and_whether_the_number_was_read() -> None:
    found = duties([finding("ID_NIK")])
    assert found["46 (1)"].deadline == "3x24"
    for article in (a for a in LAW.articles if a.article in found):
        duty = found[article.article]
        assert (duty.regulation, duty.confirmed, duty.source) == ("uu-pdp", article.confirmed, article.source)
        assert (duty.title, duty.text, duty.advice) == (article.title, article.text, article.advice)
    assert {a for a, d in found.items() if not d.confirmed} == {"16 (2)", "27-29", "36", "37", "38", "39", "47"}
