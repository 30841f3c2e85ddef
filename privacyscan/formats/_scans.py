"""Pages that are pictures: their words, and a list of those whose words could not be read."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from privacyscan.formats import _ocr
from privacyscan.formats._mend import mended
from privacyscan.model import Limits, Place, Reason, Skipped

if TYPE_CHECKING:
    from PIL.Image import Image

_SHARE = 0.7  # of the time that a file may take: what was recognised by then is not lost
_SHOWN = 10  # numbers of pages in a message


class Scans:
    """The scanned pages of one file."""

    def __init__(self, place: Place, limits: Limits) -> None:
        self._place = place
        self._missing = _ocr.unavailable()
        self._end = time.monotonic() + _SHARE * limits.timeout_per_file
        self._unread: set[int] = set()
        self._illegible: set[int] = set()
        self._late: set[int] = set()

    def words(self, number: int, picture: Image) -> bytes:
        """The words of a page as lines of UTF-8; empty where it holds none, or they cannot be recognised here."""
        if _ocr.is_blank(picture):
            return b""
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
        return reading.text.encode("utf-8", "replace")

    def skipped(self) -> Iterator[Skipped]:
        """The pages that were not read, or not well."""
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
