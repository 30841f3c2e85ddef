"""Token: one value, one token, under one key, in every file and table, so joins go on working.

A token is `<entity>_` and 24 letters: 96 bits of HMAC-SHA256 over entity and canonical value. Two of a billion
values share a token with a probability of about 6e-12. Without the key a token cannot be tried out against all numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from privacyscan.model import Identifier
from privacyscan.operators import Operator, Parameter, label

BITS = 96
# Consonants alone: no digits that look like an identifier, no words.
_LETTERS = str.maketrans("0123456789abcdef", "bcdfghjklmnpqrst")


class Token:
    name = "token"
    needs_key = True
    parameters: Mapping[str, Parameter] = {}

    def __call__(
        self, value: str, /, *, canonical: str, identifier: Identifier, key: bytes | None, **parameters: Any
    ) -> str:
        from cryptography.hazmat.primitives.hashes import SHA256
        from cryptography.hazmat.primitives.hmac import HMAC

        if not key:
            raise ValueError("a token needs a key")
        mac = HMAC(key, SHA256())
        mac.update(f"token\0{identifier.id}\0{canonical}".encode("utf-8", "surrogatepass"))
        return f"{label(identifier)}_{mac.finalize().hex()[: BITS // 4].translate(_LETTERS)}"


plugin: Operator = Token()
