"""scan.json: an assessment as the stable, documented format `privacyscan/1`, and back (docs/scan.schema.json).

Left out are only the keyed sketches of findings: they serve to count persons, and the counts are stored. Names of
files that are no text lose their odd bytes: these are written as `\\xff`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, fields
from typing import Any

from privacyscan.errors import StoredScanError
from privacyscan.model import (
    Access,
    Assessment,
    Asset,
    Combination,
    Copy,
    Duty,
    Evidence,
    Factor,
    Failure,
    Finding,
    KnownPersons,
    Location,
    LocationsFile,
    Place,
    Reason,
    Reidentification,
    Risk,
    Scan,
    Skipped,
    Suppression,
    TrendPoint,
    UnusedSuppression,
    Versions,
)
from privacyscan.outputs import _titles
from privacyscan.outputs._figures import Count, Figures, bound

FORMAT = "privacyscan/1"
_SURROGATE = re.compile("[\ud800-\udfff]")
Object = dict[str, Any]


class Json:
    """The output that other programs read, and that every other report can be written from again."""

    name = "json"
    filename = "scan.json"

    def render(self, assessment: Assessment, language: str) -> bytes:
        parts = [f'"{name}": {_written(part)}' for name, part in document(assessment, language).items()]
        return _no_surrogates("{\n" + ",\n".join(parts) + "\n}\n").encode("utf-8")


_line = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode
_indented = json.JSONEncoder(ensure_ascii=False, allow_nan=False, indent=2).encode


def _written(part: object) -> str:
    """A part of the document as JSON. What there may be many of has a line each: indenting takes five times as long,
    and as much space again."""
    if isinstance(part, list) and part:
        return "[\n" + ",\n".join(map(_line, part)) + "\n]"
    return _indented(part)


def document(assessment: Assessment, language: str) -> Object:
    """The assessment as the object that scan.json holds."""
    figures, scan = Figures(assessment), assessment.scan
    unused = [{"names": u.names, **asdict(u.words)} for u in scan.unused_suppressions]
    return {
        "format": FORMAT,
        "run": _run(assessment, language),
        "summary": _summary(figures),
        "assets": [_asset(a, figures) for a in scan.assets],
        "findings": [_finding(f, figures) for f in scan.findings],
        "skipped": [_skipped(s) for s in scan.skipped],
        "duties": [_duty(d) for d in assessment.duties],
        **({"trend": [asdict(t) for t in assessment.trend]} if assessment.trend else {}),
        "copies": [_copy(c) for c in assessment.copies],
        **({"unused_suppressions": unused} if unused else {}),
        **({} if assessment.failures is None else {"failures": [_failure(f) for f in assessment.failures]}),
    }


def _run(assessment: Assessment, language: str) -> Object:
    scan, versions = assessment.scan, assessment.scan.versions
    beside = scan.locations
    return {
        "id": scan.id,
        "started": scan.started,
        "finished": scan.finished,
        "status": scan.status,
        "tool_version": versions.tool,
        "rulebook": {
            "name": versions.rulebook,
            "version": versions.rulebook_version,
            "sha256": versions.rulebook_sha256,
        },
        "settings": dict(scan.settings),
        "targets": list(scan.targets),
        "language": language,
        "regulation": assessment.regulation,
        **({"regulations": list(assessment.regulations)} if assessment.regulations else {}),
        **({"key": scan.key} if scan.key else {}),
        **({} if beside is None else {"locations": {"file": beside.file, "rows": beside.rows}}),
    }


def _summary(figures: Figures) -> Object:
    assessment, scan = figures.assessment, figures.assessment.scan
    titles = _titles.for_assessment(assessment)

    def count(c: Count, name: str) -> Object:
        return {name: c.code, "findings": c.findings, "assets": c.assets, "matched": c.matched}

    return {
        "risk": _risk(assessment.risk),
        "persons_estimate": scan.persons,
        "known_persons": None if scan.known is None else {"found": scan.known.found, "persons": scan.known.persons},
        "assets": len(scan.assets),
        "assets_with_findings": len(figures.with_findings),
        "findings": len(scan.findings),
        "skipped": len(scan.skipped),
        "targets": [{"target": target, "risk": _risk(risk)} for target, risk in assessment.target_risks.items()],
        "bytes_read": figures.bytes,
        "rows_read": figures.rows,
        "cells_read": figures.cells,
        "seconds": scan.seconds,
        "by_entity": [
            {**count(c, "entity"), "category": c.category, "title": dict(titles.entities.get(c.code, {}))}
            for c in figures.by_entity
        ],
        "by_category": [count(c, "category") for c in figures.by_category],
        "by_exposure": [
            {
                "exposure": code,
                "assets": assets,
                "title": dict(titles.exposures.get(code, {})),
                "advice": dict(titles.advice.get(code, {})),
            }
            for code, assets in figures.by_exposure.items()
        ],
    }


def _asset(asset: Asset, figures: Figures) -> Object:
    assessment = figures.assessment
    risk = assessment.asset_risks.get(asset.id)
    return {
        "id": asset.id,
        "target": asset.place.target,
        "kind": asset.kind,
        "path": list(asset.place.path),
        "columns": list(asset.columns),
        "rows": asset.rows,
        "cells": asset.cells,
        "bytes": asset.bytes,
        "coverage": {
            "mode": asset.mode,
            "read": asset.rows,
            "total": asset.total,
            "bound": bound(asset),
            "complete": asset.complete,
        },
        "exposure": [_evidence(e) for e in asset.exposure],
        "access": None if asset.access is None else _access(asset.access),
        "risk": None if risk is None else _risk(risk),
        "persons_estimate": assessment.scan.persons_by_asset.get(asset.id),
        "known_persons": asset.known,
        "reidentification": None if asset.reidentification is None else _reidentification(asset.reidentification),
    }


def _reidentification(found: Reidentification) -> Object:
    return {
        "columns": list(found.columns),
        "entities": list(found.entities),
        "reason": found.reason,
        "rows": found.rows,
        "classes": found.classes,
        "smallest": found.smallest,
        "unique": found.unique,
        "small": found.small,
        "worst": [{"columns": list(c.columns), "unique": c.unique} for c in found.worst],
        "diversity": dict(found.diversity),
    }


def _access(access: Access) -> Object:
    return {
        "mode": None if access.mode is None else f"{access.mode:04o}",
        "owner": access.owner,
        "group": access.group,
        "modified": access.modified,
        "flags": [_evidence(e) for e in access.flags],
    }


def _finding(finding: Finding, figures: Figures) -> Object:
    assessment = figures.assessment
    risk = assessment.finding_risks.get(finding.id)
    return {
        "id": finding.id,
        "asset": figures.asset_ids[finding.place.asset],
        "path": list(finding.place.path),
        "field": finding.place.column,
        "entity": finding.entity,
        "category": finding.category,
        "articles": list(assessment.articles.get(finding.id, ())),
        "matched": finding.matched,
        "seen": finding.seen,
        "distinct": finding.distinct,
        "confidence": finding.confidence,
        "evidence": [_evidence(e) for e in finding.evidence],
        "samples": list(finding.samples),
        "fingerprint": finding.fingerprint,
        "status": finding.status,
        **({} if finding.suppression is None else {"suppression": asdict(finding.suppression)}),
        "risk": None if risk is None else _risk(risk),
        "locations": [
            {f.name: value for f in fields(Location) if (value := getattr(location, f.name)) is not None}
            for location in finding.locations
        ],
    }


def _skipped(skipped: Skipped) -> Object:
    return {
        "target": skipped.place.target,
        "path": list(skipped.place.path),
        "field": skipped.place.column,
        "row": skipped.place.row,
        "reason": skipped.reason.value,
        "message": skipped.message,
        "stage": skipped.stage,
    }


def _duty(duty: Duty) -> Object:
    return {
        "regulation": duty.regulation,
        "article": duty.article,
        "title": dict(duty.title),
        "status": duty.status,
        "evidence": list(duty.evidence),
        "advice": dict(duty.advice),
        "text": dict(duty.text),
        "reasons": [dict(r) for r in duty.reasons],
        "confirmed": duty.confirmed,
        "source": duty.source,
        "addressee": duty.addressee,
        "deadline": duty.deadline,
    }


def _copy(copy: Copy) -> Object:
    return {
        "asset": copy.asset,
        "other": copy.other,
        "entity": copy.entity,
        "share": copy.share,
        "least": copy.least,
        "most": copy.most,
        "persons": copy.persons,
    }


def _failure(failure: Failure) -> Object:
    return {"limit": failure.code, "params": dict(failure.params), "findings": list(failure.findings)}


def _risk(risk: Risk) -> Object:
    factors = [
        {"code": f.code, "value": f.value, "points": f.points, "most": f.most, "params": dict(f.params)}
        for f in risk.factors
    ]
    return {"score": risk.score, "level": risk.level, "factors": factors}


def _evidence(evidence: Evidence) -> Object:
    return {"code": evidence.code, "params": dict(evidence.params)}


def _no_surrogates(text: str) -> str:
    """JSON text in which lone surrogates, the odd bytes of names that are no UTF-8, are written out as `\\xff`."""
    return _SURROGATE.sub(lambda m: f"\\\\x{ord(m[0]) & 0xFF:02x}", text)


def loads(data: bytes, name: str) -> Assessment:
    """The assessment that a scan.json holds; `name` is the file, for messages. Raises StoredScanError."""
    try:
        stored = json.loads(data)
    except ValueError as error:  # no UTF-8, or no JSON
        raise StoredScanError(
            f"{name}: is damaged or no scan.json ({_where(error)}); use an undamaged copy, or scan again"
        ) from None
    _check_format(stored, name)
    try:
        return _read_assessment(stored)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise StoredScanError(
            f"{name}: does not hold what {FORMAT} asks for ({_field(error)}); "
            "use the file as the scan wrote it, or scan again"
        ) from None


def _check_format(stored: Any, name: str) -> None:
    found = stored.get("format") if isinstance(stored, dict) else None
    if found == FORMAT:
        return
    family, _, edition = found.partition("/") if isinstance(found, str) else ("", "", "")
    if family == "privacyscan" and edition.isdigit():
        raise StoredScanError(
            f"{name}: is of format {family}/{int(edition)}, this version reads {FORMAT}; update privacyscan"
        )
    raise StoredScanError(f'{name}: is no saved scan (no "format": "{FORMAT}"); give the scan.json of a report folder')


def _where(error: ValueError) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"line {error.lineno}, column {error.colno}"
    return "not UTF-8"


def _field(error: Exception) -> str:
    """What is wrong, naming the field that is missing; nothing of the file's contents, which might be anything."""
    missing = str(error.args[0]) if isinstance(error, KeyError) and error.args else ""
    return f"field {missing} is missing" if missing.isidentifier() else "a field of another kind"


