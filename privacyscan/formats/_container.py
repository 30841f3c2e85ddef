"""ZIP files opened with care: the base of archives and of office documents."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from typing import BinaryIO, cast

from privacyscan.formats._archive import Bomb, Budget, Readable, Spool, size_of
from privacyscan.model import File, Limits, Part, Place, Reason, Skipped

_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError)
_DIRECTORY_ENTRY = 512  # bytes; more than a usual entry of the list of members takes


class Container:
    """An open ZIP file with its members and its budget. Raises Bomb when it lists too many members."""

    def __init__(self, file: File, stream: BinaryIO, limits: Limits) -> None:
        self.place, self.budget = file.place, Budget(limits, size_of(file, stream))
        directory = _directory_size(stream, self.budget.packed)
        if self.budget.packed >= directory > limits.max_members * _DIRECTORY_ENTRY:
            raise Bomb(f"lists more than {limits.max_members} members")
        stream.seek(0)
        self.zip = zipfile.ZipFile(stream)
        self.members = [m for m in self.zip.infolist() if not m.is_dir()]

    def __contains__(self, name: str) -> bool:
        return name in self.zip.NameToInfo

    def chunks(self, member: zipfile.ZipInfo) -> Iterator[bytes]:
        """The unpacked bytes of a member, counted."""
        with self.zip.open(member) as stream:
            yield from self.budget.chunks(cast(Readable, stream))

    def part(self, member: zipfile.ZipInfo, place: Place) -> Iterator[Part]:
        """The member as a file. One that is damaged gives what could be unpacked, and a Skipped."""
        if member.flag_bits & 1:
            yield Skipped(place, Reason.ENCRYPTED, "needs a password")
            return
        with Spool() as spool:
            try:
                spool.fill(self.chunks(member))
            except _DAMAGED:
                yield Skipped(place, Reason.DAMAGED, "cannot be unpacked to its end")
            except (NotImplementedError, RuntimeError):
                yield Skipped(place, Reason.UNKNOWN_FORMAT, "is packed in a way that is not read")
                return
            yield spool.as_file(place)


def _directory_size(stream: BinaryIO, size: int) -> int:
    """How many bytes the list of members takes, as the end of the file says; 0 when it does not."""
    stream.seek(max(0, size - (66 << 10)))
    tail = stream.read(66 << 10)
    end = tail.rfind(b"PK\x05\x06")
    if end < 0 or len(tail) < end + 16:
        return 0
    listed = int.from_bytes(tail[end + 12 : end + 16], "little")
    large = tail.rfind(b"PK\x06\x06", 0, end)  # zip64
    return int.from_bytes(tail[large + 40 : large + 48], "little") if listed == 0xFFFFFFFF and large >= 0 else listed
