"""The journal of a run: what its finished units gave, so that a run that was killed or stopped can go on.

One file for each run in the state folder (0600), removed when the run ends. It holds tallies, never a cell or a line
that was read. All of it is encrypted, because names of files and columns may be somebody's number. Records are
appended as units end. A record that was cut off is dropped with all behind it, and what it held is read again.
What had passing faults (a timeout, a lost server) is not kept.
"""

from __future__ import annotations

import fcntl
import json
import os
import pickle
import struct
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from hashlib import blake2b
from hmac import digest as hmac_digest
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from privacyscan.errors import ConfigurationError, UsageError
from privacyscan.model import Place, Reason, Reidentification, Skipped, Unit
from privacyscan.times import written

if TYPE_CHECKING:
    from io import FileIO

    from privacyscan.work import Job, UnitResult

SUFFIX, NEW = ".journal", ".new"
FAMILY, EDITION = "privacyscan-journal/", "1"
LAST = "last"  # instead of an id: the run that was begun last
KEPT_FOR = 30 * 86_400.0  # seconds until a run that nobody resumed is forgotten
NONCE, IDENTITY = 12, 16
_LENGTH, _SECONDS = struct.Struct("<I"), struct.Struct("<d")
# Faults that may have passed when the run goes on.
_PASSING = frozenset(
    (
        Reason.CHANGED,
        Reason.CRASHED,
        Reason.INTERRUPTED,
        Reason.LOGIN_FAILED,
        Reason.MEMORY,
        Reason.TIMEOUT,
        Reason.UNREACHABLE,
        Reason.VANISHED,
    )
)


class Kept(Protocol):
    """What is kept of a unit: it says what was not read."""

    @property
    def skipped(self) -> Sequence[Skipped]: ...


