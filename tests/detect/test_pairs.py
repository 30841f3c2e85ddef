"""A NIK and a family card in one line without their names."""

from __future__ import annotations

import pytest

from privacyscan import rulebook
from privacyscan.detect import Detector
from tests.detect.test_texts import scan

WOMAN, MAN, YOUNG_MAN, CARD = "3171014107900001", "3171010107750001", "3171010107010002", "3171010107120003"


@pytest.fixture(scope="module")
def detector() -> Detector:
    return Detector(rulebook.load().identifiers.values(), b"k" * 32, "all")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"1. Budi - {WOMAN}/{CARD}", {"ID_NIK": 1, "ID_KK": 1}),
        (f"1. Budi - {MAN} / {CARD}", {"ID_NIK": 1, "ID_KK": 1}),
        (f"1. Budi - {CARD}/{MAN}", {"ID_NIK": 1, "ID_KK": 1}),
        (f"{YOUNG_MAN}/{CARD}", {"ID_NIK": 1, "ID_KK": 1}),
        (f"{MAN}/{WOMAN}", {"ID_NIK": 2}),  # a couple
        (f"{YOUNG_MAN}/{WOMAN}", {"ID_NIK": 2}),
        (f"{WOMAN}/{MAN}", {"ID_NIK": 2}),
        (f"KK/NIK: {CARD}/{WOMAN}", {"ID_NIK": 1, "ID_KK": 1}),  # words tell
        (f"{MAN}, {CARD}", {"ID_NIK": 2}),  # a list of numbers
    ],
)
def test_the_card_is_told_by_its_date(detector: Detector, text: str, expected: dict[str, int]) -> None:
    found = {f.entity: f.matched for f in scan(detector, text.encode()) if f.entity in ("ID_NIK", "ID_KK")}
    assert found == expected
