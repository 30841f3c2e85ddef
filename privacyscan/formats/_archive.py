"""What archives share: members as seekable files, and a bound on how much they unpack to."""

from __future__ import annotations

import io
import os
import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import BinaryIO, Protocol

from privacyscan.model import File, Limits, Place, Reason, Skipped

JUDGED_FROM = 50 << 20  # bytes unpacked before the ratio is judged
_IN_MEMORY = 8 << 20
_CHUNK = 32 << 10  # what of a damaged member is lost before the damage, at most
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class Readable(Protocol):
    def read1(self, size: int = ..., /) -> bytes: ...


class Bomb(Exception):
    """An archive unpacks to more than the limits; the message says which."""


@dataclass(slots=True)
class Budget:
    """What one archive of `packed` bytes may still unpack to. Real bytes are counted; headers may lie."""

    limits: Limits
    packed: int
    unpacked: int = 0

    def spend(self, size: int) -> None:
        """Count `size` unpacked bytes. Raises Bomb over the limits."""
        self.unpacked += size
        if self.unpacked > self.limits.max_unpacked:
            raise Bomb(f"unpacks to more than {self.limits.max_unpacked} bytes")
        if self.unpacked > JUDGED_FROM and self.unpacked > self.limits.max_ratio * max(1, self.packed):
            raise Bomb(f"unpacks to more than {self.limits.max_ratio} times its size")

    def chunks(self, stream: Readable) -> Iterator[bytes]:
        """The bytes of a member, counted."""
        while data := stream.read1(_CHUNK):
            self.spend(len(data))
            yield data


class Spool:
    """A member's bytes: in memory while they are few, else in a file without a name that only we can open."""

    def __init__(self) -> None:
        self._file = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 (closed by __exit__)
        self.size = 0

    def __enter__(self) -> Spool:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def fill(self, chunks: Iterator[bytes]) -> None:
        for data in chunks:
            self._file.write(data)
            self.size += len(data)
        self._file.flush()

    def open(self) -> BinaryIO:
        """A new stream over the bytes, with a position of its own."""
        return io.BufferedReader(_View(self._file, self.size), 256 << 10)

    def as_file(self, place: Place) -> File:
        return File(place, self.open, self.size)

    def part(self, place: Place, start: int, size: int) -> File:
        """Some of the bytes as a file."""
        return File(place, lambda: io.BufferedReader(_View(self._file, size, start), 256 << 10), size)


class _View(io.RawIOBase):
    def __init__(self, file: tempfile.SpooledTemporaryFile[bytes], size: int, start: int = 0) -> None:
        self._file, self._size, self._start, self._at = file, size, start, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._size}[whence]
        if base + offset < 0:
            raise ValueError("seek before the beginning")
        self._at = base + offset
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer) -> int:  # type: ignore[no-untyped-def]
        at = min(self._at, self._size)
        self._file.seek(self._start + at)
        data = self._file.read(min(len(buffer), self._size - at))
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)


def size_of(file: File, stream: BinaryIO) -> int:
    """The size of a file in bytes."""
    if file.size is not None:
        return file.size
    size = stream.seek(0, os.SEEK_END)
    stream.seek(0)
    return size


def label(name: str) -> tuple[str, ...]:
    """A member's name as parts of a place: a label only, nothing is ever written under it."""
    parts = [p for p in _CONTROL.sub("\ufffd", name).replace("\\", "/").split("/") if p not in ("", ".")]
    return tuple(parts) or ("?",)


class Labels:
    """Places of members; a name that comes again gets a number, so that places stay different."""

    def __init__(self, place: Place) -> None:
        self._place, self._seen = place, dict[tuple[str, ...], int]()

    def place(self, name: str) -> Place:
        parts = label(name)
        count = self._seen[parts] = self._seen.get(parts, 0) + 1
        if count == 1:
            return self._place.child(*parts)
        stem, suffix = os.path.splitext(parts[-1])
        return self._place.child(*parts[:-1], f"{stem} ({count}){suffix}")


def bomb(place: Place, error: Bomb) -> Skipped:
    return Skipped(place, Reason.BOMB, f"{error}; the rest was not read")
