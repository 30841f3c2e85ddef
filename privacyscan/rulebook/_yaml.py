"""YAML with line numbers, so that every mistake in a rule file can be shown where it stands."""

from __future__ import annotations

from typing import Any

import yaml
from pydantic import BaseModel, ValidationError

Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
Lines = dict[tuple[str | int, ...], int]


class Document:
    """A parsed file: its data, and the line on which each key path stands (1-based)."""

    def __init__(self, file: str, data: Any, lines: Lines) -> None:
        self.file, self.data, self.lines = file, data, lines

    def mistake(self, path: tuple[str | int, ...], what: str) -> str:
        """`file:line: path: what`, with the line of the nearest key that exists."""
        at = path
        while at and at not in self.lines:
            at = at[:-1]
        name = ".".join(str(p) for p in path)
        return f"{self.file}:{self.lines.get(at, 1)}: {name + ': ' if name else ''}{what}"


def read(source: bytes, shown: str) -> tuple[Document | None, list[str]]:
    """The document, or the mistakes that kept it from being read."""
    try:
        loader = Loader(source.decode("utf-8"))
        node = loader.get_single_node()
        data = loader.construct_document(node) if node is not None and not _is_circular(node, ()) else None
    except UnicodeDecodeError:
        return None, [f"{shown}:1: is not UTF-8; save it as UTF-8"]
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        return None, [f"{shown}:{mark.line + 1 if mark else 1}: not valid YAML: {error.problem}"]
    except yaml.YAMLError as error:
        return None, [f"{shown}:1: not valid YAML: {type(error).__name__}"]
    except (ValueError, TypeError):  # a date as 2024-13-01, which YAML makes a date of
        return None, [f"{shown}:1: holds a date or number that does not exist; put quotes around it"]
    except RecursionError:
        return None, [f"{shown}:1: is nested too deep"]
    lines: Lines = {}
    mistakes: list[str] = []
    if node is None:
        return None, [f"{shown}:1: the file is empty"]
    if _is_circular(node, ()):
        return None, [f"{shown}:1: holds an anchor inside itself; write the value out"]
    _walk(node, (), lines, mistakes, shown)
    return Document(shown, data, lines), mistakes


def _is_circular(node: yaml.Node, above: tuple[yaml.Node, ...]) -> bool:
    """Whether an alias (`&a [*a]`) makes the file endless."""
    if any(node is other for other in above):
        return True
    if isinstance(node, yaml.MappingNode):
        return any(_is_circular(part, (*above, node)) for pair in node.value for part in pair)
    return isinstance(node, yaml.SequenceNode) and any(_is_circular(part, (*above, node)) for part in node.value)


def _walk(node: yaml.Node, path: tuple[str | int, ...], lines: Lines, mistakes: list[str], shown: str) -> None:
    lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        seen = set()
        for key, value in node.value:
            name = str(key.value)
            if name in seen:
                mistakes.append(f"{shown}:{key.start_mark.line + 1}: '{name}' stands twice; keep one")
            seen.add(name)
            lines[(*path, name)] = key.start_mark.line + 1
            _walk(value, (*path, name), lines, mistakes, shown)
    elif isinstance(node, yaml.SequenceNode):
        for i, value in enumerate(node.value):
            lines[(*path, i)] = value.start_mark.line + 1
            _walk(value, (*path, i), lines, mistakes, shown)


def validate(document: Document, schema: type[BaseModel]) -> tuple[Any, list[str]]:
    """The data as the schema's model, or all its mistakes."""
    try:
        return schema.model_validate(document.data), []
    except ValidationError as error:
        return None, [
            document.mistake(_path(e["loc"]), _what(dict(e), schema)) for e in error.errors(include_url=False)
        ]


def _path(location: tuple[int | str, ...]) -> tuple[str | int, ...]:
    return tuple(location)


def _what(error: dict[str, Any], schema: type[BaseModel]) -> str:
    kind, message = error["type"], error["msg"]
    if kind == "extra_forbidden":
        known = ", ".join(sorted(f.alias or n for n, f in schema.model_fields.items()))
        return f"unknown key; known are: {known}" if len(error["loc"]) == 1 else "unknown key"
    if kind == "missing":
        return "is missing"
    return str(message[0].lower() + message[1:])
