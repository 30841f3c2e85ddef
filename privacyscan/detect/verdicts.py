"""One column's verdicts: when all of it was seen, which identifiers win which of its cells, how sure, and why."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from privacyscan.detect.claims import Claim, ColumnTally
from privacyscan.detect.contents import column_odds
from privacyscan.detect.names.cells import probability
from privacyscan.detect.rules import CHECKED, CONTEXT, LUCKY, STRONG, STRUCTURE, Rule, header_words
from privacyscan.detect.tally import Tally, distinct
from privacyscan.model import Confidence, Evidence

TOLD_OF_MANY = ("biography", "health")  # groups of identifiers that statistics tell of many at once
ENOUGH = 20  # cells from which column statistics mean something
BUILT_ALIKE = 0.075  # of any digits behind the code of a region those that hold a date and a serial
FEW_NAMES = 2  # different values up to which a column beside nothing personal names no persons
CATEGORIES = 20  # different values up to which a column may name kinds
SHARED = 10  # different cards: as persons all of one sex by chance once in five hundred
WRONG_NAMES = 0.003  # of cells of running text without a person, in which the tagger sees a name
WRONG_LABELS = 0.1  # the same of names of things: `RS Islam Sultan Agung`, `Ronggeng Dukuh Paruk`


@dataclass(frozen=True, slots=True)
class Verdict:
    """One identifier in one column: how many cells, how sure, why."""

    rule: Rule
    matched: int
    confidence: Confidence
    evidence: tuple[Evidence, ...]
    tally: Tally


@dataclass(frozen=True, slots=True)
class Agreed:
    """The cells say the same as another column of identifiers does: in `same` of the `both` rows that were compared."""

    column: str
    entity: str
    same: int
    both: int


@dataclass(frozen=True, slots=True)
class Around:
    """What the other columns of the table say."""

    columns: int = 0  # how many there are
    person: bool = False  # one of them identifies persons
    told: bool = False  # the header of one of them speaks of persons
    births: bool = False  # numbers in one of them say when persons were born
    institutions: bool = False  # one of them names institutions: what has an address there is no person
    counted: bool = False  # one of them counts, and none identifies persons: a table of statistics
    entities: frozenset[str] = frozenset()  # what they hold
    each_has_own: frozenset[str] = frozenset()  # identifiers of which every row has its own in another column
    agreed: Mapping[str, Agreed] = field(default_factory=dict)  # identifier -> what speaks for it


def verdicts(
    name: str, column: ColumnTally, rules: Mapping[str, Rule], most_places: int, around: Around
) -> Iterator[Verdict]:
    """The identifiers that win cells of the column, most certain first."""
    words = header_words(column.header(name))
    views = {
        i: _View(rules[i], c, column, rules[i].header(words), around) for i, c in column.claims.items() if c.passed
    }
    _mistrust_header(list(views.values()))
    _share_header(list(views.values()))
    for view in views.values():
        view.judge()
    order = sorted((v for v in views.values() if v.stands), key=lambda v: (-v.score, v.rule.identifier.rank))
    place = {v.rule.id: i for i, v in enumerate(order)}
    won: dict[str, Tally] = {}
    young: dict[str, dict[str, Tally]] = defaultdict(dict)
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
        for (source, derived), told in column.derived.get(signature, {}).items():
            if source in winners:
                young[derived].setdefault(source, Tally()).merge(told, most_places)
    found = {}
    for view in order:
        tally = won.get(view.rule.id)
        if tally is not None and tally.cells:
            found[view.rule.id] = view.verdict(tally, name, tiers[view.rule.id], lost[view.rule.id], column.seen)
    yield from found.values()
    yield from _in_notes(words, column, rules, around, found, most_places)
    for derived, told_by in young.items():
        sure = max((found[source].confidence for source in told_by), key=lambda c: c.score)
        yield derived_verdict(rules[derived], told_by, sure, most_places)


def _in_notes(
    words: str,
    column: ColumnTally,
    rules: Mapping[str, Rule],
    around: Around,
    found: Mapping[str, Verdict],
    most_places: int,
) -> Iterator[Verdict]:
    """What running text in the cells says, of identifiers that the column was not found for.

    A name counts in a table about persons; else there must be more different ones than the tagger is wrong about.
    Addresses and facts count beside a person: offices and roads have addresses too.
    """
    notes = column.notes
    by_entity: dict[str, dict[int, Tally]] = defaultdict(dict)
    for (entity, tier), tally in notes.found.items():
        by_entity[entity][tier] = tally
    said, surely = {}, {}
    for entity, tiers in by_entity.items():
        if entity not in found and rules[entity].header(words) != "-":
            said[entity], surely[entity] = Tally(), Tally()
            for tier, part in tiers.items():
                said[entity].merge(part, most_places)
                if tier > STRUCTURE:
                    surely[entity].merge(part, most_places)
    expected = WRONG_NAMES * (notes.read - notes.labels) + WRONG_LABELS * notes.labels
    least = max(1, expected + 4 * math.sqrt(expected))
    named = any(distinct(t.sketch()) > least for i, t in surely.items() if rules[i].identifier.identifies)
    if not (around.person or named or any(rules[i].identifier.identifies for i in found)):
        return
    for entity, tally in said.items():
        tiers = by_entity[entity]
        sure = tiers[CONTEXT].cells if CONTEXT in tiers else 0
        confidence = Confidence.CONTEXT if 2 * sure >= tally.cells else Confidence.CHECKED
        evidence = [Evidence("running_text", {"matched": tally.cells})]
        evidence.append(Evidence("distinct", {"distinct": distinct(tally.sketch()), "matched": tally.cells}))
        yield Verdict(rules[entity], tally.cells, confidence, tuple(evidence), tally)


def derived_verdict(rule: Rule, told_by: Mapping[str, Tally], sure: Confidence, most_places: int) -> Verdict:
    """The verdict on an identifier that values of others tell, as sure as those are."""
    tally = Tally()
    for part in told_by.values():
        tally.merge(part, most_places)
    years = rule.identifier.derived.under if rule.identifier.derived is not None else 0
    evidence = [
        Evidence("derived", {"matched": part.cells, "entity": source, "years": years})
        for source, part in sorted(told_by.items())
    ]
    return Verdict(rule, tally.cells, sure, tuple(evidence), tally)


def _mistrust_header(views: Sequence[_View]) -> None:
    """A header that names an identifier which many cells are not, above cells that all are another, says nothing; nor
    does one that names the members of households above cells that only their cards can be."""
    by_id = {v.rule.id: v for v in views}
    cards = [(v, by_id[holder]) for v in views if (holder := v.rule.identifier.shared_by) in by_id]
    another = any(v.named and v.pass_rate < 0.7 for v in views) and any(v.proven and not v.named for v in views)
    if another or any(card.can_only_be_shared(holder) for card, holder in cards):
        for view in views:
            view.header, view.named = None, False


def _share_header(views: Sequence[_View]) -> None:
    """A header that names several identifiers (`nik_npwp`) means each of them, however the cells divide."""
    named = [v for v in views if v.named and v.claim.whole and v.rule.identifier.content is None]
    for view in named if len(named) > 1 else ():
        view.meant = sum(v.share for v in named)


class _View:
    """One identifier's case for one column."""

    def __init__(self, rule: Rule, claim: Claim, column: ColumnTally, header: str | None, around: Around) -> None:
        self.rule, self.claim, self.seen, self.header, self.around = rule, claim, column.seen, header, around
        self.commented = bool(column.comment)
        self.random = max(claim.shapes, column.numbers)  # how many could have passed by chance
        self.regional = column.regional if column.regional >= 0.8 * self.random else 0
        self.column = -1  # tier the column as a whole gives: -1 none, 2 header, 3 column statistics
        self.stands = False
        self.agreed = around.agreed.get(rule.id)
        self.sketch = sorted({h for t in column.signatures.values() if rule.id in t for h in t[rule.id].hashes})
        by_content = rule.identifier.content is not None
        if (
            header in rule.identifier.weak_columns
            and not by_content
            and not (self.as_expected() or self.need_not_repeat())
        ):
            self.header = None
        beside = rule.identifier.beside_entity
        if header in rule.identifier.beside_columns and not (beside in around.entities if beside else around.person):
            self.header = "-" if by_content else None
        if header in rule.identifier.apart_columns and self.is_alone_among_others:
            self.header = None
        self.named = self.header not in (None, "-")
        self.sure = 0.0  # by content: how probable it is that the column is of this kind
        self.content = column.content.signs
        self.share = self.meant = claim.whole / max(1, self.seen)  # meant: with what else the header names
        self.pass_rate = claim.passed / max(1, claim.shapes)
        self.uniform = self.share >= 0.8 and self.seen >= ENOUGH
        # No luck over so many cells.
        self.proven = (
            not by_content
            and self.uniform
            and self.pass_rate >= 0.95
            and rule.identifier.check_chance <= LUCKY
            and self.as_expected()
        )

    @property
    def score(self) -> int:
        return max(self.column, CONTEXT if self.claim.tiers[CONTEXT] else CHECKED if self.claim.tiers[CHECKED] else 0)

    def judge(self) -> None:
        """Whether it stands at all, and what the column as a whole adds."""
        identifier, claim = self.rule.identifier, self.claim
        if self.agreed is not None or self.is_shared():
            self.column, self.stands = 3, True
            return
        if identifier.content is not None:
            self.judge_content()
            return
        if identifier.header_required and not self.named:
            return
        if identifier.beside == "person" and not self.around.person:
            return
        if identifier.named_or_beside and not (self.named or self.may_go_unnamed()):
            return
        alone = self.is_alone_among_others and not identifier.men  # sexes are of persons wherever they are not counted
        if self.tells_a_kind and (self.around.counted or alone):
            return  # statistics, or lists of the kinds themselves
        if self.share < identifier.least_share and self.rule.whole_cells:
            return
        enough_for_header = self.share >= identifier.least_share
        if self.named and enough_for_header and self.pass_rate >= 0.25 and self.beats_chance_under_header():
            self.column = 3 if self.meant >= 0.5 and self.pass_rate >= 0.5 else CONTEXT
        elif self.header is None and self.uniform and self.pass_rate >= 0.8 and self.as_expected():
            enough = (0.5 if identifier.expect else 0.8) * claim.passed
            alone = identifier.alone is not None and claim.tiers[CHECKED] >= enough
            if identifier.shared_by and self.is_apart and not self.repeats():
                return  # a ticket of region, date and serial
            self.column = 3 if alone or self.proven else -1
        alone_cells = claim.tiers[CHECKED]
        self.stands = (
            self.column > 0
            or claim.tiers[CONTEXT] > 0
            or (alone_cells > 0 and self.beats_chance(alone_cells, identifier.chance) and not self.is_luck(alone_cells))
        )

    def may_go_unnamed(self) -> bool:
        """Whether persons stand beside it; where their numbers tell the same trait, only those that agree say it."""
        of_birth = self.rule.identifier.born is not None or bool(self.rule.identifier.men)
        return self.around.person and not (of_birth and self.around.births)

    def need_not_repeat(self) -> bool:
        """Whether the rows need not repeat themselves beside data that identifies persons: they are too few, or each
        tells at length of one's illness or crime."""
        flags = {e.flag for e in self.rule.identifier.expect}
        may = self.seen < ENOUGH or self.rule.identifier.group in TOLD_OF_MANY
        return self.around.person and may and flags == {"distinct"}

    def is_shared(self) -> bool:
        """Whether several rows share one value, each beside its own value of what tells the sharers apart: members of a
        household beside their NIK."""
        return (
            self.rule.identifier.shared_by in self.around.each_has_own
            and self.header is None
            and self.share >= 0.8
            and self.pass_rate >= 0.95
            and self.as_expected(0.5)
            and distinct(self.sketch) > 1
            and self.repeats()
        )

    def repeats(self) -> bool:
        """Whether rows share values."""
        return distinct(self.sketch) <= 0.9 * self.claim.passed

    def can_only_be_shared(self, holder: _View) -> bool:
        """Whether cells under a header that names the holders are what they share: the cells repeat themselves, and
        as numbers of holders they would be of one sex alone."""
        return (
            holder.named
            and holder.agreed is None
            and self.proven
            and not holder.as_expected()
            and self.repeats()
            and distinct(self.sketch) >= SHARED
        )

    def judge_content(self) -> None:
        """The same for a rule that knows a column by its content, with its header as one more reason."""
        share = self.claim.passed / max(1, self.seen)
        self.sure = probability(column_odds(self.rule, self.header, self.content))
        least = 0.95 if self.header == "-" else 0.5
        content = self.rule.identifier.content
        person = content is not None and content.kind == "person"
        strongly = self.named and self.header not in self.rule.identifier.weak_columns
        barred = not self.named and (self.content.nameless if person else self.content.nowhere)
        doubtful = self.sure < 0.95 or self.header == "-"
        barred |= person and not strongly and (self.content.called_after or (doubtful and self.are_categories()))
        barred |= person and self.header == "-" and self.is_alone_among_others
        barred |= person and not strongly and self.is_alone_among_others and distinct(self.sketch) <= FEW_NAMES
        barred |= not person and self.is_apart and (self.around.institutions or self.content.vague)
        self.stands = self.sure > least and share >= self.rule.identifier.least_share and not barred
        if self.stands and strongly:
            self.column = 3 if share >= 0.5 else CONTEXT
        elif self.stands and share >= 0.8 and self.seen >= ENOUGH and self.sure >= 0.95:
            self.column = 3

    def are_categories(self) -> bool:
        """Whether a few values stand again and again, with nothing personal beside them."""
        different = distinct(self.sketch)
        return self.is_alone_among_others and different <= CATEGORIES and 3 * different <= self.claim.passed

    def is_luck(self, alone: int) -> bool:
        """Whether a column full of other numbers has only some that pass, or its header names something else."""
        numbers = self.random / max(1, self.seen)
        identifier = self.rule.identifier
        if self.header == "-" and (identifier.check_chance > 0.2 or identifier.chance > STRONG):
            return identifier.check_chance > 0.2 or alone < 0.5 * self.seen
        doubtful = self.header == "-" or (self.header is None and self.is_apart)
        everywhere = self.seen >= ENOUGH and self.claim.passed >= 0.8 * self.seen
        if doubtful and everywhere and not self.as_expected():
            return True  # a number built like this one: a ticket of region, date and serial
        if not (self.named or self.around.person):
            partly = numbers >= 0.8 and SHARED <= self.claim.passed < 0.8 * self.seen
            if partly and not self.as_expected():
                return True  # dates in another order
            by_chance = BUILT_ALIKE * self.regional
            if alone < 0.5 * self.regional and alone <= by_chance + 4 * math.sqrt(by_chance):
                return True  # codes of regions with any digits behind them
        least = 0.02 if identifier.chance <= STRONG else 0.1
        return not self.named and numbers >= 0.8 and alone < least * self.random

    def beats_chance_under_header(self) -> bool:
        return self.pass_rate >= 0.8 or self.beats_chance(self.claim.passed, self.rule.identifier.chance * 4)

    def beats_chance(self, hits: int, chance: float) -> bool:
        """Whether there are more hits than numbers of that shape would give by chance (mean + 4 sd)."""
        expected = self.random * min(chance, 0.9)
        return hits > expected + 4 * math.sqrt(expected * (1 - min(chance, 0.9)))

    def as_expected(self, part: float = 1.0) -> bool:
        """Whether evidence shows as often as it must, or at least this part of it."""
        for e in self.rule.identifier.expect:
            if e.apart and not self.is_apart:
                continue
            if e.flag == "distinct":
                value = distinct(self.sketch) / max(1, self.claim.passed)
            else:
                value = self.claim.flags[self.rule.flag_names.index(e.flag)] / max(1, self.claim.passed)
            if not part * e.least <= value <= e.most:
                return False
        return True

    def takes(self, tier: int, whole: bool) -> bool:
        """Whether a claim of this local tier counts once the identifier stands."""
        return tier >= CHECKED or (
            self.rule.identifier.content is None and ((whole and self.column > 0) or self.column == 3)
        )

    @property
    def tells_a_kind(self) -> bool:
        """Whether the values are kinds of which many persons share one: religions, diagnoses, jobs."""
        repeats = any(e.flag == "distinct" and e.most < 1 for e in self.rule.identifier.expect)
        return repeats and self.rule.identifier.group in TOLD_OF_MANY

    @property
    def is_alone_among_others(self) -> bool:
        """Whether there are other columns, and none of them is personal or speaks of persons."""
        return self.around.columns > 0 and not (self.around.entities or self.around.told)

    @property
    def is_apart(self) -> bool:
        """Whether there are other columns, and none of them identifies persons or speaks of them."""
        return self.around.columns > 0 and not (self.around.person or self.around.told)

    def verdict(self, tally: Tally, name: str, tiers: Counter[int], lost: Counter[str], seen: int) -> Verdict:
        claim, identifier = self.claim, self.rule.identifier
        level = self.column if self.column > 0 else CONTEXT if 2 * tiers[CONTEXT] >= tally.cells else CHECKED
        confidence = {3: Confidence.COLUMN, CONTEXT: Confidence.CONTEXT}.get(level, Confidence.CHECKED)
        by_content = identifier.content is not None
        evidence = [] if by_content else [_share("checks_passed", claim.passed, claim.shapes)]
        if by_content:
            share = round(claim.passed / max(1, seen), 4)
            evidence.append(Evidence("content", {"share": share, "probability": round(self.sure, 4)}))
        if self.named:
            evidence.append(
                Evidence("comment" if self.commented else "header", {"column": name, "word": str(self.header)})
            )
        if (agreed := self.agreed) is not None:
            figures: dict[str, str | int | float] = {"matched": agreed.same, "seen": agreed.both}
            evidence.append(Evidence("agreement", figures | {"entity": agreed.entity, "column": agreed.column}))
        if claim.tiers[CONTEXT]:
            evidence.append(Evidence("context", {"matched": claim.tiers[CONTEXT]}))
        for flag, count in () if by_content else zip(self.rule.flag_names, claim.flags, strict=False):
            evidence.append(Evidence("flag", {"name": flag, "matched": count, "share": round(count / claim.passed, 4)}))
        if claim.damaged:
            evidence.append(Evidence("damaged", {"matched": claim.damaged}))
        if different := distinct(tally.sketch()):
            evidence.append(Evidence("distinct", {"distinct": min(different, tally.cells), "matched": tally.cells}))
        if identifier.chance and not by_content:
            expected = round(self.random * identifier.chance, 1)
            evidence.append(Evidence("chance", {"expected": expected, "matched": claim.passed}))
        evidence += [Evidence("competitor", {"entity": e, "matched": n}) for e, n in sorted(lost.items())]
        return Verdict(self.rule, min(tally.cells, seen), confidence, tuple(evidence), tally)


def _share(code: str, part: int, whole: int) -> Evidence:
    return Evidence(code, {"matched": part, "seen": whole, "share": round(part / max(1, whole), 4)})
