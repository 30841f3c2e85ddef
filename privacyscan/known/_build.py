"""From a register to the list of its people. Values are hashed where they are read, and dropped with their batch."""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from privacyscan import read
from privacyscan.detect import AssetTally, Detector
from privacyscan.detect.known import hashes
from privacyscan.detect.shown import shown_column, shown_name
from privacyscan.errors import ConfigurationError, UsageError
from privacyscan.keys import KEY_BYTES, new_key, read_key
from privacyscan.known._file import MAKE, Hashes, refuse_to_overwrite, write
from privacyscan.known._persons import persons
from privacyscan.model import Identifier, Place, Reason, Skipped, Table, Target, Text
from privacyscan.work import tallied

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from privacyscan.rulebook import Rulebook
    from privacyscan.settings import Settings

SHORTEST = 8  # characters: shorter numbers, such as those of patients' files, other agencies give out too
MOST_OF_COLUMN = 0.5  # of its cells: a column with fewer values of a kind is not there for them
MOST_ROWS = 1 << 32


@dataclass(frozen=True, slots=True)
class Built:
    """What a list was made from: how many rows, persons and values of each kind, and what is not in it."""

    rows: int
    persons: int
    without: int  # rows without a value that a scan could recognise
    values: Mapping[str, int]  # entity -> how many persons' values
    columns: Mapping[str, Sequence[str]]  # entity -> the columns it was taken from, as they may be shown
    shared: int  # values that too many persons share
    skipped: tuple[Skipped, ...]

    @property
    def unread(self) -> tuple[Skipped, ...]:
        """What should be in the list and is not. Columns of photographs hold no number to recognise anybody by."""
        return tuple(s for s in self.skipped if s.reason.in_scope and s.reason is not Reason.UNSUPPORTED_TYPE)


def build(
    targets: Sequence[Target],
    path: Path,
    key_path: Path,
    columns: Mapping[str, str],
    rulebook: Rulebook,
    settings: Settings,
) -> Built:
    """Make the list of the people in the targets' tables, and its key if there is none.

    `columns` says of which kind a column is (name -> entity); other columns of that kind are left alone then. Raises
    UsageError or ConfigurationError; nothing is written then but perhaps the key.
    """
    identifiers = _identifiers(columns, rulebook)
    refuse_to_overwrite(path)
    if not key_path.exists():
        new_key(key_path)
    register = _Register(read_key(key_path, "--known-key", MAKE), columns, identifiers, rulebook)
    for target in targets:
        for unit in read.units(target, settings.scope, settings.limits):
            if isinstance(unit, Skipped):
                register.skipped.append(unit)
            else:
                register.read(read.parts(unit, replace(settings.limits, cell_bytes=0)))
    return register.written(path)


def _identifiers(columns: Mapping[str, str], rulebook: Rulebook) -> dict[str, Identifier]:
    """The kinds whose values tell a person, and those the user asks for."""
    for name, entity in columns.items():
        if entity not in rulebook.identifiers:
            raise UsageError(f"--column {name}={entity}: no rule describes {entity}; see privacyscan rules list")
        if not rulebook.identifiers[entity].columns:
            raise UsageError(f"--column {name}={entity}: {entity} is not told by a column; choose another kind")
    asked = set(columns.values())
    return {i.id: i for i in rulebook.identifiers.values() if (i.person and i.derived is None) or i.id in asked}


@dataclass(slots=True)
class _Recorded:
    """Hashes of the values of one kind in one column, and the rows they stand in."""

    parts: list[tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint32], npt.NDArray[np.uint32]]] = field(
        default_factory=list, repr=False
    )

    def empty(self) -> _Recorded:
        return _Recorded()

    def merge(self, other: _Recorded) -> None:
        self.parts += other.parts


class _Recorder:
    """Keeps the hash of every value that may become one of the list, until the verdict on its column falls."""

    def __init__(self, key: bytes, entities: Collection[str], asked: Collection[str]) -> None:
        self.key, self.entities, self.asked = key, entities, asked

    def meet(self, entity: str, values: Sequence[str], rows: Sequence[int], met: _Recorded | None) -> _Recorded | None:
        import numpy as np

        if entity not in self.entities:
            return met
        met = _Recorded() if met is None else met
        shortest = 0 if entity in self.asked else SHORTEST
        kept = [(v, r) for v, r in zip(values, rows, strict=False) if len(v) >= shortest]
        if kept:
            first, rest = hashes(self.key, entity, [v for v, _ in kept])
            met.parts.append((first, rest, np.array([r for _, r in kept], np.uint32)))
        return met