def _read_assessment(stored: Object) -> Assessment:
    run, summary = stored["run"], stored["summary"]
    assets = {a["id"]: a for a in stored["assets"]}
    findings = stored["findings"]
    scan = Scan(
        id=_string(run["id"]),
        started=_string(run["started"]),
        finished=_string(run["finished"]),
        status=_string(run["status"]),
        targets=_strings(run["targets"]),
        assets=tuple(_read_asset(a) for a in stored["assets"]),
        findings=tuple(_read_finding(f, assets[f["asset"]]["target"]) for f in findings),
        skipped=tuple(_read_skipped(s) for s in stored["skipped"]),
        versions=Versions(run["tool_version"], *(run["rulebook"][k] for k in ("name", "version", "sha256"))),
        settings=dict(run["settings"]),
        seconds=_number(summary["seconds"]),
        persons=_number(summary["persons_estimate"]),
        persons_by_asset=_known(stored["assets"], "persons_estimate", _number),
        known=_read_known(summary.get("known_persons")),
        locations=_read_locations(run.get("locations")),
        key=_string(run.get("key", "")),
        unused_suppressions=tuple(map(_read_unused, stored.get("unused_suppressions", ()))),
    )
    return Assessment(
        scan=scan,
        regulation=_string(run["regulation"]),
        risk=_read_risk(summary["risk"]),
        asset_risks=_known(stored["assets"], "risk", _read_risk),
        finding_risks=_known(findings, "risk", _read_risk),
        articles={f["id"]: _strings(f["articles"]) for f in findings},
        duties=tuple(_read_duty(d) for d in stored["duties"]),
        language=_string(run["language"]),
        trend=tuple(_read_trend(t) for t in stored.get("trend", ())),
        copies=tuple(_read_copy(c) for c in stored.get("copies", ())),
        target_risks={_string(t["target"]): _read_risk(t["risk"]) for t in summary.get("targets", ())},
        regulations=_strings(run.get("regulations", [])),
        failures=None if "failures" not in stored else tuple(_read_failure(f) for f in stored["failures"]),
    )


