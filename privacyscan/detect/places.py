"""Where the shapes of rules stand in a text.

Python's `re` tries a shape at every character, some forty nanoseconds each. Here a shape is tried only where its first
character stands behind its border, in long lines only where RE2 sees it, and a shape that several rules share once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from re import _constants as op  # type: ignore[attr-defined] # the parser of `re` itself
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

from privacyscan.detect.borders import consuming, relaxed

LONG = 2_000  # characters from which asking RE2 pays
APART = 200  # characters between two hits, below which it does not
Span = tuple[int, int]
_BEHIND = re.compile(r"(?:\(\?<!\[(?:[^\]\\]|\\.)+\](?:\[(?:[^\]\\]|\\.)+\]|\\.)\))*\(\?<!\[((?:[^\]\\]|\\.)+)\]\)")
_REPEATS = (op.MAX_REPEAT, op.MIN_REPEAT)


class Places:
    """The places of shapes in one text, each found once."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._starts: dict[re.Pattern[str], list[int]] = {}
        self._spans: dict[str, list[Span]] = {}

    def of(self, regex: str) -> list[Span]:
        """Start and end of each match, as `re.finditer` gives them."""
        spans = self._spans.get(regex)
        if spans is None:
            is_short = len(self.text) <= LONG
            spans = self._spans[regex] = self._tried(regex) if is_short else [*self._find(regex)]
        return spans

    def _tried(self, regex: str) -> list[Span]:
        """The same where the shape may begin, one by one."""
        shape, start, _ = _compiled(regex)
        if start is None:
            return [match.span() for match in shape.finditer(self.text)]
        spans, end, match_at, text = [], 0, shape.match, self.text
        for at in self._starting(start):
            if at >= end and (match := match_at(text, at)) is not None:
                span = match.span()
                spans.append(span)
                end = span[1]
        return spans

    def _starting(self, start: re.Pattern[str]) -> list[int]:
        """Where shapes with such a beginning may begin."""
        starts = self._starts.get(start)
        if starts is None:
            starts = self._starts[start] = [match.start() for match in start.finditer(self.text)]
        return starts

    def _find(self, regex: str) -> Iterator[Span]:
        shape, start, looser = _compiled(regex)
        end = 0
        if looser is not None and self.text.isascii():
            data = self.text.encode()
            for _ in range(len(data) // APART):
                hit = looser(data, max(0, end - 2))
                match = shape.search(self.text, max(end, hit.start())) if hit is not None else None
                if match is None:
                    return
                yield match.span()
                end = match.end()
        if start is None:
            yield from (match.span() for match in shape.finditer(self.text, end))
            return
        for at in self._starting(start):
            if at >= end and (match := shape.match(self.text, at)) is not None:
                yield match.span()
                end = match.end()


@lru_cache(maxsize=1024)
def _compiled(regex: str) -> tuple[re.Pattern[str], re.Pattern[str] | None, Any]:
    """The shape, its first character behind its border (None: that may be any), and RE2's search for it."""
    import re2

    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1
    options.log_errors = False
    looser = re2.compile(f"(?m){relaxed(consuming(regex))}".encode(), options).search
    first = _first(list(parser.parse(regex)))
    if first is None:
        return re.compile(regex), None, looser
    characters = "".join(map(re.escape, sorted(first)))
    border = _BEHIND.match(regex)
    behind = rf"(?<![{border[1]}][{characters}])" if border else ""
    return re.compile(regex), re.compile(f"[{characters}]{behind}"), looser


def _first(nodes: Sequence[Any]) -> frozenset[str] | None:
    """The characters with which a match of the nodes may begin; None for too many to tell."""
    found: frozenset[str] = frozenset()
    for kind, value in nodes:
        if kind in (op.AT, op.ASSERT, op.ASSERT_NOT):
            continue
        if kind in _REPEATS:
            mine = _first(value[2])
        elif kind is op.SUBPATTERN:
            mine = _first(value[3])
        elif kind is op.BRANCH:
            each = [_first(branch) for branch in value[1]]
            mine = None if None in each else frozenset[str]().union(*filter(None, each))
        else:
            mine = characters(kind, value)
        if mine is None:
            return None
        found |= mine
        if kind not in _REPEATS or value[0]:
            return found
    return None  # may be empty


def characters(kind: Any, value: Any) -> frozenset[str] | None:
    """The characters that one node matches; None for what is not a list of them."""
    if kind is op.LITERAL:
        return frozenset(chr(value))
    if kind is not op.IN or any(part not in (op.LITERAL, op.RANGE) for part, _ in value):
        return None
    spans = [(what, what) if part is op.LITERAL else what for part, what in value]
    return frozenset(chr(code) for first, last in spans for code in range(first, last + 1))
