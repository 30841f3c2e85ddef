"""Birth dates in the rows of a text, where no word names them."""

from __future__ import annotations

import pytest

from privacyscan import rulebook
from privacyscan.detect import Detector
from tests.detect.made_up import MadeUp


@pytest.fixture(scope="module")
def detector() -> Detector:
    return Detector(rulebook.load().identifiers.values(), b"", names="on")


def dates(detector: Detector, text: str) -> list[str]:
    return [text[s.start : s.end] for s in detector.spans(text, running=True) if s.entity == "DATE_OF_BIRTH"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Siti Aminah - 01-05-1989 - 085349260521", ["01-05-1989"]),
        ("1 SITI AMINAH PEREMPUAN 04-05-1970\n2 JOKO PRASETYO LAKI-LAKI 1968-02-03", ["04-05-1970", "1968-02-03"]),
        ("Siti Aminah hadir sejak 01-05-1989", []),
        ("1989-05-01 Siti Aminah", []),  # the stamp of a message
        ("Siti Aminah | 01-05-2024", []),
        ("Siti Aminah\n01-05-1989", []),
    ],
)
def test_old_dates_behind_a_person_in_a_row(detector: Detector, text: str, found: list[str]) -> None:
    assert dates(detector, text) == found


def test_a_day_that_a_number_of_the_row_tells(detector: Detector) -> None:
    nik = MadeUp(3).nik(woman=False)
    nik = f"{nik[:6]}140318{nik[12:]}"
    assert dates(detector, f"|Siti Aminah|{nik}|14-03-2018|") == ["14-03-2018"]
    assert dates(detector, f"|Siti Aminah|{nik}|15-03-2018|") == []
