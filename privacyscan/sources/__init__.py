"""Ways to reach data: one module per way, each ending with `plugin: Source = ...`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from privacyscan.model import Limits, Part, Skipped, Target, Unit

if TYPE_CHECKING:
    from privacyscan.settings import Scope


class Source(Protocol):
    """A way to reach data. Stateless: what must stay open lives inside the generators."""

    @property
    def name(self) -> str:
        """Its name in the registry, and in the units it gives."""
        ...

    @property
    def schemes(self) -> tuple[str, ...]:
        """URL schemes it serves, without `://`; the empty string is a local path."""
        ...

    def check(self, target: Target) -> None:
        """Raises UsageError for a target that can never be read: no such file, no URL. Touches no network."""
        ...

    def units(self, target: Target, scope: Scope, limits: Limits) -> Iterator[Unit | Skipped]:
        """Everything below the target, in a stable order. Raises TargetError when it cannot be opened at all."""
        ...

    def read(self, unit: Unit, limits: Limits) -> Iterator[Part]:
        """The parts of one unit: `File` for files, `Table` batches for tables, `Skipped` for what failed."""
        ...


@dataclass(frozen=True, slots=True)
class Cut:
    """The pieces of a large unit. `close` ends what keeps them parts of one whole; call it when all are read."""

    units: Sequence[Unit]
    close: Callable[[], None]


@runtime_checkable
class Cuts(Protocol):
    """What a source also has whose large units several workers can read."""

    def cut(self, unit: Unit, limits: Limits) -> Cut | None:
        """The pieces that the unit can be read in, by its size alone; None: it is read whole. May raise anything."""
        ...


@runtime_checkable
class Far(Protocol):
    """What a source also has whose files come over a network: workers fetch them all, several at a time."""

    @property
    def far(self) -> bool: ...


ROWS = "\0rows"  # the column of `Groups.grouped` that says how many rows each stands for


@runtime_checkable
class Groups(Protocol):
    """What a source also has whose server can group the rows of a table."""

    def grouped(self, unit: Unit, columns: Sequence[str], limits: Limits) -> Iterator[Part]:
        """The rows of these columns, equal ones as one row with their number in a last column `ROWS`; where the server
        cannot do that, all parts of the unit as `read` gives them."""
        ...
