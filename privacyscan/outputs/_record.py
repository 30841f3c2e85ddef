"""The skeleton of a record of processing activities: what the scan knows of each asset, and blanks for people."""

from __future__ import annotations

from privacyscan.model import Asset, Skipped
from privacyscan.outputs._numbers import moment
from privacyscan.outputs._screening import signs_of
from privacyscan.outputs._sheets import Cell, Sheet
from privacyscan.outputs._tables import why
from privacyscan.outputs._view import View

# Pasal 31 UU 27/2022 asks for a record and names no fields; these are those of Article 30 of the GDPR, and more.
_COLUMNS = (
    "activity", "controller", "officer", "purpose", "basis", "subjects", "general", "specific", "place", "persons",
    "source", "recipients", "abroad", "retention", "security", "measures", "assessment", "scanned",
)  # fmt: skip
_BLANK = {"activity", "controller", "officer", "purpose", "basis", "subjects", "source", "recipients", "abroad",
          "retention", "measures"}  # fmt: skip


def record(view: View) -> Sheet:
    """One row for each asset with personal data, and for each place whose content is not known."""
    names = tuple(view.texts(f"record.columns.{c}") for c in _COLUMNS)
    rows = [_row(view, _known(view, a)) for a in view.figures.with_findings]
    rows += [_row(view, _unknown(view, s)) for s in view.figures.unread]
    blank = frozenset(i for i, column in enumerate(_COLUMNS) if column in _BLANK)
    return Sheet(view.texts("record.name"), names, rows, blank)


def guide(view: View) -> Sheet:
    """How to complete the record, and what limits it."""
    steps = view.texts.get("record.steps")
    rows = [(step,) for step in (*steps, view.caveat, view.notice)]
    return Sheet(view.texts("record.guide"), (view.texts("record.title"),), rows)


def _row(view: View, known: dict[str, Cell]) -> tuple[Cell, ...]:
    blank = view.texts("record.blank")
    return tuple(blank if column in _BLANK else known.get(column) for column in _COLUMNS)


def _known(view: View, asset: Asset) -> dict[str, Cell]:
    t = view.texts
    kinds = {f.entity: f.category for f in view.figures.findings_of[asset.id]}
    signs = [t(f"record.signs.{code}") for code in signs_of(view, asset)]
    part = "" if asset.complete and asset.mode == "full" else f" ({t('record.partly')})"
    return {
        "general": ", ".join(view.entity(e) for e, c in kinds.items() if c != "spesifik"),
        "specific": ", ".join(view.entity(e) for e, c in kinds.items() if c == "spesifik"),
        "place": str(asset.place) + part,
        "persons": view.figures.persons(asset),
        "security": "; ".join(view.exposure(e) for e in asset.exposure) or t("assets.exposure_none"),
        "assessment": t("record.due", signs=", ".join(signs)) if signs else t("record.open"),
        "scanned": _scanned(view),
    }


def _unknown(view: View, skipped: Skipped) -> dict[str, Cell]:
    unknown = view.texts("record.unknown")
    return {
        "general": unknown,
        "specific": unknown,
        "place": f"{skipped.place}: {why(view, skipped)}",
        "assessment": unknown,
        "scanned": _scanned(view),
    }


def _scanned(view: View) -> str:
    return moment(view.assessment.scan.finished, view.texts.get("months"), view.language)
