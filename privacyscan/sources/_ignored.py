"""Which files the ignore files of a tree leave out, in the syntax of git (gitignore(5))."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from string import ascii_letters, ascii_lowercase, ascii_uppercase, digits, hexdigits, punctuation, whitespace
from typing import Any

from privacyscan.model import Place, Reason, Skipped

IGNORE_FILE = ".privacyscanignore"
LARGEST = 1 << 20  # bytes of an ignore file; a larger one is none
_CLASSES = {  # git's, in ASCII
    "alnum": {*ascii_letters, *digits},
    "alpha": {*ascii_letters},
    "blank": {*" \t"},
    "cntrl": {*map(chr, range(32)), "\x7f"},
    "digit": {*digits},
    "graph": {*ascii_letters, *digits, *punctuation},
    "lower": {*ascii_lowercase},
    "print": {*ascii_letters, *digits, *punctuation, " "},
    "punct": {*punctuation},
    "space": {*whitespace},
    "upper": {*ascii_uppercase},
    "xdigit": {*hexdigits},
}
_CHARACTER = re.compile(r"\\.|.", re.DOTALL)
_IN_CLASS = re.compile(r"\[:[a-z]+:\]|(?:\\.|.)-(?:\\.|.)|\\.|.", re.DOTALL)
_PIECE = re.compile(r"\*+|\?|\[[!^]?+(?:\[:[a-z]+:\]|\\.|.)(?:\[:[a-z]+:\]|\\.|[^\]\\])*\]|\\.|.", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of an ignore file. `whole`: it speaks of the path below the file's folder, not of a name alone."""

    line: int
    pattern: Any  # of RE2
    whole: bool
    folders_only: bool
    takes_back: bool


@dataclass(frozen=True, slots=True)
class Ignored:
    """The rules of the ignore files on the way to a folder, with where each of the files lies; the nearest first."""

    files: tuple[tuple[tuple[str, ...], Sequence[Rule]], ...] = ()

    def with_file(self, folder: Place, text: bytes) -> tuple[Ignored, Skipped]:
        """The same with the ignore file of a folder, and that it is there: somebody could hide data with it."""
        place = folder.child(IGNORE_FILE)
        if len(text) > LARGEST:
            return self, Skipped(place, Reason.TOO_LARGE, f"over {LARGEST} bytes, so it leaves nothing out", "list")
        found = tuple(rules(text))
        message = f"{len(found)} patterns leave files out; --no-ignore-file reads them"
        return Ignored(((folder.path, found), *self.files)), Skipped(place, Reason.IGNORE_FILE, message, "list")

    def leaves_out(self, path: tuple[str, ...], is_folder: bool) -> tuple[str, int] | None:
        """The ignore file and line that leave out a file or folder; None: it stays. The folders above it stay."""
        for folder, found in self.files:
            below, name = _as_bytes("/".join(path[len(folder) :])), _as_bytes(path[-1])
            for rule in reversed(found):
                if (is_folder or not rule.folders_only) and rule.pattern.fullmatch(below if rule.whole else name):
                    return None if rule.takes_back else ("/".join((*folder, IGNORE_FILE)), rule.line)
        return None


def left_out(place: Place, by: tuple[str, int], is_folder: bool) -> Skipped:
    """A file, or a folder that is not entered, which the line `by` of an ignore file leaves out."""
    file, line = by
    message = f"folder, not listed, by {file}, line {line}" if is_folder else f"by {file}, line {line}"
    return Skipped(place, Reason.EXCLUDED, message, "list")


def rules(text: bytes) -> Iterator[Rule]:
    """The rules of an ignore file; lines that are no pattern give none."""
    for number, line in enumerate(text.removeprefix(b"\xef\xbb\xbf").decode("latin-1").split("\n"), 1):
        pattern = line.removesuffix("\r")
        while pattern.endswith(" ") and not pattern.endswith("\\ "):
            pattern = pattern[:-1]
        if not pattern or pattern.startswith("#"):
            continue
        takes_back = pattern.startswith("!")
        pattern = pattern.removeprefix("!")
        folders_only = pattern.endswith("/")
        pattern = pattern.removesuffix("/")
        if (compiled := _compiled(pattern.removeprefix("/"))) is not None:
            yield Rule(number, compiled, "/" in pattern, folders_only, takes_back)


def _compiled(pattern: str) -> Any:
    """The pattern as an expression of RE2, which no pattern can keep busy without end; None: it matches nothing."""
    import re2

    expression = _expression(pattern)
    try:
        return re2.compile(expression) if expression else None
    except re2.error:  # too long
        return None


def _as_bytes(name: str) -> str:
    """A name with a character for each of its bytes, which is what git's patterns speak of."""
    return os.fsencode(name).decode("latin-1")


def _expression(pattern: str) -> str:
    """The pattern as an expression for a path; empty for one that matches nothing."""
    out, at = "", 0
    while at < len(pattern):
        match = _PIECE.match(pattern, at)
        assert match is not None
        piece, at = match[0], match.end()
        if piece[0] == "*":
            begins, ends = match.start() == 0 or pattern[match.start() - 1] == "/", at == len(pattern)
            if len(piece) > 1 and begins and pattern.startswith("/", at):
                out, at = out + "(?s:.*/)?", at + 1
            else:
                out += "(?s:.*)" if len(piece) > 1 and begins and ends else "[^/]*"
        elif piece == "?":
            out += "[^/]"
        elif piece[0] == "[" and len(piece) > 1 and (members := _members(piece[1:-1])):
            out += f"[{members}]"
        elif piece in ("[", "\\") or len(piece) > 2:  # without an end, or without a member
            return ""
        else:
            out += _escaped(piece[-1])
    return out


def _members(inside: str) -> str:
    """The characters of a class, never the slash."""
    negated = inside[0] in "!^"
    held: set[str] = set()
    for part in _IN_CLASS.findall(inside[negated:]):
        ends = [end[-1] for end in _CHARACTER.findall(part)]
        if part.startswith("[:"):
            held |= _CLASSES.get(part[2:-2], set())
        elif len(ends) == 3:
            held |= {
                ends[0],
                *map(chr, range(ord(ends[0]), ord(ends[2]) + 1)),
            }  # git takes the first alone if it is more
        else:
            held.add(ends[0])
    held = set(map(chr, range(1, 256))) - held if negated else held
    return "".join(map(_escaped, sorted(held - {"/"})))


def _escaped(character: str) -> str:
    return f"\\x{{{ord(character):x}}}"
