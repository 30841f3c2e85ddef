"""The plan of a copy as a table on stdout."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING

from privacyscan.cli._proof import parts
from privacyscan.cli._summary import terminal, unread, why
from privacyscan.outputs._numbers import number, visible
from privacyscan.outputs._text import Texts

if TYPE_CHECKING:
    from rich.table import Table

    from privacyscan.pseudonymize._plan import Plan, Step


def show(plan: Plan, source: str, say: Texts, without_key: bool) -> int:
    """Print the plan; gives the exit code: 2 when the policy names columns that are not there, 3 when something would
    not be copied."""
    from rich.console import Console

    out = Console(markup=False, emoji=False, highlight=False)
    out.print(say("cli.pseudonymize.plan.title", source=visible(source)))
    for asset, steps in groupby(plan.steps, lambda step: replace(step.place, column=None)):
        out.print(f"\n{visible(str(asset))}")
        out.print(_table(list(steps), say))
    console = terminal()
    parts(plan.parts, out, say)
    for pattern in plan.unmatched:
        console.print(say("cli.pseudonymize.plan.unmatched", pattern=pattern), style="bold")
    if plan.skipped:
        console.print(say("cli.pseudonymize.not_copied", count=len(plan.skipped)))
    for skipped in plan.skipped:
        unread(skipped, console, why(skipped, say, copying=True))
    if without_key:
        console.print(say("cli.pseudonymize.plan.key"))
    console.print(say("cli.pseudonymize.plan.done"))
    if plan.unmatched:
        return 2
    return 3 if any(s.reason.in_scope for s in plan.skipped) else 0


def _table(steps: Sequence[Step], say: Texts) -> Table:
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in ("column", "kinds", "becomes", "example"):
        table.add_column(say(f"cli.pseudonymize.plan.{name}"), overflow="fold")
    last = None
    for step in steps:
        column = visible(step.place.column) if step.place.column else say("cli.pseudonymize.plan.in_texts")
        table.add_row("" if column == last else column, *_row(step, say))
        last = column
    return table


def _row(step: Step, say: Texts) -> tuple[str, str, str]:
    found = step.entity or say("cli.pseudonymize.plan.nothing")
    if step.matched:
        shares = {"matched": number(step.matched, say.language), "seen": number(step.seen, say.language)}
        found += "\n" + say("cli.pseudonymize.plan.share", **shares)
    becomes = say(f"cli.pseudonymize.plan.{step.cells}", operator=step.operator)
    return found, becomes, f"{step.before}\n{step.after or say('cli.pseudonymize.plan.empty')}" if step.before else ""
