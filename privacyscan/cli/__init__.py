"""The command line: parse, call the API, print, exit code. One module per command, no logic.

Nothing heavy is imported before a command runs, so that `--help` answers at once.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from typing import Any

import typer
from typer.main import get_group

from privacyscan.cli import _help
from privacyscan.cli._mistakes import hidden
from privacyscan.cli._stop import stop
from privacyscan.cli._values import Command, Group
from privacyscan.cli.baseline import baseline
from privacyscan.cli.breach import breach
from privacyscan.cli.demo import demo
from privacyscan.cli.detect import detect
from privacyscan.cli.diff import diff
from privacyscan.cli.doctor import doctor
from privacyscan.cli.explain import explain
from privacyscan.cli.known import known
from privacyscan.cli.pseudonymize import pseudonymize
from privacyscan.cli.report import report
from privacyscan.cli.reveal import reveal
from privacyscan.cli.rules import rules
from privacyscan.cli.runs import runs
from privacyscan.cli.scan import scan
from privacyscan.cli.suppress import suppress
from privacyscan.cli.verify import verify
from privacyscan.errors import PrivacyScanError, RulebookError

DEFECT = 70  # EX_SOFTWARE of sysexits.h; Python's own 1 would read as "the policy failed"
BROKEN_PIPE = 128 + signal.SIGPIPE
HELP = """Finds the personal data an agency holds, and says how bad a leak of it would be.

Exit codes: 0 passed; 1 --fail-on was reached or a limit of --policy not kept; 2 wrong use or configuration;
3 incomplete, something in scope was not read; 130 stopped by Ctrl-C. 1 wins over 3."""


def _empty() -> typer.Typer:
    return typer.Typer(
        cls=Group, help=HELP, add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False
    )


app = _empty()
for _command in (
    scan, report, verify, explain, breach, diff, baseline, suppress, detect, demo, doctor, pseudonymize, reveal,
):  # fmt: skip
    app.command(cls=Command)(_command)
app.add_typer(rules, name="rules")
app.add_typer(known, name="known")
app.add_typer(runs, name="runs")


def main() -> None:
    """The program `privacyscan`."""
    signal.signal(signal.SIGTERM, stop)
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:  # else: started where Ctrl-C is not for us
        signal.signal(signal.SIGINT, stop)
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr] # names of files may be no text
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run one command and give its exit code. A user's mistake is told in a sentence, a defect without values."""
    try:
        code: int | None = _program(arguments)(list(arguments) or ["--help"], "privacyscan", standalone_mode=False)
        sys.stdout.flush()
    except (BrokenPipeError, SystemExit):  # SystemExit: how typer ends on a broken pipe
        _discard_output()
        return BROKEN_PIPE
    except RulebookError as error:
        return _refuse(f"the rules have mistakes:\n{hidden(str(error), arguments)}", error.exit_code, arguments)
    except PrivacyScanError as error:
        return _refuse(hidden(str(error), arguments), error.exit_code, arguments)
    except typer.TyperException as error:
        return _refuse(hidden(error.format_message(), arguments) + _see_help(error), error.exit_code, arguments)
    except typer.Abort:
        return 130
    except Exception as error:
        return _defect(error, arguments)
    return code or 0


def _program(arguments: Sequence[str]) -> Any:
    """The commands, or of them the one that is meant, because to make all takes time. Their help is in Indonesian for
    whoever sets PRIVACYSCAN_LANG so."""
    command = get_group(_alone(arguments[0]) if arguments else app)
    if os.environ.get("PRIVACYSCAN_LANG") == "id" and ("--help" in arguments or not arguments):
        _help.translate(command, "id")
    return command


def _alone(name: str) -> typer.Typer:
    """The program with the named command alone; with all of them where there is none of this name."""
    alone = _empty()
    alone.registered_commands = [c for c in app.registered_commands if getattr(c.callback, "__name__", "") == name]
    alone.registered_groups = [g for g in app.registered_groups if g.name == name]
    return alone if alone.registered_commands or alone.registered_groups else app


def _refuse(message: str, code: int, arguments: Sequence[str]) -> int:
    """Tell it in the user's language. The settings may be what is wrong, so they are not asked for it."""
    from privacyscan.outputs._messages import language_of, translated

    language = language_of(arguments, os.environ.get("PRIVACYSCAN_LANG"))
    print(f"privacyscan: {translated(message, language)}", file=sys.stderr)
    return code


def _see_help(error: typer.TyperException) -> str:
    context = getattr(error, "ctx", None)
    return f"\nSee: {context.command_path} --help" if context is not None else ""


def _defect(error: Exception, arguments: Sequence[str]) -> int:
    """Tell where it happened, but not the error's text and no variables: they may hold personal data."""
    import traceback

    frames = [f for f in traceback.extract_tb(error.__traceback__) if "/typer/" not in f.filename]
    told = f"{type(error).__name__} (text left out: it may hold personal data)"
    print(*traceback.format_list(frames), told, sep="", file=sys.stderr)
    return _refuse("this is a defect; please report the lines above", DEFECT, arguments)


def _discard_output() -> None:
    """Nobody reads on; keep Python from complaining when it flushes at the end."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.__stdout__, sys.__stderr__):
        if stream is not None:
            os.dup2(nowhere, stream.fileno())
