"""An assessment in the reader's words: what templates and explanations ask for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from privacyscan.model import Assessment, Asset, Confidence, Duty, Evidence, Factor, Finding, Location, Place, Risk
from privacyscan.outputs import _actions
from privacyscan.outputs._figures import Figures, bound
from privacyscan.outputs._numbers import number, visible
from privacyscan.outputs._text import Texts
from privacyscan.outputs._titles import Titles, in_language

LEVELS = (("low", 0), ("medium", 25), ("high", 50), ("critical", 75))  # where the rules say nothing
MOST_FINDINGS = 25  # shown per asset, and in all assets together
MOST_FINDINGS_IN_ALL = 300
MOST_ROWS = 100  # of any other table


@dataclass(frozen=True, slots=True)
class Group:
    """The findings of one asset that a report shows, and how many it leaves to scan.json."""

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
class View:
    """One assessment in one language."""

    assessment: Assessment
    texts: Texts
    titles: Titles

    @cached_property
    def figures(self) -> Figures:
        return Figures(self.assessment)

    @property
    def language(self) -> str:
        return self.texts.language

    def words(self, title: Mapping[str, str]) -> str:
        return in_language(title, self.language)

    def entity(self, code: str) -> str:
        return self.titles.entity(code, self.language)

    def regulation(self, code: str) -> str:
        return self.titles.regulation(code, self.language)

    @property
    def notice(self) -> str:
        """What must be said of duties: the regulation's own words, else ours."""
        return self.titles.notice(self.assessment.regulation, self.language) or self.texts("duties.notice")

    def name(self, place: Place) -> str:
        """The last part of a place: what people call the asset."""
        return visible(place.path[-1] if place.path else place.target)

    def where(self, place: Place) -> str:
        """Where that asset lies, without its own name."""
        return visible(str(Place(place.target, place.path[:-1]))) if place.path else ""

    def place(self, place: Place) -> str:
        return visible(str(place))

    def evidence(self, evidence: Evidence) -> str:
        """One piece of evidence as a sentence."""
        shown: dict[str, Any] = dict(evidence.params)
        if "entity" in shown:
            shown["entity"] = self.entity(str(shown["entity"]))
        if "name" in shown:
            flag = str(shown["name"])
            shown["name"] = self.texts.get(f"flags.{flag}") or flag.replace("_", " ")
        return self.texts.say(f"evidence.{evidence.code}", shown)

    def exposure(self, evidence: Evidence) -> str:
        """One exposure as a phrase: the sentence with its figures, else the title its rule gives it."""
        key = f"exposures.{evidence.code}"
        title = self.titles.exposure(evidence.code, self.language)
        return title if title and self.texts.get(key) is None else self.texts.say(key, evidence.params)

    def tier(self, confidence: float) -> str:
        """The tier a confidence stands for, as a code."""
        return min(Confidence, key=lambda c: abs(c.score - confidence)).value

    def location(self, location: Location) -> str:
        if location.row is not None:
            return self.texts("findings.row_at", row=location.row + 1)
        return self.texts(
            "findings.line_at",
            line=(location.line or 0) + 1,
            start=(location.start or 0) + 1,
            end=location.end or 0,
        )

    def factor_title(self, code: str) -> str:
        return self.texts.get(f"factors.{code}.title") or visible(code)

    def factor_figure(self, factor: Factor) -> str:
        """The figure a factor rests on, with its unit."""
        return self.texts.say(f"factors.{factor.code}.figure", {**factor.params, "value": factor.value})

    def factor_arithmetic(self, factor: Factor) -> str:
        """How the figure became points."""
        share = factor.points / factor.most if factor.most else 0
        return self.texts("factor_points", share=share, most=factor.most)

    def points(self, points: float) -> str:
        return number(round(points, 2), self.language)

    def sum(self, risk: Risk) -> str:
        """What the points add up to, and the score where that is rounded."""
        total = round(sum(f.points for f in risk.factors), 2)
        shown = self.points(total)
        return shown if total == risk.score else self.texts("method.rounded", sum=shown, score=risk.score)

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        """The findings to show, asset by asset, within the bounds of a page that still opens."""
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
    def hidden_assets(self) -> tuple[Asset, ...]:
        """Assets whose findings are not shown at all, all of them at lower risk."""
        return self.figures.with_findings[len(self.groups) :]

    def findings_in(self, assets: tuple[Asset, ...]) -> int:
        return sum(len(self.figures.findings_of[a.id]) for a in assets)

    @cached_property
    def shown_assets(self) -> frozenset[str]:
        """Ids of the assets a reader can jump to."""
        return frozenset(a.id for a in self.figures.with_findings[:MOST_ROWS])

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
    def samples(self) -> tuple[tuple[Asset, float], ...]:
        """Assets read as a sample, with the bound on what was not seen."""
        return tuple((a, b) for a in self.assessment.scan.assets if (b := bound(a)) is not None)

    @property
    def levels(self) -> tuple[tuple[str, int], ...]:
        """Level and its least score, rising."""
        return self.titles.levels or LEVELS

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
            figures["exposure"] = "; ".join(self.exposure(e) for e in action.exposure)
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

    def addressee(self, duty: Duty) -> str:
        """Whom a duty binds; rule files may list several."""
        names = [self.texts.get(f"addressees.{a.strip()}") or visible(a.strip()) for a in duty.addressee.split(",")]
        return ", ".join(n for n in names if n)

    def articles_confirmed(self) -> Mapping[str, bool]:
        return {d.article: d.confirmed for d in self.assessment.duties}
