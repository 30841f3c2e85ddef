"""Twins: stand-ins that pass every check of their kind and belong to nobody in the data.

One module per kind, each ending with `plugin: Kind = ...`; rule files name the kind that serves them. A twin is a
function of key, purpose and value alone: nothing is stored, and the same value has the same twin in every table, file
and run. Kinds share the permutations of days (`days.py`), regions (`regions.py`) and words (`words.py`), so a NIK, a
birth date and a NIP of one person go on agreeing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

from privacyscan.keys import PurposeKey
from privacyscan.model import Identifier

# Values as written, and for each the same text for all ways to write it -> twins, written alike; None where there is
# none, as for a damaged number.
Twins = Callable[[Sequence[str], Sequence[str]], Sequence[str | None]]


@dataclass(frozen=True, slots=True)
class Kept:
    """What twins keep of their values: a region stays in its `region`, a birth in the same `years` of the calendar and
    not after `until`. `length` is how many characters fit; 0: any number."""

    region: str = "province"  # regency | province | country
    years: int = 5
    until: date = field(default_factory=date.today)
    length: int = 0


class Kind(Protocol):
    """A kind of twin. Its keyword parameters are what a rule file may give, as with checks."""

    @property
    def name(self) -> str: ...

    def __call__(self, key: PurposeKey, kept: Kept, identifier: Identifier, /, *args: Any, **parameters: Any) -> Twins:
        """The twins under this key."""
        ...
