"""One Python module out of the sources of several: what the roots need, word for word, and nothing else.

Imports from this package are followed, all others are kept. Two names that clash are told apart by their modules. The
vector twins of checks and what only type checkers read stay behind: a pack needs neither Arrow nor numpy.
"""

from __future__ import annotations

import ast
import io
import tokenize
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.util import find_spec
from itertools import accumulate
from pathlib import Path

PACKAGE = "privacyscan"
LEFT_OUT = ("vector", "texts", "canonical_of")  # methods: what is told of many values at once
Name = tuple[str, str]  # module, name in it


@dataclass(slots=True)
class Module:
    """A source taken apart: the statements behind each of its names, and what its imports bring."""

    name: str
    lines: list[str]
    statements: dict[str, list[ast.stmt]] = field(default_factory=lambda: defaultdict(list))
    inner: dict[str, Name] = field(default_factory=dict)  # names from modules of this package
    outer: dict[str, tuple[str, str]] = field(default_factory=dict)  # other names -> (module, what is imported)


def assembled(roots: Sequence[Name], given: Mapping[Name, str]) -> tuple[str, Mapping[Name, str]]:
    """The source that defines the roots and all they need, and what each thing is called in it.

    `given` are names that stand in the text before it, each with what it is called there.
    """
    needed, imports = _needed(roots, given)
    final = {**_told_apart(needed), **given}
    parts = [_import_lines(imports)]
    current = ""
    done: set[int] = set()  # a statement may give several names
    for module, name in needed:
        statements = [s for s in _module(module).statements[name] if id(s) not in done]
        done.update(map(id, statements))
        if module != current:
            current = module
            parts.append(f"# From {module}\n")
        parts.append(_source(_module(module), statements, final))
    return "\n\n".join(parts), final


def _needed(roots: Sequence[Name], given: Mapping[Name, str]) -> tuple[list[Name], set[tuple[str, str]]]:
    """What the roots need, in an order in which it can run, and the imports from elsewhere."""
    found: dict[Name, None] = {}
    imports: set[tuple[str, str]] = set()

    def visit(at: Name) -> None:
        module = _module(at[0])
        if at in given or at in found:
            return
        if at[1] in module.inner:
            visit(module.inner[at[1]])
            return
        found[at] = None
        for name in dict.fromkeys(n for statement in module.statements[at[1]] for n in _used(statement)):
            if name in module.statements or name in module.inner:
                visit((at[0], name))
            elif name in module.outer:
                imports.add(module.outer[name])

    for root in roots:
        visit(root)
    rank = {name: i for i, name in enumerate(_imported_first(dict.fromkeys(module for module, _ in found)))}
    return sorted(found, key=lambda n: (rank[n[0]], _module(n[0]).statements[n[1]][0].lineno)), imports


def _imported_first(modules: Iterable[str]) -> list[str]:
    """The modules and those they import, each after what it imports."""
    order: dict[str, None] = {}
    waiting: set[str] = set()

    def visit(name: str) -> None:
        if name not in waiting:
            waiting.add(name)
            for source, _ in _module(name).inner.values():
                visit(source)
            order[name] = None

    for name in modules:
        visit(name)
    return list(order)


def _told_apart(names: Sequence[Name]) -> dict[Name, str]:
    """What each is called in the one module: its own name, with that of its module where two clash."""
    times = Counter(name for _, name in names)
    return {
        (module, name): name if times[name] == 1 else f"{module.rsplit('.', 1)[-1].strip('_')}_{name.lstrip('_')}"
        for module, name in names
    }


def _import_lines(imports: set[tuple[str, str]]) -> str:
    """The imports from elsewhere, one line a module."""
    names: dict[str, list[str]] = defaultdict(list)
    for module, what in sorted(imports):
        names[module].append(what)
    whole = [f"import {module}" for module, what in names.items() if "" in what]
    parts = {module: ", ".join(filter(None, what)) for module, what in names.items() if any(what)}
    return "\n".join([*whole, *(f"from {module} import {what}" for module, what in parts.items())])


