"""From what a scan found to what it means: leak risk with its factors, duties under a regulation, and which
assets hold the same persons."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from privacyscan.errors import UsageError
from privacyscan.model import Assessment, Regulation, Scan

if TYPE_CHECKING:  # loading rules costs time that importing must not
    from privacyscan.rulebook import Rulebook

REGULATION = "uu-pdp"  # where a scan names none


def assess(scan: Scan, regulation: str | Sequence[str] | None = None, rulebook: Rulebook | None = None) -> Assessment:
    """What the scan means under a regulation or several, by default those it was made for. Findings name the articles
    of the first.

    `rulebook` defaults to the rules the scan was made with. Raises UsageError for a regulation that no rule
    describes.
    """
    from privacyscan import rulebook as rulebooks
    from privacyscan.assess.copies import copies
    from privacyscan.assess.duties import judge
    from privacyscan.assess.exposure import of_copies
    from privacyscan.assess.facts import gather
    from privacyscan.assess.score import Scorer

    rulebook = rulebook or rulebooks.load([Path(p) for p in scan.settings.get("rules", ())])
    wanted = regulation or scan.settings.get("regulation") or REGULATION
    laws = [_regulation(name, rulebook) for name in ([wanted] if isinstance(wanted, str) else wanted)]
    facts = gather(scan, rulebook.identifiers)
    together = copies(facts.findings, rulebook.identifiers, facts.asset_ids)
    scan = of_copies(scan, together, rulebook.scoring_in_force)
    if together:
        facts = gather(scan, rulebook.identifiers, together)
    scorer, judged = Scorer(facts, rulebook.scoring_in_force), [judge(law, facts) for law in laws]
    return Assessment(
        scan=scan,
        regulation=laws[0].id,
        risk=scorer.of_all(),
        target_risks=scorer.of_targets,
        asset_risks={a.id: scorer.of_asset(a.place) for a in scan.assets},
        finding_risks={f.id: scorer.of_finding(f) for f in scan.findings},
        articles={f.id: judged[0].articles.get(f.id, ()) for f in scan.findings},
        duties=tuple(duty for each in judged for duty in each.duties),
        language=scan.settings.get("lang", "id"),
        copies=together,
        regulations=tuple(dict.fromkeys(law.id for law in laws)),
    )


def _regulation(wanted: str, rulebook: Rulebook) -> Regulation:
    if wanted not in rulebook.regulations:
        known = ", ".join(rulebook.regulations)
        raise UsageError(f"There is no regulation '{wanted}'; known are: {known}. Choose one with --regulation.")
    return rulebook.regulations[wanted]
