"""The schema of `rules/scoring/*.yaml`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pydantic import Field

from privacyscan.model import Exposure, Lacking, Scoring, Weight
from privacyscan.rulebook import _conditions
from privacyscan.rulebook._conditions import ConditionEntry, Path, Reference
from privacyscan.rulebook._schema import SourceEntry, Strict, Words
from privacyscan.rulebook._yaml import Document
from privacyscan.settings import LEVELS


class Most(Strict):
    """The most points each factor gives."""

    sensitivity: int = Field(ge=0)
    kinds: int = Field(ge=0)
    persons: int = Field(ge=0)
    exposure: int = Field(ge=0)


class WeightEntry(Strict):
    """A share of a factor, and the findings that get it."""

    share: float = Field(ge=0, le=1)
    when: ConditionEntry


class LackingEntry(Strict):
    """An identifier, and what its rule has under `evidence`, which each of its values in a column must show."""

    entity: str
    evidence: str


class ExposureEntry(Strict):
    """One way an asset lies open. Without a way to show, a source or a format reports the code itself."""

    code: str = Field(pattern=r"^[a-z0-9]+(_[a-z0-9]+)*$")
    share: float = Field(ge=0, le=1)
    title: Words
    advice: Words | None = None
    words: list[str] = Field(default=[])
    suffixes: list[str] = Field(default=[])
    folders: list[str] = Field(default=[])
    beside: list[str] = Field(default=[])
    mode: str = Field(default="000", pattern=r"^0?[0-7]{3}$")  # octal, as chmod takes it
    owners: list[str] = Field(default=[])
    lacking: LackingEntry | None = None
    copy_in: str = ""

    def build(self) -> Exposure:
        return Exposure(
            code=self.code,
            share=self.share,
            title=self.title.model_dump(),
            advice=self.advice.model_dump() if self.advice is not None else {},
            words=tuple(self.words),
            suffixes=tuple(self.suffixes),
            folders=tuple(self.folders),
            beside=tuple(self.beside),
            mode=int(self.mode, 8),
            owners=tuple(self.owners),
            lacking=Lacking(self.lacking.entity, self.lacking.evidence) if self.lacking is not None else None,
            copy_in=self.copy_in,
        )


class LevelEntry(Strict):
    """A level and the least score that reaches it."""

    level: str
    least: int = Field(ge=0, le=100)


class ScoringFile(Strict):
    """A whole rule file."""

    id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    title: Words
    meaning: Words
    sources: list[SourceEntry] = Field(min_length=1)
    most: Most
    sensitivity: list[WeightEntry] = Field(min_length=1)
    identifiability: list[WeightEntry] = Field(min_length=1)
    measured_rows: int = Field(ge=1)
    kinds: int = Field(ge=1)
    persons: int = Field(ge=2)
    exposures: list[ExposureEntry] = Field(min_length=1)
    other_exposure: float = Field(ge=0, le=1)
    levels: list[LevelEntry] = Field(min_length=1)

    def build(self, file: str) -> Scoring:
        """The loaded rule; nothing asks which `file` it came from."""
        return Scoring(
            id=self.id,
            most=self.most.model_dump(),
            sensitivity=tuple(Weight(w.share, w.when.build()) for w in self.sensitivity),
            identifiability=tuple(Weight(w.share, w.when.build()) for w in self.identifiability),
            measured_rows=self.measured_rows,
            kinds=self.kinds,
            persons=self.persons,
            exposures=tuple(e.build() for e in self.exposures),
            other_exposure=self.other_exposure,
            levels=tuple((entry.level, entry.least) for entry in self.levels),
        )

    def conditions(self) -> Iterator[tuple[Path, ConditionEntry]]:
        """Every condition with the path it stands at."""
        for factor in ("sensitivity", "identifiability"):
            for i, weight in enumerate(getattr(self, factor)):
                yield (factor, i, "when"), weight.when


def lint(rule: ScoringFile, document: Document) -> list[str]:
    """What a schema cannot say: points add up, levels rise, every finding has a weight, words can occur."""
    mistakes = []
    total = sum(rule.most.model_dump().values())
    if total != 100:
        mistakes.append(document.mistake(("most",), f"the points of the factors add up to {total}; they must to 100"))
    for factor in ("sensitivity", "identifiability"):
        if all(w.when != ConditionEntry() for w in getattr(rule, factor)):
            mistakes.append(document.mistake((factor,), "needs a weight for all other data: {share: ..., when: {}}"))
    for path, condition in rule.conditions():
        mistakes += _conditions.lint(condition, path, document)
    return mistakes + _exposure_mistakes(rule, document) + _level_mistakes(rule, document)


def _exposure_mistakes(rule: ScoringFile, document: Document) -> list[str]:
    mistakes = []
    seen: set[str] = set()
    for i, exposure in enumerate(rule.exposures):
        if exposure.code in seen:
            mistakes.append(document.mistake(("exposures", i, "code"), f"'{exposure.code}' stands twice; keep one"))
        seen.add(exposure.code)
        for j, word in enumerate(exposure.words):
            if not re.fullmatch("[a-z]+", word):
                where = ("exposures", i, "words", j)
                mistakes.append(document.mistake(where, f"'{word}' must be one word of the letters a-z, lower case"))
        for j, suffix in enumerate(exposure.suffixes):
            if not re.fullmatch(r"(\.[a-z0-9]+)+|~", suffix):
                where = ("exposures", i, "suffixes", j)
                mistakes.append(document.mistake(where, f"'{suffix}' must be like .bak, lower case, or ~"))
        for kind in ("folders", "beside"):
            for j, name in enumerate(getattr(exposure, kind)):
                if not re.fullmatch("[a-z0-9_.-]+(/[a-z0-9_.-]+)*", name):
                    where = ("exposures", i, kind, j)
                    mistakes.append(document.mistake(where, f"'{name}' must be a name like public_html, lower case"))
    return mistakes


def _level_mistakes(rule: ScoringFile, document: Document) -> list[str]:
    mistakes = []
    names = tuple(entry.level for entry in rule.levels)
    if names != LEVELS:
        mistakes.append(document.mistake(("levels",), f"must be {', '.join(LEVELS)}, in this order"))
    if rule.levels[0].least != 0:
        mistakes.append(document.mistake(("levels", 0, "least"), "the first level begins at 0"))
    for i in range(1, len(rule.levels)):
        if rule.levels[i].least <= rule.levels[i - 1].least:
            mistakes.append(document.mistake(("levels", i, "least"), "must be above the level before it"))
    return mistakes


def references(rule: ScoringFile) -> Iterator[Reference]:
    """The names it takes from other files."""
    for path, condition in rule.conditions():
        yield from _conditions.references(condition, path)
    for i, exposure in enumerate(rule.exposures):
        if exposure.lacking is not None:
            yield ("exposures", i, "lacking", "entity"), "identifier", exposure.lacking.entity
        if exposure.copy_in:
            yield ("exposures", i, "copy_in"), "exposure", exposure.copy_in
