"""Keep: the value stays as it is, because the policy says so."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from privacyscan.keys import PurposeKey
from privacyscan.model import Identifier
from privacyscan.operators import Operator, Parameter, Replacement, each


class Keep:
    name = "keep"
    needs_key = False
    by_person = False
    looks_real = True
    parameters: Mapping[str, Parameter] = {}

    def bind(self, identifier: Identifier, key: PurposeKey | None, parameters: Mapping[str, Any]) -> Replacement:
        return each(lambda value, _: value)


plugin: Operator = Keep()
