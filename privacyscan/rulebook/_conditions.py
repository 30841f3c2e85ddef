"""The schema of a condition, which regulations and scorings share, and the names it takes from other files."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, get_args

from pydantic import Field

from privacyscan.model import Condition
from privacyscan.rulebook._identifiers import IdentifierFile
from privacyscan.rulebook._schema import Strict, Words
from privacyscan.rulebook._yaml import Document

Path = tuple[str | int, ...]
Reference = tuple[Path, str, str]  # where it stands, what kind of name it is, the name
GROUPS: tuple[str, ...] = get_args(IdentifierFile.model_fields["group"].annotation)


class ConditionEntry(Strict):
    """What findings must show; all that is given must hold."""

    categories: list[Literal["umum", "spesifik"]] = Field(default=[])
    entities: list[str] = Field(default=[])
    groups: list[str] = Field(default=[])
    person: bool | None = None
    exposure: list[str] = Field(default=[])
    min_persons: int = Field(default=0, ge=0)
    min_assets: int = Field(default=0, ge=0)
    min_copied: float = Field(default=0.0, ge=0, le=1)
    past_retention: bool = False
    because: Words | None = None

    def build(self) -> Condition:
        return Condition(
            categories=tuple(self.categories),
            entities=tuple(self.entities),
            groups=tuple(self.groups),
            person=self.person,
            exposure=tuple(self.exposure),
            min_persons=self.min_persons,
            min_assets=self.min_assets,
            min_copied=self.min_copied,
            past_retention=self.past_retention,
            because=self.because.model_dump() if self.because else {},
        )


class ReasonedCondition(ConditionEntry):
    """A condition that also says in words why it matters."""

    because: Words


def lint(condition: ConditionEntry, path: Path, document: Document) -> list[str]:
    """Groups that no identifier can have."""
    return [
        document.mistake((*path, "groups", i), f"there is no group '{group}'; there are: {', '.join(GROUPS)}")
        for i, group in enumerate(condition.groups)
        if group not in GROUPS
    ]


def references(condition: ConditionEntry, path: Path) -> Iterator[Reference]:
    """The identifiers and exposures it names, which stand in other files."""
    for i, entity in enumerate(condition.entities):
        yield (*path, "entities", i), "identifier", entity
    for i, code in enumerate(condition.exposure):
        yield (*path, "exposure", i), "exposure", code
