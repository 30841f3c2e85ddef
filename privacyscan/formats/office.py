"""Documents and presentations of Word, PowerPoint and OpenDocument: all their text, line by line."""

from __future__ import annotations

from collections.abc import Iterator

from privacyscan.formats import Format
from privacyscan.formats._archive import Bomb, bomb
from privacyscan.formats._container import Container
from privacyscan.formats._ooxml import is_encrypted, is_package, office_parts
from privacyscan.model import File, Limits, Part, Reason, Skipped

_OPEN_DOCUMENT = b"mimetypeapplication/vnd.oasis.opendocument."
_SHEETS = b"spreadsheet"


class Office:
    name = "office"
    suffixes = (".docx", ".docm", ".dotx", ".pptx", ".pptm", ".ppsx", ".odt", ".ott", ".odp", ".odg")
    binary = True

    def matches(self, head: bytes, name: str) -> int:
        if not head.startswith(b"PK\x03\x04"):
            return 0
        known = b"word/" in head or b"ppt/" in head or (_OPEN_DOCUMENT in head[:128] and _SHEETS not in head[:128])
        return 3 if known and is_package(head) else 2 if name.endswith(self.suffixes) else 0

    def read(self, file: File, limits: Limits) -> Iterator[Part]:
        with file.open() as stream:
            try:
                container = Container(file, stream, limits)
                if is_encrypted(container):
                    yield Skipped(file.place, Reason.ENCRYPTED, "needs a password")
                    return
                yield from office_parts(container, container.members, limits)
            except Bomb as error:
                yield bomb(file.place, error)


plugin: Format = Office()
