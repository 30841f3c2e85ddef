"""dpia.html: screening for an impact assessment, what the scan sees of each criterion and what people must answer."""

from __future__ import annotations

from collections.abc import Mapping

from privacyscan.model import Assessment, Asset
from privacyscan.outputs import Output
from privacyscan.outputs._screening import Sign, signs
from privacyscan.outputs._template import rendered
from privacyscan.outputs._view import View, view
from privacyscan.resources import folder

# Pasal 34 (2) UU 27/2022, in its order; a scan can see some of them
CRITERIA = ("automated", "specific", "large", "monitoring", "combined", "technology", "restricting")
VISIBLE = ("specific", "large", "combined")


class Dpia:
    """The output for officers who decide whether an assessment is due."""

    name = "dpia"
    filename = "dpia.html"

    def render(self, assessment: Assessment, language: str) -> bytes:
        made = view(assessment, language)
        found = signs(made)
        more = {"criteria": CRITERIA, "visible": VISIBLE, "signs": found, "assets": _assets(made, found)}
        return rendered(folder("reports") / "_dpia.html.j2", made, **more)


plugin: Output = Dpia()


def _assets(view: View, found: Mapping[str, Sign]) -> list[tuple[Asset, list[str]]]:
    """The assets that show a sign, those at most risk first, with the codes of their signs."""
    shown = [(a, [s.code for s in found.values() if a in s.assets]) for a in view.figures.with_findings]
    return [(asset, codes) for asset, codes in shown if codes]
