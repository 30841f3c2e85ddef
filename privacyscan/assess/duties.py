"""What a regulation asks of what was found: which articles are touched, and what a scan can say of each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from privacyscan.assess.facts import Facts
from privacyscan.model import Article, Condition, Duty, Finding, Regulation

NO_EVIDENCE = "needs_evidence"  # the status when a scan can say nothing more


@dataclass(frozen=True, slots=True)
class Judgement:
    """The duties that findings touch, and per finding id the articles it touches, definitions included; both in
    the order of the law."""

    duties: tuple[Duty, ...]
    articles: Mapping[str, tuple[str, ...]]


def judge(regulation: Regulation, facts: Facts) -> Judgement:
    """What the regulation says to the facts; nothing where nothing was found."""
    duties: list[Duty] = []
    articles: dict[str, list[str]] = defaultdict(list)
    for article in regulation.articles:
        triggers, concerned = _touched(article, facts)
        for finding in concerned:
            articles[finding.id].append(article.article)
        if article.duty and concerned:
            duties.append(_duty(regulation, article, triggers, concerned, facts))
    return Judgement(tuple(duties), {finding: tuple(numbers) for finding, numbers in articles.items()})


def _touched(article: Article, facts: Facts) -> tuple[list[Condition], Sequence[Finding]]:
    """The triggers that hold, and the findings that touch the article through them, in the scan's order."""
    found = [(trigger, facts.holding(trigger, facts.findings)) for trigger in article.triggers]
    held = [(trigger, findings) for trigger, findings in found if findings]
    triggers = [trigger for trigger, _ in held]
    if len(held) == 1:
        return triggers, held[0][1]
    ids = {f.id for _, findings in held for f in findings}
    return triggers, [f for f in facts.findings if f.id in ids]


def _duty(
    regulation: Regulation,
    article: Article,
    triggers: Sequence[Condition],
    concerned: Sequence[Finding],
    facts: Facts,
) -> Duty:
    status, evidence, shown_by = _status(article, concerned, facts)
    return Duty(
        regulation=regulation.id,
        article=article.article,
        title=article.title,
        status=status,
        evidence=tuple(f.id for f in evidence),
        advice=article.advice,
        text=article.text,
        confirmed=article.confirmed,
        source=article.source,
        addressee=article.addressee,
        deadline=article.deadline,
        reasons=_reasons([*triggers, *shown_by]),
    )


def _status(
    article: Article, concerned: Sequence[Finding], facts: Facts
) -> tuple[str, Sequence[Finding], Sequence[Condition]]:
    """The first status that the concerned findings show, those that show it, and the condition that says so."""
    for status, condition in article.statuses:
        found = facts.holding(condition, concerned)
        if found:
            return status, found, [condition]
    return NO_EVIDENCE, concerned, []


def _reasons(conditions: Iterable[Condition]) -> tuple[Mapping[str, str], ...]:
    reasons: list[Mapping[str, str]] = []
    for condition in conditions:
        if condition.because and condition.because not in reasons:
            reasons.append(condition.because)
    return tuple(reasons)
