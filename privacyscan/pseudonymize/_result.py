"""What a run of `pseudonymize` did."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from privacyscan.model import Place, Skipped

if TYPE_CHECKING:
    from privacyscan.pseudonymize._plan import Step
    from privacyscan.pseudonymize._proof import Proof, Singled, Utility
    from privacyscan.pseudonymize._subset import Part


@dataclass(frozen=True, slots=True)
class Replaced:
    """How many cells of a column got a replacement for one entity, and by which operator."""

    place: Place  # with column; None for lines above a header. Names that hold identifiers are masked
    entity: str
    operator: str
    cells: int


@dataclass(slots=True)
class Given:
    """What copying or judging some files gave; of the values that stand in their copies `found` says how many there are
    of an entity, and `same` how many of them are equal to one that gave way."""

    assets: int = 0
    rows: int = 0
    replaced: list[Replaced] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    singled: list[Singled] = field(default_factory=list)
    utility: list[Utility] = field(default_factory=list)
    found: Counter[str] = field(default_factory=Counter)
    same: Counter[str] = field(default_factory=Counter)

    def add(self, other: Given) -> None:
        """Add what others gave."""
        self.assets += other.assets
        self.rows += other.rows
        self.replaced += other.replaced
        self.skipped += other.skipped
        self.steps += other.steps
        self.singled += other.singled
        self.utility += other.utility
        self.found.update(other.found)
        self.same.update(other.same)


@dataclass(frozen=True, slots=True)
class Result:
    """What a run of `pseudonymize` did. `skipped` was not copied, or copied without its binary cells."""

    source: str
    copy: str
    assets: int  # CSV files and database tables copied
    rows: int
    replaced: tuple[Replaced, ...]
    skipped: tuple[Skipped, ...]
    parts: tuple[Part, ...]  # what a smaller copy holds of each table; none: the copy is whole
    proof: Proof
    failures: tuple[str, ...]  # limits of the policy that are not kept: then there is no copy
    seconds: float
    policy: str = ""  # its file
    purpose: str = ""
    key: str = ""  # its name, not the key
    finished: str = ""  # ISO 8601, UTC

    @property
    def exit_code(self) -> int:
        """0; 1 when limits of the policy are not kept; 3 when something in scope was not copied."""
        if self.failures:
            return 1
        return 3 if any(s.reason.in_scope for s in self.skipped) else 0
