"""An assessment in the reader's words: what templates and explanations ask for."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Any

from privacyscan.model import (
    Assessment,
    Asset,
    Condition,
    Confidence,
    Copy,
    Duty,
    Evidence,
    Factor,
    Failure,
    Finding,
    Reidentification,
    Risk,
)
from privacyscan.outputs import _actions, _limits, _map, _titles, _trend
from privacyscan.outputs._figures import Figures, bound, bound_rows
from privacyscan.outputs._numbers import day, number, percent, visible
from privacyscan.outputs._text import Texts, texts
from privacyscan.outputs._titles import Titles
from privacyscan.outputs._wording import Wording

MOST_FINDINGS = 25  # shown with their evidence per asset, and in all assets together
MOST_FINDINGS_IN_ALL = 300
MOST_LISTED = 5000  # further findings, each in one line
MOST_ROWS = 100  # of any other table
MOST_MAPPED = 30  # assets on the map of risk
MOST_NAMES = 4  # of kinds of data in one sentence


@dataclass(frozen=True, slots=True)
class Group:
    """The findings of one asset that a report shows with their evidence, and how many more it has."""

    asset: Asset
    findings: tuple[Finding, ...]
    hidden: int


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do: title, sentence, assets it concerns."""

    title: str
    text: str
    assets: tuple[Asset, ...]


