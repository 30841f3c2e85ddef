"""Whether a check can do with the parameters that a rule gives it: those it takes, all it needs, of the right type."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from privacyscan.rulebook import WORD_LIST


def mistakes(
    check: Any, parameters: Mapping[str, Any], lists: frozenset[str], *, is_twin: bool = False
) -> Iterator[tuple[str, str]]:
    """The name of each parameter that is wrong, empty for one that is missing, and what is wrong with it. `is_twin`: it
    is no check that takes them, but a kind of twin."""
    taken = {
        name: parameter
        for name, parameter in inspect.signature(check.__call__).parameters.items()
        if parameter.kind is inspect.Parameter.KEYWORD_ONLY
    }
    hints = get_type_hints(type(check).__call__, include_extras=True)
    for name, value in parameters.items():
        if name not in taken:
            known = ", ".join(taken) or "none"
            if is_twin:
                yield name, f"twin '{check.name}' has no parameter '{name}'; it has: {known}"
            else:
                yield name, f"check '{check.name}' has no parameter '{name}'; it has: {known}"
        elif what := _wrong(value, hints.get(name, Any), lists):
            yield name, what
    for name, parameter in taken.items():
        if parameter.default is inspect.Parameter.empty and name not in parameters:
            yield "", f"check '{check.name}' needs the parameter '{name}'"


def _wrong(value: Any, hint: Any, lists: frozenset[str]) -> str | None:
    from pydantic import ConfigDict, TypeAdapter, ValidationError

    try:
        TypeAdapter(hint, config=ConfigDict(strict=True)).validate_python(value)
    except ValidationError as error:
        message = error.errors(include_url=False)[0]["msg"]
        return str(message[0].lower() + message[1:])
    for mark, part in _marked(value, hint):
        if mark == WORD_LIST and part not in lists:
            return f"there is no word list '{part}'; there are: {', '.join(sorted(lists))}"
        if isinstance(mark, re.Pattern) and not mark.fullmatch(part):
            return f"'{part}' is not of the form {mark.pattern}"
        if isinstance(mark, range) and part not in mark:
            return f"must be from {mark.start} to {mark.stop - 1}"
    return None


def _marked(value: Any, hint: Any) -> Iterator[tuple[Any, Any]]:
    """What a check's annotations ask beyond the type, each with the value it is asked of: a word list, a form (a
    pattern), bounds (a range)."""
    if get_origin(hint) is Annotated:
        yield from ((mark, value) for mark in get_args(hint)[1:])
    elif get_origin(hint) is Sequence:
        yield from (pair for part in value for pair in _marked(part, get_args(hint)[0]))
