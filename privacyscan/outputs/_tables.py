"""An assessment as tables: summary, findings, assets, what was not read, duties."""

from __future__ import annotations

from collections.abc import Iterator

from privacyscan.model import Asset, Duty, Finding, Place, Skipped
from privacyscan.outputs._messages import translated
from privacyscan.outputs._numbers import moment
from privacyscan.outputs._sheets import Cell, Sheet
from privacyscan.outputs._view import View

Row = tuple[Cell, ...]
_MOST_IDS = 20
_FINDING = (
    "record", "target", "path", "column", "entity", "title", "category", "matched", "seen", "distinct", "confidence",
    "tier", "samples", "articles", "risk", "level", "status", "note", "finding", "asset", "fingerprint",
)  # fmt: skip
_ASSET = (
    "asset", "target", "path", "kind", "read", "total", "bytes", "coverage", "kinds", "findings", "persons",
    "exposure", "risk", "level",
)  # fmt: skip
_UNREAD = ("record", "target", "path", "column", "reason", "message", "do", "stage")
_DUTY = ("regulation", "article", "title", "status", "addressee", "deadline", "because", "advice", "evidence", "ids",
         "source", "note")  # fmt: skip


def everything(view: View) -> Sheet:
    """Findings and, below them, what was not read, so that the one is never seen without the other."""
    rows = [_finding(view, f) for f in _by_risk(view)]
    return _sheet(view, "findings", _FINDING, [*rows, *(_as_finding(view, s) for s in _skipped(view))])


def sheets(view: View) -> tuple[Sheet, ...]:
    """The tables of a workbook."""
    return (
        Sheet(view.texts("sheets.summary"), (view.texts("sheets.figure"), view.texts("sheets.value")), _summary(view)),
        _sheet(view, "findings", _FINDING, [_finding(view, f) for f in _by_risk(view)]),
        _sheet(view, "assets", _ASSET, [_asset(view, a) for a in _all_assets(view)]),
        unread(view),
        _sheet(view, "duties", _DUTY, [_duty(view, d) for d in view.assessment.duties]),
    )


def unread(view: View) -> Sheet:
    """What was not read or left out, with what to do."""
    return _sheet(view, "unread", _UNREAD, [_unread(view, s) for s in _skipped(view)])


def path(place: Place) -> str:
    """Where something lies below its target."""
    return "/".join(place.path)


def coverage(view: View, asset: Asset) -> str:
    """Whether the asset was read whole, as a sample or in part."""
    return view.texts("sheets.whole" if asset.complete and asset.mode == "full" else
                      "assets.sampled" if asset.mode == "sample" else "assets.partly")  # fmt: skip


def why(view: View, skipped: Skipped) -> str:
    """Why something was not read, and what to do, as sentences."""
    title, do = (view.texts(f"reasons.{skipped.reason.value}.{part}") for part in ("title", "do"))
    message = translated(skipped.message, view.language)
    return f"{title} ({message}). {do}" if message else f"{title}. {do}"


def _sheet(view: View, name: str, columns: tuple[str, ...], rows: list[Row]) -> Sheet:
    return Sheet(view.texts(f"sheets.{name}"), tuple(view.texts(f"sheets.columns.{c}") for c in columns), rows)


def _by_risk(view: View) -> Iterator[Finding]:
    for asset in view.figures.with_findings:
        yield from view.figures.findings_of[asset.id]


def _all_assets(view: View) -> Iterator[Asset]:
    """Those at most risk first, then those without findings."""
    yield from view.figures.with_findings
    yield from (a for a in view.assessment.scan.assets if a.id not in view.figures.findings_of)


def _skipped(view: View) -> tuple[Skipped, ...]:
    figures = view.figures
    return (*figures.unread, *figures.without_names, *figures.excluded)


def _record(view: View, skipped: Skipped) -> str:
    return view.texts("sheets.not_read" if skipped.reason.in_scope else "sheets.left_out")


