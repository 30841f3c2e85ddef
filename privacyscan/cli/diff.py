"""`privacyscan diff`: what changed from one scan to another."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated

import typer

from privacyscan.cli import _options

if TYPE_CHECKING:
    from privacyscan.model import Assessment
    from privacyscan.settings import Settings


def diff(
    old: Annotated[str, typer.Argument(metavar="OLD", help="A scan.json, or a run of the history.")],
    new: Annotated[str, typer.Argument(metavar="NEW", help="The later one.")],
    format: Annotated[str, typer.Option(metavar="text|markdown|json", help="How to tell it [text].")] = "text",
    fail_on_new: Annotated[bool, typer.Option("--fail-on-new", help="Exit with 1 if a finding is new.")] = False,
    fail_on_new_columns: Annotated[
        bool, typer.Option("--fail-on-new-columns", help="Exit with 1 if a column holds personal data that held none.")
    ] = False,
    config: _options.Config = None,
    lang: _options.Lang = None,
) -> int:
    """Tell what is new, gone and grown since an earlier scan, how the risk changed, and what is no longer read.

    Exits with 3 if the later scan did not read everything in scope.
    """
    from privacyscan.errors import UsageError
    from privacyscan.gate.diff import compare
    from privacyscan.gate.told import FORMATS, told

    if format not in FORMATS:
        raise UsageError(f"--format {format}: choose from {', '.join(FORMATS)}")
    settings = _options.settings_of({"config": config, "lang": lang})
    found = compare(_loaded(old, settings), _loaded(new, settings))
    print(told(found, format, settings.lang), end="")
    if (fail_on_new and found.new) or (fail_on_new_columns and found.new_columns):
        return 1
    return 0 if found.now.scan.status == "complete" else 3


def _loaded(name: str, settings: Settings) -> Assessment:
    """The scan of a file, or of a run."""
    import privacyscan
    from privacyscan import history

    is_file = os.path.exists(name) or name.endswith(".json")
    return privacyscan.load(name) if is_file else history.load(name, settings)
