"""What the rules call things: titles of identifiers, exposures and regulations in both languages.

A saved scan may name rules that this installation lacks (`--rules DIR`); those are shown by their code.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from privacyscan.model import Assessment, Weight
    from privacyscan.rulebook import Rulebook

Title = Mapping[str, str]  # language -> text


@dataclass(frozen=True, slots=True)
class Titles:
    """Titles by code, language after language."""

    entities: Mapping[str, Title] = field(default_factory=dict)
    meanings: Mapping[str, Title] = field(default_factory=dict)  # of entities
    persons: frozenset[str] = frozenset()  # entities of which one value stands for one person
    groups: Mapping[str, str] = field(default_factory=dict)  # entity -> identity | contact | ...
    exposures: Mapping[str, Title] = field(default_factory=dict)
    regulations: Mapping[str, Title] = field(default_factory=dict)
    notices: Mapping[str, Title] = field(default_factory=dict)
    unconfirmed: frozenset[tuple[str, str]] = frozenset()  # regulation and article whose text nobody of us has read
    levels: tuple[tuple[str, int], ...] = ()  # of risk, with their least score
    weights: Mapping[str, float] = field(default_factory=dict)  # exposure -> share
    heaviest: Mapping[str, tuple[Weight, ...]] = field(default_factory=dict)  # factor -> its weights, heaviest first
    advice: Mapping[str, Title] = field(default_factory=dict)  # exposure -> what to do about it

    def entity(self, code: str, language: str) -> str:
        return in_language(self.entities.get(code, {}), language) or code

    def meaning(self, code: str, language: str) -> str:
        return in_language(self.meanings.get(code, {}), language)

    def exposure(self, code: str, language: str) -> str:
        return in_language(self.exposures.get(code, {}), language) or code.replace("_", " ")

    def regulation(self, code: str, language: str) -> str:
        return in_language(self.regulations.get(code, {}), language) or code

    def notice(self, code: str, language: str) -> str:
        return in_language(self.notices.get(code, {}), language)


def in_language(title: Title, language: str) -> str:
    """The title in this language, else in the one it has; empty when it has none."""
    return title.get(language) or next(iter(title.values()), "")


def of(rulebook: Rulebook) -> Titles:
    """The titles that a rulebook gives."""
    scoring = rulebook.scoring_in_force
    regulations = rulebook.regulations.values()
    return Titles(
        entities={i.id: i.title for i in rulebook.identifiers.values()},
        meanings={i.id: i.meaning for i in rulebook.identifiers.values()},
        persons=frozenset(i.id for i in rulebook.identifiers.values() if i.person),
        groups={i.id: i.group for i in rulebook.identifiers.values()},
        exposures={e.code: e.title for e in scoring.exposures},
        regulations={r.id: r.title for r in regulations},
        notices={r.id: r.notice for r in regulations},
        unconfirmed=frozenset((r.id, a.article) for r in regulations for a in r.articles if not a.confirmed),
        levels=scoring.levels,
        weights={e.code: e.share for e in scoring.exposures},
        heaviest={
            "sensitivity": _heaviest_first(scoring.sensitivity),
            "identifiability": _heaviest_first(scoring.identifiability),
        },
        advice={e.code: e.advice for e in scoring.exposures},
    )


def _heaviest_first(weights: Iterable[Weight]) -> tuple[Weight, ...]:
    return tuple(sorted(weights, key=lambda w: -w.share))


def for_assessment(assessment: Assessment) -> Titles:
    """The titles of the rules the scan was made with, as far as they are still here."""
    return _loaded(tuple(str(p) for p in assessment.scan.settings.get("rules", ())))


@cache
def _loaded(extra: tuple[str, ...]) -> Titles:
    from pathlib import Path

    from privacyscan import rulebook
    from privacyscan.errors import RulebookError

    try:
        return of(rulebook.load([Path(p) for p in extra]))
    except RulebookError:  # the extra rules have moved or changed since the scan
        return of(rulebook.load())
