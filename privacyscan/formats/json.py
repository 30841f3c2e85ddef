"""JSON as records: arrays of objects, JSON lines, objects that hold arrays, maps of objects.

Python's own decoder reads value after value from a moving window, so numbers stay exactly as they are written
and memory is bounded by one record. What is too long for the window is entered and read piece by piece.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, BinaryIO, Final

from privacyscan.formats import Format
from privacyscan.formats._charset import charset, utf8_blocks
from privacyscan.model import File, Limits, Part, Reason, Skipped
from privacyscan.records import (
    BATCH,
    DEPTH,
    MAP,
    Path,
    Record,
    Records,
    as_record,
    clean,
    entries,
    spread,
    spread_object,
)

WINDOW = 1 << 20  # characters; an object or array that is longer is entered
LONGEST = 16 << 20  # characters of one record, name or string
_LINES = (".jsonl", ".ndjson")
_LONG: Final = object()  # stands for a value that is too long to be taken whole
_SPACE = " \t\n\r\ufeff\x1e"  # RFC 7464 puts 0x1E before each record

_COMMENT = re.compile(r"^[ \t]*(?://|/\*)", re.MULTILINE)  # settings of editors: read as text, or all behind it is lost
_BEGINNING = re.compile(r'\[\s*\{\s*"|\{\s*"[^"]*"\s*:')


class Json:
    name = "json"
    suffixes = (".json", ".geojson", ".jsonl", ".ndjson")
    binary = False

    def matches(self, head: bytes, name: str) -> int:
        kind = charset(head)
        text = "" if kind is None else head.decode(kind, "replace").lstrip(_SPACE)
        if not text.startswith(("{", "[")) or _COMMENT.search(text):
            return 0
        return 2 if name.endswith(self.suffixes) or _is_json(text, len(head)) else 0

    def read(self, file: File, limits: Limits) -> Iterator[Part]:
        tables = Records(file.place, limits)
        with file.open() as stream:
            window = _Window(stream)
            try:
                for path, record in _values(window, file.name.lower().endswith(_LINES)):
                    if tables.add(path, record, window.taken):
                        yield from tables.full()
            except _TooLong:
                unread: Skipped | None = Skipped(
                    file.place, Reason.TOO_LARGE, _where(window, "a value is too long or nested too deep")
                )
            except (ValueError, RecursionError):
                unread = Skipped(file.place, Reason.DAMAGED, _where(window, "no valid JSON"))
            else:
                unread = None
            yield from tables.rest()
            if unread is not None:
                yield unread
            elif window.broken_lines:
                message = f"{window.broken_lines} lines are no valid JSON and were not read"
                yield Skipped(file.place, Reason.DAMAGED, message)


class _TooLong(Exception):
    pass


class _Window:
    """A moving piece of the text, and the decoder that takes values from it."""

    def __init__(self, stream: BinaryIO) -> None:
        kind = charset(stream.read(64 << 10)) or "utf-8"
        stream.seek(0)
        self._blocks = utf8_blocks(stream, kind, WINDOW)
        self._text, self._at, self._before, self._ended = "", 0, 0, False
        # Text keeps numbers exact: 20 digits do not fit a float, and 3.17E+15 shall be seen as it was written.
        self._decode = json.JSONDecoder(parse_int=str, parse_float=str).raw_decode
        self.broken_lines = 0

    @property
    def taken(self) -> int:
        """Characters taken so far."""
        return self._before + self._at

    def peek(self) -> str:
        """The next character that is no space; empty at the end."""
        while True:
            for at in range(self._at, len(self._text)):
                if self._text[at] not in _SPACE:
                    self._at = at
                    return self._text[at]
            self._at = len(self._text)
            if not self._more(WINDOW):
                return ""

    def take(self, expected: str) -> str:
        """The next character, which must be one of `expected`."""
        found = self.peek()
        if not found or found not in expected:
            raise ValueError
        self._at += 1
        return found

    def value(self, most: int = LONGEST) -> Any:
        """The next value, if it is not longer than about `most` characters; else _TooLong, and nothing is taken."""
        self.peek()
        while True:
            try:
                value, end = self._decode(self._text, self._at)
            except (ValueError, RecursionError):
                if self._ended:
                    raise
                end = len(self._text)
            # A value that touches the edge of the window may go on behind it.
            if end < len(self._text) or self._ended:
                self._at = end
                return value
            if len(self._text) - self._at > most:
                raise _TooLong
            self._more(len(self._text) - self._at)

    def key(self) -> str:
        """The next name of a field, with its colon."""
        if self.peek() != '"':
            raise ValueError
        name: str = self.value()
        self.take(":")
        return name

    def skip_line(self) -> None:
        """Leave the broken line that stands here. Raises _TooLong when it has no end."""
        self.broken_lines += 1
        while (end := self._text.find("\n", self._at)) < 0 and not self._ended:
            if len(self._text) - self._at > LONGEST:
                raise _TooLong
            self._more(WINDOW)
        self._at = end + 1 if end >= 0 else len(self._text)

    def _more(self, size: int) -> bool:
        """Read about `size` characters more; False at the end of the file."""
        pieces, got = [self._text[self._at :]], 0
        while got < size and not self._ended:
            block = next(self._blocks, None)
            self._ended = block is None
            if block:
                pieces.append(block.decode("utf-8", "replace"))
                got += len(pieces[-1])
        self._before += self._at
        self._text, self._at = "".join(pieces), 0
        return got > 0


def _values(window: _Window, lines: bool) -> Iterator[tuple[Path, Record]]:
    """The records of the whole file: of its one value, or of one value after the other (JSON lines)."""
    if not lines:
        first = _whole(window, WINDOW)
        if first is _LONG:
            yield from _enter(window, ())
        elif lines := window.peek() in ("{", "["):
            yield (), as_record(first)
        else:
            yield from spread((), first)
    while window.peek():
        if not lines:
            raise ValueError  # something stands behind the end
        try:
            value = window.value()
        except (ValueError, RecursionError, _TooLong):
            window.skip_line()
        else:
            yield (), as_record(value)


def _whole(window: _Window, most: int) -> Any:
    """The next value; _LONG, and nothing is taken, for an object or array that is longer than `most` or broken.

    Entering a broken one gives what stands before the damage.
    """
    if window.peek() not in ("{", "["):
        return window.value()
    try:
        return window.value(most)
    except (_TooLong, ValueError, RecursionError):
        return _LONG


def _enter(window: _Window, path: Path) -> Iterator[tuple[Path, Record]]:
    """The records inside an object or array that is read piece by piece."""
    if len(path) > DEPTH:
        raise _TooLong
    if window.take("{[") == "[":
        yield from _enter_array(window, path)
    else:
        yield from _enter_object(window, path)


def _enter_array(window: _Window, path: Path) -> Iterator[tuple[Path, Record]]:
    more = window.peek() != "]" or not window.take("]")
    while more:
        value = _whole(window, LONGEST)
        if value is _LONG:
            yield from _enter(window, path)
        else:
            yield path, as_record(value, path)
        more = window.take(",]") == ","


def _enter_object(window: _Window, path: Path) -> Iterator[tuple[Path, Record]]:
    fields: dict[str, Any] = {}
    begun, is_map = window.taken, False
    more = window.peek() != "}" or not window.take("}")
    try:
        while more:
            key = window.key()
            value = _whole(window, WINDOW)
            if value is _LONG:
                yield from _enter(window, (*path, clean(key)))
            else:
                fields[key] = value
            if is_map or len(fields) > MAP or window.taken - begun > BATCH:
                is_map = True
                yield from entries(path, fields)
                fields = {}
            more = window.take(",}") == ","
    except (ValueError, RecursionError, _TooLong):
        yield from spread_object(path, fields)  # what was read before the damage
        raise
    yield from spread_object(path, fields)


def _is_json(text: str, size: int) -> bool:
    """Whether the beginning of a file whose name does not say so is JSON."""
    if size < 64 << 10 and _parses(text):
        return True
    lines = [line for line in text[: text.rfind("\n") + 1].splitlines() if line.strip()][:50]
    if len(lines) > 1:
        return all(_parses(line) for line in lines)
    return "\n" not in text and bool(_BEGINNING.match(text))


def _parses(text: str) -> bool:
    try:
        return isinstance(json.loads(text, parse_int=str, parse_float=str), dict | list)
    except (ValueError, RecursionError):
        return False


def _where(window: _Window, what: str) -> str:
    return f"{what} after character {window.taken}; not read from there"


plugin: Format = Json()
