"""report.sarif: findings for code scanning, as SARIF 2.1.0.

A finding is one result. Files are told as physical locations, columns as logical ones; tables of databases have logical
locations alone. What was not read is a notification of a run that was not successful.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from privacyscan.model import Assessment, Finding, Location, Place, Reason, Skipped
from privacyscan.outputs import Output
from privacyscan.outputs._numbers import visible
from privacyscan.outputs._tables import why
from privacyscan.outputs._text import languages
from privacyscan.outputs._view import View
from privacyscan.outputs._view import view as view_of

Object = dict[str, Any]
SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {"critical": "error", "high": "error", "medium": "warning", "low": "note"}
_FILE = re.compile(r"\.[A-Za-z0-9]{1,5}$")
_URL = "/:@[]%?=&"  # signs of a printed target that are signs of a URL already


class Sarif:
    """The output that code hosts show beside the lines of a change."""

    name = "sarif"
    filename = "report.sarif"

    def render(self, assessment: Assessment, language: str) -> bytes:
        run = _run(view_of(assessment, language))
        log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
        return json.dumps(log, ensure_ascii=False, indent=2).encode("utf-8") + b"\n"


plugin: Output = Sarif()


@dataclass(frozen=True, slots=True)
class _Files:
    """The assets that are files, and the targets that hold any."""

    places: frozenset[Place]
    targets: frozenset[str]


def _run(view: View) -> Object:
    scan = view.assessment.scan
    rules = [count.code for count in view.figures.by_entity]
    reasons = sorted({s.reason for s in scan.skipped})
    places = frozenset(a.place for a in scan.assets if a.kind == "file")
    files = _Files(places, frozenset(place.target for place in places))
    driver = {
        "name": "privacyscan",
        "version": scan.versions.tool,
        "semanticVersion": scan.versions.tool,
        "rules": [_rule(view, entity) for entity in rules],
        "notifications": [_reason(view, reason) for reason in reasons],
    }
    invocation = {
        "executionSuccessful": scan.status == "complete",
        "startTimeUtc": scan.started,
        "endTimeUtc": scan.finished,
        "toolExecutionNotifications": [_notification(view, s, reasons, files) for s in scan.skipped],
    }
    return {
        "tool": {"driver": driver},
        "language": view.language,
        "invocations": [invocation],
        "results": [_result(view, f, rules, files) for f in scan.findings],
        "columnKind": "unicodeCodePoints",
        "properties": {"scan": scan.id, "status": scan.status, "risk": view.assessment.risk.score},
    }


def _rule(view: View, entity: str) -> Object:
    """A kind of data. Its help is in all languages, that of the report first."""
    order = sorted(languages(), key=lambda language: language != view.language)
    told = [(_plain(view.titles.entity(entity, x)), _plain(view.titles.meaning(entity, x))) for x in order]
    scores = [view.figures.finding_risk(f).score for f in view.assessment.scan.findings if f.entity == entity]
    return {
        "id": entity,
        "name": "".join(part.capitalize() for part in re.split("[^A-Za-z0-9]+", entity)) + "Found",
        "shortDescription": {"text": told[0][0]},
        "fullDescription": {"text": told[0][1] or told[0][0]},
        "help": {
            "text": "\n\n".join(f"{title}\n{meaning}".rstrip() for title, meaning in told),
            "markdown": "\n\n".join(f"**{title}**\n\n{meaning}".rstrip() for title, meaning in told),
        },
        # 0.0 to 10.0: https://docs.github.com/code-security/reference/code-scanning/sarif-support
        "properties": {"tags": ["privacy", "security"], "security-severity": f"{max(scores) / 10:.1f}"},
    }


def _reason(view: View, reason: Reason) -> Object:
    title, text, do = (view.texts(f"reasons.{reason.value}.{part}") for part in ("title", "text", "do"))
    return {
        "id": reason.value,
        "shortDescription": {"text": title},
        "fullDescription": {"text": text},
        "help": {"text": do, "markdown": do},
    }


def _notification(view: View, skipped: Skipped, reasons: Sequence[Reason], files: _Files) -> Object:
    place = _plain(str(skipped.place))
    return {
        "descriptor": {"id": skipped.reason.value, "index": reasons.index(skipped.reason)},
        "level": "error" if skipped.reason.in_scope else "note",
        "message": {"text": f"{place}: {_plain(why(view, skipped))}"},
        "locations": [_location(skipped.place, None, files)],
    }


def _result(view: View, finding: Finding, rules: Sequence[str], files: _Files) -> Object:
    risk = view.figures.finding_risk(finding)
    told = {"title": view.entity(finding.entity), "place": str(finding.place), "matched": finding.matched}
    places = finding.locations if finding.place.column is None else finding.locations[:1]
    first, *others = [_location(finding.place, where, files) for where in places or (None,)]
    result: Object = {
        "ruleId": finding.entity,
        "ruleIndex": rules.index(finding.entity),
        "level": _LEVELS.get(risk.level, "warning"),
        "message": {"text": view.texts("sarif.result", **told)},
        "locations": [first],
        "partialFingerprints": {"privacyscan/v1": finding.fingerprint},
        "properties": {
            "finding": finding.id,
            "category": finding.category,
            "confidence": finding.confidence,
            "risk": risk.score,
            "status": finding.status,
        },
    }
    if others:
        result["relatedLocations"] = [{"id": number, **other} for number, other in enumerate(others, 1)]
    if view.assessment.scan.settings.get("baseline") is not None:
        result["baselineState"] = "new" if finding.status == "new" else "unchanged"
    if finding.status == "suppressed":
        result["suppressions"] = [_suppression(finding)]
    return result


def _suppression(finding: Finding) -> Object:
    why = finding.suppression
    return {"kind": "external"} if why is None else {"kind": "external", "justification": _plain(why.reason)}


def _location(place: Place, where: Location | None, files: _Files) -> Object:
    """The file with its lines, and the innermost thing that has a name: a column, else the table, member or file; then
    the first cell of a column on a sheet, or the page of a text."""
    location: Object = {}
    if (uri := _uri(place.asset, files)) is not None:
        location["physicalLocation"] = {"artifactLocation": {"uri": uri}, "region": _region(where)}
    name, kind = (place.name, "resource") if place.column is None else (place.column, "member")
    whole = _plain(str(place))
    location["logicalLocations"] = [{"name": _plain(name), "fullyQualifiedName": whole, "kind": kind}]
    part = None if where is None else where.cell or (None if where.page is None else f"page {where.page}")
    if part is not None:
        location["logicalLocations"] += [
            {"name": _plain(part), "fullyQualifiedName": f"{whole}#{_plain(part)}", "kind": "element"}
        ]
    return location


def _region(where: Location | None) -> Object:
    """Lines and columns, counted from 1; of a table its first line, which names the columns."""
    if where is None or where.line is None:
        return {"startLine": 1}
    start = where.start or 0
    return {"startLine": where.line + 1, "startColumn": start + 1, "endColumn": max(where.end or 0, start) + 1}


def _uri(place: Place, files: _Files) -> str | None:
    """The address of the file that it is or lies in, relative where the target is; None in a database."""
    if "://" in place.target and place.target not in files.targets:
        return None
    root, path = place.target, place.path
    if root.startswith("git:"):
        root, path = ".", path[1:] if "?" in root else path  # of commits, which stand before the path
    if place not in files.places:  # a member: the file is the first of its names that ends as files do
        path = path[: next((end for end, part in enumerate(path, 1) if _FILE.search(part)), len(path))]
    if "://" in root:
        base = quote(visible(root.rstrip("/")), safe=_URL)
    else:
        root = visible(root)
        base = ("file://" if root.startswith("/") else "") + quote(root.removeprefix("./").rstrip("/"))
    parts = [*([base] if base not in ("", ".") else []), *(quote(visible(part), safe="") for part in path)]
    return "/".join(parts) or "."


def _plain(text: str) -> str:
    return " ".join(visible(line) for line in text.split("\n") if line)
