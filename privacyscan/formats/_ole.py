"""OLE files (old Office, encrypted Office, mail messages): storages, like folders, with streams in them [MS-CFB]."""

from __future__ import annotations

import struct
from array import array
from collections.abc import Iterator, Mapping
from typing import BinaryIO

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LAST_SECTOR = 0xFFFFFFF8  # higher numbers are marks: end of chain, free
_END, _FREE, _IS_TABLE, _IS_LIST = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD, 0xFFFFFFFC
_IN_HEADER = 109  # numbers of sectors of the table
_MOST_SECTORS = 10_000  # of a directory, and of the list of tables; far more than any document has
_SMALL = 4096  # shorter streams lie together in one, in sectors of their own
_SMALL_SECTOR = 64
_STORAGE, _STREAM, _ROOT = 1, 2, 5

Tree = Mapping[str, "bytes | Tree"]


class Storage:
    """The streams and storages in a storage, by name."""

    def __init__(self, ole: Ole) -> None:
        self._ole = ole
        self._streams: dict[str, tuple[int, int]] = {}
        self.storages: dict[str, Storage] = {}

    @property
    def names(self) -> frozenset[str]:
        """Of streams and storages."""
        return frozenset((*self._streams, *self.storages))

    @property
    def streams(self) -> tuple[str, ...]:
        return tuple(self._streams)

    def size(self, name: str) -> int:
        """The size in bytes that the directory names."""
        return self._streams[name][1]

    def read(self, name: str) -> Iterator[bytes]:
        """The bytes of a stream; nothing when there is none of this name. Raises EOFError where some are missing."""
        start, size = self._streams.get(name, (_END, 0))
        return self._ole.stream(start, size)

    def whole(self, name: str) -> bytes:
        """All bytes of a stream."""
        return b"".join(self.read(name))

    def tree(self) -> Tree:
        """All that is in it, in memory."""
        return {n: self.whole(n) for n in self._streams} | {n: s.tree() for n, s in self.storages.items()}

    def bytes(self) -> int:
        """The size of all streams in it."""
        return sum(size for _, size in self._streams.values()) + sum(s.bytes() for s in self.storages.values())

    def add(self, name: str, start: int, size: int) -> None:
        self._streams[name] = (start, size)


