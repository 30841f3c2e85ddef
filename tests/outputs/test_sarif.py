"""report.sarif: as the schema and code hosts want it."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import jsonschema
import pytest

from privacyscan.model import Assessment, Finding, Location, Place
from privacyscan.outputs import render
from privacyscan.outputs._text import texts
from tests.outputs import made_up_assessment as made_up

SCHEMA = json.loads((Path(__file__).parent / "schemas" / "sarif-2.1.0-rtm.5.json").read_text(encoding="utf-8"))
URI = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*:)?([A-Za-z0-9._~!$&'()*+,;=:@/?\[\]-]|%[0-9A-F]{2})*")  # RFC 3986


def run(assessment: Assessment, language: str = "id") -> Any:
    return json.loads(render(assessment, "sarif", language))["runs"][0]


def result(assessment: Assessment, finding: Finding) -> Any:
    return next(r for r in run(assessment)["results"] if r["properties"]["finding"] == finding.id)


def found_in(place: Place) -> Any:
    """The result of a text of this place, which is a file of its target or a member of one."""
    full = made_up.assessment()
    asset = next(a for a in full.scan.assets if a.kind == "file")
    kind = "member" if len(place.path) > 2 else "file"
    finding = replace(full.scan.findings[0], place=place)
    others = tuple(a for a in full.scan.assets if a.place.target == made_up.SHARE)
    assets = (replace(asset, place=place, kind=kind), *others)
    scan = replace(full.scan, assets=assets, findings=(finding,), skipped=())
    return run(replace(full, scan=scan))["results"][0]["locations"][0]


@pytest.mark.parametrize(
    "assessment",
    [made_up.assessment(), made_up.clean(), made_up.hostile(), made_up.nothing_read()],
    ids=["agency", "clean", "hostile", "nothing"],
)
def test_it_follows_the_schema(assessment: Assessment) -> None:
    jsonschema.Draft4Validator(SCHEMA).validate(json.loads(render(assessment, "sarif")))


def test_it_has_what_github_code_scanning_asks_for() -> None:
    """https://docs.github.com/code-security/reference/code-scanning/sarif-support"""
    log = json.loads(render(made_up.assessment(), "sarif"))
    driver = log["runs"][0]["tool"]["driver"]
    assert (log["version"], driver["name"]) == ("2.1.0", "privacyscan")
    for rule in (*driver["rules"], *driver["notifications"]):
        assert all(rule[key]["text"] for key in ("shortDescription", "fullDescription", "help"))
        assert rule["help"]["markdown"]
    for rule in driver["rules"]:
        assert 0 < float(rule["properties"]["security-severity"]) <= 10
        assert "security" in rule["properties"]["tags"]
    for one in log["runs"][0]["results"]:
        assert driver["rules"][one["ruleIndex"]]["id"] == one["ruleId"]
        assert one["message"]["text"]
        assert len(one["locations"]) == 1
        assert one["partialFingerprints"]["privacyscan/v1"]


@pytest.mark.parametrize(
    ("where", "column", "name"),
    [(Location(row=3, cell="B7"), "nik", "B7"), (Location(line=30, page=7), None, "page 7")],
)
def test_a_cell_or_a_page_is_a_logical_location(where: Location, column: str | None, name: str) -> None:
    full = made_up.assessment()
    found = full.scan.findings[0]
    found = replace(found, place=found.place.at(column=column), locations=(where,))
    told = run(replace(full, scan=replace(full.scan, findings=(found,))))["results"][0]["locations"][0]
    whole = told["logicalLocations"][0]["fullyQualifiedName"]
    assert told["logicalLocations"][1:] == [{"name": name, "fullyQualifiedName": f"{whole}#{name}", "kind": "element"}]


@pytest.mark.parametrize("language", ["id", "en"])
def test_rules_explain_themselves_in_both_languages(language: str) -> None:
    rule = next(r for r in run(made_up.assessment(), language)["tool"]["driver"]["rules"] if r["id"] == "HEALTH")
    titles = {"id": "Data kesehatan", "en": "Health data"}
    assert rule["shortDescription"]["text"] == titles[language]
    assert all(title in rule["help"]["text"] for title in titles.values())
    assert rule["help"]["text"].startswith(titles[language])


def test_levels_come_from_the_risk() -> None:
    assessment = made_up.assessment()
    wanted = {"critical": "error", "high": "error", "medium": "warning", "low": "note"}
    levels = {f.id: wanted[assessment.finding_risks[f.id].level] for f in assessment.scan.findings}
    assert {r["properties"]["finding"]: r["level"] for r in run(assessment)["results"]} == levels
    assert len(set(levels.values())) == 3


