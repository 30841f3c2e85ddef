"""DuckDB files named by URL; what is in them is read by the format of the same name."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import BinaryIO

from privacyscan.errors import UsageError
from privacyscan.model import File, Limits, Part, Target, Unit
from privacyscan.settings import Scope
from privacyscan.sources import Source
from privacyscan.sources.local import access


class Duckdb:
    name = "duckdb"
    schemes = ("duckdb",)

    def check(self, target: Target) -> None:
        if not os.path.isfile(_path(target)):
            raise UsageError(f"{target.label}: there is no such file; write it as duckdb:///folder/file.duckdb")

    def units(self, target: Target, scope: Scope, limits: Limits) -> Iterator[Unit]:
        path = _path(target)
        info = os.stat(path)
        locator = {"path": path, "modified": info.st_mtime_ns}
        yield Unit(self.name, target, target.place, "file", locator, info.st_size, access=access(info))

    def read(self, unit: Unit, limits: Limits) -> Iterator[Part]:
        path = unit.locator["path"]

        def opened() -> BinaryIO:
            return open(path, "rb")

        yield File(unit.place, opened, unit.size, path)


def _path(target: Target) -> str:
    """The file: relative behind three slashes, absolute behind four, as in the URLs of SQLite."""
    return target.url.partition("://")[2].removeprefix("/")


plugin: Source = Duckdb()
