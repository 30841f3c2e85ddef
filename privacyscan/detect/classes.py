"""Rows that agree in their quasi-identifiers, counted by keyed hashes: k-anonymity (Sweeney 2002), l-diversity
(Machanavajjhala et al. 2007), and which columns single out most rows.

A class is kept as one hash a column and the number of its rows, never as values. What pieces of a table give adds up
in any order.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import TYPE_CHECKING

from privacyscan.checks.birth_date import parse_many
from privacyscan.checks.one_of import spelled
from privacyscan.detect.cells import are_nothing, as_strings
from privacyscan.detect.quasi import Quasi
from privacyscan.detect.sketch import quick_of
from privacyscan.detect.vectors import Strings
from privacyscan.model import Combination, Identifier, Reidentification
from privacyscan.sources import ROWS

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pyarrow as pa

    Hashes = npt.NDArray[np.uint64]
    Counts = npt.NDArray[np.int64]

MOST_CLASSES = 1_000_000  # of one table, of at most 72 bytes
SMALL = 5  # rows below which a class is small: statistical offices publish no smaller cell
WORST = 5  # combinations that are told
_WAITING = 1 << 16  # rows that wait to be added up
_PLACE = r"^(?P<place>[a-z][a-z .'-]*)[,/;] ?[0-9]"  # Bandung, 17-08-1990


@dataclass(slots=True)
class _Different:
    """Different rows of hashes, column by column, and how often each came; none any more where they are too many."""

    columns: list[Hashes] = field(default_factory=list, repr=False)
    counts: list[Counts] = field(default_factory=list, repr=False)
    too_many: bool = False
    _waiting: list[list[Hashes]] = field(default_factory=list, repr=False)

    def add(self, columns: Sequence[Hashes], counts: Counts) -> None:
        if self.too_many or not len(counts):
            return
        self._waiting.append(list(columns))
        self.counts.append(counts)
        known = len(self.columns[0]) if self.columns else 0
        if sum(map(len, self.counts)) - known > max(_WAITING, known):
            self.add_up()

    def add_up(self) -> None:
        """Make equal rows one."""
        import numpy as np

        if not self._waiting:
            return
        before = [self.columns] if self.columns else []
        columns = [np.concatenate(parts) for parts in zip(*before, *self._waiting, strict=True)]
        counts = np.concatenate(self.counts)
        _, first, which = np.unique(together(columns), return_index=True, return_inverse=True)
        self.columns, self._waiting = [column[first] for column in columns], []
        self.counts = [np.bincount(which, weights=counts).astype(np.int64)]
        if len(first) > MOST_CLASSES:
            self.columns, self.counts, self.too_many = [], [], True

    def merge(self, other: _Different) -> None:
        other.add_up()
        if other.too_many:
            self.columns, self.counts, self._waiting, self.too_many = [], [], [], True
        elif other.columns:
            self.add(other.columns, other.counts[0])


@dataclass(slots=True)
class Classes:
    """The classes of a table as far as it is read, and which values of each sensitive column they hold."""

    of: Quasi
    rows: int = 0
    _classes: _Different = field(default_factory=_Different)
    _held: list[_Different] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._held = [_Different() for _ in self.of.sensitive]

    @property
    def too_many(self) -> bool:
        return self._classes.too_many

    def add(self, columns: Sequence[Hashes], sensitive: Sequence[Hashes], counts: Counts) -> None:
        """Add rows: the hashes of each column, and for how many rows each stands."""
        self.rows += int(counts.sum())
        self._classes.add(columns, counts)
        whole = together(columns)
        for held, values in zip(self._held, sensitive, strict=True):
            held.add([whole, values], counts)

    def merge(self, other: Classes) -> None:
        self.rows += other.rows
        self._classes.merge(other._classes)
        for mine, others in zip(self._held, other._held, strict=True):
            mine.merge(others)

    def add_up(self) -> None:
        """Make equal rows one: less is to be sent to another process."""
        for different in (self._classes, *self._held):
            different.add_up()

    def figures(self) -> Reidentification:
        """What they say of the table."""
        self.add_up()
        of = self.of
        if self.too_many:
            return Reidentification(of.columns, of.entities, reason="too_many_classes")
        if not self.rows:
            return Reidentification(of.columns, of.entities)
        (counts,) = self._classes.counts
        return Reidentification(
            of.columns,
            of.entities,
            rows=self.rows,
            classes=len(counts),
            smallest=int(counts.min()),
            unique=int((counts == 1).sum()),
            small=int(counts[counts < SMALL].sum()),
            worst=tuple(sorted(self._combinations(), key=lambda c: (-c.unique, len(c.columns)))[:WORST]),
            diversity={c: _least(h) for c, h in zip(of.sensitive, self._held, strict=True) if not h.too_many},
        )

    def alone(self) -> Hashes:
        """One hash for each row that is alone in its class, the same for equal rows of other tables under one key."""
        import numpy as np

        self.add_up()
        if self.too_many or not self.rows:
            return np.zeros(0, np.uint64)
        found: Hashes = together(self._classes.columns)[self._classes.counts[0] == 1]
        return found

    def _combinations(self) -> Iterator[Combination]:
        """Every two and three columns, and how many rows they single out. A row that is alone there is alone in its
        class too, so only single rows can be."""
        import numpy as np

        single, one = self._classes.counts[0] == 1, np.uint64(1)
        for size in (2, 3):
            for chosen in combinations(range(len(self.of.columns)), size):
                hashes = together(self._classes.columns, chosen)
                marked = np.sort(hashes & ~one | (~single).astype(np.uint64))  # the last bit: more than one row
                differs = np.concatenate([[True], marked[1:] >> one != marked[:-1] >> one, [True]])
                unique = int((differs[1:] & differs[:-1] & (marked & one == 0)).sum())
                yield Combination(tuple(self.of.columns[i] for i in chosen), unique)


def together(columns: Sequence[Hashes], chosen: Sequence[int] | None = None) -> Hashes:
    """One hash for each row of the chosen columns. Hashes are random already, so sums of odd multiples are too."""
    import numpy as np

    numbers = range(len(columns)) if chosen is None else chosen
    whole = np.zeros(len(columns[0]), np.uint64)
    for i in numbers:
        whole += columns[i] * np.uint64(2 * i + 3)
    return whole


def _least(held: _Different) -> int:
    """The least number of different values that a class holds."""
    import numpy as np

    return int(np.unique(held.columns[0], return_counts=True)[1].min())


class Counter:
    """Adds batches of a table to its classes."""

    def __init__(self, of: Quasi, identifiers: Mapping[str, Identifier], key: bytes) -> None:
        self.classes, self._key = Classes(of), key
        self._kinds = [identifiers.get(entity) for entity in of.entities]

    def add(self, batch: pa.RecordBatch) -> None:
        """Add a batch; a column that it lacks is empty. A last column `ROWS` says how many rows each stands for."""
        import numpy as np
        import pyarrow as pa
        import pyarrow.compute as pc

        counts = np.ones(batch.num_rows, np.int64)
        if batch.num_columns and batch.schema.names[-1] == ROWS:
            counts = pc.cast(batch.column(batch.num_columns - 1), pa.int64()).to_numpy()

        of = self.classes.of
        columns = [self._hashes(batch, name, kind) for name, kind in zip(of.columns, self._kinds, strict=True)]
        sensitive = [self._hashes(batch, name, None) for name in of.sensitive]
        self.classes.add(columns, sensitive, counts)

    def _hashes(self, batch: pa.RecordBatch, name: str, kind: Identifier | None) -> Hashes:
        import numpy as np

        values = _strings(batch, name).dictionary_encode()
        hashes = quick_of(Strings(alike(values.dictionary, kind)), self._key)
        return np.asarray(hashes[values.indices.to_numpy()])


def _strings(batch: pa.RecordBatch, name: str) -> pa.StringArray:
    import pyarrow as pa
    import pyarrow.compute as pc

    found = batch.schema.get_all_field_indices(name)
    array = batch.column(found[0]) if found else pa.nulls(batch.num_rows, pa.string())
    cells = pc.cast(array, pa.string()) if pa.types.is_boolean(array.type) else as_strings(array, fractions=True)
    return pc.fill_null(pa.nulls(batch.num_rows, pa.string()) if cells is None else cells, "")


def alike(cells: pa.StringArray, kind: Identifier | None) -> pa.StringArray:
    """The cells without what does not matter: case, blanks, what stands for nothing, how a date or a sex is written."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    cells = pc.utf8_trim_whitespace(pc.replace_substring_regex(pc.utf8_lower(cells), r"\s+", " "))
    cells = pc.if_else(pa.array(are_nothing(Strings(cells))), pa.scalar("", pa.string()), cells)
    if kind is not None and kind.born is not None and kind.born.format == "date":
        days = parse_many(cells)
        places = pc.fill_null(pc.struct_field(pc.extract_regex(cells, _PLACE), 0), "")
        comma = pa.scalar(",", pa.string())
        dates = pc.binary_join_element_wise(places, pc.cast(pa.array(days), pa.string()), comma)
        return pc.if_else(pa.array(np.asarray(days > 0)), dates, cells)
    if kind is not None and kind.men:
        sexes = {"L": kind.men, "P": kind.women}
        said = (next((s for s, words in sexes.items() if spelled(text) in words), text) for text in cells.to_pylist())
        return pa.array(list(said), pa.string())
    return cells
