"""Which rows of a register are one person, and which values tell persons apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

MOST_SHARING = 10  # persons: a value that more of them have (an office's telephone, a filler) tells nobody


@dataclass(frozen=True, slots=True)
class Persons:
    """Values and whose they are: entry i says that the value at `values[i]` belongs to person `owners[i]`."""

    count: int
    values: npt.NDArray[np.intp]
    owners: npt.NDArray[np.uint32]
    shared: int  # values that were left out because too many persons share them


def persons(
    values: npt.NDArray[np.intp], rows: npt.NDArray[np.intp], personal: npt.NDArray[np.bool_], row_count: int
) -> Persons:
    """The persons behind entries (value, row). Rows that share a `personal` value are one person."""
    import numpy as np

    person = same_persons(values[personal], rows[personal], row_count)[rows]
    pairs = np.unique(values.astype(np.uint64) << np.uint64(32) | person.astype(np.uint64))  # both below 2^32
    value, person = (pairs >> np.uint64(32)).astype(np.intp), (pairs & np.uint64(0xFFFFFFFF)).astype(np.intp)
    sharing = np.bincount(value)
    telling = sharing[value] <= MOST_SHARING
    kept, owners = np.unique(person[telling], return_inverse=True)
    return Persons(len(kept), value[telling], owners.astype(np.uint32), int((sharing > MOST_SHARING).sum()))


def same_persons(values: npt.NDArray[np.intp], rows: npt.NDArray[np.intp], row_count: int) -> npt.NDArray[np.intp]:
    """Row -> the smallest row of the same person: that of a row with a value in common, however many rows between."""
    import numpy as np

    _, groups = np.unique(values, return_inverse=True)
    label = np.arange(row_count)
    while True:
        least = np.full(int(groups.max(initial=-1)) + 1, row_count)
        np.minimum.at(least, groups, label[rows])
        smaller = label.copy()
        np.minimum.at(smaller, rows, least[groups])
        smaller = smaller[smaller]
        if np.array_equal(smaller, label):
            return label
        label = smaller
