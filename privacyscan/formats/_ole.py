"""What an OLE file (old Office, encrypted Office, mail messages) holds: the names of its streams."""

from __future__ import annotations

from typing import BinaryIO

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LAST_SECTOR = 0xFFFFFFF8  # higher numbers are marks: end of chain, free
_MOST_SECTORS = 10_000  # of a directory: far more than any document has


def stream_names(stream: BinaryIO) -> frozenset[str]:
    """The names in the directory of an OLE file, as far as it can be followed ([MS-CFB]).

    Raises EOFError when the file is cut off before its directory.
    """
    stream.seek(0)
    header = stream.read(512)
    size = 1 << min(16, int.from_bytes(header[30:32], "little"))
    names, seen = set(), 0
    tables = [t for i in range(109) if (t := _number(header, 76 + 4 * i)) < _LAST_SECTOR]
    sector = _number(header, 48)
    while sector < _LAST_SECTOR and seen < _MOST_SECTORS:
        data = _sector(stream, sector, size)
        if len(data) < size:
            raise EOFError("cut off")
        for at in range(0, len(data) - 127, 128):
            length = int.from_bytes(data[at + 64 : at + 66], "little")
            names.add(data[at : at + max(0, min(64, length) - 2)].decode("utf-16-le", "replace"))
        table, at = divmod(sector, size // 4)
        if table >= len(tables):
            break  # only files over 6 MB need more tables than the header lists; the directory lies before
        sector = _number(_sector(stream, tables[table], size), 4 * at)
        seen += 1
    return frozenset(names - {""})


def _sector(stream: BinaryIO, number: int, size: int) -> bytes:
    stream.seek((number + 1) * size)
    return stream.read(size)


def _number(data: bytes, at: int) -> int:
    """Four bytes as a number; behind the end of the data, a mark."""
    four = data[at : at + 4]
    return int.from_bytes(four, "little") if len(four) == 4 else 0xFFFFFFFF
