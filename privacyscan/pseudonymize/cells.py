"""Which cells get which replacement: decided per column, from its verdicts and from what stands in the cell."""

from __future__ import annotations

import pickle
import re
import sys
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from copy import copy
from functools import cached_property
from typing import TYPE_CHECKING, Any

from privacyscan.detect import Detector, Span
from privacyscan.detect.cells import cleaned, is_nothing
from privacyscan.detect.rules import CHECKED, Rule, header_words, plain, visible
from privacyscan.detect.shown import name_spans, shown_name
from privacyscan.errors import ConfigurationError, UnsafeCopyError
from privacyscan.keys import PurposeKey, as_letters
from privacyscan.model import Confidence, Place
from privacyscan.operators import Operator, Replacement
from privacyscan.pseudonymize._originals import Originals
from privacyscan.pseudonymize.judge import STRICT, Judged
from privacyscan.pseudonymize.policy import REWRITE, Choice, Policy, matches
from privacyscan.registry import plugins

if TYPE_CHECKING:
    import pyarrow as pa

SAMPLE = 1000  # cells that decide whether a dirty column is strict
ROUNDS = 3  # of replacing in a sentence: without one name another may show
SEEN_AGAIN = 4  # characters of a value that is hidden wherever else it stands
HEAD = 8  # characters that few values share
REMEMBERED = 50_000  # cells per column whose outcome is kept

PERSONS = ("ID_NIK", "ID_NIP", "ID_NISN", "ID_PASSPORT", "ID_MEDICAL_RECORD")  # whose column tells the person

Find = tuple[int, int, str]  # start, end, entity
Edit = tuple[int, int, str]  # start, end, what stands there instead
_Put = tuple[int, int, int]  # start and end of a replacement, and how long what stood there was
Done = tuple[str, str]  # entity and operator
Changes = list[dict[int, str | None]]  # for each column the rows that change and their new cells; None: emptied


