"""The record of who turned pseudonyms back, when and why: lines of JSON, each with the hash of the line before it.

A line that is changed, taken out or put in breaks the chain from there on. Whoever can write the file can make a whole
new one: keep a copy of the last hash elsewhere.
"""

from __future__ import annotations

import fcntl
import getpass
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import sha256
from hmac import digest
from pathlib import Path
from typing import Any, BinaryIO

from privacyscan.errors import ConfigurationError, UsageError
from privacyscan.keys import PurposeKey

FIRST = "0" * 64  # what the first line has for the hash of the one before it


def append(path: Path, tokens: Sequence[str], key: PurposeKey, reason: str) -> None:
    """Add a record and see to it that it is on the disk. The tokens are in it as keyed hashes.

    Raises ConfigurationError when the record that is there is broken or open to others, UsageError when it cannot be
    written.
    """
    secret = key.derive("audit")
    record = {
        "time": datetime.now(UTC).isoformat(timespec="seconds"),
        "user": _user(),
        "reason": reason,
        "key": key.id,
        "tokens": [digest(secret, token.encode("utf-8", "surrogateescape"), "sha256").hex()[:32] for token in tokens],
    }
    try:
        with _locked(path) as file:
            record["previous"] = _last_hash(file, path)
            file.seek(0, os.SEEK_END)
            file.write(json.dumps(record, ensure_ascii=False).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise UsageError(f"{path}: cannot be written ({error.strerror}); choose another file with --audit") from None


def verify(path: Path) -> int:
    """How many records there are, all as they were written. Raises ConfigurationError where the chain breaks."""
    try:
        with path.open("rb") as file:
            count = sum(1 for _ in _records(file, path))
    except OSError as error:
        raise ConfigurationError(f"{path}: the record cannot be read ({error.strerror}); check --verify") from None
    return count


@contextmanager
def _locked(path: Path) -> Iterator[BinaryIO]:
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    with os.fdopen(handle, "r+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        if os.fstat(file.fileno()).st_mode & 0o077:
            raise ConfigurationError(f"{path}: others may read or change this record; run chmod 600 {path}")
        yield file


def _last_hash(file: BinaryIO, path: Path) -> str:
    last = FIRST
    for line in _records(file, path):
        last = sha256(line).hexdigest()
    return last


def _records(file: BinaryIO, path: Path) -> Iterator[bytes]:
    """The lines, each checked against the one before it."""
    before = FIRST
    for number, line in enumerate(file, 1):
        if _previous(line) != before:
            raise ConfigurationError(
                f"{path}: line {number} does not follow the one before it: the record was changed; keep it as evidence "
                "and begin another with --audit"
            )
        before = sha256(line).hexdigest()
        yield line


def _previous(line: bytes) -> str | None:
    try:
        record: Mapping[str, Any] = json.loads(line)
        return str(record["previous"]) if line.endswith(b"\n") else None
    except (ValueError, TypeError, KeyError):
        return None


def _user() -> str:
    try:
        return f"{getpass.getuser()} ({os.getuid()})"
    except (KeyError, OSError):
        return f"({os.getuid()})"
