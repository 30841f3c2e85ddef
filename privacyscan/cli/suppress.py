"""`privacyscan suppress`: a finding that somebody has judged."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from privacyscan.cli import _options


def suppress(
    scan: _options.ScanFile,
    finding: Annotated[str, typer.Argument(metavar="FINDING", help="Id of a finding, as the report shows it (F-...).")],
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why it does not count.")],
    owner: Annotated[str, typer.Option(metavar="NAME", help="Who answers for that.")],
    expires: Annotated[str, typer.Option(metavar="DATE", help="The last day on which it holds, such as 2027-06-30.")],
    output: Annotated[
        Path,
        typer.Option("--output", "-o", metavar="FILE", help="The suppressions [privacyscan-suppressions.toml]."),
    ] = Path("privacyscan-suppressions.toml"),
    rules: _options.Rules = None,
) -> int:
    """Add a suppression of a finding to a file, for scan --suppressions.

    What stands in the file stays as it is.
    """
    from privacyscan import load, rulebook, store
    from privacyscan.gate.suppressions import with_one_more
    from privacyscan.model import Suppression
    from privacyscan.outputs._explain import find

    found = find(load(scan), finding)
    words = Suppression(reason, owner, expires)
    store.rewrite(output, with_one_more(output, found, words, rulebook.load(rules or ())))
    print(f"{output}: {found.id}", file=sys.stderr)
    return 0
