"""Rules as JSON and back: what has been read and linted once is not read and linted again at each start."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, fields, is_dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

Nouns = dict[str, dict[str, Any]]  # kind -> id -> noun


def to_json(nouns: Nouns, classes: dict[str, type]) -> bytes | None:
    """The nouns as JSON; None where JSON would not give them back as they are."""
    try:
        tree = {kind: {name: asdict(noun) for name, noun in found.items()} for kind, found in nouns.items()}
        data = json.dumps(tree).encode()
        return data if from_json(data, classes) == nouns else None
    except (TypeError, ValueError, RecursionError):  # a date among the parameters of a check
        return None


def from_json(data: bytes, classes: dict[str, type]) -> Nouns:
    """The nouns that `to_json` wrote; `classes` names the class of each kind."""
    tree = json.loads(data)
    return {kind: {name: _noun(made)(noun) for name, noun in tree[kind].items()} for kind, made in classes.items()}


@cache
def _noun(made: type) -> Callable[[dict[str, Any]], Any]:
    """What makes a noun of the class of its fields."""
    hints = get_type_hints(made)
    parts = [(f.name, part) for f in fields(made) if (part := _part(hints[f.name])) is not None]

    def noun(given: dict[str, Any]) -> Any:
        for name, part in parts:
            given[name] = part(given[name])
        return made(**given)

    return noun


def _part(hint: Any) -> Callable[[Any], Any] | None:
    """What makes a value of the type of what JSON gives; None where JSON gives it as it is."""
    if is_dataclass(hint):
        return _noun(hint)  # type: ignore[arg-type]
    options = get_args(hint)
    if get_origin(hint) is UnionType:
        inner = next((part for o in options if o is not NoneType and (part := _part(o)) is not None), None)
        return None if inner is None else lambda value: None if value is None else inner(value)
    if get_origin(hint) is not tuple:
        return None
    if options[1:] == (...,):
        each = _part(options[0])
        return tuple if each is None else lambda values: tuple(map(each, values))
    parts = [_part(o) or _same for o in options]
    return lambda values: tuple(part(value) for part, value in zip(parts, values, strict=True))


def _same(value: Any) -> Any:
    return value
