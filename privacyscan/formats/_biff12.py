"""The records of a binary workbook (.xlsb) that hold text beside the cells, and how many cells a sheet spans."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from privacyscan.formats._biff import printed

# Record numbers of [MS-XLSB].
_ROW, _CELLS = 0, range(1, 12)
_NAME, _VALIDATION, _SHEET, _PRINTED, _LINK, _AUTHOR, _COMMENT = 39, 64, 156, 479, 494, 632, 637
_NO_TEXT = 0xFFFFFFFF
_TEXT_TOKEN = 0x17  # of a formula


class SheetRecords:
    """Measures the cells of a sheet while its records pass by."""

    def __init__(self) -> None:
        self._row = self._column = 0

    @property
    def cells(self) -> int:
        """How many cells the sheet spans."""
        return self._row * self._column

    def texts(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """What stands in no cell, as lines."""
        for kind, data in records(chunks):
            if kind == _ROW:
                self._row = max(self._row, _number(data, 0) + 1)
            elif kind in _CELLS:
                self._column = max(self._column, _number(data, 0) + 1)
            else:
                for text in _texts(kind, data):
                    yield text.encode("utf-8", "replace") + b"\n"


def texts(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The texts of comments and of the names that the workbook defines, as lines."""
    return SheetRecords().texts(chunks)


def sheets(chunks: Iterable[bytes]) -> Iterator[tuple[str, str]]:
    """The name of each sheet, and the link to its member."""
    for kind, data in records(chunks):
        if kind == _SHEET:
            link, at = _text(data, 8)
            yield _text(data, at)[0], link


def records(chunks: Iterable[bytes]) -> Iterator[tuple[int, bytes]]:
    """The number and the data of each record; one that is cut off is left out."""
    held = b""
    for chunk in chunks:
        held += chunk
        at = 0
        while (found := _record(held, at)) is not None:
            kind, start, end = found
            yield kind, held[start:end]
            at = end
        held = held[at:]


def _record(data: bytes, at: int) -> tuple[int, int, int] | None:
    """The number of the record at `at`, and where its data begin and end; None if it is not there as a whole."""
    values = []
    for most in (2, 4):  # bytes of the number and of the size, seven bits each
        value = 0
        for i in range(most):
            if at >= len(data):
                return None
            value |= (data[at] & 0x7F) << (7 * i)
            at += 1
            if not data[at - 1] & 0x80:
                break
        values.append(value)
    kind, size = values
    return (kind, at, at + size) if at + size <= len(data) else None


def _texts(kind: int, data: bytes) -> Iterator[str]:
    if kind == _PRINTED:
        yield from (printed(t.encode()).decode() for t in _all_texts(data, 2, 6))
    elif kind == _LINK:
        yield from _all_texts(data, 16, 4)
    elif kind == _AUTHOR:
        yield from _all_texts(data, 0, 1)
    elif kind == _COMMENT:
        yield from _all_texts(data, 1, 1)
    elif kind == _NAME:
        yield from _all_texts(data, 9, 1)
    elif kind == _VALIDATION:
        at = 8 + 16 * _number(data, 4)
        yield from _all_texts(data, at, 4)
        for _ in range(4):
            at = _text(data, at)[1]
        if data[at + 4 : at + 5] == bytes([_TEXT_TOKEN]):  # a list to choose from
            length = int.from_bytes(data[at + 5 : at + 7], "little")
            yield data[at + 7 : at + 7 + 2 * length].decode("utf-16-le", "replace").replace("\0", "\n")


def _all_texts(data: bytes, at: int, count: int) -> Iterator[str]:
    for _ in range(count):
        text, at = _text(data, at)
        if text:
            yield text


def _text(data: bytes, at: int) -> tuple[str, int]:
    """The text at `at`, and where it ends."""
    length = _number(data, at)
    if length == _NO_TEXT:
        return "", at + 4
    return data[at + 4 : at + 4 + 2 * length].decode("utf-16-le", "replace"), at + 4 + 2 * length


def _number(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 4], "little")
