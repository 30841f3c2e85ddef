"""Access databases (.mdb, .accdb): their tables, by the programs of mdbtools."""

from __future__ import annotations

import base64
import json
import os
import resource
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import IO, Any

from privacyscan.formats import Format
from privacyscan.formats._archive import Bomb, Budget, bomb, size_of
from privacyscan.formats.pgdump import on_disk
from privacyscan.model import File, Limits, Part, Reason, Skipped
from privacyscan.records import Records, as_record

_KINDS = (b"Standard Jet DB", b"Standard ACE DB")
_LISTS, _READS = "mdb-tables", "mdb-json"
_INSTALL = "apt-get install mdbtools"
_AS_ISO = ("-D", "%Y-%m-%d", "-T", "%Y-%m-%dT%H:%M:%S")
_LONGEST = 64 << 20  # bytes of a row
_BINARY, _KIND = "$binary", "$type"  # how the program marks binary data


class Access:
    name = "mdb"
    suffixes = (".mdb", ".accdb")
    binary = True

    def lacks(self) -> Mapping[str, str]:
        return {} if shutil.which(_READS) else dict.fromkeys(self.suffixes, _INSTALL)

    def matches(self, head: bytes, name: str) -> int:
        return 3 if head[4:19] in _KINDS else 0

    def read(self, file: File, limits: Limits) -> Iterator[Part]:
        if shutil.which(_LISTS) is None or shutil.which(_READS) is None:
            yield Skipped(file.place, Reason.MISSING_EXTRA, f"needs mdbtools: {_INSTALL}", "open")
            return
        with file.open() as stream:
            budget = Budget(limits, size_of(file, stream))
        try:
            with on_disk(file) as source:
                with _run([_LISTS, "-1"], source, limits) as process:
                    assert process.stdout is not None
                    tables = process.stdout.read(_LONGEST).decode("utf-8", "replace").splitlines()
                    if process.wait():
                        yield Skipped(file.place, Reason.DAMAGED, "damaged, or needs a password")
                        return
                for table in filter(None, tables):
                    yield from _table(file, table, source, budget)
        except Bomb as error:
            yield bomb(file.place, error)


@contextmanager
def _run(command: list[str], source: IO[bytes], limits: Limits, *more: str) -> Iterator[subprocess.Popen[bytes]]:
    """The program, reading the open file: it gets no name but that of a table."""
    number = source.fileno()
    process = subprocess.Popen(
        [*command, "--", f"/dev/fd/{number}", *more],
        pass_fds=(number,),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={"LC_ALL": "C.UTF-8", "PATH": os.environ.get("PATH", "")},
    )
    with process:
        seconds = int(limits.timeout_per_file) + 1
        resource.prlimit(process.pid, resource.RLIMIT_CPU, (seconds, seconds))
        try:
            yield process
        finally:
            process.kill()


def _table(file: File, table: str, source: IO[bytes], budget: Budget) -> Iterator[Part]:
    held, taken, failed = Records(file.place, budget.limits), 0, False
    with _run([_READS, *_AS_ISO], source, budget.limits, table) as process:
        assert process.stdout is not None
        while line := process.stdout.readline(_LONGEST):
            budget.spend(len(line))
            taken += len(line)
            try:
                record = as_record(json.loads(line, object_hook=_value))
            except (ValueError, RecursionError):
                failed = True
                continue
            if held.add((table,), record, taken):
                yield from held.full()
        failed |= process.wait() != 0
    yield from held.rest()
    if failed:
        yield Skipped(file.place.child(table), Reason.DAMAGED, "the table cannot be read to its end")


def _value(fields: dict[str, Any]) -> Any:
    return base64.b64decode(fields[_BINARY]) if fields.keys() == {_BINARY, _KIND} else fields


plugin: Format = Access()
