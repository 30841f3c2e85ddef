"""Files packed with gzip: one member."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator

from privacyscan.formats import Format
from privacyscan.formats._archive import Bomb, Budget, Labels, Spool, bomb, size_of
from privacyscan.model import File, Limits, Part, Reason, Skipped

_ENDINGS = {".tgz": ".tar", ".gz": "", ".svgz": ".svg"}


class Gzip:
    name = "gzip"
    suffixes = (".gz", ".tgz")
    binary = True  # the member may be of any format

    def matches(self, head: bytes, name: str) -> int:
        return 3 if head.startswith(b"\x1f\x8b") else 0

    def read(self, file: File, limits: Limits) -> Iterator[Part]:
        place = Labels(file.place).place(_member(file.name))
        with file.open() as stream, Spool() as spool:
            budget = Budget(limits, size_of(file, stream))
            try:
                spool.fill(budget.chunks(gzip.GzipFile(fileobj=stream)))
            except (EOFError, gzip.BadGzipFile, zlib.error):
                yield Skipped(place, Reason.DAMAGED, "cut off or damaged; what could be unpacked was read")
            except Bomb as error:
                yield bomb(file.place, error)
            if spool.size:
                yield spool.as_file(place)


def _member(name: str) -> str:
    """The name of what was packed."""
    for ending, instead in _ENDINGS.items():
        if name.lower().endswith(ending) and len(name) > len(ending):
            return name[: -len(ending)] + instead
    return "content"


plugin: Format = Gzip()
