"""Apache Parquet: row groups of column chunks. Several workers read the row groups of a large file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, BinaryIO

from privacyscan.batches import MAX_BYTES
from privacyscan.formats import Format
from privacyscan.formats._charset import kind_of
from privacyscan.formats._tables import parts
from privacyscan.model import File, Limits, Part, Piece, Reason, Skipped

if TYPE_CHECKING:
    import pyarrow as pa

_ENCRYPTED = b"PARE"  # https://parquet.apache.org/docs/file-format/data-pages/encryption
_BUFFER = 1 << 20  # bytes of a column chunk that are read at once


class Parquet:
    name = "parquet"
    suffixes = (".parquet", ".parq", ".pq")
    binary = True

    def matches(self, head: bytes, name: str) -> int:
        return 3 if kind_of(head) == "a Parquet file" else 0

    def cut(self, file: File, limits: Limits) -> Sequence[Piece]:
        """Whole row groups; `start` and `end` are the bytes at which they begin."""
        with file.open() as stream:
            starts = _starts(_opened(stream).metadata)
            wanted, size = limits.pieces(stream.seek(0, 2))
        if starts != sorted(starts):
            return ()
        begins = [0]
        for start in starts[1:]:
            if start >= wanted:
                begins.append(start)
                wanted = start + size
        ends = [*begins[1:], None]
        return [Piece(i, *piece) for i, piece in enumerate(zip(begins, ends, strict=True))]

    def read(self, file: File, limits: Limits) -> Iterator[Part]:
        with file.open() as stream:
            if stream.read(len(_ENCRYPTED)) == _ENCRYPTED:
                yield Skipped(file.place, Reason.ENCRYPTED, "needs a key")
                return
            opened = _opened(stream)
            yield from parts(file, opened.schema_arrow, _batches(opened, file.piece, limits), limits)


def _opened(stream: BinaryIO) -> Any:
    from pyarrow import parquet

    return parquet.ParquetFile(stream, buffer_size=_BUFFER, pre_buffer=False)


def _batches(opened: Any, piece: Piece | None, limits: Limits) -> Iterator[pa.RecordBatch]:
    """The batches of the row groups that begin in the piece."""
    chosen = [
        i
        for i, start in enumerate(_starts(opened.metadata))
        if piece is None or piece.start <= start < (start + 1 if piece.end is None else piece.end)
    ]
    for group in chosen:
        held = opened.metadata.row_group(group)
        rows = max(1, held.num_rows * MAX_BYTES // max(1, held.total_byte_size))
        yield from opened.iter_batches(min(limits.batch_rows, rows), [group], use_threads=False)


def _starts(metadata: Any) -> list[int]:
    """The first byte of each row group."""
    starts = []
    for group in map(metadata.row_group, range(metadata.num_row_groups)):
        columns = map(group.column, range(group.num_columns))
        starts.append(min((c.dictionary_page_offset or c.data_page_offset for c in columns), default=0))
    return starts


plugin: Format = Parquet()
