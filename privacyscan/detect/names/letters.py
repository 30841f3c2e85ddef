"""The words of a text without its signs: several times as fast as a regular expression that looks for them."""

from __future__ import annotations

import re

_KEPT = 0x3000  # characters below are looked at once; beyond them are too many to keep


class _Blanks(dict[int, int]):
    """What a character becomes: itself where the pattern takes it, else a blank."""

    def __init__(self, pattern: str) -> None:
        super().__init__()
        self._takes = re.compile(pattern).match

    def __missing__(self, character: int) -> int:
        found = character if self._takes(chr(character)) else ord(" ")
        if character < _KEPT:
            self[character] = found
        return found


_LETTERS, _ALPHANUMERIC = _Blanks(r"[^\W\d_]"), _Blanks(r"[^\W_]")


def letters(text: str) -> str:
    """The text with a blank for each character that is no letter."""
    return text.translate(_LETTERS)


def alphanumeric(text: str) -> str:
    """The text with a blank for each character that is neither a letter nor a digit."""
    return text.translate(_ALPHANUMERIC)
