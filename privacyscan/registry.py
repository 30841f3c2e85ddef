"""A folder is a registry: every module of it that ends with `plugin = ...` is a member, and so is every
entry point of the same group, which is the door for outsiders."""

from __future__ import annotations

import importlib.util
import os
import pkgutil
import sys
from collections.abc import Mapping
from functools import cache
from importlib.machinery import PathFinder
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from privacyscan.errors import ConfigurationError

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint


@runtime_checkable
class Lacking(Protocol):
    """What a plugin also has that cannot do without a library or program which may be absent."""

    def lacks(self) -> Mapping[str, str]:
        """What of it does not work here (a URL scheme, a suffix), and the command that installs what is lacking."""
        ...


@cache
def plugins(kind: str) -> Mapping[str, Any]:
    """The plugins of `privacyscan/<kind>/` and of the entry-point group `privacyscan.<kind>`, by name.

    Modules whose name begins with an underscore are helpers, not plugins. Raises ConfigurationError when
    two carry one name.
    """
    package = importlib.import_module(f"privacyscan.{kind}")
    found: dict[str, Any] = {}
    origin: dict[str, str] = {}

    def add(name: str, plugin: Any, where: str) -> None:
        if name in found:
            raise ConfigurationError(
                f"Two plugins of kind '{kind}' are called '{name}': {origin[name]} and {where}. "
                "Uninstall one of the two packages."
            )
        found[name], origin[name] = plugin, where

    for module in sorted(m.name for m in pkgutil.iter_modules(package.__path__) if not m.name.startswith("_")):
        where = f"privacyscan.{kind}.{module}"
        plugin = importlib.import_module(where).plugin
        add(plugin.name, plugin, where)
    for entry in _entries(kind):
        plugin = entry.load()
        add(plugin.name, plugin, entry.value)
    return MappingProxyType(found)


@cache
def plugin(kind: str, name: str) -> Any:
    """One plugin by its name, without importing the others where it is one of ours."""
    ours = importlib.util.find_spec(f"privacyscan.{kind}.{name}")
    return plugins(kind)[name] if ours is None else importlib.import_module(ours.name).plugin


def outsiders(kind: str) -> list[str]:
    """Which plugins of a kind other packages bring: name, where from, version."""
    return [f"{e.name} {e.value} {e.dist.version if e.dist else ''}" for e in _entries(kind)]


@cache
def _entries(kind: str) -> list[EntryPoint]:
    """The entry points of a kind. Installed packages are looked through for our name first: to import the library that
    reads entry points takes longer."""
    if not _may_have_any():
        return []
    from importlib.metadata import entry_points

    return sorted(entry_points(group=f"privacyscan.{kind}"), key=lambda e: e.name)


@cache
def _may_have_any() -> bool:
    """Whether an installed package may bring plugins; true also where packages do not lie in folders."""
    if any(hasattr(finder, "find_distributions") and finder is not PathFinder for finder in sys.meta_path):
        return True
    for place in dict.fromkeys(place or os.curdir for place in sys.path):
        if os.path.isfile(place):
            return True
        for name in os.listdir(place) if os.path.isdir(place) else ():
            if name.lower().endswith(("dist-info", "egg-info")) and _names_us(os.path.join(place, name)):
                return True
    return False


def _names_us(package: str) -> bool:
    try:
        with open(os.path.join(package, "entry_points.txt"), "rb") as file:
            return b"[privacyscan." in file.read()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True  # for the library to say
