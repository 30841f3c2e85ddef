"""The one map of the words of names that serves names and e-mail addresses.

A known word becomes another of its class: of the same region, given or family name, of men, of women or of both. One
that is not known becomes one that a keyed choice takes, of the sex that its ending lets guess.
"""

from __future__ import annotations

import hmac
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache

import numpy as np

from privacyscan.keys import PurposeKey
from privacyscan.resources import folder
from privacyscan.rulebook import words
from privacyscan.twins._permuted import cycles

Class = tuple[str, str]  # title of the section, sex
USUAL = "usual given"
LEAST = 8  # words of a class; smaller ones join the usual names
ENDING = 3  # letters that let guess the sex
_SIGNS = str.maketrans("", "", "'`’-.")


class Words:
    """Twins of single words in lower case."""

    def __init__(self, key: PurposeKey) -> None:
        self._secret = key.derive("twin words")
        classes = _classes()
        members, numbers = list(classes), {c: i for i, c in enumerate(dict.fromkeys(classes.values()))}
        following = cycles(key, "words", np.array([numbers[c] for c in classes.values()])).tolist()
        self._next: dict[str, str] = {word: members[i] for word, i in zip(members, following, strict=True)}
        letters = cycles(key, "initials", np.zeros(26, np.int64)).tolist()
        self._next |= {chr(97 + i): chr(97 + to) for i, to in enumerate(letters)}
        self._choices = {sex: [w for w, c in classes.items() if c == (USUAL, sex)] for sex in ("men", "women", "")}
        self.twin = lru_cache(65_536)(self._twin)

    def knows(self, word: str) -> bool:
        """Whether it is a known part of names."""
        return word in self._next

    def _twin(self, word: str) -> str:
        word = word.translate(_SIGNS)
        if word in self._next:
            return self._next[word]
        choices = self._choices[_endings().get(word[-ENDING:], "")]
        return choices[self.number(word) % len(choices)]

    def number(self, text: str) -> int:
        """A number of 64 bits that the text has under this key."""
        return int.from_bytes(hmac.digest(self._secret, text.encode("utf-8", "surrogatepass"), "sha256")[:8])


@lru_cache(4)
def name_words(key: PurposeKey) -> Words:
    """The map under this key."""
    return Words(key)


@cache
def _classes() -> Mapping[str, Class]:
    """The class of each known word, in one order."""
    sexes = dict.fromkeys(words("names_of_men"), "men") | dict.fromkeys(words("names_of_women"), "women")
    titles = dict.fromkeys(sorted(words("names")), USUAL)
    titles |= {word: title for title, word in reversed(list(_sections()))}
    found = {w: (title, sexes.get(w, "")) for w, title in sorted(titles.items()) if w not in words("titles")}
    sizes = Counter(found.values())
    return {word: c if sizes[c] >= LEAST else (USUAL, c[1]) for word, c in found.items()}


@cache
def _endings() -> Mapping[str, str]:
    """The sex that most known words with an ending have."""
    ends = Counter((word[-ENDING:], sex) for word, (_, sex) in _classes().items())
    return {end: sex for (end, sex), n in ends.items() if sex and n > ends[end, "women" if sex == "men" else "men"]}


def _sections() -> Iterator[tuple[str, str]]:
    """The parts of names by region: title of the section and word."""
    title = ""
    for line in (folder("rules") / "words" / "id" / "name_parts.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            title = line.removeprefix("#:").strip()
        else:
            yield from ((title, word) for word in line.split())


def cased(text: str, like: str) -> str:
    """The text with capitals as in the other one."""
    return text.upper() if like.isupper() else text.lower() if like.islower() else text.title()
