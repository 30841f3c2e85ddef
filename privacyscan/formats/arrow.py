"""Apache Arrow IPC: files (also called Feather) and streams of record batches."""

from __future__ import annotations

from collections.abc import Iterator

from privacyscan.formats import Format
from privacyscan.formats._tables import parts
from privacyscan.model import File, Limits, Part

_FILE = b"ARROW1"  # https://arrow.apache.org/docs/format/Columnar.html
_STREAM = b"\xff\xff\xff\xff"  # before the length of each message


class Arrow:
    name = "arrow"
    suffixes = (".arrow", ".arrows", ".feather", ".ipc")
    binary = True

    def matches(self, head: bytes, name: str) -> int:
        if head.startswith(_FILE):
            return 3
        # The first message of a stream is its schema: some flat buffer of less than a megabyte, to multiples of eight.
        length = int.from_bytes(head[4:8], "little")
        return 3 if head.startswith(_STREAM) and 0 < length < 1 << 20 and length % 8 == 0 else 0

    def read(self, file: File, limits: Limits) -> Iterator[Part]:
        import pyarrow as pa

        with file.open() as stream:
            is_file = stream.read(len(_FILE)) == _FILE
            stream.seek(0)
            if is_file:
                opened = pa.ipc.open_file(stream)
                batches = (opened.get_batch(i) for i in range(opened.num_record_batches))
            else:
                opened = pa.ipc.open_stream(stream)
                batches = iter(opened)
            yield from parts(file, opened.schema, batches, limits)


plugin: Format = Arrow()
