"""junit.xml: assets as test cases, for the test tab of CI systems.

A case fails where an asset reaches the level of `--fail-on` (`new`: holds new findings), without it where its findings
break a limit of `--policy`, without both where it holds personal data at all. Each limit that is not kept is a case
too. What was not read is an error: a case that is skipped counts as good in most viewers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from xml.etree import ElementTree as ET

from privacyscan.model import Assessment, Asset, Failure, Finding, Skipped
from privacyscan.outputs import Output
from privacyscan.outputs._numbers import visible
from privacyscan.outputs._tables import path, why
from privacyscan.outputs._view import View
from privacyscan.outputs._view import view as view_of

_MOST = 10  # findings told of one asset


class JUnit:
    """The output that CI systems read."""

    name = "junit"
    filename = "junit.xml"

    def render(self, assessment: Assessment, language: str) -> bytes:
        view, scan = view_of(assessment, language), assessment.scan
        suites = ET.Element("testsuites", name="privacyscan")
        if assessment.failures is not None:
            suites.append(_gate(view, assessment.failures))
        for target in dict.fromkeys((*scan.targets, *(s.place.target for s in scan.skipped))):
            suites.append(_suite(view, target))
        _count(suites)
        ET.indent(suites)
        data: bytes = ET.tostring(suites, encoding="utf-8", xml_declaration=True)
        return data + b"\n"


plugin: Output = JUnit()


def _gate(view: View, failures: Sequence[Failure]) -> ET.Element:
    """The limits that the whole scan had to keep: a case for each that it does not, one case if it keeps all."""
    suite = ET.Element("testsuite", name="gate", timestamp=view.assessment.scan.finished.removesuffix("Z"))
    for failure in failures:
        numbered = "".join(f" {failure.params[key]}" for key in ("number", "place", "reason") if key in failure.params)
        case = ET.SubElement(suite, "testcase", classname="gate", name=visible(failure.code + numbered))
        broken = ET.SubElement(case, "failure", message=visible(view.limit(failure)), type=failure.code)
        broken.text = "\n".join(_told(view, [view.findings[i] for i in failure.findings if i in view.findings]))
    if not failures:
        ET.SubElement(suite, "testcase", classname="gate", name=view.texts("gate.kept"))
    _count(suite)
    return suite


def _suite(view: View, target: str) -> ET.Element:
    scan = view.assessment.scan
    suite = ET.Element("testsuite", name=visible(target), timestamp=scan.finished.removesuffix("Z"))
    suite.extend(_case(view, a) for a in scan.assets if a.place.target == target)
    suite.extend(_unread(view, s) for s in scan.skipped if s.place.target == target)
    _count(suite)
    return suite


def _count(parent: ET.Element) -> None:
    """Write the counts that readers want of a suite, and of all suites."""
    counts = {"tests": "testcase", "failures": "failure", "errors": "error", "skipped": "skipped"}
    for name, tag in counts.items():
        parent.set(name, str(sum(1 for _ in parent.iter(tag))))
    parent.set("time", "0")


def _case(view: View, asset: Asset) -> ET.Element:
    case = ET.Element(
        "testcase", classname=visible(asset.place.target), name=visible(path(asset.place) or asset.place.name)
    )
    passed = ("suppressed", "known") if view.assessment.scan.settings.get("fail_on") == "new" else ("suppressed",)
    found = [f for f in view.figures.findings_of.get(asset.id, ()) if f.status not in passed]
    if not found or not _fails(view, asset):
        return case
    risk = view.figures.risk(asset)
    said = view.texts("junit.failure", level=view.level(risk.level), score=risk.score, count=len(found))
    failure = ET.SubElement(case, "failure", message=visible(said), type=visible(risk.level))
    failure.text = "\n".join(_told(view, view.figures.findings_of[asset.id]))
    return case


def _fails(view: View, asset: Asset) -> bool:
    levels = [level for level, _ in view.levels]
    asked, failures = view.assessment.scan.settings.get("fail_on"), view.assessment.failures
    if asked is None and failures is not None:
        broken = {i for failure in failures for i in failure.findings}
        return any(f.id in broken for f in view.figures.findings_of[asset.id])
    level = view.figures.risk(asset).level
    return asked not in levels or level not in levels or levels.index(level) >= levels.index(asked)


def _told(view: View, found: Sequence[Finding]) -> Iterator[str]:
    for finding in found[:_MOST]:
        place = view.texts("findings.in_text") if finding.place.column is None else finding.place.column
        yield visible(f"{finding.id} {view.entity(finding.entity)} · {place} · {finding.matched}")
    if len(found) > _MOST:
        yield view.texts("report.and_more", count=len(found) - _MOST)


def _unread(view: View, skipped: Skipped) -> ET.Element:
    name = str(skipped.place.at(skipped.place.column)).removeprefix(skipped.place.target).lstrip("/")
    case = ET.Element("testcase", classname=visible(skipped.place.target), name=visible(name or skipped.place.name))
    tag = "error" if skipped.reason.in_scope else "skipped"
    ET.SubElement(case, tag, message=visible(why(view, skipped)), type=skipped.reason.value)
    return case
