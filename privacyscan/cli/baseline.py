"""`privacyscan baseline`: the findings that are known."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from privacyscan.cli import _options


def baseline(
    scan: _options.ScanFile,
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="FILE", help="The baseline [privacyscan-baseline.json].")
    ] = Path("privacyscan-baseline.json"),
) -> int:
    """Write the baseline of a saved scan, for scan --baseline: what is in it is known.

    It holds fingerprints, kinds and places; no value.
    """
    from privacyscan import load, store
    from privacyscan.gate.baseline import document

    data = document(load(scan))
    if output == Path("-"):
        sys.stdout.buffer.write(data)
        return 0
    store.rewrite(output, data)
    print(output, file=sys.stderr)
    return 0
