"""Pseudonymisation operators: one module per operator, each ending with `plugin: Operator = ...`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from privacyscan.keys import PurposeKey
from privacyscan.model import Identifier


@dataclass(frozen=True, slots=True)
class Parameter:
    """What a policy may give an operator, or must: `expected` says it in words, `accepts` decides."""

    expected: str
    accepts: Callable[[Any], bool]
    required: bool = False


class Replacement(Protocol):
    """An operator made ready for one entity, key and set of parameters."""

    def __call__(
        self, values: Sequence[str], canonical: Sequence[str], persons: Sequence[str | None]
    ) -> Sequence[str | None]:
        """One replacement for each value, in order; None where the operator has nothing safe to put there, so that
        the cell is emptied.

        `canonical` is, for each value, the same text for all ways to write it. `persons` tells whose row it is: a text
        that is the same in all rows of a person, or None where no row or person is known.
        """
        ...


class Operator(Protocol):
    """A way to replace values. Deterministic per key and purpose; but for `keep` it never returns its input."""

    @property
    def name(self) -> str:
        """What policy files call it."""
        ...

    @property
    def needs_key(self) -> bool:
        """Whether its replacements depend on the key."""
        ...

    @property
    def by_person(self) -> bool:
        """Whether a replacement depends on whose row it is, not on the value alone."""
        ...

    @property
    def looks_real(self) -> bool:
        """Whether what it returns may look like an identifier. What the others return must not: the copy is scanned."""
        ...

    @property
    def parameters(self) -> Mapping[str, Parameter]:
        """What a policy may set, by name."""
        ...

    def bind(self, identifier: Identifier, key: PurposeKey | None, parameters: Mapping[str, Any]) -> Replacement:
        """The operator for an entity. Raises ConfigurationError when it cannot serve that entity."""
        ...


def each(replace: Callable[[str, str], str | None]) -> Replacement:
    """A replacement that looks at one value and its canonical spelling at a time."""

    def replaced(
        values: Sequence[str], canonical: Sequence[str], persons: Sequence[str | None]
    ) -> Sequence[str | None]:
        return [replace(value, spelled) for value, spelled in zip(values, canonical, strict=True)]

    return replaced


def label(identifier: Identifier) -> str:
    """The entity as it stands in replaced values: `NIK` for `ID_NIK`."""
    return identifier.id.removeprefix("ID_")
