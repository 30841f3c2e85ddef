"""What is known of a word by itself, as one number: so that numpy can ask for it in whole texts."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, reduce
from operator import or_

from privacyscan.detect.names import addresses, lexicons
from privacyscan.detect.names.cues import CUES, is_plain
from privacyscan.detect.names.tokens import BREAK, ENGLISH, INDONESIAN, PARAGRAPH

TONGUES = INDONESIAN | ENGLISH
(
    LETTERS, CAPITALS, CAPITAL, LONGER, LINE_END, BLANK_LINE, STOP, COLON, OF_ADDRESS, OF_THING, OF_NAME, ADDRESS_START,
    *OF_CUES,
) = (4 << i for i in range(12 + len(CUES)))  # fmt: skip
ANY_CUE = reduce(or_, OF_CUES)
_BEGINNINGS = tuple(beginning for cue in CUES for beginning in cue.beginnings)
_LONGER = 3  # letters of a word behind which a full stop ends a sentence
_SIGNS = {BREAK: LINE_END, PARAGRAPH: LINE_END | BLANK_LINE, ".": STOP, "?": STOP, "!": STOP, ":": COLON, "=": COLON}


def of(word: str) -> int:
    """The marks of a word."""
    lower = word.lower()
    found = _SIGNS.get(word, 0) | _listed().get(lower, 0)
    if word.isalpha():
        found |= LETTERS | (CAPITALS if word.isupper() else 0)
    if word[0].isupper():
        found |= CAPITAL
    if len(word) > _LONGER:
        found |= LONGER
    if not is_plain(word):
        return found | ANY_CUE
    if lower.startswith(_BEGINNINGS):
        for cue, mark in zip(CUES, OF_CUES, strict=True):
            found |= mark if lower.startswith(cue.beginnings) else 0
    return found


@cache
def _listed() -> Mapping[str, int]:
    """The marks of words that stand in a list."""
    found = dict.fromkeys((w for w, case in lexicons.word_case().items() if case != "capital"), INDONESIAN)
    found |= dict.fromkeys(lexicons.english(), ENGLISH)
    lists = (
        (lexicons.ADDRESS_LABELS, OF_ADDRESS),
        (lexicons.THING_LABELS, OF_THING),
        (lexicons.NAME_LABELS, OF_NAME),
        (addresses.STARTS, ADDRESS_START),
        *((cue.words, mark) for cue, mark in zip(CUES, OF_CUES, strict=True)),
    )
    for words, mark in lists:
        for word in words:
            found[word] = found.get(word, 0) | mark
    return found
