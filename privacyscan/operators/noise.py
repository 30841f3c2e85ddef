"""Noise: an amount becomes another near it, written the same way; the same amount of the same person the same one.

Sums and means stay about what they were. An amount that hardly anybody has still stands out: use `generalise` there.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Mapping, Sequence
from typing import Any

from privacyscan.keys import PurposeKey
from privacyscan.model import Identifier
from privacyscan.operators import Operator, Parameter, Replacement

SHARE = 0.1
_NUMBER = re.compile(r"[^0-9]*[0-9](?:[0-9.,]*[0-9])?[^0-9]*")


class Noise:
    name = "noise"
    needs_key = True
    by_person = True
    looks_real = True
    parameters: Mapping[str, Parameter] = {
        "share": Parameter("a share above 0 and up to 1", lambda value: isinstance(value, float) and 0 < value <= 1)
    }

    def bind(self, identifier: Identifier, key: PurposeKey | None, parameters: Mapping[str, Any]) -> Replacement:
        if key is None:
            raise ValueError("noise needs a key")
        secret, share = key.derive(f"noise {identifier.id}"), parameters.get("share", SHARE)

        def replaced(
            values: Sequence[str], canonical: Sequence[str], persons: Sequence[str | None]
        ) -> Sequence[str | None]:
            return [_near(v, p or "", secret, share) for v, p in zip(values, persons, strict=True)]

        return replaced


def _near(value: str, person: str, secret: bytes, share: float) -> str | None:
    """A number near this one with as many digits; None for what is no single number, or leaves no other."""
    if _NUMBER.fullmatch(value) is None:
        return None
    places = [i for i, c in enumerate(value) if c in "0123456789"]
    number, digits = int("".join(value[i] for i in places)), len(places)
    random = hmac.digest(secret, f"{person}\0{number}".encode("utf-8", "surrogatepass"), "sha256")
    least = 0 if digits == 1 else 10 ** (digits - 1)
    low, high = max(least, round(number * (1 - share))), min(10**digits - 1, round(number * (1 + share)))
    if value[places[0]] == "0" or high <= low:
        return None
    new = low + int.from_bytes(random[:8], "big") % (high - low)  # one of the others
    new += new >= number
    written = list(value)
    for i, c in zip(places, f"{new:0{digits}d}", strict=True):
        written[i] = c
    return "".join(written)


plugin: Operator = Noise()