def _known(objects: list[Object], field: str, read: Callable[[Any], Any]) -> dict[str, Any]:
    """Id -> the field, of those objects where it is known."""
    return {o["id"]: read(o[field]) for o in objects if o[field] is not None}


def _read_asset(stored: Object) -> Asset:
    coverage = stored["coverage"]
    return Asset(
        id=_string(stored["id"]),
        place=Place(_string(stored["target"]), _strings(stored["path"])),
        kind=_string(stored["kind"]),
        rows=_number(stored["rows"]),
        cells=_number(stored["cells"]),
        bytes=_number(stored["bytes"]),
        columns=_strings(stored["columns"]),
        mode=_string(coverage["mode"]),
        total=coverage["total"],
        complete=bool(coverage["complete"]),
        exposure=tuple(_read_evidence(e) for e in stored["exposure"]),
        known=None if stored.get("known_persons") is None else _number(stored["known_persons"]),
        access=None if stored.get("access") is None else _read_access(stored["access"]),
        reidentification=_read_reidentification(stored.get("reidentification")),
    )


def _read_reidentification(stored: Object | None) -> Reidentification | None:
    if stored is None:
        return None
    return Reidentification(
        columns=_strings(stored["columns"]),
        entities=_strings(stored["entities"]),
        reason=_string(stored["reason"]),
        worst=tuple(Combination(_strings(c["columns"]), _number(c["unique"])) for c in stored["worst"]),
        diversity={column: _number(least) for column, least in stored["diversity"].items()},
        **{name: _number(stored[name]) for name in ("rows", "classes", "smallest", "unique", "small")},
    )


