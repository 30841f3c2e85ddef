"""Hardware addresses of devices."""

from __future__ import annotations

import pytest

from privacyscan.checks.mac_address import plugin


@pytest.mark.parametrize(
    ("value", "good"),
    [
        ("3c:52:82:11:aa:0f", True),
        ("3C-52-82-11-AA-0F", True),
        ("3c52.8211.aa0f", True),
        ("123412341299", True),
        ("00:00:00:00:00:00", False),
        ("ff:ff:ff:ff:ff:ff", False),
        ("01:00:5e:00:00:fb", False),
        ("33:33:00:00:00:16", False),
        ("00:11:22:33:44:55", False),
        ("3c:52:82:11:aa", False),
        ("3c:52:82:11:aa:0g", False),
    ],
)
def test_one_device(value: str, good: bool) -> None:
    assert plugin(value) is good


def test_how_many_bytes_must_differ() -> None:
    assert plugin("3c:52:82:3c:52:82", different=3)
    assert not plugin("3c:52:82:3c:52:82", different=4)
