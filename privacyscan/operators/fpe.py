"""Fpe: digits become digits and letters letters, in their places, and whoever has the key can turn it back.

FF1 (NIST SP 800-38G) over the digits of the canonical value, and over its letters where there are enough: a value with
fewer than 10^6 of its kind is emptied. Check digits do not hold afterwards; `twin` is for that.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from privacyscan.errors import ConfigurationError
from privacyscan.ff1 import FF1, LEAST
from privacyscan.keys import PurposeKey
from privacyscan.model import Identifier
from privacyscan.operators import Operator, Parameter, Replacement, each

_DIGIT, _LETTER = frozenset("0123456789"), frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")


class Fpe:
    name = "fpe"
    needs_key = True
    by_person = False
    looks_real = True
    parameters: Mapping[str, Parameter] = {}

    def bind(self, identifier: Identifier, key: PurposeKey | None, parameters: Mapping[str, Any]) -> Replacement:
        if key is None:
            raise ValueError("fpe needs a key")
        ciphers = _ciphers(key, identifier.id)

        def replaced(value: str, canonical: str) -> str | None:
            new = _through(canonical, [cipher.encrypt for cipher in ciphers])
            return None if new is None or new == canonical else _as_written(value, canonical, new)

        return each(replaced)

    def reveal(self, text: str, key: PurposeKey, identifier: Identifier) -> str:
        """The value behind one that this key and purpose gave. Every text of the same shape is one, so nothing tells
        that the key is another. Raises ConfigurationError for a text that is too short."""
        old = _through(text, [cipher.decrypt for cipher in _ciphers(key, identifier.id)])
        if old is None:
            raise ConfigurationError("is too short to be one of fpe")
        return old


def _ciphers(key: PurposeKey, entity: str) -> tuple[FF1, FF1]:
    """Those of digits and of letters."""
    return FF1(key.derive(f"fpe digits {entity}"), 10), FF1(key.derive(f"fpe letters {entity}"), 26)


def _through(text: str, ciphers: Sequence[Callable[[Sequence[int]], list[int]]]) -> str | None:
    """The text with its digits and letters changed; None where neither are enough."""
    new, changed = list(text), False
    for kind, start, cipher in zip((_DIGIT, _LETTER), (ord("0"), ord("a")), ciphers, strict=True):
        places = [i for i, c in enumerate(text) if c in kind]
        if (10 if kind is _DIGIT else 26) ** len(places) >= LEAST:
            numerals = cipher([ord(text[i].lower()) - start for i in places])
            for i, numeral in zip(places, numerals, strict=True):
                letter = chr(start + numeral)
                new[i] = letter.upper() if text[i].isupper() else letter
            changed = True
    return "".join(new) if changed else None


def _as_written(value: str, canonical: str, new: str) -> str:
    """In the way the value was written, if it has just the digits and letters of its canonical spelling."""
    places = [i for i, c in enumerate(value) if c.isalnum()]
    mine = [c for c in canonical if c.isalnum()]
    if [value[i].lower() for i in places] != [c.lower() for c in mine]:
        return new
    written = list(value)
    for i, c in zip(places, (c for c in new if c.isalnum()), strict=True):
        written[i] = c.upper() if value[i].isupper() else c
    return "".join(written)


plugin: Operator = Fpe()
