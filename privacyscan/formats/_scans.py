"""Pages that are pictures: their words, cards, tables and photographs, and a list of what could not be read."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from io import BytesIO
from typing import TYPE_CHECKING

from privacyscan.batches import record_batch
from privacyscan.binary import stand_in
from privacyscan.formats import _ocr, _portrait
from privacyscan.formats._cards import laid_out
from privacyscan.formats._mend import mended
from privacyscan.model import Limits, Place, Reason, Skipped, Table

if TYPE_CHECKING:
    from PIL.Image import Image

_SHARE = 0.7  # of the time that a file may take: what was recognised by then is not lost
_SHOWN = 10  # numbers of pages in a message


class Scans:
    """The scanned pages of one file."""

    def __init__(self, place: Place, limits: Limits) -> None:
        self._place = place
        self._asked = limits.pictures
        self._missing = _ocr.unavailable()
        self._end = time.monotonic() + _SHARE * limits.timeout_per_file
        self._tables: list[tuple[int, str, Sequence[Mapping[str, str]]]] = []
        self._unread: set[int] = set()
        self._illegible: set[int] = set()
        self._late: set[int] = set()

    def words(self, number: int, picture: Image) -> bytes:
        """The words of a page as lines of UTF-8; empty where it holds none, or they cannot be recognised here."""
        if not self._asked or _ocr.is_blank(picture):
            return b""
        name = self._place.path[-1] if self._place.path else ""
        if header := _portrait.shows(picture, name):
            self._photo(number, header, picture)
        if self._missing:
            self._unread.add(number)
            return b""
        if time.monotonic() > self._end:
            self._late.add(number)
            return b""
        reading = _ocr.read(picture)
        reading = replace(reading, lines=[mended(line) for line in reading.lines])
        if not reading.is_text:
            return b""
        if not reading.is_legible:
            self._illegible.add(number)
        layout = laid_out(reading.lines)
        self._tables += [(number, "cards", layout.cards), (number, "members", layout.members)]
        if not header and (layout.is_card or _portrait.shows(picture, name, has_words=True) == "foto ktp"):
            self._photo(number, "foto ktp", picture)
        return replace(reading, lines=layout.rest).text.encode("utf-8", "replace")

    def _photo(self, number: int, header: str, picture: Image) -> None:
        """A photograph of a person, as a table tells of one: what kind it is, and no pixel of it."""
        small, data = picture.convert("RGB"), BytesIO()
        small.thumbnail((64, 64))
        small.save(data, "png")
        self._tables.append((number, "photo", [{header: stand_in(data.getvalue())}]))

    def rest(self) -> Iterator[Table | Skipped]:
        """Cards, tables and photographs on the pages; then the pages that were not read, or not well."""
        for number, name, rows in self._tables:
            if rows:
                columns = list(dict.fromkeys(column for row in rows for column in row))
                batch, _ = record_batch(columns, [[row.get(column) for column in columns] for row in rows])
                yield Table(self._place.child(f"page {number}", name), batch)
        if pages := self._unread:
            message = f"pages that are pictures, whose text was not recognised: {numbers(pages)}; run {self._missing}"
            yield Skipped(self._place, Reason.NEEDS_OCR, message)
        if pages := self._illegible:
            message = f"pages whose text was recognised in part only: {numbers(pages)}"
            yield Skipped(self._place, Reason.ILLEGIBLE, message)
        if pages := self._late:
            message = f"pages for which no time was left: {numbers(pages)}; see --timeout-per-file"
            yield Skipped(self._place, Reason.TIMEOUT, message)


def numbers(pages: Collection[int]) -> str:
    """The numbers of the first pages, and how many there are."""
    shown = ", ".join(map(str, sorted(pages)[:_SHOWN]))
    return shown if len(pages) <= _SHOWN else f"{shown}, ... ({len(pages)})"