class Replacer:
    """The policy at work: values in, replacements out."""

    def __init__(self, detector: Detector, policy: Policy, key: bytes | None) -> None:
        self.detector, self.policy = detector, policy
        self.used: set[str] = set()  # patterns of columns that met one
        self.originals = Originals()
        self.same_as: Mapping[Place, Place] = {}  # columns for which the choice of another holds
        self.key = key
        self._key = None if key is None else PurposeKey(key, policy.purpose)
        self.key_id = self._key.id if self._key is not None else ""
        self._ready: dict[tuple[str, str], Replacement] = {}  # by entity and pattern of columns

    def unmatched(self) -> list[str]:
        """The patterns of columns in the policy that no column met so far."""
        return [p for p in (*self.policy.columns, *self.policy.persons) if p not in self.used]

    def covers(self, entity: str) -> bool:
        """Whether the policy replaces this entity."""
        return self.policy.choice(entity) is not None

    def may_be_found(self, place: Place, entity: str) -> bool:
        """Whether the copy may hold what looks like such a value in this column: the policy keeps it, or puts something
        there that looks real."""
        choice = self.policy.columns.get(self.policy.column(place) or "")
        if choice is None or choice.operator == REWRITE:
            choice = self.policy.choice(entity)
        return choice is None or plugins("operators")[choice.operator].looks_real

    def stands_in(self, place: Place, entity: str) -> bool:
        """Whether what is found in this column of the copy are stand-ins that look real, and must be no originals."""
        choice = self.policy.columns.get(self.policy.column(place) or "")
        return self.covers(entity) and not (choice is not None and choice.keeps)

    def operator(self, entity: str) -> str:
        """The name of the operator for an entity; empty when the policy does not cover it."""
        choice = self.policy.choice(entity)
        return choice.operator if choice is not None else ""

    def replacement(self, entity: str, value: str) -> str:
        """What stands in a text for a value of an entity that the policy covers; empty if nothing safe can."""
        return self.replacements(entity, [value], [None])[0] or ""

    def replacements(
        self, entity: str, values: Sequence[str], persons: Sequence[str | None], pattern: str = ""
    ) -> Sequence[str | None]:
        """What stands in the copy for values of an entity, by the policy's choice for it or for a column's pattern."""
        rule = self.detector.rules[entity]
        if (entity, pattern) not in self._ready:
            choice = self.policy.columns[pattern] if pattern else self.policy.choice(entity)
            if choice is None:
                raise KeyError(entity)
            operator: Operator = plugins("operators")[choice.operator]
            self._ready[entity, pattern] = operator.bind(rule.identifier, self._key, choice.parameters)
        spelled = [canonical(rule, v) for v in values]
        new = self._ready[entity, pattern]([visible(v) for v in values], spelled, persons)
        if any(n == v for n, v in zip(new, values, strict=True)):
            raise UnsafeCopyError(f"an operator for {entity} gave a value back as it was; the copy was removed")
        self.originals.add(entity, spelled)
        return new

    def document(self, text: str, known: Mapping[str, str]) -> tuple[list[Edit], Counter[Done]]:
        """What of a text gives way, in order, and how many of each kind; `known` are values to be found, with the
        entity of each."""
        new, places, entities, _ = self._rewritten(text, self._search(known))
        done = Counter({(entity, self.operator(entity)): count for entity, count in entities.items()})
        return list(_edits(new, places)), done

    def hidden(self, text: str, known: Mapping[str, str]) -> list[Find]:
        """What of a text must not be seen, from start to end: what is found in it, what shows once that is hidden, and
        all other places of the same words. `known` as in `document`."""
        search, rest, found = self._search(known), text, list[Find]()
        for _ in range(ROUNDS):
            more = _apart(f for f in search(rest) if self.covers(f[2]))
            if not more:
                break
            values = {rest[start:end].strip(): entity for start, end, entity in more}
            for value, entity in values.items():
                self.originals.add(entity, [canonical(self.detector.rules[entity], value)])
            found = _apart([*found, *more, *_again(text, values)])
            rest = "".join(_without(text, found))
        return found

    def _search(self, known: Mapping[str, str]) -> Callable[[str], Iterator[Find]]:
        words = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, known))})(?!\w)") if known else None

        def search(text: str) -> Iterator[Find]:
            yield from _finds_of(self.detector.document(same_length(text)))
            yield from ((m.start(), m.end(), known[m[0]]) for m in (words.finditer(text) if words else ()))

        return search

    def rewritten(self, text: str, search: Callable[[str], Iterable[Find]]) -> tuple[str, Counter[str], str]:
        """A text with what `search` finds in it replaced, how many of each entity, and one that was still found at the
        end, if any: without one name another may show, so what was replaced is searched again, but for the
        replacements themselves."""
        new, _, entities, left = self._rewritten(text, search)
        return new, entities, left

    def _rewritten(
        self, text: str, search: Callable[[str], Iterable[Find]]
    ) -> tuple[str, list[_Put], Counter[str], str]:
        """As `rewritten`, with where the replacements stand."""
        entities: Counter[str] = Counter()
        done: list[_Put] = []
        for last in (False,) * (ROUNDS - 1) + (True,):
            found = _apart(f for f in search(text) if self.covers(f[2]) and not _meets(f, done))
            if not found or last:
                return text, done, entities, found[0][2] if found else ""
            entities.update(e for _, _, e in found)
            text, done = self._put(text, found, done)
        return text, done, entities, ""

    def _put(self, text: str, found: Sequence[Find], done: Sequence[_Put]) -> tuple[str, list[_Put]]:
        """The text with these finds replaced, and where all replacements stand in it; `done` are those of before."""
        new: list[str] = []
        places: list[_Put] = []
        at = size = 0
        of_before = ((start, end, "", size) for start, end, size in done)
        for start, end, entity, before in sorted([*((s, e, entity, e - s) for s, e, entity in found), *of_before]):
            piece = self.replacement(entity, text[start:end]) if entity else text[start:end]
            size += start - at
            places.append((size, size + len(piece), before))
            size += len(piece)
            new += [text[at:start], piece]
            at = end
        return "".join([*new, text[at:]]), places

    def stand_in(self, name: str) -> str:
        """Letters for the technical name of a thing, the same under one key and purpose; without a key, in one run."""
        key = self._key or PurposeKey(self.detector.key)
        return as_letters(key.derive(f"name {name}", 12))

    def names_somebody(self, name: str) -> bool:
        """Whether a name of a file, table or column, or the text of a schema, holds what the policy replaces."""
        return any(self.covers(s.entity) for s in name_spans(same_length(name), self.detector))

    def shown(self, name: str) -> str:
        """The name as messages may show it."""
        return shown_name(name, self.detector)


