"""What the tagger looks at: features of a word, of its neighbours, of pairs of kinds and of the label of its line.

A feature of a token depends on one word (and the case of its line), on the kinds of two neighbouring words, or on the
line's label and the kind of the word. So the tagger can keep sums of weights per word and per pair: `tagger.py`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import NamedTuple

from privacyscan.detect.names import lexicons
from privacyscan.detect.names.tokens import BREAK, GAP, PARAGRAPH

NEIGHBOURS = (-2, -1, 1, 2)
LABEL = 10  # words up to a colon that make a label
LONGEST = 9  # letters of a word that are counted
EDGE = "\x02"  # stands before the first and behind the last word of a run

_LISTS = (
    ("H", lexicons.HONORIFICS),
    ("R", lexicons.ROLES),
    ("AS", lexicons.ADDRESS_STARTS),
    ("AW", lexicons.ADDRESS_WORDS),
    ("PL", lexicons.PLACE_WORDS),
    ("O", lexicons.ORGANISATION_WORDS),
    ("NL", lexicons.NAME_LABELS),
    ("TL", lexicons.THING_LABELS),
    ("PT", lexicons.NAME_PARTICLES),
    ("M", lexicons.MONTHS),
)
_SIGNS = {BREAK: "<break>", PARAGRAPH: "<paragraph>", GAP: "<gap>"}
_DIGITS = "0123456789"
_NINES = str.maketrans(_DIGITS, "9" * 10)
_CASES = {"mixed": "C.5", "capital": "C0"}


class Kind(NamedTuple):
    """What a word is like, without the word: the case of its line, its shape, the lists it stands in."""

    line: str
    shape: str
    classes: tuple[str, ...]


class Word(NamedTuple):
    """A word in lower case, its kind, and how much it looks like a name ("" where it is known to be none)."""

    lower: str
    kind: Kind
    likeness: str


def normal(word: str) -> str:
    """The word, with all digits alike and long numbers cut: numbers are not worth a place of their own."""
    if word[0] in "\n\t":
        return _SIGNS[word]
    return word[:6].translate(_NINES) if word[0] in _DIGITS else word


def word_key(word: str) -> str:
    """The word as the lists hold it."""
    return word.lower().strip(".")


def shape(word: str) -> str:
    """How a word is written: `Aa`, `AA`, `aa`, `99`, ..."""
    if word.isdigit():
        return "9" * min(len(word), 5)
    if word.isupper():
        return "A" if len(word) == 1 else "AA"
    if word.istitle():
        return "Aa"
    if word.islower():
        return "aa"
    plain = re.sub("[0-9]", "9", re.sub("[a-z]", "a", re.sub("[A-Z]", "A", word)))
    return re.sub(r"(.)\1+", r"\1", plain)[:6]


def line_cases(words: Sequence[str]) -> Iterator[str]:
    """For each word how its line is written: "U" in capitals, "l" in lower case, "m" mixed."""
    start = 0
    for i, word in enumerate((*words, BREAK)):
        if word in (BREAK, PARAGRAPH):
            case = _case([other for other in words[start:i] if other.isalpha()])
            yield from case * (min(i + 1, len(words)) - start)
            start = i + 1


def _case(letters: Sequence[str]) -> str:
    if not letters:
        return "m"
    if sum(word.isupper() for word in letters) > 0.7 * len(letters):
        return "U"
    return "m" if any(word[0].isupper() for word in letters) else "l"


def line_labels(words: Sequence[str]) -> Iterator[str]:
    """For each word what the label before the colon of its line announces.

    "" no label, "n" a person, "a" an address, "t" a thing, "o" anything else; the first word behind has a `1`.
    """
    start = 0
    for i, word in enumerate((*words, BREAK)):
        if word in (BREAK, PARAGRAPH):
            yield from _labels(words[start : min(i + 1, len(words))])
            start = i + 1


def _labels(line: Sequence[str]) -> list[str]:
    colon = next((i for i, word in enumerate(line[:LABEL]) if word in ":="), -1)
    if colon < 1:
        return [""] * len(line)
    label = announces(line[:colon])
    return [""] * (colon + 1) + [label + ("" if i else "1") for i in range(len(line) - colon - 1)]


def announces(label: Sequence[str]) -> str:
    """What the words of a label announce: "n" a person, "a" an address, "t" a thing, "o" anything else."""
    lower = {word.lower() for word in label}
    if lower & lexicons.ADDRESS_LABELS:
        return "a"
    if lower & lexicons.THING_LABELS:
        return "t"
    return "n" if lower & lexicons.NAME_LABELS else "o"


class Features:
    """The features of words, given how much like a name a word looks (`likeness`, 0 to 9)."""

    def __init__(self, likeness: Callable[[str], int]) -> None:
        self._likeness = likeness
        self._ranks, self._levels = lexicons.name_ranks(), lexicons.place_levels()
        self._world, self._cases = lexicons.world_places(), lexicons.word_case()
        self._lists: dict[str, list[str]] = {}
        for name, words in _LISTS:
            for word in words:
                self._lists.setdefault(word, []).append(name)

    def word(self, word: str, line: str) -> Word:
        """A word in a line of that case."""
        key = word_key(word)
        likeness = ""
        is_word = key.isalpha()
        classes = self._classes(key, is_word)
        if is_word and len(key) > 1 and classes[-1] != "C1":
            bucket = self._likeness(key)
            likeness = f"K{bucket}"
            classes.append(f"k{bucket // 4}")
        classes += self._lists.get(key, ())
        if (word[0].isupper() or word[0] == "a") and lexicons.is_title(word):
            classes.append("T")
        return Word(word.lower(), Kind(line, shape(word), tuple(classes)), likeness)

    def _classes(self, key: str, is_word: bool) -> list[str]:
        """The classes of a word by the large lists; ends with C1 for an ordinary word that is no name."""
        found = []
        rank = self._ranks.get(key)
        if rank:
            found.append(f"N{rank}")
        if level := self._levels.get(key):
            found.append(f"P{level}")
        if key in self._world:
            found.append("W")
        if is_word:
            case = self._cases.get(key)
            found.append(("C1n" if rank else "C1") if case == "lower" else _CASES.get(case or "", "C?"))
        return found

    def of_word(self, word: Word) -> list[str]:
        """Features of a token by its own word."""
        return of_letters(word.lower) + of_look(word.kind, word.likeness)

    def of_neighbour(self, distance: int, word: Word) -> list[str]:
        """Features of a token by a word that stands `distance` words further."""
        return of_letters_beside(distance, word.lower) + of_look_beside(distance, word.kind, word.likeness)

    def of_run(self, words: Sequence[str]) -> list[list[str]]:
        """All features of every word of a run, as the tagger was trained on them."""
        seen = [self.word(normal(word), line) for word, line in zip(words, line_cases(words), strict=True)]
        window = [edge(), edge(), *seen, edge(), edge()]
        return [self._of_place(window[i : i + 5], label) for i, label in enumerate(line_labels(words))]

    def _of_place(self, window: Sequence[Word], label: str) -> list[str]:
        word = window[2]
        found = self.of_word(word)
        for distance in NEIGHBOURS:
            found += self.of_neighbour(distance, window[2 + distance])
        found += of_pair(-1, word.kind, window[1].kind) + of_pair(1, word.kind, window[3].kind)
        return found + of_label(label, word.kind) if label else found


def of_letters(lower: str) -> list[str]:
    """Features of a token by the letters of its own word."""
    ends = [f"{name}={value}" for name, (value,) in letters([lower])]
    return ["b", f"L{length(lower)}", *ends, *(f"g={gram}" for gram in grams(lower))]


def length(lower: str) -> int:
    """The length of a word, as far as it matters."""
    return min(len(lower), LONGEST)


def letters(words: Sequence[str]) -> Iterator[tuple[str, Sequence[str]]]:
    """The word, its first and its last letters: name of the feature, and its value for each word in lower case."""
    yield "w", words
    for n in (1, 2, 3):
        yield f"p{n}", [word[:n] for word in words]
    for n in (1, 2, 3, 4):
        yield f"s{n}", [word[-n:] for word in words]


def grams(lower: str) -> set[str]:
    """Three letters in a row, anywhere in a word."""
    return {lower[i : i + 3] for i in range(len(lower) - 2)}


def of_look(kind: Kind, likeness: str) -> list[str]:
    """Features of a token by the kind of its own word and its likeness: what many words share."""
    found = [f"h={kind.shape}", f"m{kind.line}{kind.shape}"]
    for name in (*kind.classes, likeness):
        found += (f"c={name}", f"c{kind.line}{name}")
    found.append(f"cc={''.join(kind.classes)}{likeness}{kind.shape}")
    return found


def of_letters_beside(distance: int, lower: str) -> list[str]:
    """Features of a token by the letters of a word that stands `distance` words further."""
    return [f"{name}={value}" for name, (value,) in letters_beside(distance, [lower])]


def letters_beside(distance: int, words: Sequence[str]) -> Iterator[tuple[str, Sequence[str]]]:
    """The same of many words: name of the feature, and its value for each word."""
    yield f"{distance}w", words
    if abs(distance) == 1:
        yield f"{distance}x", [word[-3:] for word in words]


def of_look_beside(distance: int, kind: Kind, likeness: str) -> list[str]:
    """Features of a token by the kind of a word that stands `distance` words further, and its likeness."""
    if abs(distance) == 1:
        return [f"{distance}c={name}{kind.line}" for name in (*kind.classes, likeness)]
    return [*(f"{distance}c={name}" for name in kind.classes), f"{distance}h={kind.shape}"]


def of_pair(distance: int, own: Kind, other: Kind) -> list[str]:
    """Features of a token by its kind and that of the next (1) or last (-1) word."""
    found = [f"{distance}s={other.shape}{own.shape}"]
    found += [f"{distance}cc={theirs}|{mine}" for theirs in other.classes for mine in own.classes[:4]]
    return found


def of_label(label: str, own: Kind) -> list[str]:
    """Features of a token by its kind and the label of its line."""
    what = label[0]
    found = [f"l={label}", f"l={what}", f"l={what}|{own.line}{own.shape}"]
    found += [f"l={what}|{name}" for name in own.classes[:4]]
    return found


@cache
def edge() -> Word:
    """What stands outside a run of words."""
    return Word(EDGE, Kind("m", EDGE, ()), "")
