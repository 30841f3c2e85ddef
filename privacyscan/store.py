"""What is kept: the key of this installation, and private files written whole or not at all."""

from __future__ import annotations

import contextlib
import fcntl
import os
import secrets
import stat
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from hmac import digest as hmac_digest
from pathlib import Path

from privacyscan.errors import ConfigurationError, UsageError

KEY_BYTES = 32


def key(state: Path) -> bytes:
    """The key of all keyed hashes of this installation, made on first use (0600 in a 0700 folder)."""
    path = state / "key"
    try:
        return _read_key(path)
    except FileNotFoundError:
        private_folder(state, "set XDG_STATE_HOME to a folder of yours")
        write_private(path, secrets.token_bytes(KEY_BYTES), replace=False)
        return _read_key(path)
    except OSError as error:
        raise ConfigurationError(f"{path}: cannot be read ({error.strerror}); mend its permissions") from None


def _read_key(path: Path) -> bytes:
    data = path.read_bytes()
    if len(data) != KEY_BYTES:
        raise ConfigurationError(f"{path}: is not a key of privacyscan (expected {KEY_BYTES} bytes); move it away")
    return data


def name_of(key: bytes) -> str:
    """What tells keys apart and says nothing else of them."""
    return hmac_digest(key, b"name", "sha256").hex()[:8]


def private_folder(folder: Path, hint: str = "choose another folder with --output") -> None:
    """Make the folder (0700) if it is not there; raises UsageError, with the hint, when it cannot be written."""
    try:
        if not folder.is_dir():
            folder.mkdir(mode=0o700, parents=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise UsageError(f"{folder}: cannot be written ({error.strerror}); {hint}") from None


@contextlib.contextmanager
def held(folder: Path) -> Iterator[None]:
    """Hold the report folder as long as this process lives; raises UsageError where another one has it. Shares that
    know no locks are not held."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise UsageError(
                f"{folder}: another privacyscan writes its reports there; wait until it ends, or choose another folder "
                "with --output"
            ) from None
        except OSError:
            pass
        yield
    finally:
        os.close(handle)


def write_private(path: Path, data: bytes, *, replace: bool = True) -> None:
    """Write the file (0600) whole or not at all, in a folder that is made if it is not there. With `replace` False an
    existing file stays as it is."""
    private_folder(path.parent)
    write_whole(path, [data], replace=replace)


def write_folder(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write the files (0600) into a folder (0700) that is new or empty, all or none; raises UsageError."""
    if os.path.lexists(folder) and not (folder.is_dir() and not any(folder.iterdir())):
        raise UsageError(
            f"{folder}: is not empty; the pack is written into a new or empty folder, choose another with --output"
        )
    private_folder(folder.absolute().parent)
    try:
        with tempfile.TemporaryDirectory(dir=folder.absolute().parent, prefix=f".{folder.name[:100]}.") as staging:
            whole = Path(staging, "whole")
            whole.mkdir(mode=0o700)
            for name, data in files.items():
                (whole / name).write_bytes(data)
                (whole / name).chmod(0o600)
            os.replace(whole, folder)
    except OSError as error:
        raise UsageError(
            f"{folder}: cannot be written ({error.strerror}); choose another folder with --output"
        ) from None


def rewrite(path: Path, data: bytes) -> None:
    """Write the file whole or not at all; one that is there keeps its mode. Raises UsageError."""
    mode = stat.S_IMODE(path.stat().st_mode) if path.exists() else 0o600
    write_whole(path, [data])
    os.chmod(path, mode)


def write_whole(
    path: Path, parts: Iterable[bytes | memoryview], *, replace: bool = True, mode: int = stat.S_IRUSR | stat.S_IWUSR
) -> None:
    """The same for parts, in a folder that must be there. Raises UsageError."""
    try:
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:
        raise UsageError(f"{path}: cannot be written ({error.strerror}); choose another folder") from None
    try:
        with os.fdopen(handle, "wb") as file:
            file.writelines(parts)
            os.fchmod(file.fileno(), mode)
            file.flush()
            os.fsync(file.fileno())
        if replace:
            os.replace(temporary, path)
        else:
            with contextlib.suppress(FileExistsError):
                os.link(temporary, path)
            os.unlink(temporary)
    except OSError as error:
        Path(temporary).unlink(missing_ok=True)
        raise UsageError(f"{path}: cannot be written ({error.strerror}); free space or choose another folder") from None
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
