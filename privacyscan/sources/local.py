"""Local files and folders, in a stable order."""

from __future__ import annotations

import errno
import grp
import os
import pwd
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache, partial
from typing import BinaryIO

from privacyscan import kept
from privacyscan.errors import TargetError, UsageError
from privacyscan.model import Access, File, Limits, Part, Place, Reason, Skipped, Target, Unit
from privacyscan.settings import Scope
from privacyscan.sources import Source
from privacyscan.sources._ignored import IGNORE_FILE, LARGEST, Ignored, left_out

LONGEST = 4000  # bytes of a path that the system surely takes at once (PATH_MAX is 4096)
DEEPEST = 10_000  # folders in each other; a file system without an end is broken
State = tuple[int, int, int]  # size, time of writing and number of a file: one that was written to has another


class Local:
    name = "local"
    schemes = ("",)

    def check(self, target: Target) -> None:
        self._stat(target)

    def units(self, target: Target, scope: Scope, limits: Limits) -> Iterator[Unit | Skipped]:
        info = self._stat(target)
        path = os.path.realpath(target.url)
        if stat.S_ISDIR(info.st_mode):
            yield from _Walk(target, path, scope).entries()
        else:
            yield _unit(target, target.place, path, info)

    def _stat(self, target: Target) -> os.stat_result:
        try:
            info = os.stat(target.url)
        except FileNotFoundError:
            raise UsageError(f"{target.label or repr('')}: there is no such file or folder; check the path") from None
        except OSError as error:
            raise UsageError(f"{target.label}: cannot be opened ({error.strerror}); check the permissions") from None
        if not stat.S_ISDIR(info.st_mode) and not stat.S_ISREG(info.st_mode):  # reading a pipe may never end
            raise UsageError(f"{target.label}: is neither a file nor a folder; give one of them")
        return info

    def read(self, unit: Unit, limits: Limits) -> Iterator[Part]:
        path = str(unit.locator["path"])
        before = _state(path)
        listed = unit.locator.get("state", before) if unit.piece is not None else before  # pieces are cut by its size
        short = path if len(os.fsencode(path)) <= LONGEST else None
        yield File(unit.place, partial(_opened, path), listed[0], short, unit.piece)
        try:
            changed = _state(path) != listed
        except (FileNotFoundError, TargetError):
            changed = True
        if changed:
            yield Skipped(unit.place, Reason.CHANGED, "changed while it was read; scan again")


class _Walk:
    """A folder that is listed. Behind links that are followed each file is read once, where it is reached first."""

    def __init__(self, target: Target, root: str, scope: Scope) -> None:
        self._target, self._root, self._scope = target, root, scope
        ours = (scope.state, kept.cache_folder(os.environ))
        self._ours = {os.path.realpath(folder) for folder in ours if folder is not None}
        self._begun = {root}  # real paths that are read under a place of their own
        self._waiting: list[tuple[str, tuple[str, ...], Ignored]] = [(root, (), Ignored())]

    def entries(self) -> Iterator[Unit | Skipped]:
        while self._waiting:
            folder, parts, ignored = self._waiting.pop()
            before = len(self._waiting)
            try:
                if len(parts) > DEEPEST:
                    raise TargetError(f"more than {DEEPEST} folders in each other", Reason.NESTED_TOO_DEEP)
                yield from self._folder(folder, parts, ignored)
            except TargetError as error:
                yield Skipped(Place(self._target.label, parts), Reason(error.reason), str(error), "list")
            except OSError as error:
                yield Skipped(Place(self._target.label, parts), _reason(error), f"folder: {error.strerror}", "list")
            self._waiting[before:] = reversed(self._waiting[before:])

    def _folder(self, folder: str, parts: tuple[str, ...], ignored: Ignored) -> Iterator[Unit | Skipped]:
        with _folder_within_reach(folder) as near, os.scandir(near) as listing:
            entries = sorted(listing, key=lambda e: e.name)
            if self._scope.ignore_file and any(e.name == IGNORE_FILE for e in entries):
                ignored, told = _with_ignore_file(ignored, Place(self._target.label, parts), folder)
                yield told
            above, label = folder.rstrip("/") + "/", self._target.label
            for entry in entries:
                place = Place(label, (*parts, entry.name))
                path = above + entry.name
                try:
                    if entry.is_symlink():
                        yield from self._link(place, path, ignored)
                    elif len(self._begun) > 1 and path in self._begun:
                        yield Skipped(place, Reason.LINK, "is read in another place", "list")
                    elif entry.is_dir(follow_symlinks=False):
                        yield from self._enter(place, path, ignored)
                    else:
                        yield self._file(place, path, ignored, entry.stat(follow_symlinks=False))
                except OSError as error:
                    yield Skipped(place, _reason(error), f"cannot be opened ({error.strerror})", "list")

    def _enter(self, place: Place, path: str, ignored: Ignored) -> Iterator[Skipped]:
        """Put a folder on the list of those that wait."""
        by = ignored.leaves_out(place.path, is_folder=True)
        if path in self._ours:
            message = "folder, not listed: privacyscan's own masks, counts, keyed hashes and what it worked out"
            yield Skipped(place, Reason.EXCLUDED, message, "list")
        elif by is not None:
            yield left_out(place, by, is_folder=True)
        else:
            self._waiting.append((path, place.path, ignored))

    def _file(self, place: Place, path: str, ignored: Ignored, info: os.stat_result) -> Unit | Skipped:
        by = ignored.leaves_out(place.path, is_folder=False) if ignored.files else None
        if by is not None:
            return left_out(place, by, is_folder=False)
        if not stat.S_ISREG(info.st_mode):
            return Skipped(place, Reason.UNKNOWN_FORMAT, "not a regular file", "list")
        return _unit(self._target, place, path, info)

    def _link(self, place: Place, path: str, ignored: Ignored) -> Iterator[Unit | Skipped]:
        real = os.path.realpath(path)
        if not os.path.exists(path):
            yield Skipped(place, Reason.LINK, "a link to nothing, or out of the target", "list")
        elif _is_below(real, self._root):
            pass  # it is read under its own name
        elif not self._scope.follow_symlinks:
            yield Skipped(place, Reason.LINK, "a link to nothing, or out of the target", "list")
        elif any(_is_below(real, begun) for begun in self._begun):
            yield Skipped(place, Reason.LINK, "is read in another place", "list")
        else:
            self._begun.add(real)
            info = os.stat(real)
            yield Skipped(place, Reason.LINK, "a link out of the target, which is followed", "list")
            if stat.S_ISDIR(info.st_mode):
                yield from self._enter(place, real, ignored)
            else:
                yield self._file(place, real, ignored, info)