class Journal:
    """The journal of one run, open. `said` is what the run was begun with, as JSON has it, `seconds` how long it ran
    before. `is_left` says that it ended early and can go on. `fault`: why it cannot be resumed; None: it can."""

    def __init__(self, path: Path, said: Mapping[str, Any]) -> None:
        self.path, self.id, self.said = path, path.name.removesuffix(SUFFIX), said
        self.seconds = 0.0
        self.is_left = False
        self.has_units = False  # whether a run can go on from anything
        self.fault: str | None = None
        self._clock = time.monotonic()
        self._file: FileIO | None = None
        self._cipher: Any = None
        self._at: dict[bytes, tuple[int, int]] = {}  # identity of what is finished -> where its record lies

    def unit(self, unit: Unit) -> UnitResult | None:
        """What reading the unit gave before; None: it is to be read."""
        result: UnitResult | None = self._result(_identity("unit", unit))
        return result

    def piece(self, job: Job) -> UnitResult | None:
        """The same for the first or a further piece of a unit."""
        result: UnitResult | None = self._result(
            _identity("piece", job.unit, sorted(job.only), sorted(job.asked.items()))
        )
        return result

    def add_unit(self, unit: Unit, result: UnitResult) -> None:
        """Keep what reading the unit gave."""
        self._add(unit, _identity("unit", unit), result)

    def copied(self, unit: Unit, form: str = "") -> Any:
        """What copying the unit gave before, in the same form; None: it is to be copied."""
        return self._result(_identity("copied", unit, form))

    def add_copied(self, unit: Unit, result: Kept, form: str = "") -> None:
        """Keep what copying the unit gave."""
        self._add(unit, _identity("copied", unit, form), result)

    def add_piece(self, job: Job, result: UnitResult) -> None:
        """The same for the first or a further piece of a unit."""
        self._add(job.unit, _identity("piece", job.unit, sorted(job.only), sorted(job.asked.items())), result)

    def compared(self, unit: Unit) -> Mapping[Place, Reidentification] | None:
        """What comparing the rows of its tables gave before; None: they are to be compared."""
        found: UnitResult | None = self._result(_identity("compared", unit))
        return None if found is None else found.reidentified

    def add_compared(self, unit: Unit, figures: Mapping[Place, Reidentification]) -> None:
        """Keep what comparing the rows of its tables gave, unless that may come out better."""
        from privacyscan.work import UnitResult

        if all(found.reason in ("", "too_many_classes", "not_read_again") for found in figures.values()):
            self._add(unit, _identity("compared", unit), UnitResult(reidentified=dict(figures)))

    def _result(self, identity: bytes) -> Any:
        if self._file is None or identity not in self._at:
            return None
        start, size = self._at[identity]
        record = self._cipher.decrypt(*_split(os.pread(self._file.fileno(), size, start)), None)
        return pickle.loads(record[IDENTITY + _SECONDS.size :])  # nobody but who has our key wrote it

    def _add(self, unit: Unit, identity: bytes, result: Kept) -> None:
        is_unsure = unit.kind == "file" and unit.size is None  # it may be another by then
        if self._file is None or is_unsure or any(s.reason in _PASSING for s in result.skipped):
            return
        seconds = _SECONDS.pack(self.seconds + time.monotonic() - self._clock)
        self._write(identity + seconds + pickle.dumps(result, pickle.HIGHEST_PROTOCOL))
        self.has_units = True

    def _write(self, record: bytes) -> None:
        """Append a record. Where that fails the scan goes on, and cannot be resumed."""
        assert self._file is not None
        nonce = os.urandom(NONCE)
        sealed = nonce + self._cipher.encrypt(nonce, record, None)
        data = memoryview(_LENGTH.pack(len(sealed)) + sealed)
        try:
            while data:
                data = data[self._file.write(data) :]
        except OSError as error:
            self.give_up(error)

    def give_up(self, error: OSError) -> None:
        """Keep nothing any more."""
        self.fault = f"{self.path}: cannot be written ({error.strerror}); this scan goes on, but cannot be resumed"
        self.remove()

    @property
    def begun(self) -> str:
        """When the run began."""
        return str(self.said["begun"])

    def forget(self) -> None:
        """All units are to be read again."""
        self._at.clear()

    def remove(self) -> None:
        """The run is at its end: forget it."""
        if self._file is not None:
            self.path.unlink(missing_ok=True)
        self.close()

    def close(self) -> None:
        """Leave the journal as it is."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _open(self, file: FileIO, key: bytes) -> None:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        self._file = file
        self._cipher = AESGCM(hmac_digest(key, f"{FAMILY}{self.id}".encode(), "sha256"))

    def _read(self, first: bytes) -> None:
        """Take in which units are finished; drop what is cut off."""
        from cryptography.exceptions import InvalidTag

        assert self._file is not None
        at, is_header = len(first), True
        while len(prefix := os.pread(self._file.fileno(), _LENGTH.size, at)) == _LENGTH.size:
            start, size = at + _LENGTH.size, _LENGTH.unpack(prefix)[0]
            try:
                record = self._cipher.decrypt(*_split(os.pread(self._file.fileno(), size, start)), None)
            except (InvalidTag, ValueError):
                break
            if is_header:
                self.said, is_header = json.loads(record), False
            else:
                self._at[record[:IDENTITY]] = (start, size)
                self.has_units = True
                self.seconds = _SECONDS.unpack_from(record, IDENTITY)[0]
            at = start + size
        if is_header:
            raise ConfigurationError(f"{self.path}: is damaged; start a new scan")
        os.ftruncate(self._file.fileno(), at)
        self._file.seek(at)


def begin(state: Path, key: bytes, said: Mapping[str, Any]) -> Journal:
    """The journal of a new run. `said` is what it is begun with, as JSON has it. Where the state folder cannot be
    written, the run has a journal that keeps nothing, and its `fault` says why."""
    now = datetime.now(UTC)
    journal = Journal(
        state / f"{now.strftime('%Y%m%dT%H%M%S.%fZ')}{SUFFIX}",
        {**said, "begun": written(now)},
    )
    new = journal.path.with_name(f"{journal.path.name}{NEW}")  # until its header is whole: a run that can go on has one
    try:
        _forget_old(state)
        file = os.fdopen(os.open(new, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "r+b", buffering=0)
        journal._open(file, key)
        fcntl.flock(file, fcntl.LOCK_EX)
        file.write(_first_line(key))
        journal._write(json.dumps(journal.said).encode())
        if journal.fault is None:
            new.rename(journal.path)
    except OSError as error:
        journal.give_up(error)
    if journal.fault is not None:
        with suppress(OSError):
            new.unlink()
    return journal


def resume(state: Path, key: bytes, run: str) -> Journal:
    """The journal of a run that was killed or stopped. Raises UsageError and ConfigurationError."""
    left = runs(state)
    if not left:
        raise UsageError(f"--resume {run}: no run was left unfinished; start one with privacyscan scan TARGET")
    id = left[-1] if run == LAST else run
    if id not in left:
        raise UsageError(f"--resume {run}: there is no such unfinished run; there are {', '.join(left)}")
    journal = Journal(state / f"{id}{SUFFIX}", {})
    try:
        file = open(journal.path, "r+b", buffering=0)  # noqa: SIM115 - stays open with the journal
    except OSError as error:
        raise ConfigurationError(f"{journal.path}: cannot be read ({error.strerror}); mend its permissions") from None
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        raise UsageError(f"--resume {run}: run {id} is still going on; wait until it ends") from None
    try:
        first = file.readline(100)
        _check_first_line(first, key, journal.path)
        journal._open(file, key)
        journal._read(first)
    except BaseException:
        file.close()
        raise
    return journal


def runs(state: Path) -> list[str]:
    """The ids of runs that have a journal, the last one last."""
    return sorted(p.name.removesuffix(SUFFIX) for p in state.glob(f"*{SUFFIX}"))


def _first_line(key: bytes) -> bytes:
    return f"{FAMILY}{EDITION} {hmac_digest(key, FAMILY.encode(), 'sha256').hex()[:16]}\n".encode()


def _check_first_line(line: bytes, key: bytes, path: Path) -> None:
    edition = line.decode("ascii", "replace").removeprefix(FAMILY).partition(" ")[0]
    if not line.startswith(FAMILY.encode()) or not line.endswith(b"\n"):
        raise ConfigurationError(f"{path}: is damaged; start a new scan")
    if edition != EDITION:
        raise ConfigurationError(f"{path}: is of another version of privacyscan; resume with that, or start a new scan")
    if line != _first_line(key):
        raise ConfigurationError(f"{path}: was written under another key of this installation; start a new scan")


def _forget_old(state: Path) -> None:
    """Remove the journals that nobody resumed for long."""
    for path in (*state.glob(f"*{SUFFIX}"), *state.glob(f"*{SUFFIX}{NEW}")):
        if path.stat().st_mtime < time.time() - KEPT_FOR:
            path.unlink(missing_ok=True)


def _identity(what: str, unit: Unit, *more: Any) -> bytes:
    """What tells a unit or piece from all others, and a file from what it was before it was written to. Of a table
    nobody knows whether it changed; what servers guess of its size changes by itself."""
    state = (unit.size, sorted(unit.locator.items())) if unit.kind == "file" else ()
    told = (what, unit.source, unit.place, unit.kind, unit.piece, state, more)
    return blake2b(repr(told).encode("utf-8", "surrogateescape"), digest_size=IDENTITY).digest()


def _split(sealed: bytes) -> tuple[bytes, bytes]:
    return sealed[:NONCE], sealed[NONCE:]
