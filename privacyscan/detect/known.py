"""Known persons: which people of a register were met, told by keyed hashes of their identifiers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from hmac import digest as hmac_digest
from typing import TYPE_CHECKING, Any, Protocol, Self

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

FEW = 1024  # persons up to which a set is smaller than a bitmap of a large register
# 64 bits to search by and 32 more: a scan of 10^9 values against 4 * 10^7 hashes meets a wrong one with a chance of
# 10^9 * 4 * 10^7 / 2^96 = 5 * 10^-13. With 64 bits it would be 0.2 %, and "proven" would be a lie in every 500th scan.
HASH_BYTES = 12


class Meeting(Protocol):
    """What is kept of the values that were met: it adds up, like the tally that it stands in."""

    def empty(self) -> Self: ...

    def merge(self, other: Self) -> None: ...


class Meets(Protocol):
    """Is shown every value that may count: a list of known persons, or whoever makes one."""

    def meet(self, entity: str, values: Sequence[str], rows: Sequence[int], met: Any) -> Any:
        """`met` with what these values add to it; None for an entity that does not matter. `rows` are theirs."""
        ...


@dataclass(slots=True)
class Met:
    """The persons that were met, exactly: a set while they are few, then one bit for each person of the register."""

    persons: int
    cells: int = 0  # values that belong to one of them
    few: set[int] = field(default_factory=set, repr=False)
    bits: bytearray | None = field(default=None, repr=False)

    @property
    def count(self) -> int:
        return len(self.few) if self.bits is None else int.from_bytes(self.bits).bit_count()

    def empty(self) -> Met:
        return Met(self.persons)

    def add(self, persons: npt.NDArray[np.uint32], cells: int) -> None:
        """These persons were met, in so many cells."""
        self.cells += cells
        if self.bits is None:
            self.few.update(persons.tolist())
            if len(self.few) > FEW:
                self._widen()
        else:
            _set(self.bits, persons)

    def merge(self, other: Met) -> None:
        self.cells += other.cells
        if other.bits is not None:
            if self.bits is None:
                self._widen()
            _unite(self.bits, other.bits)
        elif self.bits is None:
            self.few |= other.few
            if len(self.few) > FEW:
                self._widen()
        else:
            _set(self.bits, _array(other.few))

    def _widen(self) -> None:
        self.bits = bytearray((self.persons + 7) // 8)
        _set(self.bits, _array(self.few))
        self.few = set()


@dataclass(frozen=True, eq=False)
class Known:
    """A list of known persons, ready to be asked. The hashes are mapped from its file, so all workers share them.

    `entities` holds the kinds of identifiers in the list. Value i of `first` (ascending) and `rest` belongs to person
    `owners[i]`.
    """

    persons: int
    entities: frozenset[str]
    key: bytes = field(repr=False)
    first: npt.NDArray[np.uint64] = field(repr=False)
    rest: npt.NDArray[np.uint32] = field(repr=False)
    owners: npt.NDArray[np.uint32] = field(repr=False)
    again: Any = field(default=None, repr=False)  # how another process gets it

    def __reduce__(self) -> Any:
        return self.again

    def nobody(self) -> Met:
        return Met(self.persons)

    def meet(self, entity: str, values: Sequence[str], rows: Sequence[int], met: Met | None) -> Met | None:
        """`met` with the known persons among these values of one kind; None for a kind that the list lacks."""
        import numpy as np

        if entity not in self.entities:
            return met
        met = self.nobody() if met is None else met
        times = Counter(values)
        first, rest = hashes(self.key, entity, list(times))
        counts = np.fromiter(times.values(), np.int64, len(times))
        order = np.argsort(first)
        first, rest, counts = first[order], rest[order], counts[order]
        at = np.searchsorted(self.first, first)
        waiting = np.flatnonzero(at < len(self.first))
        hit = np.zeros(len(first), bool)
        while len(waiting):  # more than once only for a value that several persons share
            waiting = waiting[self.first[at[waiting]] == first[waiting]]
            same = waiting[self.rest[at[waiting]] == rest[waiting]]
            hit[same] = True
            met.add(self.owners[at[same]], 0)
            at[waiting] += 1
            waiting = waiting[at[waiting] < len(self.first)]
        met.cells += int(counts[hit].sum())
        return met


def hashes(key: bytes, entity: str, values: Sequence[str]) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint32]]:
    """The keyed hashes of values, in two parts. The entity is hashed too: a telephone number is no BPJS number."""
    import numpy as np

    head = f"value\0{entity}\0".encode()
    joined = b"".join([hmac_digest(key, head + v.encode("utf-8", "replace"), "sha256")[:HASH_BYTES] for v in values])
    parts = np.frombuffer(joined, np.dtype([("first", ">u8"), ("rest", ">u4")]))
    return parts["first"].astype(np.uint64), parts["rest"].astype(np.uint32)


def _array(persons: set[int]) -> npt.NDArray[np.uint32]:
    import numpy as np

    return np.fromiter(persons, np.uint32, len(persons))


def _set(bits: bytearray, persons: npt.NDArray[np.uint32]) -> None:
    import numpy as np

    mine = np.frombuffer(bits, np.uint8)
    np.bitwise_or.at(mine, persons >> 3, (1 << (persons & 7)).astype(np.uint8))


def _unite(bits: bytearray | None, others: bytearray) -> None:
    import numpy as np

    assert bits is not None
    mine = np.frombuffer(bits, np.uint8)
    np.bitwise_or(mine, np.frombuffer(others, np.uint8), out=mine)
