"""`privacyscan runs`: the runs in the history."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from privacyscan.cli import _options
from privacyscan.cli._values import Command, Group
from privacyscan.errors import UsageError

if TYPE_CHECKING:
    from privacyscan.history import Run
    from privacyscan.model import Assessment
    from privacyscan.outputs._text import Texts

runs = typer.Typer(cls=Group, help="The runs in the history.", rich_markup_mode=None)
RunName = Annotated[str, typer.Argument(metavar="RUN", help="Id of a run, the beginning of one, or last.")]


@runs.command("list", cls=Command)
def list_runs(config: _options.Config = None, lang: _options.Lang = None) -> int:
    """List the runs that are kept, the newest first."""
    from privacyscan import history
    from privacyscan.outputs._text import texts

    settings = _options.settings_of({"config": config, "lang": lang})
    say = texts(settings.lang)
    with history.opened(settings) as opened:
        known = opened.runs()
    heads = ("id", "status", "risk", "findings", "persons", "unread")
    rows = [tuple(say(f"cli.runs.{head}") for head in heads), *(_row(run, say) for run in known)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(heads))]
    for row in rows if known else ():
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
    if not known:
        print(say("cli.runs.none"))
    return 0


def _row(run: Run, say: Texts) -> tuple[str, ...]:
    from privacyscan.outputs._numbers import number

    point = run.point
    return (
        point.run,
        say(f"run_status.{point.status}"),
        f"{say(f'levels.{point.level}')} {point.risk}",
        *(number(n, say.language) for n in (point.findings, point.persons, run.unread)),
    )


@runs.command(cls=Command)
def show(
    run: RunName,
    output: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write its scan.json there; - writes it to stdout.")
    ] = None,
    config: _options.Config = None,
    lang: _options.Lang = None,
) -> int:
    """Show a run, or write its scan.json, from which every report can be made again."""
    from privacyscan import history, store
    from privacyscan.outputs import render
    from privacyscan.outputs._text import texts

    settings = _options.settings_of({"config": config, "lang": lang})
    assessment = history.load(run, settings)
    if output == Path("-"):
        sys.stdout.buffer.write(render(assessment, "json"))
    elif output is not None:
        store.write_whole(output, [render(assessment, "json")])
        print(output, file=sys.stderr)
    else:
        print("\n".join(_shown(assessment, texts(settings.lang))))
    return 0


def _shown(assessment: Assessment, say: Texts) -> list[str]:
    from privacyscan.outputs import _titles
    from privacyscan.outputs._figures import Figures
    from privacyscan.outputs._numbers import number, visible

    figures, scan = Figures(assessment), assessment.scan
    titles = _titles.for_assessment(assessment)
    lines = [
        f"{say('cli.runs.id')}: {scan.id}",
        f"{say('cli.runs.status')}: {say(f'run_status.{scan.status}')}",
        f"{say('cli.runs.targets')}: {', '.join(visible(t) for t in scan.targets)}",
        f"{say('cli.runs.risk')}: {say(f'levels.{assessment.risk.level}')} {assessment.risk.score}",
        f"{say('cli.runs.persons')}: {number(scan.persons, say.language)}",
        f"{say('cli.runs.findings')}: {number(len(scan.findings), say.language)}",
    ]
    for count in figures.by_entity:
        lines.append(f"  {titles.entity(count.code, say.language)}: {number(count.findings, say.language)}")
    lines.append(f"{say('cli.runs.unread')}: {number(len(figures.unread), say.language)}")
    return lines


@runs.command(cls=Command)
def delete(
    run: Annotated[list[str], typer.Argument(metavar="RUN...", help="Ids of runs, beginnings of them, or last.")],
    config: _options.Config = None,
    lang: _options.Lang = None,
) -> int:
    """Delete runs from the history."""
    from privacyscan import history
    from privacyscan.outputs._text import texts

    settings = _options.settings_of({"config": config, "lang": lang})
    with history.opened(settings, write=True) as opened:
        found = [opened.find(r) for r in run]
        if len(set(found)) < len(found):
            raise UsageError("a run is named twice; name each once")
        opened.delete(found)
    say = texts(settings.lang)
    for one in found:
        print(say("cli.runs.deleted", run=one))
    return 0
