"""Encrypt: as `token`, and whoever has the key can read the value again (`privacyscan reveal`).

AES-SIV (RFC 5297) of the canonical value: the same value gives the same text, which grows with the value.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from privacyscan.errors import ConfigurationError
from privacyscan.keys import PurposeKey, as_letters, from_letters
from privacyscan.model import Identifier
from privacyscan.operators import Operator, Parameter, Replacement, each, label


class Encrypt:
    name = "encrypt"
    needs_key = True
    by_person = False
    looks_real = False
    parameters: Mapping[str, Parameter] = {}

    def bind(self, identifier: Identifier, key: PurposeKey | None, parameters: Mapping[str, Any]) -> Replacement:
        if key is None:
            raise ValueError("to encrypt needs a key")
        cipher, start = _cipher(key, label(identifier)), f"{label(identifier)}_{key.id}_"

        def encrypted(value: str, canonical: str) -> str:
            return start + as_letters(cipher.encrypt(canonical.encode("utf-8", "surrogatepass"), None))

        return each(encrypted)

    def reveal(self, text: str, key: PurposeKey) -> str:
        """The canonical value behind an encrypted one. Raises ConfigurationError when the key does not fit, or the
        text is no encrypted value."""
        entity, named, letters = split(text)
        if named != key.id:
            raise ConfigurationError(f"made with key and purpose {named}, and those given are {key.id}")
        try:
            return _cipher(key, entity).decrypt(from_letters(letters), None).decode("utf-8", "surrogatepass")
        except (ValueError, InvalidTag):
            raise ConfigurationError("is damaged, or a token that nobody can reverse") from None


def split(text: str) -> tuple[str, str, str]:
    """Entity, key id and the rest of a token or encrypted value. Raises ConfigurationError for anything else."""
    parts = text.strip().rsplit("_", 2)
    if len(parts) != 3 or not all(parts):
        raise ConfigurationError(
            "is no encrypted value; one looks like NIK_bcdfgh_..., and one that fpe made needs --entity"
        )
    return parts[0], parts[1], parts[2]


def _cipher(key: PurposeKey, entity: str) -> AESSIV:
    return AESSIV(key.derive(f"encrypt {entity}", 64))


plugin: Operator = Encrypt()
