"""Columns: from Arrow arrays to tallies, cell by cell or with vectors."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from privacyscan.checks.region import codes
from privacyscan.detect.births import Young
from privacyscan.detect.cells import are_nothing, as_strings, clean, cleaned, is_nothing
from privacyscan.detect.claims import Cells, Collect, ColumnTally, Judged
from privacyscan.detect.contents import Contents, in_question
from privacyscan.detect.drafts import Drafts
from privacyscan.detect.judging import judged
from privacyscan.detect.known import Meets
from privacyscan.detect.lanes import Lane, Lanes
from privacyscan.detect.notes import Notes, is_running
from privacyscan.detect.paragraphs import Paragraphs
from privacyscan.detect.plan import Everything, Plan
from privacyscan.detect.rules import CHECKED, MOST_HEADERS, Candidate, Rule, Shape, header_words, plain
from privacyscan.detect.vectors import COMMA, DIGIT, DOT, SIGN, Strings

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pyarrow as pa

    from privacyscan.detect.vectors import Bools, Rows

TRIAL = 200  # cells that decide whether shapes of whole cells are worth counting in a column
ENOUGH = 20  # cells that can decide it
LONGEST_NUMBER = 22
NIK_DIGITS, DISTRICT = 16, 6  # of a NIK, and of the code of a district
SHORTEST_NUMBER = 8
FEW = 256  # cells of a batch up to which one by one is faster: a vector costs 2 ms to start
# Digits alone, behind a decimal comma, or a code of five parts and more: what has the shape of a value only by chance.
_NUMBER = re.compile(rf"(?:[+-]?[0-9]{{1,3}},)?[0-9]{{8,{LONGEST_NUMBER}}}|[0-9]{{1,4}}(?:\.[0-9A-Z]{{1,8}}){{4,9}}")


@dataclass(frozen=True, slots=True)
class _Questions:
    """What the cells of a column are asked beyond the shapes that the prefilter stops at."""

    whole: list[Rule]  # rules whose whole-cell shapes count
    contents: Contents
    notes: Notes | None  # of a column of running text

    def __bool__(self) -> bool:
        return bool(self.whole or self.contents) or self.notes is not None

    def finish(self, collect: Collect) -> None:
        """Read what was gathered."""
        if self.notes is not None:
            collect.notes(self.notes)


class ColumnScanner:
    """Adds the cells of arrays to tallies. One per worker; holds no data between calls."""

    def __init__(
        self,
        plan: Plan | Everything,
        young: Young,
        key: bytes,
        most_places: int,
        paragraphs: Paragraphs,
        known: Meets | None = None,
        drafts: Drafts | None = None,
    ) -> None:
        self.young, self.known, self.paragraphs, self.drafts = young, known, paragraphs, drafts
        self.plan, self.key, self.most = plan, key, most_places
        self.lanes = Lanes(plan) if isinstance(plan, Plan) else None
        self.by_id = {rule.id: rule for rule in plan.rules}
        self.by_cell = [
            rule
            for rule in plan.rules
            if rule.identifier.content is None and (rule.needs_words or any(s.cell for s in rule.shapes))
        ]
        self._with_fractions = frozenset(rule.id for rule in plan.rules if any(s.cell for s in rule.shapes))
        self._asked = lru_cache(MOST_HEADERS)(self._asked_by)
        self.by_content = [rule for rule in plan.rules if rule.identifier.content is not None]
        # Damaged numbers (they need a header) are told one by one: they are no persons.
        self.broken = {r.id: "|".join(s.bare for s in r.shapes if s.cell and s.damaged) for r in plan.rules}

    def scan(
        self, name: str, array: pa.Array, first_row: int, tally: ColumnTally, raised: frozenset[str] = frozenset()
    ) -> None:
        """Count the cells of one column of one batch; `raised` are rules to count as if its header named them."""
        import pyarrow as pa

        asked = self._asked(name) | raised
        cells = as_strings(array, not asked.isdisjoint(self._with_fractions))
        if cells is None:  # a type that cannot hold an identifier: read, and nothing in it
            tally.seen += len(array) - array.null_count
            return
        collect = Collect(self.by_id, self.young, tally, self.key, first_row, self.most, self.known, self.drafts)
        if len(cells) <= FEW:
            filled = self._few(name, asked, [clean(text) for text in cells.to_pylist()], tally, collect)
        else:
            filled = self._many(name, asked, cleaned(cells), tally, collect)
        dropped = pa.types.is_floating(array.type) or pa.types.is_decimal(array.type)  # null in `cells`, but seen
        tally.seen += len(array) - array.null_count if dropped else filled
        collect.finish()

    def is_named(self, name: str) -> bool:
        """Whether the header says what the column is, or what it is not."""
        words = header_words(name)
        return any(rule.header(words) is not None for rule in self.plan.rules)

    def _asked_by(self, name: str) -> frozenset[str]:
        """The rules that the header names."""
        words = header_words(name)
        return frozenset(rule.id for rule in self.plan.rules if rule.header(words) not in (None, "-"))

    def _few(self, name: str, asked: frozenset[str], texts: Sequence[str], tally: ColumnTally, collect: Collect) -> int:
        """One by one, where starting vectors would cost more; gives back how many cells hold something."""
        filled = [i for i, text in enumerate(texts) if not is_nothing(text)]
        sample = [texts[row] for row in filled[:: max(1, len(filled) // TRIAL)][:TRIAL]]
        questions = self._questions(name, asked, sample, tally)
        same: dict[str, list[int]] = defaultdict(list)
        for row in filled:
            same[texts[row]].append(row)
        for text, rows in same.items():
            if _NUMBER.fullmatch(text):
                tally.numbers += len(rows)
                tally.regional += len(rows) * (len(text) == NIK_DIGITS and text[:DISTRICT] in codes("district"))
            if self.plan.stops_at(text):
                self._cell(plain(text), rows, questions, collect)
            elif questions:
                self._whole_cell(plain(text).strip(), rows, questions, collect)
        questions.finish(collect)
        return len(filled)

    def _many(self, name: str, asked: frozenset[str], cells: pa.Array, tally: ColumnTally, collect: Collect) -> int:
        """With vectors; gives back how many cells hold something."""
        import numpy as np

        strings = Strings(cells)
        present = np.flatnonzero(~are_nothing(strings))
        _count_numbers(strings, present, tally)
        sample = strings.take(present[:: max(1, len(present) // TRIAL)][:TRIAL]).to_list()
        questions = self._questions(name, asked, sample, tally)
        rest = present
        if self.lanes is not None:
            rest = self._together(self.lanes.of(sample, questions.whole), strings, present, questions, collect)
        for text, rows in _by_text(strings, rest):
            self._cell(plain(text), rows, questions, collect)
        questions.finish(collect)
        return len(present)

    def _together(
        self, lane: Lane | None, strings: Strings, present: Rows, questions: _Questions, collect: Collect
    ) -> Rows:
        """Decide the cells that need no look of their own; gives back the other rows."""
        import numpy as np

        if lane is None:
            hit = strings.hits(self.plan.search_cell, self.plan.alternation)[present]
            self._without_hit(strings, present[~hit], questions, collect)
            return present[hit]
        fits = lane.fits(strings)[present]
        hit = strings.hits(lane.search, lane.others)[present]
        mine, others = present[fits & ~hit], present[~fits]
        cells = strings.take(mine)
        whole = lane.whole(cells)
        valued = np.logical_or.reduce(whole)
        clear = ~lane.occurs_in(cells, whole)
        if broken := self._broken(questions):
            clear &= ~(valued & cells.mask(broken))
        if questions.contents or questions.notes is not None:
            clear &= ~valued  # these cells are asked what else they are
        chosen = np.flatnonzero(valued & clear)
        if len(chosen):
            masks = {shape: mask[chosen] for (_, shape), mask in zip(lane.shapes, whole, strict=True)}
            self._judge(Cells.of_rows(strings, mine[chosen]), masks, questions, collect)
        held = strings.take(others).mask(self.plan.alternation)
        self._without_hit(strings, np.sort(np.concatenate([mine[clear & ~valued], others[~held]])), questions, collect)
        return np.sort(np.concatenate([mine[~clear], others[held], present[fits & hit]]))

    def _without_hit(self, strings: Strings, rows: Rows, questions: _Questions, collect: Collect) -> None:
        """Cells in which no shape occurs: asked what takes the whole cell (names, dates), and as running text."""
        import numpy as np

        if not questions or not len(rows):
            return
        formed = "|".join(rf"^\s*(?:{s.bare[1:-1]})\s*$" for r in questions.whole for s in r.shapes if s.cell)
        if questions.notes is None and not questions.contents:
            rows = rows[strings.take(rows).mask(formed)] if formed else rows[:0]
        cells = strings.take(rows)
        single, prose = ~cells.are_plain, np.zeros(cells.size, np.bool_)
        if questions.notes is not None:
            silent, prose = questions.notes.are_silent(cells)
            prose &= ~single
            single |= ~silent
            single |= cells.mask(formed) if formed else False
        elif broken := self._broken(questions):
            single |= cells.mask(broken)
        left = rows[:0]
        if questions.notes is None or questions.contents:
            left = self._judge(Cells.of_rows(strings, rows[~single]), {}, questions, collect)
        asked = frozenset(rows[prose].tolist())
        for text, mine in _by_text(strings, np.sort(np.concatenate([rows[single], left]))):
            self._whole_cell(plain(text).strip(), mine, questions, collect, mine[0] in asked)

    def _judge(self, cells: Cells, masks: Mapping[Shape, Bools], questions: _Questions, collect: Collect) -> Rows:
        """Plain cells that are a value or none: by the shapes that `masks` tells of each, by those of whole cells, and
        by their content. Gives back the rows that have to be read one by one for it."""
        import numpy as np

        claims, left = collect.tally.claims, np.zeros(0, np.intp)
        found: list[Judged] = []
        if questions.contents:
            single, says, claimed = questions.contents.read_together(cells.texts, cells.times)
            left, cells = cells.rows[single[cells.of]], cells.some(np.flatnonzero(~single))
            for rule, mask in claimed.items():
                claims[rule.id].shapes += int(cells.times[says[~single]].sum())
                flags = np.zeros((len(rule.evidence), cells.texts.size), np.bool_)
                found.append(Judged(rule, mask[~single].astype(np.int8) * (1 + CHECKED), flags))
        rules = defaultdict(list)
        for rule in self.plan.rules:
            for shape in rule.shapes:
                if shape in masks:
                    rules[rule].append((shape, cells.same(masks[shape])))
                elif shape.cell and not shape.damaged and rule in questions.whole:
                    rules[rule].append((shape, cells.texts.mask(shape.bare)))
        found += judged(rules, cells.texts, cells.times, claims)
        collect.together(cells, found)
        return left

    def _broken(self, questions: _Questions) -> str:
        """The shapes of damaged numbers that count here; they need a look of their own."""
        return "|".join(filter(None, (self.broken[rule.id] for rule in questions.whole)))

    def _questions(
        self,
        name: str,
        asked: frozenset[str],
        sample: Sequence[str],
        tally: ColumnTally,
    ) -> _Questions:
        """What this column is asked, as far as its header and some of its cells tell."""
        sample = [plain(text).strip() for text in sample]
        contents = in_question(self.by_content, name, sample, tally.content)
        notes = Notes(self.paragraphs, tally.notes) if is_running(name, sample, contents) else None
        return _Questions(self._whole_cell_rules(name, asked, sample, tally), contents, notes)

    def _whole_cell_rules(
        self, name: str, asked: frozenset[str], sample: Sequence[str], tally: ColumnTally
    ) -> list[Rule]:
        """The rules whose whole-cell shapes are counted in this column: its header names them, or enough of the
        sampled cells pass on their own."""
        words = header_words(name)
        chosen = []
        decides = len(sample) >= ENOUGH
        different = [(text, n, self.plan.rules_of_cell(text)) for text, n in Counter(sample).items()] if decides else []
        for rule in self.by_cell:
            if rule.id in asked:
                chosen.append(rule)
                continue
            if rule.header(words) == "-" or rule.identifier.header_required or not rule.whole_cells:
                continue
            if rule.id not in tally.trial and decides:
                tally.trial[rule.id] = _is_passed(rule, different, len(sample))
            if tally.trial.get(rule.id, True):  # undecided: count, it is little
                chosen.append(rule)
        return chosen

    def _cell(self, text: str, rows: Sequence[int], questions: _Questions, collect: Collect) -> None:
        """Equal cells through the rules that may match them."""
        whole, text = questions.whole, text.strip()
        found: list[Candidate] = []
        for rule, shapes in self.plan.rules_of_cell(text).items():
            if rule not in whole and rule.is_mute(text):
                continue
            for candidate in rule.candidates(text, whole_cell=rule in whole, among=shapes):
                collect.claim(rule, candidate, text, len(rows))
                if candidate is not None:
                    found.append(candidate)
        if questions.notes is not None:
            questions.notes.add(text, rows, found)
        found += collect.content(text, questions.contents, len(rows))
        if found:
            collect.cell(text, rows, found)

    def _whole_cell(
        self, text: str, rows: Sequence[int], questions: _Questions, collect: Collect, is_prose: bool = False
    ) -> None:
        """Equal cells for shapes that take them whole, and for running text; `is_prose` where that is known."""
        found: list[Candidate] = []
        may_match = self.plan.rules_of_cell(text) if questions.whole else {}
        for rule in questions.whole:
            if rule not in may_match:
                continue
            for candidate in rule.candidates(text, whole_cell=True, among=may_match[rule]):
                collect.claim(rule, candidate, text, len(rows))
                if candidate is not None:
                    found.append(candidate)
        if questions.notes is not None:
            questions.notes.add(text, rows, found, is_prose and not found)
        found += collect.content(text, questions.contents, len(rows))
        if found:
            collect.cell(text, rows, found)


def _is_passed(rule: Rule, cells: Iterable[tuple[str, int, Mapping[Rule, Sequence[Shape]]]], count: int) -> bool:
    """Whether as many of `count` cells pass on their own as the rule asks for. Each different text comes with how many
    cells have it, and the rules that it may match, with their shapes."""
    may_fail = count - rule.identifier.least_share * count
    for text, times, may_match in cells:
        found = rule.candidates(text, whole_cell=True, among=may_match[rule]) if rule in may_match else ()
        passes = any(c and c.tier >= CHECKED for c in found)
        may_fail -= 0 if passes else times
        if may_fail < 0:
            return False
    return True


def _by_text(strings: Strings, rows: Rows) -> Iterator[tuple[str, Sequence[int]]]:
    """Each different text of these rows, and where it stands."""
    same: dict[str, list[int]] = defaultdict(list)
    for row, text in zip(rows.tolist(), strings.take(rows).to_list(), strict=True):
        same[text].append(row)
    yield from same.items()


def _count_numbers(strings: Strings, rows: Rows, tally: ColumnTally) -> None:
    """Count the cells that are numbers and codes alone, and those that begin as a NIK does."""
    import numpy as np

    cells = strings.take(rows[(strings.traits[rows] & DIGIT > 0) & (strings.lengths[rows] >= SHORTEST_NUMBER)])
    digits = (cells.traits == DIGIT) & (cells.lengths <= LONGEST_NUMBER)
    maybe = np.flatnonzero(~digits & (cells.traits & (DOT | COMMA | SIGN) > 0))
    tally.numbers += int(digits.sum() + cells.take(maybe).mask(f"^(?:{_NUMBER.pattern})$").sum())
    long = np.flatnonzero(digits & (cells.lengths == NIK_DIGITS))
    if len(long):
        tally.regional += int(np.isin(cells.words(long, 0, DISTRICT), _districts()).sum())


@cache
def _districts() -> npt.NDArray[np.bytes_]:
    import numpy as np

    return np.array(sorted(codes("district")), "S")