class Ole:
    """An OLE file. Raises EOFError or ValueError when it has no directory."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        stream.seek(0)
        header = stream.read(512)
        self._size = {9: 512, 12: 4096}.get(int.from_bytes(header[30:32], "little"), 0)
        if not self._size:
            raise ValueError("not an OLE file")
        tables = [t for i in range(_IN_HEADER) if (t := _number(header, 76 + 4 * i)) < _LAST_SECTOR]
        more, count = _number(header, 68), 0
        while more < _LAST_SECTOR and count < _MOST_SECTORS:  # files over 7 MB
            sector = self._sector(more)
            tables += [_number(sector, at) for at in range(0, self._size - 4, 4)]
            more, count = _number(sector, self._size - 4), count + 1
        self._table = array("I")
        for table in tables:
            if table < _LAST_SECTOR:
                self._table.frombytes(self._sector(table).ljust(self._size, b"\xff"))
        entries = [e for sector in self._chain(_number(header, 48), _MOST_SECTORS) for e in self._entries(sector)]
        self._small_table = array("I")
        for sector in self._chain(_number(header, 60), _MOST_SECTORS):
            self._small_table.frombytes(sector.ljust(self._size, b"\xff"))
        self._small_start, self._small_size = (entries[0][5], entries[0][6]) if entries else (_END, 0)
        self.root = self._tree(entries)

    def stream(self, start: int, size: int) -> Iterator[bytes]:
        """The bytes of a stream that begins at a sector."""
        sectors = self._small(start, size) if size < _SMALL else self._chain(start, size // self._size + 1)
        for sector in sectors:
            yield sector[:size]
            size -= len(sector)
            if size <= 0:
                return
        if size > 0:
            raise EOFError("cut off")

    def _entries(self, sector: bytes) -> Iterator[tuple[str, int, int, int, int, int, int]]:
        """Name, kind, left and right neighbour, first child, first sector and size of each entry."""
        if len(sector) < self._size:
            raise EOFError("cut off")
        for at in range(0, len(sector) - 127, 128):
            name = sector[at : at + max(0, min(64, sector[at + 64]) - 2)].decode("utf-16-le", "replace")
            numbers = struct.unpack_from("<III36xII", sector, at + 68)
            yield name, sector[at + 66], *numbers

    def _tree(self, entries: list[tuple[str, int, int, int, int, int, int]]) -> Storage:
        """The root. Entries that nothing leads to lie in it too: deleted ones, and those of a damaged directory."""
        root = Storage(self)
        seen = {0}
        waiting = [(root, entries[0][4])] if entries else []
        waiting += [(root, i) for i in range(len(entries) - 1, 0, -1)]  # asked for last, from the end of the list
        waiting = waiting[1:] + waiting[:1]
        while waiting:
            storage, i = waiting.pop()
            if i in seen or i >= len(entries):
                continue
            seen.add(i)
            name, kind, left, right, child, start, size = entries[i]
            if not name:
                continue
            if kind == _STORAGE:
                storage.storages[name] = inner = Storage(self)
                waiting.append((inner, child))
            else:
                storage.add(name, start, size)
            waiting += [(storage, left), (storage, right)]
        return root

    def _chain(self, number: int, most: int) -> Iterator[bytes]:
        """The sectors that follow each other from `number`, at most `most`: a damaged chain may be a ring."""
        while number < _LAST_SECTOR and most:
            yield self._sector(number)
            if number >= len(self._table):
                return
            number = self._table[number]
            most -= 1

    def _small(self, number: int, size: int) -> Iterator[bytes]:
        held = self._small_stream()
        for _ in range(size // _SMALL_SECTOR + 1):
            if number >= len(self._small_table):
                return
            if piece := held[number * _SMALL_SECTOR : (number + 1) * _SMALL_SECTOR]:
                yield piece
            number = self._small_table[number]

    def _small_stream(self) -> bytes:
        if not hasattr(self, "_held"):
            self._held = b"".join(self._chain(self._small_start, self._small_size // self._size + 1))
        return self._held

    def _sector(self, number: int) -> bytes:
        self._stream.seek((number + 1) * self._size)
        data = self._stream.read(self._size)
        if not data:
            raise EOFError("cut off")
        return data


def written(tree: Tree) -> bytes:
    """An OLE file with these streams and storages."""
    size, per = 512, 128  # of a sector: bytes, and numbers
    entries = _entries(tree)
    small, small_table = bytearray(), array("I")
    sectors, table = bytearray(), array("I")

    def placed(data: bytes, unit: int, held: bytearray, chain: array[int]) -> int:
        count = -(-len(data) // unit)
        if not count:
            return _END
        first = len(chain)
        chain.extend([*range(first + 1, first + count), _END])
        held += data.ljust(count * unit, b"\0")
        return first

    starts = []
    for _, kind, _, _, data in entries:
        assert isinstance(data, bytes)
        if kind != _STREAM:
            starts.append((0, 0))
        elif len(data) < _SMALL:
            starts.append((placed(data, _SMALL_SECTOR, small, small_table), len(data)))
        else:
            starts.append((placed(data, size, sectors, table), len(data)))
    starts[0] = (placed(bytes(small), size, sectors, table), len(small))
    small_at = placed(small_table.tobytes(), size, sectors, table)
    directory = b"".join(
        _entry(name, _ROOT if i == 0 else kind, right, child, *starts[i])  # type: ignore[arg-type]
        for i, (name, kind, right, child, _) in enumerate(entries)
    )
    directory_at = placed(directory, size, sectors, table)
    count = more = 0  # sectors of the table, and of the list of them that no longer fits into the header
    while count * per < len(table) + count + more:
        count += 1
        more = max(0, -(-(count - _IN_HEADER) // (per - 1)))
    first = len(table)
    table.extend([_IS_TABLE] * count + [_IS_LIST] * more)
    table.extend([_FREE] * (count * per - len(table)))
    sectors += table.tobytes()
    numbers = [*range(first, first + count)]
    for i in range(more):
        part = numbers[_IN_HEADER + i * (per - 1) : _IN_HEADER + (i + 1) * (per - 1)]
        following = first + count + i + 1 if i + 1 < more else _END
        sectors += array("I", [*part, *[_FREE] * (per - 1 - len(part)), following]).tobytes()
    header = MAGIC + bytes(16) + struct.pack("<5H6x", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<6I", 0, count, directory_at, 0, _SMALL, small_at)
    header += struct.pack("<3I", -(-len(small_table) // per), first + count if more else _END, more)
    listed = numbers[:_IN_HEADER]
    return header + array("I", [*listed, *[_FREE] * (_IN_HEADER - len(listed))]).tobytes() + bytes(sectors)


def _entries(tree: Tree) -> list[list[int | str | bytes]]:
    """Those of the directory: name, kind, the one to the right, the first below, data."""
    entries: list[list[int | str | bytes]] = []

    def add(name: str, node: bytes | Tree) -> int:
        own = len(entries)
        entries.append([name, _STREAM if isinstance(node, bytes) else _STORAGE, _FREE, _FREE, b""])
        if isinstance(node, bytes):
            entries[own][4] = node
            return own
        last = own
        for i, (inner, content) in enumerate(sorted(node.items(), key=lambda item: (len(item[0]), item[0].upper()))):
            here = add(inner, content)
            entries[last][3 if i == 0 and last == own else 2] = here
            last = here
        return own

    add("Root Entry", tree)
    return entries


def _entry(name: str, kind: int, right: int, child: int, start: int, size: int) -> bytes:
    letters = name.encode("utf-16-le")[:62]
    head = letters.ljust(64, b"\0") + struct.pack("<HBB", len(letters) + 2, kind, 1)
    return head + struct.pack("<III36xIQ", _FREE, right, child, start, size)


def _number(data: bytes, at: int) -> int:
    """Four bytes as a number; behind the end of the data, a mark."""
    four = data[at : at + 4]
    return int.from_bytes(four, "little") if len(four) == 4 else _FREE
