"""Columns: from Arrow arrays to tallies, cell by cell or with vectors."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from privacyscan.checks.region import codes
from privacyscan.detect.births import Young
from privacyscan.detect.cells import are_nothing, as_strings, clean, cleaned, is_nothing
from privacyscan.detect.claims import Collect, ColumnTally
from privacyscan.detect.contents import Contents, in_question
from privacyscan.detect.known import Meets
from privacyscan.detect.notes import Notes, is_running
from privacyscan.detect.paragraphs import Paragraphs
from privacyscan.detect.plan import Everything, Plan
from privacyscan.detect.rules import CHECKED, STRUCTURE, Candidate, Rule, header_words, plain

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pyarrow as pa

TRIAL = 200  # cells that decide whether shapes of whole cells are worth counting in a column
ENOUGH = 20  # cells that can decide it
LONGEST_NUMBER = 22
NIK_DIGITS, DISTRICT = 16, 6  # of a NIK, and of the code of a district
FEW = 256  # cells of a batch up to which one by one is faster: a vector costs 2 ms to start
_LETTERS = r"\pL(?s:.*)\pL"  # what content can be read from
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
    ) -> None:
        self.young, self.known, self.paragraphs = young, known, paragraphs
        self.plan, self.key, self.most = plan, key, most_places
        self.by_id = {rule.id: rule for rule in plan.rules}
        self.by_content = [rule for rule in plan.rules if rule.identifier.content is not None]
        self.loose = "|".join(
            f"(?:{s.consuming})" for r in plan.rules for s in r.shapes if not (s.cell or s.text or s.digit_bordered)
        )
        # Damaged numbers (they need a header) are told one by one: they are no persons.
        self.broken = {r.id: "|".join(s.bare for s in r.shapes if s.cell and s.damaged) for r in plan.rules}

    def scan(
        self, name: str, array: pa.Array, first_row: int, tally: ColumnTally, raised: frozenset[str] = frozenset()
    ) -> None:
        """Count the cells of one column of one batch; `raised` are rules to count as if its header named them."""
        import pyarrow as pa

        asked = self._asked(name) | raised
        fractions = any(shape.cell for rule in self.plan.rules if rule.id in asked for shape in rule.shapes)
        cells = as_strings(array, fractions)
        if cells is None:  # a type that cannot hold an identifier: read, and nothing in it
            tally.seen += len(array) - array.null_count
            return
        collect = Collect(self.by_id, self.young, tally, self.key, first_row, self.most, self.known)
        if len(cells) <= FEW:
            filled = self._few(name, asked, [clean(text) for text in cells.to_pylist()], tally, collect)
        else:
            filled = self._many(name, asked, cleaned(cells), tally, collect)
        dropped = pa.types.is_floating(array.type) or pa.types.is_decimal(array.type)  # null in `cells`, but seen
        tally.seen += len(array) - array.null_count if dropped else filled
        collect.finish()

    def _asked(self, name: str) -> frozenset[str]:
        """The rules that the header names."""
        words = header_words(name)
        return frozenset(rule.id for rule in self.plan.rules if rule.header(words) not in (None, "-"))

    def _few(self, name: str, asked: frozenset[str], texts: Sequence[str], tally: ColumnTally, collect: Collect) -> int:
        """One by one, where starting vectors would cost more; gives back how many cells hold something."""
        filled = [i for i, text in enumerate(texts) if not is_nothing(text)]
        questions = self._questions(name, asked, texts, filled, tally)
        for row in filled:
            text = texts[row]
            if _NUMBER.fullmatch(text):
                tally.numbers += 1
                tally.regional += len(text) == NIK_DIGITS and text[:DISTRICT] in codes("district")
            if self.plan.search_cell(text.encode("utf-8", "replace")):
                self._cell(plain(text), row, questions, collect)
            elif questions:
                self._whole_cell(plain(text).strip(), (row,), questions, collect)
        questions.finish(collect)
        return len(filled)

    def _many(self, name: str, asked: frozenset[str], cells: pa.Array, tally: ColumnTally, collect: Collect) -> int:
        """With vectors; gives back how many cells hold something."""
        import numpy as np
        import pyarrow as pa
        import pyarrow.compute as pc

        lengths = pc.fill_null(pc.binary_length(cells), 0).to_numpy()
        filled = (lengths > 0) & ~are_nothing(cells)
        numbers = cells.filter(pa.array(_mask(cells, f"^(?:{_NUMBER.pattern})$") & filled))
        tally.numbers += len(numbers)
        tally.regional += _regional(numbers)
        hit = _mask(cells, self.plan.alternation) & filled
        rest = self._numbers(cells, np.flatnonzero(hit & (lengths <= LONGEST_NUMBER)), asked, tally, collect)
        rows = np.concatenate([rest, np.flatnonzero(hit & (lengths > LONGEST_NUMBER))])
        present = np.flatnonzero(filled).tolist()
        questions = self._questions(name, asked, cells, present, tally)
        for row, text in zip(rows.tolist(), cells.take(pa.array(rows)).to_pylist(), strict=True):
            self._cell(plain(text), row, questions, collect)
        if questions:
            self._whole(cells, np.flatnonzero(filled & ~hit), questions, collect)
        questions.finish(collect)
        return int(filled.sum())

    def _numbers(
        self, cells: pa.Array, rows: npt.NDArray[np.intp], asked: frozenset[str], tally: ColumnTally, collect: Collect
    ) -> npt.NDArray[np.intp]:
        """Cells of digits alone, decided with vectors; gives back the rows that are not."""
        import numpy as np
        import pyarrow as pa

        if not len(rows) or not self.plan.vectors:
            return rows
        taken = cells.take(pa.array(rows))
        digits = _mask(taken, "^[0-9]+$")
        if self.loose:
            digits &= ~_mask(taken, self.loose)
        for broken in filter(None, (self.broken[of] for of in asked)):
            digits &= ~_mask(taken, broken)
        mine = taken.filter(pa.array(digits))
        my_rows = rows[digits]
        lengths = (
            np.diff(np.frombuffer(mine.buffers()[1], np.int32, len(mine) + 1, mine.offset * 4))
            if len(mine)
            else my_rows
        )
        for length in np.unique(lengths).tolist():
            chosen = np.flatnonzero(lengths == length)
            group = mine.take(pa.array(chosen))
            start = int(np.frombuffer(group.buffers()[1], np.int32, 1, group.offset * 4)[0])
            matrix = np.frombuffer(group.buffers()[2], np.uint8, len(group) * length, start).reshape(-1, length) - 48
            verdicts = [(rule, *self._vector(rule, group, matrix, rule.id in asked, tally)) for rule in self.plan.rules]
            collect.vectors(group, my_rows[chosen], [v for v in verdicts if v[1].any()])
        return rows[~digits]

    def _vector(
        self, rule: Rule, group: pa.Array, matrix: npt.NDArray[np.uint8], is_asked: bool, tally: ColumnTally
    ) -> tuple[npt.NDArray[np.int8], list[int]]:
        """Per cell 0 for no claim, else local tier + 1; and how often each evidence flag held."""
        import numpy as np

        tiers = np.zeros(len(group), np.int8)
        flag_sums = [0] * len(rule.evidence)
        failed = np.zeros(len(group), np.bool_)  # a number that fails two shapes is one number
        if (rule.needs_words and not is_asked) or rule.identifier.content is not None:
            return tiers, flag_sums
        for shape in rule.shapes:
            if shape.text or (shape.cell and not is_asked):
                continue
            candidates = np.flatnonzero(_mask(group, shape.bare) & (tiers == 0))
            if not len(candidates):
                continue
            passed = candidates
            for check, parameters in (*shape.checks, *rule.checks):
                passed = passed[_holds(check, parameters, group, matrix, passed)]
            tally.claims[rule.id].shapes += len(passed) + int((~failed[np.setdiff1d(candidates, passed)]).sum())
            failed[candidates] = True
            alone = np.full(len(passed), shape.pattern.alone and rule.identifier.alone is not None)
            for i, (check, parameters) in enumerate(rule.evidence):
                holds = _holds(check, parameters, group, matrix, passed)
                flag_sums[i] += int(holds.sum())
                if rule.alone_mask >> i & 1:
                    alone &= holds
            tiers[passed] = 1 + np.where(alone, CHECKED, STRUCTURE)
        return tiers, flag_sums

    def _questions(
        self,
        name: str,
        asked: frozenset[str],
        cells: Sequence[Any] | pa.Array,
        filled: Sequence[int],
        tally: ColumnTally,
    ) -> _Questions:
        """What this column is asked, as far as its header and some of its cells tell."""
        step = max(1, len(filled) // TRIAL)
        sample = [plain(str(cells[i])).strip() for i in filled[::step][:TRIAL]]
        contents = in_question(self.by_content, name, sample, tally.content)
        notes = Notes(self.paragraphs, tally.notes) if is_running(name, sample, contents) else None
        return _Questions(self._whole_cell_rules(name, asked, sample, tally), contents, notes)

    def _whole_cell_rules(
        self, name: str, asked: frozenset[str], sample: Sequence[str], tally: ColumnTally
    ) -> list[Rule]:
        """The rules whose whole-cell shapes are counted in this column: its header names them, or enough of the
        sampled cells pass on their own."""
        words = header_words(name)
        different = Counter(sample)
        chosen = []
        for rule in self.plan.rules:
            if rule.identifier.content is not None or not (rule.needs_words or any(s.cell for s in rule.shapes)):
                continue
            if rule.id in asked:
                chosen.append(rule)
                continue
            if rule.header(words) == "-" or rule.identifier.header_required or not rule.whole_cells:
                continue
            if rule.id not in tally.trial and len(sample) >= ENOUGH:
                good = sum(
                    times
                    for text, times in different.items()
                    if any(c and c.tier >= CHECKED for c in rule.candidates(text, whole_cell=True))
                )
                tally.trial[rule.id] = good >= rule.identifier.least_share * len(sample)
            if tally.trial.get(rule.id, True):  # undecided: count, it is little
                chosen.append(rule)
        return chosen

    def _cell(self, text: str, row: int, questions: _Questions, collect: Collect) -> None:
        """One cell through the rules that may match it."""
        whole, text = questions.whole, text.strip()
        rules = dict.fromkeys([*self.plan.rules_for(text.encode()), *whole])
        found: list[Candidate] = []
        for rule in rules:
            if rule not in whole and rule.is_mute(text):
                continue
            for candidate in rule.candidates(text, whole_cell=rule in whole):
                collect.claim(rule, candidate, text)
                if candidate is not None:
                    found.append(candidate)
        if questions.notes is not None:
            questions.notes.add(text, (row,), found)
        found += collect.content(text, questions.contents)
        if found:
            collect.cell(text, (row,), found)

    def _whole(
        self,
        cells: pa.Array,
        rows: npt.NDArray[np.intp],
        questions: _Questions,
        collect: Collect,
    ) -> None:
        """Cells without any other hit, for shapes that take the whole cell (names, dates) and for running text."""
        import numpy as np
        import pyarrow as pa

        subset = cells.take(pa.array(rows))
        shapes = [
            rf"^\s*(?:{s.bare[1:-1]})\s*$" for rule in questions.whole for s in rule.shapes if s.cell
        ]  # without ^ and $
        if questions.contents or questions.notes is not None:
            shapes.append(_LETTERS)
        wanted = np.flatnonzero(_mask(subset, "|".join(shapes)))
        same: dict[str, list[int]] = defaultdict(list)  # such columns repeat themselves
        for row, raw in zip(rows[wanted].tolist(), subset.take(pa.array(wanted)).to_pylist(), strict=True):
            same[raw].append(row)
        for raw, places in same.items():
            self._whole_cell(plain(raw).strip(), places, questions, collect)

    def _whole_cell(self, text: str, rows: Sequence[int], questions: _Questions, collect: Collect) -> None:
        """Equal cells for shapes that take them whole, and for running text."""
        found: list[Candidate] = []
        for rule in questions.whole:
            for candidate in rule.candidates(text, whole_cell=True):
                collect.claim(rule, candidate, text, len(rows))
                if candidate is not None:
                    found.append(candidate)
        if questions.notes is not None:
            questions.notes.add(text, rows, found)
        found += collect.content(text, questions.contents, len(rows))
        if found:
            collect.cell(text, rows, found)


def _regional(numbers: pa.Array) -> int:
    """How many are 16 digits that begin with the code of a district."""
    import pyarrow.compute as pc

    long = numbers.filter(pc.equal(pc.binary_length(numbers), NIK_DIGITS))
    if not len(long):
        return 0
    begins = pc.utf8_slice_codeunits(long, 0, DISTRICT)
    return int(pc.sum(pc.is_in(begins, _districts())).as_py())


@cache
def _districts() -> pa.Array:
    import pyarrow as pa

    return pa.array(sorted(codes("district")))


def _mask(cells: pa.Array, regex: str) -> npt.NDArray[np.bool_]:
    import pyarrow.compute as pc

    mask: npt.NDArray[np.bool_] = pc.fill_null(pc.match_substring_regex(cells, regex), False).to_numpy(
        zero_copy_only=False
    )
    return mask.copy()


def _holds(check: Any, parameters: dict[str, Any], group: pa.Array, matrix: Any, rows: Any) -> Any:
    """The check for some rows of a group: by its vector twin, or one by one where it has none."""
    import numpy as np
    import pyarrow as pa

    answer = check.vector(matrix[rows], **parameters) if len(rows) else np.zeros(0, bool)
    if answer is None:
        answer = np.array([check(v, **parameters) for v in group.take(pa.array(rows)).to_pylist()], bool)
    return answer
