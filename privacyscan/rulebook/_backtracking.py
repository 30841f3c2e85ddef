"""How much work a shape gives Python's `re` on texts that are made to defeat it.

The prefilter (RE2) is linear whatever the shape; the rules themselves run in `re`, which tries every way to match
before it gives up. A matcher that takes the same steps and counts them says how many: the answer depends on no clock.
"""

from __future__ import annotations

import random
import re
import string
from collections.abc import Iterator, Sequence
from re import _constants as op  # type: ignore[attr-defined] # the parser of `re` itself
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

MOST = 20_000  # steps from one place of a text; the shipped shapes need 2,600 at most
SHORT = 64  # characters of an attack
GROWTH = 3.2  # from one length to the double: 2 is linear, 4 is quadratic
_UNBOUNDED = int(op.MAXREPEAT)
_CHARACTERS = string.digits + string.ascii_letters + string.punctuation + " "
REPEATS = (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT)
_BREAKS = ("", "\x01", "!")  # what may end an attack
_ATTEMPTS = 8  # samples of what is repeated
Node = tuple[Any, Any]


class TooSlow(Exception):
    """More steps than `MOST`."""


def mistake(regex: str, cell: bool = False) -> str | None:
    """What is wrong with the shape, None if nothing; a shape that does not compile is for others to tell.

    `cell`: it is only tried on a whole cell, not from every place of a text.
    """
    try:
        nodes = list(parser.parse(regex))
    except re.error:
        return None
    try:
        growing = _is_growing(nodes, cell)
    except (TooSlow, RecursionError):
        return "may be matched in so many ways that a text can stop the scan; no repetition in a repetition, and bounds"
    return "takes ever longer on long lines; write {1,64} or another bound instead of * or +" if growing else None


def steps(regex: str) -> int:
    """The most steps that an attack takes from one place of a text."""
    nodes = list(parser.parse(regex))
    return max((_search(nodes, _pumped(attack, SHORT))[0] for attack in _attacks(nodes)), default=0)


def _is_growing(nodes: Sequence[Node], cell: bool) -> bool:
    """Whether a text twice as long may take more than twice the steps. Raises TooSlow."""
    growing = not _is_unbounded(nodes)  # what is bounded stops growing: only look for too many steps
    for attack in _attacks(nodes):
        _, once = _search(nodes, _pumped(attack, SHORT), cell)
        if not growing:
            _, twice = _search(nodes, _pumped(attack, 2 * SHORT), cell)
            growing = twice > GROWTH * once and twice > 8 * SHORT
    return growing and _is_unbounded(nodes)


