"""`privacyscan demo`: a made-up agency, and a scan of it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from privacyscan.cli import _options


def demo(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="New folder for it.", show_default=True)] = Path(
        "privacyscan-demo"
    ),
    people: Annotated[int, typer.Option(metavar="N", min=1, help="How many people to make up.")] = 20_000,
    lang: _options.Lang = None,
) -> int:
    """Build a made-up agency and scan it: the first thing to try.

    Two of its files cannot be read on purpose, to show how that is reported. A scan would exit with 3 for them; the
    demonstration exits with 0 when the scan ran to its end.
    """
    from privacyscan import read
    from privacyscan.cli import _run
    from privacyscan.demo import build
    from privacyscan.outputs._text import texts

    settings = _options.settings_of({"lang": lang, "output": folder / "privacyscan-report", "format": ["html", "json"]})
    say = texts(settings.lang)
    targets = build(folder, people)
    print(say("cli.demo.built", folder=str(folder)), file=sys.stderr)
    code = _run.run(settings, [read.target(t) for t in targets])
    print(say("cli.demo.broken"), file=sys.stderr)
    print(say("cli.demo.open", path=str(settings.output / "report.html")), file=sys.stderr)
    return 0 if code == 3 else code
