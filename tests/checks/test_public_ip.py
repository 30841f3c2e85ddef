"""Addresses of the public internet."""

from __future__ import annotations

import numpy as np
import pytest

from privacyscan.checks.public_ip import plugin

PUBLIC = ["114.124.200.13", "36.8.8.8", "2001:4860:4860::8888", "2404:c0:1:2:3:4:5:6"]
OTHERS = [
    "10.0.0.1",
    "192.168.1.1",
    "172.16.5.200",
    "127.0.0.1",
    "0.0.0.0",
    "169.254.1.200",
    "100.64.200.1",  # shared by customers of a provider
    "203.0.113.7",  # documentation
    "239.1.2.200",  # multicast
    "255.255.255.255",
    "114.124.200.0",
    "1.2.3.4",
    "300.1.1.1",
    "114.124.200",
    "2001:db8::1",
    "fe80::1",
    "::1",
]


@pytest.mark.parametrize(("value", "good"), [*((v, True) for v in PUBLIC), *((v, False) for v in OTHERS)])
def test_public_addresses_alone(value: str, good: bool) -> None:
    assert plugin(value) is good


@pytest.mark.parametrize(
    ("value", "good"), [("114.124.20.13", True), ("36.249.1.71", True), ("114.24.20.13", False), ("2404:c0::1", True)]
)
def test_parts_of_versions_are_smaller(value: str, good: bool) -> None:
    assert plugin(value, no_version=True) is good


def test_twin_says_the_same_of_digits_alone() -> None:
    digits = np.array([[1, 1, 4, 1], [8, 8, 8, 8]], np.uint8)
    twin = plugin.vector(digits)
    assert twin is not None
    assert twin.tolist() == [plugin("".join(map(str, row))) for row in digits]