@cache
def _module(name: str) -> Module:
    spec = find_spec(name)
    assert spec is not None
    assert spec.origin is not None
    text = Path(spec.origin).read_text(encoding="utf-8")
    module = Module(name, text.splitlines(keepends=True))
    for statement in ast.parse(text).body:
        if isinstance(statement, ast.Import):
            module.outer.update((a.asname or a.name, (a.name, "")) for a in statement.names)
        elif isinstance(statement, ast.ImportFrom):
            _note_import(module, statement)
        else:
            for defined in _defined(statement):
                module.statements[defined].append(statement)
    return module


def _note_import(module: Module, statement: ast.ImportFrom) -> None:
    source = statement.module or ""
    for alias in statement.names:
        if source == PACKAGE or source.startswith(f"{PACKAGE}."):
            module.inner[alias.asname or alias.name] = (source, alias.name)
        elif source != "__future__":
            module.outer[alias.name] = (source, alias.name)


def _defined(statement: ast.stmt) -> Iterator[str]:
    """The names a statement gives its module."""
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        yield statement.name
    targets = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
    for target in targets:
        yield from (node.id for node in ast.walk(target) if isinstance(node, ast.Name)) if target is not None else ()


def _used(statement: ast.stmt) -> Iterator[str]:
    """The names that a statement reads, annotations too, without what is left out of it."""
    waiting: list[ast.AST] = [statement]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.FunctionDef) and node.name in LEFT_OUT:
            continue
        if isinstance(node, ast.Name):
            yield node.id
        waiting += reversed(list(ast.iter_child_nodes(node)))


def _source(module: Module, statements: Sequence[ast.stmt], final: Mapping[Name, str]) -> str:
    """The statements with the comments above them, and with the names that things have in the one module."""
    text = "".join(_text(module, statement) for statement in statements)
    called = {
        local: final[at]
        for local in (*module.statements, *module.inner)
        if (at := _origin(module, local)) in final and final[at] != local
    }
    return _renamed(text, called) if called else text


def _origin(module: Module, local: str) -> Name:
    """The module that defines the name, and what it is called there."""
    while local in module.inner:
        source, local = module.inner[local]
        module = _module(source)
    return module.name, local


def _text(module: Module, statement: ast.stmt) -> str:
    first = min([statement.lineno, *(d.lineno for d in getattr(statement, "decorator_list", ()))]) - 1
    while first and module.lines[first - 1].startswith("#"):
        first -= 1
    lines = module.lines[first : statement.end_lineno]
    for method in getattr(statement, "body", ()) if isinstance(statement, ast.ClassDef) else ():
        if isinstance(method, ast.FunctionDef) and method.name in LEFT_OUT:
            start, end = method.lineno - 1 - first, (method.end_lineno or 0) - first
            lines[start - 1 : end] = [""] * (end - start + 1)
    return "".join(lines)


def _renamed(text: str, called: Mapping[str, str]) -> str:
    """The text with these names changed; attributes and keywords of calls that look like them stay."""
    lines = text.splitlines(keepends=True)
    tokens = list(tokenize.generate_tokens(io.StringIO(text).readline))
    depth = [0, *accumulate((t.string in "([{") - (t.string in ")]}") if t.type == tokenize.OP else 0 for t in tokens)]
    for i in range(len(tokens) - 1, -1, -1):
        token = tokens[i]
        before, after = tokens[i - 1].string if i else "", tokens[i + 1].string if i + 1 < len(tokens) else ""
        keyword = depth[i] and after == "=" and before in ("(", ",")
        if token.type == tokenize.NAME and token.string in called and before != "." and not keyword:
            row, start = token.start
            line = lines[row - 1]
            lines[row - 1] = line[:start] + called[token.string] + line[token.end[1] :]
    return "".join(lines)
