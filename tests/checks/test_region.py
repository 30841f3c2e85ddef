"""Codes of regions: those of today, and those that issued numbers keep."""

from __future__ import annotations

import pytest

from privacyscan.checks.region import codes, plugin

PROVINCES = """11 12 13 14 15 16 17 18 19 21 31 32 33 34 35 36 51 52 53 61 62 63 64 65 71 72 73 74 75 76 81 82
91 92 93 94 95 96"""


def test_all_38_provinces_are_known_and_no_other() -> None:
    assert codes("province") == set(PROVINCES.split())


@pytest.mark.parametrize(
    ("code", "level"),
    [
        ("9301", "regency"),  # Merauke, Papua Selatan since 2022
        ("9401", "regency"),  # Nabire, Papua Tengah
        ("9501", "regency"),  # Jayawijaya, Papua Pegunungan
        ("9671", "regency"),  # Kota Sorong, Papua Barat Daya
        ("9171", "regency"),  # Kota Jayapura
        ("6571", "regency"),  # Tarakan, Kalimantan Utara since 2012
        ("930101", "district"),
    ],
)
def test_codes_before_and_after_a_split_are_known(code: str, level: str) -> None:
    assert plugin(code + "0000000000", level=level)


@pytest.mark.parametrize("code", ["00", "20", "37", "97", "99"])
def test_other_provinces_are_none(code: str) -> None:
    assert not plugin(code + "00000000000000")
