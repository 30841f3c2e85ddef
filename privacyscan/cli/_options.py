"""Options that several commands share, and the targets and settings they make."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import urlsplit

import typer

from privacyscan import read
from privacyscan.errors import UsageError

if TYPE_CHECKING:
    from privacyscan.model import Target
    from privacyscan.settings import Settings

Lang = Annotated[str | None, typer.Option("--lang", metavar="id|en", help="Language of reports and tables.")]
Config = Annotated[
    Path | None,
    typer.Option("--config", metavar="FILE", help="Settings file [privacyscan.toml here or in a folder above]."),
]
Rules = Annotated[
    list[Path] | None,
    typer.Option("--rules", metavar="PATH", help="Folder or file with more rules; may be repeated."),
]
Workers = Annotated[int | None, typer.Option(metavar="N", help="Processes that read [all cores].")]
TimeoutPerFile = Annotated[float | None, typer.Option(metavar="SECONDS", help="For one file [600].")]
KEYED = ("sftp",)  # schemes whose users mostly have a key: nobody is asked for a password
SignKey = Annotated[
    Path | None, typer.Option("--sign-key", metavar="FILE", help="Private key (Ed25519, PEM) that signs the reports.")
]
ScanFile = Annotated[Path, typer.Argument(metavar="SCAN.json", help="A saved scan.")]


def settings_of(parameters: Mapping[str, Any]) -> Settings:
    """The settings in force, with what the user gave on the command line."""
    from privacyscan.settings import NAMES, load

    given = {k: tuple(v) if isinstance(v, list) else v for k, v in parameters.items() if k in NAMES}
    return load({k: v for k, v in given.items() if v != ()}, config=parameters.get("config"))


def targets_of(texts: Sequence[str], variable: str | None, file: Path | None, lang: str) -> list[Target]:
    """All targets, checked, with the password where a URL has a user and no password."""
    from privacyscan.settings import password

    for text in texts:
        read.target(text)  # a target that is not there is told before anybody types a password
    secret = password(variable, file)
    open_ones = [t for t in texts if "://" in t and _lacks_password(t)]
    if secret is not None and not open_ones:
        raise UsageError("a password was given, but no target is a URL with a user and without a password")
    return [read.target(t, (secret or _asked(t, lang)) if t in open_ones else None) for t in texts]


def with_password(text: str, variable: str | None) -> str:
    """The target with the password in an environment variable, if one is named. Raises UsageError where none fits."""
    from privacyscan.settings import password

    secret = password(variable, None)
    if secret is None:
        return text
    if "://" not in text or not _lacks_password(text):
        raise UsageError("a password was given, but the target is no URL with a user and without a password")
    return read.target(text, secret).url


def _lacks_password(text: str) -> bool:
    try:
        url = urlsplit(text)
    except ValueError:
        raise UsageError(f"{read.without_password(text)}: is no valid URL; check host and brackets") from None
    return bool(url.scheme and url.username) and url.password is None


def _asked(text: str, lang: str) -> str | None:
    """The password, typed without being shown; None when nobody sits at a terminal, or a key will do."""
    if not sys.stdin.isatty() or urlsplit(text).scheme in KEYED:
        return None
    from privacyscan.outputs._messages import translated

    question = translated(f"Password for {read.without_password(text)}", lang)
    answer: str = typer.prompt(question, default="", show_default=False, hide_input=True, err=True)
    return answer or None
