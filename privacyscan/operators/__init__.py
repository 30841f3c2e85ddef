"""Pseudonymisation operators: one module per operator, each ending with `plugin: Operator = ...`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from privacyscan.model import Identifier


@dataclass(frozen=True, slots=True)
class Parameter:
    """What a policy may give an operator: `expected` says it in words, `accepts` decides."""

    expected: str
    accepts: Callable[[Any], bool]


class Operator(Protocol):
    """A way to replace a value. Deterministic per key; never returns its input.

    What it returns must look like no identifier: the copy is scanned again.
    """

    @property
    def name(self) -> str:
        """What policy files call it."""
        ...

    @property
    def needs_key(self) -> bool:
        """Whether its replacements depend on the key file."""
        ...

    @property
    def parameters(self) -> Mapping[str, Parameter]:
        """What a policy may set, by name."""
        ...

    def __call__(
        self, value: str, /, *, canonical: str, identifier: Identifier, key: bytes | None, **parameters: Any
    ) -> str:
        """The replacement of `value`. `canonical` is the same for all ways to write that value."""
        ...


def label(identifier: Identifier) -> str:
    """The entity as it stands in replaced values: `NIK` for `ID_NIK`."""
    return identifier.id.removeprefix("ID_")