def _unit(target: Target, place: Place, path: str, info: os.stat_result) -> Unit:
    locator = {"path": path, "state": (info.st_size, info.st_mtime_ns, info.st_ino)}
    return Unit(Local.name, target, place, "file", locator, info.st_size, access=access(info))


def _with_ignore_file(ignored: Ignored, folder: Place, path: str) -> tuple[Ignored, Skipped]:
    """The rules with those of the ignore file of a folder, and that it is there."""
    place = folder.child(IGNORE_FILE)
    try:
        with _opened(f"{path}/{IGNORE_FILE}") as file:
            text = file.read(LARGEST + 1)
    except (OSError, TargetError):
        return ignored, Skipped(place, Reason.DENIED, "cannot be read, so it leaves nothing out", "list")
    return ignored.with_file(folder, text)


def _opened(path: str) -> BinaryIO:
    return open(path, "rb", opener=_opener)


def _opener(path: str, flags: int) -> int:
    """A regular file, open; never what came in its place since it was listed, for a pipe may never end."""
    with _within_reach(path) as (folder, rest):
        try:
            number = os.open(rest, flags | os.O_NONBLOCK | os.O_NOFOLLOW, dir_fd=folder)
        except OSError as error:
            if error.errno not in (errno.ELOOP, errno.ENXIO):  # a link, a socket
                raise
            raise _no_file() from None
    if stat.S_ISREG(os.fstat(number).st_mode):
        return number
    os.close(number)
    raise _no_file()


def _no_file() -> TargetError:
    return TargetError("is no regular file any more; scan again", Reason.CHANGED)


def _state(path: str) -> State:
    with _within_reach(path) as (folder, rest):
        info = os.stat(rest, dir_fd=folder, follow_symlinks=False)
    if not stat.S_ISREG(info.st_mode):
        raise _no_file()
    return info.st_size, info.st_mtime_ns, info.st_ino


@contextmanager
def _folder_within_reach(path: str) -> Iterator[str | int]:
    """A folder as `os.scandir` takes it."""
    with _within_reach(path) as (above, rest):
        if above is None:
            yield path
            return
        number = os.open(rest, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=above)
    try:
        yield number
    finally:
        os.close(number)


@contextmanager
def _within_reach(path: str) -> Iterator[tuple[int | None, str]]:
    """A path that the system takes, and the open folder it begins in; None: the path is no longer than it may be."""
    rest, folder = os.fsencode(path), None
    try:
        while len(rest) > LONGEST:
            cut = rest.rindex(b"/", 0, LONGEST)
            deeper = os.open(rest[:cut], os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=folder)
            if folder is not None:
                os.close(folder)
            folder, rest = deeper, rest[cut + 1 :]
        yield folder, os.fsdecode(rest)
    finally:
        if folder is not None:
            os.close(folder)


def access(info: os.stat_result) -> Access:
    """Who may reach a file of this system."""
    return Access(stat.S_IMODE(info.st_mode), _user(info.st_uid), _group(info.st_gid), info.st_mtime)


@cache
def _user(number: int) -> str:
    with suppress(KeyError):
        return pwd.getpwuid(number).pw_name
    return str(number)


@cache
def _group(number: int) -> str:
    with suppress(KeyError):
        return grp.getgrgid(number).gr_name
    return str(number)


def _is_below(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip("/") + "/")


def _reason(error: OSError) -> Reason:
    if isinstance(error, PermissionError):
        return Reason.DENIED
    return Reason.VANISHED if isinstance(error, FileNotFoundError) else Reason.ERROR


plugin: Source = Local()