def _pumped(attack: tuple[str, str, str], length: int) -> str:
    prefix, pump, end = attack
    return prefix + pump * (length // len(pump)) + end


def _search(nodes: Sequence[Node], text: str, cell: bool = False) -> tuple[int, int]:
    """Steps from the worst place and from all places, as `finditer` goes through a text."""
    worst = total = at = 0
    while at <= len(text):
        run = _Run(text)
        end = next(run.sequence(nodes, 0, at), None)
        worst, total = max(worst, run.steps), total + run.steps
        if cell:
            break
        at = at + 1 if end is None or end == at else end
    return worst, total


class _Run:
    """One try to match from one place."""

    def __init__(self, text: str) -> None:
        self.text, self.steps = text, 0

    def sequence(self, nodes: Sequence[Node], i: int, at: int) -> Iterator[int]:
        """Every place where the nodes from `i` on may end, in the order in which `re` tries them."""
        if i == len(nodes):
            yield at
            return
        for end in self.node(nodes[i], at):
            yield from self.sequence(nodes, i + 1, end)

    def node(self, node: Node, at: int) -> Iterator[int]:
        self.steps += 1
        if self.steps > MOST:
            raise TooSlow
        kind, value = node
        if kind in REPEATS:
            least, most, body = value
            if len(body) == 1 and _takes_one(body[0]):
                yield from self.characters(body[0], least, most, at)
            else:
                yield from self.repeat(body, least, most, at, 0)
        elif parts := _parts(kind, value):
            for part in parts:
                yield from self.sequence(part, 0, at)
        elif kind is op.ASSERT_NOT:
            if not self.looks(value, at):
                yield at
        elif kind is op.ASSERT:
            if self.looks(value, at):
                yield at
        elif kind is op.AT:
            if value is not op.AT_END or at == len(self.text):
                yield at
        elif _takes_one(node) and at < len(self.text) and is_one(node, self.text[at]):
            yield at + 1

    def characters(self, node: Node, least: int, most: int, at: int) -> Iterator[int]:
        """A repeated character: as many as there are, then one less each time."""
        end = at
        while end < len(self.text) and end - at < most and is_one(node, self.text[end]):
            end += 1
        for stop in range(end, at + least - 1, -1):
            self.steps += 1
            if self.steps > MOST:
                raise TooSlow
            yield stop

    def repeat(self, body: Sequence[Node], least: int, most: int, at: int, done: int) -> Iterator[int]:
        if done < most:
            for end in self.sequence(body, 0, at):
                if end > at or done < least:
                    yield from self.repeat(body, least, most, end, done + 1)
        if done >= least:
            yield at

    def looks(self, value: tuple[int, Sequence[Node]], at: int) -> bool:
        """Whether what a look-around asks for is there; behind, it must end here."""
        direction, body = value
        if direction > 0:
            return next(self.sequence(body, 0, at), None) is not None
        width = len(body)
        return at >= width and next(self.sequence(body, 0, at - width), None) == at


def _takes_one(node: Node) -> bool:
    return node[0] in (op.LITERAL, op.NOT_LITERAL, op.IN, op.ANY)


def is_one(node: Node, character: str) -> bool:
    """Whether a node that stands for one character matches this one."""
    kind, value = node
    code = ord(character)
    if kind is op.LITERAL:
        return bool(value == code)
    if kind is op.NOT_LITERAL:
        return bool(value != code)
    if kind is op.ANY:
        return character != "\n"
    negated = value[0][0] is op.NEGATE
    return any(_in_part(part, character) for part in value[negated:]) is not negated


def _in_part(part: Node, character: str) -> bool:
    kind, value = part
    if kind is op.LITERAL:
        return bool(value == ord(character))
    if kind is op.RANGE:
        return bool(value[0] <= ord(character) <= value[1])
    return re.fullmatch(CATEGORIES[value], character, re.ASCII) is not None


CATEGORIES = {
    op.CATEGORY_DIGIT: r"\d",
    op.CATEGORY_NOT_DIGIT: r"\D",
    op.CATEGORY_WORD: r"\w",
    op.CATEGORY_NOT_WORD: r"\W",
    op.CATEGORY_SPACE: r"\s",
    op.CATEGORY_NOT_SPACE: r"\S",
}


def _attacks(nodes: Sequence[Node]) -> Iterator[tuple[str, str, str]]:
    """Start, what is repeated, and end of the texts: one repetition of the shape after the other is pumped up."""
    chance = random.Random(1)
    for before, body in _repeats(nodes, []):
        pumps = dict.fromkeys(_sample(body, chance) for _ in range(_ATTEMPTS))
        for pump in pumps:
            for end in _BREAKS:
                if pump:
                    yield _sample(before, chance), pump, end


def _repeats(nodes: Sequence[Node], before: list[Node]) -> Iterator[tuple[list[Node], Sequence[Node]]]:
    """Every repetition with what stands before it."""
    for i, (kind, value) in enumerate(nodes):
        here = [*before, *nodes[:i]]
        if kind in REPEATS:
            if value[1] > 1:
                yield here, value[2]
            yield from _repeats(value[2], here)
        for part in _parts(kind, value):
            yield from _repeats(part, here)


def _sample(nodes: Sequence[Node], chance: random.Random) -> str:
    """A short text that the nodes match."""
    return "".join(_sample_of(node, chance) for node in nodes)


def _sample_of(node: Node, chance: random.Random) -> str:
    kind, value = node
    if kind in REPEATS:
        times = min(value[0], SHORT) or chance.randint(0, 1)
        return "".join(_sample(value[2], chance) for _ in range(times))
    if parts := _parts(kind, value):
        return _sample(chance.choice(parts), chance)
    if not _takes_one(node):
        return ""
    fitting = [c for c in _CHARACTERS if is_one(node, c)]
    return chance.choice(fitting) if fitting else chr(value) if kind is op.LITERAL else ""


def _is_unbounded(nodes: Sequence[Node]) -> bool:
    """Whether something may be repeated without end."""
    return any(value[1] == _UNBOUNDED or _is_unbounded(value[2]) for value in _repetitions(nodes))


def _repetitions(nodes: Sequence[Node]) -> Iterator[Any]:
    """The outermost repetitions, as (least, most, what is repeated)."""
    for kind, value in nodes:
        if kind in REPEATS:
            yield value
        for part in _parts(kind, value):
            yield from _repetitions(part)


def _parts(kind: Any, value: Any) -> list[Sequence[Node]]:
    """What stands in a group or branch."""
    if kind is op.SUBPATTERN:
        return [value[3]]
    if kind is op.ATOMIC_GROUP:
        return [value]
    return list(value[1]) if kind is op.BRANCH else []
