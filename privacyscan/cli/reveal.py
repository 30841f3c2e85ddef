"""`privacyscan reveal`: the value behind a reversible pseudonym, for a reason and on record."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from privacyscan.cli import _keys, _options
from privacyscan.errors import UsageError


def reveal(
    tokens: Annotated[
        list[str] | None, typer.Argument(metavar="TOKEN...", help="What to turn back; - reads one a line.")
    ] = None,
    key: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE", help="Key that made it; repeatable, for those that were in use before."),
    ] = None,
    key_env: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="Variable that holds a key, in place of a file; repeatable."),
    ] = None,
    key_command: Annotated[
        list[str] | None,
        typer.Option(metavar="COMMAND", help="Program that prints a key, of a keyring or a vault; repeatable."),
    ] = None,
    key_from: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ADDRESS",
            help="Keyring, vault or token of hardware that gives a key, such as keyring:SERVICE/USER; repeatable.",
        ),
    ] = None,
    purpose: Annotated[str, typer.Option(metavar="TEXT", help="The purpose in the policy that made it.")] = "",
    entity: Annotated[
        str | None, typer.Option(metavar="ENTITY", help="What it is, for the operator fpe, whose values do not say.")
    ] = None,
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why; it goes on record.")] = "",
    audit: Annotated[Path | None, typer.Option(metavar="FILE", help="The record, made if it is not there.")] = None,
    verify: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Check that a record is as it was written, and do nothing else.")
    ] = None,
    config: _options.Config = None,
    lang: _options.Lang = None,
) -> int:
    """Turn pseudonyms back into values.

    Only what the operators encrypt and fpe made can be turned back. Who did it, when and why goes on record first.
    """
    from privacyscan import rulebook
    from privacyscan.cli._summary import terminal
    from privacyscan.keys import PurposeKey
    from privacyscan.outputs._text import texts
    from privacyscan.pseudonymize import audit as audits
    from privacyscan.pseudonymize.reveal import reveal as revealed

    settings = _options.settings_of({"lang": lang, "config": config})
    say = texts(settings.lang)
    if verify is not None:
        terminal().print(say("cli.reveal.verified", count=audits.verify(verify), file=str(verify)))
        return 0
    if not tokens or not (key or key_env or key_command or key_from) or audit is None:
        raise UsageError("reveal needs tokens, --key, --reason and --audit; see privacyscan reveal --help")
    identifiers = rulebook.load(settings.rules).identifiers
    if entity is not None and entity not in identifiers:
        raise UsageError(f"--entity {entity}: unknown entity; see privacyscan rules list")
    given = [line.strip() for line in sys.stdin if line.strip()] if tokens == ["-"] else tokens
    materials = _keys.given(key or (), key_env or (), key_command or (), key_from or ())
    keys = [PurposeKey(material, purpose) for material in materials]
    for value in revealed(given, keys, reason, audit, identifiers[entity] if entity else None):
        print(value)
    terminal().print(say("cli.reveal.done", count=len(given), file=str(audit)))
    return 0
