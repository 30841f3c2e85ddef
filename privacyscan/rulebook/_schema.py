"""What the schemas of all kinds of rule files share."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class Strict(BaseModel):
    """A part of a rule file: unknown keys and values of another type are mistakes."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, populate_by_name=True)


class Words(Strict):
    """A sentence or title in both languages."""

    id: str = Field(min_length=1)
    en: str = Field(min_length=1)


class SourceEntry(Strict):
    """Where a fact comes from; `confirmed` says that somebody read it there."""

    url: str
    says: str
    confirmed: bool
