"""Files that stand in base64 in cells of tables: exports hold attachments and pictures so.

A cell must hold the beginning of a known kind of file, alone, behind `data:...;base64,` or quoted in a longer text.
"""

from __future__ import annotations

import io
import re
from base64 import b64decode, urlsafe_b64decode
from binascii import Error
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from privacyscan.batches import binary_cells
from privacyscan.binary import stand_in
from privacyscan.model import File, Limits, Skipped, Table

if TYPE_CHECKING:
    import pyarrow as pa

# How documents, archives, pictures and old Office files begin; see `binary.BEGINNINGS`.
BEGINNINGS = (
    *("JVBERi0", "UEsDB", "0M8R4KGx", "H4sI", "QlpoO", "/Td6WFoA", "KLUv/", "N3q8ry", "UmFyIRo", "U1FMaXRlIGZvcm1hd"),
    *("iVBORw0K", "/9j/", "R0lGODl", "R0lGODd", "SUkqA", "TU0AK", "UklGR", "e1xydGY"),
)
_LEAST = 100  # characters of a cell; no file that holds anything is shorter
_SIGN = "[A-Za-z0-9+/_-]"
_BEGINS = "|".join(BEGINNINGS)
_LINE_END = r"(?:\r?\n|(?:\\r)?\\n)"  # those of JSON in a cell are written out
_VALUE = re.compile(  # lines of mails are cut
    rf"(?:data:[^,\s]{{0,200}};base64,\s?)?(?<!{_SIGN})((?:{_BEGINS})(?:{_SIGN}{{40,}}+{_LINE_END})*+{_SIGN}++={{0,2}})"
)


def files(part: Table, limits: Limits) -> Iterator[Table | File | Skipped]:
    """The table with a mark of its kind in the place of each file, and the files. Those over the limits are counted."""
    import pyarrow as pa

    arrays = list(part.batch.columns)
    held: dict[str, list[tuple[int, bytes]]] = {}
    for at, (name, array) in enumerate(zip(part.batch.schema.names, arrays, strict=True)):
        if rows := _rows(array):
            cells = array.to_pylist()
            for row in rows:
                cells[row], inside = _without_files(cells[row])
                held.setdefault(name, []).extend((row, data) for data in inside)
            arrays[at] = pa.array(cells, array.type)
    if not any(held.values()):
        yield part
        return
    yield replace(part, batch=pa.RecordBatch.from_arrays(arrays, part.batch.schema.names))
    for name, found in held.items():
        for row, data in found:
            if len(data) <= limits.cell_bytes:
                cell = part.place.at(name, part.first_row + row)
                yield File(part.place.child(name), partial(io.BytesIO, data), len(data), cell=cell)
        if unread := sum(len(data) > limits.cell_bytes for _, data in found):
            yield binary_cells(part.place.at(name), unread)


def decoded(value: str | bytes) -> bytes:
    """What a value in base64, or in its form for URLs, holds. Raises ValueError."""
    written = value.encode() if isinstance(value, str) else value
    try:
        return (urlsafe_b64decode if b"-" in written or b"_" in written else b64decode)(written.rstrip(b"=") + b"==")
    except Error:
        raise ValueError("no base64") from None


def _rows(array: pa.Array) -> Sequence[int]:
    """The rows whose cells may hold a file."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    if not (pa.types.is_string(array.type) or pa.types.is_large_string(array.type)):
        return ()
    if (pc.max(pc.binary_length(array)).as_py() or 0) < _LEAST:
        return ()
    long = pc.fill_null(pc.greater_equal(pc.binary_length(array), _LEAST), False)
    rows = np.flatnonzero(long.to_numpy(zero_copy_only=False))
    hits = pc.match_substring_regex(array.take(pa.array(rows)), _BEGINS)
    found: list[int] = rows[hits.to_numpy(zero_copy_only=False)].tolist()
    return found


def _without_files(cell: str) -> tuple[str, list[bytes]]:
    """The cell with a mark for each file in it, and the files."""
    found: list[bytes] = []

    def mark(value: re.Match[str]) -> str:
        try:
            data = decoded(re.sub(_LINE_END, "", value[1]))
        except ValueError:
            return value[0]
        found.append(data)
        return stand_in(data)

    return _VALUE.sub(mark, cell), found
