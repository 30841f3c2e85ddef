"""Whether numbers are of their kind, by the shapes and checks of its rule file, and how to walk on to one that is."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from privacyscan.model import CheckCall, Identifier
from privacyscan.registry import plugins

TRIES = 400  # of walking: one in a hundred passes at least
Flags = npt.NDArray[np.bool_]


class Checked:
    """Whether texts without separators have a shape of the identifier and pass its checks.

    They may lack a start that is left out where values are compared (`same_prefix`).
    """

    def __init__(self, identifier: Identifier) -> None:
        self._checks = _bound(identifier.checks)
        self._shapes = [(re.compile(p.regex).fullmatch, _bound(p.checks)) for p in identifier.patterns if not p.damaged]
        self._starts = ("", *(start for start, same in identifier.same_prefix.items() if not same))

    def __call__(self, texts: Sequence[str]) -> Flags:
        good = np.zeros(len(texts), np.bool_)
        for start in self._starts:
            left = np.flatnonzero(~good)
            good[left] = self._hold([start + texts[i] for i in left.tolist()])
        return good

    def _hold(self, texts: Sequence[str]) -> Flags:
        good = np.zeros(len(texts), np.bool_)
        for fits, tests in self._shapes:
            some = [i for i in np.flatnonzero(~good).tolist() if fits(texts[i])]
            good[some] = _passing([texts[i] for i in some], [*self._checks, *tests])
        return good


def _bound(calls: tuple[CheckCall, ...]) -> list[tuple[Any, Mapping[str, Any]]]:
    return [(plugins("checks")[c.check], c.parameters) for c in calls]


def _passing(texts: Sequence[str], checks: Sequence[tuple[Any, Mapping[str, Any]]]) -> Flags:
    """Which texts pass: those of digits, equally long, at once."""
    good = np.ones(len(texts), np.bool_)
    length = len(texts[0]) if texts else 0
    alike = all(len(t) == length and t.isdigit() for t in texts)
    digits = np.frombuffer("".join(texts).encode(), np.uint8).reshape(len(texts), -1) - 48 if alike and texts else None
    for check, parameters in checks:
        some = None if digits is None else check.vector(digits, **parameters)
        good &= np.array([check(t, **parameters) for t in texts], np.bool_) if some is None else some
    return good


def walked(
    codes: Sequence[str], step: Callable[[Sequence[str]], Sequence[str]], checked: Callable[[Sequence[str]], Flags]
) -> list[str | None]:
    """For each code that passes the checks the next on its way that does; one that fails them goes one step, if what it
    comes to fails too. So a permutation stays one."""
    new: list[str | None] = [None] * len(codes)
    sound = checked(codes).tolist()
    walking = dict(enumerate(codes))
    for _ in range(TRIES):
        steps = step(list(walking.values()))
        found = zip(walking, steps, checked(steps).tolist(), strict=True)
        walking = {}
        for row, code, passes in found:
            if passes == sound[row]:
                new[row] = code if code != codes[row] else None
            elif sound[row]:
                walking[row] = code
        if not walking:
            break
    return new
