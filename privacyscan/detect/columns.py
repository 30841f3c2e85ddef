"""Columns: from Arrow arrays to one verdict per (column, identifier).

While reading, every cell adds to a `ColumnTally`: which identifiers claim which part of it (its *signature*),
counted per signature. Only when the whole column was seen is it decided which identifier wins where, so a NIK
that also looks like a card is counted for the identifier that the column as a whole speaks for.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from privacyscan.detect.cells import are_nothing, as_strings, clean, cleaned, is_nothing
from privacyscan.detect.plan import Everything, Plan
from privacyscan.detect.resolve import clusters
from privacyscan.detect.rules import (
    CHECKED,
    CONTEXT,
    LUCKY,
    STRONG,
    STRUCTURE,
    Candidate,
    Rule,
    core,
    header_words,
    plain,
)
from privacyscan.detect.tally import Tally, distinct, keyed, masked
from privacyscan.model import Confidence, Evidence, Location

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pyarrow as pa

Cluster = frozenset[tuple[str, int, bool]]  # (identifier, local tier, is the whole cell)
Signature = frozenset[Cluster]

TRIAL = 200  # cells that decide whether shapes of whole cells are worth counting in a column
ENOUGH = 20  # cells from which column statistics mean something
LONGEST_NUMBER = 22
FEW = 256  # cells of a batch up to which one by one is faster: a vector costs 2 ms to start
_NUMBER = re.compile(f"[0-9]{{8,{LONGEST_NUMBER}}}")


@dataclass(slots=True)
class Claim:
    """How one identifier fared in a column, whoever wins in the end."""

    shapes: int = 0  # had its shape, checks or not
    passed: int = 0  # passed its checks
    whole: int = 0  # of them: as the whole cell
    tiers: list[int] = field(default_factory=lambda: [0, 0, 0])
    flags: list[int] = field(default_factory=list)

    def add(self, other: Claim) -> None:
        self.shapes += other.shapes
        self.passed += other.passed
        self.whole += other.whole
        self.tiers = [a + b for a, b in zip(self.tiers, other.tiers, strict=True)]
        self.flags = _sum(self.flags, other.flags)


@dataclass(slots=True)
class ColumnTally:
    """All that is known of a column so far; grows with the kinds of signatures, not with rows."""

    seen: int = 0  # cells that hold something
    numbers: int = 0  # of them: digits alone, long enough for an identifier
    claims: dict[str, Claim] = field(default_factory=lambda: defaultdict(Claim))
    signatures: dict[Signature, dict[str, Tally]] = field(default_factory=dict)
    trial: dict[str, bool] = field(default_factory=dict)  # whole-cell shapes: count them here?

    def merge(self, other: ColumnTally, most: int) -> None:
        self.seen += other.seen
        self.numbers += other.numbers
        for name, claim in other.claims.items():
            self.claims[name].add(claim)
        for signature, tallies in other.signatures.items():
            mine = self.signatures.setdefault(signature, {})
            for name, tally in tallies.items():
                mine.setdefault(name, Tally()).merge(tally, most)


class ColumnScanner:
    """Adds the cells of arrays to tallies. One per worker; holds no data between calls."""

    def __init__(self, plan: Plan | Everything, key: bytes, most_places: int) -> None:
        self.plan, self.key, self.most = plan, key, most_places
        self.by_id = {rule.id: rule for rule in plan.rules}
        self.loose = "|".join(
            f"(?:{s.consuming})" for r in plan.rules for s in r.shapes if not s.cell and not s.digit_bordered
        )

    def scan(self, name: str, array: pa.Array, first_row: int, tally: ColumnTally) -> None:
        """Count the cells of one column of one batch."""
        import pyarrow as pa

        asked = self._asked(name)
        fractions = any(shape.cell for rule in self.plan.rules if rule.id in asked for shape in rule.shapes)
        cells = as_strings(array, fractions)
        if cells is None:  # a type that cannot hold an identifier: read, and nothing in it
            tally.seen += len(array) - array.null_count
            return
        collect = _Collect(self.by_id, tally, self.key, first_row, self.most)
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

    def _few(
        self, name: str, asked: frozenset[str], texts: Sequence[str], tally: ColumnTally, collect: _Collect
    ) -> int:
        """One by one, where starting vectors would cost more; gives back how many cells hold something."""
        filled = [i for i, text in enumerate(texts) if not is_nothing(text)]
        whole = self._whole_cell_rules(name, asked, texts, filled, tally)
        for row in filled:
            text = texts[row]
            tally.numbers += _NUMBER.fullmatch(text) is not None
            if self.plan.search(text.encode("utf-8", "replace")):
                self._cell(plain(text), row, whole, collect)
            elif whole:
                self._whole_cell(plain(text).strip(), (row,), whole, collect)
        return len(filled)

    def _many(self, name: str, asked: frozenset[str], cells: pa.Array, tally: ColumnTally, collect: _Collect) -> int:
        """With vectors; gives back how many cells hold something."""
        import numpy as np
        import pyarrow.compute as pc

        lengths = pc.fill_null(pc.binary_length(cells), 0).to_numpy()
        filled = (lengths > 0) & ~are_nothing(cells)
        tally.numbers += int((_mask(cells, f"^{_NUMBER.pattern}$") & filled).sum())
        hit = _mask(cells, self.plan.alternation) & filled
        rest = self._numbers(cells, np.flatnonzero(hit & (lengths <= LONGEST_NUMBER)), asked, tally, collect)
        rows = np.concatenate([rest, np.flatnonzero(hit & (lengths > LONGEST_NUMBER))])
        whole = self._whole_cell_rules(name, asked, cells, np.flatnonzero(filled).tolist(), tally)
        for row in rows.tolist():
            self._cell(plain(cells[row].as_py()), row, whole, collect)
        if whole:
            self._whole(cells, np.flatnonzero(filled & ~hit), whole, collect)
        return int(filled.sum())

    def _numbers(
        self, cells: pa.Array, rows: npt.NDArray[np.intp], asked: frozenset[str], tally: ColumnTally, collect: _Collect
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
        if rule.needs_words and not is_asked:
            return tiers, flag_sums
        for shape in rule.shapes:
            if shape.cell and not is_asked:
                continue
            candidates = np.flatnonzero(_mask(group, shape.bare) & (tiers == 0))
            if not len(candidates):
                continue
            tally.claims[rule.id].shapes += len(candidates)
            passed = candidates
            for check, parameters in (*shape.checks, *rule.checks):
                passed = passed[_holds(check, parameters, group, matrix, passed)]
            alone = np.full(len(passed), shape.pattern.alone and rule.identifier.alone is not None)
            for i, (check, parameters) in enumerate(rule.evidence):
                holds = _holds(check, parameters, group, matrix, passed)
                flag_sums[i] += int(holds.sum())
                if rule.alone_mask >> i & 1:
                    alone &= holds
            tiers[passed] = 1 + np.where(alone, CHECKED, STRUCTURE)
        return tiers, flag_sums

    def _whole_cell_rules(
        self,
        name: str,
        asked: frozenset[str],
        cells: Sequence[Any] | pa.Array,
        filled: Sequence[int],
        tally: ColumnTally,
    ) -> list[Rule]:
        """The rules whose whole-cell shapes are counted in this column: its header names them, or enough of the
        first cells pass on their own."""
        words = header_words(name)
        chosen = []
        for rule in self.plan.rules:
            if not rule.needs_words and not any(s.cell for s in rule.shapes):
                continue
            if rule.id in asked:
                chosen.append(rule)
                continue
            if rule.header(words) == "-" or rule.identifier.header_required or not all(s.cell for s in rule.shapes):
                continue
            if rule.id not in tally.trial and len(filled) >= ENOUGH:
                step = max(1, len(filled) // TRIAL)
                sample = [plain(str(cells[i])) for i in filled[::step][:TRIAL]]
                good = sum(
                    any(c and c.tier >= CHECKED for c in rule.candidates(t.strip(), whole_cell=True)) for t in sample
                )
                tally.trial[rule.id] = good >= rule.identifier.least_share * len(sample)
            if tally.trial.get(rule.id, True):  # undecided: count, it is little
                chosen.append(rule)
        return chosen

    def _cell(self, text: str, row: int, whole: Sequence[Rule], collect: _Collect) -> None:
        """One cell through the rules that may match it."""
        rules = dict.fromkeys([*self.plan.rules_for(text.encode()), *whole])
        found: list[Candidate] = []
        for rule in rules:
            if rule not in whole and rule.is_mute(text):
                continue
            for candidate in rule.candidates(text, whole_cell=rule in whole):
                collect.claim(rule, candidate, text)
                if candidate is not None:
                    found.append(candidate)
        if found:
            collect.cell(text, (row,), found)

    def _whole(self, cells: pa.Array, rows: npt.NDArray[np.intp], rules: Sequence[Rule], collect: _Collect) -> None:
        """Cells without any other hit, for shapes that take the whole cell (names, dates)."""
        import numpy as np
        import pyarrow as pa

        subset = cells.take(pa.array(rows))
        shapes = "|".join(s.bare[1:-1] for rule in rules for s in rule.shapes if s.cell)  # without ^ and $
        wanted = np.flatnonzero(_mask(subset, rf"^\s*(?:{shapes})\s*$"))
        same: dict[str, list[int]] = defaultdict(list)  # such columns repeat themselves
        for row, raw in zip(rows[wanted].tolist(), subset.take(pa.array(wanted)).to_pylist(), strict=True):
            same[raw].append(row)
        for raw, places in same.items():
            self._whole_cell(plain(raw).strip(), places, rules, collect)

    def _whole_cell(self, text: str, rows: Sequence[int], rules: Sequence[Rule], collect: _Collect) -> None:
        """Equal cells for shapes that take them whole."""
        found = [c for rule in rules for c in rule.candidates(text, whole_cell=True) if c is not None]
        for candidate in found:
            collect.claim(candidate.rule, candidate, text, len(rows))
        if found:
            collect.cell(text, rows, found)


class _Collect:
    """Gathers what one batch adds to a column's tally and adds it at once."""

    def __init__(self, rules: Mapping[str, Rule], tally: ColumnTally, key: bytes, first_row: int, most: int) -> None:
        self.rules, self.tally, self.key, self.first_row, self.most = rules, tally, key, first_row, most
        self.values: dict[tuple[Signature, str], tuple[list[str], list[int]]] = defaultdict(lambda: ([], []))

    def claim(self, rule: Rule, candidate: Candidate | None, text: str, cells: int = 1) -> None:
        claim = self.tally.claims[rule.id]
        claim.shapes += cells
        if candidate is not None:
            claim.passed += cells
            claim.whole += cells * _is_whole(candidate, text)
            claim.tiers[candidate.tier] += cells
            claim.flags = _sum(claim.flags, [cells * (candidate.flags >> i & 1) for i in range(len(rule.evidence))])

    def cell(self, text: str, at: Sequence[int], found: Sequence[Candidate]) -> None:
        """The claims on the cells of these rows, all with the same text."""
        signature = frozenset(
            frozenset((c.entity, c.tier, _is_whole(c, text)) for c in group) for group in clusters(found)
        )
        for c in {c.entity: c for c in found}.values():
            values, rows = self.values[signature, c.entity]
            values += [c.rule.canonical(text[c.start : c.end])] * len(at)
            rows += at

    def vectors(
        self, group: pa.Array, rows: npt.NDArray[np.intp], verdicts: Sequence[tuple[Rule, Any, list[int]]]
    ) -> None:
        """The cells of one group of numbers; each verdict is (rule, tier + 1 per cell, flag counts)."""
        import numpy as np
        import pyarrow as pa

        if not verdicts:
            return
        for rule, tiers, flags in verdicts:
            claim = self.tally.claims[rule.id]
            passed = int((tiers > 0).sum())
            claim.passed += passed
            claim.whole += passed
            for tier in (STRUCTURE, CHECKED):
                claim.tiers[tier] += int((tiers == tier + 1).sum())
            claim.flags = _sum(claim.flags, flags)
        codes = np.zeros(len(rows), np.int64)
        for _, tiers, _ in verdicts:
            codes = codes * 3 + tiers
        for code in np.unique(codes[codes > 0]).tolist():
            chosen = np.flatnonzero(codes == code)
            values = group.take(pa.array(chosen)).to_pylist()
            places = rows[chosen].tolist()
            present = [(rule, int(tiers[chosen[0]])) for rule, tiers, _ in verdicts if tiers[chosen[0]]]
            signature = frozenset({frozenset((rule.id, tier - 1, True) for rule, tier in present)})
            for rule, _ in present:
                mine, my_rows = self.values[signature, rule.id]
                mine += [rule.canonical(v) for v in values] if rule.identifier.same_prefix else values
                my_rows += places

    def finish(self) -> None:
        hashed: dict[Signature, tuple[list[str], list[int]]] = {}
        for (signature, name), (values, rows) in self.values.items():
            done = hashed.get(signature)
            hashes = done[1] if done is not None and done[0] == values else keyed(values, self.key)
            hashed[signature] = (values, hashes)
            identifier = self.rules[name].identifier
            tally = self.tally.signatures.setdefault(signature, {}).setdefault(name, Tally())
            free = max(0, self.most - len(tally.places))
            tally.add(
                values,
                hashes,
                [Location(row=self.first_row + r) for r in sorted(rows)[:free]],
                lambda v, i=identifier: masked(v, i.mask_head, i.mask_tail),  # type: ignore[misc]
                self.most,
            )


