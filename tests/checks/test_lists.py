"""Checks that compare a text with a list: closed lists of values, names of regions."""

from __future__ import annotations

import pytest

from privacyscan.checks.one_of import plugin as one_of
from privacyscan.checks.region_name import plugin as region_name


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Laki-laki", True),
        ("LAKI  LAKI", True),  # case and what stands between words do not matter
        ("(laki laki)", True),
        ("laki", True),
        ("laki-lakian", False),  # whole values only
        ("perempuan dan anak", False),
        ("", False),
        ("-", False),
    ],
)
def test_a_value_of_a_list_is_known_however_it_is_written(value: str, expected: bool) -> None:
    assert one_of(value, list="sexes") is expected
    assert one_of(value, list="sexes", none=True) is not expected


def test_values_may_stand_in_the_rule_and_a_plus_counts() -> None:
    assert one_of("O +", values=["o +"])
    assert not one_of("O", values=["o +"])


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Bandung", True),
        ("KAB. SLEMAN", True),
        ("Jakarta Selatan", True),  # half of a longer name
        ("Kota Barat", False),  # kinds and directions alone tell no place
        ("Printer rusak", False),
        ("3273", False),
        ("", False),
    ],
)
def test_a_region_is_known_by_its_name(value: str, expected: bool) -> None:
    assert region_name(value) is expected
