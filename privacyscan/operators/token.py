"""Token: one value, one token, under one key, in every file and table, so joins go on working.

A token is `<entity>_<key id>_` and 24 letters: 96 bits of HMAC-SHA256 over the canonical value, under a key for entity
and purpose. Two of a billion values share a token with a probability of about 6e-12. Without the key a token cannot be
tried out against all numbers.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from typing import Any

from privacyscan.keys import PurposeKey, as_letters
from privacyscan.model import Identifier
from privacyscan.operators import Operator, Parameter, Replacement, each, label

BITS = 96


class Token:
    name = "token"
    needs_key = True
    by_person = False
    looks_real = False
    parameters: Mapping[str, Parameter] = {}

    def bind(self, identifier: Identifier, key: PurposeKey | None, parameters: Mapping[str, Any]) -> Replacement:
        if key is None:
            raise ValueError("a token needs a key")
        secret, start = key.derive(f"token {identifier.id}"), f"{label(identifier)}_{key.id}_"

        def token(value: str, canonical: str) -> str:
            mac = hmac.digest(secret, canonical.encode("utf-8", "surrogatepass"), "sha256")
            return start + as_letters(mac[: BITS // 8])

        return each(token)


plugin: Operator = Token()