class _Register:
    """A register while it is read."""

    def __init__(
        self, key: bytes, columns: Mapping[str, str], identifiers: Mapping[str, Identifier], rulebook: Rulebook
    ) -> None:
        self.key, self.columns, self.identifiers = key, columns, identifiers
        self.asked = set(columns.values())
        recorder = _Recorder(key, identifiers.keys(), self.asked)
        self.detector = Detector(rulebook.identifiers.values(), secrets.token_bytes(KEY_BYTES), "none", known=recorder)
        self.names: set[str] = set()  # of all columns
        self.rows = 0
        self.recorded: dict[str, list[tuple[int, _Recorded]]] = defaultdict(list)  # entity -> (first row, values)
        self.taken: dict[str, dict[str, None]] = defaultdict(dict)  # entity -> names of columns
        self.skipped: list[Skipped] = []

    def read(self, parts: Iterable[Table | Text | Skipped]) -> None:
        """Take the people from the tables."""
        result = tallied(self._named(parts), self.detector)
        self.skipped += result.skipped
        for tally in result.assets:
            if tally.text is not None:
                self.skipped.append(Skipped(tally.place, Reason.UNKNOWN_FORMAT, "a register is a table, this is text"))
                continue
            for place, entity, recorded in self._chosen(tally):
                self.taken[entity][shown_column(str(place.column), self.detector)] = None
                self.recorded[entity].append((self.rows, recorded))
            self.rows += tally.rows
            if self.rows > MOST_ROWS:
                raise UsageError(f"{tally.place}: the register has more than {MOST_ROWS} rows; build several lists")

    def _named(self, parts: Iterable[Table | Text | Skipped]) -> Iterator[Table | Text | Skipped]:
        """The parts; a column that the user named gets the header of its kind, so that its rules look at it."""
        for part in parts:
            if not isinstance(part, Table):
                yield part
                continue
            names = part.batch.schema.names
            self.names |= set(names)
            told = [self._header(n) if n in self.columns else n for n in names]
            yield replace(part, batch=part.batch.rename_columns(told))

    def _header(self, name: str) -> str:
        return f"{self.identifiers[self.columns[name]].columns[0]} ({name})"

    def _chosen(self, tally: AssetTally) -> Iterator[tuple[Place, str, _Recorded]]:
        """The columns of a table that the list is made from."""
        for name, entity in self.columns.items():
            column = tally.columns.get(self._header(name))
            for tallies in column.signatures.values() if column is not None else ():
                if entity in tallies and isinstance(met := tallies[entity].met, _Recorded):
                    yield tally.place.at(column=name), entity, met
        found: dict[str, Place] = {}
        for place, seen, verdict in self.detector.verdicts(tally):
            entity, met = verdict.rule.id, verdict.tally.met
            if entity in self.asked or not isinstance(met, _Recorded) or verdict.matched < MOST_OF_COLUMN * seen:
                continue
            if verdict.rule.identifier.derived is not None:  # told by the values of another kind, which is taken itself
                continue
            if entity in found and _is_personal(self.identifiers[entity]):
                names = " and ".join(shown_column(str(p.column), self.detector) for p in (found[entity], place))
                raise UsageError(
                    f"{tally.place}: columns {names} both hold {entity}; say whose numbers they are, "
                    f"--column {shown_column(str(place.column), self.detector)}={entity}"
                )
            found[entity] = place
            yield place, entity, met

    def written(self, path: Path) -> Built:
        """Write the list; gives back what it was made from."""
        import numpy as np

        self._check()
        entities = sorted(self.recorded)
        first, rest, rows, kinds = self._entries(entities)
        order = np.lexsort((rest, first))
        first, rest, rows, kinds = first[order], rest[order], rows[order], kinds[order]
        is_new = np.ones(len(first), bool)
        is_new[1:] = (first[1:] != first[:-1]) | (rest[1:] != rest[:-1])
        personal = np.array([_is_personal(self.identifiers[e]) for e in entities])
        told = persons(np.cumsum(is_new) - 1, rows, personal[kinds], self.rows)
        if not told.count:
            raise ConfigurationError(
                "every number in the register stands for more persons than can share one; check that it is the register"
            )
        starts = np.flatnonzero(is_new)
        list_ = Hashes(first[starts][told.values], rest[starts][told.values], told.owners)
        write(path, self.key, told.count, [self.identifiers[e] for e in entities], list_)
        of_kind = np.bincount(kinds[starts][told.values], minlength=len(entities)).tolist()
        return Built(
            rows=self.rows,
            persons=told.count,
            without=self.rows - len(np.unique(rows)),
            values=dict(zip(entities, of_kind, strict=True)),
            columns={entity: tuple(names) for entity, names in self.taken.items()},
            shared=told.shared,
            skipped=tuple(self.skipped),
        )

    def _entries(self, entities: Sequence[str]) -> tuple[Any, ...]:
        """All values: both parts of their hashes, row, and number of their kind. What was recorded is given up."""
        import numpy as np

        parts = [
            (first, rest, rows + np.uint32(begin), np.full(len(rows), kind, np.uint8))
            for kind, entity in enumerate(entities)
            for begin, recorded in self.recorded.pop(entity)
            for first, rest, rows in recorded.parts
        ]
        return tuple(np.concatenate(column) for column in zip(*parts, strict=True))

    def _check(self) -> None:
        absent = [name for name in self.columns if name not in self.names]
        if absent:
            some = ", ".join(shown_name(n, self.detector) for n in sorted(self.names)[:10])
            raise UsageError(f"--column {absent[0]}: no table of the register has this column; columns are {some}")
        lacking = [e for e in self.asked if not any(r.parts for _, r in self.recorded[e])]
        if lacking:
            raise UsageError(f"--column: no cell of the column holds a valid {lacking[0]}; check name and kind")
        if not any(r.parts for found in self.recorded.values() for _, r in found):
            raise ConfigurationError(
                "no column of the register holds numbers that tell persons; name one with --column nik=ID_NIK"
            )


def _is_personal(identifier: Identifier) -> bool:
    """Whether a value belongs to one person alone; families share telephones and mail addresses."""
    return identifier.person and identifier.group != "contact"
