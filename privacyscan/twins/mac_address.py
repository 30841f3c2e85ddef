"""MAC addresses: one of those that devices give themselves (the bit for local administration is set), written alike."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from privacyscan.keys import PurposeKey
from privacyscan.model import Identifier
from privacyscan.twins import Kept, Kind, Twins
from privacyscan.twins._numbers import Permutation
from privacyscan.twins._written import rewritten

LENGTH = 12  # digits of base 16
BITS = 40  # after the first byte
LOCAL, GROUP = 2, 1  # bits of the first byte


class MacAddress:
    name = "mac_address"

    def __call__(self, key: PurposeKey, kept: Kept, identifier: Identifier, /) -> Twins:
        permutation = Permutation(key, "MAC", 2**46)  # all bits but those two

        def number(text: str) -> int | None:
            digits = "".join(c for c in text if c.isalnum())
            try:
                address = int(digits, 16)
            except ValueError:
                return None
            first, rest = divmod(address, 2**BITS)
            return (first >> 2) * 2**BITS + rest if len(digits) == LENGTH and not first & GROUP else None

        def twins(values: Sequence[str], canonical: Sequence[str]) -> list[str | None]:
            numbers = [number(v) for v in values]
            known = [n for n in numbers if n is not None]
            new = iter(permutation(np.array(known, np.int64), np.zeros((len(known), 0), np.uint8)).tolist())
            return [None if n is None else _written(v, next(new)) for v, n in zip(values, numbers, strict=True)]

        return twins


def _written(value: str, number: int) -> str | None:
    first, rest = divmod(number, 2**BITS)
    new = rewritten(value, f"{(first << 2 | LOCAL) * 2**BITS + rest:012x}")
    letters = [c for c in value if c.isalpha()]
    new = new.upper() if letters and all(c.isupper() for c in letters) else new.lower()
    return new if new != value.lower() and new != value.upper() else None


plugin: Kind = MacAddress()
