"""Recogniser files of Presidio (`recognizers:`) as identifiers of ours.

A score from `ALONE` on stands by itself, as the tier `checked`; below it a value counts where a word of its context, or
of its entity's name, stands before it or in the header. Presidio's own scores are not kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pydantic import Field

from privacyscan.model import Identifier
from privacyscan.rulebook import _backtracking
from privacyscan.rulebook._identifiers import Examples, IdentifierFile, PatternEntry, regex_mistakes
from privacyscan.rulebook._schema import SourceEntry, Strict, Words
from privacyscan.rulebook._translate import Untranslatable, translated
from privacyscan.rulebook._yaml import Document, validate

ALONE = 0.6
FLAGS = int(re.DOTALL | re.MULTILINE | re.IGNORECASE)  # Presidio's own default
RANK = 900  # ours come first where two claim the same
Path = tuple[str | int, ...]


class PatternOf(Strict):
    name: str = ""
    regex: str
    score: float = Field(ge=0, le=1)


class LanguageOf(Strict):
    language: str
    context: list[str] | None = None


class Recognizer(Strict):
    """One entry of the list, as Presidio describes it."""

    name: str = Field(min_length=1)
    supported_entity: str = Field(pattern=r"^[A-Z][A-Z0-9_]*$")
    type: str = "custom"
    enabled: bool = True
    supported_language: str | None = None
    supported_languages: list[str] | list[LanguageOf] | None = None
    country_code: str | None = None
    patterns: list[PatternOf] | None = None
    deny_list: list[str] | None = None
    deny_list_score: float = Field(default=1.0, ge=0, le=1)
    context: list[str] | None = None

    def words(self) -> list[str]:
        """The words of all languages, and those of the entity's name, as our rules write words."""
        lists = [x.context or [] for x in self.supported_languages or () if isinstance(x, LanguageOf)]
        given = [*(self.context or ()), *(w for words in lists for w in words), self.supported_entity]
        plain = (" ".join(re.findall("[a-z0-9]+", w.lower())) for w in given)
        return list(dict.fromkeys(w for w in plain if w))


def read(document: Document, name: str) -> tuple[list[Identifier], list[str]]:
    """The identifiers of the file and its mistakes. Several recognisers of one entity become one identifier."""
    mistakes: list[str] = []
    found: dict[str, list[tuple[Recognizer, list[PatternEntry]]]] = {}
    flags = document.data.get("global_regex_flags", FLAGS)
    entries = document.data["recognizers"]
    if not isinstance(entries, list):
        return [], [document.mistake(("recognizers",), "input should be a valid list")]
    for i, entry in enumerate(entries):
        path: Path = ("recognizers", i)
        if isinstance(entry, dict) and entry.get("enabled") is False:
            continue
        if not isinstance(entry, dict) or entry.get("type", "custom") != "custom":
            mistakes.append(document.mistake(path, "is built into Presidio and is no rule; take it out of the file"))
            continue
        part = Document(name, entry, {k[2:]: line for k, line in document.lines.items() if k[:2] == path})
        recognizer, wrong = validate(part, Recognizer)
        mistakes += wrong
        if recognizer is not None:
            patterns, wrong = _patterns(recognizer, document, path, flags if isinstance(flags, int) else FLAGS)
            mistakes += wrong
            found.setdefault(recognizer.supported_entity, []).append((recognizer, patterns))
    return [] if mistakes else [_identifier(parts, name) for parts in found.values()], mistakes


def _patterns(
    recognizer: Recognizer, document: Document, path: Path, flags: int
) -> tuple[list[PatternEntry], list[str]]:
    entries: list[PatternEntry] = []
    mistakes: list[str] = []
    for where, name, regex, score, mine in _written(recognizer, flags):
        try:
            shape = translated(regex, mine)
        except Untranslatable as error:
            mistakes.append(document.mistake((*path, *where), f"cannot be read alike by both engines: {error}"))
            continue
        except (re.error, OverflowError, RecursionError) as error:
            mistakes.append(document.mistake((*path, *where), f"does not compile: {error.args[0]}"))
            continue
        slow = _backtracking.mistake(shape)
        mistakes += [
            document.mistake((*path, *where), what) for what in (*regex_mistakes(shape), *([slow] if slow else ()))
        ]
        entries.append(PatternEntry(name=name, regex=shape, alone=score >= ALONE))
    if not entries and not mistakes:
        mistakes.append(document.mistake(path, "has neither patterns nor a deny_list"))
    return entries, mistakes


def _written(recognizer: Recognizer, flags: int) -> Iterator[tuple[Path, str, str, float, int]]:
    """Where it stands, name, regular expression, score and flags of all that the recogniser looks for."""
    for j, p in enumerate(recognizer.patterns or ()):
        yield ("patterns", j, "regex"), p.name or f"{recognizer.name} {j + 1}", p.regex, p.score, flags
    if recognizer.deny_list:
        words = "|".join(map(re.escape, sorted(recognizer.deny_list, key=len, reverse=True)))
        regex = rf"(?<!\w)(?:{words})(?!\w)"
        yield ("deny_list",), "deny_list", regex, recognizer.deny_list_score, flags | re.IGNORECASE


def _identifier(parts: list[tuple[Recognizer, list[PatternEntry]]], name: str) -> Identifier:
    first = parts[0][0]
    words = list(dict.fromkeys(w for recognizer, _ in parts for w in recognizer.words()))
    patterns = sorted((p for _, mine in parts for p in mine), key=lambda p: not p.alone)  # the first that fits counts
    rule = IdentifierFile.model_construct(
        id=first.supported_entity,
        title=Words(id=first.name, en=first.name),
        meaning=Words(id="Dari berkas recogniser Presidio.", en="From a recogniser file of Presidio."),
        sources=[SourceEntry(url=name, says=first.name, confirmed=False)],
        category="umum",
        group="biography",
        patterns=patterns,
        normalise="text",
        alone=[] if any(p.alone for p in patterns) else None,
        context=words,
        columns=words,
        rank=RANK,
        examples=Examples.model_construct(match=[], no_match=[]),
    )
    return rule.build(name)
