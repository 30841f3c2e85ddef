"""Numbers of persons and families in which letters were recognised for digits, or gaps and strokes that are not there:
mended where one way to read them, and no other, passes the checks of the NIK, which those of family cards pass too."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, partial
from itertools import product

from privacyscan import rulebook
from privacyscan.formats._ocr import Line, Word
from privacyscan.registry import plugins

_DIGITS = 16
_LEAST = 12  # of them that were recognised as digits
_MOST = 64  # ways to read one number that are tried
_PIECES = 4  # words that a number falls into
_STROKES = "/|\\!"  # beside a digit, often read where nothing is
_LIKE = {
    "0": "OoDQC", "1": "Ili|!][\\/", "2": "Zz", "4": "A", "5": "Ss", "6": "Gb", "7": "?T/", "8": "B&", "9": "gq",
}  # fmt: skip


def mended(line: Line) -> Line:
    """The line with such numbers mended; of these the reading is sure."""
    words, at, out = list(line), 0, list[Word]()
    while at < len(words):
        for size in range(1, min(_PIECES, len(words) - at) + 1):
            taken = words[at : at + size]
            if (number := _number([w.text for w in taken])) is not None:
                out.append(Word(number, _around(taken), 1.0))
                at += size
                break
        else:
            out.append(words[at])
            at += 1
    return out


def _number(pieces: Sequence[str]) -> str | None:
    """The number that the pieces are; None where they are none, or it may be one of several."""
    if not all(any(map(str.isalnum, piece)) for piece in pieces):
        return None
    text = "".join(pieces).strip(":;.,='\"“”‘’—-")
    if sum(map(str.isdigit, text)) < _LEAST or not text.isascii() or len(text) > _DIGITS + 4:
        return None
    texts = {text, "".join(c for c in text if c not in f"{_STROKES}.,-")}
    ways = [[_digits(c) for c in t] for t in texts if len(t) == _DIGITS]
    read = {"".join(way) for options in ways if _count(options) <= _MOST for way in product(*options)}
    passing = [number for number in read if all(check(number) for check in _checks())]
    return passing[0] if len(passing) == 1 else None


def _digits(letter: str) -> str:
    """The digits that it may be."""
    return letter if letter.isdigit() else "".join(digit for digit, like in _LIKE.items() if letter in like)


def _count(options: Sequence[str]) -> int:
    ways = 1
    for option in options:
        ways *= len(option)
    return ways


def _around(words: Sequence[Word]) -> tuple[int, int, int, int]:
    lefts, tops, rights, bottoms = zip(*(w.box for w in words), strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


@cache
def _checks() -> Sequence[Callable[..., bool]]:
    """What a number must pass: the rule's checks, and the evidence with which it stands alone."""
    rule = rulebook.load().identifiers["ID_NIK"]
    calls = [*rule.checks, *(call for call in rule.evidence if call.name in (rule.alone or ()))]
    return [partial(plugins("checks")[call.check], **call.parameters) for call in calls]
