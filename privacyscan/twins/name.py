"""Names, word by word: sex and region of each word stay, titles, `bin` and capitals too.

`Hj. Siti NURHALIZA binti Ahmad, S.Pd.` is another `Hj. ... ... binti ..., S.Pd.`. Initials become other initials.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from privacyscan.keys import PurposeKey
from privacyscan.model import Identifier
from privacyscan.rulebook import words
from privacyscan.twins import Kept, Kind, Twins
from privacyscan.twins._words import cased, name_words

_PART = re.compile(r"[^\W\d_]+(?:['`’][^\W\d_]+)*(?:\.[^\W\d_]{1,4}(?![^\W\d_]))*\.?")  # S.Pd. is one, and so is H.
_DIGITS = re.compile(r"\s*[0-9]+")


class Name:
    name = "name"

    def __call__(self, key: PurposeKey, kept: Kept, identifier: Identifier, /) -> Twins:
        known = name_words(key)

        @lru_cache(65_536)
        def part(text: str, first: bool, behind: bool) -> str:
            if _stays(text, text.replace(".", "").lower(), first, behind):
                return text
            return ".".join(cased(known.twin(p.lower()), p) if p else "" for p in text.split("."))  # M.Nur

        def put(found: re.Match[str]) -> str:
            return part(found[0], not found.start(), "," in found.string[: found.start()])

        def twin(value: str) -> str | None:
            new = _fitting(_PART.sub(put, _DIGITS.sub("", value.strip())), kept.length)
            return new if new.lower() != value.strip().lower() else None

        return lambda values, canonical: [twin(v) for v in values]


def _stays(text: str, bare: str, first: bool, behind: bool) -> bool:
    """Whether a part is a title or a word between names. `behind`: a comma stands before it."""
    if bare in words("degrees"):
        mixed = not text.isupper() and any(c.isupper() for c in text[1:])  # MPd
        return behind or "." in text.rstrip(".") or (mixed and not first)
    return bare in words("titles") or (first and text in ("I", "Ni", "NI"))


def _fitting(name: str, length: int) -> str:
    """The name in so many characters: words from the last to the second become initials, then it is cut."""
    return next((n for n in _shorter(name) if not length or len(n) <= length), name[:length].rstrip())


def _shorter(name: str) -> Iterator[str]:
    yield name
    parts = name.split()
    for i in range(len(parts) - 1, 0, -1):
        parts[i] = parts[i][0]
        yield " ".join(parts)


plugin: Kind = Name()
