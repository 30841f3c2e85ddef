"""Numbers without a sign in them, of a whole block at once: most have the shape of an identifier and fail its checks.

Looking at each of them alone costs microseconds; here the vector twins of the checks take all of one length together.
A line in which every such number fails holds nothing by them, and how many there are is all that is asked of it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from re import _constants as op  # type: ignore[attr-defined] # the parser of `re` itself
from re import _parser as parser  # type: ignore[attr-defined]
from typing import TYPE_CHECKING, Any, NamedTuple

from privacyscan.detect.borders import parts, signs
from privacyscan.detect.places import characters
from privacyscan.detect.rules import Rule, Shape

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Numbers = npt.NDArray[np.int64]
    Bools = npt.NDArray[np.bool_]

DIGITS = frozenset("0123456789")
_NEAR = frozenset(map(chr, range(32, 127)))  # what borders may be made of: a line end is one for all


class _Run(NamedTuple):
    """A shape of digits alone: how many, which may stand at its first places, what must not stand around it (each
    border with what is next to the digits first)."""

    rule: Rule
    shape: Shape
    least: int
    most: int
    first: Sequence[frozenset[str]]
    behind: Sequence[Sequence[frozenset[str]]]
    ahead: Sequence[Sequence[frozenset[str]]]


@dataclass(frozen=True, slots=True)
class Seen:
    """Where in a block numbers stand that pass as some rule's value, and those that fail all they have the shape of:
    in all, and by identifier."""

    passing: Sequence[int] = ()
    failing: Sequence[int] = ()
    by_rule: Mapping[str, Sequence[int]] = field(default_factory=dict)

    def passes_from(self, at: int) -> int | None:
        """Where the next number that passes begins; None where there is no more."""
        i = bisect_left(self.passing, at)
        return self.passing[i] if i < len(self.passing) else None

    def fails_in(self, start: int, end: int) -> bool:
        """Whether a number that fails begins in these bytes."""
        i = bisect_left(self.failing, start)
        return i < len(self.failing) and self.failing[i] < end

    def failed(self, lines: Sequence[tuple[int, int]]) -> Iterator[tuple[str, int]]:
        """How many values of each identifier failed outside of some lines, which come in order."""
        for name, places in self.by_rule.items():
            inside = (bisect_left(places, end) - bisect_left(places, start) for start, end in lines)
            if count := len(places) - sum(inside):
                yield name, count


class Runs:
    """Judges the numbers of blocks by those shapes of rules that may stand alone, are digits and nothing else, and
    come first in their rule, so that no other shape of it takes the place before."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._runs = [run for rule in rules if rule.digits for run in _leading(rule)]
        self.shapes = frozenset(run.shape for run in self._runs)
        self._least = min((run.least for run in self._runs), default=0)
        self._most = max((run.most for run in self._runs), default=0)

    def look(self, data: bytes) -> Seen:
        """What the numbers of a block are."""
        import numpy as np

        padded = np.frombuffer(b"\n\n" + data + b"\n\n", np.uint8)
        # Where so many digits begin as the shortest shape has: this leaves few places, unlike the ends of all numbers.
        begins, size = padded - 48 < 10, 1
        while size < self._least:
            step = min(size, self._least - size)
            begins = begins[:-step] & begins[step:]
            size += step
        starts = np.flatnonzero(begins[1:] & ~begins[:-1]) + 1
        if not len(starts):
            return Seen()
        lengths = np.flatnonzero(begins[:-1] & ~begins[1:]) + self._least - starts
        short = lengths <= self._most
        starts, lengths = starts[short], lengths[short]
        shaped, passed = np.zeros(len(starts), np.bool_), np.zeros(len(starts), np.bool_)
        of: dict[str, Bools] = {}
        for length in np.unique(lengths).tolist():
            places = np.flatnonzero(lengths == length)
            for run in self._runs:
                if run.least <= length <= run.most:
                    mine = places[_shaped(run, padded, starts[places], length)]
                    shaped[mine] = True
                    of.setdefault(run.rule.id, np.zeros(len(starts), np.bool_))[mine] = True
                    digits = padded[starts[mine][:, None] + np.arange(length)] - 48
                    passed[mine[_passing(run, digits)]] = True
        starts = starts - 2
        failing = shaped & ~passed
        by_rule = {name: starts[mask & failing].tolist() for name, mask in of.items()}
        return Seen(starts[passed].tolist(), starts[failing].tolist(), by_rule)


