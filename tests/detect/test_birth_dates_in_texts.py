"""Birth dates in texts: only what follows a word that says so, up to the next digit; other dates are silent."""

from __future__ import annotations

import pytest

from privacyscan import rulebook
from privacyscan.detect import spans


@pytest.mark.parametrize(
    ("text", "born"),
    [
        ("Tempat/Tgl Lahir : Jakarta, 17-08-1990", ["17-08-1990"]),
        ("lahir 17 Agustus 1990 dan menikah 12 Mei 2015", ["17 Agustus 1990"]),
        ("Tanggal Lahir:\n17/08/1990", ["17/08/1990"]),
        ("dob=1990-08-17;", ["1990-08-17"]),
        ("Rapat tanggal 17-08-1990", []),
        ("lahir 17-13-1990", []),
        ("Akta kelahiran tanggal 17-08-2020", []),
    ],
)
def test_birth_dates(text: str, born: list[str]) -> None:
    found = spans(text, rulebook.load())
    assert [text[s.start : s.end] for s in found if s.entity == "DATE_OF_BIRTH"] == born
