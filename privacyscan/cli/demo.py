"""`privacyscan demo`: a made-up agency, and a scan of it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from privacyscan.cli import _options


def demo(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="New folder for it.", show_default=True)] = Path(
        "privacyscan-demo"
    ),
    people: Annotated[int, typer.Option(metavar="N", min=100, help="How many people to make up.")] = 20_000,
    lang: _options.Lang = None,
) -> int:
    """Build a made-up agency and scan it: the first thing to try.

    Two of its files cannot be read on purpose, to show how that is reported. A scan would exit with 3 for them; the
    demonstration exits with 0 when the scan ran to its end.
    """
    from privacyscan import read
    from privacyscan.cli import _run, _summary
    from privacyscan.demo import build
    from privacyscan.outputs._text import texts

    output = folder / "privacyscan-report"
    settings = _options.settings_of({"lang": lang, "output": output, "format": ["html", "json"], "history": "off"})
    say = texts(settings.lang)
    targets = build(folder, people)
    console = _summary.terminal()
    console.print(say("cli.demo.built", folder=str(folder)))
    code = _run.run(settings, [read.target(t) for t in targets])
    console.print(say("cli.demo.broken"))
    console.print(say("cli.demo.open", path=str(settings.output / "report.html")))
    return 0 if code == 3 else code
