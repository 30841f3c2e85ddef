"""How open the data lies, in words: each exposure with its figures and what to do about it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from privacyscan.model import Assessment, Evidence, Factor
from privacyscan.outputs import _titles
from privacyscan.outputs._explain import explain
from privacyscan.outputs._text import texts
from privacyscan.outputs._view import View
from privacyscan.outputs.json import document
from tests.outputs import made_up_assessment as made_up

FULL = made_up.assessment()


def with_exposures(*shown: Evidence) -> Assessment:
    """The agency with these exposures on every asset."""
    assets = tuple(replace(a, exposure=shown) for a in FULL.scan.assets)
    return replace(FULL, scan=replace(FULL.scan, assets=assets))


@pytest.mark.parametrize(
    ("code", "params", "english", "indonesian"),
    [
        (
            "probe_unknown",
            {"probe": "superuser"},
            "Could not be checked (It was scanned",
            "Tidak dapat diperiksa (Dipi",
        ),
        ("weak_password", {"values": 1200, "seen": 3000}, "(1,200 of 3,000 values)", "(1.200 dari 3.000 nilai)"),
        ("granted_to_all_hosts", {"accounts": 1}, "(1 account)", "(1 akun)"),
        ("values_logged", {"setting": "log_statement = all"}, "(log_statement = all)", "(log_statement = all)"),
        ("git_history", {"first": "abc", "commits": 2, "paths": "a.csv"}, "(2 commits)", "(2 commit)"),
        ("production_in_test", {"persons": 90}, "(90 persons)", "(90 orang)"),
        (
            "granted_to_everyone",
            {"account": "Users", "write": 1},
            "(Users, may change it too)",
            "(Users, dapat mengubahnya",
        ),
        ("no_tls", {}, "without encryption", "tanpa enkripsi"),
    ],
)
def test_an_exposure_in_words(code: str, params: dict[str, Any], english: str, indonesian: str) -> None:
    titles = _titles.for_assessment(FULL)
    for language, part in (("en", english), ("id", indonesian)):
        assert part in View(FULL, texts(language), titles).exposure(Evidence(code, params))


def test_it_says_what_to_do() -> None:
    assessment = with_exposures(Evidence("no_tls"), Evidence("of_nobody"))
    shown = explain(assessment, assessment.scan.findings[0].id, "en")
    assert "Exposure: The data travels over the network without encryption. Set up TLS in the server" in shown
    assert "Exposure: of nobody.\n" in shown  # a code of rules that are not here
    stored = document(assessment, "en")["summary"]["by_exposure"]
    assert [(e["exposure"], e["assets"]) for e in stored] == [("no_tls", 9), ("of_nobody", 9)]
    assert stored[0]["advice"]["en"].startswith("Set up TLS")
    assert stored[1]["advice"] == {}


def test_what_could_not_be_looked_at_is_nothing_to_close() -> None:
    assessment = with_exposures(Evidence("probe_unknown", {"probe": "no_tls"}))
    steps = [step.text for step in View(assessment, texts("en"), _titles.for_assessment(assessment)).actions()]
    assert not any("Could not be checked" in text for text in steps)
    factor = Factor("exposure", 0.4, 6.0, 15, {"share": 0.4, "codes": "no_tls, probe_unknown"})
    view = View(assessment, texts("en"), _titles.for_assessment(assessment))
    assert view.factor_figure(factor) == "weight 0.4: The data travels over the network without encryption"
    assert "probe_unknown" in json.dumps(document(assessment, "en"))
