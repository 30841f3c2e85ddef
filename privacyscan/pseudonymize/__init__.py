"""A copy of data in which personal data is replaced: scan, read again, replace, scan the copy.

policy = load_policy(Path("policy.toml"))
result = pseudonymize("layanan.csv", "copy.csv", policy, read_key(Path("key")))
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from privacyscan.errors import UnsafeCopyError
from privacyscan.model import Place, Skipped
from privacyscan.pseudonymize.keys import new_key, read_key
from privacyscan.pseudonymize.policy import Policy, load_policy

if TYPE_CHECKING:
    from privacyscan.rulebook import Rulebook
    from privacyscan.settings import Settings


@dataclass(frozen=True, slots=True)
class Replaced:
    """How many cells of a column got a replacement for one entity, and by which operator."""

    place: Place  # with column; names that hold identifiers are masked
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
    seconds: float

    @property
    def exit_code(self) -> int:
        """0, or 3 when something in scope was not copied."""
        raise NotImplementedError


def pseudonymize(
    target: str,
    to: str,
    policy: Policy,
    key: bytes | None = None,
    settings: Settings | None = None,
    *,
    rulebook: Rulebook | None = None,
    progress: Callable[[str, int], None] | None = None,
) -> Result:
    """Copy `target` to `to` with all values of the policy's entities replaced; the source is only read.

    `target` is a CSV file, an SQLite database (path or `sqlite:///` URL) or a folder of such files; `to` the same
    kind, not there yet. `key` is what `read_key` gave; None is enough for policies whose `needs_key` is False.
    `progress(place, rows)` is told of each batch. Raises UsageError (target, destination), ConfigurationError
    (key missing), TargetError (source damaged), UnsafeCopyError (the copy still held personal data); whatever is
    raised, no part of a copy stays.
    """
    raise NotImplementedError


__all__: Sequence[str] = (
    "Policy",
    "Replaced",
    "Result",
    "UnsafeCopyError",
    "load_policy",
    "new_key",
    "pseudonymize",
    "read_key",
)