@dataclass(frozen=True)
class View(Wording):
    """One assessment in one language."""

    assessment: Assessment
    texts: Texts
    titles: Titles

    @cached_property
    def figures(self) -> Figures:
        return Figures(self.assessment)

    def category(self, code: str) -> str:
        return self.texts.get(f"categories.{code}") or visible(code)

    def group(self, code: str) -> str:
        return self.texts.get(f"groups.{code}") or visible(code)

    def regulation(self, code: str) -> str:
        return self.titles.regulation(code, self.language)

    @property
    def notice(self) -> str:
        """What must be said of duties: the regulation's own words, else ours."""
        return self.titles.notice(self.assessment.regulation, self.language) or self.texts("duties.notice")

    @property
    def caveat(self) -> str:
        """What limits all figures: what was not read, or that nothing was found in what was."""
        t, figures, scan = self.texts, self.figures, self.assessment.scan
        if not scan.assets:
            return t("banner.nothing_read")
        said = [t("banner.interrupted")] if scan.status == "interrupted" else []
        said += [t("banner.incomplete", count=len(figures.unread))] if figures.unread else []
        said += [] if scan.findings else [t("banner.nothing", assets=len(scan.assets))]
        return " ".join(said) or t("summary.not_read_none")

    def evidence(self, evidence: Evidence) -> str:
        """One piece of evidence as a sentence."""
        shown: dict[str, Any] = dict(evidence.params)
        if "entity" in shown:
            shown["entity"] = self.entity(str(shown["entity"]))
        if "name" in shown:
            flag = str(shown["name"])
            shown["name"] = self.texts.get(f"flags.{flag}") or flag.replace("_", " ")
        return self.texts.say(f"evidence.{evidence.code}", shown)

    def limit(self, failure: Failure) -> str:
        """A limit of the gate that is not kept, and why there is such a limit."""
        return f"{_limits.said(failure, self.texts)} {_limits.because(failure)}".rstrip()

    def exposure(self, evidence: Evidence) -> str:
        """One exposure as a phrase, with what shows it."""
        figures: dict[str, Any] = dict(evidence.params)
        if "probe" in figures:
            figures["probe"] = self.titles.exposure(str(figures["probe"]), self.language)
        known = (f"exposure_figures.{name}" for name in figures)
        shown = [self.texts(key, **figures) for key in known if self.texts.get(key)]
        title = visible(self.titles.exposure(evidence.code, self.language))
        return f"{title} ({', '.join(shown)})" if shown else title

    def advice(self, evidence: Evidence) -> str:
        """What to do about an exposure; empty where the rules do not say."""
        return self.words(self.titles.advice.get(evidence.code, {}))

    def tier(self, confidence: float) -> str:
        """The tier a confidence stands for, as a code."""
        return min(Confidence, key=lambda c: abs(c.score - confidence)).value

    @property
    def tiers(self) -> tuple[Confidence, ...]:
        return tuple(Confidence)

    def setting(self, value: Any) -> str:
        """The value of a setting: lists as their members, nothing as a dash."""
        if isinstance(value, list | tuple):
            value = ", ".join(str(v) for v in value)
        return visible(str(value)) if value not in (None, "") else self.texts("none")

    def level(self, code: str) -> str:
        return self.texts.get(f"levels.{code}") or visible(code)

    def factor_title(self, code: str) -> str:
        return self.texts.get(f"factors.{code}.title") or visible(code)

    def factor_figure(self, factor: Factor) -> str:
        """The figure a factor rests on, in words."""
        figure = "measured" if "unique" in factor.params else "figure"
        return self.texts.say(f"factors.{factor.code}.{figure}", self._factor_words(factor))

    def factor_arithmetic(self, factor: Factor) -> str:
        """How the figure became points, to be recomputed by hand."""
        words = self._factor_words(factor)
        if multiplies := self.multiplies(factor):
            return multiplies
        known = self.texts.get(f"factors.{factor.code}.arithmetic") and "share" in factor.params
        return (
            self.texts.say(f"factors.{factor.code}.arithmetic", words)
            if known
            else self.texts("factor_points", **words)
        )

    def multiplies(self, factor: Factor) -> str:
        """What a factor multiplies that gives no points itself; empty for any other."""
        return "" if factor.most else self.texts.get(f"factors.{factor.code}.multiplies") or ""

    def factor_points(self, factor: Factor) -> str:
        """The points a factor gave, or what it multiplies by."""
        return self.points(factor.points) if factor.most else f"× {number(factor.value, self.language)}"

    def _factor_words(self, factor: Factor) -> dict[str, Any]:
        share = round(factor.points / factor.most, 4) if factor.most else 0
        words: dict[str, Any] = {"share": share, "ease": 1, "entities": "", "codes": ""}
        words |= {**factor.params, "value": factor.value}
        words["entities"] = self._listed(words["entities"], self.entity)
        weighing = ", ".join(c for c in words["codes"].split(", ") if self.titles.weights.get(c) != 0)
        words["codes"] = self._listed(weighing, lambda c: self.titles.exposure(c, self.language))
        return words | {"most": factor.most}

    def _listed(self, codes: str, title: Callable[[str], str]) -> str:
        """Codes in a row as titles, the first few of them."""
        names = [title(c) for c in codes.split(", ") if c]
        rest = len(names) - MOST_NAMES
        shown = ", ".join(names[:MOST_NAMES]) or self.texts("factor_none")
        return f"{shown} {self.texts('report.and_more', count=rest)}" if rest > 0 else shown

    def condition(self, when: Condition) -> str:
        """What data must be for a weight to apply."""
        parts = [
            ", ".join(self.category(c) for c in when.categories),
            ", ".join(self.group(g) for g in when.groups),
            ", ".join(self.entity(e) for e in when.entities),
            self.texts("method.one_person") if when.person else "",
        ]
        return "; ".join(p for p in parts if p) or self.texts("method.any_other")

    def points(self, points: float) -> str:
        """Points as scoring rounds them: one decimal, more only where there are more."""
        return number(points, self.language, 1 if round(points, 1) == round(points, 4) else None)

    def total(self, risk: Risk) -> float:
        return round(sum(f.points for f in risk.factors), 2)

    def sum(self, risk: Risk) -> str:
        """What the points add up to, and the score where that is rounded."""
        total = self.total(risk)
        shown = self.points(total)
        return shown if total == risk.score else self.texts("method.rounded", sum=shown, score=risk.score)

    def terms(self, risk: Risk) -> str:
        """The points of all factors as a sum, to be recomputed by hand."""
        return " + ".join(self.points(f.points) for f in risk.factors if f.most) + " = " + self.sum(risk)

    def when_closed(self, risk: Risk) -> int | None:
        """The score that would be left if nothing lay open; None if nothing does."""
        exposed = sum(f.points for f in risk.factors if f.code == "exposure")
        return math.floor(round(self.total(risk) - exposed, 2) + 0.5) if exposed else None

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        """The findings to show with their evidence, asset by asset, within the bounds of a page that still opens."""
        left, groups = MOST_FINDINGS_IN_ALL, []
        for asset in self.figures.with_findings:
            found = self.figures.findings_of[asset.id]
            shown = found[: min(MOST_FINDINGS, left)]
            if not shown:
                break
            left -= len(shown)
            groups.append(Group(asset, shown, len(found) - len(shown)))
        return tuple(groups)

    @cached_property
    def others(self) -> tuple[tuple[Asset, Finding], ...]:
        """The further findings, those of the assets at most risk first, with their assets."""
        rest = (
            (asset, finding)
            for asset in self.figures.with_findings
            for finding in self.figures.findings_of[asset.id]
            if finding.id not in self.shown_findings
        )
        return tuple(islice(rest, MOST_LISTED))

    @property
    def hidden(self) -> int:
        """How many findings the report leaves to scan.json."""
        return len(self.assessment.scan.findings) - len(self.shown_findings) - len(self.others)

    @cached_property
    def shown_assets(self) -> frozenset[str]:
        """Ids of the assets a reader can jump to."""
        return frozenset(a.id for a in self.figures.with_findings[:MOST_ROWS])

    @cached_property
    def findings(self) -> Mapping[str, Finding]:
        return {f.id: f for f in self.assessment.scan.findings}

    def supporting(self, duty: Duty) -> tuple[str, ...]:
        """Ids of the findings a duty rests on, those of the highest risk first."""
        risks = self.assessment.finding_risks
        return tuple(sorted(duty.evidence, key=lambda i: -risks[i].score if i in risks else 0))

    @cached_property
    def shown_findings(self) -> frozenset[str]:
        return frozenset(f.id for g in self.groups for f in g.findings)

    def kinds_in(self, asset: Asset) -> tuple[str, ...]:
        """The kinds of data in an asset, each once, most at risk first."""
        return tuple(dict.fromkeys(f.entity for f in self.figures.findings_of.get(asset.id, ())))

    def coverage(self, asset: Asset) -> str:
        """How much of an asset was read."""
        if asset.total is None:
            return self.texts("coverage.rows_read", read=asset.rows)
        if asset.total > asset.rows:
            return self.texts("coverage.rows_of", read=asset.rows, total=asset.total)
        return self.texts("coverage.rows_all", read=asset.rows)

    @cached_property
    def mapped(self) -> tuple[_map.Row, ...]:
        """The map of risk: the assets at most risk."""
        return _map.rows(self.figures, self.figures.with_findings[:MOST_MAPPED], self.titles.groups)

    @cached_property
    def groups_found(self) -> tuple[str, ...]:
        """The groups of data that something was found of: the columns of the map."""
        return _map.groups(self.figures, self.titles.groups)

    @cached_property
    def persons_by_category(self) -> tuple[_map.Persons, ...]:
        return _map.persons_by_category(self.figures)

    @cached_property
    def persons_by_group(self) -> tuple[_map.Persons, ...]:
        return _map.persons_by_group(self.figures, self.titles.groups)

    def between(self, least: int, most: int) -> str:
        """A number that is known between bounds, as one where they agree."""
        shown = [number(n, self.language) for n in (least, most)]
        return shown[0] if least == most else "–".join(shown)

    @cached_property
    def trend(self) -> tuple[_trend.Mark, ...]:
        """This scan and the earlier ones of its targets; empty without any."""
        return _trend.marks(self.assessment)

    @property
    def trend_levels(self) -> tuple[tuple[str, int, float], ...]:
        """Level, its least score, and where that lies in the drawing of the trend."""
        return tuple((level, least, _trend.height(least)) for level, least in self.levels)

    @cached_property
    def change(self) -> str:
        """How the score changed since the last scan, as a sentence; empty without an earlier one."""
        if not self.trend:
            return ""
        before, now = (mark.point for mark in self.trend[-2:])
        change = now.risk - before.risk
        code = "same" if change == 0 else "up" if change > 0 else "down"
        date = day(before.started, self.texts.get("months"))
        return self.texts(f"trend.{code}", points=abs(change), date=date)

    @cached_property
    def copies(self) -> tuple[Copy, ...]:
        """The copies between assets that the scan lists."""
        assets = self.figures.assets
        return tuple(c for c in self.assessment.copies if c.asset in assets and c.other in assets)

    def share_between(self, copy: Copy) -> str:
        """The bounds of the share of a copy."""
        least, most = percent(copy.least, self.language), percent(copy.most, self.language)
        return least if least == most else f"{least}–{most}"

    @cached_property
    def reidentified(self) -> tuple[tuple[Asset, Reidentification], ...]:
        """Tables whose rows single out persons without a number, the most first; those not computed last."""
        found = [(a, a.reidentification) for a in self.assessment.scan.assets if a.reidentification is not None]
        return tuple(sorted(found, key=lambda f: (f[1].unique_share is None, -(f[1].unique_share or 0), f[0].place)))

    @cached_property
    def samples(self) -> tuple[tuple[Asset, float | None, int | None], ...]:
        """Assets read as a sample, with the bound on what was not seen: as a share, and as rows."""
        return tuple((a, bound(a), bound_rows(a)) for a in self.figures.sampled)

    @property
    def levels(self) -> tuple[tuple[str, int], ...]:
        """Level and its least score, rising."""
        return self.titles.levels

    @property
    def specific(self) -> int:
        return sum(f.category == "spesifik" for f in self.assessment.scan.findings)

    def actions(self) -> Iterator[Step]:
        """What to do first, in words."""
        for action in _actions.actions(self.figures):
            yield self._step(action)

    def _step(self, action: _actions.Action) -> Step:
        figures: dict[str, Any] = {"count": len(action.assets)}
        if action.code == "unread":
            reasons = [self.texts(f"reasons.{r}.title").lower() for r, _ in self.figures.unread_by_reason[:3]]
            figures = {"count": len(self.figures.unread), "reasons": ", ".join(reasons)}
        if action.exposure:
            figures["exposure"] = " ".join(f"{self.exposure(e)}. {self.advice(e)}".strip() for e in action.exposure)
        if action.duty is not None:
            duty = action.duty
            figures = {"article": duty.article, "title": self.words(duty.title), "advice": self.words(duty.advice)}
        title, text = f"actions.{action.code}.title", f"actions.{action.code}.text"
        return Step(self.texts(title, **figures), self.texts(text, **figures), action.assets)

    def duration(self, seconds: float) -> str:
        if seconds < 60:
            return self.texts("duration.seconds", seconds=seconds)
        minutes, rest = divmod(round(seconds), 60)
        if minutes < 60:
            return self.texts("duration.minutes", minutes=minutes, seconds=rest)
        return self.texts("duration.hours", hours=minutes // 60, minutes=minutes % 60)

    def cited(self, duty: Duty) -> str:
        """A duty as people cite it: its article, with the regulation where findings name the articles of another."""
        if duty.article and duty.regulation == self.assessment.regulation:
            return self.texts("duties.article", article=duty.article)
        regulation = visible(self.regulation(duty.regulation))
        if not duty.article:
            return regulation
        return self.texts("duties.article_of", regulation=regulation, article=duty.article)

    @property
    def regulations(self) -> str:
        """What was judged, the one whose articles findings name first."""
        judged = self.assessment.regulations or (d.regulation for d in self.assessment.duties)
        return "; ".join(self.regulation(i) for i in dict.fromkeys((self.assessment.regulation, *judged)))

    def addressee(self, duty: Duty) -> str:
        """Whom a duty binds; rule files may list several."""
        names = [self.texts.get(f"addressees.{a.strip()}") or visible(a.strip()) for a in duty.addressee.split(",")]
        return ", ".join(n for n in names if n)

    def articles(self, finding: Finding) -> str:
        """The articles a finding touches; a star marks numbers that need checking."""
        touched = self.assessment.articles.get(finding.id, ())
        return ", ".join(f"{a}*" if self.unconfirmed(a) else a for a in touched) or self.texts("none")

    def unconfirmed(self, article: str) -> bool:
        """Whether nobody of us has read the text of this article of the regulation."""
        return not self._confirmed.get(article, (self.assessment.regulation, article) not in self.titles.unconfirmed)

    @cached_property
    def _confirmed(self) -> Mapping[str, bool]:
        return {d.article: d.confirmed for d in self.assessment.duties if d.regulation == self.assessment.regulation}


def view(assessment: Assessment, language: str) -> View:
    """The assessment in the language, with the titles of the rules it was made with."""
    return View(assessment, texts(language), _titles.for_assessment(assessment))