def _finding(view: View, finding: Finding) -> Row:
    tier, risk = view.tier(finding.confidence), view.figures.finding_risk(finding)
    return (
        view.texts("sheets.finding"),
        finding.place.target,
        path(finding.place),
        finding.place.column,
        finding.entity,
        view.entity(finding.entity),
        view.category(finding.category),
        finding.matched,
        finding.seen,
        finding.distinct,
        finding.confidence,
        view.texts(f"confidence.{tier}.title"),
        "; ".join(finding.samples),
        view.articles(finding),
        risk.score,
        view.level(risk.level),
        view.texts.get(f"finding_status.{finding.status}") or finding.status,
        "; ".join(view.location(x) for x in finding.locations[:3]),
        finding.id,
        view.figures.asset_id(finding),
        finding.fingerprint,
    )


def _as_finding(view: View, skipped: Skipped) -> Row:
    place = skipped.place
    known = {
        "record": _record(view, skipped),
        "target": place.target,
        "path": path(place),
        "column": place.column,
        "note": why(view, skipped),
    }
    return tuple(known.get(column) for column in _FINDING)


def _asset(view: View, asset: Asset) -> Row:
    risk = view.figures.risk(asset)
    return (
        asset.id,
        asset.place.target,
        path(asset.place),
        view.texts.get(f"kinds.{asset.kind}") or asset.kind,
        asset.rows,
        asset.total,
        asset.bytes,
        coverage(view, asset),
        ", ".join(view.entity(e) for e in view.kinds_in(asset)),
        len(view.figures.findings_of.get(asset.id, ())),
        view.figures.persons(asset),
        "; ".join(view.exposure(e) for e in asset.exposure),
        risk.score,
        view.level(risk.level),
    )


def _unread(view: View, skipped: Skipped) -> Row:
    reason = f"reasons.{skipped.reason.value}"
    return (
        _record(view, skipped),
        skipped.place.target,
        path(skipped.place),
        skipped.place.column,
        view.texts(f"{reason}.title"),
        translated(skipped.message, view.language),
        view.texts(f"{reason}.do"),
        view.texts.get(f"stages.{skipped.stage}") or skipped.stage,
    )


def _duty(view: View, duty: Duty) -> Row:
    ids = view.supporting(duty)
    more = view.texts("report.and_more", count=len(ids) - _MOST_IDS) if len(ids) > _MOST_IDS else ""
    return (
        view.regulation(duty.regulation),
        duty.article,
        view.words(duty.title),
        view.texts(f"duty_status.{duty.status}"),
        view.addressee(duty),
        duty.deadline,
        " ".join(view.words(r) for r in duty.reasons),
        view.words(duty.advice),
        len(ids),
        f"{', '.join(ids[:_MOST_IDS])} {more}".rstrip(),
        duty.source,
        "" if duty.confirmed else view.texts("duties.not_confirmed"),
    )


def _summary(view: View) -> list[Row]:
    t, figures, assessment = view.texts, view.figures, view.assessment
    scan = assessment.scan
    read = bool(scan.assets)
    return [
        (t("about.status"), t(f"run_status.{scan.status}")),
        (t("about.finished"), moment(scan.finished, t.get("months"), view.language)),
        *((t("about.targets"), target) for target in scan.targets),
        (t("summary.risk"), assessment.risk.score if read else t("summary.unknown")),
        (t("method.level"), view.level(assessment.risk.level) if read else t("summary.unknown")),
        (t("summary.persons"), scan.persons),
        (t("summary.assets"), len(figures.with_findings)),
        (t("sheets.assets_read"), len(scan.assets)),
        (t("summary.findings"), len(scan.findings)),
        (t("summary.unread"), len(figures.unread)),
        (t("sheets.note"), view.caveat),
        (t("about.regulation"), view.regulations),
        (t("sheets.note"), view.notice),
        (t("about.run"), scan.id),
        (t("about.tool"), scan.versions.tool),
        (t("about.sha256"), scan.versions.rulebook_sha256),
    ]
