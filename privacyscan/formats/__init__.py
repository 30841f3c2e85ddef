"""File formats: one module per format, each ending with `plugin: Format = ...`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol, runtime_checkable

from privacyscan.model import File, Limits, Part, Piece


class Format(Protocol):
    """A file format. `read` is a generator that holds at most one batch or block in memory."""

    @property
    def name(self) -> str:
        """Its name in the registry."""
        ...

    @property
    def suffixes(self) -> tuple[str, ...]:
        """Lower-case suffixes with the dot, e.g. (".csv", ".tsv")."""
        ...

    @property
    def binary(self) -> bool:
        """True when foreign bytes reach a native or complex parser: such files are read in a worker process
        that can be killed."""
        ...

    def matches(self, head: bytes, name: str) -> int:
        """How sure it is, from the first 64 kB and the lower-case name: 0 not mine, 1 by suffix or as a
        last resort, 2 by content, 3 by an unmistakable signature. The highest answer reads the file."""
        ...

    def read(self, file: File, limits: Limits) -> Iterator[Part]:
        """The parts of the file. May raise anything: `privacyscan.read` turns it into `Skipped`."""
        ...


@runtime_checkable
class Cuts(Protocol):
    """What a format also has whose large files several workers can read."""

    def cut(self, file: File, limits: Limits) -> Sequence[Piece]:
        """The pieces that the file can be read in, by its bytes alone; less than two: it is read whole. `read` then
        gets files with a piece, and gives what the whole file would give there."""
        ...
