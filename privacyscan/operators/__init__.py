"""Pseudonymisation operators: one module per operator, each ending with `plugin: Operator = ...`."""

from __future__ import annotations

from typing import Any, Protocol


class Operator(Protocol):
    """A way to replace a value. Deterministic per key; never returns a non-empty input unchanged."""

    @property
    def name(self) -> str: ...

    @property
    def needs_key(self) -> bool: ...

    def __call__(self, value: str, /, *, entity: str, key: bytes | None, **parameters: Any) -> str: ...
