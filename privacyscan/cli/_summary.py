"""The summary at the end of a scan: the worst assets, what was not read, where the reports are."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from privacyscan.model import Place, Reason
from privacyscan.outputs._figures import Figures
from privacyscan.outputs._limits import because, said
from privacyscan.outputs._messages import translated
from privacyscan.outputs._numbers import number, shorten, visible
from privacyscan.outputs._text import Texts

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from privacyscan.model import Assessment, Asset, Failure, Skipped

MOST_ASSETS, MOST_KINDS, MOST_UNREAD, MOST_FAILED = 20, 3, 5, 20
GAPS = 14  # what the table's borders and paddings take

Row = tuple[list[str], ...]  # asset, found, count, persons, risk: the lines of each cell


def show(assessment: Assessment, reports: Sequence[Path], say: Texts) -> None:
    """Print the summary to stderr."""
    figures, console = Figures(assessment), terminal()
    if figures.with_findings:
        console.print(_table(figures, say, console.width))
        if len(figures.with_findings) > MOST_ASSETS:
            console.print(say("cli.more_assets", count=len(figures.with_findings) - MOST_ASSETS))
    console.print(_total(figures, say))
    for status in ("known", "suppressed"):
        if count := sum(f.status == status for f in assessment.scan.findings):
            console.print(say(f"gate.{status}", count=count))
    if known := assessment.scan.known:
        console.print(say("known.total", found=known.found, persons=known.persons))
    if figures.sampled:
        console.print("\n" + say("cli.sampled", count=len(figures.sampled)), style="bold")
    _unread(figures, console, say)
    console.print()
    for path in reports:
        console.print(say("cli.report", path=str(path)), soft_wrap=True)


def outcome(assessment: Assessment, code: int, failures: Sequence[Failure], say: Texts) -> None:
    """Print which limits were not kept, and what the exit code means here."""
    for failure in failures:
        terminal().print(_failed(failure, say))
    unread = len(Figures(assessment).unread)
    of_level = code == 1 and all(f.code == "level" for f in failures)
    name = "exit_1_level" if of_level else f"exit_{code}"
    terminal().print(say(f"cli.outcome.{name}", count=len(failures) if code == 1 else unread))


def _failed(failure: Failure, say: Texts) -> str:
    """The sentence of a limit, and below it the findings that break it."""
    text = said(failure, say)
    text += f"\n  {why}" if (why := because(failure)) else ""
    if failure.findings:
        text += "\n  " + ", ".join(failure.findings[:MOST_FAILED])
    if len(failure.findings) > MOST_FAILED:
        text += " " + say("gate.more", count=len(failure.findings) - MOST_FAILED)
    return text


def terminal() -> Console:
    """Where people read: stderr, wrapped at its width, and nothing in a name taken for markup."""
    from rich.console import Console

    return Console(stderr=True, markup=False, emoji=False, highlight=False)


def _table(figures: Figures, say: Texts, width: int) -> Table:
    from rich import box
    from rich.table import Table

    header: Row = tuple([say(f"cli.{column}")] for column in ("asset", "found", "count", "persons", "risk"))
    rows = [_row(figures, asset, say) for asset in figures.with_findings[:MOST_ASSETS]]
    longest = [max(len(line) for row in (header, *rows) for line in row[column]) for column in range(5)]
    room = max(40, width - sum(longest[2:]) - GAPS)  # figures are never cut, names share what they leave
    asset_room = min(longest[0], max(room // 2, room - longest[1]))
    table = Table(title=say("cli.title"), title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    for (title,), justify in zip(header, ("left", "left", "right", "right", "left"), strict=True):
        table.add_column(title, justify=justify, no_wrap=True)  # type: ignore[arg-type]
    for row in rows:
        names = ([shorten(x, asset_room) for x in row[0]], [shorten(x, room - asset_room) for x in row[1]])
        table.add_row(*("\n".join(lines) for lines in (*names, *row[2:])))
    return table


def _row(figures: Figures, asset: Asset, say: Texts) -> Row:
    from privacyscan.outputs import _titles

    matched: Counter[str] = Counter()
    for finding in figures.findings_of[asset.id]:
        matched[finding.entity] += finding.matched
    titles = _titles.for_assessment(figures.assessment)
    most = matched.most_common(MOST_KINDS)
    kinds = [_brief(titles.entity(entity, say.language)) for entity, _ in most]
    if len(matched) > MOST_KINDS:
        kinds.append(say("cli.more_kinds", count=len(matched) - MOST_KINDS))
    risk, persons, known = figures.risk(asset), figures.persons(asset), figures.known(asset)
    return (
        [_name(asset)],
        kinds,
        [number(count, say.language) for _, count in most],
        [number(persons, say.language) if persons else say("none"), *([say("known.brief", **known)] if known else [])],
        [f"{say(f'levels.{risk.level}')} {risk.score}"],
    )


def _brief(title: str) -> str:
    """The abbreviation that a title ends with, which everybody knows: NIK, KK, NPWP; else the title."""
    abbreviation = re.search(r"\(([A-Z]{2,})\)$", title)
    return abbreviation[1] if abbreviation else visible(title)


def _name(asset: Asset) -> str:
    """The asset's path, after the last part of its target."""
    target = Place(asset.place.target).name
    path = asset.place.path
    return visible("/".join(path if path[:1] == (target,) else (target, *path)))


def _total(figures: Figures, say: Texts) -> str:
    assessment, scan = figures.assessment, figures.assessment.scan
    if not scan.findings:
        return say("cli.nothing" if scan.assets else "cli.nothing_read", assets=len(scan.assets))
    return say(
        "cli.total",
        level=say(f"levels.{assessment.risk.level}"),
        score=assessment.risk.score,
        findings=len(scan.findings),
        with_findings=len(figures.with_findings),
        assets=len(scan.assets),
        persons=scan.persons,
    )


def _unread(figures: Figures, console: Console, say: Texts) -> None:
    """The places that were not read, the first few with cause and remedy."""
    if figures.unread:
        console.print("\n" + say("cli.unread", count=len(figures.unread)), style="bold")
        for skipped in figures.unread[:MOST_UNREAD]:
            unread(skipped, console, f"{why(skipped, say)}. {say(f'reasons.{skipped.reason.value}.do')}")
        if len(figures.unread) > MOST_UNREAD:
            console.print("  " + say("cli.more_unread", count=len(figures.unread) - MOST_UNREAD))
    if figures.excluded:
        console.print(say("cli.excluded", count=len(figures.excluded)))
    if figures.without_names:
        console.print(say("cli.without_names", count=len(figures.without_names)))


def why(skipped: Skipped, say: Texts, *, copying: bool = False) -> str:
    """The reason's title, and what the reader says besides. What a copy cannot hold may have been read all the same."""
    is_no_copy = copying and skipped.reason is Reason.UNSUPPORTED_TYPE
    title = say("proof.cannot" if is_no_copy else f"reasons.{skipped.reason.value}.title")
    place = str(skipped.place)
    message = visible(translated(skipped.message.removeprefix(f"{place}: "), say.language))
    return f"{title} ({message})" if message else title


def unread(skipped: Skipped, console: Console, told: str) -> None:
    """Print a place, and below it what there is to tell about it."""
    from rich.padding import Padding

    console.print("  " + shorten(visible(str(skipped.place)), console.width - 2))
    console.print(Padding(told, (0, 0, 0, 4), expand=False))
