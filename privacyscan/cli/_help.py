"""What `--help` says, in the language of PRIVACYSCAN_LANG."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def translate(command: Any, language: str) -> None:
    """Translate the help of the command, of its options and of the commands below it."""
    from privacyscan.outputs._text import texts

    _translate(command, texts(language).get("help") or {})


def paragraphs(text: str | None) -> list[str]:
    """The paragraphs of a help text, each on one line."""
    return [" ".join(part.split()) for part in (text or "").split("\n\n") if part.strip()]


def _translate(command: Any, known: Mapping[str, str]) -> None:
    command.help = _told(command.help, known)
    for parameter in command.params:
        if getattr(parameter, "help", None):
            parameter.help = _told(parameter.help, known)
    for below in getattr(command, "commands", {}).values():
        _translate(below, known)


def _told(text: str | None, known: Mapping[str, str]) -> str:
    return "\n\n".join(known.get(part, part) for part in paragraphs(text))
