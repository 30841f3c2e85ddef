"""Which columns of a table are quasi-identifiers: say together who somebody is, without a name or number.

Which kinds of data are, and under which headers a column is one although no value shows it (`kecamatan`), stands in
the rule files (`quasi`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from privacyscan.detect.rules import header_words
from privacyscan.model import Finding, Identifier
from privacyscan.rulebook import words

MOST_COLUMNS = 8  # those with most different values
MOST_SENSITIVE = 4
_PRESENT = 0.5  # share of a column's filled cells that must be of the kind


@dataclass(frozen=True, slots=True)
class Quasi:
    """What the rows of a table are to be compared by: columns, what each is, and the sensitive columns beside them."""

    columns: tuple[str, ...]
    entities: tuple[str, ...]
    sensitive: tuple[str, ...]


def quasi(columns: Sequence[str], found: Iterable[Finding], identifiers: Mapping[str, Identifier]) -> Quasi | None:
    """The quasi-identifiers among the columns of a table with these findings; None where there is none."""
    by_column: dict[str, list[Finding]] = defaultdict(list)
    for finding in found:
        if finding.place.column is not None and finding.matched >= _PRESENT * finding.seen:
            by_column[finding.place.column].append(finding)
    kinds = dict(_found(by_column, identifiers))
    if kinds or any(identifiers[f.entity].identifies for findings in by_column.values() for f in findings):
        kinds |= _named([name for name in columns if name not in by_column], identifiers)
    if not kinds:
        return None
    distinct = {name: max(f.distinct for f in findings) for name, findings in by_column.items()}
    chosen = set(sorted(kinds, key=lambda name: -distinct.get(name, 0))[:MOST_COLUMNS])
    names = [name for name in dict.fromkeys(columns) if name in chosen]
    sensitive = [n for n in dict.fromkeys(columns) if n not in kinds and _is_sensitive(by_column[n], identifiers)]
    return Quasi(tuple(names), tuple(kinds[n] for n in names), tuple(sensitive[:MOST_SENSITIVE]))


def _found(
    by_column: Mapping[str, Sequence[Finding]], identifiers: Mapping[str, Identifier]
) -> Iterator[tuple[str, str]]:
    """Columns by their values. A kind that most rows have to themselves (an address with street and number) may be
    none by its rule."""
    for name, findings in by_column.items():
        for finding in sorted(findings, key=lambda f: -f.matched):
            rule = identifiers[finding.entity].quasi
            if rule is not None and finding.distinct <= rule.most_distinct * finding.matched:
                yield name, finding.entity
                break


def _named(columns: Sequence[str], identifiers: Mapping[str, Identifier]) -> dict[str, str]:
    """Columns by their header alone; a number of villages is no village."""
    named: dict[str, str] = {}
    for name in columns:
        header = header_words(name)
        if words("counts").isdisjoint(header.split()):
            for identifier in identifiers.values():
                if identifier.quasi and any(f" {phrase} " in header for phrase in identifier.quasi.columns):
                    named.setdefault(name, identifier.id)
    return named


def _is_sensitive(findings: Sequence[Finding], identifiers: Mapping[str, Identifier]) -> bool:
    """Whether the column holds specific data (Pasal 4 (2) UU 27/2022) that several persons can have alike."""
    return any(f.category == "spesifik" and not identifiers[f.entity].person for f in findings)
