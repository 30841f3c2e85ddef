"""The destination: what it may be, and a private folder beside it from which a whole copy is moved into place."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from privacyscan import journal as journals
from privacyscan.errors import UsageError
from privacyscan.journal import Journal
from privacyscan.pseudonymize._sqlite import BESIDE

SQLITE_URL = "sqlite:///"


def local_path(target: str, option: str) -> Path:
    """The path behind a target. Raises UsageError for what is neither a path nor an SQLite URL."""
    from privacyscan.read import without_password

    if target.startswith(SQLITE_URL):
        return Path(target.removeprefix(SQLITE_URL).split("?", 1)[0])
    if "://" in target:
        raise UsageError(
            f"{without_password(target)}: {option} takes a CSV file, an SQLite database (path or {SQLITE_URL} URL) or "
            "a folder of such files; export the data to one of them first"
        )
    return Path(target)


def check_source(source: Path) -> None:
    """Raise UsageError unless the source is there."""
    if not source.exists():
        raise UsageError(f"{source}: there is no such file or folder; check the path")


def check_destination(source: Path, to: Path) -> None:
    """Raise UsageError unless the source is there, and `to` is free and apart from it."""
    check_source(source)
    here, there = Path(os.path.realpath(source)), Path(os.path.realpath(to))
    if here == there or (here.is_dir() and here in there.parents):
        raise UsageError(f"{to}: is the source or lies in it; the source is never written, choose another place")
    if os.path.lexists(to) and not (source.is_dir() and to.is_dir() and not any(to.iterdir())):
        raise UsageError(f"{to}: exists; a copy is never written over anything, choose a new name or an empty folder")
    if left := [f"{to}{end}" for end in BESIDE if os.path.lexists(f"{to}{end}")]:
        raise UsageError(f"{left[0]}: is left of another database; choose another name")
    if not there.parent.is_dir():
        raise UsageError(f"{to}: its folder does not exist; make it first")


def local_source(target: str) -> Path | None:
    """The file behind a target; None: it is on a server."""
    return local_path(target, "TARGET") if "://" not in target or target.startswith(SQLITE_URL) else None


def check_files(source: Path | None, to: Path, format_: str, overwrite: bool) -> None:
    """Raise UsageError unless `to` is free for files of this format, or holds nothing else and may be replaced."""
    if source is not None:
        check_source(source)
        if os.path.realpath(source) == os.path.realpath(to):
            raise UsageError(f"{to}: is the source, which is never written; choose another place")
    if os.path.lexists(to):
        empty = format_ != "sql" and to.is_dir() and not any(to.iterdir())
        if to.is_symlink() or not (empty or (overwrite and _holds_only(to, format_))):
            what = "a file" if format_ == "sql" else f"a folder that holds {format_} alone"
            raise UsageError(f"{to}: is there; choose a new name, or --overwrite for {what}")
    if not to.absolute().parent.is_dir():
        raise UsageError(f"{to}: its folder does not exist; make it first")


def _holds_only(to: Path, format_: str) -> bool:
    """Whether it is a script, or a folder that holds nothing but files of this format."""
    if format_ == "sql":
        return to.is_file()
    return to.is_dir() and all(p.is_file() and p.suffix == f".{format_}" for p in to.iterdir())


def move(copy: Path, destination: Path) -> None:
    """Put a whole copy into its place. A folder that is replaced waits beside the copy until that stands."""
    to, old = os.path.realpath(destination), copy.with_name("old")
    try:
        if os.path.isdir(to):
            os.rename(to, old)
        try:
            os.rename(copy, to)
        except OSError:
            if old.exists():
                os.rename(old, to)
            raise
    except OSError as error:
        raise UsageError(f"{destination}: cannot be written ({error.strerror}); choose another place") from None


@contextmanager
def staging(to: Path) -> Iterator[Path]:
    """A new folder (0700) beside `to`, gone afterwards with all that was not moved out of it."""
    folder = _new(to)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


@contextmanager
def resumable(to: Path, key: bytes, said: str, resume: bool) -> Iterator[tuple[Path, Journal]]:
    """The same with a journal of what is done, under this key of the installation; `said` is what must be equal for a
    run to go on. Both stay where a run is killed or stopped, and with `resume` the next one takes them over. Raises
    UsageError where what is left is of another run, ConfigurationError where its journal cannot be read."""
    folder, journal = _left(to, key, said) if resume else (None, None)
    if folder is None or journal is None:
        folder = _new(to)
        journal = journals.begin(folder, key, {"copy": said})
    try:
        yield folder, journal
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt) and journal.has_units:
            journal.close()
        else:
            shutil.rmtree(folder)
        raise
    shutil.rmtree(folder)


def _left(to: Path, key: bytes, said: str) -> tuple[Path | None, Journal | None]:
    """The folder and journal of a run that was killed."""
    others = []
    for folder in sorted(p for p in to.absolute().parent.iterdir() if p.name.startswith(_prefix(to)) and p.is_dir()):
        if journals.runs(folder):
            journal = journals.resume(folder, key, journals.LAST)
            if journal.said["copy"] == said:
                return folder, journal
            journal.close()
            others.append(folder)
    if others:
        raise UsageError(
            f"{others[0]}: was begun with another policy, key, source, rules or version of privacyscan; give those, or "
            "remove it and copy without --resume"
        )
    return None, None


def _new(to: Path) -> Path:
    try:
        return Path(tempfile.mkdtemp(prefix=_prefix(to), dir=os.path.realpath(to.parent)))
    except OSError as error:
        raise UsageError(f"{to}: cannot be written ({error.strerror}); choose another folder") from None


def _prefix(to: Path) -> str:
    return f".{to.name[:100]}."
