"""Numbers and codes that say little of their holder: digits become digits and letters letters, in one permutation.

A code that passes the checks of its rule file becomes another that does, a damaged one another damaged one or nothing.
Twins may have been issued to somebody who is not in the data: no range of such codes is known to be free.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from privacyscan.checks import Place
from privacyscan.keys import PurposeKey
from privacyscan.model import Identifier
from privacyscan.twins import Kept, Kind, Twins
from privacyscan.twins._checked import Checked, walked
from privacyscan.twins._numbers import LARGEST, LONGEST, Permutation
from privacyscan.twins._written import check_digit, rewritten, upright

_SHAPE = str.maketrans("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", "0" * 10 + "A" * 26)


class Code:
    """Parameters: `keep`, how many characters stay at the start; `luhn`: the last digit is a check digit."""

    name = "code"

    def __call__(
        self, key: PurposeKey, kept: Kept, identifier: Identifier, /, *, keep: Place = 0, luhn: bool = False
    ) -> Twins:
        groups: dict[tuple[int, str], _Group] = {}
        checked = Checked(identifier)

        def twins(values: Sequence[str], canonical: Sequence[str]) -> list[str | None]:
            rows: dict[tuple[int, str], list[int]] = {}
            codes = [upright(c) for c in canonical]
            if luhn or identifier.normalise == "digits":
                codes = [c if c.isdigit() else "" for c in codes]
            for row, code in enumerate(codes):
                head = min(keep, len(code))
                rows.setdefault((head, code[head : len(code) - luhn].translate(_SHAPE)), []).append(row)
            found: list[str | None] = [None] * len(codes)
            for (head, shape), members in rows.items():
                if not shape:
                    continue
                if (head, shape) not in groups:
                    groups[head, shape] = _Group(key, identifier.id, head, shape, luhn)
                new = walked([codes[r] for r in members], groups[head, shape].step, checked)
                for row, twin in zip(members, new, strict=True):
                    if twin is not None:
                        found[row] = rewritten(values[row], twin[head:])
            return found

        return twins


class _Group:
    """All codes of one shape, `0` for a digit and `A` for a letter, after `head` characters that stay."""

    def __init__(self, key: PurposeKey, label: str, head: int, shape: str, luhn: bool) -> None:
        size, start = 1, len(shape)
        while start and size * _radix(shape[start - 1]) <= LARGEST:
            start -= 1
            size *= _radix(shape[start])
        self._head, self._shape, self._luhn = head + start, shape[start:], luhn
        self._permutation = Permutation(key, f"{label} {shape}", size)

    def step(self, codes: Sequence[str]) -> list[str]:
        """The code that the permutation leads each to."""
        end = self._head + len(self._shape)
        heads = [c[: self._head] for c in codes]
        tweaks = "".join(h[-LONGEST:].rjust(min(self._head, LONGEST)) for h in heads).encode()
        width = min(self._head, LONGEST)
        numbers = np.array([self._number(c[self._head : end]) for c in codes], np.int64)
        new = self._permutation(numbers, np.frombuffer(tweaks, np.uint8).reshape(len(codes), width))
        made = [h + self._text(n) for h, n in zip(heads, new.tolist(), strict=True)]
        return [m + check_digit(m) for m in made] if self._luhn else made

    def _number(self, text: str) -> int:
        if text.isdigit():
            return int(text)
        number = 0
        for c, kind in zip(text, self._shape, strict=True):
            number = number * _radix(kind) + ord(c) - ord(kind)
        return number

    def _text(self, number: int) -> str:
        if "A" not in self._shape:
            return f"{number:0{len(self._shape)}d}"
        letters = []
        for kind in reversed(self._shape):
            number, digit = divmod(number, _radix(kind))
            letters.append(chr(ord(kind) + digit))
        return "".join(reversed(letters))


def _radix(kind: str) -> int:
    return 10 if kind == "0" else 26


plugin: Kind = Code()
