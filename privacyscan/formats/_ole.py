"""OLE files (old Office, encrypted Office, mail messages): the names of their streams, and what stands in one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LAST_SECTOR = 0xFFFFFFF8  # higher numbers are marks: end of chain, free
_MOST_ENTRIES = 10_000  # of a directory; far more than any document has
_SMALL = 4096  # shorter streams lie elsewhere; no workbook is so short


class Ole:
    """An OLE file as [MS-CFB] describes it. Raises EOFError or ValueError when it has no directory."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        stream.seek(0)
        header = stream.read(512)
        self._size = {9: 512, 12: 4096}.get(int.from_bytes(header[30:32], "little"), 0)
        if not self._size:
            raise ValueError("not an OLE file")
        self._tables = [t for i in range(109) if (t := _number(header, 76 + 4 * i)) < _LAST_SECTOR]
        more, count = _number(header, 68), 0
        while more < _LAST_SECTOR and count < _MOST_ENTRIES:  # files over 7 MB
            sector = self._sector(more)
            self._tables += [_number(sector, at) for at in range(0, self._size - 4, 4)]
            more, count = _number(sector, self._size - 4), count + 1
        self._entries: dict[str, tuple[int, int]] = {}
        for sector in self._chain(_number(header, 48), _MOST_ENTRIES):
            if len(sector) < self._size:
                raise EOFError("cut off")
            for at in range(0, len(sector) - 127, 128):
                name = sector[at : at + max(0, min(64, sector[at + 64]) - 2)].decode("utf-16-le", "replace")
                self._entries[name] = (_number(sector, at + 116), _number(sector, at + 120))

    @property
    def names(self) -> frozenset[str]:
        return frozenset(self._entries)

    def size(self, name: str) -> int:
        """The size in bytes that the directory names."""
        return self._entries[name][1]

    def read(self, name: str) -> Iterator[bytes]:
        """The bytes of a stream; nothing when there is none of this name."""
        start, left = self._entries.get(name, (_LAST_SECTOR, 0))
        if left < _SMALL:
            return
        for sector in self._chain(start, left // self._size + 1):
            yield sector[:left]
            left -= len(sector)

    def _chain(self, number: int, most: int) -> Iterator[bytes]:
        """The sectors that follow each other from `number`, at most `most`: a damaged chain may be a ring."""
        while number < _LAST_SECTOR and most:
            yield self._sector(number)
            table, at = divmod(number, self._size // 4)
            if table >= len(self._tables):
                return
            number = _number(self._sector(self._tables[table]), 4 * at)
            most -= 1

    def _sector(self, number: int) -> bytes:
        self._stream.seek((number + 1) * self._size)
        data = self._stream.read(self._size)
        if not data:
            raise EOFError("cut off")
        return data


def _number(data: bytes, at: int) -> int:
    """Four bytes as a number; behind the end of the data, a mark."""
    four = data[at : at + 4]
    return int.from_bytes(four, "little") if len(four) == 4 else 0xFFFFFFFF
