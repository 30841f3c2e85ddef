"""IP addresses: public ones become other public ones, which may be in use somewhere.

Those of version 6 become some of the range for documentation (RFC 3849).
"""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address

import numpy as np

from privacyscan.keys import PurposeKey
from privacyscan.model import Identifier
from privacyscan.twins import Kept, Kind, Twins
from privacyscan.twins._checked import Checked, walked
from privacyscan.twins._numbers import Permutation
from privacyscan.twins._words import name_words

DOCUMENTATION = 0x20010DB8 << 96


class IpAddress:
    name = "ip_address"

    def __call__(self, key: PurposeKey, kept: Kept, identifier: Identifier, /) -> Twins:
        permutation, number, checked = Permutation(key, "IPv4", 2**32), name_words(key).number, Checked(identifier)

        def step(addresses: Sequence[str]) -> list[str]:
            numbers = np.array([int(IPv4Address(a)) for a in addresses], np.int64)
            new = permutation(numbers, np.zeros((len(numbers), 0), np.uint8))
            return [str(IPv4Address(n)) for n in new.tolist()]

        def twins(values: Sequence[str], canonical: Sequence[str]) -> list[str | None]:
            found: list[str | None] = [None] * len(values)
            addresses = {i: a for i, v in enumerate(values) if (a := _address(v)) is not None}
            four = {i: str(a) for i, a in addresses.items() if isinstance(a, IPv4Address)}
            for i, new in zip(four, walked(list(four.values()), step, checked), strict=True):
                found[i] = new
            for i in addresses.keys() - four.keys():
                high, low = number(f"{addresses[i]} network") % 2**32, number(f"{addresses[i]} host")
                found[i] = str(IPv6Address(DOCUMENTATION + (high << 64) + low))
            return found

        return twins


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(text.strip())
    except ValueError:
        return None


plugin: Kind = IpAddress()
