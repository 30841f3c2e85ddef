"""Redact: the value gives way to the name of its kind, as `[NIK]`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from privacyscan.keys import PurposeKey
from privacyscan.model import Identifier
from privacyscan.operators import Operator, Parameter, Replacement, each, label


class Redact:
    name = "redact"
    needs_key = False
    by_person = False
    looks_real = False
    parameters: Mapping[str, Parameter] = {}

    def bind(self, identifier: Identifier, key: PurposeKey | None, parameters: Mapping[str, Any]) -> Replacement:
        shown, other = f"[{label(identifier)}]", f"[{label(identifier)}_]"
        return each(lambda value, _: shown if shown != value else other)


plugin: Operator = Redact()
