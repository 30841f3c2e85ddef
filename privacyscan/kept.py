"""What was worked out from our own files, kept in the user's cache folder so that the next start finds it done.

Nothing depends on it. What is damaged, of another user or open to others is passed over, and what cannot be written is
not kept, without a word: the same is then worked out again. No data that was read is ever here.
"""

from __future__ import annotations

import json
import os
import stat
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

MOST = 8  # of one kind; the newest stay
_DIGEST = sha256().digest_size
_MAKERS = (".", "rulebook", "checks", "outputs", "detect/names")  # folders of the package whose code matters


def key(*parts: bytes | str) -> str:
    """A key that no other parts have. What is kept under it holds as long as they, and the code that reads them, do."""
    digest = sha256(_code())
    for part in parts:
        data = part.encode("utf-8", "surrogateescape") if isinstance(part, str) else part
        digest.update(len(data).to_bytes(8, "big") + data)
    return digest.hexdigest()


def value(kind: str, of: str, make: Callable[[], Any]) -> Any:
    """What `make` gives, kept as JSON under the kind and the key `of`."""
    data = load(kind, of)
    if data is not None:
        return json.loads(data)
    made = make()
    with suppress(TypeError, ValueError, RecursionError):  # YAML has things that JSON has not, such as dates
        text = json.dumps(made)
        if json.loads(text) == made:
            save(kind, of, text.encode())
    return made


def load(kind: str, of: str) -> bytes | None:
    """What is kept under the kind and the key; None where there is nothing, or nothing that can be trusted."""
    folder = cache_folder(os.environ)
    try:
        if folder is None or not _is_ours(os.lstat(folder), stat.S_ISDIR):
            return None
        handle = os.open(_file(folder, kind, of), os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with open(handle, "rb") as file:
            data = file.read() if _is_ours(os.fstat(handle), stat.S_ISREG) else b""
    except OSError:
        return None
    found, data = data[:_DIGEST], data[_DIGEST:]
    return data if found == _digest(kind, of, data) else None


def save(kind: str, of: str, data: bytes) -> None:
    """Keep the data (0600, whole or not at all) in place of the oldest of its kind; nothing where that cannot be."""
    with suppress(OSError):
        folder = cache_folder(os.environ)
        if folder is None or not _is_ours(os.stat(_nearest(folder)), stat.S_ISDIR):
            return
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not _is_ours(os.lstat(folder), stat.S_ISDIR):
            return
        handle, temporary = tempfile.mkstemp(dir=folder, prefix=f".{kind}-")
        try:
            with open(handle, "wb") as file:
                file.write(_digest(kind, of, data) + data)
            os.replace(temporary, _file(folder, kind, of))
        except BaseException:
            os.unlink(temporary)
            raise
        _thin_out(folder, kind)


def _file(folder: Path, kind: str, of: str) -> Path:
    return folder / f"{kind}-{of[:32]}"


def _digest(kind: str, of: str, data: bytes) -> bytes:
    return sha256(f"{kind}\0{of}\0".encode() + data).digest()


def cache_folder(environ: Mapping[str, str]) -> Path | None:
    """Our folder by the XDG base directory specification, which says to pass over a relative path; None: no home."""
    base = environ.get("XDG_CACHE_HOME", "")
    if os.path.isabs(base):
        return Path(base, "privacyscan")
    home = environ.get("HOME", "")
    return Path(home, ".cache", "privacyscan") if os.path.isabs(home) else None


def _is_ours(status: os.stat_result, is_kind: Callable[[int], bool]) -> bool:
    """Whether nobody else can have written there."""
    return is_kind(status.st_mode) and status.st_uid == os.geteuid() and not status.st_mode & 0o022


def _nearest(folder: Path) -> Path:
    """The folder, or the nearest one above it that is there: in the home of another (sudo) we leave nothing."""
    return next(path for path in (folder, *folder.parents) if path.exists())


def _thin_out(folder: Path, kind: str) -> None:
    """Delete all but the newest of the kind."""
    for path in sorted(folder.glob(f"{kind}-*"), key=lambda p: p.lstat().st_mtime_ns)[:-MOST]:
        path.unlink()


@cache
def _code() -> bytes:
    """The files that make and read what is kept: a new version begins anew."""
    return b"".join(stamps(Path(__file__).parent / part) for part in _MAKERS)


def stamps(folder: Path) -> bytes:
    """The Python files of a folder as they lie there, without reading them."""
    files = ((path.name, path.stat()) for path in sorted(folder.glob("*.py")))
    return repr([(name, s.st_size, s.st_mtime_ns, s.st_ctime_ns) for name, s in files]).encode()
