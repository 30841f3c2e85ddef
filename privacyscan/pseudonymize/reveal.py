"""Pseudonyms back into values: with the key, for a reason, and never without a record."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from privacyscan.errors import ConfigurationError, UsageError
from privacyscan.keys import PurposeKey
from privacyscan.model import Identifier
from privacyscan.operators.encrypt import Encrypt, split
from privacyscan.operators.fpe import Fpe
from privacyscan.pseudonymize import audit


def reveal(
    tokens: Sequence[str], keys: Sequence[PurposeKey], reason: str, record: Path, identifier: Identifier | None = None
) -> list[str]:
    """The values behind these pseudonyms, by the key among `keys` that made each. `identifier` says that they are of
    the operator fpe, which does not show its key: then the first key is taken.

    Before anything is turned back it stands in the record. Raises UsageError without a reason, ConfigurationError for a
    pseudonym that none of the keys made, or that is no reversible one.
    """
    if not reason.strip():
        raise UsageError('--reason: say why, such as --reason "request of the court, letter 12/2026"')
    if identifier is not None:
        audit.append(record, tokens, keys[0], reason)
        return [Fpe().reveal(token, keys[0], identifier) for token in tokens]
    chosen = [_key_of(number, token, keys) for number, token in enumerate(tokens, 1)]
    for key in dict.fromkeys(chosen):
        audit.append(record, [t for t, k in zip(tokens, chosen, strict=True) if k == key], key, reason)
    return [_revealed(n, t, k) for n, (t, k) in enumerate(zip(tokens, chosen, strict=True), 1)]


def _key_of(number: int, token: str, keys: Sequence[PurposeKey]) -> PurposeKey:
    try:
        _, named, _ = split(token)
    except ConfigurationError as error:
        raise ConfigurationError(f"token {number}: {error}") from None
    found = next((key for key in keys if key.id == named), None)
    if found is None:
        given = ", ".join(key.id for key in keys)
        raise ConfigurationError(
            f"token {number}: made with key and purpose {named}, and those given are {given}; check --key and --purpose"
        )
    return found


def _revealed(number: int, token: str, key: PurposeKey) -> str:
    try:
        return Encrypt().reveal(token, key)
    except ConfigurationError as error:
        raise ConfigurationError(f"token {number}: {error}") from None
