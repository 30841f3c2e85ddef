"""What a run of `pseudonymize` did."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from privacyscan.model import Place, Skipped

if TYPE_CHECKING:
    from privacyscan.pseudonymize._proof import Proof
    from privacyscan.pseudonymize._subset import Part


@dataclass(frozen=True, slots=True)
class Replaced:
    """How many cells of a column got a replacement for one entity, and by which operator."""

    place: Place  # with column; None for lines above a header. Names that hold identifiers are masked
    entity: str
    operator: str
    cells: int


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
