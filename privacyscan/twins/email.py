"""E-mail addresses at domains that nobody can own (RFC 2606). The words before the `@` are those of the twin's name.

Eight digits of a keyed hash follow them. Of 100 addresses with the same words two share a twin with a probability
of 0.00002: 100 * 99 / 2 pairs in three domains with 10^8 numbers each.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from privacyscan.keys import PurposeKey
from privacyscan.model import Identifier
from privacyscan.twins import Kept, Kind, Twins
from privacyscan.twins._words import Words, name_words

DOMAINS = ("example.com", "example.net", "example.org")
DIGITS = 8
LONGEST = 64 - DIGITS  # RFC 5321, before the `@`
LEAST = 3  # letters of a word that is written together with another
_WORD = re.compile("[a-z]+")


class Email:
    name = "email"

    def __call__(self, key: PurposeKey, kept: Kept, identifier: Identifier, /) -> Twins:
        words = name_words(key)

        def twin(address: str) -> str | None:
            local, at, domain = address.strip().lower().rpartition("@" if "@" in address else "%40")
            if not local or not domain:
                return None
            stem = _WORD.sub(lambda word: _twin(words, word[0]), local.split("+")[0])
            stem = re.sub("[^a-z._-]|^[._-]+|[._-]+$", "", stem) or words.twin(local)
            number = words.number(f"{local}@{domain}")
            tail = f"{number % 10**DIGITS:0{DIGITS}d}{at}{DOMAINS[number // 10**DIGITS % len(DOMAINS)]}"
            room = min(LONGEST, kept.length - len(tail) if kept.length else LONGEST)
            return stem[:room].rstrip("._-") + tail if room > 0 else None

        def twins(values: Sequence[str], canonical: Sequence[str]) -> list[str | None]:
            return [twin(c) for c in canonical]

        return twins


def _twin(words: Words, word: str) -> str:
    """The twin of a word, or of the two known ones that it is made of."""
    if len(word) > 1 and not words.knows(word):
        for end in range(len(word) - LEAST, LEAST - 1, -1):
            if words.knows(word[:end]) and words.knows(word[end:]):
                return words.twin(word[:end]) + words.twin(word[end:])
    return words.twin(word)


plugin: Kind = Email()
