"""From tables and texts to findings: the one place where values are looked at.

`Detector` reads the parts of a unit into tallies; `findings` turns tallies into verdicts. Tallies of pieces
of the same table add up, whoever read them.
"""

from __future__ import annotations

import math
from array import array
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from hmac import digest as hmac_digest
from typing import TYPE_CHECKING

from privacyscan.detect.agreement import Agreement, Comparer, Pair
from privacyscan.detect.births import Young
from privacyscan.detect.claims import ColumnTally
from privacyscan.detect.columns import ColumnScanner
from privacyscan.detect.drafts import Draft, Drafts
from privacyscan.detect.known import Meets, Met
from privacyscan.detect.notes import laid_out
from privacyscan.detect.paragraphs import Paragraphs, Piece
from privacyscan.detect.plan import Everything, Plan
from privacyscan.detect.resolve import winners
from privacyscan.detect.rows import paired
from privacyscan.detect.rules import CHECKED, CONTEXT, INVISIBLE, SCORES, STRUCTURE, Rule, plain, visible
from privacyscan.detect.tables import table_verdicts
from privacyscan.detect.tally import ALL, FIRST, Tally, distinct
from privacyscan.detect.texts import TextScanner, TextTally, line_candidates
from privacyscan.detect.verdicts import ENOUGH, Verdict, derived_verdict
from privacyscan.detect.whereabouts import Whereabouts
from privacyscan.model import Confidence, Evidence, Finding, Identifier, Place, Table, Text
from privacyscan.nested import COLUMNS, REST

if TYPE_CHECKING:
    from privacyscan.rulebook import Rulebook

PLACES = {"none": 0, "first": FIRST, "all": ALL}


@dataclass(frozen=True, slots=True)
class Span:
    """A find in one text: entity, characters `start`..`end` (end exclusive), confidence 0-1."""

    entity: str
    start: int
    end: int
    score: float


@dataclass(slots=True)
class AssetTally:
    """What reading one table or text gave."""

    place: Place
    kind: str  # table | file | member
    rows: int = 0
    cells: int = 0
    bytes: int = 0
    total: int | None = None
    columns: dict[str, ColumnTally] = field(default_factory=dict)
    text: TextTally | None = None
    agreements: dict[Pair, Agreement] = field(default_factory=dict)
    scanner: TextScanner | None = field(default=None, repr=False)  # while a text is being read
    where: Whereabouts = field(default_factory=Whereabouts)
    of_cells: bool = False  # holds what was found in all files in the cells of a column

    def opened(self) -> AssetTally:
        """What reading another piece of the table begins with: what this one decided, and nothing counted but how the
        cells of a row agree; `close` takes that off again."""
        columns = {name: column.opened() for name, column in self.columns.items()}
        agreements = {pair: replace(agreement) for pair, agreement in self.agreements.items()}
        return AssetTally(self.place, self.kind, columns=columns, agreements=agreements)

    def ask(self, asked: Mapping[str, int]) -> None:
        """Begin with so many bytes of prose of these columns asked for names before."""
        for name, prose in asked.items():
            self.columns.setdefault(name, ColumnTally()).notes.asked.prose = prose

    def close(self, opening: AssetTally, asked: Mapping[str, int]) -> None:
        """End the reading of a piece that began with `opening` and `asked`."""
        for pair, agreement in opening.agreements.items():
            self.agreements[pair].subtract(agreement)
        for name, prose in asked.items():
            self.columns[name].notes.asked.prose -= prose

    def move(self, rows: int | None) -> None:
        """All places lie so many rows further down; None: nobody knows where."""
        for tally in self._tallies():
            tally.move(rows)

    def _tallies(self) -> Iterator[Tally]:
        for column in self.columns.values():
            yield from column.tallies()
        if self.text is not None:
            yield from (*self.text.by_tier.values(), *self.text.derived.values())

    def add_cell(self, file: AssetTally, row: int, most_places: int) -> None:
        """Add what a file in the cell of this row gave. Columns of tables in it add up under their names; those beyond
        `COLUMNS` under one."""
        for tally in file._tallies():
            tally.put_in(row)
        for name, column in file.columns.items():
            is_known = name in self.columns or len(self.columns) < COLUMNS
            self.columns.setdefault(name if is_known else REST, ColumnTally()).merge(column, most_places)
        file.columns = {}
        self.merge(file, most_places)

    def merge(self, other: AssetTally, most_places: int) -> None:
        self.rows += other.rows
        self.cells += other.cells
        self.bytes += other.bytes
        for name, column in other.columns.items():
            self.columns.setdefault(name, ColumnTally()).merge(column, most_places)
        for pair, agreement in other.agreements.items():
            self.agreements.setdefault(pair, Agreement()).add(agreement)
        if other.text is not None:
            if self.text is None:
                self.text = TextTally()
            self.text.merge(other.text, most_places)


