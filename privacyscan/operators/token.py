"""Token: one value, one token, under one key, in every file and table, so joins go on working.

A token is `<entity>_` and 24 letters: 96 bits of HMAC-SHA256 over entity and canonical value. Two of a billion
values share a token with a probability of about 6e-12. Without the key a token cannot be tried out against all numbers.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from typing import Any

from privacyscan.keys import PurposeKey
from privacyscan.model import Identifier
from privacyscan.operators import Operator, Parameter, Replacement, each, label

BITS = 96
# Consonants alone: no digits that look like an identifier, no words.
_LETTERS = str.maketrans("0123456789abcdef", "bcdfghjklmnpqrst")


class Token:
    name = "token"
    needs_key = True
    by_person = False
    looks_real = False
    parameters: Mapping[str, Parameter] = {}

    def bind(self, identifier: Identifier, key: PurposeKey | None, parameters: Mapping[str, Any]) -> Replacement:
        if key is None:
            raise ValueError("a token needs a key")
        secret, shown = key.derive(f"token {identifier.id}"), label(identifier)

        def token(value: str, canonical: str) -> str:
            digest = hmac.digest(secret, canonical.encode("utf-8", "surrogatepass"), "sha256").hex()
            return f"{shown}_{digest[: BITS // 4].translate(_LETTERS)}"

        return each(token)


plugin: Operator = Token()
