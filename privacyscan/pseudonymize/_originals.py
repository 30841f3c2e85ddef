"""The values that were replaced, as keyed hashes: whether one of them still stands in the copy."""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from privacyscan.detect.known import hashes
from privacyscan.keys import KEY_BYTES

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Hashes = npt.NDArray[np.uint64]

WAITING = 1 << 20  # hashes in memory; more are sorted and written to the private folder


@dataclass(slots=True)
class Same:
    """How many values of a column of the copy are values that were replaced somewhere; adds up as tallies do."""

    cells: int = 0

    def empty(self) -> Same:
        return Same()

    def merge(self, other: Same) -> None:
        self.cells += other.cells


@dataclass(frozen=True, slots=True)
class Handed:
    """Hashes on their way from one process to another, by entity: some themselves, many as sorted files."""

    few: Mapping[str, Hashes]
    many: Mapping[str, Sequence[Path]]


class Originals:
    """Takes in what is replaced, and is then shown the values of the copy (`detect.known.Meets`).

    64 bits a value: of 10^9 values in the copy against 10^7 originals some thousandth of one meets by chance.
    Those under one `key` add up.
    """

    def __init__(self, key: bytes | None = None, folder: Path | None = None) -> None:
        """`folder`: where more hashes lie than memory should hold."""
        self.folder, self.key = folder, key or secrets.token_bytes(KEY_BYTES)
        self._waiting: dict[str, list[Hashes]] = defaultdict(list)
        self._held, self._sorted = 0, True
        self._runs: dict[str, list[Hashes]] = defaultdict(list)  # sorted, mapped from files
        self._paths: dict[str, list[Path]] = defaultdict(list)  # those files

    def add(self, entity: str, canonical: Sequence[str]) -> None:
        """These values of an entity gave way."""
        self._wait(entity, hashes(self.key, entity, canonical)[0])

    def _wait(self, entity: str, new: Hashes) -> None:
        self._waiting[entity].append(new)
        self._held += len(new)
        self._sorted = False
        if self._held > WAITING:
            self._sort()
            if self.folder is not None and self._held > WAITING // 2:
                self._write(self.folder)

    def handed(self) -> Handed:
        """All of them, for another process; none stays here."""
        self._sort()
        few = {entity: parts[0] for entity, parts in self._waiting.items()}
        handed = Handed(few, dict(self._paths))
        self._waiting.clear()
        self._runs.clear()
        self._paths = defaultdict(list)
        self._held = 0
        return handed

    def written(self) -> Handed:
        """All of them as files in the folder, for another process to look at."""
        assert self.folder is not None
        self._sort()
        self._write(self.folder)
        return Handed({}, {entity: list(paths) for entity, paths in self._paths.items()})

    def take(self, handed: Handed) -> None:
        """Add those of another process. Raises OSError when its files are gone."""
        for entity, new in handed.few.items():
            self._wait(entity, new)
        for entity, paths in handed.many.items():
            for path in paths:
                self._map(entity, path)

    def count(self) -> Mapping[str, int]:
        """How many different values of each entity gave way."""
        self._sort()
        entities = {*self._waiting, *self._runs}
        return {e: _distinct([*self._waiting[e], *self._runs[e]]) for e in sorted(entities)}

    def meet(self, entity: str, values: Sequence[str], rows: Sequence[int], met: Same | None) -> Same | None:
        """`met` with how many of these values gave way elsewhere."""
        import numpy as np

        self._sort()
        runs = [*self._waiting.get(entity, ()), *self._runs.get(entity, ())]
        if not runs:
            return met
        mine = hashes(self.key, entity, values)[0]
        hit = np.zeros(len(mine), bool)
        for run in runs:
            at = np.minimum(np.searchsorted(run, mine), len(run) - 1)
            hit |= run[at] == mine
        same = Same() if met is None else met
        same.cells += int(hit.sum())
        return same

    def _sort(self) -> None:
        """One ascending array for each entity, each value once."""
        import numpy as np

        if self._sorted:
            return
        for entity, parts in self._waiting.items():
            self._waiting[entity] = [np.unique(np.concatenate(parts))]
        self._sorted = True
        self._held = sum(len(a) for parts in self._waiting.values() for a in parts)

    def _write(self, folder: Path) -> None:
        import numpy as np

        for entity, parts in self._waiting.items():
            for part in parts:
                path = folder / f"{secrets.token_hex(16)}.npy"
                np.save(path, part)
                self._map(entity, path)
        self._waiting.clear()
        self._held = 0

    def _map(self, entity: str, path: Path) -> None:
        import numpy as np

        self._runs[entity].append(np.load(path, mmap_mode="r"))
        self._paths[entity].append(path)


def _distinct(runs: Sequence[Hashes]) -> int:
    """How many different hashes there are in sorted arrays, of which only parts come into memory."""
    import numpy as np

    if len(runs) < 2:
        return sum(map(len, runs))
    bounds = np.arange(1, 256, dtype=np.uint64) << np.uint64(56)
    parts = zip(*(np.split(run, np.searchsorted(run, bounds)) for run in runs), strict=True)
    return sum(len(np.unique(np.concatenate(part))) for part in parts)
