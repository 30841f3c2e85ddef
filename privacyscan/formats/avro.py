"""Apache Avro object container files: records one by one, nested ones as fields and tables of their own."""

from __future__ import annotations

import importlib.util
import os
import zlib
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

from privacyscan.errors import MissingExtra
from privacyscan.formats import Format
from privacyscan.formats._archive import Bomb, Budget, bomb, size_of
from privacyscan.model import File, Limits, Part, Reason, Skipped
from privacyscan.records import Records, as_record

_MAGIC = b"Obj\x01"  # https://avro.apache.org/docs/current/specification, object container files
_EXTRA = "privacyscan[avro]"
_DAMAGED = (ValueError, EOFError, KeyError, IndexError, TypeError, OverflowError, MemoryError, zlib.error)


class Avro:
    name = "avro"
    suffixes = (".avro",)
    binary = True

    def lacks(self) -> Mapping[str, str]:
        return {} if importlib.util.find_spec("fastavro") else {".avro": f"pip install '{_EXTRA}'"}

    def matches(self, head: bytes, name: str) -> int:
        return 3 if head.startswith(_MAGIC) else 0

    def read(self, file: File, limits: Limits) -> Iterator[Part]:
        try:
            import fastavro
        except ImportError:
            raise MissingExtra("Avro", _EXTRA) from None
        held = Records(file.place, limits)
        with file.open() as stream:
            budget = Budget(limits, size_of(file, stream))
            taken = 0
            try:
                records = fastavro.reader(stream, handle_unicode_errors="replace")
                for value in records:
                    record = as_record(value)
                    size = sum(map(_size, record.values()))
                    budget.spend(size)
                    taken += size
                    if held.add((), record, taken):
                        yield from held.full()
                if unread := _cut(stream, records._header["sync"], taken):
                    yield Skipped(file.place, Reason.DAMAGED, unread)
            except Bomb as error:
                yield from held.rest()
                yield bomb(file.place, error)
                return
            except _DAMAGED:
                yield Skipped(file.place, Reason.DAMAGED, "cannot be read to its end")
        yield from held.rest()


def _cut(stream: BinaryIO, mark: bytes, taken: int) -> str:
    """What shows that the file was cut off where the library sees its end: the mark that ends each block is not the
    last, or no block is there. Between two blocks nothing would show it."""
    stream.seek(-len(mark), os.SEEK_END)
    if stream.read() != mark:
        return "cannot be read to its end"
    return "" if taken else "ends behind its header: it holds no records, or was cut off there"


def _size(value: Any) -> int:
    return len(value) if isinstance(value, str | bytes) else 8


plugin: Format = Avro()
