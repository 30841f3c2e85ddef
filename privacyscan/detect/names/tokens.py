"""Text -> tokens with their places, and the runs of tokens that are labelled together."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

BREAK, PARAGRAPH, GAP = "\n", "\n\n", "\t"
LONGEST = 120  # tokens labelled together
_LONG_ENOUGH = 40  # a blank line ends a run of so many tokens, so that a signature keeps the line above it

_LETTER = r"[^\W\d_]"
# S.Kom., a.n., Ph.D. but not Jl.KH.; short titles; numbers; words; breaks of lines; signs
_TOKEN = re.compile(
    rf"{_LETTER}{{5,}}(?![\w'’`])"  # most words: no form below begins so
    rf"|(?!(?i:jln?|gg|no|rt|rw|kec|kab|kel|kp|km|dsn?)\.)(?:[A-Za-z]{{1,4}}\.){{2,}}[A-Za-z]{{0,5}}\.?"
    rf"|[aA][./][nN]\b\.?"
    rf"|(?:S|M|Ph|Sp|A)\.[A-Z][A-Za-z]{{0,4}}\.?"
    rf"|[0-9]+(?:[.,][0-9]+)*"
    rf"|{_LETTER}+(?:['’`]{_LETTER}+)*"
    rf"|\n[ \t\r\f\v]*(?:\n[ \t\r\f\v]*)*"
    rf"|\t[ \t]*|[ ]{{3,}}\t*"
    rf"|[^\w\s]|[\w]"
)


class Token(NamedTuple):
    """A token and where it stands; a break of lines is `BREAK`, a blank line `PARAGRAPH`, a gap `GAP`."""

    text: str
    start: int
    end: int


def tokens(text: str) -> list[Token]:
    """All tokens of a text. Words with inner dots (`S.Kom.`) and numbers (`3.000`) stay whole."""
    make = tuple.__new__  # a third of the time of Token(...)
    return [
        make(Token, (word if (word := match[0])[0] not in " \t\n" else _gap(word), match.start(), match.end()))
        for match in _TOKEN.finditer(text)
    ]


def _gap(text: str) -> str:
    if text[0] != "\n":
        return GAP
    return PARAGRAPH if "\n" in text[1:] else BREAK


def runs(found: Sequence[Token]) -> Iterator[Sequence[Token]]:
    """Runs of tokens, cut at the ends of sentences and at blank lines, never longer than LONGEST."""
    start = 0
    for i, token in enumerate(found):
        size = i + 1 - start
        word = token.text
        if (
            size >= LONGEST
            or (word == PARAGRAPH and size >= _LONG_ENOUGH)
            or (word in ".?!" and _ends_sentence(found, i))
        ):
            yield found[start : i + 1]
            start = i + 1
    if start < len(found):
        yield found[start:]


def _ends_sentence(found: Sequence[Token], i: int) -> bool:
    """A full stop after a word of four letters or more, before a capital."""
    if not 0 < i < len(found) - 1:
        return False
    return len(found[i - 1].text) > 3 and found[i + 1].text[0].isupper()
