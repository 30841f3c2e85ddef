"""`privacyscan known`: lists of an agency's own people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from privacyscan.cli import _options
from privacyscan.cli._values import Command, Group
from privacyscan.errors import UsageError

if TYPE_CHECKING:
    from privacyscan.known import Built
    from privacyscan.outputs._text import Texts

known = typer.Typer(cls=Group, help="Lists of an agency's own people, for scan --known.", rich_markup_mode=None)


@known.command(cls=Command)
def build(
    register: Annotated[
        list[str], typer.Argument(metavar="FILE", help="The register: CSV, spreadsheet, database file or URL.")
    ],
    to: Annotated[Path | None, typer.Option(metavar="LIST", help="The list to write [required].")] = None,
    known_key: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Its key; made if it is not there [required].")
    ] = None,
    column: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=ENTITY", help="What a column holds, such as nik=ID_NIK; may be repeated."),
    ] = None,
    rules: _options.Rules = None,
    password_env: Annotated[str | None, typer.Option(metavar="NAME", help="Variable that holds the password.")] = None,
    password_file: Annotated[Path | None, typer.Option(metavar="FILE", help="File whose first line is it.")] = None,
    config: _options.Config = None,
    lang: _options.Lang = None,
) -> int:
    """Make a list of the people in a register: keyed hashes of their numbers, no value.

    A scan with this list and its key says how many of these people it finds. Without the key the list is useless;
    keep the two apart.
    """
    from privacyscan import known as lists
    from privacyscan import rulebook
    from privacyscan.outputs._text import texts

    settings = _options.settings_of({"lang": lang, "config": config, "rules": rules})
    if to is None or known_key is None:
        raise UsageError("known build needs --to LIST and --known-key FILE; see privacyscan known build --help")
    targets = _options.targets_of(register, password_env, password_file, settings.lang)
    known_rules = rulebook.load(settings.rules)
    built = lists.build(targets, to, known_key, _columns(column or ()), known_rules, settings)
    say = texts(settings.lang)
    titles = {i.id: i.title[say.language] for i in known_rules.identifiers.values()}
    _tell(built, to, known_key, titles, say)
    return 3 if built.unread else 0


def _columns(given: Sequence[str]) -> dict[str, str]:
    """Name of a column -> entity."""
    columns: dict[str, str] = {}
    for text in given:
        name, _, entity = text.rpartition("=")
        if not name or not entity or name in columns:
            raise UsageError(f"--column {text}: is no NAME=ENTITY, such as nik=ID_NIK, each name once")
        columns[name] = entity
    return columns


def _tell(built: Built, to: Path, key: Path, titles: Mapping[str, str], say: Texts) -> None:
    from privacyscan.cli._summary import terminal, unread, why
    from privacyscan.outputs._numbers import number, visible

    console = terminal()
    for entity, count in built.values.items():
        columns = ", ".join(visible(c) for c in built.columns[entity])
        console.print(f"{titles[entity]} ({columns}): {number(count, say.language)}")
    console.print(say("cli.known.built", persons=built.persons, rows=built.rows, file=str(to)))
    for code, count in (("without", built.without), ("shared", built.shared)):
        if count:
            console.print(say(f"cli.known.{code}", count=count))
    console.print(say("cli.known.key", file=str(key)))
    if built.unread:
        console.print(say("cli.known.unread", count=len(built.unread)))
    for skipped in built.unread:
        unread(skipped, console, why(skipped, say))
