"""Fpe: digits become digits and letters letters, in their places, and whoever has the key can turn it back.

FF1 (NIST SP 800-38G) over the digits and letters of the canonical value. Where it has both, they are one number, which
is enciphered bit by bit until it is the number of a value of the same shape (cycle walking), so that no part stays. A
value of whose shape there are fewer than 10^6, or with letters besides A to Z, is emptied. Check digits do not hold
afterwards; `twin` is for that.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import prod
from typing import Any

from privacyscan.errors import ConfigurationError
from privacyscan.ff1 import FF1, LEAST
from privacyscan.keys import PurposeKey
from privacyscan.model import Identifier
from privacyscan.operators import Operator, Parameter, Replacement, each

_DIGIT, _LETTER = frozenset("0123456789"), frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
_START = {10: ord("0"), 26: ord("a")}  # of the numerals of a radix


class Fpe:
    name = "fpe"
    needs_key = True
    by_person = False
    looks_real = True
    parameters: Mapping[str, Parameter] = {}

    def bind(self, identifier: Identifier, key: PurposeKey | None, parameters: Mapping[str, Any]) -> Replacement:
        if key is None:
            raise ValueError("fpe needs a key")
        cipher = _Cipher(key, identifier.id)

        def replaced(value: str, canonical: str) -> str | None:
            new = cipher.through(canonical)
            return None if new is None or new == canonical else _as_written(value, canonical, new)

        return each(replaced)

    def reveal(self, text: str, key: PurposeKey, identifier: Identifier) -> str:
        """The value behind one that this key and purpose gave. Every text of the same shape is one, so nothing tells
        that the key is another. Raises ConfigurationError for a text that is too short."""
        old = _Cipher(key, identifier.id).through(text, back=True)
        if old is None:
            raise ConfigurationError("is too short to be one of fpe")
        return old


class _Cipher:
    """FF1 over texts of an entity."""

    def __init__(self, key: PurposeKey, entity: str) -> None:
        self._digits = FF1(key.derive(f"fpe digits {entity}"), 10)
        self._letters = FF1(key.derive(f"fpe letters {entity}"), 26)
        self._bits = FF1(key.derive(f"fpe bits {entity}"), 2)

    def through(self, text: str, *, back: bool = False) -> str | None:
        """The text enciphered, or deciphered; None where that is not safe."""
        places = [i for i, c in enumerate(text) if c.isalnum()]
        if any(text[i] not in _DIGIT | _LETTER for i in places):
            return None
        radices = [10 if text[i] in _DIGIT else 26 for i in places]
        if prod(radices) < LEAST:
            return None
        old = [ord(text[i].lower()) - _START[r] for i, r in zip(places, radices, strict=True)]
        if len(set(radices)) == 1:
            cipher = self._digits if radices[0] == 10 else self._letters
            numerals = cipher.decrypt(old) if back else cipher.encrypt(old)
        else:
            numerals = self._mixed(old, radices, back)
        new = list(text)
        for i, radix, numeral in zip(places, radices, numerals, strict=True):
            letter = chr(_START[radix] + numeral)
            new[i] = letter.upper() if text[i].isupper() else letter
        return "".join(new)

    def _mixed(self, numerals: Sequence[int], radices: Sequence[int], back: bool) -> list[int]:
        number = 0
        for numeral, radix in zip(numerals, radices, strict=True):
            number = number * radix + numeral
        size = prod(radices)
        bits = [int(b) for b in f"{number:0{(size - 1).bit_length()}b}"]
        while True:
            bits = self._bits.decrypt(bits) if back else self._bits.encrypt(bits)
            number = int("".join(map(str, bits)), 2)
            if number < size:
                break
        new = []
        for radix in reversed(radices):
            number, numeral = divmod(number, radix)
            new.append(numeral)
        return new[::-1]


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
