"""Digits that were recognised as something else are mended only where one reading alone passes the checks."""

from __future__ import annotations

import pytest

from privacyscan.formats._mend import mended
from privacyscan.formats._ocr import Word


def line(text: str) -> list[Word]:
    return [Word(word, (i, 0, i + 1, 9), 0.5) for i, word in enumerate(text.split())]


@pytest.mark.parametrize(
    ("read", "meant"),
    [
        ("NIK : 3171014107900001", "NIK : 3171014107900001"),
        ("NIK : 317l0I41O790000I", "NIK : 3171014107900001"),  # letters for digits
        ("NIK : 31710141 07900001", "NIK : 3171014107900001"),  # a gap
        ("NIK :3171014107/900001", "NIK 3171014107900001"),  # a stroke between digits, a colon before
        ("No. 3171010107?20001 ya", "No. 3171010107720001 ya"),  # a family's
        ("3171 0141 0790 0001 a", "3171014107900001 a"),
    ],
)
def test_a_number_is_mended(read: str, meant: str) -> None:
    words = mended(line(read))
    assert " ".join(w.text for w in words) == meant
    (number,) = (w for w in words if len(w.text) == 16)
    assert number.sure == 1


@pytest.mark.parametrize(
    "read",
    [
        "9971014107900O01",  # no such province
        "31710141079OOO",  # too short
        "KODEBISMILLAHABC",  # no number
        "3171014107900/01",  # 1 and 7 both pass
        "12 3171 0141",
    ],
)
def test_others_stay_as_they_are(read: str) -> None:
    assert mended(line(read)) == line(read)
