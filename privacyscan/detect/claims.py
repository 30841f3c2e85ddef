"""What is known of a column while it is read: which identifiers claim which part of how many cells.

A cell counts under its *signature*, the identifiers that claim it; which of them wins is decided when the whole
column was seen (`detect/verdicts.py`), so a NIK that also looks like a card is counted for what the column speaks for.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from privacyscan.detect.births import Young
from privacyscan.detect.contents import Contents, ContentTally
from privacyscan.detect.drafts import Drafts
from privacyscan.detect.known import Meets
from privacyscan.detect.notes import Notes, NotesTally
from privacyscan.detect.resolve import clusters
from privacyscan.detect.rules import CHECKED, STRUCTURE, Candidate, Rule, core
from privacyscan.detect.sketch import keyed, smallest
from privacyscan.detect.tally import Tally, masked
from privacyscan.detect.vectors import Strings
from privacyscan.model import Location

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from privacyscan.detect.vectors import Bools, Rows

SAMPLED = 500  # cells that tell whether a column repeats itself
Cluster = frozenset[tuple[str, int, bool]]  # (identifier, local tier, is the whole cell)
Signature = frozenset[Cluster]


@dataclass(slots=True)
class Claim:
    """How one identifier fared in a column, whoever wins in the end."""

    shapes: int = 0  # had its shape, checks or not
    passed: int = 0  # passed its checks
    whole: int = 0  # of them: as the whole cell
    damaged: int = 0  # of them: without their last digits
    tiers: list[int] = field(default_factory=lambda: [0, 0, 0])
    flags: list[int] = field(default_factory=list)

    def add(self, other: Claim) -> None:
        self.shapes += other.shapes
        self.passed += other.passed
        self.whole += other.whole
        self.damaged += other.damaged
        self.tiers = [a + b for a, b in zip(self.tiers, other.tiers, strict=True)]
        self.flags = _sum(self.flags, other.flags)


@dataclass(slots=True)
class ColumnTally:
    """All that is known of a column so far; grows with the kinds of signatures, not with rows."""

    seen: int = 0  # cells that hold something
    numbers: int = 0  # of them: numbers and codes alone, long enough to hold an identifier by chance
    regional: int = 0  # of them: 16 digits that begin with the code of a district
    claims: dict[str, Claim] = field(default_factory=lambda: defaultdict(Claim))
    signatures: dict[Signature, dict[str, Tally]] = field(default_factory=dict)
    # of the cells of a signature those of one identifier (first) that tell a derived one (second)
    derived: dict[Signature, dict[tuple[str, str], Tally]] = field(default_factory=dict)
    trial: dict[str, bool] = field(default_factory=dict)  # whole-cell shapes: count them here?
    content: ContentTally = field(default_factory=ContentTally)
    notes: NotesTally = field(default_factory=NotesTally)
    comment: str = ""  # of a column whose name says nothing

    def header(self, name: str) -> str:
        """What stands above the column: its name, or what its comment says."""
        return f"{name} {self.comment}" if self.comment else name

    def opened(self) -> ColumnTally:
        """What another piece of the table begins with: what is decided here, and nothing counted."""
        return ColumnTally(trial=dict(self.trial), content=self.content.opened(), comment=self.comment)

    def tallies(self) -> Iterator[Tally]:
        """Everything that keeps places."""
        yield from (tally for tallies in self.signatures.values() for tally in tallies.values())
        yield from (tally for tallies in self.derived.values() for tally in tallies.values())
        yield from self.notes.found.values()

    def merge(self, other: ColumnTally, most: int) -> None:
        self.comment = self.comment or other.comment
        self.seen += other.seen
        self.numbers += other.numbers
        self.regional += other.regional
        self.content.merge(other.content)
        self.notes.merge(other.notes, most)
        for name, claim in other.claims.items():
            self.claims[name].add(claim)
        for signature, tallies in other.signatures.items():
            mine = self.signatures.setdefault(signature, {})
            for name, tally in tallies.items():
                mine.setdefault(name, Tally()).merge(tally, most)
        for signature, young in other.derived.items():
            told = self.derived.setdefault(signature, {})
            for pair, tally in young.items():
                told.setdefault(pair, Tally()).merge(tally, most)


class Judged(NamedTuple):
    """What one rule says of some different cells: for each 0 for no claim, else local tier + 1, and which evidence
    flags hold (one row a flag)."""

    rule: Rule
    tiers: npt.NDArray[np.int8]
    flags: npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Cells:
    """Cells of a column by their text: the different texts, of which of them each row is, and the rows, ascending."""

    texts: Strings
    of: Rows
    rows: Rows

    @classmethod
    def of_rows(cls, strings: Strings, rows: Rows) -> Cells:
        """These rows of a column, equal texts once where they repeat."""
        import numpy as np

        texts = strings.take(rows)
        step = max(1, texts.size // SAMPLED)
        some = texts.cells[::step]
        if 2 * len(some.unique()) > len(some):
            return cls(texts, np.arange(texts.size), rows)
        encoded = texts.cells.dictionary_encode()
        return cls(Strings(encoded.dictionary), encoded.indices.to_numpy().astype(np.intp), rows)

    def same(self, mask: Bools) -> Bools:
        """What is so of each row, of each text."""
        import numpy as np

        found = np.zeros(self.texts.size, np.bool_)
        found[self.of] = mask
        return found

    @property
    def times(self) -> npt.NDArray[np.int64]:
        """In how many cells each text stands."""
        import numpy as np

        return np.bincount(self.of, minlength=self.texts.size)

    def some(self, texts: Rows) -> Cells:
        """The cells of some of the texts."""
        import numpy as np

        if len(texts) == self.texts.size:
            return self
        place = np.full(self.texts.size, -1, np.intp)
        place[texts] = np.arange(len(texts))
        mine = place[self.of]
        return Cells(self.texts.take(texts), mine[mine >= 0], self.rows[mine >= 0])

    def each(self) -> list[str]:
        """The text of each row."""
        texts = self.texts.cells.to_pylist()
        return [texts[i] for i in self.of.tolist()]


@dataclass(slots=True)
class _Values:
    """The values of one identifier in cells of one signature, batch by batch: those that rules read one by one, and
    those that vectors have."""

    values: list[str] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    cells: list[Cells] = field(default_factory=list)

    def add(self, value: str, at: Sequence[int]) -> None:
        self.values += [value] * len(at)
        self.rows += at

    def count(self) -> int:
        return len(self.rows) + sum(len(c.rows) for c in self.cells)

    def first(self, most: int) -> list[int]:
        """The first rows."""
        return sorted(chain(self.rows, *(c.rows[:most].tolist() for c in self.cells)))[:most] if most else []

    def all_rows(self) -> npt.NDArray[np.int64]:
        import numpy as np

        return np.concatenate([np.array(self.rows, np.int64), *(c.rows for c in self.cells)])

    def smallest(self, key: bytes, limit: int, done: dict[tuple[Strings, int], dict[int, str]]) -> dict[int, str]:
        """Keyed hashes and values: all that can be among the smallest below the limit. `done` are those that were
        already made, by texts and limit."""
        hashed = {h: v for v, h in zip(self.values, keyed(self.values, key), strict=True) if h < limit}
        for cells in self.cells:
            known = done.get((cells.texts, limit))  # a NIK and a KK have the same digits
            if known is None:
                known = done[cells.texts, limit] = smallest(cells.texts, key, limit)
            hashed |= known
        return hashed

    def each(self) -> tuple[list[str], list[int]]:
        """Each value and its row."""
        return (
            [*self.values, *chain.from_iterable(c.each() for c in self.cells)],
            [*self.rows, *chain.from_iterable(c.rows.tolist() for c in self.cells)],
        )


class Collect:
    """Gathers what one batch adds to the tally of a column, and adds it at once."""

    def __init__(
        self,
        rules: Mapping[str, Rule],
        young: Young,
        tally: ColumnTally,
        key: bytes,
        first_row: int,
        most: int,
        known: Meets | None = None,
        drafts: Drafts | None = None,
    ) -> None:
        self.rules, self.young, self.tally, self.key = rules, young, tally, key
        self.first_row, self.most, self.known, self.drafts = first_row, most, known, drafts
        self.values: dict[tuple[Signature, str], _Values] = defaultdict(_Values)
        self._hashed: dict[tuple[Strings, int], dict[int, str]] = {}

    def claim(self, rule: Rule, candidate: Candidate | None, text: str, cells: int = 1) -> None:
        claim = self.tally.claims[rule.id]
        claim.shapes += cells
        if candidate is not None:
            claim.passed += cells
            claim.whole += cells * _is_whole(candidate, text)
            claim.damaged += cells * candidate.damaged
            claim.tiers[candidate.tier] += cells
            claim.flags = _sum(claim.flags, [cells * (candidate.flags >> i & 1) for i in range(len(rule.evidence))])

    def content(self, text: str, contents: Contents, cells: int = 1) -> list[Candidate]:
        """The claims of the rules that know the column by its content, on the cells that hold this text."""
        found = []
        for rule, candidate in contents.read(text, cells) if contents else ():
            self.claim(rule, candidate, text, cells)
            if candidate is not None:
                found.append(candidate)
        return found

    def cell(self, text: str, at: Sequence[int], found: Sequence[Candidate]) -> None:
        """The claims on the cells of these rows, all with the same text."""
        signature = frozenset(
            frozenset((c.entity, c.tier, _is_whole(c, text)) for c in group) for group in clusters(found)
        )
        for c in {c.entity: c for c in found}.values():
            value = "" if c.damaged else c.rule.canonical(text[c.start : c.end])
            self.values[signature, c.entity].add(value, at)

    def notes(self, notes: Notes) -> None:
        """What the running text in the cells says, each identifier once a cell, by its most certain find."""
        values: dict[tuple[str, int], _Values] = defaultdict(_Values)
        for text, at, found in notes.finds():
            for c in {c.entity: c for c in sorted(found, key=lambda c: c.tier)}.values():
                values[c.entity, c.tier].add(c.rule.canonical(text[c.start : c.end]), at)
        for of, mine in values.items():
            self._add(self.tally.notes.found.setdefault(of, Tally()), of[0], mine)

    def together(self, cells: Cells, judged: Sequence[Judged]) -> None:
        """The claims on cells that are a value of each rule wholly or not at all."""
        import numpy as np

        times = cells.times
        codes = np.zeros(cells.texts.size, np.int64)
        for rule, tiers, flags in judged:
            claim = self.tally.claims[rule.id]
            passed = int(times[tiers > 0].sum())
            claim.passed += passed
            claim.whole += passed
            for tier in (STRUCTURE, CHECKED):
                claim.tiers[tier] += int(times[tiers == tier + 1].sum())
            claim.flags = _sum(claim.flags, [int(times[held].sum()) for held in flags])
            codes = codes * 3 + tiers
        for code in np.unique(codes[codes > 0]).tolist():
            chosen = np.flatnonzero(codes == code)
            mine = cells.some(chosen)
            present = [(rule, int(tiers[chosen[0]])) for rule, tiers, _ in judged if tiers[chosen[0]]]
            signature = frozenset({frozenset((rule.id, tier - 1, True) for rule, tier in present)})
            for rule, _ in present:
                values = Cells(rule.canonical_of(mine.texts), mine.of, mine.rows)
                self.values[signature, rule.id].cells.append(values)

    def finish(self) -> None:
        for (signature, name), values in self.values.items():
            self._add(self.tally.signatures.setdefault(signature, {}).setdefault(name, Tally()), name, values)
            for derived, told in self._derived(name, values):
                tallies = self.tally.derived.setdefault(signature, {})
                self._add(tallies.setdefault((name, derived.id), Tally()), name, told)

    def _derived(self, name: str, values: _Values) -> Iterator[tuple[Rule, _Values]]:
        """What the values tell, and those that tell it."""
        told: dict[Rule, _Values] = defaultdict(_Values)
        for derived, at in self.young.of(name, values.values):
            told[derived].values = [values.values[i] for i in at]
            told[derived].rows = [values.rows[i] for i in at]
        for cells in values.cells:
            for derived, which in self.young.among(name, cells.texts):
                told[derived].cells.append(cells.some(which))
        yield from told.items()

    def _add(self, tally: Tally, name: str, values: _Values) -> None:
        identifier = self.rules[name].identifier
        places = [_at(self.first_row + r) for r in values.first(max(0, self.most - len(tally.places)))]
        hashed = values.smallest(self.key, tally.limit, self._hashed)
        tally.add(
            list(hashed.values()),
            list(hashed),
            places,
            lambda v: masked(v, identifier.mask_head, identifier.mask_tail),
            self.most,
            values.count(),
        )
        if self.drafts is not None:
            self.drafts.add(tally, self.first_row + values.all_rows())
        if self.known is not None:
            each, rows = values.each()
            tally.met = self.known.meet(name, each, [self.first_row + r for r in rows], tally.met)


@lru_cache(maxsize=1024)  # the first rows of all columns; and one place is packed once for all finds in it
def _at(row: int) -> Location:
    return Location(row=row)


def _is_whole(candidate: Candidate, text: str) -> bool:
    """Whether the cell holds nothing else."""
    if candidate.start == 0 and candidate.end == len(text):
        return True
    start, end = core(text)
    return candidate.start <= start and end <= candidate.end


def _sum(a: list[int], b: Sequence[int]) -> list[int]:
    return [x + y for x, y in zip(a, b, strict=True)] if a and b else list(a or b)
