"""Archives that the program bsdtar (libarchive) reads: it writes them as a tar stream, and nothing to the disk."""

from __future__ import annotations

import resource
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from typing import IO, cast

from privacyscan.formats._archive import Bomb, Budget, Labels, Readable, Spool
from privacyscan.formats.pgdump import on_disk
from privacyscan.model import File, Limits, Part, Reason, Skipped

INSTALL = "apt-get install libarchive-tools"
_ENCRYPTED = (b"ncrypt", b"assphrase")  # what it says of archives with a password


def program() -> str | None:
    """Where bsdtar is; None where it is not installed."""
    return shutil.which("bsdtar")


def members(file: File, budget: Budget, seekable: bool = False) -> Iterator[Part]:
    """The members of an archive as files. Raises Bomb over the limits.

    A program that can look at the end of a file takes any archive for ZIP that ends in one, so it gets a pipe; 7z
    archives alone, which it knows by their beginning, are read from both ends.
    """
    bsdtar = program()
    if bsdtar is None:
        yield Skipped(file.place, Reason.MISSING_EXTRA, f"needs bsdtar: {INSTALL}", "open")
        return
    command = [bsdtar, "-c", "-f", "-", "--format=pax", "@-"]
    with on_disk(file) as source, tempfile.TemporaryFile() as errors, ExitStack() as running:
        if not seekable:
            cat = running.enter_context(subprocess.Popen(["cat"], stdin=source, stdout=subprocess.PIPE))
            running.callback(cat.kill)
        process = subprocess.Popen(
            command,
            stdin=source if seekable else cat.stdout,
            stdout=subprocess.PIPE,
            stderr=errors,
            env={"LC_ALL": "C.UTF-8"},
            start_new_session=True,  # it asks nobody for a password
        )
        with process:
            _limit(process.pid, budget.limits)
            assert process.stdout is not None
            try:
                yield from _unpacked(file, process.stdout, budget)
                failed = process.wait() != 0
            except tarfile.TarError:
                failed = True
            finally:
                process.kill()
        if failed:
            yield _failure(file, errors)


def _limit(pid: int, limits: Limits) -> None:
    """It must end even if nobody is there to kill it."""
    seconds = int(limits.timeout_per_file) + 1
    resource.prlimit(pid, resource.RLIMIT_CPU, (seconds, seconds))


def _unpacked(file: File, stream: IO[bytes], budget: Budget) -> Iterator[Part]:
    labels, count = Labels(file.place), 0
    with tarfile.open(fileobj=stream, mode="r|") as archive:
        for member in archive:
            archive.members = []  # type: ignore[attr-defined]  # else all of them are kept
            count += 1
            if count > budget.limits.max_members:
                raise Bomb(f"holds more than {budget.limits.max_members} members")
            content = archive.extractfile(member) if member.isreg() else None
            if content is not None:
                with Spool() as spool:
                    spool.fill(budget.chunks(cast(Readable, content)))
                    yield spool.as_file(labels.place(member.name))


def _failure(file: File, errors: IO[bytes]) -> Skipped:
    errors.seek(0)
    said = errors.read(1 << 20)
    if any(word in said for word in _ENCRYPTED):
        return Skipped(file.place, Reason.ENCRYPTED, "needs a password")
    return Skipped(file.place, Reason.DAMAGED, "cut off or damaged; what could be unpacked was read")
