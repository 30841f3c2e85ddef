"""Messages of the readers and of errors in the reader's language; the code has them in English.

`reports/text/<language>.yaml` translates them under `messages`, from template to template. `{}` stands for what only a
run knows. A place before the sentence (`folder/file.csv: ...`) needs no template.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from itertools import pairwise

from privacyscan.outputs._text import languages, texts

_PART = re.compile(r"\{(\d*)\}")


def translated(message: str, language: str) -> str:
    """The message in the language, line by line; a line without a template stays as it is."""
    return "\n".join(_line(line, language) for line in message.split("\n"))


def language_of(arguments: Sequence[str], environ_language: str | None) -> str:
    """The language to tell a mistake in: that of --lang, else of the environment, else Indonesian."""
    asked = [a.removeprefix("--lang=") for a in arguments if a.startswith("--lang=")]
    asked += [after for before, after in pairwise(arguments) if before == "--lang"]
    return next((x for x in (*asked, environ_language) if x in languages()), "id")


def template_of(message: str, language: str) -> str | None:
    """The template that the whole message fits; None when there is none."""
    return next((template for pattern, template, _ in _catalogue(language) if pattern.fullmatch(message)), None)


def _line(line: str, language: str) -> str:
    """The line with its sentence translated: the longest end, after a place and a colon, that fits a template."""
    parts = line.split(": ")
    for i in range(len(parts)):
        sentence = _sentence(": ".join(parts[i:]), language)
        if sentence is not None:
            return ": ".join((*parts[:i], sentence))
    return line


@lru_cache(maxsize=1024)  # a thousand files may lack the same password
def _sentence(message: str, language: str) -> str | None:
    """The whole message in the language; None when no template fits."""
    for pattern, _, template in _catalogue(language):
        if match := pattern.fullmatch(message):
            return _filled(template, [_part(part, language) for part in match.groups()])
    return None


def _part(part: str, language: str) -> str:
    """A part that only the run knew. What the code or the system said there has templates too, names have none."""
    whole = _sentence(part, language)
    return whole if whole is not None else "; ".join(_line(p, language) for p in part.split("; "))


def _filled(template: str, parts: Sequence[str]) -> str:
    """The template with its parts, in their order or by the numbers in its braces."""
    following = iter(parts)
    return _PART.sub(lambda match: parts[int(match[1])] if match[1] else next(following), template)


@cache
def _catalogue(language: str) -> list[tuple[re.Pattern[str], str, str]]:
    """Pattern, template, translation; what says most in its own words comes first."""
    found: dict[str, str] = texts(language).get("messages") or {}
    longest = sorted(found, key=lambda template: -len(_PART.sub("", template)))
    return [(re.compile("(.*?)".join(map(re.escape, t.split("{}")))), t, found[t]) for t in longest]
