"""The sentences of the package that people may see, as templates: `ast` finds them, each expression is `{}`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import privacyscan
from privacyscan import errors

PACKAGE = Path(privacyscan.__file__).parent
MISTAKES = {name for name, kind in vars(errors).items() if isinstance(kind, type) and name != "MissingExtra"}
SAYS = dict.fromkeys(MISTAKES, 0) | {  # what makes a message -> which of its arguments says it
    "Bomb": 0,
    "Skipped": 2,
    "Fault": 1,
    "Parameter": 0,
    "leave_out": 1,
    "mistake": 1,
    "private_folder": 1,
    "warn": 0,
    "wrong": 1,
    "_refuse": 0,
    "_where": 1,
}
AT_LINE = re.compile(r"(\{\})+:(\{\}|[0-9]+): ")  # a mistake of a rule file
Function = ast.FunctionDef | ast.AsyncFunctionDef


def said() -> dict[str, str]:
    """Every sentence that becomes a message, and where it stands first."""
    found: dict[str, str] = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        module = ast.parse(path.read_text(encoding="utf-8"))
        given = [(node, scope) for scope in _scopes(module) for node in _given(scope)]
        for node, scope in given:
            for template in _templates(node, scope, module):
                found.setdefault(template, f"{path.relative_to(PACKAGE)}:{node.lineno}")
    return {template: where for template, where in found.items() if any(c.isalpha() for c in template)}


def written() -> set[str]:
    """Every text of the package, sentences or not, and the end of each after a colon."""
    whole = {
        template
        for path in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant | ast.JoinedStr | ast.BinOp)
        for template in _texts(node)
    }
    return {end for template in whole for line in template.split("\n") for end in ends(line)}


def ends(line: str) -> list[str]:
    """The line, and what remains of it after each place before a colon."""
    parts = line.split(": ")
    return [": ".join(parts[i:]) for i in range(len(parts))]


def _scopes(module: ast.Module) -> Iterator[ast.AST]:
    yield module
    yield from (node for node in ast.walk(module) if isinstance(node, Function))


def _given(scope: ast.AST) -> Iterator[ast.expr]:
    """What becomes a message in the scope, without functions inside it."""
    gathers = getattr(scope, "name", "").endswith("mistakes")
    waiting = list(ast.iter_child_nodes(scope))
    while waiting:
        node = waiting.pop(0)
        if isinstance(node, Function):
            continue
        waiting += ast.iter_child_nodes(node)
        said: ast.expr | None = None
        if isinstance(node, ast.Call):
            said = node.args[0] if gathers and _name(node) == "append" else _argument(node)
        elif gathers and isinstance(node, ast.Yield):
            said = node.value
        elif isinstance(node, ast.JoinedStr) and AT_LINE.match(_texts(node)[0]):
            said = node
        elif isinstance(node, ast.Tuple) and len(node.elts) == 2 and ast.unparse(node.elts[0]).startswith("Reason."):
            said = node.elts[1]
        if said is not None:
            yield said


def _name(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def _argument(call: ast.Call) -> ast.expr | None:
    at = SAYS.get(_name(call))
    if at is None:
        return None
    named = (k.value for k in call.keywords if k.arg in ("message", "says", "what"))
    return call.args[at] if len(call.args) > at else next(named, None)


def _templates(node: ast.expr, scope: ast.AST, module: ast.Module) -> Iterator[str]:
    if isinstance(node, ast.Name):  # said in a variable of the function
        given = (g for g in ast.walk(scope) if isinstance(g, ast.Assign))
        yield from (text for g in given if node.id in map(ast.unparse, g.targets) for text in _texts(g.value))
    elif isinstance(node, ast.Call):  # said by a function beside it
        for function in module.body:
            if isinstance(function, Function) and function.name == _name(node):
                returned = [r.value for r in ast.walk(function) if isinstance(r, ast.Return) and r.value is not None]
                yield from (template for value in returned for template in _texts(value))
    else:
        yield from _texts(node)


def _texts(node: ast.AST) -> list[str]:
    """What an expression may say; a part that only a run knows is `{}`."""
    if isinstance(node, ast.Constant):
        return [node.value] if isinstance(node.value, str) else []
    if isinstance(node, ast.JoinedStr):
        return ["".join(v.value if isinstance(v, ast.Constant) else "{}" for v in node.values)]
    if isinstance(node, ast.IfExp):
        return [*_texts(node.body), *_texts(node.orelse)]
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return [a + b for a in _texts(node.left) or ["{}"] for b in _texts(node.right) or ["{}"]]
    return []
