"""Values of options and arguments, read without pydantic, which typer imports for them: a tenth of a second.

Plain texts, paths and numbers are taken as they are. Everything else, and so every mistake, is left to typer.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any, get_args, get_origin

from typer.core import TyperCommand, TyperGroup

_NUMBERS = {int: re.compile("[0-9]{1,9}"), float: re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})?")}


class Command(TyperCommand):
    """A command that reads plain values so."""

    def get_params(self, ctx: Any) -> list[Any]:
        return _reading_plainly(super().get_params(ctx))


class Group(TyperGroup):
    """The same for what has commands below it."""

    def get_params(self, ctx: Any) -> list[Any]:
        return _reading_plainly(super().get_params(ctx))


def _reading_plainly(parameters: list[Any]) -> list[Any]:
    for parameter in parameters:
        if getattr(parameter, "_runtime_param", "") is None:  # not made yet; another typer may not have it
            parameter._runtime_param = _Plain()
    return parameters


class _Plain:
    """Stands where typer keeps what makes values of one parameter."""

    def coerce(self, value: Any, param: Any, ctx: Any) -> Any:
        several = param.multiple or param.nargs == -1
        if value is None:
            return () if several else None
        kind = param.type_descriptor.annotation
        found: list[Any] | None = None
        if not several:
            found = _plain([value], kind, param)
        elif get_origin(kind) is list and isinstance(value, list | tuple):
            found = _plain(value, get_args(kind)[0], param)
        if found is not None:
            return found if several else found[0]
        param._runtime_param = None  # typer makes its own
        return param.get_runtime_param().coerce(value, param=param, ctx=ctx)


def _plain(values: list[Any] | tuple[Any, ...], kind: Any, parameter: Any) -> list[Any] | None:
    """The values of the kind; None where typer is to have a look."""
    if kind is str:
        return list(values) if all(isinstance(v, str) for v in values) else None
    if kind is Path:
        paths = [Path(v) for v in values]
        return paths if all(os.access(p, os.R_OK) or not os.path.lexists(p) for p in paths) else None
    if kind in _NUMBERS and all(isinstance(v, str) and _NUMBERS[kind].fullmatch(v) for v in values):
        numbers = [kind(v) for v in values]
        least, most = parameter.type_descriptor.parameter_info.min, parameter.type_descriptor.parameter_info.max
        within = all((least is None or n >= least) and (most is None or n <= most) for n in numbers)
        return numbers if within else None
    return None
