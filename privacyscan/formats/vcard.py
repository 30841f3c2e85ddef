"""Contacts (.vcf, RFC 6350 and the older 2.1 and 3.0 of telephones): a table with a row for each card."""

from __future__ import annotations

import re
from base64 import b64decode
from binascii import Error
from collections import Counter
from collections.abc import Iterator, Mapping
from quopri import decodestring
from typing import Any

from privacyscan.batches import binary_cells, bounded, record_batch
from privacyscan.formats import Format
from privacyscan.formats._folded import begins, unfolded
from privacyscan.formats.ical import unescaped
from privacyscan.model import File, Limits, Part, Reason, Skipped, Table

# Properties of persons, by names that rules know as headers.
_TITLES = {
    "FN": "full name",
    "N": "name",
    "TEL": "phone",
    "EMAIL": "email",
    "ADR": "address",
    "BDAY": "birth date",
    "ORG": "organisation",
    "TITLE": "job title",
}
_FRAME = ("BEGIN", "END", "VERSION", "PRODID", "REV")
_LINE = re.compile(r"(?:[\w-]+\.)?([\w-]+)((?:;[^:\"]*(?:\"[^\"]*\")?)*):(.*)", re.DOTALL)
_BASE64 = re.compile(r"(?i);(?:ENCODING=)?(?:B|BASE64)(?:;|$)")
_QUOTED = re.compile(r"(?i);(?:ENCODING=)?QUOTED-PRINTABLE(?:;|$)")
_CHARSET = re.compile(r"(?i);CHARSET=([\w-]+)")
_DATA = re.compile(r"(?i)data:[^,]{0,99};base64,")
_PARTS = re.compile(r"(?<!\\);")
_MOST = 200  # columns; what else a card says shares one
_REST = "other"

Card = dict[str, Any]


class Vcard:
    name = "vcard"
    suffixes = (".vcf", ".vcard")
    binary = False

    def matches(self, head: bytes, name: str) -> int:
        return 3 if begins(head, "VCARD") else 0

    def read(self, file: File, limits: Limits) -> Iterator[Part]:
        columns: dict[str, None] = {}
        binary: Counter[str] = Counter()
        first, is_cut = 0, False
        for held in bounded(_cards(file), _weight, limits.batch_rows):
            is_cut = held[-1].pop("", None) is not None
            columns |= {name: None for card in held for name in card}
            batch, unread = record_batch([*columns], [[card.get(name) for name in columns] for card in held])
            binary.update(unread)
            yield Table(file.place, batch, first)
            first += len(held)
        if is_cut:
            yield Skipped(file.place, Reason.DAMAGED, "cut off or damaged; what could be unpacked was read")
        for name, count in binary.items():
            yield binary_cells(file.place.at(column=name), count)


def _cards(file: File) -> Iterator[Card]:
    """The cards of a file; the last has an entry without a name where its end is missing."""
    card: Card = {}
    names: set[str] = set()
    for line in unfolded(file):
        match = _LINE.fullmatch(line)
        if match is None:
            if line.strip():
                _put(card, names, _REST, line)
            continue
        name = match[1].upper()
        if name == "END":
            yield card
            card = {}
        elif name not in _FRAME:
            value = _value(match[2], match[3])
            _put(card, names, _TITLES.get(name, match[1].lower()), _joined(name, value))
    if card:
        yield card | {"": True}


def _put(card: Card, names: set[str], name: str, value: str | bytes) -> None:
    """Add a property to the card; one that is there already gets a number."""
    number = 1
    while (numbered := f"{name} {number}" if number > 1 else name) in card:
        number += 1
    if numbered not in names and len(names) >= _MOST:
        text = value if isinstance(value, str) else value.decode("utf-8", "replace")
        card[_REST] = f"{card.get(_REST, '')}{name}: {text}\n"
        return
    names.add(numbered)
    card[numbered] = value


def _value(parameters: str, value: str) -> str | bytes:
    """The value without its encoding; bytes for a picture, a sound or a key."""
    data = _DATA.match(value)
    if data or _BASE64.search(parameters):
        try:
            return b64decode(value[data.end() if data else 0 :])
        except (Error, ValueError):
            return value
    if _QUOTED.search(parameters):
        charset = _CHARSET.search(parameters)
        decoded = decodestring(value.encode())
        try:
            return decoded.decode(charset[1] if charset else "utf-8")
        except (LookupError, UnicodeDecodeError):
            return decoded.decode("utf-8", "replace")
    return value


def _joined(name: str, value: str | bytes) -> str | bytes:
    """The parts of a name in the order in which it is said, of an address as it is written."""
    if isinstance(value, bytes):
        return value
    parts = [unescaped(part).strip() for part in _PARTS.split(value)]
    if name == "N":
        family, given, middle, before, behind = [*parts, "", "", "", "", ""][:5]
        parts = [before, given, middle, family, behind]
    return (", " if name == "ADR" else " ").join(filter(None, parts))


def _weight(card: Mapping[str, Any]) -> int:
    return sum(len(v) for v in card.values() if isinstance(v, str | bytes))


plugin: Format = Vcard()
