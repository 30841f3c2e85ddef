"""junit.xml: what CI systems read of it."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain
from xml.etree import ElementTree as ET

import pytest
from junitparser import Error, JUnitXml
from junitparser import Failure as Failed

from privacyscan.model import Assessment, Failure
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


def judged(*failures: Failure) -> Assessment:
    """What a gate without --fail-on says: these limits are not kept."""
    return replace(made_up.assessment(), failures=failures)


def test_each_limit_that_is_not_kept_is_a_case_and_so_is_the_asset_that_breaks_it() -> None:
    full = made_up.assessment()
    asset = full.scan.assets[0]
    broken = next(f for f in full.scan.findings if f.place.asset == asset.place)
    figures = {"number": 2, "count": 7, "most": 0, "because": "tidak di sini"}
    persons = Failure("persons", {"persons": 9, "most": 5})
    gate, *others = suites(judged(persons, Failure("limit_findings", figures, (broken.id,))))
    assert [(c.get("name"), c[0].get("type")) for c in gate] == [
        ("persons", "persons"),
        ("limit_findings 2", "limit_findings"),
    ]
    told = gate[1][0]
    assert "tidak di sini" in told.attrib["message"]
    assert told.text is not None
    assert told.text.startswith(broken.id)
    failed = [case.get("name") for suite in others for case in suite if case.find("failure") is not None]
    assert failed == ["/".join(asset.place.path)]


def test_a_gate_whose_limits_are_kept_passes_whatever_was_found() -> None:
    root = suites(judged())
    assert [(c.get("name"), len(c)) for c in root[0]] == [(texts("id")("gate.kept"), 0)]
    assert root.get("failures") == "0"


def test_a_reader_of_junit_sees_every_case_and_its_outcome() -> None:
    data = render(judged(Failure("persons", {"persons": 9, "most": 5})), "junit")
    read = JUnitXml.fromstring(data)
    outcomes = list(chain.from_iterable(case.result for suite in read for case in suite))
    assert (read.tests, read.failures, read.errors, read.skipped) == (21, 1, 7, 1)
    assert sum(len(suite) for suite in read) == 21
    assert [type(o) for o in outcomes].count(Failed) == 1
    assert [type(o) for o in outcomes].count(Error) == 7
    assert all(o.message and o.type for o in outcomes)
