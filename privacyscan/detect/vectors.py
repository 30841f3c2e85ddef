"""The cells of a column side by side: one array of bytes, and what can be told of all cells at once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from functools import cache, cached_property
from string import ascii_letters
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pyarrow as pa

    Bools = npt.NDArray[np.bool_]
    Rows = npt.NDArray[np.intp]

# What the bytes of a cell are, one bit each.
LETTER, DIGIT, BLANK, DOT, COMMA, AT, SIGN, UNPLAIN = (1 << i for i in range(8))
ALL = 255
DENSE = 0.02  # share of cells with a hit from which a mask of all is cheaper than going from hit to hit
LOOKED_AT = 200  # cells after which that is decided


class Strings:
    """An array of strings; null counts as empty. `starts` and `ends` are places in `data`, all UTF-8 bytes in a row."""

    def __init__(self, cells: pa.Array) -> None:
        import numpy as np
        import pyarrow.compute as pc

        self.cells = pc.fill_null(cells, "") if cells.null_count else cells
        self.size = len(self.cells)
        _, offsets, data = self.cells.buffers()
        if self.size:
            places = np.frombuffer(offsets, np.int32, self.size + 1, self.cells.offset * 4)
        else:
            places = np.zeros(1, np.int32)
        first, last = int(places[0]), int(places[-1])
        self.data = np.frombuffer(data, np.uint8, last - first, first) if last > first else np.zeros(0, np.uint8)
        self.starts, self.ends = places[:-1] - first, places[1:] - first
        self.lengths = self.ends - self.starts

    @cached_property
    def traits(self) -> npt.NDArray[np.uint8]:
        """For each cell which kinds of bytes it holds."""
        import numpy as np

        found = np.zeros(self.size, np.uint8)
        held = np.flatnonzero(self.lengths)
        if len(held):
            found[held] = np.bitwise_or.reduceat(_kinds()[self.data], self.starts[held])
        return found

    def count(self, kind: int) -> npt.NDArray[np.int32]:
        """For each cell how many bytes are of a kind."""
        import numpy as np

        so_far = np.zeros(len(self.data) + 1, np.int32)
        np.cumsum(_kinds()[self.data] & kind > 0, out=so_far[1:])
        return np.asarray(so_far[self.ends] - so_far[self.starts])

    def at_start(self) -> npt.NDArray[np.uint8]:
        """The first byte of each cell, 0 where it is empty."""
        return self._byte(self.starts)

    def at_end(self) -> npt.NDArray[np.uint8]:
        """The last byte of each cell, 0 where it is empty."""
        return self._byte(self.ends - 1)

    def _byte(self, places: npt.NDArray[np.int32]) -> npt.NDArray[np.uint8]:
        import numpy as np

        found = np.zeros(self.size, np.uint8)
        held = np.flatnonzero(self.lengths)
        found[held] = self.data[places[held]]
        return found

    def take(self, rows: Rows) -> Strings:
        import pyarrow as pa

        return self if len(rows) == self.size else Strings(self.cells.take(pa.array(rows)))

    def to_list(self) -> list[str]:
        return self.cells.to_pylist()  # type: ignore[no-any-return]

    def is_in(self, texts: Collection[str]) -> Bools:
        """Which cells are one of the texts."""
        import pyarrow as pa
        import pyarrow.compute as pc

        return pc.is_in(self.cells, pa.array(texts, self.cells.type)).to_numpy(zero_copy_only=False)  # type: ignore[no-any-return]

    def each(self, says: Callable[[str], bool]) -> Bools:
        """What is said of each cell; asked once of equal ones."""
        import numpy as np

        encoded = self.cells.dictionary_encode()
        answers = np.fromiter(map(says, encoded.dictionary.to_pylist()), np.bool_, len(encoded.dictionary))
        return np.asarray(answers[encoded.indices.to_numpy()])

    @cached_property
    def are_plain(self) -> Bools:
        """Which cells hold printable ASCII, no percent sign, and no blank at an end."""
        import numpy as np

        ends = (self.at_start() == 32) | (self.at_end() == 32)
        return np.asarray((self.traits & UNPLAIN == 0) & ~ends)

    def mask(self, regex: str) -> Bools:
        """Which cells match."""
        import pyarrow.compute as pc

        return pc.match_substring_regex(self.cells, regex).to_numpy(zero_copy_only=False).copy()  # type: ignore[no-any-return]

    def hits(self, search: Callable[..., Any], regex: str) -> Bools:
        """Which cells hold what `search` finds (RE2, on bytes, `^` and `$` at line ends; it keeps its automaton from
        call to call), by `regex`, the same as a text, where many do."""
        import numpy as np
        import pyarrow as pa
        import pyarrow.compute as pc

        found = np.zeros(self.size, np.bool_)
        if not self.size:
            return found
        joined = pc.binary_join(pa.ListArray.from_arrays(pa.array([0, self.size], pa.int32()), self.cells), "\n")
        data = joined[0].as_buffer().to_pybytes()
        ends = self.ends + np.arange(self.size, dtype=np.int32)  # of the cells in it
        at = hits = 0
        while at < len(data) and (hit := search(data, at)) is not None:
            row = int(np.searchsorted(ends, hit.start() + (data[hit.start()] == 10)))
            found[row] = True
            at, hits = int(ends[row]) + 1, hits + 1
            if row >= LOOKED_AT and hits > DENSE * row:
                found[row + 1 :] = Strings(self.cells.slice(row + 1)).mask(regex)
                break
        return found

    def runs(self, inside: npt.NDArray[np.int8]) -> tuple[pa.DictionaryArray, Rows]:
        """The runs of bytes for which `inside` is 1, and of which cell each is."""
        import numpy as np
        import pyarrow as pa

        held = np.zeros(len(self.data) + 2, np.int8)
        held[1:-1] = inside[self.data]
        begins = held[1:] > held[:-1]  # one place more than there are bytes
        begins[self.starts] |= held[self.starts + 1] > 0  # a cell begins a run of its own
        begins[-1] = False
        at = np.flatnonzero(begins)
        so_far = np.cumsum(held[1:-1], dtype=np.int32)  # bytes of runs up to each
        offsets = np.append(so_far[at] - 1, so_far[-1:]).astype(np.int32)
        data = np.ascontiguousarray(self.data[held[1:-1] > 0])
        runs = pa.StringArray.from_buffers(len(at), pa.py_buffer(offsets), pa.py_buffer(data))
        return runs.dictionary_encode(), np.searchsorted(self.ends, at, "right")

    @cached_property
    def digits(self) -> Strings:
        """The digits of each cell."""
        import numpy as np
        import pyarrow as pa

        is_digit = _kinds()[self.data] & DIGIT > 0
        so_far = np.zeros(len(self.data) + 1, np.int32)
        np.cumsum(is_digit, out=so_far[1:])
        offsets = np.append(so_far[self.starts], so_far[-1:]).astype(np.int32)
        buffers = [None, pa.py_buffer(offsets), pa.py_buffer(np.ascontiguousarray(self.data[is_digit]))]
        return Strings(pa.StringArray.from_buffers(self.size, *buffers[1:]))

    @cached_property
    def lower(self) -> Strings:
        """Plain cells in lower case, with one blank between words."""
        import pyarrow.compute as pc

        cells = pc.ascii_lower(self.cells)
        if b"  " in self.data.tobytes():
            cells = pc.replace_substring_regex(cells, " {2,}", " ")
        return Strings(cells)

    def begun(self, starts: Mapping[str, str]) -> Strings:
        """With the start of each cell, the first that fits, replaced by what it is the same as."""
        import pyarrow.compute as pc

        cells, left = self.cells, True
        for start, same in starts.items():
            fits = pc.and_(pc.starts_with(self.cells, start), left)
            cells = pc.if_else(fits, pc.binary_replace_slice(self.cells, 0, len(start), same), cells)
            left = pc.and_(left, pc.invert(fits))
        return Strings(cells) if starts else self

    def words(self, rows: Rows, start: int, end: int) -> npt.NDArray[np.bytes_]:
        """Bytes `start` to `end` of some cells, none of which is shorter."""
        import numpy as np

        found = self.data[self.starts[rows][:, None] + np.arange(start, end)]
        return np.ascontiguousarray(found).view(f"S{end - start}")[:, 0]

    def matrix(self, rows: Rows, length: int) -> npt.NDArray[np.uint8]:
        """The bytes of some cells, all `length` long: one row each."""
        import numpy as np

        if len(rows) == self.size:
            return self.data.reshape(-1, length)
        return np.asarray(self.data[self.starts[rows][:, None] + np.arange(length)])


def table_of(signs: Iterable[str]) -> npt.NDArray[np.int8]:
    """1 for the bytes that are these signs."""
    import numpy as np

    table = np.zeros(256, np.int8)
    table[list(map(ord, signs))] = 1
    return table


@cache
def letters() -> npt.NDArray[np.int8]:
    """1 for the bytes that are letters."""
    return table_of(ascii_letters)


@cache
def _kinds() -> npt.NDArray[np.uint8]:
    import numpy as np

    kinds = np.full(256, SIGN, np.uint8)
    kinds[:32] = kinds[127:] = kinds[ord("%")] = UNPLAIN
    kinds[ord("0") : ord("9") + 1] = DIGIT
    kinds[ord("A") : ord("Z") + 1] = kinds[ord("a") : ord("z") + 1] = LETTER
    kinds[ord(" ")], kinds[ord(".")], kinds[ord(",")] = BLANK, DOT, COMMA
    kinds[ord("@")] = kinds[ord("_")] = AT
    return kinds
