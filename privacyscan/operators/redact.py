"""Redact: the value gives way to the name of its kind, as `[NIK]`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from privacyscan.model import Identifier
from privacyscan.operators import Operator, Parameter, label


class Redact:
    name = "redact"
    needs_key = False
    parameters: Mapping[str, Parameter] = {}

    def __call__(
        self, value: str, /, *, canonical: str, identifier: Identifier, key: bytes | None, **parameters: Any
    ) -> str:
        shown = f"[{label(identifier)}]"
        return shown if shown != value else f"[{label(identifier)}_]"


plugin: Operator = Redact()
