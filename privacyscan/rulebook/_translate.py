"""Regular expressions of Python as the dialect that both engines read alike: ASCII, no flags, no `\\b`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from re import _constants as op  # type: ignore[attr-defined] # the parser of `re` itself
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

from privacyscan.rulebook._backtracking import REPEATS, is_one

WORD = "[0-9A-Za-z_]"
_ASCII = [chr(code) for code in range(128)]
_OUTSIDE = "\u20ac"  # stands for all characters beyond ASCII
_WORDS = frozenset(c for c in _ASCII if c.isalnum() or c == "_")
RARE = {
    op.GROUPREF: "a reference to a group",
    op.ASSERT: "a positive look-around",
    op.POSSESSIVE_REPEAT: "a possessive repetition",
    op.ATOMIC_GROUP: "an atomic group",
}
Node = tuple[Any, Any]


class Untranslatable(Exception):
    """What the dialect cannot say; the message names it."""


def translated(regex: str, flags: int) -> str:
    """The same shape in the dialect. Raises Untranslatable, or re.error for what is no regular expression."""
    tree = parser.parse(regex, flags)
    return _Translation(bool(tree.state.flags & re.IGNORECASE)).sequence(list(tree), True, True)


class _Translation:
    def __init__(self, ignore_case: bool) -> None:
        self.ignore_case = ignore_case

    def sequence(self, nodes: Sequence[Node], first: bool, last: bool) -> str:
        """`first` and `last`: nothing of the shape stands before or behind, so a border may."""
        parts = []
        for i, node in enumerate(nodes):
            at_start, at_end = (
                first and all(_is_empty(n) for n in nodes[:i]),
                last and all(map(_is_empty, nodes[i + 1 :])),
            )
            if node == (op.AT, op.AT_BOUNDARY):
                parts.append(self.border(nodes, i, at_start, at_end))
            else:
                parts.append(self.node(node, at_start, at_end))
        return "".join(parts)

    def node(self, node: Node, first: bool, last: bool) -> str:
        kind, value = node
        if kind in (op.LITERAL, op.NOT_LITERAL, op.IN, op.ANY):
            return self.characters(node)
        if kind is op.SUBPATTERN:
            if value[1] or value[2]:
                raise Untranslatable("flags inside a group")
            return f"(?:{self.sequence(value[3], first, last)})"
        if kind is op.BRANCH:
            return f"(?:{'|'.join(self.sequence(branch, first, last) for branch in value[1])})"
        if kind in (op.MAX_REPEAT, op.MIN_REPEAT):
            return self.repetition(value, "?" if kind is op.MIN_REPEAT else "")
        if kind is op.ASSERT_NOT and len(value[1]) == 1 and (last if value[0] > 0 else first):
            return f"(?{'<' if value[0] < 0 else ''}!{self.one(value[1][0])})"
        if kind is op.AT and value in (op.AT_BEGINNING, op.AT_BEGINNING_STRING) and first:
            return "^"
        if kind is op.AT and value in (op.AT_END, op.AT_END_STRING) and last:
            return "$"
        raise Untranslatable(RARE.get(kind, "a look-around or anchor inside the shape"))

    def repetition(self, value: tuple[int, int, Sequence[Node]], lazy: str) -> str:
        least, most, body = value
        inner = self.sequence(body, False, False)
        inner = inner if len(body) == 1 and body[0][0] is not op.AT else f"(?:{inner})"
        upper = "" if most == op.MAXREPEAT else str(int(most))
        return f"{inner}{{{least},{upper}}}{lazy}" if upper != str(least) else f"{inner}{{{least}}}"

    def border(self, nodes: Sequence[Node], i: int, first: bool, last: bool) -> str:
        """A word border, where what follows or stands before can only be of a word."""
        after, before = self.edge(nodes[i + 1 :], True), self.edge(nodes[:i], False)
        if first and after and after <= _WORDS:
            return f"(?<!{WORD})"
        if last and before and before <= _WORDS:
            return f"(?!{WORD})"
        if after and before and (after <= _WORDS) != (before <= _WORDS) and not (after & _WORDS and before & _WORDS):
            return ""  # between a word and what is none it always holds
        raise Untranslatable("\\b where it is not clear on which side the word is")

    def edge(self, nodes: Sequence[Node], forward: bool) -> frozenset[str]:
        """The characters with which the nodes may begin, or end; empty for not known."""
        found: frozenset[str] = frozenset()
        for kind, value in nodes if forward else list(reversed(nodes)):
            if _is_empty((kind, value)):
                continue
            if kind in REPEATS:
                mine = self.edge(value[2], forward)
                found |= mine
                if not mine:
                    return frozenset()
                if value[0]:
                    return found
                continue
            if kind is op.SUBPATTERN:
                mine = self.edge(value[3], forward)
            elif kind is op.BRANCH:
                each = [self.edge(branch, forward) for branch in value[1]]
                mine = frozenset().union(*each) if all(each) else frozenset()
            else:
                mine = self.matched((kind, value))
            return found | mine if mine else mine
        return frozenset()

    def one(self, node: Node) -> str:
        text = self.characters(node)
        return text if text.startswith("[") else f"[{text}]"

    def characters(self, node: Node) -> str:
        kind, value = node
        if kind is op.LITERAL and value > 127:
            raise Untranslatable("a character that is not ASCII")
        if kind is op.LITERAL and value == 10:
            raise Untranslatable("a line end: texts are read line by line")
        found = self.matched(node)
        if _OUTSIDE in found:
            return f"[^{_ranges([c for c in _ASCII if c not in found or c == chr(10)])}]"
        inside = sorted(found - {"\n"})
        if len(inside) == 1:
            return inside[0] if inside[0].isalnum() or inside[0] == " " else f"[{_ranges(inside)}]"
        if not inside:
            raise Untranslatable("a class of characters that are not ASCII")
        return f"[{_ranges(inside)}]"

    def matched(self, node: Node) -> frozenset[str]:
        """The ASCII characters that the node matches, and `_OUTSIDE` if others too."""
        found = {c for c in (*_ASCII, _OUTSIDE) if is_one(node, c)}
        if self.ignore_case and node[0] is not op.ANY:
            found |= {c.swapcase() for c in found if c.isalpha() and c.isascii()}
        return frozenset(found)


def _is_empty(node: Node) -> bool:
    return node[0] in (op.AT, op.ASSERT, op.ASSERT_NOT)


def _ranges(characters: Sequence[str]) -> str:
    """The inside of a class: runs of characters as ranges, all but letters and digits escaped."""
    runs: list[list[int]] = []
    for code in sorted(map(ord, characters)):
        if runs and runs[-1][1] == code - 1:
            runs[-1][1] = code
        else:
            runs.append([code, code])
    shown = [(_shown(a), _shown(b), b - a) for a, b in runs]
    return "".join(a if not width else f"{a}{b}" if width == 1 else f"{a}-{b}" for a, b, width in shown)


def _shown(code: int) -> str:
    return chr(code) if chr(code).isalnum() or chr(code) in " _" else f"\\x{code:02x}"