def _leading(rule: Rule) -> list[_Run]:
    """The first shapes of a rule in texts, as far as they are digits and may stand alone."""
    found = []
    for shape in (s for s in rule.shapes if not s.cell):
        run = _run(rule, shape) if rule.may_stand_alone(shape) and not shape.damaged else None
        if run is None:
            break
        found.append(run)
    return found


def _run(rule: Rule, shape: Shape) -> _Run | None:
    """The shape as one of digits alone; None where it is none, or digits may follow on it or stand before it."""
    behind, body, ahead = parts(shape.pattern.regex)
    first: list[frozenset[str]] = []
    least = most = 0
    for least_times, most_times, allowed in _items(list(parser.parse(body))):
        if not allowed or not allowed <= DIGITS or least != most:
            return None
        first += [allowed] * least_times
        if most_times != least_times and allowed != DIGITS:
            return None
        least, most = least + least_times, most + most_times
    borders = [
        [[signs(unit) for unit in border[::step]] for border in ways] for ways, step in ((behind, -1), (ahead, 1))
    ]
    every = [border for ways in borders for border in ways]
    if any(len(border) > 2 or not all(unit <= _NEAR for unit in border) for border in every):
        return None
    if not all(any(len(border) == 1 and border[0] >= DIGITS for border in ways) for ways in borders):
        return None
    return _Run(rule, shape, least, most, first, borders[0], borders[1])


def _items(nodes: Sequence[Any]) -> list[tuple[int, int, frozenset[str]]]:
    """How often each part of a shape stands there at least and at most, and what it may be; nothing for what is more
    than characters."""
    found: list[tuple[int, int, frozenset[str]]] = []
    for kind, value in nodes:
        if kind is op.SUBPATTERN:
            found += _items(list(value[3]))
        elif kind is op.MAX_REPEAT and len(value[2]) == 1 and value[1] is not op.MAXREPEAT:
            found.append((value[0], value[1], characters(*value[2][0]) or frozenset()))
        else:
            found.append((1, 1, characters(kind, value) or frozenset()))
    return found


def _shaped(run: _Run, padded: npt.NDArray[np.uint8], starts: Numbers, length: int) -> Numbers:
    """Which of the numbers, all of one length, have the shape, by their places."""
    import numpy as np

    left = np.arange(len(starts))
    for place, allowed in enumerate(run.first):
        if allowed != DIGITS:
            left = left[_table(allowed)[padded[starts[left] + place]]]
    for borders, offset, step in ((run.behind, -1, -1), (run.ahead, length, 1)):
        for border in borders:
            near = starts[left] + offset
            barred = _table(border[0])[padded[near]]
            if len(border) == 2:
                barred &= _table(border[1])[padded[near + step]]
            left = left[~barred]
    return left


@cache
def _table(signs: frozenset[str]) -> Bools:
    """Which bytes are among the signs."""
    import numpy as np

    return np.array([chr(c) in signs for c in range(256)], np.bool_)


def _passing(run: _Run, digits: npt.NDArray[np.uint8]) -> Numbers:
    """Which of the numbers pass, by their places; those that only code for one value can judge count as passing."""
    import numpy as np

    left = np.arange(len(digits))
    for check, parameters in (*run.shape.checks, *run.rule.checks):
        held = check.vector(digits[left], **parameters)
        left = left if held is None else left[held]
    return left
