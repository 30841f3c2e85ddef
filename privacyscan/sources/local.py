"""Local files and folders, in a stable order."""

from __future__ import annotations

import grp
import os
import pwd
import stat
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from typing import BinaryIO

from privacyscan.errors import UsageError
from privacyscan.model import Access, File, Limits, Part, Place, Reason, Skipped, Target, Unit
from privacyscan.settings import Scope
from privacyscan.sources import Source


class Local:
    name = "local"
    schemes = ("",)

    def check(self, target: Target) -> None:
        self._stat(target)

    def units(self, target: Target, scope: Scope, limits: Limits) -> Iterator[Unit | Skipped]:
        info = self._stat(target)
        if stat.S_ISDIR(info.st_mode):
            yield from self._walk(target, os.path.realpath(target.url))
        else:
            locator = {"path": target.url}
            yield Unit(self.name, target, target.place, "file", locator, info.st_size, access=access(info))

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

    def _walk(self, target: Target, root: str) -> Iterator[Unit | Skipped]:
        waiting: list[tuple[str, tuple[str, ...]]] = [(root, ())]
        while waiting:
            folder, parts = waiting.pop()
            place = Place(target.label, parts)
            try:
                with os.scandir(folder) as listing:
                    entries = sorted(listing, key=lambda e: e.name)
            except OSError as error:
                yield Skipped(place, _reason(error), f"folder: {error.strerror}", "list")
                continue
            folders = []
            for entry in entries:
                here = Place(target.label, (*parts, entry.name))
                if entry.is_symlink():
                    if not _is_below(os.path.realpath(entry.path), root) or not os.path.exists(entry.path):
                        yield Skipped(here, Reason.LINK, "a link to nothing, or out of the target", "list")
                elif entry.is_dir(follow_symlinks=False):
                    folders.append((entry.path, here.path))
                elif entry.is_file(follow_symlinks=False):
                    yield self._unit(target, here, entry)
                else:
                    yield Skipped(here, Reason.UNKNOWN_FORMAT, "not a regular file", "list")
            waiting += reversed(folders)

    def _unit(self, target: Target, place: Place, entry: os.DirEntry[str]) -> Unit:
        locator = {"path": entry.path}
        try:
            info = entry.stat(follow_symlinks=False)
        except OSError:  # reading it will say why
            return Unit(self.name, target, place, "file", locator)
        return Unit(self.name, target, place, "file", locator, info.st_size, access=access(info))

    def read(self, unit: Unit, limits: Limits) -> Iterator[Part]:
        path = str(unit.locator["path"])

        def opened() -> BinaryIO:
            return open(path, "rb")

        yield File(unit.place, opened, unit.size, path, unit.piece)


def access(info: os.stat_result) -> Access:
    """Who may reach a file of this system."""
    owner, group = _user(info.st_uid), _group(info.st_gid)
    return Access(stat.S_IMODE(info.st_mode), owner, group, info.st_mtime)


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
    return os.path.commonpath((path, folder)) == folder


def _reason(error: OSError) -> Reason:
    if isinstance(error, PermissionError):
        return Reason.DENIED
    return Reason.VANISHED if isinstance(error, FileNotFoundError) else Reason.ERROR


plugin: Source = Local()
