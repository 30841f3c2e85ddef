"""The baseline: what it knows, what it does not, and files that are none."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from privacyscan.errors import ConfigurationError
from privacyscan.gate import baseline
from privacyscan.model import Finding
from tests.outputs import made_up_assessment as made_up

_SCAN = made_up.assessment().scan
FULL = replace(
    made_up.assessment(), scan=replace(_SCAN, findings=tuple(replace(f, status="new") for f in _SCAN.findings))
)
KEYED = replace(FULL, scan=replace(FULL.scan, key="0a1b2c3d"))


def written(folder: Path, data: bytes | None = None) -> Path:
    path = folder / "baseline.json"
    path.write_bytes(baseline.document(KEYED) if data is None else data)
    return path


def test_all_that_it_holds_is_known(tmp_path: Path) -> None:
    known = baseline.load(written(tmp_path), "0a1b2c3d")
    more = replace(FULL.scan.findings[0], fingerprint="f" * 32)
    marked = known.marked(replace(KEYED.scan, findings=(*FULL.scan.findings, more)), None)
    assert [f.status for f in marked.findings] == ["known"] * len(FULL.scan.findings) + ["new"]


def test_it_is_the_same_whatever_the_order_and_can_be_read_by_line() -> None:
    turned = replace(KEYED, scan=replace(KEYED.scan, findings=tuple(reversed(KEYED.scan.findings))))
    assert baseline.document(turned) == baseline.document(KEYED)
    assert len(baseline.document(KEYED).splitlines()) == len(FULL.scan.findings) + 2


def test_what_is_suppressed_is_not_in_it() -> None:
    judged = tuple(replace(f, status="suppressed") for f in FULL.scan.findings)
    stored = json.loads(baseline.document(replace(KEYED, scan=replace(KEYED.scan, findings=judged))))
    assert stored["findings"] == []


@pytest.mark.parametrize(
    ("times", "growth", "status"), [(3, None, "known"), (2, 2.0, "known"), (3, 2.0, "new"), (1, 1.0, "known")]
)
def test_what_has_grown_beyond_the_factor_is_new(tmp_path: Path, times: int, growth: float | None, status: str) -> None:
    known = baseline.load(written(tmp_path), "0a1b2c3d")
    before = FULL.scan.findings[0]
    now: Finding = replace(before, matched=times * before.matched)
    (marked,) = known.marked(replace(KEYED.scan, findings=(now,)), growth).findings
    assert marked.status == status
    told = [e.params for e in marked.evidence if e.code == "grown"]
    assert told == ([{"before": before.matched, "matched": now.matched}] if status == "new" else [])


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "is damaged"),
        (b"[]", "no baseline"),
        (b'{"format": "privacyscan/1", "findings": []}', "no baseline"),
        (b'{"format": "privacyscan-baseline/2", "key": "0a1b2c3d", "findings": []}', "newer version"),
        (
            b'{"format": "privacyscan-baseline/1", "key": "x", "findings": [{"fingerprint": 1, "matched": 1}]}',
            "damaged",
        ),
        (baseline.document(KEYED)[:400], "is damaged"),
        (baseline.document(FULL), "under another key"),
    ],
)
def test_a_file_that_cannot_serve_is_refused(tmp_path: Path, data: bytes, says: str) -> None:
    with pytest.raises(ConfigurationError, match=says) as told:
        baseline.load(written(tmp_path, data), "0a1b2c3d")
    assert "privacyscan baseline SCAN.json" in str(told.value)


def test_a_baseline_of_nothing_serves_under_any_key(tmp_path: Path) -> None:
    nothing = replace(FULL, scan=replace(FULL.scan, findings=()))
    assert baseline.load(written(tmp_path, baseline.document(nothing)), "0a1b2c3d").matched == {}