def test_a_column_of_a_database_has_no_file() -> None:
    assessment = made_up.assessment()
    finding = next(f for f in assessment.scan.findings if f.place.column == "nik_pasien")
    [location] = result(assessment, finding)["locations"]
    assert "physicalLocation" not in location
    [logical] = location["logicalLocations"]
    assert (logical["name"], logical["kind"]) == ("nik_pasien", "member")
    assert logical["fullyQualifiedName"] == f"{made_up.DATABASE}/publik/rekam_medis[nik_pasien]"


def test_a_text_has_its_file_line_and_characters() -> None:
    assessment = made_up.assessment()
    finding = next(f for f in assessment.scan.findings if f.place.path[-1] == "aplikasi.log")
    [location] = result(assessment, finding)["locations"]
    assert location["physicalLocation"] == {
        "artifactLocation": {"uri": f"{made_up.SHARE}/log/aplikasi.log"},
        "region": {"startLine": 12, "startColumn": 21, "endColumn": 33},
    }


@pytest.mark.parametrize(
    ("place", "uri"),
    [
        (Place("berkas/", ("a b.csv",)), "berkas/a%20b.csv"),
        (Place("./berkas", ("penerima é.csv",)), "berkas/penerima%20%C3%A9.csv"),
        (Place(".", ("v1.2", "warga.csv")), "v1.2/warga.csv"),
        (Place("/srv/berkas", ("x:y#z?.csv",)), "file:///srv/berkas/x%3Ay%23z%3F.csv"),
        (Place("data/warga.csv"), "data/warga.csv"),
        (Place("berkas", ("arsip", "lama.zip", "dalam", "warga.csv")), "berkas/arsip/lama.zip"),
        (Place("berkas", ("\udcff.csv",)), "berkas/%5Cxff.csv"),
        (Place("git:.", ("src", "data.csv")), "src/data.csv"),
        (Place("git:.?history", ("1a2b3c4d5", "data.csv")), "data.csv"),
        (Place(made_up.SHARE, ("Bantuan Sosial", "x.csv")), f"{made_up.SHARE}/Bantuan%20Sosial/x.csv"),
    ],
    ids=lambda x: x if isinstance(x, str) else "",
)
def test_a_file_has_a_valid_address(place: Place, uri: str) -> None:
    told = found_in(place)["physicalLocation"]["artifactLocation"]["uri"]
    assert told == uri
    assert URI.fullmatch(told)


def test_a_hostile_name_makes_a_valid_address_and_no_control_sign() -> None:
    data = render(made_up.hostile(), "sarif")
    for one in run(made_up.hostile())["results"]:
        uri = one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        assert URI.fullmatch(uri)
        assert "=cmd|" in unquote(urlsplit(uri).path)
    assert all(c.isprintable() or c == "\n" for c in data.decode("utf-8"))


def test_further_places_are_related_and_suppressed_findings_say_so() -> None:
    full = made_up.assessment()
    text = next(f for f in full.scan.findings if f.place.column is None)
    twice = replace(text, status="suppressed", locations=text.locations * 2)
    one = result(replace(full, scan=replace(full.scan, findings=(twice,))), twice)
    assert [x["id"] for x in one["relatedLocations"]] == [1]
    assert one["suppressions"] == [{"kind": "external"}]


def test_what_a_baseline_knows_is_unchanged() -> None:
    full = made_up.assessment()
    compared = replace(full, scan=replace(full.scan, settings={**full.scan.settings, "baseline": "baseline.json"}))
    states = {r["properties"]["status"]: r["baselineState"] for r in run(compared)["results"]}
    assert states == {"new": "new", "known": "unchanged"}
    assert all("baselineState" not in r for r in run(full)["results"])


@pytest.mark.parametrize("language", ["id", "en"])
def test_what_was_not_read_is_an_error_of_the_run(language: str) -> None:
    invocation = run(made_up.assessment(), language)["invocations"][0]
    assert invocation["executionSuccessful"] is False
    told = invocation["toolExecutionNotifications"]
    assert [n["level"] for n in told].count("error") == 7
    assert [n["level"] for n in told].count("note") == 1
    locked = next(n for n in told if "gaji_terkunci.xlsx" in n["message"]["text"])
    assert texts(language)("reasons.encrypted.do") in locked["message"]["text"]
    assert run(made_up.clean())["invocations"][0]["executionSuccessful"] is True
