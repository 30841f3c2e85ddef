"""Apache ORC: stripes of columns (https://orc.apache.org/specification/ORCv1)."""

from __future__ import annotations

from collections.abc import Iterator

from privacyscan.formats import Format
from privacyscan.formats._charset import kind_of
from privacyscan.formats._tables import parts
from privacyscan.model import File, Limits, Part


class Orc:
    name = "orc"
    suffixes = (".orc",)
    binary = True

    def matches(self, head: bytes, name: str) -> int:
        return 3 if kind_of(head) == "an ORC file" else 0

    def read(self, file: File, limits: Limits) -> Iterator[Part]:
        from pyarrow import orc

        with file.open() as stream:
            opened = orc.ORCFile(stream)
            stripes = map(opened.read_stripe, range(opened.nstripes))
            yield from parts(file, opened.schema, stripes, limits)


plugin: Format = Orc()