class Detector:
    """Reads parts into tallies. Built once per process: compiling the plan costs some milliseconds."""

    def __init__(
        self,
        identifiers: Iterable[Identifier],
        key: bytes,
        locations: str = "first",
        engine: str = "fast",
        names: str = "off",
        today: date | None = None,
        known: Meets | None = None,
        drafts: Drafts | None = None,
    ) -> None:
        self.rules = {i.id: Rule(i) for i in identifiers}
        self.identifiers = {name: rule.identifier for name, rule in self.rules.items()}
        rules = [rule for rule in self.rules.values() if rule.identifier.derived is None]
        self.plan = Everything(rules) if engine == "reference" else Plan(rules)
        self.key, self.known, self.drafts = key, known, drafts
        self.most = PLACES[locations] if drafts is None else FIRST  # places that tallies hold themselves
        self._comparer = Comparer(rules)
        self._young = Young(self.rules, today or date.today())
        self.paragraphs = Paragraphs(rules, names)
        self._columns = ColumnScanner(self.plan, self._young, key, self.most, self.paragraphs, known, drafts)

    def table(self, part: Table, tally: AssetTally) -> None:
        """Add one batch of a table."""
        raised = self._comparer.add(part, tally.agreements)
        for name, cells in zip(part.batch.schema.names, part.batch.columns, strict=True):
            column = tally.columns.setdefault(name, ColumnTally())
            if name in part.comments and not column.comment and not self._columns.is_named(name):
                column.comment = part.comments[name]
            self._columns.scan(column.header(name), cells, part.first_row, column, raised.get(name, frozenset()))
        if not part.again:
            tally.rows += part.batch.num_rows
        tally.cells += part.batch.num_rows * part.batch.num_columns
        tally.bytes += part.batch.nbytes
        tally.total = part.total if part.total is not None else tally.total
        tally.where.sheet = part.sheet or tally.where.sheet

    def text_scanner(self) -> TextScanner:
        """A scanner for the blocks of one text."""
        return TextScanner(self.plan, self._young, self.key, self.most, self.paragraphs, self.known, self.drafts)

    def findings(
        self, asset: AssetTally, met: Met | None = None, drafts: list[list[Draft]] | None = None
    ) -> Iterator[Finding]:
        """The verdicts on one asset, in order of column and entity. The known persons in them are added to `met`, where
        the places of each are kept to `drafts`."""
        for place, seen, verdict in self.verdicts(asset):
            if met is not None and isinstance(verdict.tally.met, Met):
                met.merge(verdict.tally.met)
            if drafts is not None:
                drafts.append(verdict.tally.drafts)
            yield self._finding(verdict, place, seen, asset.where)

    def verdicts(self, asset: AssetTally) -> Iterator[tuple[Place, int, Verdict]]:
        """The same before they become findings: place, how many cells or lines it has, verdict.

        What columns tell of persons (children) is one verdict on the whole table, by the column that tells it of most
        rows: its columns mean the same persons.
        """
        derived: dict[str, Verdict] = {}
        for name, found in table_verdicts(asset.columns, asset.agreements, self.rules, self.most).items():
            for v in found:
                if v.rule.identifier.derived is None:
                    yield asset.place.at(column=name), asset.columns[name].seen, v
                elif v.rule.id not in derived or v.matched > derived[v.rule.id].matched:
                    derived[v.rule.id] = v
        for v in derived.values():
            yield asset.place, asset.rows, v
        if asset.text is not None:
            for v in self._text_verdicts(asset.text, self.most):
                yield asset.place, asset.text.lines, v

    def _text_verdicts(self, text: TextTally, most: int) -> Iterator[Verdict]:
        standing: dict[tuple[str, int], Confidence] = {}
        is_of_nobody = not any(self.rules[n].identifier.identifies and t > STRUCTURE for n, t in text.by_tier)
        for name, rule in self.rules.items():
            checked = text.by_tier.get((name, CHECKED))
            context = text.by_tier.get((name, CONTEXT))
            in_context = context.cells if context is not None else 0
            by_chance = max(text.shapes.get(name, 0), text.lucky.get(name, 0)) - in_context
            expected = max(0, by_chance) * rule.identifier.chance
            if checked is not None and checked.cells <= expected + 4 * math.sqrt(expected):
                checked = None  # no more than as many random numbers of this shape would give
            if checked is not None and context is None and not self._as_expected(rule, checked.cells, text):
                checked = None  # tickets of region, date and serial; fixed lines of offices
            if is_of_nobody and context is None and text.read.get(name):
                continue  # a street that the news tell of
            parts = [part for part in (context, checked) if part is not None]
            if parts or not is_of_nobody:
                parts += filter(None, [text.by_tier.get((name, STRUCTURE))])  # strange names, beside others
            tally = Tally()
            for part in parts:
                tally.merge(part, most)
            if not tally.cells:
                continue
            read = text.read.get(name, 0)
            evidence = [Evidence("running_text", {"matched": read})] if read else []
            if tally.cells > read:
                evidence.append(Evidence("checks_passed", _share(tally.cells - read, text.shapes.get(name, 0))))
            if in_context and tally.cells > read:
                evidence.append(Evidence("context", {"matched": in_context}))
            if rule.identifier.chance:
                evidence.append(Evidence("chance", {"expected": round(expected, 1), "matched": tally.cells}))
            evidence.append(Evidence("distinct", {"distinct": distinct(tally.sketch()), "matched": tally.cells}))
            sure = Confidence.CONTEXT if 2 * in_context >= tally.cells else Confidence.CHECKED
            yield Verdict(rule, tally.cells, sure, tuple(evidence), tally)
            standing |= {
                (name, tier): sure for tier, part in ((CONTEXT, context), (CHECKED, checked)) if part is not None
            }
        yield from self._derived_in_text(text, standing)

    def _as_expected(self, rule: Rule, cells: int, text: TextTally) -> bool:
        """Whether many values of a text that says nothing else of persons show what a column of them must show."""
        others = (self.rules[n] for n, tier in text.by_tier if n != rule.id and tier > STRUCTURE)
        if cells < ENOUGH or any(r.identifier.identifies for r in others):
            return True
        shown = {name: text.flags[rule.id, CHECKED, i] / cells for i, name in enumerate(rule.flag_names)}
        return all(e.least <= shown.get(e.flag, e.least) <= e.most for e in rule.identifier.expect)

    def _derived_in_text(self, text: TextTally, standing: dict[tuple[str, int], Confidence]) -> Iterator[Verdict]:
        """What the values tell that count: those of an identifier and tier that stand."""
        told_by: dict[str, dict[str, Tally]] = defaultdict(dict)
        sure: dict[str, Confidence] = {}
        for (source, derived, tier), told in text.derived.items():
            if (source, tier) in standing:
                told_by[derived].setdefault(source, Tally()).merge(told, self.most)
                sure[derived] = max(
                    sure.get(derived, Confidence.CHECKED), standing[source, tier], key=lambda c: c.score
                )
        for derived, tallies in told_by.items():
            yield derived_verdict(self.rules[derived], tallies, sure[derived], self.most)

    def _finding(self, verdict: Verdict, place: Place, seen: int, where: Whereabouts) -> Finding:
        identity = "\0".join((verdict.rule.id, place.target, *place.path, place.column or ""))
        fingerprint = hmac_digest(self.key, identity.encode("utf-8", "surrogateescape"), "sha256").hex()[:32]
        met, evidence = verdict.tally.met, verdict.evidence
        if isinstance(met, Met):
            figures = {"matched": met.cells, "found": verdict.matched, "persons": met.count, "known": met.persons}
            evidence = (*evidence, Evidence("known", figures))
        sketch = array("Q", verdict.tally.sketch())  # 8 bytes a hash where a tuple takes 40: scans keep many findings
        return Finding(
            id="F-" + fingerprint[:12],
            place=place,
            entity=verdict.rule.id,
            category=verdict.rule.identifier.category,
            matched=verdict.matched,
            seen=seen,
            distinct=min(distinct(sketch), verdict.matched),
            confidence=verdict.confidence.score,
            evidence=evidence,
            samples=tuple(m for _, m in verdict.tally.samples),
            fingerprint=fingerprint,
            locations=tuple(where.told(location, place.column) for location in verdict.tally.places),
            sketch=sketch,
        )

    def document(self, text: str) -> list[Span]:
        """The finds in a whole text, as a scan of it tells them; what they only tell of persons is left out."""
        return _in_visible(text, self._document)

    def _document(self, text: str) -> list[Span]:
        scanner = TextScanner(self.plan, self._young, b"", ALL, self.paragraphs)
        scanner.add(Text(Place(""), text.encode("utf-8", "replace")))
        return [
            Span(verdict.rule.id, place.offset_start, place.offset_end, verdict.confidence.score)
            for verdict in self._text_verdicts(scanner.finish(), ALL)
            if verdict.rule.identifier.derived is None
            for place in verdict.tally.places
            if place.offset_start is not None and place.offset_end is not None
        ]

    def spans(self, text: str, header: str = "", running: bool = False) -> list[Span]:
        """The finds in one text or cell; `header` is context, as a column's name is. `running`: it may be running text,
        so names and what is said of persons count too; a strange name has the score of a structure alone."""
        return _in_visible(text, lambda text: self._spans(text, header, running))

    def _spans(self, text: str, header: str, running: bool) -> list[Span]:
        lead = header.replace("_", " ")
        shown = plain(text)
        data = f"{lead}\n{shown}" if lead else shown
        fields = paired(shown)
        claims = self.plan.shapes_for(data.encode("utf-8", "replace"), [f.label for f in fields])
        claimed, _ = line_candidates(shown, lead, claims, fields)
        found = winners(claimed)
        if running:
            asked = [(0, len(text))] if self.paragraphs.names != "off" else []
            piece = Piece(laid_out(text), found, asked)
            found += next(self.paragraphs.read([piece]))
            found.sort(key=lambda c: c.start)
        return [Span(c.entity, c.start, c.end, SCORES[c.tier]) for c in found]


def _in_visible(text: str, find: Callable[[str], list[Span]]) -> list[Span]:
    """The finds in a text without the signs that nobody sees, in their places in the whole text."""
    if text.isascii() or INVISIBLE.search(text) is None:
        return find(text)
    places = [i for i, sign in enumerate(text) if not INVISIBLE.match(sign)]
    return [replace(s, start=places[s.start], end=places[s.end - 1] + 1) for s in find(visible(text))]


_DETECTORS: dict[str, Detector] = {}


def spans(text: str, rulebook: Rulebook, header: str = "") -> list[Span]:
    """The finds in one text with the rules of `rulebook`."""
    detector = _DETECTORS.get(rulebook.sha256)
    if detector is None:
        detector = _DETECTORS[rulebook.sha256] = Detector(rulebook.identifiers.values(), b"", names="on")
    return detector.spans(text, header, running=not header)


def _share(part: int, whole: int) -> dict[str, int | float]:
    return {"matched": part, "seen": whole, "share": round(part / max(1, whole), 4)}


__all__: Sequence[str] = ("AssetTally", "Detector", "Span", "spans")
