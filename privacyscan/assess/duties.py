"""What a regulation asks of what was found: which articles are touched, and what a scan can say of each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from privacyscan.assess.facts import Facts
from privacyscan.model import Article, Condition, Duty, Finding, Regulation

NO_EVIDENCE = "needs_evidence"  # the status when a scan can say nothing more


def duties(regulation: Regulation, facts: Facts) -> tuple[Duty, ...]:
    """The duties that findings touch, in the order of the law; none without findings."""
    judged = (_duty(regulation, article, facts) for article in regulation.articles if article.duty)
    return tuple(duty for duty in judged if duty is not None)


def articles(regulation: Regulation, facts: Facts) -> Mapping[str, tuple[str, ...]]:
    """Per finding id the articles it touches, definitions included, in the order of the law."""
    touched: dict[str, list[str]] = {f.id: [] for f in facts.findings}
    for article in regulation.articles:
        _, concerned = _touched(article, facts)
        for finding in concerned:
            touched[finding.id].append(article.article)
    return {finding: tuple(numbers) for finding, numbers in touched.items()}


def _touched(article: Article, facts: Facts) -> tuple[list[Condition], list[Finding]]:
    """The triggers that hold, and the findings that touch the article through them, in the scan's order."""
    held = {i: found for i, t in enumerate(article.triggers) if (found := facts.holding(t, facts.findings))}
    ids = {f.id for found in held.values() for f in found}
    return [article.triggers[i] for i in held], [f for f in facts.findings if f.id in ids]


def _duty(regulation: Regulation, article: Article, facts: Facts) -> Duty | None:
    triggers, concerned = _touched(article, facts)
    if not concerned:
        return None
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
