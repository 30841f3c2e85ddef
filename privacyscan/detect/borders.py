"""The borders of shapes: what must not stand before and behind a value. RE2 knows no look-arounds, so it is given
shapes whose borders are characters that the match eats."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from functools import cache
from itertools import groupby

COUNTED = 20  # repetitions up to which a prefilter counts
_UNIT = r"\[(?:[^\]\\]|\\.)+\]|\\?."
_BEHIND = rf"\(\?<!(?:{_UNIT})+?\)"
_AHEAD = rf"\(\?!(?:{_UNIT})+?\)"
_PARTS = re.compile(rf"(?P<behind>(?:{_BEHIND})*)(?P<body>.*?)(?P<ahead>(?:{_AHEAD})*)", re.DOTALL)
_ONE_BEHIND = re.compile(r"\(\?<!\[((?:[^\]\\]|\\.)+)\]\)")
_ONE_AHEAD = re.compile(r"\(\?!\[((?:[^\]\\]|\\.)+)\]\)")
_FURTHER = re.compile(r"\(\?<?!(?:\[(?:[^\]\\]|\\.)+\]|\\.){2}\)")  # borders of two characters
# What is escaped or a class; or how often something stands at least and at most.
_BOUND = re.compile(r"(\\.|\[\^?\]?(?:[^\]\\]|\\.)*\])|\{([0-9]+),([0-9]+)\}")
_BYTES = [chr(c) for c in range(256)]
Border = Sequence[str]  # one or two characters or classes that must not stand there together


def parts(regex: str) -> tuple[list[list[str]], str, list[list[str]]]:
    """The borders before a shape, the shape itself, and the borders behind it."""
    found = _PARTS.fullmatch(regex)
    assert found is not None
    behind = [re.findall(_UNIT, border[4:-1]) for border in re.findall(_BEHIND, found["behind"])]
    ahead = [re.findall(_UNIT, border[3:-1]) for border in re.findall(_AHEAD, found["ahead"])]
    return behind, found["body"], ahead


def bare(regex: str) -> str:
    """The shape without its borders, for a cell that is nothing but the value."""
    return _ONE_AHEAD.sub("", _ONE_BEHIND.sub("", _FURTHER.sub("", regex)))


@cache
def consuming(regex: str) -> str:
    """At least the same hits without look-arounds, for RE2 with lines: a border becomes up to two characters that the
    match eats. One of two characters inside the shape is left to the rule."""
    behind, body, ahead = parts(regex)
    body = _ONE_AHEAD.sub(r"(?:[^\1]|$)", _ONE_BEHIND.sub(r"(?:^|[^\1])", _FURTHER.sub("", body)))
    before = _eaten(tuple(tuple(border[::-1]) for border in behind), "^") if behind else ""
    return before + body + (_eaten(tuple(map(tuple, ahead)), "$") if ahead else "")


@cache
def _eaten(borders: Sequence[Border], end: str) -> str:
    """What a match eats in place of borders: the end of a line, or one or two signs, the one at the value in the
    middle."""
    ways = [(_not(others, end), one_of(near)) for others, near in _ways(borders)]
    return f"(?:{end}|{'|'.join(o + s if end == '^' else s + o for o, s in ways)})"


def following(borders: Sequence[Border]) -> str:
    """What may stand behind a shape with these borders, none longer than two characters, for RE2."""
    return "|".join(one_of(near) + _not(others, "$") for others, near in _ways(borders))


def relaxed(regex: str) -> str:
    """At least the same hits, without counting far: `{1,64}` becomes `{1,}`. An automaton for many shapes needs a state
    for every number that one of them has reached while others are half through."""
    return _BOUND.sub(lambda m: m[0] if m[1] or int(m[3]) < COUNTED else f"{{{m[2]},}}", regex)


def one_of(signs: Collection[str]) -> str:
    """A class of these characters; where those beyond ASCII are among them, of all but the others: RE2 may read bytes
    or UTF-8."""
    negated = _BYTES[-1] in signs
    codes = enumerate(sorted(ord(sign) for sign in (set(_BYTES).difference(signs) if negated else signs)))
    runs = [[c for _, c in run] for _, run in groupby(codes, lambda pair: pair[1] - pair[0])]
    shown = "".join(f"\\x{run[0]:02x}" + (f"-\\x{run[-1]:02x}" if len(run) > 1 else "") for run in runs)
    return f"[{'^' if negated else ''}{shown}]" if shown else "(?s:.)"


def _ways(borders: Sequence[Border]) -> list[tuple[str, list[str]]]:
    """Signs that may stand next to a value, each with those that must not stand on their other side. Each border
    begins with what is next to the value; of more than two characters it is left to the rule."""
    near = [(signs(first), second) for first, *second in borders if len(second) <= 1]
    barred = frozenset[str]().union(*(firsts for firsts, _ in near))
    found: dict[str, list[str]] = {"": [sign for sign in _BYTES if sign not in barred]}
    for sign in sorted(barred):
        seconds = [second for firsts, second in near if sign in firsts]
        if [] not in seconds:
            others = frozenset[str]().union(*(signs(second) for [second] in seconds))
            found.setdefault("".join(sorted(others)), []).append(sign)
    return list(found.items())


@cache
def signs(unit: str) -> frozenset[str]:
    """The bytes that a class, or a character, of a border stands for."""
    return frozenset(filter(re.compile(unit, re.DOTALL).fullmatch, _BYTES))


def _not(signs: str, end: str) -> str:
    """The end of a line or any sign but these; nothing where all may stand."""
    return f"(?:{end}|{one_of([c for c in _BYTES if c not in signs])})" if signs else ""
