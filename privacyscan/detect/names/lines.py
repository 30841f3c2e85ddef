"""Which lines of a text may hold names: the tagger is asked for these and what stands beside them.

Lines of logs and settings, and sentences of ordinary words alone, are most of many texts, and all the work of the
tagger on them is lost.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from privacyscan.detect.names import addresses, doubts, lexicons
from privacyscan.detect.names.cues import CUES
from privacyscan.detect.names.letters import alphanumeric, letters
from privacyscan.detect.vectors import letters as ascii_letters

if TYPE_CHECKING:
    from privacyscan.detect.vectors import Bools, Strings

_LINE = re.compile(r"[^\n]*\n(?:[ \t\r]*\n)*|[^\n]+")  # with the blank lines behind it
_WHOLE = re.compile(r"[^\W_]+(?:\.[a-z0-9]+)*")  # id.go.layanan is one word
_ABOUT_A_NAME = re.compile(r"(?i)\ba(?:\.|/|\. ?)n\b")
# How programs begin a line: a time, an address, a level, a bracket, `key=`, a frame of a stack.
_MACHINE = re.compile(
    r"[ \t]*(?:[\[{]"
    r"|[0-9]{1,4}[-/.][0-9]{1,2}[-/.][0-9]{1,4}[ T,]+[0-9]{1,2}[:.][0-9]{2}"
    r"|[0-9]{1,2}:[0-9]{2}:[0-9]{2}"
    r"|[0-9]{9,}[., ]"
    r"|[0-9]{1,3}(?:\.[0-9]{1,3}){3}\b"
    r"|[A-Z][a-z]{2} [ 0-9][0-9] [0-9]{2}:[0-9]{2}:[0-9]{2}"
    r"|(?:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|FATAL|CRITICAL)\b"
    r"|[A-Za-z_][\w.-]*="
    r"|at [\w$.<>/]+\(|Caused by: |File \")"
)


def parts(text: str, finds: Sequence[int] = ()) -> list[tuple[int, int]]:
    """Start and end of the parts of a text that are to be asked for names: whole lines. `finds` are the places where
    the finds of rules begin, in order.

    A line is asked if it holds a find, or a word that is no ordinary one: ordinary words alone are no names. Lines of
    machines are full of strange words; they are asked only with a find, a known part of a name, or a word that
    announces a name or an address. Beside a line that is asked, lines of people are asked too, as its context.
    """
    if "\n" not in text:
        return [(0, len(text))] if finds or _may_hold(text) else []
    found: list[tuple[int, int]] = []
    for start, end in _asked(text, finds):
        if found and found[-1][1] == start:
            found[-1] = found[-1][0], end
        else:
            found.append((start, end))
    return found


def are_ordinary(texts: Strings) -> Bools:
    """Which lines, each printable ASCII in which no rule finds anything, are surely not asked: those of ordinary words
    alone."""
    import numpy as np

    found, of = texts.runs(ascii_letters())
    strange = np.fromiter(map(_is_strange_word, found.dictionary.to_pylist()), np.bool_, len(found.dictionary))
    held = np.bincount(of, strange[found.indices.to_numpy()], texts.size) > 0
    return np.asarray(~held & ~texts.mask(_ABOUT_A_NAME.pattern) & ~texts.mask(f"^(?:{_MACHINE.pattern})"))


@lru_cache(maxsize=50_000)
def _is_strange_word(word: str) -> bool:
    return len(word) > 1 and word not in _ordinary() and word.lower() not in _never_names()


def _asked(text: str, finds: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Start and end of each line that is asked."""
    last: tuple[int, int] | None = None  # a line that is asked if the next one is
    is_context = False  # whether the next line is asked at least as context
    for match in _LINE.finditer(text):
        start, end = match.span()
        may_hold = bisect_left(finds, start) < bisect_left(finds, end) or _may_hold(match[0])
        if may_hold and last:
            yield last
        if may_hold or (is_context and not _MACHINE.match(match[0])):
            yield start, end
            last = None
        else:
            last = None if _MACHINE.match(match[0]) else (start, end)
        is_context = may_hold


def _may_hold(line: str) -> bool:
    return _tells(line) if _MACHINE.match(line) else _is_strange(line)


def _is_strange(line: str) -> bool:
    """Whether a line holds a word that is no ordinary one; single letters are none."""
    words = letters(line).split()
    rest = [word.lower() for word in set(words).difference(_ordinary()) if len(word) > 1]
    return not _never_names().issuperset(rest) or _says_about(line, words)


def _tells(line: str) -> bool:
    """Whether a line holds a known part of a name, or a word that announces a name or an address."""
    words = alphanumeric(line).lower().split()
    if not _telling().isdisjoint(words):
        return not _telling().isdisjoint(map(str.lower, _WHOLE.findall(line))) or _says_about(line, words)
    return _says_about(line, words)


def _says_about(line: str, words: Sequence[str]) -> bool:
    """Whether `a.n.` stands in the line."""
    return "n" in words and _ABOUT_A_NAME.search(line) is not None


@cache
def _ordinary() -> frozenset[str]:
    """Words that are hardly a part of a name where they are written small, and begin no address."""
    written_small = {word for word, case in lexicons.word_case().items() if case != "capital"}
    things = lexicons.ORGANISATION_WORDS | lexicons.PLACE_WORDS | lexicons.THING_LABELS
    return frozenset((written_small | things) - lexicons.usual_parts() | lexicons.english()) - _announcing()


@cache
def _never_names() -> frozenset[str]:
    """Those that are none with a capital either."""
    return _ordinary() - lexicons.name_ranks().keys()


@cache
def _telling() -> frozenset[str]:
    """Known parts of names and what announces a name or an address."""
    labels = lexicons.NAME_LABELS | lexicons.HONORIFICS | lexicons.ROLES | doubts.SPEAKS
    return labels | lexicons.usual_parts() | _announcing()


@cache
def _announcing() -> frozenset[str]:
    """Words behind which even ordinary ones may be a name or an address."""
    cues = {word for cue in CUES for word in cue.words if len(word) > 1} - {"atas"}  # `nama` stands behind it
    return addresses.PRECISE_STARTS.union(cues, lexicons.ADDRESS_LABELS)
