"""Dumps of PostgreSQL that are no text (`pg_dump -Fc`, `-Ft`, the list of `-Fd`): its own program makes SQL of them."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO

from privacyscan.formats import Format, tar
from privacyscan.formats._archive import Bomb, Budget, bomb, size_of
from privacyscan.formats._dumped import LIST, MAGIC
from privacyscan.formats.sql import dump
from privacyscan.model import File, Limits, Part, Reason, Skipped

_KIND, _CUSTOM = 10, 1  # where the header says what it begins, and what: the kind that lies in one file
_IN_TAR = 512  # where the header stands in a tar archive, whose first member it begins


class PgDump:
    name = "pgdump"
    suffixes = (".dump", ".backup")
    binary = True

    def lacks(self) -> Mapping[str, str]:
        return {} if shutil.which("pg_restore") else {"pg_dump -Fc": "apt-get install postgresql-client"}

    def matches(self, head: bytes, name: str) -> int:
        return 3 if head.startswith((MAGIC, b"toc.dat\0")) and MAGIC in (head[:5], head[_IN_TAR:][:5]) else 0

    def read(self, file: File, limits: Limits) -> Iterator[Part]:
        program = shutil.which("pg_restore")
        with file.open() as stream:
            head = stream.read(_KIND + 1)
            size = size_of(file, stream)
        is_list = head.startswith(MAGIC) and head[_KIND:] != bytes([_CUSTOM])
        if is_list and (file.path is None or file.name != LIST):
            message = "lists what a dump in a folder holds; the files beside it are read without names of columns"
            yield Skipped(file.place, Reason.UNKNOWN_FORMAT, message, "open")
        elif program is None and not head.startswith(MAGIC):
            yield from tar.plugin.read(file, limits)
        elif program is None:
            message = "needs pg_restore: apt-get install postgresql-client"
            yield Skipped(file.place, Reason.MISSING_EXTRA, message, "open")
        elif is_list:  # the rows lie beside it, see `_dumped.py`
            folder = os.path.dirname(os.path.abspath(str(file.path)))
            yield from _restored([program, "--file=-", "--schema-only", folder], None, file, Budget(limits, size))
        else:
            with on_disk(file) as source:
                yield from _restored([program, "--file=-"], source, file, Budget(limits, size))


@contextmanager
def on_disk(file: File) -> Iterator[IO[bytes]]:
    """The dump as a file that another program can read; under no name where it is none."""
    if file.path is not None:
        with open(file.path, "rb") as source:
            yield source
        return
    with tempfile.TemporaryFile() as copy, file.open() as stream:
        shutil.copyfileobj(stream, copy, 1 << 20)
        copy.seek(0)
        yield copy


@dataclass(slots=True)
class _Counted:
    """What the program writes, counted."""

    stream: IO[bytes]
    budget: Budget

    def read(self, size: int, /) -> bytes:
        data = self.stream.read(size)
        self.budget.spend(len(data))
        return data


def _restored(command: Sequence[str], source: IO[bytes] | None, file: File, budget: Budget) -> Iterator[Part]:
    """The parts of the dump. The program gets no names from inside it, no settings, and connects to nothing."""
    given = subprocess.DEVNULL if source is None else source
    with subprocess.Popen(
        command, stdin=given, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={"LC_ALL": "C"}
    ) as process:
        assert process.stdout is not None
        try:
            yield from dump(file.place, _Counted(process.stdout, budget), budget.limits)
            if process.wait():
                yield Skipped(file.place, Reason.DAMAGED, "cannot be read to its end")
        except Bomb as error:
            yield bomb(file.place, error)
        finally:
            process.kill()


plugin: Format = PgDump()