class Columns:
    """One table on its way into the copy."""

    def __init__(
        self, replacer: Replacer, place: Place, names: Sequence[str], found: Mapping[Place, Sequence[Judged]]
    ) -> None:
        """`found` maps a place with column to its verdicts, most certain first."""
        self.replacer, self.place, self._found = replacer, place, found
        self.columns: list[Column] = []
        self._person: int | None = None  # the column that tells whose row it is
        self._packed: bytes | None = None
        self.add(names)

    def add(self, names: Sequence[str]) -> None:
        """Take in further columns, at the end."""
        for name in names:
            place = self.place.at(name)
            chosen = self.replacer.same_as.get(place, place)
            self.columns.append(Column(self.replacer, place, self._found.get(chosen, ()), chosen))
            self._packed = None
        if self._person is None:  # a column that comes later does not part rows that told the same person
            self._person = self._whose()

    @property
    def are_settled(self) -> bool:
        """Whether all is decided that the first cells decide."""
        return all(column.is_settled for column in self.columns)

    def packed(self) -> bytes:
        """What another process needs to replace further cells, once all is decided; for `unpacked`."""
        if self._packed is None:
            self._packed = pickle.dumps(([column.bare() for column in self.columns], self._person))
        return self._packed

    @classmethod
    def unpacked(cls, packed: bytes, replacer: Replacer) -> Columns:
        """The columns as they were packed in another process, which has the same policy and key."""
        columns = cls(replacer, Place(""), (), {})
        columns.columns, columns._person = pickle.loads(packed)
        for column in columns.columns:
            column.replacer = replacer
        return columns

    def _whose(self) -> int | None:
        """The column that tells whose row it is: the policy's, or the one with the best number of a person."""
        told = (i for i, c in enumerate(self.columns) if self.replacer.policy.tells_person(c.place))
        return next(told, next((i for e in PERSONS for i, c in enumerate(self.columns) if c.owner == e), None))

    def changes(self, cells: Sequence[Sequence[str | None]]) -> Changes:
        """For each column the rows that change and their new cells; None: the cell is emptied. `cells` are by column;
        further columns than were told are not looked at."""
        persons: Sequence[str | None] | None = None
        if any(c.by_person for c in self.columns) and self._person is not None:
            persons = self.columns[self._person].spelled(cells[self._person])
        rows = _rows(list(zip(self.columns, cells, strict=False)))
        return [column.changed(c, r, persons) for column, c, r in zip(self.columns, cells, rows, strict=False)]

    @property
    def counts(self) -> dict[Place, Counter[Done]]:
        """How many cells of each column were replaced, by entity and operator."""
        return {c.place: c.counts for c in self.columns}


