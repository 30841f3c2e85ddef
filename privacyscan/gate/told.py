"""A diff in words: for a terminal, as Markdown for a merge request, or as JSON (`privacyscan-diff/1`)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

from privacyscan.gate.diff import AssetChange, Diff
from privacyscan.model import Assessment, Finding, Place, Skipped
from privacyscan.outputs import _titles
from privacyscan.outputs._messages import translated
from privacyscan.outputs._numbers import number, visible
from privacyscan.outputs._text import Texts, texts

T = TypeVar("T")
FORMATS = ("text", "markdown", "json")
MOST = 20  # lines of each kind in a text; JSON has all
FORMAT = "privacyscan-diff/1"


def told(diff: Diff, format: str, language: str) -> str:
    """The diff in one of the formats."""
    if format == "json":
        return json.dumps(document(diff), ensure_ascii=True, indent=2) + "\n"
    words = _Words(diff, texts(language), format == "markdown")
    return "\n".join(words.lines()) + "\n"


class _Words:
    """The lines of a text or of Markdown."""

    def __init__(self, diff: Diff, say: Texts, markdown: bool) -> None:
        self.diff, self.say, self.markdown = diff, say, markdown
        self.titles = _titles.for_assessment(diff.now)
        self.new_columns = {f.id for f in diff.new_columns}

    def lines(self) -> Iterator[str]:
        diff, say = self.diff, self.say
        if self.markdown:
            yield f"## {say('diff.title')}\n"
        yield self.item(say("diff.old", **self.run(diff.old)))
        yield self.item(say("diff.now", **self.run(diff.now)))
        yield self.item(say("diff.risk", before=diff.old.risk.score, now=diff.now.risk.score))
        if diff.now.scan.status != "complete":
            yield self.item(say("diff.incomplete"))
        if not diff.same_rules:
            yield self.item(say("diff.other_rules"))
        yield from self.part("new", diff.new, self.finding)
        yield from self.part("grown", diff.grown, lambda g: self.finding(g.now, g.before))
        yield from self.part("gone", diff.gone, self.finding)
        yield from self.part("unknown", diff.unknown, self.finding)
        yield from self.part("assets", diff.assets, self.asset)
        yield from self.part("unread", diff.unread, self.skipped)

    def run(self, assessment: Assessment) -> dict[str, Any]:
        scan = assessment.scan
        status = self.say(f"run_status.{scan.status}")
        return {"run": scan.id, "status": status, "findings": len(scan.findings), "persons": scan.persons}

    def part(self, name: str, changes: Sequence[T], line: Callable[[T], str]) -> Iterator[str]:
        if self.markdown and not changes:
            return
        title = self.say(f"diff.{name}", count=len(changes))
        yield f"\n### {title}\n" if self.markdown else title
        lines = [line(change) for change in changes[:MOST]]
        if len(changes) > MOST:
            lines.append(self.say("diff.more", count=len(changes) - MOST))
        yield from (f"- {x}" if self.markdown else f"  {x}" for x in lines)

    def item(self, text: str) -> str:
        return f"- {text}" if self.markdown else text

    def finding(self, finding: Finding, before: Finding | None = None) -> str:
        language = self.say.language
        title = self.titles.entity(finding.entity, language)
        count = number(finding.matched, language)
        if before is not None:
            count = f"{number(before.matched, language)} → {count}"
        new_column = f" {self.say('diff.new_column')}" if finding.id in self.new_columns else ""
        return f"{finding.id}  {self.place(finding.place)}: {title}, {count}{new_column}"

    def asset(self, change: AssetChange) -> str:
        shown = [self.say("none") if r is None else str(r.score) for r in (change.before, change.now)]
        return f"{self.place(change.place)}: {shown[0]} → {shown[1]}"

    def skipped(self, skipped: Skipped) -> str:
        title = self.say(f"reasons.{skipped.reason.value}.title")
        message = visible(translated(skipped.message, self.say.language))
        return f"{self.place(skipped.place)}: {title}" + (f" ({self.escaped(message)})" if message else "")

    def place(self, place: Place) -> str:
        return self.escaped(visible(str(place)))

    def escaped(self, text: str) -> str:
        """Names are foreign: in Markdown they must be nothing but text."""
        return re.sub(r"([\\`*_{}\[\]<>()#+!|&~@-])", r"\\\1", text) if self.markdown else text


def document(diff: Diff) -> dict[str, Any]:
    """The diff as programs read it."""
    return {
        "format": FORMAT,
        "old": _run(diff.old),
        "new": _run(diff.now),
        "same_rules": diff.same_rules,
        "findings": {
            "new": [_finding(f) for f in diff.new],
            "grown": [{**_finding(g.now), "matched_before": g.before.matched} for g in diff.grown],
            "gone": [_finding(f) for f in diff.gone],
            "unknown": [_finding(f) for f in diff.unknown],
        },
        "new_columns": [f.id for f in diff.new_columns],
        "assets": [
            {**_place(a.place), "before": a.before and a.before.score, "now": a.now and a.now.score}
            for a in diff.assets
        ],
        "unread": [
            {**_place(s.place), "field": s.place.column, "reason": s.reason.value, "message": s.message}
            for s in diff.unread
        ],
    }


def _run(assessment: Assessment) -> dict[str, Any]:
    scan, risk = assessment.scan, assessment.risk
    return {
        "run": scan.id,
        "started": scan.started,
        "status": scan.status,
        "targets": list(scan.targets),
        "risk": {"score": risk.score, "level": risk.level},
        "findings": len(scan.findings),
        "persons": scan.persons,
    }


def _finding(finding: Finding) -> dict[str, Any]:
    shown = {"id": finding.id, **_place(finding.place), "field": finding.place.column, "entity": finding.entity}
    return {**shown, "matched": finding.matched, "distinct": finding.distinct, "fingerprint": finding.fingerprint}


def _place(place: Place) -> dict[str, Any]:
    return {"target": place.target, "path": list(place.path)}
