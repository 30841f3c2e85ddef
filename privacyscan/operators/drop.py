"""Drop: the cell is empty in the copy, whatever it holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from privacyscan.keys import PurposeKey
from privacyscan.model import Identifier
from privacyscan.operators import Operator, Parameter, Replacement, each


class Drop:
    name = "drop"
    needs_key = False
    by_person = False
    looks_real = False
    parameters: Mapping[str, Parameter] = {}

    def bind(self, identifier: Identifier, key: PurposeKey | None, parameters: Mapping[str, Any]) -> Replacement:
        return each(lambda value, _: None)


plugin: Operator = Drop()
