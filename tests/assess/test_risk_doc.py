"""docs/risk.md holds: the arithmetic of its findings, and the scores and the order of the leaks it is calibrated on."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from functools import cache

import pytest

from privacyscan.assess import assess
from privacyscan.model import Assessment
from privacyscan.outputs._explain import explain
from tests.assess import leaks
from tests.assess.leaks import DOC, Case
from tests.assess.made_up import BOOK, SINGLED_OUT, asset, finding, scan

LEAKS, EVERYDAY = leaks.cases("Calibration"), leaks.cases("Everyday cases")
EXAMPLES = re.findall(r"\*\*`(F-[a-z.-]+-[A-Z_]+)`\*\*.*?```text\n(.*?)```.*?By hand: (.*?)\.\n", DOC, re.S)


@cache
def worked() -> Assessment:
    """The scan of the worked examples: citizens in an export, patients in a table, a survey without names."""
    findings = [
        finding("ID_NIK", "ekspor-warga.csv", 10_000),
        finding("PHONE_NUMBER", "ekspor-warga.csv", 9_000),
        finding("ID_NIK", "pasien", 60_000),
        finding("HEALTH", "pasien", 800, matched=60_000),
        finding("RELIGION", "survei.csv", 6, matched=1_000),
        finding("DATE_OF_BIRTH", "survei.csv", 900, matched=1_000),
        finding("PERSON", "survei.csv", 1_000),
    ]
    assets = [
        asset("ekspor-warga.csv", ["world_readable", "export_name"]),
        asset("survei.csv", ["group_readable"], SINGLED_OUT),
    ]
    return assess(scan(findings, assets, persons=65_000), rulebook=BOOK)


def test_the_doc_works_three_findings_out() -> None:
    assert len({finding_id for finding_id, *_ in EXAMPLES}) == 3


@pytest.mark.parametrize(("finding_id", "example", "by_hand"), EXAMPLES)
def test_explain_prints_the_arithmetic_of_the_doc(finding_id: str, example: str, by_hand: str) -> None:
    assert example in explain(worked(), finding_id, "en")
    terms, _, total = by_hand.partition(" = ")
    points = [Decimal(str(f.points)) for f in worked().finding_risks[finding_id].factors if f.most]
    assert [Decimal(term) for term in terms.split(" + ")] == points
    assert sum(points) == Decimal(total)


@pytest.mark.parametrize(("finding_id", "example", "by_hand"), EXAMPLES)
def test_the_arithmetic_is_right(finding_id: str, example: str, by_hand: str) -> None:
    """Worked out from the figures printed, by nothing of ours."""
    total = Decimal(0)
    for product, points in re.findall(r"([0-9. ×]+) = ([0-9.]+) points", example):
        terms = [Decimal(term) for term in product.split(" × ")]
        exact = Decimal(1)
        for term in terms:
            exact *= term
        assert exact.quantize(Decimal("0.1"), ROUND_HALF_UP) == Decimal(points)
        total += Decimal(points)
    score = int(total.quantize(Decimal(1), ROUND_HALF_UP))
    assert f"score is {score} of 100" in example
    assert worked().finding_risks[finding_id].score == score


@pytest.mark.parametrize("case", [*LEAKS, *EVERYDAY], ids=lambda c: c.name)
def test_scores_of_the_tables(case: Case) -> None:
    opened = leaks.risk(case, leaks.OPEN)
    assert (leaks.risk(case).score, opened.score, opened.level) == (case.closed, case.open, case.level)


def test_at_least_twelve_leaks_stand_in_the_order_of_their_scores() -> None:
    assert len(LEAKS) >= 12
    for table in (LEAKS, EVERYDAY):
        assert [c.open for c in table] == sorted((c.open for c in table), reverse=True)


WORSE = [
    ("National health insurance, 2021", "Population register, 2023", "health numbers and income of everybody"),
    ("Population register, 2023", "Voters, 2023", "mother's name and birth certificate"),
    ("Voters, 2023", "Voters, 2020", "a hundred times the persons"),
    ("Voters, 2023", "SIM registrations, 2022", "eight kinds of data, not two"),
    ("Travel health app, 2021", "Taxpayers, 2024", "test results, though of fewer"),
    ("Fuel subsidy app, 2022", "Social security for workers, 2023", "more persons"),
    ("Social security for workers, 2023", "Consumer credit, 2020", "more persons"),
    ("SIM registrations, 2022", "Voters, 2020", "everybody who has a telephone"),
    ("Voters, 2020", "Airline group, 2019", "NIK and KK open more than a passport"),
    ("Passports, 2023", "Civil servants, 2024", "more persons"),
    ("Civil servants, 2024", "Online shop, 2020", "a number of one person, not an address that reaches one"),
    ("Online shop, 2020", "Online shop, 2019", "more persons and kinds of data"),
]


@pytest.mark.parametrize(("worse", "than", "because"), WORSE)
def test_their_order_is_plausible(worse: str, than: str, because: str) -> None:
    places = [c.name for c in LEAKS]
    assert places.index(worse) < places.index(than), because
