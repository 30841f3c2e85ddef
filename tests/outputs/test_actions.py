"""What to do first, in which order."""

from __future__ import annotations

from dataclasses import replace

import pytest

from privacyscan.model import Assessment, Evidence
from privacyscan.outputs._actions import actions
from privacyscan.outputs._figures import Figures
from tests.outputs import made_up_assessment as made_up

FULL = made_up.assessment()


def with_exposures(*codes: str) -> Assessment:
    """The agency with these exposures on every asset."""
    exposure = tuple(Evidence(code) for code in codes)
    assets = tuple(replace(a, exposure=exposure) for a in FULL.scan.assets)
    return replace(FULL, scan=replace(FULL.scan, assets=assets))


def interrupted() -> Assessment:
    return replace(FULL, scan=replace(FULL.scan, status="interrupted"))


@pytest.mark.parametrize(
    ("assessment", "steps"),
    [
        (FULL, ["restrict", "copies", "unread", "specific", "close"]),
        (interrupted(), ["finish", "restrict", "copies", "unread", "specific"]),
        (with_exposures(), ["unread", "specific", "worst", "duty", "duty"]),
        (with_exposures("archive", "world_readable"), ["restrict", "archive", "unread", "specific", "worst"]),
        (with_exposures("backup_name", "old_name"), ["close", "copies", "unread", "specific", "worst"]),
        (made_up.clean(), ["repeat"]),
    ],
)
def test_the_most_urgent_comes_first(assessment: Assessment, steps: list[str]) -> None:
    assert [a.code for a in actions(Figures(assessment))] == steps


def test_a_step_names_the_assets_at_most_risk_first() -> None:
    figures = Figures(FULL)
    for action in actions(figures):
        scores = [figures.risk(a).score for a in action.assets]
        assert scores == sorted(scores, reverse=True)


def test_what_holds_no_personal_data_asks_for_nothing() -> None:
    bare = with_exposures("world_readable")
    restrict = next(a for a in actions(Figures(bare)) if a.code == "restrict")
    assert {a.id for a in restrict.assets} == set(Figures(bare).findings_of)
