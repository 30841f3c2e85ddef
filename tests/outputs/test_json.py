"""scan.json: as its schema says, and back again without a loss."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest

from privacyscan.assess import assess
from privacyscan.errors import StoredScanError
from privacyscan.model import (
    Assessment,
    Combination,
    Copy,
    Failure,
    Place,
    Reason,
    Reidentification,
    Suppression,
    TrendPoint,
)
from privacyscan.outputs import render
from privacyscan.outputs.json import loads
from privacyscan.scan import scan
from privacyscan.settings import load
from tests.detect.made_up import MadeUp
from tests.outputs import made_up_assessment as made_up

SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "scan.schema.json").read_text(encoding="utf-8"))


def real(folder: Path) -> Assessment:
    """A real scan of a small folder, one file of which cannot be read."""
    people = MadeUp(7)
    berkas = folder / "berkas"
    berkas.mkdir()
    rows = [f"{people.nik()},{people.phone()}" for _ in range(60)]
    (berkas / "warga.csv").write_text("nik,hp\n" + "\n".join(rows) + "\n", encoding="utf-8")
    (berkas / "catatan.txt").write_text(f"Kontak: NIK {people.nik()}\n", encoding="utf-8")
    (berkas / "kosong.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    (berkas / "acak.bin").write_bytes(bytes(range(256)) * 40)
    return assess(scan([str(berkas)], load({}, environ={"HOME": str(folder), "XDG_STATE_HOME": str(folder)})))


def without_sketches(assessment: Assessment) -> Assessment:
    """What can come back: sketches are not stored."""
    findings = tuple(replace(f, sketch=()) for f in assessment.scan.findings)
    return replace(assessment, scan=replace(assessment.scan, findings=findings))


@pytest.mark.parametrize(
    "assessment", [made_up.assessment(), made_up.clean("en"), made_up.large(200)], ids=["agency", "clean", "large"]
)
def test_it_reads_back_what_it_wrote(assessment: Assessment) -> None:
    data = render(assessment, "json")
    assert loads(data, "scan.json") == assessment
    assert render(loads(data, "scan.json"), "json") == data
    assert data.endswith(b"}\n")


def test_each_finding_stands_in_a_line_of_its_own() -> None:
    assessment = made_up.assessment()
    lines = render(assessment, "json").decode().split("\n")
    begin = lines.index('"findings": [') + 1
    found = [json.loads(line.rstrip(",")) for line in lines[begin : begin + len(assessment.scan.findings)]]
    assert [f["id"] for f in found] == [f.id for f in assessment.scan.findings]


def test_suppressions_and_the_trend_read_back_and_follow_the_schema() -> None:
    full = made_up.assessment()
    judged = replace(full.scan.findings[0], status="suppressed", suppression=Suppression("uji", "ani", "2027-01-31"))
    points = (TrendPoint("r1", "2026-01-02T03:04:05Z", "incomplete", 61, "high", 12, 4000),)
    scan_ = replace(full.scan, findings=(judged, *full.scan.findings[1:]), key="0a1b2c3d")
    assessment = replace(full, scan=scan_, trend=points)
    data = render(assessment, "json")
    jsonschema.Draft202012Validator(SCHEMA).validate(json.loads(data))
    assert loads(data, "scan.json") == assessment


@pytest.mark.parametrize("failures", [(), (Failure("read", {"share": 0.5}), Failure("new", {"count": 1}, ("F-1",)))])
def test_limits_and_all_regulations_read_back_and_follow_the_schema(failures: tuple[Failure, ...]) -> None:
    assessment = replace(made_up.assessment(), failures=failures, regulations=("uu-pdp", "uu-24-2013"))
    data = render(assessment, "json")
    jsonschema.Draft202012Validator(SCHEMA).validate(json.loads(data))
    assert loads(data, "scan.json") == assessment
    assert json.loads(data)["run"]["regulations"] == ["uu-pdp", "uu-24-2013"]


def measured() -> Assessment:
    """An assessment that says which assets share persons, and how far rows single them out."""
    whole = made_up.assessment()
    first, second, *others = whole.scan.assets
    found = Reidentification(
        ("tgl_lahir", "agama"), ("DATE_OF_BIRTH", "RELIGION"), 100, 40, 1, 12, 60,
        (Combination(("tgl_lahir", "agama"), 12),), {"diagnosis": 1},
    )  # fmt: skip
    not_computed = Reidentification(("tgl_lahir",), ("DATE_OF_BIRTH",), reason="too_many_classes")
    assets = (replace(first, reidentification=found), replace(second, reidentification=not_computed), *others)
    copies = (Copy(second.id, first.id, "ID_NIK", 0.91, 0.88, 0.94, 55_000),)
    return replace(whole, scan=replace(whole.scan, assets=assets), copies=copies)


def test_copies_and_reidentification_follow_the_schema_and_read_back() -> None:
    data = render(measured(), "json")
    jsonschema.Draft202012Validator(SCHEMA).validate(json.loads(data))
    assert loads(data, "scan.json") == measured()


def test_a_scan_stored_before_there_were_copies_is_read() -> None:
    stored = json.loads(render(made_up.assessment(), "json"))
    del stored["copies"]
    assert loads(json.dumps(stored).encode(), "scan.json").copies == ()


def test_a_real_scan_follows_the_schema_and_reads_back(tmp_path: Path) -> None:
    assessment = real(tmp_path)
    assert {f.entity for f in assessment.scan.findings} >= {"ID_NIK", "PHONE_NUMBER"}
    data = render(assessment, "json")
    jsonschema.Draft202012Validator(SCHEMA).validate(json.loads(data))
    assert loads(data, "scan.json") == without_sketches(assessment)


def test_files_whose_masked_names_are_alike_stay_two_places(tmp_path: Path) -> None:
    people, berkas = MadeUp(3), tmp_path / "berkas"
    berkas.mkdir()
    for times in (1, 5):
        nik = "317101" + people.nik()[6:]
        (berkas / f"KTP_{nik}.txt").write_text(f"NIK {nik}\n" * times, encoding="utf-8")
    settings = load({}, environ={"HOME": str(tmp_path), "XDG_STATE_HOME": str(tmp_path)})
    stored = json.loads(render(assess(scan([str(berkas)], settings)), "json"))
    assert len({tuple(a["path"]) for a in stored["assets"]}) == 2
    assert {f["asset"] for f in stored["findings"]} == {a["id"] for a in stored["assets"]}
    assert all("****" in a["path"][0] for a in stored["assets"])


@pytest.mark.parametrize("assessment", [made_up.assessment(), made_up.clean(), made_up.large(100)])
def test_made_up_scans_follow_the_schema(assessment: Assessment) -> None:
    jsonschema.Draft202012Validator(SCHEMA).validate(json.loads(render(assessment, "json")))


def test_the_schema_is_strict_and_knows_every_reason() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert set(SCHEMA["$defs"]["skipped"]["properties"]["reason"]["enum"]) == {r.value for r in Reason}
    objects = [d for d in SCHEMA["$defs"].values() if "properties" in d]
    assert len(objects) > 8
    assert all(d["additionalProperties"] is False for d in [SCHEMA, *objects])
    document = json.loads(render(made_up.assessment(), "json"))
    document["findings"][0]["value"] = "x"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(SCHEMA).validate(document)


def test_the_sums_agree_with_the_lists() -> None:
    stored = json.loads(render(made_up.assessment(), "json"))
    summary = stored["summary"]
    assert summary["findings"] == len(stored["findings"]) == sum(e["findings"] for e in summary["by_entity"])
    assert summary["assets_with_findings"] == len({f["asset"] for f in stored["findings"]})
    assert summary["skipped"] == len(stored["skipped"])
    assert summary["rows_read"] == sum(a["rows"] for a in stored["assets"])
    assert {f["asset"] for f in stored["findings"]} <= {a["id"] for a in stored["assets"]}


def test_a_sample_says_how_much_may_be_unseen() -> None:
    full = made_up.assessment()
    sample = replace(full.scan.assets[0], mode="sample", rows=3000, total=1_000_000)
    sampled = replace(full, scan=replace(full.scan, assets=(sample, *full.scan.assets[1:])))
    stored = json.loads(render(sampled, "json"))
    assert stored["assets"][0]["coverage"] == {
        "mode": "sample",
        "read": 3000,
        "total": 1_000_000,
        "bound": 0.001,
        "complete": True,
    }
    assert stored["assets"][1]["coverage"]["bound"] is None


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("warga\udcff.csv", r"warga\xff.csv"),  # a byte that is no UTF-8
        ("a\ud800b", r"a\x00b"),  # half of a surrogate pair
        ("baris\nbaru\x07.csv", "baris\nbaru\x07.csv"),  # JSON escapes these itself
        ('kutip"\\.csv', 'kutip"\\.csv'),
    ],
)
def test_any_name_gives_valid_json(name: str, shown: str) -> None:
    full = made_up.assessment()
    odd = replace(full.scan.skipped[0], place=Place(made_up.SHARE, (name,)))
    data = render(replace(full, scan=replace(full.scan, skipped=(odd,))), "json")
    assert json.loads(data)["skipped"][0]["path"] == [shown]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "line 1, column 1"),
        (b'{"format": "privacyscan/1", "run', "damaged"),  # cut off
        (b"\xff\xfe\x00", "damaged"),
        (b"[]", "no saved scan"),
        (b'{"format": 1}', "no saved scan"),
        (b'{"format": "sarif/2"}', "no saved scan"),
        (b'{"format": "privacyscan/2"}', "update privacyscan"),
        (b'{"format": "privacyscan/1"}', "field run"),
        (b'{"format": "privacyscan/1", "run": [], "summary": {}, "assets": [], "findings": []}', "another kind"),
    ],
)
def test_what_is_no_saved_scan_says_so_with_the_file(data: bytes, says: str) -> None:
    with pytest.raises(StoredScanError) as error:
        loads(data, "lama/scan.json")
    assert str(error.value).startswith("lama/scan.json: ")
    assert says in str(error.value)


@pytest.mark.parametrize("field", ["assets", "findings", "skipped", "duties"])
def test_any_missing_field_is_a_stored_scan_error(field: str) -> None:
    whole = json.loads(render(made_up.assessment(), "json"))
    for name in whole[field][0].keys() - {"known_persons", "access", "reidentification"}:  # younger than the format
        broken = json.loads(json.dumps(whole))
        del broken[field][0][name]
        with pytest.raises(StoredScanError, match=f"field {name} is missing"):
            loads(json.dumps(broken).encode(), "scan.json")


def test_an_unknown_reason_or_location_is_a_stored_scan_error() -> None:
    for field, change in (("skipped", {"reason": "mood"}), ("findings", {"locations": [{"planet": 3}]})):
        broken = json.loads(render(made_up.assessment(), "json"))
        broken[field][0] |= change
        with pytest.raises(StoredScanError):
            loads(json.dumps(broken).encode(), "scan.json")
