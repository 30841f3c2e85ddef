"""Replace: every value gives way to one text that the policy says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from privacyscan.keys import PurposeKey
from privacyscan.model import Identifier
from privacyscan.operators import Operator, Parameter, Replacement, each


class Replace:
    name = "replace"
    needs_key = False
    by_person = False
    looks_real = False
    parameters: Mapping[str, Parameter] = {
        "text": Parameter("a text", lambda value: isinstance(value, str), required=True)
    }

    def bind(self, identifier: Identifier, key: PurposeKey | None, parameters: Mapping[str, Any]) -> Replacement:
        text = parameters["text"]
        return each(lambda value, _: text if text != value else None)


plugin: Operator = Replace()
