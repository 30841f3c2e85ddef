"""The XML of an Excel sheet: how many cells it spans, and what stands beside its cells."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

_BEGIN = re.compile(rb"<(?:\w+:)?sheetData[\s/>]")
_END = re.compile(rb"</(?:\w+:)?sheetData\s*>|<(?:\w+:)?sheetData\s*/>")
_CELL = re.compile(rb' r="([A-Z]{1,3})([0-9]{1,7})"[^>]*(?<!/)>')  # with something in it
_FAR = re.compile(rb' r="(?=[A-Z]{2}|[A-Z][0-9]{6})([A-Z]{1,3})([0-9]{1,7})"[^>]*(?<!/)>')
_NEAR_ROW, _NEAR_COLUMN = 99_999, 26  # what is not far
_REST = 4096  # bytes that are looked at with the next chunk too: what the end of one has cut


class SheetXml:
    """Measures the cells of a sheet while its XML passes by: `exact`, or those out of a usual area alone, which is
    quicker and says only how much it can be at most."""

    def __init__(self, exact: bool = False) -> None:
        self._pattern = _CELL if exact else _FAR
        self._row, self._column = (0, 0) if exact else (_NEAR_ROW, _NEAR_COLUMN)

    @property
    def cells(self) -> int:
        """How many cells the sheet spans."""
        return self._row * self._column

    def beside(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """The same XML without the cells."""
        rest, before, inside = b"", True, False
        for chunk in chunks:
            data, rest = rest + chunk, b""
            if before and (found := _BEGIN.search(data)):
                before, inside = False, True
                yield data[: found.start()]
                data = data[found.start() :]
            if inside:
                self._measure(data)
                found = _END.search(data) if b"sheetData" in data else None
                if found is None:
                    rest = data[-_REST:]
                    continue
                inside, data = False, data[found.end() :]
            if before:
                yield data[:-_REST]
                rest = data[-_REST:]
            else:
                yield data
        if before:
            yield rest

    def _measure(self, data: bytes) -> None:
        if found := self._pattern.findall(data):
            letters, numbers = zip(*found, strict=True)
            self._row = max(self._row, *map(int, numbers))
            self._column = max(self._column, *map(_column, set(letters)))


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
