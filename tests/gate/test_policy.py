"""The policy of a gate: each limit, kept and not kept, and files that are none."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from privacyscan import rulebook
from privacyscan.errors import ConfigurationError
from privacyscan.gate import policy
from privacyscan.model import Assessment, Failure
from tests.outputs import made_up_assessment as made_up

RULES = rulebook.load()
FULL = made_up.assessment()
NIK = [f for f in FULL.scan.findings if f.entity == "ID_NIK"]


def broken(folder: Path, text: str, assessment: Assessment = FULL) -> list[Failure]:
    path = folder / "gate.toml"
    path.write_text(text, encoding="utf-8")
    return list(policy.broken(policy.load(path, RULES), assessment))


KEPT = [
    f'risk = "{FULL.risk.level}"',
    'asset_risk = "critical"',
    f"risk = {FULL.risk.score}",
    "asset_risk = 100",
    f"persons = {FULL.scan.persons}",
    f'[[limit]]\nentity = "ID_NIK"\nfindings = {len(NIK)}',
    f'[[limit]]\nentity = ["ID_NIK"]\nmatched = {sum(f.matched for f in NIK)}',
    '[[limit]]\npath = "tiada/**"\nfindings = 0',
    '[[limit]]\ncategory = "spesifik"\nentity = "ID_NIK"\nfindings = 0',
    "[coverage]\nread = 0.1",
    '[coverage]\nnot_skipped = ["sampled"]',
]
BROKEN = {
    'risk = "low"': ("risk", 0),
    f"risk = {FULL.risk.score - 1}": ("risk", 0),
    f"persons = {FULL.scan.persons - 1}": ("persons", 0),
    f'[[limit]]\nentity = "ID_NIK"\nfindings = {len(NIK) - 1}': ("limit_findings", len(NIK)),
    f'[[limit]]\nentity = "ID_NIK"\nmatched = {sum(f.matched for f in NIK) - 1}': ("limit_matched", len(NIK)),
    '[[limit]]\nentity = "ID_NIK"\npersons = 1000000': ("limit_persons", len(NIK)),
    '[[limit]]\npath = "rekam_medis"\ncategory = "spesifik"\nfindings = 0': ("limit_findings", 1),
    "[coverage]\nread = 1": ("read", 0),
    f'[coverage]\nnot_skipped = ["{FULL.scan.skipped[0].reason.value}"]': ("skipped", 0),
}


@pytest.mark.parametrize("text", KEPT)
def test_a_limit_that_is_kept(tmp_path: Path, text: str) -> None:
    assert broken(tmp_path, text) == []


@pytest.mark.parametrize("text", BROKEN)
def test_a_limit_that_is_not_kept(tmp_path: Path, text: str) -> None:
    (failure,) = broken(tmp_path, text)
    assert (failure.code, len(failure.findings)) == BROKEN[text]
    assert set(failure.findings) <= {f.id for f in FULL.scan.findings}


def test_every_asset_above_its_limit_is_told_with_its_findings(tmp_path: Path) -> None:
    failures = broken(tmp_path, "asset_risk = 0")
    held = {f.place.asset for f in FULL.scan.findings}
    assert {f.params["place"] for f in failures} == {str(p) for p in held}
    assert sum(len(f.findings) for f in failures) == len(FULL.scan.findings)


def test_what_is_suppressed_breaks_no_limit(tmp_path: Path) -> None:
    judged = tuple(replace(f, status="suppressed") for f in FULL.scan.findings)
    none = replace(FULL, scan=replace(FULL.scan, findings=judged))
    assert broken(tmp_path, "[[limit]]\nfindings = 0", none) == []


def test_nothing_read_is_no_coverage(tmp_path: Path) -> None:
    nothing = replace(FULL, scan=replace(FULL.scan, assets=(), findings=(), skipped=()))
    assert [f.code for f in broken(tmp_path, "[coverage]\nread = 0.5", nothing)] == ["read"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "is empty"),
        ("x = [", "not valid TOML"),
        ('default = "redact"', "policy of pseudonymize"),
        ("persons = -1", "persons: expected a whole number"),
        ('risk = "grave"', "risk: unknown level; known are low, medium"),
        ('persons = "low"', "persons: expected a whole number"),
        ("risk = true", "risk: expected a whole number"),
        ("risky = 1", "risky: unknown key; known are risk"),
        ("limit = 1", r"each under \[\[limit\]\]"),
        ('[[limit]]\nentity = "ID_NIK"', "limit 1: bounds nothing"),
        ('[[limit]]\nentity = "ID_X"\nfindings = 0', "limit 1: ID_X: unknown entity"),
        ('[[limit]]\ncategory = "x"\nfindings = 0', "limit 1: x: unknown category"),
        ('[[limit]]\npath = "[z-a]"\nfindings = 0', "limit 1: path is no glob"),
        ("[[limit]]\npath = 1\nfindings = 0", "limit 1: path: expected a text"),
        ("[[limit]]\nfinding = 0\nfindings = 0", "limit 1: finding: unknown key"),
        ("[[limit]]\nbecause = 1\nfindings = 0", "because: expected a text"),
        ("coverage = 1", "coverage: expected a table"),
        ("[coverage]\nread = 2", "a share from 0 to 1"),
        ('[coverage]\nnot_skipped = ["x"]', "a list of reasons"),
        ("[coverage]\nx = 1", "coverage.x: unknown key"),
    ],
)
def test_a_mistake_is_told(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(ConfigurationError, match=says):
        broken(tmp_path, text)
