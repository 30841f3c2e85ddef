"""`privacyscan doctor`: what is here, and what to install for the rest."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from privacyscan._version import __version__
from privacyscan.cli import _options

if TYPE_CHECKING:
    from privacyscan.outputs._text import Texts
    from privacyscan.settings import Settings

_REQUIREMENT = re.compile(r"""([A-Za-z0-9._-]+)[^;]*(?:;.*extra == ["']([A-Za-z0-9._-]+)["'])?""")
Line = tuple[str, str]


def doctor(lang: _options.Lang = None, config: _options.Config = None) -> int:
    """Show what is installed, and what to install.

    Libraries, drivers, formats, rules and folders.
    """
    from privacyscan.outputs._text import texts

    settings = _options.settings_of({"lang": lang, "config": config})
    say = texts(settings.lang)
    needed, extras, complete = _libraries(say)
    _print(say("cli.doctor.needed"), [(say("cli.doctor.python"), sys.version.split()[0]), *needed])
    _print(say("cli.doctor.extras"), extras or [("", say("cli.doctor.no_extras"))])
    _print(say("cli.doctor.reads"), _reads(say))
    _print("privacyscan", _own(settings, config, say))
    print("\n" + say("cli.doctor.fine" if complete else "cli.doctor.broken"))
    return 0 if complete else 2


def _print(title: str, lines: list[Line]) -> None:
    print(f"\n{title}")
    width = max(len(name) for name, _ in lines)
    for name, found in lines:
        print(f"  {name:<{width}}  {found}")


def _libraries(say: Texts) -> tuple[list[Line], list[Line], bool]:
    """The needed libraries and those of extras, each with its version or what to do; whether all needed are here."""
    from importlib.metadata import PackageNotFoundError, requires, version

    needed: list[Line] = []
    extras: list[Line] = []
    complete = True
    for requirement in requires("privacyscan") or ():
        match = _REQUIREMENT.match(requirement)
        assert match is not None, requirement
        name, extra = match.groups()
        try:
            found = version(name)
        except PackageNotFoundError:
            wanted = f"privacyscan[{extra}]" if extra else requirement.partition(";")[0].strip()
            found = say("cli.doctor.missing", command=f"pip install '{wanted}'")
            complete = complete and bool(extra)
        (extras if extra else needed).append((f"{name} [{extra}]" if extra else name, found))
    return needed, extras, complete


def _reads(say: Texts) -> list[Line]:
    from privacyscan.outputs import formats
    from privacyscan.registry import Lacking, plugins

    schemes = sorted(s for source in plugins("sources").values() for s in source.schemes)
    targets = [f"{s}://" if s else say("cli.doctor.folder") for s in schemes]
    found = [*plugins("sources").values(), *plugins("formats").values(), *formats().values()]
    lacking = {what: how for plugin in found if isinstance(plugin, Lacking) for what, how in plugin.lacks().items()}
    return [
        (say("cli.doctor.targets"), ", ".join(target for target in targets if target not in lacking)),
        (say("cli.doctor.formats"), ", ".join(sorted(plugins("formats")))),
        *((what, say("cli.doctor.missing", command=command)) for what, command in sorted(lacking.items())),
        (say("cli.doctor.reports"), ", ".join(formats())),
        (say("cli.doctor.browser"), say("cli.doctor.no_browser")),
    ]


def _own(settings: Settings, config: Path | None, say: Texts) -> list[Line]:
    from privacyscan import rulebook
    from privacyscan.settings import find_file

    rules = rulebook.load(settings.rules)
    counts = {"identifiers": len(rules.identifiers), "regulations": len(rules.regulations)}
    state = "cli.doctor.state_key" if (settings.state / "key").is_file() else "cli.doctor.state_new"
    file = config or find_file(Path.cwd())
    return [("privacyscan", __version__), *(
        (say("cli.doctor.rules"), say("cli.doctor.rules_count", **counts)),
        (say("cli.doctor.state"), say(state, folder=str(settings.state))),
        (say("cli.doctor.config"), str(file) if file else say("cli.doctor.no_config")),
    )]  # fmt: skip