def _read_access(stored: Object) -> Access:
    return Access(
        mode=None if stored["mode"] is None else int(_string(stored["mode"]), 8),
        owner=None if stored["owner"] is None else _string(stored["owner"]),
        group=None if stored["group"] is None else _string(stored["group"]),
        modified=None if stored["modified"] is None else _number(stored["modified"]),
        flags=tuple(_read_evidence(e) for e in stored["flags"]),
    )


def _read_known(stored: Object | None) -> KnownPersons | None:
    return None if stored is None else KnownPersons(_number(stored["found"]), _number(stored["persons"]))


def _read_locations(stored: Object | None) -> LocationsFile | None:
    return None if stored is None else LocationsFile(_string(stored["file"]), _number(stored["rows"]))


def _read_finding(stored: Object, target: str) -> Finding:
    return Finding(
        id=_string(stored["id"]),
        place=Place(_string(target), _strings(stored["path"]), stored["field"]),
        entity=_string(stored["entity"]),
        category=_string(stored["category"]),
        matched=_number(stored["matched"]),
        seen=_number(stored["seen"]),
        distinct=_number(stored["distinct"]),
        confidence=_number(stored["confidence"]),
        evidence=tuple(_read_evidence(e) for e in stored["evidence"]),
        samples=_strings(stored["samples"]),
        fingerprint=_string(stored["fingerprint"]),
        status=_string(stored["status"]),
        suppression=_read_suppression(stored.get("suppression")),
        locations=tuple(Location(**location) for location in stored["locations"]),
    )


def _read_suppression(stored: Object | None) -> Suppression | None:
    if stored is None:
        return None
    return Suppression(_string(stored["reason"]), _string(stored["owner"]), _string(stored["expires"]))


def _read_unused(stored: Object) -> UnusedSuppression:
    return UnusedSuppression(
        _string(stored["names"]), Suppression(*(_string(stored[k]) for k in ("reason", "owner", "expires")))
    )


def _read_trend(stored: Object) -> TrendPoint:
    return TrendPoint(
        run=_string(stored["run"]),
        started=_string(stored["started"]),
        status=_string(stored["status"]),
        risk=_number(stored["risk"]),
        level=_string(stored["level"]),
        findings=_number(stored["findings"]),
        persons=_number(stored["persons"]),
    )


def _read_skipped(stored: Object) -> Skipped:
    place = Place(_string(stored["target"]), _strings(stored["path"]), stored["field"], stored["row"])
    return Skipped(place, Reason(stored["reason"]), _string(stored["message"]), _string(stored["stage"]))


def _read_duty(stored: Object) -> Duty:
    texts: Mapping[str, Any] = {k: dict(stored[k]) for k in ("title", "advice", "text")}
    return Duty(
        regulation=_string(stored["regulation"]),
        article=_string(stored["article"]),
        status=_string(stored["status"]),
        evidence=_strings(stored["evidence"]),
        confirmed=bool(stored["confirmed"]),
        source=_string(stored["source"]),
        addressee=_string(stored["addressee"]),
        deadline=_string(stored["deadline"]),
        reasons=tuple(dict(r) for r in stored["reasons"]),
        **texts,
    )


def _read_copy(stored: Object) -> Copy:
    asset, other, entity = (_string(stored[k]) for k in ("asset", "other", "entity"))
    return Copy(asset, other, entity, *(_number(stored[k]) for k in ("share", "least", "most", "persons")))


def _read_failure(stored: Object) -> Failure:
    return Failure(_string(stored["limit"]), dict(stored["params"]), _strings(stored["findings"]))


def _read_risk(stored: Object) -> Risk:
    factors = (
        Factor(_string(f["code"]), _number(f["value"]), _number(f["points"]), _number(f["most"]), dict(f["params"]))
        for f in stored["factors"]
    )
    return Risk(_number(stored["score"]), _string(stored["level"]), tuple(factors))


def _read_evidence(stored: Object) -> Evidence:
    return Evidence(_string(stored["code"]), dict(stored["params"]))


def _string(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _strings(values: Any) -> tuple[str, ...]:
    if not isinstance(values, list):
        raise TypeError
    return tuple(_string(v) for v in values)


def _number(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError
    return value


plugin = Json()
