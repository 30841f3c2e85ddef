"""ZIP archives, and everything that is one inside: jar, apk, epub, unknown office files."""

from __future__ import annotations

from collections.abc import Iterator

from privacyscan.formats import Format
from privacyscan.formats._archive import Bomb, Labels, bomb
from privacyscan.formats._container import Container
from privacyscan.model import File, Limits, Part, Reason, Skipped


class Zip:
    name = "zip"
    suffixes = (".zip", ".jar")
    binary = True  # members may be of any format

    def matches(self, head: bytes, name: str) -> int:
        return 2 if head.startswith((b"PK\x03\x04", b"PK\x05\x06")) else 0

    def read(self, file: File, limits: Limits) -> Iterator[Part]:
        with file.open() as stream:
            try:
                container = Container(file, stream, limits)
                labels = Labels(file.place)
                for member in container.members[: limits.max_members]:
                    yield from container.part(member, labels.place(member.filename))
            except Bomb as error:
                yield bomb(file.place, error)
                return
            if len(container.members) > limits.max_members:
                yield Skipped(file.place, Reason.BOMB, f"only the first {limits.max_members} members were read")


plugin: Format = Zip()
