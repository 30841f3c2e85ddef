"""What is known of a column while it is read: which identifiers claim which part of how many cells.

A cell counts under its *signature*, the identifiers that claim it; which of them wins is decided when the whole
column was seen (`detect/verdicts.py`), so a NIK that also looks like a card is counted for what the column speaks for.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from privacyscan.detect.births import Young
from privacyscan.detect.contents import Contents, ContentTally
from privacyscan.detect.known import Meets
from privacyscan.detect.notes import Notes, NotesTally
from privacyscan.detect.resolve import clusters
from privacyscan.detect.rules import CHECKED, STRUCTURE, Candidate, Rule, core
from privacyscan.detect.tally import Tally, keyed, masked
from privacyscan.model import Location

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pyarrow as pa

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

    def opened(self) -> ColumnTally:
        """What another piece of the table begins with: what is decided here, and nothing counted."""
        return ColumnTally(trial=dict(self.trial), content=self.content.opened())

    def tallies(self) -> Iterator[Tally]:
        """Everything that keeps places."""
        yield from (tally for tallies in self.signatures.values() for tally in tallies.values())
        yield from (tally for tallies in self.derived.values() for tally in tallies.values())
        yield from self.notes.found.values()

    def merge(self, other: ColumnTally, most: int) -> None:
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
    ) -> None:
        self.rules, self.young, self.tally, self.key = rules, young, tally, key
        self.first_row, self.most, self.known = first_row, most, known
        self.values: dict[tuple[Signature, str], tuple[list[str], list[int]]] = defaultdict(lambda: ([], []))

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
            values, rows = self.values[signature, c.entity]
            values += ["" if c.damaged else c.rule.canonical(text[c.start : c.end])] * len(at)
            rows += at

    def notes(self, notes: Notes) -> None:
        """What the running text in the cells says, each identifier once a cell, by its most certain find."""
        values: dict[tuple[str, int], tuple[list[str], list[int]]] = defaultdict(lambda: ([], []))
        for text, at, found in notes.finds():
            for c in {c.entity: c for c in sorted(found, key=lambda c: c.tier)}.values():
                mine, rows = values[c.entity, c.tier]
                mine += [c.rule.canonical(text[c.start : c.end])] * len(at)
                rows += at
        for of, (mine, rows) in values.items():
            self._add(self.tally.notes.found.setdefault(of, Tally()), of[0], mine, keyed(mine, self.key), rows)

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
            self._add(
                self.tally.signatures.setdefault(signature, {}).setdefault(name, Tally()), name, values, hashes, rows
            )
            for derived, at in self.young.of(name, values):
                told = self.tally.derived.setdefault(signature, {}).setdefault((name, derived.id), Tally())
                self._add(told, name, [values[i] for i in at], [hashes[i] for i in at], [rows[i] for i in at])

    def _add(self, tally: Tally, name: str, values: list[str], hashes: list[int], rows: list[int]) -> None:
        identifier = self.rules[name].identifier
        free = max(0, self.most - len(tally.places))
        places = [Location(row=self.first_row + r) for r in sorted(rows)[:free]]
        tally.add(values, hashes, places, lambda v: masked(v, identifier.mask_head, identifier.mask_tail), self.most)
        if self.known is not None:
            tally.met = self.known.meet(name, values, [self.first_row + r for r in rows], tally.met)


def _is_whole(candidate: Candidate, text: str) -> bool:
    """Whether the cell holds nothing else."""
    if candidate.start == 0 and candidate.end == len(text):
        return True
    start, end = core(text)
    return candidate.start <= start and end <= candidate.end


def _sum(a: list[int], b: Sequence[int]) -> list[int]:
    return [x + y for x, y in zip(a, b, strict=True)] if a and b else list(a or b)
