"""The file of a list: a header anyone may read, sorted keyed hashes, and a seal over all of it.

    privacyscan-known/1
    {"entities": {"ID_NIK": {...}}, "key_check": "...", "persons": 1000, "values": 2950}
    values * 8 bytes    first 64 bits of each hash, ascending
    values * 4 bytes    the next 32 bits
    values * 4 bytes    number of the person it belongs to
    32 bytes            HMAC-SHA256 of everything before

Numbers are little-endian; the header is filled up with spaces so that the numbers are aligned.
"""

from __future__ import annotations

import hmac
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from privacyscan.detect.known import Known
from privacyscan.errors import ConfigurationError, UsageError
from privacyscan.keys import read_key
from privacyscan.model import Identifier
from privacyscan.store import write_whole

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from privacyscan.rulebook import Rulebook

FAMILY, EDITION = b"privacyscan-known/", b"1\n"
ALIGNED = 64
LONGEST_HEADER = 64 << 10
SEAL_BYTES = 32
VALUE_BYTES = 16  # of each value: hash and person
BLOCK = 1 << 20
MAKE = "privacyscan known build FILE --to LIST --known-key"


@dataclass(frozen=True, slots=True)
class Hashes:
    """The values of a list, sorted: the two parts of their hashes, and the person each belongs to."""

    first: npt.NDArray[np.uint64]
    rest: npt.NDArray[np.uint32]
    owners: npt.NDArray[np.uint32]


def written_form(identifier: Identifier) -> Mapping[str, Any]:
    """What makes two ways to write a value one: a list made with another form would miss values, so it is refused."""
    return {"normalise": identifier.normalise, "same_prefix": [[a, b] for a, b in identifier.same_prefix.items()]}


def write(path: Path, key: bytes, persons: int, identifiers: Iterable[Identifier], hashes: Hashes) -> None:
    """Write the list (0600), whole or not at all. Raises UsageError."""
    header = {
        "entities": {i.id: written_form(i) for i in sorted(identifiers, key=lambda i: i.id)},
        "key_check": _key_check(key),
        "persons": persons,
        "values": len(hashes.first),
    }
    text = FAMILY + EDITION + json.dumps(header, sort_keys=True).encode()
    text += b" " * (-(len(text) + 1) % ALIGNED) + b"\n"
    numbers = (hashes.first.astype("<u8"), hashes.rest.astype("<u4"), hashes.owners.astype("<u4"))
    parts: list[bytes | memoryview] = [text, *(n.data for n in numbers)]
    write_whole(path, _sealed(parts, key))


def _sealed(parts: Iterable[bytes | memoryview], key: bytes) -> Iterator[bytes | memoryview]:
    seal = _seal(key)
    for part in parts:
        seal.update(part)
        yield part
    yield seal.digest()


def refuse_to_overwrite(path: Path) -> None:
    """Raise UsageError where something stands at the path that is no list: it might be the register."""
    try:
        with path.open("rb") as file:
            is_list = file.read(len(FAMILY)) == FAMILY
    except FileNotFoundError:
        return
    except OSError as error:
        raise UsageError(f"{path}: cannot be written ({error.strerror}); choose another folder") from None
    if not is_list:
        raise UsageError(f"{path}: exists and is no list of known persons; choose another name with --to")


def load(path: Path | None, key_path: Path | None, rulebook: Rulebook) -> Known | None:
    """The list, whole and made with this key and these rules; None where none is asked for.

    Raises UsageError for a list without a key or a key without a list, ConfigurationError for what is wrong with them.
    """
    if path is None and key_path is None:
        return None
    if key_path is None:
        raise UsageError("--known needs --known-key FILE, the key that the list was built with")
    if path is None:
        raise UsageError("--known-key needs --known FILE, the list that was built with this key")
    key = read_key(key_path, "--known-key", MAKE)
    try:
        file = path.open("rb")
        with file:
            header, start = _header(file, path)
            _check(header, path, key, key_path, rulebook)
            _check_seal(file, path, key, start + VALUE_BYTES * header["values"])
            return _known(os.dup(file.fileno()), key, header, start)
    except OSError as error:
        raise ConfigurationError(f"{path}: cannot be read ({error.strerror}); check --known") from None


def _header(file: BinaryIO, path: Path) -> tuple[dict[str, Any], int]:
    """The header, and where the numbers begin."""
    begin = file.readline(len(FAMILY) + 16)
    if not begin.startswith(FAMILY):
        raise ConfigurationError(f"{path}: is no list of known persons; build one with privacyscan known build")
    if begin != FAMILY + EDITION:
        raise ConfigurationError(f"{path}: this version does not read lists of this format; build the list again")
    try:
        header = json.loads(file.readline(LONGEST_HEADER))
        forms, numbers = header["entities"], (header["persons"], header["values"])
        if not isinstance(forms, dict) or not all(type(n) is int and n > 0 for n in numbers):
            raise ValueError
        hmac.compare_digest(header["key_check"], "")
    except (ValueError, KeyError, TypeError, RecursionError):
        raise _damaged(path) from None
    return header, file.tell()


def _check(header: Mapping[str, Any], path: Path, key: bytes, key_path: Path, rulebook: Rulebook) -> None:
    if not hmac.compare_digest(header["key_check"], _key_check(key)):
        raise ConfigurationError(
            f"{path}: was built with another key than {key_path}; give its own with --known-key, or build it again"
        )
    for entity, form in header["entities"].items():
        identifier = rulebook.identifiers.get(entity)
        if identifier is None or written_form(identifier) != form:
            raise ConfigurationError(
                f"{path}: was built with other rules for {entity}; build it again with these rules"
            )


def _check_seal(file: BinaryIO, path: Path, key: bytes, size: int) -> None:
    if os.fstat(file.fileno()).st_size != size + SEAL_BYTES:
        raise _damaged(path)
    file.seek(0)
    seal, left = _seal(key), size
    while left and (block := file.read(min(BLOCK, left))):
        seal.update(block)
        left -= len(block)
    if not hmac.compare_digest(seal.digest(), file.read(SEAL_BYTES)):
        raise _damaged(path)


def _damaged(path: Path) -> ConfigurationError:
    return ConfigurationError(f"{path}: is damaged; build it again with privacyscan known build")


def _known(handle: int, key: bytes, header: Mapping[str, Any], start: int) -> Known:
    """The list with its numbers mapped. Another process maps the same file by this one's handle: a new list that takes
    its name during the scan is another list."""
    import numpy as np

    count = header["values"]

    def numbers(kind: str, before: int) -> Any:
        return np.memmap(f"/proc/self/fd/{handle}", kind, "r", start + before * count, (count,))

    return Known(
        persons=header["persons"],
        entities=frozenset(header["entities"]),
        key=key,
        first=numbers("<u8", 0).view(np.ndarray),
        rest=numbers("<u4", 8).view(np.ndarray),
        owners=numbers("<u4", 12).view(np.ndarray),
        again=(_mapped_again, (os.getpid(), handle, key, header, start)),
    )


def _mapped_again(process: int, handle: int, key: bytes, header: Mapping[str, Any], start: int) -> Known:
    return _known(os.open(f"/proc/{process}/fd/{handle}", os.O_RDONLY), key, header, start)


def _key_check(key: bytes) -> str:
    return hmac.digest(key, b"key check of a list of known persons", "sha256").hex()


def _seal(key: bytes) -> hmac.HMAC:
    return hmac.new(key, b"seal\0", "sha256")
