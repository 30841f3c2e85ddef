"""Tables: the verdicts on all columns together, because what stands beside a column says what it can be."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

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
    named = {name for name, column in columns.items() if column.content.things or column.content.signs.institutions}
    apart = {
        name: Around(len(columns) - 1, told=_speak_of_persons(columns, name), institutions=bool(named - {name}))
        for name in columns
    }
    alone = {name: list(verdicts(name, column, rules, most_places, apart[name])) for name, column in columns.items()}
    present = {name: [v for v in found if v.matched >= PRESENT * columns[name].seen] for name, found in alone.items()}
    agreed = _agreed(agreements, present)
    judged: dict[str, Sequence[Verdict]] = {}
    for name, column in columns.items():
        around = _around(name, present, agreed.get(name, {}), bool(named - {name}))
        judged[name] = (
            alone[name] if around == apart[name] else list(verdicts(name, column, rules, most_places, around))
        )
    return judged


def _around(name: str, present: Found, agreed: Mapping[str, Agreed], institutions: bool) -> Around:
    """What the other columns say of this one."""
    others = [v for other, found in present.items() if other != name for v in found]
    person = any(v.rule.identifier.identifies for v in others)
    return Around(
        columns=len(present) - 1,
        person=person,
        told=_speak_of_persons(present, name),
        births=any(v.rule.digits and v.rule.identifier.born is not None for v in others),
        institutions=institutions,
        counted=not person and _count(present, name),
        entities=frozenset(v.rule.id for v in others),
        each_has_own=frozenset(_each_has_own(others)),
        agreed=agreed,
    )


def _speak_of_persons(headers: Iterable[str], name: str) -> bool:
    """Whether another header than this one speaks of single persons: `pasien`, not `jumlah pasien`."""
    return any(_holds(other, "of_persons") and not _holds(other, "counts") for other in headers if other != name)


def _count(headers: Iterable[str], name: str) -> bool:
    """Whether another header than this one counts."""
    return any(_holds(other, "counts") for other in headers if other != name)


def _holds(header: str, listed: str) -> bool:
    return not words(listed).isdisjoint(header_words(header).split())


def _each_has_own(found: Iterable[Verdict]) -> Iterator[str]:
    """Identifiers of which each row has a value of its own."""
    for verdict in found:
        if distinct(verdict.tally.sketch()) >= 0.9 * verdict.matched:
            yield verdict.rule.id


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
