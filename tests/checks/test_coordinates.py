"""Points of Indonesia, as tables and texts write them."""

from __future__ import annotations

import struct

import pytest

from privacyscan.checks.coordinates import plugin


@pytest.mark.parametrize(
    ("value", "good"),
    [
        ("-6.208812, 106.845599", True),
        ("106.845599,-6.208812", True),
        ("POINT(106.8456 -6.2088)", True),
        ("6°12'31.7\"S 106°50'44.2\"E", True),
        ("6° 12' 31,7\" LS, 106° 50' 44,2\" BT", True),
        ("5°33'25\"N 95°19'1\"E", True),  # Banda Aceh
        ("https://maps.app.goo.gl/AbCdEf123456", True),
        ("48.8566, 2.3522", False),
        ("6°12'31.7\"S 16°50'44.2\"E", False),
        ("15°12'31.7\"S 106°50'44.2\"E", False),
        ("-6.208812", False),  # alone only if asked for
        ("", False),
    ],
)
def test_a_pair_lies_in_indonesia(value: str, good: bool) -> None:
    assert plugin(value) is good


@pytest.mark.parametrize(
    ("value", "good"), [("-6.208812", True), ("106,845599", True), ("-11.5", False), ("6.5", False), ("94.5", False)]
)
def test_one_number_lies_within_either_box(value: str, good: bool) -> None:
    assert plugin(value, single=True) is good


@pytest.mark.parametrize(("east", "north", "good"), [(106.8456, -6.2088, True), (2.3522, 48.8566, False)])
def test_a_point_of_postgis_is_read(east: float, north: float, good: bool) -> None:
    point = struct.pack("<dd", east, north).hex()
    assert plugin("0101000020E6100000" + point.upper()) is good
    assert plugin("0101000000" + point) is good
