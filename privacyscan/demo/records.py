"""Tables before they are a database or a file, and what is planted in them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

Cell = str | int | None
NOTHING = (None, "", "-")


@dataclass(frozen=True, slots=True)
class Planted:
    """How many cells or occurrences of an entity lie in one column (None: in a text) of one asset.

    `prose` says that it stands in sentences, where names and dates take more than their shape to be found.
    """

    asset: str
    column: str | None
    entity: str
    matched: int
    prose: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """A column; `holds` says how many of its cells hold which entity."""

    name: str
    values: Sequence[Cell]
    holds: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Records:
    """A table."""

    name: str
    columns: Sequence[Column]

    @property
    def names(self) -> list[str]:
        """The names of the columns."""
        return [c.name for c in self.columns]

    def rows(self) -> Iterator[tuple[Cell, ...]]:
        """The table row by row."""
        return zip(*(c.values for c in self.columns), strict=True)

    def planted(self, asset: str) -> list[Planted]:
        """What lies in it once it is written as `asset`."""
        return [Planted(asset, c.name, entity, n) for c in self.columns for entity, n in c.holds.items() if n]


def column(name: str, values: Iterable[Cell], entity: str = "") -> Column:
    """A column whose filled cells all hold the entity; without one it holds nothing personal."""
    kept = list(values)
    return Column(name, kept, {entity: sum(v not in NOTHING for v in kept)} if entity else {})


def as_csv(records: Records, delimiter: str = ",", header: Sequence[str] | None = None) -> str:
    """The table as CSV; `header` replaces the names of the columns."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\n")
    writer.writerow(header or records.names)
    writer.writerows(records.rows())
    return text.getvalue()
