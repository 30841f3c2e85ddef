"""Sensitive facts: only in a sentence about a person, in both engines, in Presidio and on the command line."""

from __future__ import annotations

import pytest

from privacyscan import rulebook
from privacyscan.detect import Detector
from tests.detect.made_up import MadeUp
from tests.detect.test_engines import of_text

NIK = MadeUp(31).nik(woman=True)


@pytest.fixture(scope="module", params=["fast", "reference"])
def detector(request: pytest.FixtureRequest) -> Detector:
    return Detector(rulebook.load().identifiers.values(), b"k" * 32, "all", request.param)


def sensitive(detector: Detector, text: str) -> dict[str, list[str]]:
    """Entity -> what was said, without the identifiers."""
    found = {f.entity: [text[x.offset_start : x.offset_end] for x in f.locations] for f in of_text(detector, text)}
    return {e: v for e, v in found.items() if e in ("HEALTH", "RELIGION", "DISABILITY")}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Pasien dengan NIK {nik} positif HIV sejak 2021.", {"HEALTH": ["HIV"]}),
        ("PASIEN NIK {nik} SEDANG HAMIL 12 MINGGU", {"HEALTH": ["HAMIL"]}),
        (
            "NIK: {nik}\nAgama: Islam\nDiagnosa: TBC paru\n",
            {"HEALTH": ["Diagnosa: TBC paru"], "RELIGION": ["Agama: Islam"]},
        ),
        ("NIK: {nik}, diagnosa A15.0.", {"HEALTH": ["diagnosa A15.0"]}),
        ("Sdr. Budi (NIK {nik}) tuna netra sejak lahir.", {"DISABILITY": ["tuna netra"]}),
        ("Diagnosa: gangguan jiwa\nNIK {nik}\n", {"HEALTH": ["gangguan jiwa"]}),
        ("NIK {nik} No. 5. HIV positif.", {}),  # another sentence
        ("NIK {nik}.\n\nHIV adalah virus.", {}),  # another paragraph
        ("Pasien HIV di kabupaten ini meningkat 5 %. Agama: Islam.", {}),
        ("Program HIV tahun 2024 diperluas, hubungi 0812-3456-7890 atau humas@contoh.go.id.", {}),  # nobody's health
        ("NIK {nik} menderita kerugian besar.", {}),
        ("NIK {nik} " + "x " * 300 + "HIV", {}),  # too far away
    ],
)
def test_what_is_said_of_a_person(detector: Detector, text: str, expected: dict[str, list[str]]) -> None:
    assert sensitive(detector, text.format(nik=NIK)) == expected


def test_a_fact_shows_nothing_and_counts_no_person(detector: Detector) -> None:
    health = next(f for f in of_text(detector, f"NIK {NIK} positif HIV.") if f.entity == "HEALTH")
    assert health.samples == ("***",)
    assert health.confidence == 0.85
    assert next(e.code for e in health.evidence) == "running_text"


def test_presidio_says_the_same() -> None:
    from privacyscan.presidio import analyzer

    text = f"Pasien NIK {NIK} positif HIV, agama Islam. Pasien HIV meningkat."
    found = {(r.entity_type, text[r.start : r.end]) for r in analyzer().analyze(text, language="id")}
    assert found >= {("HEALTH", "HIV"), ("RELIGION", "agama Islam"), ("ID_NIK", NIK)}
    assert len([r for r in analyzer().analyze(text, language="id") if r.entity_type == "HEALTH"]) == 1
