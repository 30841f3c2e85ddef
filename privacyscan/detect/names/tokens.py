"""Text -> tokens with their places."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

BREAK, PARAGRAPH, GAP = "\n", "\n\n", "\t"
INDONESIAN, ENGLISH = 1, 2  # tongues of words

_LETTER = r"[^\W\d_]"
# Most words and signs first, then S.Kom., a.n., Ph.D. but not Jl.KH.; short titles; numbers; other words; breaks of
# lines. With each the blank before it, so that the pieces are the whole text: that is faster than asking for places.
_PIECE = re.compile(
    r" ?(?:[A-Za-z]++(?![\w'’`./])|[A-Za-z]{5,}+(?![\w'’`])|[^\w\s])"
    r"|\t[ \t]*|[ ]{3,}\t*"
    rf"| ?(?:{_LETTER}{{5,}}(?![\w'’`])"
    rf"|(?!(?i:jln?|gg|no|rt|rw|kec|kab|kel|kp|km|dsn?)\.)(?:[A-Za-z]{{1,4}}\.){{2,}}[A-Za-z]{{0,5}}\.?"
    rf"|[aA][./][nN]\b\.?"
    rf"|(?:S|M|Ph|Sp|A)\.[A-Z][A-Za-z]{{0,4}}\.?"
    rf"|[0-9]+(?:[.,][0-9]+)*"
    rf"|{_LETTER}+(?:['’`]{_LETTER}+)*"
    rf"|\n[ \t\r\f\v]*(?:\n[ \t\r\f\v]*)*"
    rf"|\w)"
    r"|\s"
)


class Token(NamedTuple):
    """A token and where it stands; a break of lines is `BREAK`, a blank line `PARAGRAPH`, a gap `GAP`."""

    text: str
    start: int
    end: int


@dataclass(slots=True)
class Tokens:
    """The tokens of one text, as lists side by side. `tongues` has a byte for each: INDONESIAN, ENGLISH or 0."""

    size: int
    words: Sequence[str]
    lower: Sequence[str]
    starts: Sequence[int]
    ends: Sequence[int]
    tongues: bytes


def pieces(text: str) -> list[str]:
    """The text in pieces: each a token with at most one blank before it, or a blank that belongs to no token."""
    found: list[str] = _PIECE.findall(text)
    return found


def token(piece: str) -> str:
    """The token of a piece; "" for a blank. Words with inner dots (`S.Kom.`) and numbers (`3.000`) stay whole."""
    if "\n" in piece:
        return PARAGRAPH if piece.count("\n") > 1 else BREAK
    if piece[0] == "\t" or piece.startswith("   "):
        return GAP
    return piece.strip()


def tokens(text: str) -> list[Token]:
    """All tokens of a text."""
    found, end = [], 0
    for piece in pieces(text):
        end += len(piece)
        if word := token(piece):
            found.append(Token(word, end - len(piece) + (piece[0] == " " and word != GAP), end))
    return found
