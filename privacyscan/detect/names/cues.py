"""What announces a name or an address beside the tagger: labels of forms, words such as `pemilik`, `a.n.`, `Almt :`.

A `Cue` is a pattern and the words that it begins with. Words are looked at once, so a text in which none of them
stands is not searched.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from privacyscan.detect.names.tokens import Tokens

_LABEL = (
    "nama", "pemohon", "pelapor", "terlapor", "ahli waris", "penanggung jawab", "penanggungjawab", "ketua",
    "sekretaris", "bendahara", "pemilik", "penerima kuasa", "penerima", "pasien", "wali", "ibu kandung",
)  # fmt: skip
_KNOWN = (
    "saya", "sy", "kula", "aku", "namaku", "nama", "pemilik", "nasabah", "responden", "ahli waris", "jemaah",
    "jamaah", "pelapor", "terlapor", "pemohon", "cp", "pic", "bu", "pak",
    "milik(?= (?:h|hj|bapak|bpk|ibu|sdri?|pak|bu)\\b)",
)  # fmt: skip
_HOME = (
    "alamatnya", "alamat", "almt", "alm", "domisili", "rumah duka di", "tinggal di", "beralamat di", "rumah di",
)  # fmt: skip
_HOME_LINE = ("alamat", "almt", "address")
_WORD = re.compile(r"(?<!\w)\w")


@dataclass(frozen=True, slots=True)
class Cue:
    """A pattern, the words that it may begin with, and how others begin that it may begin with; `at_line` if it may
    begin at the line of such a word. Strange letters and signs within a word are always tried: `is_plain`."""

    pattern: re.Pattern[str]
    words: frozenset[str]
    beginnings: tuple[str, ...] = ()
    at_line: bool = False

    def matches(self, text: str, found: Sequence[int], tokens: Tokens) -> Iterator[re.Match[str]]:
        """What `pattern.finditer(text)` gives, if `found` are the places of all tokens in which it may begin."""
        end = -1
        for start in self._starts(text, found, tokens):
            if start >= end and (match := self.pattern.match(text, start)):
                end = match.end()
                yield match

    def _starts(self, text: str, found: Sequence[int], tokens: Tokens) -> Iterator[int]:
        for i in found:
            start = tokens.starts[i]
            if self.at_line:
                line = text.rfind("\n", 0, start) + 1
                if line < start and not text[line:start].strip(" \t"):
                    yield line
            yield start
            if not tokens.words[i].isalpha():
                yield from (start + inner.start() for inner in _WORD.finditer(tokens.words[i], 1))


def is_plain(word: str) -> bool:
    """Whether a pattern can begin in such a word only where it begins, and with these letters."""
    return word.isascii() and (word.isalpha() or not word[0].isalpha())


def _first_words(phrases: Iterable[str]) -> frozenset[str]:
    return frozenset(re.split(r"\W", phrase)[0] for phrase in phrases)


# `Nama Lengkap : ...`: what follows is a name even where the tagger is silent.
LABEL = Cue(
    re.compile(rf"^[ \t]*(?:{'|'.join(_LABEL)})\b[^:\n]{{0,30}}[ \t]*[:=][ \t]*", re.IGNORECASE | re.MULTILINE),
    _first_words(_LABEL),
    at_line=True,
)
INSIDE = Cue(
    re.compile(r"(?:\ba(?:\.|/|\. ?)n\.?|\ban\.|\batas nama|\bbernama|\bnama saya)[ \t]+", re.IGNORECASE),
    frozenset(("a", "an", "atas", "bernama", "nama")),
)
# `sy tiurma halim mau tanya`, `pemilik Bambang Anggraini`: after these, known parts of names are one.
KNOWN = Cue(
    re.compile(rf"(?<!\w)(?:{'|'.join(_KNOWN)})[ \t]*:?[ \t]+", re.IGNORECASE),
    _first_words(_KNOWN),
)
# `Almt : Jatimulyo 01/07`, `rumah duka di Tegalrejo 12/1`: behind these a neighbourhood alone is an address; behind a
# colon the whole line is one that holds a number.
HOME = Cue(
    re.compile(
        rf"(?<!\w)(?:{'|'.join(_HOME)})[ \t]*:?[ \t]+"
        r"(?P<home>[^\W\d_][^\n:;,]{2,40}? ?[0-9]{1,3} ?/ ?[0-9]{1,3})(?![0-9/])"
        rf"|^[ \t]*(?:{'|'.join(_HOME_LINE)})(?! (?:email|surel|ip|mac|web|url|situs))[^:\n]{{0,30}}:[ \t]+"
        r"(?P<line>[^\W\d_][^\n]{8,120})$",
        re.IGNORECASE | re.MULTILINE,
    ),
    _first_words(_HOME),
    _HOME_LINE,
    at_line=True,
)
CUES = (LABEL, INSIDE, KNOWN, HOME)
