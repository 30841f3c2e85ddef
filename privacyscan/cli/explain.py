"""`privacyscan explain`: why this verdict and this score."""

from __future__ import annotations

from typing import Annotated

import typer

from privacyscan.cli import _options


def explain(
    scan: _options.ScanFile,
    finding: Annotated[str, typer.Argument(metavar="FINDING", help="Id of a finding, as the report shows it (F-...).")],
    lang: _options.Lang = None,
) -> int:
    """Say why a finding was judged so and scored so.

    Every factor is shown, so that the score can be recomputed by hand.
    """
    from privacyscan import load
    from privacyscan.outputs._explain import explain as explained

    assessment = load(scan)
    print(explained(assessment, finding, lang or assessment.language).rstrip("\n"))
    return 0
