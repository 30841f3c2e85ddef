"""7-Zip archives."""

from __future__ import annotations

import importlib.util
import lzma
import zlib
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

from privacyscan.errors import MissingExtra
from privacyscan.formats import Format
from privacyscan.formats import _bsdtar as bsdtar
from privacyscan.formats._archive import Bomb, Budget, Labels, Spool, bomb, size_of
from privacyscan.model import File, Limits, Part, Reason, Skipped

_MAGIC = b"7z\xbc\xaf\x27\x1c"
_EXTRA = "privacyscan[archives]"
_BROKEN = (lzma.LZMAError, zlib.error, EOFError, OSError, ValueError, TypeError, LookupError, AttributeError)


class SevenZip:
    name = "7z"
    suffixes = (".7z",)
    binary = True  # members may be of any format

    def lacks(self) -> Mapping[str, str]:
        found = importlib.util.find_spec("py7zr") or bsdtar.program()
        return {} if found else {".7z": f"pip install '{_EXTRA}'"}

    def matches(self, head: bytes, name: str) -> int:
        return 3 if head.startswith(_MAGIC) else 0

    def read(self, file: File, limits: Limits) -> Iterator[Part]:
        has_library = importlib.util.find_spec("py7zr") is not None
        if not has_library and bsdtar.program() is None:
            raise MissingExtra("7-Zip", _EXTRA)
        with file.open() as stream, Spool() as spool:
            budget = Budget(limits, size_of(file, stream))
            try:
                if has_library:
                    yield from _members(file, stream, budget, spool)
                else:
                    yield from bsdtar.members(file, budget, seekable=True)
            except Bomb as error:
                yield bomb(file.place, error)


def _members(file: File, stream: BinaryIO, budget: Budget, spool: Spool) -> Iterator[Part]:
    """All members are unpacked in one go, because what is packed together can be unpacked in its order alone."""
    import py7zr
    from py7zr.exceptions import ArchiveError, PasswordRequired, UnsupportedCompressionMethodError

    held: list[list[Any]] = []  # of each member its name, where it begins, and its size
    problem: Skipped | Bomb | None = None
    try:
        with py7zr.SevenZipFile(stream) as archive:
            if archive.needs_password():
                raise PasswordRequired
            if len(archive.files) > budget.limits.max_members:
                raise Bomb(f"holds more than {budget.limits.max_members} members")
            archive.extractall("/", factory=_factory(held, spool, budget))
    except PasswordRequired:
        problem = Skipped(file.place, Reason.ENCRYPTED, "needs a password")
    except UnsupportedCompressionMethodError:
        problem = Skipped(file.place, Reason.UNKNOWN_FORMAT, "is packed in a way that is not read")
    except Bomb as error:
        problem = error
    except (ArchiveError, *_BROKEN):
        problem = Skipped(file.place, Reason.DAMAGED, "cut off or damaged; what could be unpacked was read")
    labels = Labels(file.place)
    for name, start, size in held:
        yield spool.part(labels.place(name), start, size)
    if isinstance(problem, Bomb):
        raise problem
    if problem is not None:
        yield problem


def _factory(held: list[list[Any]], spool: Spool, budget: Budget) -> Any:
    """What gives the library something to write each member to."""
    from py7zr import Py7zIO, WriterFactory

    class Member(Py7zIO):  # type: ignore[misc]
        def write(self, data: bytes | bytearray) -> int:
            budget.spend(len(data))
            spool.fill(iter((bytes(data),)))
            held[-1][2] += len(data)
            return len(data)

        def read(self, size: int | None = None) -> bytes:
            return b""

        def seek(self, offset: int, whence: int = 0) -> int:
            return 0

        def flush(self) -> None:
            pass

        def size(self) -> int:
            return int(held[-1][2])

    class Members(WriterFactory):  # type: ignore[misc]
        def create(self, filename: str) -> Member:
            held.append([filename, spool.size, 0])
            return Member()

    return Members()


plugin: Format = SevenZip()
