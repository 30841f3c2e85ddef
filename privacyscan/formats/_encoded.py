"""What lines of text hold in another writing: signs that URLs and JSON escape, and base64.

Both keep the lines of a text: escapes are replaced where they stand, and the line is filled up with blanks to its old
length, so that all other places stay true; what base64 holds is a text of its own, each value on its line.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any
from urllib.parse import unquote_to_bytes

from privacyscan.encoded import BEGINNINGS, decoded
from privacyscan.formats._charset import kind_of

_LONGEST = 1 << 20  # bytes of a line; a longer one is cut
_DEPTH = 3  # base64 in base64
_LEAST_PICTURE = 4 << 10  # bytes; smaller ones are buttons
# What begins alike is looked for by itself: RE2 leaps from one beginning to the next, 20 times as fast as it reads.
_ESCAPES = (rb"%[2-7][0-9A-Fa-f]", rb"\\u00[2-7][0-9A-Fa-f]", rb"\+[A-Za-z]")
_BASE64 = (  # JSON, logins, data in URLs, whole lines as in mails, files
    rb"eyJ[A-Za-z0-9+/_-]{16,}={0,2}",
    rb"asic [A-Za-z0-9+/]{8,}={0,2}",
    rb"base64, ?[A-Za-z0-9+/]{16,}={0,2}",
    rb"\n[A-Za-z0-9+/_-]{60,}={0,2}",
    *(re.escape(begins.encode()) + rb"[A-Za-z0-9+/_-]{60,}={0,2}" for begins in BEGINNINGS),
)
_URL = re.compile(rb"(?:%[0-9A-Fa-f]{2})+")
_JSON = re.compile(rb"(?<!\\)\\u(00[2-7][0-9A-Fa-f])")
_WORDS = re.compile(rb"(?<==)[A-Za-z0-9.,'%]++(?:\+[A-Za-z0-9.,'%]++)++(?![/=+])")  # of a form, with a plus for a blank
_BEFORE = re.compile(rb"asic |base64, ?|\n")
_FULL_LINE = 60  # characters of a line behind which the value may go on
_FOLLOWING = re.compile(
    rb"\r?\n((?:[A-Za-z0-9+/_-]{4})++(?:[A-Za-z0-9+/_-]{2,3}={1,2})?|[A-Za-z0-9+/_-]{2,3}={1,2})(?=\r?\n|\Z)"
)
_HEX = re.compile(rb"[0-9A-Fa-f-]+")
_PRINTED = bytes([9, 10, 13, *range(32, 127), *range(128, 256)])


def whole_lines(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The pieces, cut at line ends; a line that is too long is cut anywhere."""
    left = b""
    for piece in pieces:
        cut = piece.rfind(b"\n") + 1
        if not cut and len(left) + len(piece) >= _LONGEST:
            cut = len(piece)
        if cut:
            yield left + piece[:cut]
            left = piece[cut:]
        else:
            left += piece
    if left:
        yield left


def unescaped(lines: bytes) -> bytes:
    """The lines with what `%33`, `\\u0033` and the plus of a form mean."""
    if not any(search(lines) for search in _each(_ESCAPES)):
        return lines
    search, begun, done = _any(_ESCAPES), 0, list[bytes]()
    while (found := search(lines, begun)) is not None:
        start = max(begun, lines.rfind(b"\n", begun, found.start()) + 1)
        end = lines.find(b"\n", found.start())
        end = len(lines) if end < 0 else end
        done += [lines[begun:start], _line(lines[start:end])]
        begun = end
    return b"".join([*done, lines[begun:]])


def _line(line: bytes) -> bytes:
    meant = _WORDS.sub(lambda m: m[0].replace(b"+", b" "), line) if b"+" in line else line
    meant = _JSON.sub(lambda m: bytes([int(m[1], 16)]), meant)
    meant = _URL.sub(lambda m: _visible(unquote_to_bytes(m[0]), m[0]), meant)
    return meant + b" " * (_length(line) - _length(meant))


def _visible(meant: bytes, written: bytes) -> bytes:
    """What is meant, on one line; what is written where that is no text."""
    try:
        text = meant.decode()
    except UnicodeDecodeError:
        return written
    return "".join(c if c.isprintable() else " " for c in text).encode()


def _length(line: bytes) -> int:
    """In characters."""
    return len(line) if line.isascii() else len(line.decode("utf-8", "replace"))


class Base64:
    """Finds base64 in the lines of one text."""

    def __init__(self) -> None:
        self._line = 0  # the first of the lines at hand
        self._line_ends = 0  # that wait until something is found
        self._held: list[bytes | None] = []  # files of the value at hand
        self._files: list[tuple[int, bytes | None]] = []

    def taken(self) -> list[tuple[int, bytes | None]]:
        """The files that were found since this was asked last, with their lines; None for one that a cut line ends."""
        found, self._files = self._files, []
        return found

    def text(self, lines: bytes, depth: int = 0) -> bytes:
        """The texts that stand in base64, each on the line on which it begins; empty where there is none so far."""
        found: list[bytes] = []
        waiting = 0
        for value, start in _values(lines):
            data = self._meant(value, depth)
            if self._held and not depth:
                is_cut = len(lines) >= _LONGEST and lines.endswith(value[-_FULL_LINE:])
                line = self._line + lines.count(b"\n", 0, start)
                self._files += [(line, None if is_cut else file) for file in self._held]
                self._held = []
            if data:
                found += [b"\n" * lines.count(b"\n", waiting, start), data.replace(b"\n", b" "), b" "]
                waiting = start
        line_ends = lines.count(b"\n", waiting)
        if depth:
            return b"".join(found)
        self._line += lines.count(b"\n")
        if not found:
            self._line_ends += line_ends
            return b""
        before, self._line_ends = self._line_ends, line_ends
        return b"\n" * before + b"".join(found)

    def _meant(self, value: bytes, depth: int) -> bytes:
        """The text that a value holds, with what that holds in base64; empty for anything else."""
        try:
            data = decoded(value)
        except ValueError:
            return b""
        if (kind := kind_of(data)) and (kind != "an image" or len(data) >= _LEAST_PICTURE):
            self._held.append(data)
            return b""
        text = data.decode("utf-8", "ignore").encode()
        if len(text) < 0.95 * len(data) or len(text.translate(None, _PRINTED)):
            return b""
        inner = self.text(text, depth + 1) if depth < _DEPTH else b""
        return text + b" " + inner if inner else text


def _values(lines: bytes) -> Iterator[tuple[bytes, int]]:
    """Each value and where it begins; lines that are wholly base64 are one value together."""
    lines = b"\n" + lines
    if not any(search(lines) for search in _each(_BASE64)):
        return
    search, at = _any(_BASE64), 0
    while (found := search(lines, at)) is not None:
        start, at = found.span()
        value = [_BEFORE.sub(b"", found.group())]
        while len(value[-1]) >= _FULL_LINE and (following := _FOLLOWING.match(lines, at)):
            value.append(following[1])
            at = following.end()
        if not _HEX.fullmatch(value[0]):
            yield b"".join(value), max(0, start - (lines[start] != 10))


@cache
def _each(regexes: tuple[bytes, ...]) -> list[Any]:
    import re2

    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1
    options.log_errors = False
    return [re2.compile(regex, options).search for regex in regexes]


@cache
def _any(regexes: tuple[bytes, ...]) -> Any:
    (search,) = _each((b"|".join(regexes),))
    return search
