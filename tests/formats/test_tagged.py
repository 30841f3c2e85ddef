"""Words between which nothing but tags stands."""

from __future__ import annotations

import pytest

from privacyscan.formats._tagged import whole


@pytest.mark.parametrize(
    ("pieces", "text"),
    [
        (("NIK", "3171061505900001", "Nama"), "NIK3171061505900001 Nama"),  # a label before a number does no harm
        (("a@contoh.id", "", "Telepon"), "a@contoh.id Telepon"),
        (("31710615", "05900001"), "3171061505900001"),
        (("B", "udi ", "SAN", "TOSO"), "Budi SANTOSO"),
        (("A", "1234567"), "A1234567"),
    ],
)
def test_a_blank_comes_where_a_word_ends(pieces: tuple[str, ...], text: str) -> None:
    assert whole(pieces) == text
