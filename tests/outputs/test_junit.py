"""junit.xml: what CI systems read of it."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from privacyscan.model import Assessment
from privacyscan.outputs import render
from privacyscan.outputs._text import texts
from tests.outputs import made_up_assessment as made_up


def suites(assessment: Assessment, language: str = "id") -> ET.Element:
    return ET.fromstring(render(assessment, "junit", language))


def case(assessment: Assessment, name: str) -> ET.Element:
    return next(c for c in suites(assessment).iter("testcase") if c.get("name") == name)


def asking(fail_on: str | None) -> Assessment:
    full = made_up.assessment()
    return replace(full, scan=replace(full.scan, settings={**full.scan.settings, "fail_on": fail_on}))


def test_it_has_the_shape_that_readers_know() -> None:
    """As in the schema of Jenkins' xUnit plugin: suites hold cases, cases hold at most one outcome."""
    root = suites(made_up.assessment())
    assert root.tag == "testsuites"
    for parent in (root, *root):
        for name, tag in (("tests", "testcase"), ("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            assert int(parent.attrib[name]) == len(list(parent.iter(tag)))
    for suite in root:
        assert (suite.tag, suite.get("timestamp")) == ("testsuite", "2026-03-02T02:41:12")
        for one in suite:
            assert one.tag == "testcase"
            assert one.attrib.keys() == {"classname", "name"}
            assert [x.tag for x in one] in ([], ["failure"], ["error"], ["skipped"])
            assert all(x.get("message") and x.get("type") for x in one)


def test_every_asset_is_a_case_and_every_unread_place_an_error() -> None:
    root = suites(made_up.assessment())
    assert {s.get("name") for s in root} == {made_up.DATABASE, made_up.SHARE}
    assert (root.get("tests"), root.get("failures"), root.get("errors"), root.get("skipped")) == ("20", "9", "7", "1")
    assert list(case(made_up.assessment(), "publik/transaksi")) == []


@pytest.mark.parametrize(("fail_on", "fails"), [(None, True), ("low", True), ("medium", False), ("critical", False)])
def test_a_case_fails_from_the_level_of_fail_on(fail_on: str | None, fails: bool) -> None:
    assessment = asking(fail_on)
    notes = next(a for a in assessment.scan.assets if a.place.path[-1] == "rapat_2024-03-11.txt")
    assert assessment.asset_risks[notes.id].level == "low"
    assert bool(list(case(assessment, "Notula/rapat_2024-03-11.txt"))) is fails


def test_known_findings_fail_nothing_where_new_ones_are_asked_for() -> None:
    full = asking("new")
    known = replace(
        full, scan=replace(full.scan, findings=tuple(replace(f, status="known") for f in full.scan.findings))
    )
    assert suites(known).get("failures") == "0"
    assert suites(full).get("failures") == "9"


def test_suppressed_findings_fail_nothing() -> None:
    full = made_up.assessment()
    scan = replace(full.scan, findings=tuple(replace(f, status="suppressed") for f in full.scan.findings))
    assert suites(replace(full, scan=scan)).get("failures") == "0"


@pytest.mark.parametrize("language", ["id", "en"])
def test_a_failure_tells_what_was_found(language: str) -> None:
    assessment = made_up.assessment()
    failure = next(iter(suites(assessment, language).iter("failure")))
    assert failure.text is not None
    assert sum(f.id in failure.text for f in assessment.scan.findings) > 0
    error = next(iter(suites(assessment, language).iter("error")))
    assert texts(language)("reasons.unsupported_type.do") in error.attrib["message"]


def test_hostile_names_leave_it_xml() -> None:
    root = suites(made_up.hostile())
    names = [one.get("name") or "" for one in root.iter("testcase")]
    assert any("<b>&[x](y)" in name and r"\u0007" in name for name in names)
    assert b"\x07" not in render(made_up.hostile(), "junit")
