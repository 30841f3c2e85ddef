"""Data of tables in files of their own, beside the list that names their columns: a folder of `pg_dump -Fd`."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from privacyscan.formats import Format
from privacyscan.formats._archive import Bomb, Budget, bomb, size_of
from privacyscan.formats.sql import dump
from privacyscan.model import File, Limits, Part, Reason, Skipped

LIST = "toc.dat"
MAGIC = b"PGDMP"
_DATA = re.compile(r"([0-9]+\.dat)(?:\.(gz|zst|lz4))?")
_NAMED = re.compile(rb"COPY [^\0]+? FROM stdin;\n|(?<=\0)[0-9]+\.dat(?=\0|\Z)")  # a statement, and the file of its data
_CODECS = {"gz": "gzip", "zst": "zstd", "lz4": "lz4"}
_LARGEST = 64 << 20  # bytes of a list; tables of a larger one are read without names
_TAIL = 16  # bytes that hold the end mark


def dumped_table(file: File) -> Format | None:
    """What reads such a file with the names of its table and columns; None for any other."""
    named = _DATA.fullmatch(file.name)
    if named is None or file.path is None:
        return None
    path = os.path.join(os.path.dirname(file.path), LIST)
    try:
        info = os.lstat(path)
        statement = _statements(path, info.st_mtime_ns, info.st_size).get(named[1])
    except OSError:
        return None
    return None if statement is None else _Dumped(statement, _CODECS.get(named[2]))


@lru_cache(maxsize=2)
def _statements(path: str, changed: int, size: int) -> Mapping[str, bytes]:
    """The statements that name table and columns, by the file that holds the rows."""
    if os.path.islink(path) or size > _LARGEST:
        return {}
    with open(path, "rb") as stream:
        data = stream.read()
    found: dict[str, bytes] = {}
    statement = b""
    for some in _NAMED.findall(data) if data.startswith(MAGIC) else ():
        if some.startswith(b"COPY"):
            statement = some
        elif statement:
            found[some.decode()], statement = statement, b""
    return found


@dataclass(frozen=True, slots=True)
class _Dumped:
    """Reads the rows below their statement."""

    statement: bytes
    codec: str | None
    suffixes: tuple[str, ...] = ()
    binary: bool = True

    @property
    def name(self) -> str:
        """That of the format which its suffix promises."""
        return self.codec or "pgdump"

    def matches(self, head: bytes, name: str) -> int:
        return 0

    def read(self, file: File, limits: Limits) -> Iterator[Part]:
        import pyarrow as pa

        with file.open() as stream:
            budget = Budget(limits, size_of(file, stream))
            rows = stream if self.codec is None else pa.CompressedInputStream(pa.PythonFile(stream, "r"), self.codec)
            under = _UnderStatement(self.statement, rows, budget)
            try:
                yield from dump(file.place, under, limits)
            except Bomb as error:
                yield bomb(file.place, error)
                return
        if not under.tail.rstrip().endswith(b"\\."):
            yield Skipped(file.place, Reason.DAMAGED, "cannot be read to its end")


@dataclass(slots=True)
class _UnderStatement:
    """The statement and the rows as one stream, counted."""

    statement: bytes
    rows: Any
    budget: Budget
    tail: bytes = b""

    def read(self, size: int, /) -> bytes:
        data: bytes = self.rows.read(size)
        self.budget.spend(len(data))
        self.tail = (self.tail + data)[-_TAIL:]
        before, self.statement = self.statement, b""
        return before + data