def _is_whole(candidate: Candidate, text: str) -> bool:
    """Whether the cell holds nothing else."""
    start, end = core(text)
    return candidate.start <= start and end <= candidate.end


@dataclass(frozen=True, slots=True)
class Verdict:
    """One identifier in one column: how many cells, how sure, why."""

    rule: Rule
    matched: int
    confidence: Confidence
    evidence: tuple[Evidence, ...]
    tally: Tally


@dataclass(frozen=True, slots=True)
class Around:
    """What the other columns of the table say."""

    person: bool = False  # one of them identifies persons


def verdicts(
    name: str, column: ColumnTally, rules: Mapping[str, Rule], most_places: int, around: Around
) -> Iterator[Verdict]:
    """The identifiers that win cells of the column, most certain first."""
    words = header_words(name)
    views = {
        i: _View(rules[i], c, column, rules[i].header(words), around) for i, c in column.claims.items() if c.passed
    }
    _mistrust_header(list(views.values()))
    for view in views.values():
        view.judge()
    order = sorted((v for v in views.values() if v.stands), key=lambda v: (-v.score, v.rule.identifier.rank))
    place = {v.rule.id: i for i, v in enumerate(order)}
    won: dict[str, Tally] = {}
    lost: dict[str, Counter[str]] = defaultdict(Counter)
    tiers: dict[str, Counter[int]] = defaultdict(Counter)
    for signature, tallies in column.signatures.items():
        winners = set()
        for cluster in signature:
            able = [(i, t) for i, t, whole in cluster if i in place and views[i].takes(t, whole)]
            if not able:
                continue
            winner, tier = min(able, key=lambda x: (-max(views[x[0]].column, x[1]), place[x[0]]))
            winners.add(winner)
            tiers[winner][tier] += tallies[winner].cells
            for other, _, _ in cluster:
                if other != winner:
                    lost[winner][other] += tallies[winner].cells
        for winner in winners:
            won.setdefault(winner, Tally()).merge(tallies[winner], most_places)
    for view in order:
        tally = won.get(view.rule.id)
        if tally is not None and tally.cells:
            yield view.verdict(tally, name, tiers[view.rule.id], lost[view.rule.id], column.seen)


