"""report.md: a short report for a comment on a merge request, its details folded."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from html import escape

from privacyscan.model import Assessment, Asset, Failure, Finding
from privacyscan.outputs import Output
from privacyscan.outputs._numbers import number, shorten, visible
from privacyscan.outputs._tables import why
from privacyscan.outputs._view import View
from privacyscan.outputs._view import view as view_of

MOST_LIMITS, MOST_ASSETS, MOST_FINDINGS, MOST_UNREAD = 10, 10, 50, 30
_LONGEST = 200  # characters of a name
# what Markdown, or a code host that reads it, takes for more than itself: @ calls people, # and ! link to issues
_SIGNS = re.compile(r"[\\`*_{}\[\]()#+.!|~@:$^=-]")


class Markdown:
    """The output for merge requests: within the 65,536 characters that GitHub takes for a comment."""

    name = "markdown"
    filename = "report.md"

    def render(self, assessment: Assessment, language: str) -> bytes:
        return ("\n\n".join(_parts(view_of(assessment, language))) + "\n").encode("utf-8")


plugin: Output = Markdown()


def _parts(view: View) -> Iterator[str]:
    t, figures, scan = view.texts, view.figures, view.assessment.scan
    yield f"### {t('report.title')}: {_headline(view)}"
    whole = scan.assets and scan.status == "complete"
    yield view.caveat if whole else f"> **{t('markdown.attention')}** {view.caveat}"
    if view.assessment.failures is not None:
        yield _gate(view, view.assessment.failures)
    if figures.with_findings:
        yield _assets(view)
        yield _folded(t("markdown.findings", count=len(scan.findings)), _findings(view))
    if figures.unread:
        yield _folded(t("markdown.unread", count=len(figures.unread)), _unread(view))
    if view.assessment.duties:
        yield _folded(t("markdown.duties", count=len(view.assessment.duties)), _duties(view))
        yield f"_{_md(view.notice)}_"


def _headline(view: View) -> str:
    scan, risk = view.assessment.scan, view.assessment.risk
    if not scan.assets:
        return view.texts("summary.unknown")
    return view.texts("markdown.headline", level=view.level(risk.level), score=risk.score, persons=scan.persons)


def _gate(view: View, failures: Sequence[Failure]) -> str:
    if not failures:
        return _md(view.texts("gate.kept"))
    lines = [f"- {_md(view.limit(f))}" for f in failures[:MOST_LIMITS]]
    more = _more(view, len(failures) - MOST_LIMITS)
    return f"**{_md(view.texts('gate.title'))}**\n\n" + "\n".join(lines) + more


def _assets(view: View) -> str:
    t, figures = view.texts, view.figures
    columns = ("assets.asset", "assets.data", "assets.persons", "assets.risk")
    table = _table([t(c) for c in columns], (_asset(view, a) for a in figures.with_findings[:MOST_ASSETS]))
    return table + _more(view, len(figures.with_findings) - MOST_ASSETS)


def _asset(view: View, asset: Asset) -> Sequence[str]:
    risk = view.figures.risk(asset)
    kinds = ", ".join(view.entity(e) for e in view.kinds_in(asset)[:4])
    persons = number(view.figures.persons(asset), view.language)
    return (view.place(asset.place), kinds, persons, f"{view.level(risk.level)} {risk.score}")


def _findings(view: View) -> str:
    t = view.texts
    found = [f for a in view.figures.with_findings for f in view.figures.findings_of[a.id]]
    columns = ("findings.entity", "assets.asset", "findings.category", "findings.matched", "findings.risk")
    table = _table([t(c) for c in columns], (_finding(view, f) for f in found[:MOST_FINDINGS]))
    return table + _more(view, len(found) - MOST_FINDINGS)


def _finding(view: View, finding: Finding) -> Sequence[str]:
    risk = view.figures.finding_risk(finding)
    matched = view.texts("findings.matched_cells", matched=finding.matched, seen=finding.seen)
    where = f"{view.name(finding.place.asset)} [{finding.place.column}]" if finding.place.column is not None else ""
    where = where or view.name(finding.place.asset)
    return (view.entity(finding.entity), where, view.category(finding.category), matched, f"{risk.score}")


def _unread(view: View) -> str:
    unread = view.figures.unread
    lines = [f"- {_md(view.place(s.place))}: {_md(why(view, s))}" for s in unread[:MOST_UNREAD]]
    return "\n".join(lines) + _more(view, len(unread) - MOST_UNREAD)


def _duties(view: View) -> str:
    t = view.texts
    rows = (
        (view.cited(d) + ("" if d.confirmed else "*"), view.words(d.title),
         t(f"duty_status.{d.status}"))
        for d in view.assessment.duties
    )  # fmt: skip
    table = _table([t("findings.articles"), t("duties.content"), t("duties.status")], rows)
    return f"{table}\n\n{_md(t('duties.unconfirmed_note'))}"


def _table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [[_md(c) for c in columns], ["---"] * len(columns), *([_md(c) for c in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _more(view: View, count: int) -> str:
    return "\n\n" + _md(view.texts("report.more_in_json", count=count)) if count > 0 else ""


def _folded(title: str, text: str) -> str:
    return f"<details><summary>{escape(title)}</summary>\n\n{text}\n\n</details>"


def _md(text: str) -> str:
    """The text with no sign that Markdown or HTML would read, on one line."""
    return _SIGNS.sub(r"\\\g<0>", escape(shorten(visible(text), _LONGEST), quote=False))
