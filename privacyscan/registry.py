"""A folder is a registry: every module of it that ends with `plugin = ...` is a member, and so is every
entry point of the same group, which is the door for outsiders."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

from privacyscan.errors import ConfigurationError


@cache
def plugins(kind: str) -> Mapping[str, Any]:
    """The plugins of `privacyscan/<kind>/` and of the entry-point group `privacyscan.<kind>`, by name.

    Modules whose name begins with an underscore are helpers, not plugins. Raises ConfigurationError when
    two carry one name.
    """
    from importlib.metadata import entry_points  # 20 ms

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
    for entry in sorted(entry_points(group=f"privacyscan.{kind}"), key=lambda e: e.name):
        plugin = entry.load()
        add(plugin.name, plugin, entry.value)
    return MappingProxyType(found)
