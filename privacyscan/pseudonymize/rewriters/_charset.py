"""The charset of a file that is written again in the same."""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from privacyscan.formats._charset import charset
from privacyscan.model import File
from privacyscan.read import HEAD


@dataclass(frozen=True, slots=True)
class Charset:
    """How a file's text is written: the codec that reads it, and the one and the byte-order mark that write it."""

    name: str
    codec: str
    mark: str

    @property
    def errors(self) -> str:
        """Bytes that are no text pass through, where the codec can carry them."""
        return "replace" if self.codec.startswith(("utf-16", "utf-32")) else "surrogateescape"

    @contextmanager
    def between(self, file: File, copy: Path) -> Iterator[tuple[TextIO, TextIO]]:
        """The file to read and the copy to write, both with line ends as they are."""
        with (
            file.open() as stream,
            io.TextIOWrapper(stream, self.name, self.errors, newline="") as text,
            copy.open("w", encoding=self.codec, errors=self.errors, newline="") as out,
        ):
            out.write(self.mark)
            yield text, out


def charset_in(file: File) -> Charset:
    """That of a file of text."""
    with file.open() as stream:
        head = stream.read(HEAD)
    return charset_of(head, charset(head) or "utf-8")


def charset_of(head: bytes, name: str) -> Charset:
    """That of a file which begins so and is read as `name`."""
    big_endian = {"utf-16": codecs.BOM_UTF16_BE, "utf-32": codecs.BOM_UTF32_BE}.get(name)
    if big_endian is not None and head.startswith(big_endian):
        return Charset(name, f"{name}-be", "\ufeff")
    return Charset(name, name, "")