def _mistrust_header(views: Sequence[_View]) -> None:
    """A header that names an identifier which many cells are not, above cells that all are another, says nothing."""
    if any(v.named and v.pass_rate < 0.7 for v in views) and any(v.proven and not v.named for v in views):
        for view in views:
            view.header, view.named = None, False


class _View:
    """One identifier's case for one column."""

    def __init__(self, rule: Rule, claim: Claim, column: ColumnTally, header: str | None, around: Around) -> None:
        self.rule, self.claim, self.seen, self.header, self.around = rule, claim, column.seen, header, around
        self.random = max(claim.shapes, column.numbers)  # how many could have passed by chance
        self.column = -1  # tier the column as a whole gives: -1 none, 2 header, 3 column statistics
        self.stands = False
        self.sketch = sorted({h for t in column.signatures.values() if rule.id in t for h in t[rule.id].hashes})
        if header in rule.identifier.weak_columns and not self.as_expected():
            self.header = None
        self.named = self.header not in (None, "-")
        self.share = claim.whole / max(1, self.seen)
        self.pass_rate = claim.passed / max(1, claim.shapes)
        self.uniform = self.share >= 0.8 and self.seen >= ENOUGH
        # No luck over so many cells.
        self.proven = (
            self.uniform and self.pass_rate >= 0.95 and rule.identifier.check_chance <= LUCKY and self.as_expected()
        )

    @property
    def score(self) -> int:
        return max(self.column, CONTEXT if self.claim.tiers[CONTEXT] else CHECKED if self.claim.tiers[CHECKED] else 0)

    def judge(self) -> None:
        """Whether it stands at all, and what the column as a whole adds."""
        identifier, claim = self.rule.identifier, self.claim
        if identifier.header_required and not self.named:
            return
        if identifier.beside == "person" and not self.around.person:
            return
        if self.share < identifier.least_share and all(s.cell for s in self.rule.shapes):
            return
        if self.named and self.pass_rate >= 0.25 and self.beats_chance_under_header():
            self.column = 3 if self.share >= 0.5 and self.pass_rate >= 0.5 else CONTEXT
        elif self.header is None and self.uniform and self.pass_rate >= 0.8 and self.as_expected():
            enough = (0.5 if identifier.expect else 0.8) * claim.passed
            alone = identifier.alone is not None and claim.tiers[CHECKED] >= enough
            self.column = 3 if alone or self.proven else -1
        alone_cells = claim.tiers[CHECKED]
        self.stands = (
            self.column > 0
            or claim.tiers[CONTEXT] > 0
            or (alone_cells > 0 and self.beats_chance(alone_cells, identifier.chance) and not self.is_luck(alone_cells))
        )

    def is_luck(self, alone: int) -> bool:
        """Whether a column full of other numbers has only some that pass, or its header names something else."""
        numbers = self.random / max(1, self.seen)
        identifier = self.rule.identifier
        if self.header == "-" and (identifier.check_chance > 0.2 or identifier.chance > STRONG):
            return identifier.check_chance > 0.2 or alone < 0.5 * self.seen
        least = 0.02 if identifier.chance <= STRONG else 0.1
        return not self.named and numbers >= 0.8 and alone < least * self.random

    def beats_chance_under_header(self) -> bool:
        return self.pass_rate >= 0.8 or self.beats_chance(self.claim.passed, self.rule.identifier.chance * 4)

    def beats_chance(self, hits: int, chance: float) -> bool:
        """Whether there are more hits than numbers of that shape would give by chance (mean + 4 sd)."""
        expected = self.random * min(chance, 0.9)
        return hits > expected + 4 * math.sqrt(expected * (1 - min(chance, 0.9)))

    def as_expected(self) -> bool:
        for e in self.rule.identifier.expect:
            if e.flag == "distinct":
                value = distinct(self.sketch) / max(1, self.claim.passed)
            else:
                value = self.claim.flags[self.rule.flag_names.index(e.flag)] / max(1, self.claim.passed)
            if not e.least <= value <= e.most:
                return False
        return True

    def takes(self, tier: int, whole: bool) -> bool:
        """Whether a claim of this local tier counts once the identifier stands."""
        return tier >= CHECKED or (self.column > 0 and whole) or self.column == 3

    def verdict(self, tally: Tally, name: str, tiers: Counter[int], lost: Counter[str], seen: int) -> Verdict:
        claim, identifier = self.claim, self.rule.identifier
        level = self.column if self.column > 0 else CONTEXT if 2 * tiers[CONTEXT] >= tally.cells else CHECKED
        confidence = {3: Confidence.COLUMN, CONTEXT: Confidence.CONTEXT}.get(level, Confidence.CHECKED)
        evidence = [_share("checks_passed", claim.passed, claim.shapes)]
        if self.named:
            evidence.append(Evidence("header", {"column": name, "word": str(self.header)}))
        if claim.tiers[CONTEXT]:
            evidence.append(Evidence("context", {"matched": claim.tiers[CONTEXT]}))
        for flag, count in zip(self.rule.flag_names, claim.flags, strict=False):
            evidence.append(Evidence("flag", {"name": flag, "matched": count, "share": round(count / claim.passed, 4)}))
        different = distinct(tally.sketch())
        evidence.append(Evidence("distinct", {"distinct": min(different, tally.cells), "matched": tally.cells}))
        if identifier.chance:
            expected = round(self.random * identifier.chance, 1)
            evidence.append(Evidence("chance", {"expected": expected, "matched": claim.passed}))
        evidence += [Evidence("competitor", {"entity": e, "matched": n}) for e, n in sorted(lost.items())]
        return Verdict(self.rule, min(tally.cells, seen), confidence, tuple(evidence), tally)


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


def _share(code: str, part: int, whole: int) -> Evidence:
    return Evidence(code, {"matched": part, "seen": whole, "share": round(part / max(1, whole), 4)})


def _sum(a: list[int], b: Sequence[int]) -> list[int]:
    return [x + y for x, y in zip(a, b, strict=True)] if a and b else list(a or b)
