"""`privacyscan pseudonymize`: a copy in which personal data is replaced."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from privacyscan.cli import _options
from privacyscan.errors import UsageError

if TYPE_CHECKING:
    from rich.console import Console

    from privacyscan.outputs._text import Texts
    from privacyscan.pseudonymize import Result

PLACES = 30  # told one by one


def pseudonymize(
    target: Annotated[str | None, typer.Argument(metavar="TARGET", help="File, folder, or database.")] = None,
    to: Annotated[
        str | None, typer.Option(metavar="TARGET", help="The copy; must not be there yet, or an empty database.")
    ] = None,
    policy: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Which operator replaces what: a file, or testing, analytics, sharing, publishing."
        ),
    ] = None,
    key: Annotated[Path | None, typer.Option(metavar="FILE", help="Key of the tokens.")] = None,
    key_env: Annotated[
        str | None, typer.Option(metavar="NAME", help="Variable that holds the key, in place of a file.")
    ] = None,
    key_command: Annotated[
        str | None, typer.Option(metavar="COMMAND", help="Program that prints the key, of a keyring or a vault.")
    ] = None,
    key_from: Annotated[
        str | None,
        typer.Option(
            metavar="ADDRESS",
            help="Keyring, vault or token of hardware that gives the key, such as keyring:SERVICE/USER.",
        ),
    ] = None,
    overwrite: Annotated[bool, typer.Option(help="Replace what a target database holds.")] = False,
    resume: Annotated[bool, typer.Option(help="Go on with a copy that was killed or stopped.")] = False,
    to_format: Annotated[
        str | None,
        typer.Option(
            metavar="FORMAT", help="Copy a database into files: csv or parquet, one a table, or a script of sql."
        ),
    ] = None,
    rows: Annotated[
        str | None,
        typer.Option(
            metavar="N|P%", help="Copy so many rows of each table of a database, and every row that they refer to."
        ),
    ] = None,
    password_env: Annotated[str | None, typer.Option(metavar="NAME", help="Variable that holds the password.")] = None,
    to_password_env: Annotated[
        str | None, typer.Option(metavar="NAME", help="Variable that holds the password of the copy's database.")
    ] = None,
    plan: Annotated[
        bool, typer.Option("--plan", help="Show what would happen to each column, and write nothing.")
    ] = False,
    proof: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="FILE", help="Compare source and copy, and write the proof: a page (.html) or JSON. Repeatable."
        ),
    ] = None,
    new_key: Annotated[Path | None, typer.Option(metavar="FILE", help="Make a key file, and do nothing else.")] = None,
    workers: _options.Workers = None,
    timeout_per_file: _options.TimeoutPerFile = None,
    config: _options.Config = None,
    lang: _options.Lang = None,
) -> int:
    """Copy data with its personal data replaced.

    The source is only read. The copy is scanned again. If that still finds personal data, or a limit of the policy is
    not kept, there is no copy and the exit code is 1.
    """
    from privacyscan import pseudonymize as copy
    from privacyscan.cli import _keys, _plan, _proof
    from privacyscan.cli._summary import terminal
    from privacyscan.outputs._text import texts
    from privacyscan.pseudonymize import load_policy
    from privacyscan.pseudonymize import new_key as make_key
    from privacyscan.pseudonymize import plan as planned
    from privacyscan.settings import sample_of

    given = {"lang": lang, "config": config, "workers": workers, "timeout_per_file": timeout_per_file}
    settings = _options.settings_of(given)
    say, console = texts(settings.lang), terminal()
    if new_key is not None:
        if target is not None:
            raise UsageError("--new-key makes a key and does nothing else; leave out the target")
        make_key(new_key)
        console.print(say("cli.pseudonymize.key_made", file=str(new_key)))
        return 0
    if target is None or policy is None or (to is None and not plan):
        raise UsageError("pseudonymize needs a target, --to and --policy; see privacyscan pseudonymize --help")
    rules, keys = load_policy(policy), _keys.given([key], [key_env], [key_command], [key_from])
    if len(keys) > 1:
        raise UsageError("--key, --key-env, --key-command and --key-from: give one of them")
    material = keys[0] if keys else None
    wanted = None if rows is None else sample_of(rows, "--rows")
    target = _options.with_password(target, password_env)
    to = None if to is None else _options.with_password(to, to_password_env)
    if to is not None and not plan:
        _proof.check(proof or (), target, to)
    left = _left_when_stopped(target, None if plan else to, to_format)
    with _progress() as progress, _told_when_stopped(left, console, say):
        if plan or to is None:
            made = planned(target, rules, material, settings, progress=progress, rows=wanted)
            return _plan.show(made, target, say, material is None)
        measuring = bool(proof)
        result = copy(
            target,
            to,
            rules,
            material,
            settings,
            progress=progress,
            measuring=measuring,
            resume=resume,
            overwrite=overwrite,
            rows=wanted,
            to_format=to_format,
        )
    _replaced(result, console, say, measuring)
    _proof.parts(result.parts, console, say)
    _proof.show(result, say)
    for file in proof or ():
        _proof.save(result, file, say, settings)
    _ended(result, console, say)
    return result.exit_code


def _ended(result: Result, console: Console, say: Texts) -> None:
    """Whether there is a copy, and what of the source is not in it."""
    from privacyscan.cli._summary import unread, why

    done = {"source": result.source, "copy": result.copy, "assets": result.assets, "rows": result.rows}
    console.print(say(f"cli.pseudonymize.{'refused' if result.failures else 'done'}", **done))
    if result.failures:
        console.print(say("proof.do"))
    if result.skipped:
        console.print(say("cli.pseudonymize.not_copied", count=len(result.skipped)))
    for skipped in result.skipped:
        unread(skipped, console, why(skipped, say, copying=True))


def _replaced(result: Result, console: Console, say: Texts, is_saved: bool) -> None:
    """What was replaced: each place, or the sums of each entity where these are more than a screen holds."""
    from privacyscan.outputs._numbers import number, visible

    unknown = say("proof.unknown")  # a column in which nothing was found
    if len(result.replaced) <= PLACES:
        for r in result.replaced:
            told = f"{r.entity or unknown} -> {r.operator}, {number(r.cells, say.language)}"
            console.print(f"{visible(str(r.place))}: {told}")
        return
    cells: Counter[tuple[str, str]] = Counter()
    places: Counter[tuple[str, str]] = Counter()
    for r in result.replaced:
        cells[r.entity, r.operator] += r.cells
        places[r.entity, r.operator] += 1
    for (entity, operator), count in sorted(cells.items()):
        of = {"entity": entity or unknown, "operator": operator}
        console.print(say("cli.pseudonymize.replaced", **of, count=count, places=places[entity, operator]))
    if not is_saved:
        console.print(say("cli.pseudonymize.each_place"))


def _left_when_stopped(target: str, to: str | None, to_format: str | None) -> str:
    """The text that tells what stays of a copy that is stopped; without `to` none is made."""
    if to is not None and (Path(target).is_dir() or to_format in ("csv", "parquet")):
        return "cli.pseudonymize.stopped"
    if to is not None and "://" in to and not to.startswith("sqlite:"):
        return "cli.pseudonymize.stopped_server"
    return "cli.pseudonymize.stopped_alone"


@contextmanager
def _told_when_stopped(left: str, console: Console, say: Texts) -> Iterator[None]:
    """Tell whoever ends a copy what is left of it."""
    try:
        yield
    except KeyboardInterrupt:
        console.print(say(left))
        raise


@contextmanager
def _progress() -> Iterator[Callable[[str, int], None]]:
    """Tell on a terminal which place is at work, and how many rows were handled in all passes."""
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    from privacyscan.cli._summary import terminal
    from privacyscan.outputs._numbers import visible

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        TextColumn("{task.completed:,.0f}"),
        TimeElapsedColumn(),
    )
    console = terminal()
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("")

        def told(place: str, rows: int) -> None:
            bar.update(task, advance=rows, description=visible(place))

        yield told
