"""From what a scan found to what it means: leak risk with its factors, and duties under a regulation."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from privacyscan.errors import UsageError
from privacyscan.model import Assessment, Regulation, Scan

if TYPE_CHECKING:  # loading rules costs time that importing must not
    from privacyscan.rulebook import Rulebook

REGULATION = "uu-pdp"  # where a scan names none


def assess(scan: Scan, regulation: str | None = None, rulebook: Rulebook | None = None) -> Assessment:
    """What the scan means under a regulation, by default the one it was made for.

    `rulebook` defaults to the rules the scan was made with. Raises UsageError for a regulation that no rule
    describes.
    """
    from privacyscan import rulebook as rulebooks
    from privacyscan.assess import duties, score
    from privacyscan.assess.facts import gather

    rulebook = rulebook or rulebooks.load([Path(p) for p in scan.settings.get("rules", ())])
    law = _regulation(regulation or scan.settings.get("regulation") or REGULATION, rulebook)
    scoring = rulebook.scoring_in_force
    facts = gather(scan, rulebook.identifiers)
    return Assessment(
        scan=scan,
        regulation=law.id,
        risk=score.of_all(facts, scoring),
        asset_risks={a.id: score.of_asset(a.place, facts, scoring) for a in scan.assets},
        finding_risks={f.id: score.of_finding(f, facts, scoring) for f in scan.findings},
        articles={f.id: () for f in scan.findings} | dict(duties.articles(law, facts)),
        duties=duties.duties(law, facts),
        language=scan.settings.get("lang", "id"),
    )


def _regulation(wanted: str, rulebook: Rulebook) -> Regulation:
    if wanted not in rulebook.regulations:
        known = ", ".join(rulebook.regulations)
        raise UsageError(f"There is no regulation '{wanted}'; known are: {known}. Choose one with --regulation.")
    return rulebook.regulations[wanted]
