"""Tar archives; packed ones come here through what unpacks them."""

from __future__ import annotations

import tarfile
from collections.abc import Iterator
from typing import BinaryIO, cast

from privacyscan.formats import Format
from privacyscan.formats._archive import Bomb, Budget, Labels, Readable, Spool, bomb, size_of
from privacyscan.formats._charset import kind_of
from privacyscan.model import File, Limits, Part, Reason, Skipped

_BLOCK = 512


class Tar:
    name = "tar"
    suffixes = (".tar",)
    binary = True  # members may be of any format

    def matches(self, head: bytes, name: str) -> int:
        return 3 if kind_of(head) == "a tar archive" else 0

    def read(self, file: File, limits: Limits) -> Iterator[Part]:
        with file.open() as stream:
            budget = Budget(limits, size_of(file, stream))
            try:
                yield from (part for _, part in members(file, stream, budget) if part is not None)
            except Bomb as error:
                yield bomb(file.place, error)
            except tarfile.TarError:
                yield Skipped(file.place, Reason.DAMAGED, "cut off or damaged; the members before were read")


def members(
    file: File, stream: BinaryIO, budget: Budget
) -> Iterator[tuple[tarfile.TarInfo, Part | None] | tuple[None, Part]]:
    """Each member with its content, or None for folders, devices, and links to other members; what was not read."""
    labels, count = Labels(file.place), 0
    with tarfile.open(fileobj=stream, mode="r:") as archive:
        while (member := archive.next()) is not None:
            archive.members = []  # type: ignore[attr-defined]  # else all of them are kept
            count += 1
            if count > budget.limits.max_members:
                raise Bomb(f"holds more than {budget.limits.max_members} members")
            content = archive.extractfile(member) if member.isreg() else None
            if content is None:
                yield member, None
                continue
            place = labels.place(member.name)
            with Spool() as spool:
                try:
                    spool.fill(budget.chunks(cast(Readable, content)))
                except tarfile.TarError:
                    yield None, Skipped(place, Reason.DAMAGED, "cut off; what could be unpacked was read")
                yield member, spool.as_file(place)
        stream.seek(archive.offset)
        if stream.read(_BLOCK) != bytes(_BLOCK):  # the library takes anything that is no header for the end
            yield None, Skipped(file.place, Reason.DAMAGED, "the end of the archive is missing")


plugin: Format = Tar()
