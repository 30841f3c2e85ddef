"""Columns full of one kind of value, decided together.

A sample shows which shapes the cells of a column have as a whole. A cell that has one of them as a whole, and in which
no other shape occurs, needs no look of its own: what rules say of it is a matter of its digits or text alone.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from privacyscan.detect.borders import following, parts
from privacyscan.detect.judging import passing
from privacyscan.detect.rules import Rule, Shape
from privacyscan.detect.vectors import LETTER, UNPLAIN, Strings

if TYPE_CHECKING:
    from privacyscan.detect.plan import Plan
    from privacyscan.detect.vectors import Bools

LEAST = 0.02  # share of the sample that has a shape, from which it is worth a lane
MOST = 12  # shapes of a lane: of more, the rarest are left to the rules
KEPT = 64  # lanes that are remembered
_END = "(?:(?:$)|"  # of a match: here, or before what its borders allow


@dataclass(frozen=True, slots=True)
class Lane:
    """Shapes that cells of a column have as a whole, in the order of their rules."""

    shapes: tuple[tuple[Rule, Shape], ...]
    search: Any  # for every other shape that may count in these cells
    others: str  # the same as one pattern
    letterless: bool  # for cells without letters alone: in them no rule that needs a word counts

    def whole(self, cells: Strings) -> list[Bools]:
        """For each shape which plain cells have it as a whole, and nothing but it: the first match of its rule would
        be the cell."""
        same: dict[str, Bools] = {}
        for _, shape in self.shapes:
            regex = first_match(shape.pattern.regex)
            assert regex is not None
            if regex not in same:
                same[regex] = _is_first(cells, regex, shape)
        return [same[first_match(shape.pattern.regex) or ""] for _, shape in self.shapes]

    def occurs_in(self, cells: Strings, whole: Sequence[Bools]) -> Bools:
        """In which cells one of the shapes occurs, but not as the whole, where no earlier shape of its rule holds."""
        import numpy as np

        found = np.zeros(cells.size, np.bool_)
        held: dict[tuple[str, str], Bools] = {}
        for i, (rule, shape) in enumerate(self.shapes):
            same = (shape.consuming, first_match(shape.pattern.regex) or "")
            if same not in held:
                held[same] = ~whole[i]
                held[same][~whole[i]] = cells.take(np.flatnonzero(~whole[i])).mask(f"(?m){shape.consuming}")
            rows = np.flatnonzero(held[same] & ~found)
            earlier = [(s, whole[j][rows]) for j, (r, s) in enumerate(self.shapes[:i]) if r is rule]
            if earlier and len(rows):
                rows = rows[~passing(rule, earlier, cells.take(rows))]
            found[rows] = True
        return found

    def fits(self, cells: Strings) -> Bools:
        """Which cells may be decided here at all."""
        import numpy as np

        barred = UNPLAIN | LETTER if self.letterless else UNPLAIN
        return np.asarray(cells.traits & barred == 0)


class Lanes:
    """The lanes of a plan. Built once per process."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self._lanes: dict[tuple[tuple[int, ...], frozenset[Rule], bool], Lane] = {}
        self._fit = {i for i, (_, s) in enumerate(plan.shapes) if not s.text and first_match(s.pattern.regex)}

    def of(self, sample: Sequence[str], meant: Collection[Rule]) -> Lane | None:
        """The lane for a column with these cells; `meant` are the rules that count there without a word. None where
        the cells are of no such kind."""
        times: Counter[int] = Counter()
        letters = whole = 0
        for text, cells in Counter(sample).items():
            if not text.isascii() or not text.isprintable() or "%" in text:
                continue
            had = [i for i in self.plan.shapes_in(text.encode()) if i in self._fit and self._is_whole(i, text)]
            times.update(dict.fromkeys(had, cells))
            whole += cells * bool(had)
            letters += cells * (bool(had) and any(c.isalpha() for c in text))
        letterless = 2 * letters < whole
        meant = frozenset(meant)
        worth = [
            i
            for i, n in times.most_common()
            if n >= LEAST * len(sample) and (self.plan.shapes[i][0] in meant or not self.plan.shapes[i][0].needs_words)
        ]
        return self._lane(tuple(sorted(worth[:MOST])), meant, letterless) if worth else None

    def _is_whole(self, place: int, text: str) -> bool:
        return re.fullmatch(self.plan.shapes[place][1].bare, text) is not None

    def _lane(self, chosen: tuple[int, ...], meant: frozenset[Rule], letterless: bool) -> Lane:
        mute = frozenset(r for r in self.plan.rules if r.needs_words and r not in meant) if letterless else frozenset()
        lane = self._lanes.get((chosen, mute, letterless))
        if lane is None:
            if len(self._lanes) >= KEPT:
                self._lanes.clear()
            search, others = self.plan.search_for(
                s for i, (r, s) in enumerate(self.plan.shapes) if i not in chosen and not s.text and r not in mute
            )
            shapes = tuple(self.plan.shapes[i] for i in chosen)
            lane = self._lanes[chosen, mute, letterless] = Lane(shapes, search, others, letterless)
        return lane


def _is_first(cells: Strings, regex: str, shape: Shape) -> Bools:
    """Which cells are the first match of the shape wholly: of most no beginning is a match by itself."""
    import numpy as np
    import pyarrow.compute as pc

    whole = cells.mask(shape.bare)
    rows = np.flatnonzero(whole)
    rows = rows[cells.take(rows).mask(regex.replace(_END, "(?:"))]
    if len(rows):
        some = cells.take(rows)
        first = pc.struct_field(pc.extract_regex(some.cells, regex), [0])
        whole[rows] = pc.fill_null(pc.binary_length(first), -1).to_numpy() == some.lengths
    return whole


@cache
def first_match(regex: str) -> str | None:
    """The shape at the start of a plain text, its match as the group `v`, for RE2: of all ways to match it prefers the
    same one as Python, borders included. None for a shape that looks around inside."""
    _, body, ahead = parts(regex)
    if re.search(r"\(\?<?[=!]", body) or any(len(border) > 2 for border in ahead):
        return None
    return f"^(?P<v>{body}){_END}{following(ahead)})"
