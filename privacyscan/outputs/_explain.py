"""One finding in words: what, where, why it is judged so, how its score came about, and which articles it touches."""

from __future__ import annotations

from collections.abc import Iterator

from privacyscan.errors import UsageError
from privacyscan.model import Assessment, Finding
from privacyscan.outputs._numbers import visible
from privacyscan.outputs._view import View
from privacyscan.outputs._view import view as of

_PLACES = 3


def explain(assessment: Assessment, finding_id: str, lang: str | None = None) -> str:
    """The finding in words, its score recomputable by hand; raises UsageError for an id that is not there."""
    finding = find(assessment, finding_id)
    view = of(assessment, lang or assessment.language)
    parts = [
        [view.texts("explain.heading", id=finding.id)],
        _section(view, "what", _what(view, finding)),
        _section(view, "where", _where(view, finding)),
        _section(view, "why", _why(view, finding)),
        [*_score(view, finding)],
        _section(view, "asset", _asset(view, finding)),
        _section(view, "articles", _articles(view, finding)),
    ]
    return "\n\n".join("\n".join(part) for part in parts if part) + "\n"


def find(assessment: Assessment, finding_id: str) -> Finding:
    """The finding of this id, or of the only one that begins so. Raises UsageError."""
    findings = assessment.scan.findings
    named = [f for f in findings if f.id == finding_id] or [f for f in findings if f.id.startswith(finding_id)]
    if len(named) == 1 and finding_id:
        return named[0]
    some = ", ".join(f.id for f in (named or findings)[:3])
    what = "fits more than one finding" if len(named) > 1 else "is no finding of this scan"
    example = f", such as {some}" if some else "; it has none"
    raise UsageError(
        f"'{visible(finding_id)}' {what}; ids stand under findings[].id in scan.json and in the report{example}"
    )


def _section(view: View, key: str, lines: Iterator[str]) -> list[str]:
    return [view.texts(f"explain.{key}"), *(f"  {line}" for line in lines)]


def _what(view: View, finding: Finding) -> Iterator[str]:
    t = view.texts
    category = t.get(f"categories.{finding.category}") or finding.category
    yield t("explain.what_text", title=view.entity(finding.entity), entity=finding.entity, category=category)
    counts = {"matched": finding.matched, "seen": finding.seen, "distinct": finding.distinct}
    yield t("explain.matched_text" if finding.place.column is None else "explain.matched_column", **counts)
    if finding.samples:
        yield t("explain.samples", samples="; ".join(finding.samples))
    if finding.status != "new":
        yield t("explain.status", status=t.get(f"finding_status.{finding.status}") or finding.status)
    if (judged := finding.suppression) is not None:
        yield t("findings.suppression", reason=judged.reason, owner=judged.owner, expires=judged.expires)


def _where(view: View, finding: Finding) -> Iterator[str]:
    place, column = view.place(finding.place.asset), finding.place.column
    if column is None:
        yield view.texts("explain.where_text", place=place)
    else:
        yield view.texts("explain.where_column", place=place, column=column)
    if finding.locations:
        places = "; ".join(view.location(location) for location in finding.locations[:_PLACES])
        yield view.texts("explain.first", places=places)
    if (beside := view.assessment.scan.locations) is not None:
        yield view.texts("explain.all_places", file=visible(beside.file), id=finding.id)


def _why(view: View, finding: Finding) -> Iterator[str]:
    for evidence in finding.evidence:
        yield "- " + view.evidence(evidence)
    tier = view.tier(finding.confidence)
    words = {"tier": view.texts(f"confidence.{tier}.title"), "meaning": view.texts(f"confidence.{tier}.text")}
    yield view.texts("explain.tier", score=finding.confidence, **words)


def _score(view: View, finding: Finding) -> Iterator[str]:
    risk = view.assessment.finding_risks.get(finding.id)
    if risk is None:
        yield view.texts("explain.no_score")
        return
    yield view.texts("explain.score", score=risk.score, level=view.level(risk.level))
    for factor in risk.factors:
        words = {"title": view.factor_title(factor.code), "figure": view.factor_figure(factor)}
        if multiplies := view.multiplies(factor):
            yield "  - " + view.texts("explain.multiplier", multiplies=multiplies, **words)
            continue
        figures = {"arithmetic": view.factor_arithmetic(factor), "points": view.points(factor.points)}
        yield "  - " + view.texts("explain.factor", most=factor.most, **words, **figures)
    terms = " + ".join(view.points(f.points) for f in risk.factors if not view.multiplies(f))
    yield "  " + view.texts("explain.sum", terms=terms, sum=view.sum(risk))


def _asset(view: View, finding: Finding) -> Iterator[str]:
    asset = view.figures.assets.get(view.figures.asset_id(finding))
    if asset is not None:
        risk = view.figures.risk(asset)
        words = {"name": view.name(asset.place), "level": view.level(risk.level)}
        yield view.texts("explain.asset_text", score=risk.score, **words)
        if (whole := view.assessment.target_risks.get(asset.place.target)) is not None:
            words = {"target": asset.place.target, "level": view.level(whole.level)}
            yield view.texts("explain.target_text", score=whole.score, **words)
        for exposure in asset.exposure:
            yield view.texts(
                "explain.exposure", exposure=view.exposure(exposure), advice=view.advice(exposure)
            ).rstrip()
        if known := view.figures.known(asset):
            yield view.texts("known.in_asset", **known)


def _articles(view: View, finding: Finding) -> Iterator[str]:
    articles = view.assessment.articles.get(finding.id, ())
    of = view.assessment.regulation
    titles = {d.article: view.words(d.title) for d in view.assessment.duties if d.regulation == of}
    for article in articles:
        title = f": {titles[article]}" if article in titles else ""
        line = view.texts("explain.article", regulation=view.regulation(of), article=article, title=title)
        yield line + (view.texts("explain.not_confirmed") if view.unconfirmed(article) else "")
    yield view.notice if articles else view.texts("explain.no_articles")
