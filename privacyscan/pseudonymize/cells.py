"""Which cells get which replacement: decided per column, from its verdicts and from what stands in the cell."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cached_property

from privacyscan.detect import Detector
from privacyscan.detect.cells import cleaned, is_nothing
from privacyscan.detect.rules import CHECKED, Rule, header_words, plain
from privacyscan.detect.shown import name_spans, shown_name
from privacyscan.keys import PurposeKey
from privacyscan.model import Confidence
from privacyscan.operators import Operator, Replacement
from privacyscan.pseudonymize.judge import STRICT, Judged
from privacyscan.pseudonymize.policy import Policy
from privacyscan.registry import plugins

SAMPLE = 1000  # cells that decide whether a dirty column is strict
ROUNDS = 3  # of replacing in a sentence: without one name another may show
REMEMBERED = 50_000  # cells per column whose outcome is kept

Find = tuple[int, int, str]  # start, end, entity


class Replacer:
    """The policy at work: values in, replacements out."""

    def __init__(self, detector: Detector, policy: Policy, key: bytes | None) -> None:
        self.detector, self.policy = detector, policy
        self._key = None if key is None else PurposeKey(key, policy.purpose)
        self._ready: dict[str, Replacement] = {}  # by entity

    def covers(self, entity: str) -> bool:
        """Whether the policy replaces this entity."""
        return self.policy.choice(entity) is not None

    def operator(self, entity: str) -> str:
        """The name of the operator for an entity; empty when the policy does not cover it."""
        choice = self.policy.choice(entity)
        return choice.operator if choice is not None else ""

    def replacement(self, entity: str, value: str) -> str:
        """What stands in the copy for a value of an entity that the policy covers; empty if nothing safe can."""
        spelled = canonical(self.detector.rules[entity], value)
        return self._bound(entity)([value], [spelled], [None])[0] or ""

    def _bound(self, entity: str) -> Replacement:
        if entity not in self._ready:
            choice = self.policy.choice(entity)
            if choice is None:
                raise KeyError(entity)
            operator: Operator = plugins("operators")[choice.operator]
            self._ready[entity] = operator.bind(self.detector.rules[entity].identifier, self._key, choice.parameters)
        return self._ready[entity]

    def in_text(self, text: str) -> tuple[str, Counter[str]]:
        """A text that is no cell (a title line) with its finds replaced, and how many of each entity."""
        found = [(s.start, s.end, s.entity) for s in self.detector.spans(same_length(text)) if self.covers(s.entity)]
        return self.replaced(text, found), Counter(e for _, _, e in found)

    def replaced(self, text: str, found: Sequence[Find]) -> str:
        """The text with these finds replaced."""
        pieces, at = [], 0
        for start, end, entity in sorted(found):
            pieces += [text[at:start], self.replacement(entity, text[start:end])]
            at = end
        return "".join([*pieces, text[at:]])

    def names_somebody(self, name: str) -> bool:
        """Whether a name of a file, table or column, or the text of a schema, holds what the policy replaces."""
        return any(self.covers(s.entity) for s in name_spans(same_length(name), self.detector))

    def shown(self, name: str) -> str:
        """The name as messages may show it."""
        return shown_name(name, self.detector)


class Column:
    """One column on its way into the copy. `counts` is cells per entity."""

    def __init__(self, replacer: Replacer, header: str, verdicts: Sequence[Judged]) -> None:
        """`verdicts` are those on this column, most certain first."""
        self.replacer, self.header = replacer, header
        self.counts: Counter[str] = Counter()
        self._judged = [v.entity for v in verdicts if not v.running]
        self._told = [v.entity for v in verdicts if v.running]  # in sentences, never by a whole cell
        covered = [v for v in verdicts if replacer.covers(v.entity)]
        self._strict = next((v.entity for v in covered if v.strict), None)
        self._maybe_strict = [v.entity for v in covered if v.often] if self._strict is None else []
        self._loose = [v.entity for v in covered if v.finding.confidence >= Confidence.COLUMN.score]
        self._memory: dict[str, tuple[str, tuple[str, ...]] | None] = {}

    @cached_property
    def _every_cell(self) -> bool:
        """Whether cells count that the prefilter does not stop at."""
        if self._strict is not None or self._told:
            return True
        rules = self.replacer.detector.rules
        return any(s.cell for e in self._judged for s in rules[e].shapes)

    def batch(self, cells: Sequence[str | None]) -> Iterator[tuple[int, str]]:
        """The rows that change and their new cells."""
        self._settle(cells)
        for row in self._rows(cells):
            cell = cells[row]
            if not cell:
                continue
            if cell not in self._memory:
                if len(self._memory) >= REMEMBERED:
                    self._memory.clear()
                self._memory[cell] = self._outcome(cell)
            outcome = self._memory[cell]
            if outcome is not None:
                self.counts.update(outcome[1])
                yield row, outcome[0]

    def _settle(self, cells: Sequence[str | None]) -> None:
        """From the first batch: whether a column whose cells are dirty throughout (`'3171...`) is a strict one."""
        sample = [same_length(c) for c in cells if c][:SAMPLE] if self._maybe_strict else []
        for entity in self._maybe_strict:
            rule = self.replacer.detector.rules[entity]
            if sum(value_in(rule, text) is not None for text in sample) >= STRICT * len(sample):
                self._strict = entity
                break
        self._maybe_strict = []

    def _rows(self, cells: Sequence[str | None]) -> Sequence[int]:
        """The rows worth a look."""
        import numpy as np
        import pyarrow as pa
        import pyarrow.compute as pc

        if self._every_cell:
            return range(len(cells))
        try:
            array = pa.array(cells, pa.string())
        except UnicodeEncodeError:  # bytes that are no text in the charset of the file
            array = pa.array([c and _sound(c) for c in cells], pa.string())
        hits = pc.match_substring_regex(cleaned(array), self.replacer.detector.plan.alternation)
        rows: list[int] = np.flatnonzero(pc.fill_null(hits, False).to_numpy(zero_copy_only=False)).tolist()
        return rows

    def _outcome(self, cell: str) -> tuple[str, tuple[str, ...]] | None:
        """The new cell and the entities replaced in it; None when it stays."""
        text = same_length(cell)
        bare = text.strip()
        if is_nothing(bare):
            return None
        owner = self._owner(bare)
        if owner is not None:
            return (self.replacer.replacement(owner, cell), (owner,)) if self.replacer.covers(owner) else None
        found = list(self._finds(text, bare))
        entities = {e for _, _, e in found}
        for _ in range(ROUNDS):
            if not found:
                return (cell, tuple(entities)) if entities else None
            cell = self.replacer.replaced(cell, found)
            found = list(self._finds(same_length(cell), cell.strip())) if self._told else []
        owner = found[0][2] if found else ""  # no end to what can be read into it
        return (self.replacer.replacement(owner, cell) if owner else cell), tuple(entities)

    def _owner(self, bare: str) -> str | None:
        """The entity that the whole cell belongs to: the first verdict that claims it, else a strict one."""
        if self._strict is not None and len(self._judged) == 1:
            return self._strict
        rules = self.replacer.detector.rules
        return next((e for e in self._judged if value_in(rules[e], bare) is not None), self._strict)

    def _finds(self, text: str, bare: str) -> Iterator[Find]:
        """The places inside the cell. What fills the whole cell is left to the column's verdict: where that is
        silent, the cell is one of those that look like an identifier by chance."""
        detector = self.replacer.detector
        taken: list[Find] = []
        for span in detector.spans(text, self.header, running=bool(self._told)):
            if span.end - span.start == len(bare) and span.entity not in (*self._judged, *self._told):
                continue
            taken.append((span.start, span.end, span.entity))
        for entity in self._loose:
            for c in detector.rules[entity].candidates(text):
                if c is not None and all(c.end <= start or end <= c.start for start, end, _ in taken):
                    taken.append((c.start, c.end, entity))
        yield from (find for find in taken if self.replacer.covers(find[2]))


def value_in(rule: Rule, text: str) -> str | None:
    """The value of the rule that all letters and digits of a cell belong to, as in `'3171...` and `3171....0`; None
    when the cell holds something else too."""
    for written in dict.fromkeys((text, text.removesuffix(".0"))):
        for c in rule.candidates(written, whole_cell=True):
            if c is not None and not any(x.isalnum() for x in written[: c.start] + written[c.end :]):
                return written[c.start : c.end]
    return None


def canonical(rule: Rule, value: str) -> str:
    """One spelling for all ways to write a value, dirty ones too; a cell that holds no value of the rule is its
    own, in lower case."""
    text = same_length(value).strip()
    if rule.digits and text.isdigit():
        return rule.canonical(text)
    found = value_in(rule, text)
    if found is not None:
        return rule.canonical(found)
    if rule.digits and any(x.isdigit() for x in text) and not any(x.isalpha() for x in text):
        return rule.canonical(text)
    return " ".join(text.lower().split())


def is_known_value(rule: Rule, text: str) -> bool:
    """Whether the whole text is a value of the rule that needs no context: a person's name, not the word for it, as
    in `Ibu` and `Agama`."""
    if rule.header(header_words(text)) not in (None, "-"):
        return False
    cell = plain(text).strip()
    found = rule.candidates(cell, whole_cell=True)
    return any(c is not None and c.tier >= CHECKED and c.end - c.start == len(cell) for c in found)


def same_length(text: str) -> str:
    """The text with look-alikes made plain, one character for one, so that offsets stay true."""
    if text.isascii():
        return text
    folded = (n if len(n := unicodedata.normalize("NFKC", c)) == 1 else c for c in _sound(text))
    return plain("".join(folded))


def _sound(text: str) -> str:
    """The text with `?` for surrogates, which stand for bytes that are no text."""
    return text.encode("utf-8", "replace").decode("utf-8")
