"""What will happen to each column, before anything is written, with made-up examples."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from privacyscan.detect.rules import Rule
from privacyscan.model import Place, Skipped
from privacyscan.pseudonymize._subset import Part
from privacyscan.pseudonymize.cells import Column, Replacer, value_in
from privacyscan.pseudonymize.judge import Verdicts


@dataclass(frozen=True, slots=True)
class Step:
    """What happens to the values of one entity in a column, or in a text when the place has no column.

    `cells` is `all` (every cell gives way), `some` (those that hold such a value, alone or among others), `found`
    (nothing was found; each cell is searched again) or `none` (they stay). `before` and `after` are a made-up example.
    """

    place: Place
    entity: str  # empty: nothing was found, and the policy names none
    operator: str  # empty: values stay
    cells: str
    matched: int = 0
    seen: int = 0
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """All steps, in order of places. `unmatched` are the columns of the policy that are not there, `skipped` what would
    not be copied, `parts` the rows of a smaller copy."""

    steps: tuple[Step, ...]
    unmatched: tuple[str, ...]
    skipped: tuple[Skipped, ...]
    parts: tuple[Part, ...]


def steps(replacer: Replacer, judged: Verdicts) -> Iterator[Step]:
    """What happens to each column and text of a file or table."""
    for place in judged.places:
        verdicts = judged.columns.get(place, ())
        if place.column is None:
            yield from (_step(replacer, place, v.entity, "some", v.finding.matched, v.finding.seen) for v in verdicts)
            continue
        column = Column(replacer, place, verdicts)
        choice = column.choice
        if choice is not None:
            matched = next((v.finding for v in verdicts if v.entity == choice.entity), None)
            counts = (matched.matched, matched.seen) if matched is not None else (0, 0)
            if choice.operator in ("drop", "keep"):
                cells = "none" if choice.keeps else "all"
                yield Step(place, choice.entity, "" if choice.keeps else choice.operator, cells, *counts)
            else:
                yield _step(replacer, place, choice.entity, "all", *counts, column.pattern)
        elif not verdicts:
            yield Step(place, "", "", "found")
        else:
            for v in verdicts:
                cells = "all" if v.strict else "some"
                yield _step(replacer, place, v.entity, cells, v.finding.matched, v.finding.seen)


def _step(
    replacer: Replacer, place: Place, entity: str, cells: str, matched: int, seen: int, pattern: str = ""
) -> Step:
    operator = replacer.policy.columns[pattern].operator if pattern else replacer.operator(entity)
    if not operator:
        return Step(place, entity, "", "none", matched, seen)
    before = _example(replacer.detector.rules[entity])
    after = replacer.replacements(entity, [before], [None], pattern)[0] if before else None
    return Step(place, entity, operator, cells, matched, seen, before, after or "")


def _example(rule: Rule) -> str:
    """A made-up value of the rule, from its examples."""
    for text in rule.identifier.examples_match:
        if (value := value_in(rule, text)) is not None:
            return value
    for text in rule.identifier.examples_match:
        if found := [c for c in rule.candidates(text) if c is not None]:
            return text[found[0].start : found[0].end]
    return ""
