"""The schema of `rules/regulations/*.yaml`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from privacyscan.model import Article, Regulation
from privacyscan.rulebook import _conditions
from privacyscan.rulebook._conditions import ConditionEntry, Path, ReasonedCondition, Reference
from privacyscan.rulebook._schema import Strict, Words
from privacyscan.rulebook._yaml import Document

ARTICLE = r"^$|^[0-9]+[A-Z]?(-[0-9]+)?( \([0-9]+\)(-\([0-9]+\))?)*( [a-z])?$"  # 34 (1), 27-29, 56 (2)-(4), 17 h


class StatusEntry(Strict):
    """A status, and when findings show it."""

    status: Literal["met", "at_risk", "not_met", "needs_evidence"]
    when: ReasonedCondition


class ArticleEntry(Strict):
    """One article."""

    article: str = Field(default="", pattern=ARTICLE)  # empty: the regulation as a whole
    title: Words
    text: Words
    advice: Words
    addressee: Literal["controller", "processor", "officer", "agency", "subject", "anyone"]
    deadline: str = ""
    duty: bool = True
    triggers: list[ReasonedCondition] = Field(default=[])
    statuses: list[StatusEntry] = Field(default=[])
    source: str = Field(min_length=1)
    confirmed: bool

    def build(self) -> Article:
        return Article(
            article=self.article,
            title=self.title.model_dump(),
            text=self.text.model_dump(),
            advice=self.advice.model_dump(),
            addressee=self.addressee,
            deadline=self.deadline,
            duty=self.duty,
            triggers=tuple(t.build() for t in self.triggers),
            statuses=tuple((s.status, s.when.build()) for s in self.statuses),
            source=self.source,
            confirmed=self.confirmed,
        )


class RegulationFile(Strict):
    """A whole rule file."""

    id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    title: Words
    notice: Words
    articles: list[ArticleEntry] = Field(min_length=1)

    def build(self, file: str) -> Regulation:
        """The loaded rule."""
        return Regulation(
            id=self.id,
            title=self.title.model_dump(),
            notice=self.notice.model_dump(),
            articles=tuple(a.build() for a in self.articles),
            file=file,
        )

    def conditions(self) -> Iterator[tuple[Path, ConditionEntry]]:
        """Every condition with the path it stands at."""
        for i, article in enumerate(self.articles):
            for j, trigger in enumerate(article.triggers):
                yield ("articles", i, "triggers", j), trigger
            for j, entry in enumerate(article.statuses):
                yield ("articles", i, "statuses", j, "when"), entry.when


def lint(rule: RegulationFile, document: Document) -> list[str]:
    """What a schema cannot say: an article stands once, a definition has no status, groups exist."""
    mistakes = []
    seen: set[str] = set()
    for i, article in enumerate(rule.articles):
        if article.article in seen:
            mistakes.append(document.mistake(("articles", i, "article"), f"'{article.article}' stands twice; keep one"))
        seen.add(article.article)
        if article.statuses and not article.duty:
            mistakes.append(document.mistake(("articles", i, "statuses"), "a definition (duty: false) has no status"))
        if article.duty and not article.triggers:
            mistakes.append(document.mistake(("articles", i), "a duty needs triggers; add duty: false if it is none"))
    for path, condition in rule.conditions():
        mistakes += _conditions.lint(condition, path, document)
    return mistakes


def references(rule: RegulationFile) -> Iterator[Reference]:
    """The names it takes from other files."""
    for path, condition in rule.conditions():
        yield from _conditions.references(condition, path)
