"""`privacyscan breach`: what to know and to send when assets of a scan have leaked."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from privacyscan.cli import _options

FOLDER = Path("privacyscan-breach")  # not in the report folder, whose manifest does not know it


def breach(
    scan: _options.ScanFile,
    asset: Annotated[
        list[str] | None, typer.Option(metavar="ID", help="An asset that leaked (A-...); may be repeated.")
    ] = None,
    known_at: Annotated[
        str | None,
        typer.Option(metavar="TIME", help="When the breach became known, such as 2026-03-02T09:15; starts the clock."),
    ] = None,
    lang: _options.Lang = None,
    output: Annotated[
        Path | None, typer.Option(metavar="DIR", help="New or empty folder for the pack [privacyscan-breach].")
    ] = None,
    sign_key: _options.SignKey = None,
) -> int:
    """Write the breach pack: who is affected, which data, how grave, until when to notify, and draft letters.

    The letters to data subjects and to the agency hold what Article 46 demands; what only people know is marked blank.
    """
    from datetime import UTC, datetime

    from privacyscan import load, manifest
    from privacyscan.outputs._breach import documents, incident
    from privacyscan.store import write_folder

    assessment = load(scan)
    found = incident(assessment, asset or (), known_at, datetime.now(UTC))
    folder = output or FOLDER
    pack = documents(found, lang or assessment.language)
    write_folder(folder, manifest.with_manifest(pack, assessment, sign_key, manifest.sha256(scan)))
    print(folder / "breach.html", file=sys.stderr)
    return 0
