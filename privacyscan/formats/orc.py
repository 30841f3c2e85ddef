"""Apache ORC: stripes of columns."""

from __future__ import annotations

from collections.abc import Iterator

from privacyscan.formats import Format
from privacyscan.formats._tables import parts
from privacyscan.model import File, Limits, Part

_MAGIC = b"ORC"  # https://orc.apache.org/specification/ORCv1


class Orc:
    name = "orc"
    suffixes = (".orc",)
    binary = True

    def matches(self, head: bytes, name: str) -> int:
        return 3 if head.startswith(_MAGIC) and b"\0" in head else 0  # a text may begin so too

    def read(self, file: File, limits: Limits) -> Iterator[Part]:
        from pyarrow import orc

        with file.open() as stream:
            opened = orc.ORCFile(stream)
            stripes = map(opened.read_stripe, range(opened.nstripes))
            yield from parts(file, opened.schema, stripes, limits)


plugin: Format = Orc()
