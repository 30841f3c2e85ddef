"""Mask: length and separators stay, most characters become `*`; joins break, on purpose."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from privacyscan.keys import PurposeKey
from privacyscan.model import Identifier
from privacyscan.operators import Operator, Parameter, Replacement, each

SEPARATORS = frozenset(" .,-/@()+:_'")
MOST = 8  # characters one end may show


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MOST


class Mask:
    """Shows the first `head` and last `tail` characters, separators not counted; never more than half of them."""

    name = "mask"
    needs_key = False
    by_person = False
    looks_real = False
    parameters: Mapping[str, Parameter] = dict.fromkeys(
        ("head", "tail"), Parameter(f"a whole number from 0 to {MOST}", _is_count)
    )

    def bind(self, identifier: Identifier, key: PurposeKey | None, parameters: Mapping[str, Any]) -> Replacement:
        head = parameters.get("head", identifier.mask_head)
        tail = parameters.get("tail", identifier.mask_tail)
        return each(lambda value, _: _masked(value, head, tail))


def _masked(value: str, head: int, tail: int) -> str:
    inner = [i for i, c in enumerate(value) if c not in SEPARATORS]
    while head + tail > len(inner) // 2:
        head, tail = (head - 1, tail) if head >= tail else (head, tail - 1)
    hidden = list(value)
    for i in inner[head : len(inner) - tail]:
        hidden[i] = "*"
    shown = "".join(hidden)
    return shown if shown != value else ("#" if "*" in value else "*") * len(value)


plugin: Operator = Mask()
