"""Tables: the verdicts on all columns together, because what stands beside a column says what it can be."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from privacyscan.detect.agreement import Agreement, Pair
from privacyscan.detect.claims import ColumnTally
from privacyscan.detect.rules import Rule, header_words
from privacyscan.detect.tally import distinct
from privacyscan.detect.verdicts import Agreed, Around, Verdict, verdicts
from privacyscan.model import Confidence
from privacyscan.rulebook import words

PRESENT = 0.3  # share of a column's cells from which a verdict says what the table is about
Found = Mapping[str, Sequence[Verdict]]


def table_verdicts(
    columns: Mapping[str, ColumnTally],
    agreements: Mapping[Pair, Agreement],
    rules: Mapping[str, Rule],
    most_places: int,
) -> Found:
    """Column -> its verdicts. Each column is judged by itself first, then again beside the others."""
    headers = _Headers(columns)
    apart = {name: headers.around(name) for name in columns}
    alone = {name: list(verdicts(name, column, rules, most_places, apart[name])) for name, column in columns.items()}
    present = {name: [v for v in found if v.matched >= PRESENT * columns[name].seen] for name, found in alone.items()}
    agreed = _agreed(agreements, present)
    held = _Held(present)
    judged: dict[str, Sequence[Verdict]] = {}
    for name, column in columns.items():
        around = held.around(name, apart[name], _other(headers.counting, name), agreed.get(name, {}))
        judged[name] = (
            alone[name] if around == apart[name] else list(verdicts(name, column, rules, most_places, around))
        )
    return judged


def _other(names: Collection[str], name: str) -> bool:
    """Whether another column than this one is among them."""
    return len(names) > (name in names)


class _Headers:
    """What the headers and the kinds of cells say, before any verdict."""

    def __init__(self, columns: Mapping[str, ColumnTally]) -> None:
        said = {name: set(header_words(column.header(name)).split()) for name, column in columns.items()}
        self.columns = len(columns)
        self.counting = {name for name, own in said.items() if own & words("counts")}
        # `pasien` speaks of single persons, not `jumlah pasien`
        self.told = {name for name, own in said.items() if own & words("of_persons")} - self.counting
        self.institutions = {n for n, c in columns.items() if c.content.things or c.content.signs.institutions}

    def around(self, name: str) -> Around:
        told, institutions = _other(self.told, name), _other(self.institutions, name)
        return Around(self.columns - 1, told=told, institutions=institutions)


class _Held:
    """Which columns hold what, by the first verdicts."""

    def __init__(self, present: Found) -> None:
        self.persons, self.births = set[str](), set[str]()
        self.entities: dict[str, set[str]] = defaultdict(set)
        self.each_has_own: dict[str, set[str]] = defaultdict(set)
        for name, found in present.items():
            for verdict in found:
                identifier = verdict.rule.identifier
                self.entities[identifier.id].add(name)
                if identifier.identifies:
                    self.persons.add(name)
                if verdict.rule.digits and identifier.born is not None:
                    self.births.add(name)
                if distinct(verdict.tally.sketch()) >= 0.9 * verdict.matched:
                    self.each_has_own[identifier.id].add(name)

    def around(self, name: str, apart: Around, counting: bool, agreed: Mapping[str, Agreed]) -> Around:
        """What the other columns say of this one; `apart` is what their headers say."""
        person = _other(self.persons, name)
        return replace(
            apart,
            person=person,
            births=_other(self.births, name),
            counted=counting and not person,
            entities=frozenset(e for e, names in self.entities.items() if _other(names, name)),
            each_has_own=frozenset(e for e, names in self.each_has_own.items() if _other(names, name)),
            agreed=agreed,
        )


def _agreed(agreements: Mapping[Pair, Agreement], present: Found) -> Mapping[str, Mapping[str, Agreed]]:
    """Column -> identifier -> the column it agrees with, where that one is known for what it is by itself: numbers
    that only look like a NIK may hold the date of anything."""
    agreed: dict[str, dict[str, Agreed]] = defaultdict(dict)
    known = {(name, v.rule.id) for name, found in present.items() for v in found if v.confidence is Confidence.COLUMN}
    for (column, rule, other, other_rule), agreement in agreements.items():
        if not agreement.proves:
            continue
        for (name, of), (beside, by) in (((column, rule), (other, other_rule)), ((other, other_rule), (column, rule))):
            before = agreed[name].get(of)
            if (beside, by) in known and (before is None or agreement.same > before.same):
                agreed[name][of] = Agreed(beside, by, agreement.same, agreement.both)
    return agreed
