"""Drafts of places: where every match of a tally lies, written to a file while it is read.

Which identifier a cell or text holds is decided when all of it was seen, so the places of each tally are kept apart
until then. A tally knows only where in the drafts its places stand.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from privacyscan.errors import UsageError

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from privacyscan.detect.tally import Tally

    Numbers = npt.NDArray[np.int64]

MOST = 1 << 20  # numbers that wait to be written, 8 MB
IN_TEXT = ("line", "start", "end", "offset_start", "offset_end")  # the numbers of a place in a text; in a table its row


class Draft(NamedTuple):
    """Where in which file some places stand, each as `width` numbers. They are of this piece of a unit, and were
    written in this turn of its reading. Rows count from `rows`; None: nobody knows from where. `row` is the row of
    a table in one of whose cells all of them lie."""

    file: str
    at: int
    places: int
    width: int
    piece: int
    turn: int
    rows: int | None = 0
    row: int | None = None


class Drafts:
    """What one process writes: its places gather in memory, and go to a file of its own when they are many."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._file: int | None = None
        self._name = ""
        self.begin(0)

    def begin(self, piece: int) -> None:
        """Begin with a unit or a piece of one; nothing remains of one that broke off."""
        self._piece, self._turn, self._numbers = piece, 0, 0
        self._waiting: dict[int, tuple[Tally, list[Numbers]]] = {}  # by identity of the tally

    def add(self, tally: Tally, places: Numbers) -> None:
        """Places of a tally: rows, or a row of numbers for each place in a text."""
        if places.size:
            self._waiting.setdefault(id(tally), (tally, []))[1].append(places)
            self._numbers += places.size

    def rest(self) -> None:
        """Between two batches or blocks: write what waits if it is much."""
        if self._numbers >= MOST:
            self.write()

    def write(self) -> None:
        """Write what waits, the places of each tally in order. Raises UsageError."""
        import numpy as np

        try:
            if self._file is None:
                self._file, self._name = tempfile.mkstemp(dir=self.folder)
            at = os.lseek(self._file, 0, os.SEEK_END)
            for tally, parts in self._waiting.values():
                places = in_order(np.concatenate(parts))
                _write(self._file, places.data.cast("B"))
                width = places.shape[1] if places.ndim > 1 else 1
                tally.drafts.append(Draft(self._name, at, len(places), width, self._piece, self._turn))
                at += places.nbytes
        except OSError as error:
            raise UsageError(
                f"{self.folder}: cannot be written ({error.strerror}); free space or choose another folder"
            ) from None
        self._turn, self._numbers, self._waiting = self._turn + 1, 0, {}


def read(drafts: Sequence[Draft]) -> Iterator[Numbers]:
    """The places of the drafts in order, at most so many at once as waited to be written: rows, of which -1 is one that
    nobody knows, or numbers of places in a text."""
    import numpy as np

    for _, together in groupby(sorted(drafts, key=_when), key=_when):
        parts = [_read(draft) for draft in together]
        yield in_order(np.concatenate(parts)) if len(parts) > 1 else parts[0]


def in_order(places: Numbers) -> Numbers:
    """Rows ascending, or places in a text by where they start and end."""
    import numpy as np

    if places.ndim == 1:
        return np.sort(places)
    return places[np.lexsort((places[:, -1], places[:, -2]))]


def _when(draft: Draft) -> tuple[int, int]:
    return draft.piece, draft.turn


def _read(draft: Draft) -> Numbers:
    import numpy as np

    if draft.rows is None:
        return np.full(draft.places, -1, np.int64)
    if draft.row is not None:
        return np.full(draft.places, draft.row + draft.rows, np.int64)
    places = np.fromfile(draft.file, np.int64, draft.places * draft.width, offset=draft.at)
    return places + draft.rows if draft.width == 1 else places.reshape(draft.places, draft.width)


def _write(file: int, data: memoryview) -> None:
    while data:
        data = data[os.write(file, data) :]
