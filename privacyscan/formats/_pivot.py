"""The rows that pivot tables of an Excel file keep, also of sheets that are gone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import zip_longest
from posixpath import basename, dirname, join, normpath

from privacyscan.formats._container import Container
from privacyscan.formats._documents import batches
from privacyscan.formats._header import unique
from privacyscan.formats._ooxml import xml_part
from privacyscan.formats._xml import DamagedXml, fed
from privacyscan.model import Limits, Part, Reason, Skipped, Text

_DEFINITION = re.compile(r"xl/pivotCache/[^/]*Definition[^/]*\.xml")
_LINK = re.compile(r'Target="([^"]*ecords[^"]*)"')
_VALUES = frozenset("snbde")  # text, number, truth, date, error


class _Definition:
    """The names of the fields, and the values that their rows share."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.shared: list[list[str]] = []
        self.refreshed_by = ""
        self._is_shared = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        if name == "pivotCacheDefinition":
            self.refreshed_by = attributes.get("refreshedBy", "")
        elif name == "cacheField":
            self.names.append(attributes.get("name", ""))
            self.shared.append([])
        elif name == "sharedItems":
            self._is_shared = True
        elif self._is_shared and self.shared and (name in _VALUES or name == "m"):
            self.shared[-1].append(attributes.get("v", ""))

    def end(self, tag: str) -> None:
        self._is_shared &= tag.rpartition(":")[2] != "sharedItems"


class _Records:
    """Rows, with what they share looked up."""

    def __init__(self, shared: list[list[str]]) -> None:
        self._shared = shared
        self._row: list[str] = []
        self._out: list[list[str]] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        if name == "r":
            self._row = []
        elif name in _VALUES or name in ("m", "x"):
            self._row.append(self._value(name, attributes.get("v", "")))

    def end(self, tag: str) -> None:
        if tag.rpartition(":")[2] == "r":
            width = len(self._shared)
            self._out.append([*self._row[:width], *[""] * (width - len(self._row))])

    def taken(self) -> list[list[str]]:
        out, self._out = self._out, []
        return out

    def _value(self, name: str, value: str) -> str:
        if name != "x":
            return value
        items = self._shared[len(self._row)] if len(self._row) < len(self._shared) else []
        return items[int(value)] if value.isdecimal() and int(value) < len(items) else ""


def pivot_caches(container: Container) -> dict[str, str | None]:
    """The member with the rows of each cache by the member that names its fields; None where it keeps no rows."""
    return {m.filename: _records(container, m.filename) for m in container.members if _DEFINITION.fullmatch(m.filename)}


def pivot_parts(container: Container, definition: str, records: str | None, limits: Limits) -> Iterator[Part]:
    """One cache as a table; without rows, the values of its fields."""
    place = container.place.child("pivot tables", basename(definition))
    member = container.zip.getinfo(definition)
    fields = _Definition()
    damaged = False
    try:
        for _ in fed(container.chunks(member), fields.start, fields.end):
            pass
    except DamagedXml:
        damaged = True
    if not fields.names:
        yield from xml_part(container, member, place, limits)
        return
    if fields.refreshed_by:
        yield Text(place.child("refreshed by"), f"{fields.refreshed_by}\n".encode())

    def rows() -> Iterator[list[str]]:
        nonlocal damaged
        if records is None:
            yield from (list(row) for row in zip_longest(*fields.shared, fillvalue=""))
            return
        held = _Records(fields.shared)
        try:
            for _ in fed(container.chunks(container.zip.getinfo(records)), held.start, held.end):
                yield from held.taken()
        except DamagedXml:
            damaged = True
        yield from held.taken()

    yield from batches(place, unique(fields.names), rows(), limits)
    if damaged:
        yield Skipped(place, Reason.DAMAGED, "cannot be read to its end")


def _records(container: Container, definition: str) -> str | None:
    folder, name = dirname(definition), basename(definition)
    links = f"{folder}/_rels/{name}.rels"
    if links not in container:
        return None
    with container.zip.open(links) as stream:
        found = _LINK.search(stream.read(1 << 20).decode("utf-8", "replace"))
    target = normpath(join("/", folder, found[1]))[1:] if found else ""
    return target if target in container else None
