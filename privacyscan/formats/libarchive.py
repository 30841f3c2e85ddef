"""Archives for which a program is needed: rar, cab, iso, cpio, rpm, deb, lzh, xar."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from privacyscan.formats import Format
from privacyscan.formats import _bsdtar as bsdtar
from privacyscan.formats._archive import Bomb, Budget, bomb, size_of
from privacyscan.model import File, Limits, Part, Reason, Skipped

_BEGINS = re.compile(
    rb"Rar!\x1a\x07[\x00\x01]|MSCF\x00{4}|!<arch>\n|xar!\x00|\xed\xab\xee\xdb|.{2}-l[hz][0-9sd]-|07070[12][0-9A-Fa-f]{104}",
    re.DOTALL,
)
_TAIL = 64
_RAR_ENDS = re.compile(rb"..\x7b..[\x07-\x14]\x00|[\x03\x04]\x05[\x00-\x07][\x00-\x07]", re.DOTALL)  # version 4, 5
_DISC = 32_769  # where an image of a disc says that it is one (ECMA-119, ECMA-167)
_DISCS = (b"CD001", b"BEA01")


class LibArchive:
    name = "libarchive"
    suffixes = (".rar", ".cab", ".iso", ".cpio", ".rpm", ".deb", ".lzh", ".lha", ".xar")
    binary = True  # members may be of any format

    def lacks(self) -> Mapping[str, str]:
        return {} if bsdtar.program() else dict.fromkeys((".rar", ".cab", ".iso"), bsdtar.INSTALL)

    def matches(self, head: bytes, name: str) -> int:
        return 3 if _BEGINS.match(head) or head[_DISC : _DISC + 5] in _DISCS else 0

    def read(self, file: File, limits: Limits) -> Iterator[Part]:
        with file.open() as stream:
            budget = Budget(limits, size_of(file, stream))
            is_rar = stream.read(4) == b"Rar!"
            stream.seek(max(0, budget.packed - _TAIL))
            is_whole = not is_rar or _RAR_ENDS.search(stream.read()) is not None
        if not is_whole:  # the program takes what is no header for the end
            yield Skipped(file.place, Reason.DAMAGED, "the end of the archive is missing")
        try:
            yield from bsdtar.members(file, budget)
        except Bomb as error:
            yield bomb(file.place, error)


plugin: Format = LibArchive()