class Column:
    """One column on its way into the copy. `counts` is cells by entity and operator."""

    def __init__(
        self, replacer: Replacer, place: Place, verdicts: Sequence[Judged], chosen: Place | None = None
    ) -> None:
        """`verdicts` are those on this column, most certain first, or on `chosen`, whose choice holds here."""
        self.replacer, self.place, self.header = replacer, place, place.column or ""
        self.counts: Counter[Done] = Counter()
        self.pattern = replacer.policy.column(chosen or place) or ""
        replacer.used |= {self.pattern, *(p for p in replacer.policy.persons if matches(p, place))}
        self._judged = [v.entity for v in verdicts if not v.running]
        self._told = [v.entity for v in verdicts if v.running]  # in sentences, never by a whole cell
        covered = [v for v in verdicts if replacer.covers(v.entity)]
        self._sentences = bool(self._told) or any(self._stands_among_words(v) for v in verdicts if not v.strict)
        self._strict = next((v.entity for v in covered if v.strict), None)
        self._maybe_strict = [v.entity for v in covered if v.often] if self._strict is None else []
        self._loose = [v.entity for v in covered if v.finding.confidence >= Confidence.COLUMN.score]
        self.owner = next((v.entity for v in verdicts if v.strict), None)
        self._memory: dict[tuple[str, str | None], tuple[str | None, tuple[str, ...]] | None] = {}
        self.choice = self._choice(bool(verdicts))
        self.by_person = self._by_person()

    def _choice(self, known: bool) -> Choice | None:
        """What the policy says of this column as a whole; None: its entities say."""
        choice = self.replacer.policy.columns.get(self.pattern)
        if choice is None:
            return Choice("drop") if not known and self.replacer.policy.unknown == "drop" else None
        if choice.operator == REWRITE:
            return None
        entity = choice.entity or next(iter(self._judged), "")
        if not entity and choice.operator not in ("drop", "keep"):
            raise ConfigurationError(
                f"{self.replacer.policy.file or 'policy'}: columns.{self.pattern}: nothing was found in "
                f"{self.replacer.shown(str(self.place))} that says what it holds; give the entity, such as "
                f'{{ operator = "{choice.operator}", entity = "PERSON" }}'
            )
        return Choice(choice.operator, choice.parameters, entity)

    def _stands_among_words(self, verdict: Judged) -> bool:
        """Whether the verdict is on values that take a whole cell as a rule, such as names, and do not here."""
        return any(s.cell for s in self.replacer.detector.rules[verdict.entity].shapes)

    def _by_person(self) -> bool:
        choices = (
            [self.choice] if self.choice else [self.replacer.policy.choice(e) for e in (*self._judged, *self._told)]
        )
        operators = plugins("operators")
        return any(c is not None and operators[c.operator].by_person for c in choices)

    @property
    def is_settled(self) -> bool:
        """Whether the first cells have no say in what happens to the others."""
        return not self._maybe_strict or (self.choice is not None and self.choice.keeps)

    def bare(self) -> Column:
        """The column without what belongs to this process and what was counted in it."""
        bare = copy(self)
        del bare.replacer
        bare.counts, bare._memory = Counter(), {}
        return bare

    @cached_property
    def _every_cell(self) -> bool:
        """Whether cells count that the prefilter does not stop at."""
        if self._strict is not None or self._told:
            return True
        rules = self.replacer.detector.rules
        return any(s.cell for e in self._judged for s in rules[e].shapes)

    def spelled(self, cells: Sequence[str | None]) -> list[str | None]:
        """One text for all ways to write whose row it is."""
        rule = self.replacer.detector.rules[self.owner] if self.owner else None
        return [(canonical(rule, c) if rule else c.strip()) if c else None for c in cells]

    def changes(self, cells: Sequence[str | None]) -> dict[int, str | None]:
        """The rows that change and their new cells."""
        return self.changed(cells, _rows([(self, cells)])[0], None)

    def changed(
        self, cells: Sequence[str | None], rows: Sequence[int], persons: Sequence[str | None] | None
    ) -> dict[int, str | None]:
        """Of these rows, which are worth a look, those that change and their new cells."""
        keys = [(cells[r] or "", persons[r] if persons is not None and self.by_person else None) for r in rows]
        new = [k for k in dict.fromkeys(keys) if k not in self._memory]
        if len(self._memory) + len(new) > REMEMBERED:
            self._memory.clear()
            new = list(dict.fromkeys(keys))
        self._learn(new)
        changed: dict[int, str | None] = {}
        counted: Counter[tuple[str, ...]] = Counter()
        for row, key in zip(rows, keys, strict=True):
            outcome = self._memory[key]
            if outcome is not None:
                changed[row] = outcome[0]
                counted[outcome[1]] += 1
        for entities, count in counted.items():
            for entity in entities:
                self.counts[entity, self.choice.operator if self.choice else self.replacer.operator(entity)] += count
        return changed

    def _learn(self, keys: Sequence[tuple[str, str | None]]) -> None:
        """Put the outcomes of cells into memory: whole cells of one entity together, the others one by one."""
        owned: dict[str, list[tuple[str, str | None]]] = {}
        for key in keys:
            cell = key[0]
            bare = visible(same_length(cell)).strip()
            if is_nothing(bare):
                self._memory[key] = None
            elif self.choice is not None:
                owned.setdefault(self.choice.entity, []).append(key)
            elif (owner := self._owner(bare)) is None:
                self._memory[key] = self._inside(cell)
            elif self.replacer.covers(owner):
                owned.setdefault(owner, []).append(key)
            else:
                self._memory[key] = None
        for entity, whole in owned.items():
            if self.choice is not None and self.choice.operator == "drop":
                outcomes: Sequence[str | None] = [None] * len(whole)
            else:
                pattern = self.pattern if self.choice is not None else ""
                values, persons = zip(*whole, strict=True)
                outcomes = self.replacer.replacements(entity, values, persons, pattern)
            for key, outcome in zip(whole, outcomes, strict=True):
                self._memory[key] = outcome, (entity,)

    def settle(self, cells: Sequence[str | None]) -> None:
        """From the first batch: whether a column whose cells are dirty throughout (`'3171...`) is a strict one."""
        sample = [visible(same_length(c)) for c in cells if c][:SAMPLE] if self._maybe_strict else []
        for entity in self._maybe_strict:
            rule = self.replacer.detector.rules[entity]
            if sum(value_in(rule, text) is not None for text in sample) >= STRICT * len(sample):
                self._strict = entity
                break
        self._maybe_strict = []

    @property
    def keeps(self) -> bool:
        """Whether the policy leaves all cells as they are."""
        return self.choice is not None and self.choice.keeps

    @property
    def is_filtered(self) -> bool:
        """Whether only cells that the prefilter stops at are worth a look."""
        return self.choice is None and not self._every_cell

    def _inside(self, cell: str) -> tuple[str | None, tuple[str, ...]] | None:
        """The new cell and the entities replaced in it, where no entity owns it as a whole; None when it stays."""
        new, entities, left = self.replacer.rewritten(cell, self._search)
        if left:  # no end to what can be read into it
            return self.replacer.replacement(left, cell), (*entities,)
        return (new, (*entities,)) if entities else None

    def _search(self, text: str) -> Iterator[Find]:
        plain = same_length(text)
        return self._finds(plain, plain.strip())

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
        for span in detector.spans(text, self.header, running=self._sentences):
            if span.end - span.start == len(bare) and span.entity not in (*self._judged, *self._told):
                continue
            taken.append((span.start, span.end, span.entity))
        for entity in self._loose:
            for c in detector.rules[entity].candidates(text):
                if c is not None and all(c.end <= start or end <= c.start for start, end, _ in taken):
                    taken.append((c.start, c.end, entity))
        yield from taken


