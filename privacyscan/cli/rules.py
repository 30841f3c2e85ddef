"""`privacyscan rules`: what is looked for, and checks of one's own rules."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from privacyscan.cli import _options
from privacyscan.cli._values import Command, Group
from privacyscan.errors import RulebookError, UsageError

if TYPE_CHECKING:
    from privacyscan.model import CheckCall, Identifier, Regulation
    from privacyscan.outputs._text import Texts

rules = typer.Typer(cls=Group, help="List, show and check the rules.", rich_markup_mode=None)


@rules.command("list", cls=Command)
def list_(extra: _options.Rules = None, lang: _options.Lang = None) -> int:
    """List the kinds of personal data and the regulations."""
    from privacyscan import rulebook

    say, known = _texts(lang), rulebook.load(extra or ())
    rows = [
        tuple(say(f"cli.rules.{column}") for column in ("id", "class", "patterns", "name")),
        *((i.id, say(f"categories.{i.category}"), str(len(i.patterns)), i.title[say.language])
          for i in known.identifiers.values()),
        *((r.id, say("cli.rules.regulation"), "", r.title[say.language]) for r in known.regulations.values()),
    ]  # fmt: skip
    first, second = (max(len(row[column]) for row in rows) for column in (0, 1))
    for id_, kind, count, title in rows:
        print(f"{id_:<{first}}  {kind:<{second}}  {count:>{len(rows[0][2])}}  {title}")
    return 0


@rules.command(cls=Command)
def show(
    id_: Annotated[str, typer.Argument(metavar="ID", help="An entity or a regulation, such as ID_NIK or uu-pdp.")],
    extra: _options.Rules = None,
    lang: _options.Lang = None,
) -> int:
    """Show everything a rule says, with its sources."""
    from privacyscan import rulebook

    say, known = _texts(lang), rulebook.load(extra or ())
    if id_ in known.identifiers:
        lines = _identifier(known.identifiers[id_], say)
    elif id_ in known.regulations:
        lines = _regulation(known.regulations[id_], say)
    else:
        raise UsageError(f"{id_}: there is no such rule; see privacyscan rules list")
    print("\n".join(lines))
    return 0


@rules.command(cls=Command)
def check(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of rule files, or one file.")],
    lang: _options.Lang = None,
) -> int:
    """Check a folder of rules.

    All mistakes are told, each with its file and line.
    """
    from privacyscan import rulebook
    from privacyscan.detect import examples

    known, mistakes = rulebook.sound((folder,), thorough=True)
    if told := sorted((*mistakes, *examples.mistakes(known)), key=_place):
        raise RulebookError(told)
    print(_texts(lang)("cli.rules.sound", folder=str(folder)))
    return 0


@rules.command(cls=Command)
def export(
    presidio: Annotated[Path, typer.Option(metavar="DIR", help="New or empty folder for a pack for Presidio.")],
    extra: _options.Rules = None,
    lang: _options.Lang = None,
) -> int:
    """Write the rules as a pack that Presidio loads without privacyscan."""
    from privacyscan import presidio_pack, rulebook

    say = _texts(lang)
    count = presidio_pack.export(presidio, rulebook.load(extra or ()), say.language)
    print(say("cli.rules.exported", count=count, folder=str(presidio)))
    return 0


def _place(mistake: str) -> tuple[str, int]:
    """The file and line of a mistake, by which mistakes are told in order."""
    match = re.match("(.*?):([0-9]+): ", mistake)
    return (match[1], int(match[2])) if match else (mistake, 0)


def _texts(lang: str | None) -> Texts:
    from privacyscan.outputs._text import texts

    return texts(_options.settings_of({"lang": lang}).lang)


def _identifier(identifier: Identifier, say: Texts) -> Iterator[str]:
    i, lang = identifier, say.language
    yield f"{i.id}: {i.title[lang]}"
    yield from _field(say("cli.rules.meaning"), [i.meaning[lang]])
    yield from _field(say("cli.rules.class"), [say(f"categories.{i.category}")])
    yield from _field(say("cli.rules.group"), [i.group])
    yield from _field(say("cli.rules.patterns"), [f"{p.name} ({p.scope}): {p.regex}" for p in i.patterns])
    if i.derived is not None:
        sources = ", ".join(i.derived.sources)
        yield from _field(say("cli.rules.derived"), [say("cli.rules.under", sources=sources, years=i.derived.under)])
    yield from _field(say("cli.rules.checks"), map(_call, i.checks))
    yield from _field(say("cli.rules.evidence"), map(_call, i.evidence))
    for name in ("context", "not_context", "columns", "not_columns"):
        yield from _field(say(f"cli.rules.{name}"), [", ".join(words)] if (words := getattr(i, name)) else [])
    yield from _field(say("cli.rules.match"), i.examples_match)
    yield from _field(say("cli.rules.no_match"), i.examples_no_match)
    unsure = f" ({say('cli.rules.not_confirmed')})"
    yield from _field(
        say("cli.rules.sources"), [f"{s['url']}: {s['says']}{'' if s['confirmed'] else unsure}" for s in i.sources]
    )
    yield from _field(say("cli.rules.file"), [i.file])


def _regulation(regulation: Regulation, say: Texts) -> Iterator[str]:
    lang = say.language
    yield f"{regulation.id}: {regulation.title[lang]}"
    yield regulation.notice[lang]
    unsure = f" ({say('cli.rules.not_confirmed')})"
    for a in regulation.articles:
        title = f"{a.article} {a.title[lang]}{'' if a.confirmed else unsure}"
        yield from _field(title, [a.text[lang], a.advice[lang], a.source])
    yield from _field(say("cli.rules.file"), [regulation.file])


def _field(title: str, lines: Iterable[str]) -> Iterator[str]:
    """A heading with indented lines; nothing when there are none."""
    shown = [line for line in lines if line]
    if shown:
        yield f"\n{title}"
        yield from (f"  {line}" for line in shown)


def _call(check: CheckCall) -> str:
    with_ = ", ".join(f"{k}={v}" for k, v in check.parameters.items())
    named = f"{check.name}: " if check.name != check.check else ""
    return f"{named}{check.check}({with_})"
