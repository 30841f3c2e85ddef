"""`privacyscan verify`: whether the reports in a folder are as they were written."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from privacyscan.cli import _options


def verify(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The report folder of a scan.")],
    public_key: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Public key (Ed25519, PEM) that the signature must be of.")
    ] = None,
    lang: _options.Lang = None,
) -> int:
    """Check a report folder against its manifest and signature.

    Exit codes: 0 all as it was written; 1 something was changed, removed or added, or the signature is not that of the
    key; 2 there is no manifest, or it or the key cannot be read.
    """
    from privacyscan import manifest
    from privacyscan.outputs._numbers import visible
    from privacyscan.outputs._text import texts

    say = texts(_options.settings_of({"lang": lang}).lang)
    found = manifest.verify(folder, public_key)
    for name, state in found.files:
        print(f"{visible(name)}: {say(f'cli.verify.file.{state}')}")
    print(say(f"cli.verify.signature.{found.signature}", id=found.signed_by or ""))
    print(say(f"cli.verify.{'sound' if found.is_sound else 'unsound'}", run=visible(found.run)))
    return 0 if found.is_sound else 1
