"""YAML as records, like JSON: keys are fields, lists of objects tables. Its comments are text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

from privacyscan.formats import Format
from privacyscan.formats._blocks import text_blocks
from privacyscan.formats._charset import charset, utf8_blocks
from privacyscan.formats.text import plugin as plain_text
from privacyscan.model import File, Limits, Part
from privacyscan.records import Records, spread

_BLOCK = 1 << 20
_MOST = 8  # blocks of a file; a longer one is text
_DEPTH = 100  # lists and objects in each other; a deeper file is text
_BEGINNING = re.compile(r"(?:%YAML .*\n)?---[ \t]*\n")
_COMMENT = re.compile(r"(?:^|[ \t])#(.*)")
_NOTHING = ("", "~", "null")


class Yaml:
    name = "yaml"
    suffixes = (".yaml", ".yml")
    binary = True

    def matches(self, head: bytes, name: str) -> int:
        kind = charset(head)
        if kind is None:
            return 0
        if _BEGINNING.match(head.decode(kind, "replace")) and not name.endswith(".md"):
            return 3
        return 2 if name.endswith(self.suffixes) else 0

    def read(self, file: File, limits: Limits) -> Iterator[Part]:
        with file.open() as stream:
            kind = charset(stream.read(64 << 10)) or "utf-8"
            stream.seek(0)
            blocks = list(islice(utf8_blocks(stream, kind, _BLOCK), _MOST + 1))
            text = b"".join(blocks).decode("utf-8", "replace") if len(blocks) <= _MOST else None
            documents = _documents(text) if text is not None else None
        if text is None or documents is None:
            yield from plain_text.read(file, limits)
            return
        records = Records(file.place, limits)
        for document in documents:
            for path, record in spread((), document):
                if records.add(path, record, len(text)):
                    yield from records.full()
        yield from records.rest()
        comments = [found[1] if (found := _COMMENT.search(line)) else "" for line in text.split("\n")]
        if any(comments):
            yield from text_blocks(file.place.child("comments"), ["\n".join(comments).encode()], limits)


class _NoRecords(Exception):
    pass


def _documents(text: str) -> list[Any] | None:
    """The documents of a file as they are written; None where it is no YAML, or none that holds fields."""
    import yaml

    try:
        events = yaml.parse(text, yaml.CSafeLoader)
        found = [_value(events, next(events), 0) for e in events if isinstance(e, yaml.DocumentStartEvent)]
    except (yaml.YAMLError, _NoRecords):
        return None
    return found if found and all(isinstance(document, dict | list) for document in found) else None


def _value(events: Iterator[Any], event: Any, depth: int) -> Any:
    """The value that begins with this event. What another place repeats (`*name`) is not repeated."""
    import yaml

    if depth > _DEPTH:
        raise _NoRecords
    if isinstance(event, yaml.ScalarEvent):
        return None if not event.style and event.value in _NOTHING else event.value
    if isinstance(event, yaml.SequenceStartEvent):
        return [_value(events, e, depth + 1) for e in _until(events, yaml.SequenceEndEvent)]
    if isinstance(event, yaml.MappingStartEvent):
        fields: dict[str, Any] = {}
        for e in _until(events, yaml.MappingEndEvent):
            key = str(_value(events, e, depth + 1))
            while key in fields:
                key = f"{key} {len(fields)}"
            fields[key] = _value(events, next(events), depth + 1)
        return fields
    return f"*{event.anchor}"


def _until(events: Iterator[Any], end: type) -> Iterator[Any]:
    """The events that begin a value, up to the end of what they stand in."""
    while not isinstance(event := next(events), end):
        yield event


plugin: Format = Yaml()
