"""Files that are packed as a whole: one member, whose name is that of the file without its last ending."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO

from privacyscan.formats._archive import Bomb, Budget, Labels, Spool, bomb, size_of
from privacyscan.model import File, Limits, Part, Reason, Skipped


@dataclass(frozen=True, slots=True)
class Packed:
    """One way of packing: how it begins, the endings of names and what they become, what gives the unpacked bytes."""

    name: str
    magic: re.Pattern[bytes]
    endings: Mapping[str, str]
    opened: Callable[[BinaryIO], Any]
    errors: tuple[type[Exception], ...]  # of a file that is cut off or damaged
    binary: bool = True  # the member may be of any format

    @property
    def suffixes(self) -> tuple[str, ...]:
        return tuple(self.endings)

    def matches(self, head: bytes, name: str) -> int:
        return 3 if self.magic.match(head) else 0

    def read(self, file: File, limits: Limits) -> Iterator[Part]:
        place = Labels(file.place).place(self._member(file.name))
        with file.open() as stream, Spool() as spool:
            budget = Budget(limits, size_of(file, stream))
            try:
                spool.fill(budget.chunks(self.opened(stream)))
            except self.errors:
                yield Skipped(place, Reason.DAMAGED, "cut off or damaged; what could be unpacked was read")
            except Bomb as error:
                yield bomb(file.place, error)
            if spool.size:
                yield spool.as_file(place)

    def _member(self, name: str) -> str:
        """The name of what was packed."""
        for ending, instead in self.endings.items():
            if name.lower().endswith(ending) and len(name) > len(ending):
                return name[: -len(ending)] + instead
        return "content"
