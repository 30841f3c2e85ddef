"""Key files: 32 random bytes that only their owner can read, for tokens and for lists of known persons."""

from __future__ import annotations

import os
import secrets
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from privacyscan.errors import ConfigurationError, UsageError

KEY_BYTES = 32


# Consonants alone, two for a byte: no digits that look like an identifier, no words.
_DIGITS, _LETTERS = "0123456789abcdef", "bcdfghjklmnpqrst"
_AS_LETTERS, _AS_DIGITS = str.maketrans(_DIGITS, _LETTERS), str.maketrans(_LETTERS, _DIGITS)


def as_letters(data: bytes) -> str:
    """Bytes as letters."""
    return data.hex().translate(_AS_LETTERS)


def from_letters(text: str) -> bytes:
    """The bytes again. Raises ValueError for anything else."""
    if not set(text) <= set(_LETTERS):
        raise ValueError("not the letters of a token")
    return bytes.fromhex(text.translate(_AS_DIGITS))


@dataclass(frozen=True, slots=True)
class PurposeKey:
    """A key for one purpose: what is made under two purposes cannot be linked without the key itself."""

    material: bytes = field(repr=False)  # KEY_BYTES, as `read_key` gives them
    purpose: str = ""

    @property
    def id(self) -> str:
        """Six letters that tell keys and purposes apart and say nothing of them."""
        return as_letters(self.derive("id", 3))

    def derive(self, label: str, length: int = KEY_BYTES) -> bytes:
        """The key for one use under this purpose, by HKDF-SHA256 (RFC 5869)."""
        from cryptography.hazmat.primitives.hashes import SHA256
        from cryptography.hazmat.primitives.kdf.hkdf import HKDF

        info = b"privacyscan\0" + self.purpose.encode() + b"\0" + label.encode()
        return HKDF(SHA256(), length, None, info).derive(self.material)


def new_key(path: Path) -> None:
    """Write a new key file (0600). Raises UsageError when the file exists: a key that is lost cannot be made again."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise UsageError(f"{path}: exists; a new key is never written over a file, choose another name") from None
    except OSError as error:
        raise UsageError(f"{path}: cannot be written ({error.strerror}); choose another folder") from None
    with os.fdopen(handle, "wb") as file:
        file.write(secrets.token_bytes(KEY_BYTES))
        file.flush()
        os.fsync(file.fileno())


def read_key(path: Path, option: str = "--key", make: str = "privacyscan pseudonymize --new-key") -> bytes:
    """The key in the file. Raises ConfigurationError when it is not there, open to others, or no key.

    `option` is what named the file, `make` the command that makes one.
    """
    try:
        with path.open("rb") as file:
            check_private(file, path)
            data = file.read(KEY_BYTES + 1)
    except FileNotFoundError:
        raise ConfigurationError(f"{path}: there is no such key file; make one with {make} {path}") from None
    except OSError as error:
        raise ConfigurationError(f"{path}: the key cannot be read ({error.strerror}); check {option}") from None
    if len(data) != KEY_BYTES:
        size = f"more than {KEY_BYTES}" if len(data) > KEY_BYTES else str(len(data))
        raise ConfigurationError(f"{path}: is no key: {size} bytes, expected {KEY_BYTES}; check {option}")
    return data


def check_private(file: BinaryIO, path: Path) -> None:
    """Raise ConfigurationError when others than its owner may read or change the file."""
    mode = os.fstat(file.fileno()).st_mode
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        shown = oct(stat.S_IMODE(mode))[2:]
        raise ConfigurationError(f"{path}: others may read or change it (mode {shown}); run chmod 600 {path}")


def key_in(variable: str, environ: Mapping[str, str] | None = None) -> bytes:
    """The key in an environment variable, as hexadecimal digits, for pipelines that keep secrets there. Raises
    ConfigurationError when it is not there or no key."""
    text = (os.environ if environ is None else environ).get(variable, "").strip()
    if not text:
        raise ConfigurationError(f"--key-env {variable}: the environment has no such variable, or it is empty; set it")
    return from_digits(text, f"--key-env {variable}")


def key_of(command: str) -> bytes:
    """The key that a program prints, as hexadecimal digits, from a keyring, a vault or a token of hardware. What it
    asks and complains of goes to the terminal. Raises ConfigurationError when it fails or prints no key."""
    import shlex
    import subprocess

    try:
        words = shlex.split(command)
    except ValueError:
        words = []
    if not words:
        raise ConfigurationError("--key-command: is no command; check its quotes")
    program = words[0]  # what follows may be secret
    try:
        done = subprocess.run(words, stdout=subprocess.PIPE, check=False)
    except OSError as error:
        why = error.strerror
        raise ConfigurationError(f"--key-command {program}: cannot be run ({why}); check the command") from None
    if code := done.returncode:
        raise ConfigurationError(f"--key-command {program}: ended with exit code {code}; run it by itself to see why")
    return from_digits(done.stdout.decode("ascii", "replace").strip(), f"--key-command {program}")


def from_digits(text: str, option: str) -> bytes:
    """The key that these hexadecimal digits write. Raises ConfigurationError when they write none."""
    try:
        data = bytes.fromhex(text)
    except ValueError:
        data = b""
    if len(data) != KEY_BYTES:
        raise ConfigurationError(
            f"{option}: is no key, expected {2 * KEY_BYTES} hexadecimal digits; of a key file xxd -p -c 64 gives them"
        )
    return data