def _rows(columns: Sequence[tuple[Column, Sequence[str | None]]]) -> list[Sequence[int]]:
    """The rows of each column worth a look. All are searched together: Arrow makes the pattern anew each time."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    for column, cells in columns:
        if not column.keeps:
            column.settle(cells)
    filtered = [(column, cells) for column, cells in columns if column.is_filtered]
    hits: Iterator[Any] = iter(())
    if filtered:
        arrays = [cleaned(_array(cells)) for _, cells in filtered]
        found = pc.match_substring_regex(pa.concat_arrays(arrays), filtered[0][0].replacer.detector.plan.alternation)
        ends = np.cumsum([len(array) for array in arrays])[:-1]
        hits = iter(np.split(pc.fill_null(found, False).to_numpy(zero_copy_only=False), ends))
    rows: list[Sequence[int]] = []
    for column, cells in columns:
        if column.is_filtered:
            rows.append(np.flatnonzero(next(hits)).tolist())
        else:
            rows.append([] if column.keeps else [row for row, cell in enumerate(cells) if cell])
    return rows


def _array(cells: Sequence[str | None]) -> pa.Array:
    import pyarrow as pa

    try:
        return pa.array(cells, pa.string())
    except UnicodeEncodeError:  # bytes that are no text in the charset of the file
        return pa.array([c and _sound(c) for c in cells], pa.string())


def _finds_of(spans: Iterable[Span]) -> Iterator[Find]:
    return ((s.start, s.end, s.entity) for s in spans)


def _again(text: str, values: Mapping[str, str]) -> Iterator[Find]:
    """All places of these values, each of an entity, but for short ones."""
    for least, most in ((HEAD, sys.maxsize), (SEEN_AGAIN, HEAD)):
        heads: dict[str, list[str]] = {}
        for value in values:
            if least <= len(value) < most:
                heads.setdefault(value[:least], []).append(value)
        for at in range(len(text) if heads else 0):
            for value in heads.get(text[at : at + least], ()):
                if text.startswith(value, at):
                    yield at, at + len(value), values[value]


def _without(text: str, found: Iterable[Find]) -> Iterator[str]:
    """The text with blanks where these finds stand, which are in order."""
    at = 0
    for start, end, _ in found:
        yield text[at:start] + " " * (end - start)
        at = end
    yield text[at:]


def _meets(find: Find, places: Sequence[_Put]) -> bool:
    return any(find[0] < end and start < find[1] for start, end, _ in places)


def _edits(new: str, places: Iterable[_Put]) -> Iterator[Edit]:
    """What was replaced, by its place in the text of before."""
    longer = 0  # what stands before is so much longer than it was
    for start, end, before in places:
        yield start - longer, start - longer + before, new[start:end]
        longer += end - start - before


def edited(text: str, edits: Iterable[Edit]) -> str:
    """The text with these edits, which are in order and apart."""
    pieces, at = list[str](), 0
    for start, end, instead in edits:
        pieces += [text[at:start], instead]
        at = end
    return "".join([*pieces, text[at:]])


def _apart(found: Iterable[Find]) -> list[Find]:
    """The finds in order; of those that overlap one, the first and longest, as far as they reach together."""
    kept: list[Find] = []
    for start, end, entity in sorted(found, key=lambda f: (f[0], -f[1])):
        if kept and start < kept[-1][1]:
            kept[-1] = kept[-1][0], max(end, kept[-1][1]), kept[-1][2]
        else:
            kept.append((start, end, entity))
    return kept


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
    text = visible(same_length(value)).strip()
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
