"""Which rows a smaller copy takes of each table: some by chance, and every row that one of these refers to."""

from __future__ import annotations

import math
import sqlite3
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from hashlib import blake2b
from typing import Any

from privacyscan.errors import UsageError
from privacyscan.model import Place, Sample

Row = Sequence[Any]


@dataclass(frozen=True, slots=True)
class Reference:
    """A foreign key of a table: its columns, and those of another table, or of the same, that they refer to."""

    columns: tuple[str, ...]
    table: str
    referred: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Relation:
    """A table as its rows are chosen. `unique`: its identities are its own, no two rows share one."""

    name: str
    references: tuple[Reference, ...]
    unique: bool


@dataclass(frozen=True, slots=True)
class Part:
    """How many rows of a table the copy holds, how many of them were chosen by chance, and how many there are."""

    place: Place
    rows: int
    chosen: int
    of: int


Rows = Callable[[str, Sequence[str]], Iterable[tuple[Row, Row]]]

_WAITING = 10_000  # rows that are written together

_SCHEMA = """
CREATE TABLE row (t INTEGER, h INTEGER);
CREATE TABLE link (t INTEGER, h INTEGER, k INTEGER, v INTEGER);
CREATE TABLE key (k INTEGER, v INTEGER, t INTEGER, h INTEGER);
CREATE TABLE last (t INTEGER PRIMARY KEY, h INTEGER);
CREATE TABLE taken (t INTEGER, h INTEGER, PRIMARY KEY (t, h)) WITHOUT ROWID;
"""
_FOLLOWED = """
INSERT INTO taken WITH RECURSIVE here (t, h) AS (
  SELECT row.t, row.h FROM last JOIN row ON row.t = last.t AND row.h <= last.h
  UNION
  SELECT key.t, key.h FROM here
  JOIN link ON link.t = here.t AND link.h = here.h JOIN key ON key.k = link.k AND key.v = link.v
) SELECT t, h FROM here ORDER BY t, h
"""


class Subset:
    """The rows that are taken, as hashes in a file of SQLite's own that has no name: any number fits, nothing stays.

    A row's hash is of what tells it apart, under a seed, and the lowest hashes are a choice by chance that is the same
    in every run. Values that a database may take for the same (`A` and `a`, 1 and 1.0) have one hash: where it does
    not, a row too many is taken, and never one too few.
    """

    def __init__(self, wanted: Sample, seed: bytes) -> None:
        self.wanted, self._seed = wanted, seed
        self._tables: dict[str, int] = {}
        self._ends: dict[str, tuple[int, int]] = {}
        self._file = sqlite3.connect("", isolation_level=None)
        self._file.execute("PRAGMA journal_mode = OFF").fetchall()
        self._file.executescript(_SCHEMA)
        self.parts: dict[str, tuple[int, int, int]] = {}  # by table: rows, those chosen by chance, all that there are

    def choose(self, relations: Sequence[Relation], read: Rows) -> None:
        """Choose the rows of all tables. `read(table, columns)` gives of each row what tells it apart, and its values
        in these columns. Raises UsageError where the temporary folder is full."""
        try:
            self._choose(relations, read)
        except sqlite3.OperationalError as error:
            raise UsageError(
                f"the temporary folder cannot hold which rows are copied ({error.sqlite_errorname}); free space, or "
                "name another folder in TMPDIR"
            ) from None

    def _choose(self, relations: Sequence[Relation], read: Rows) -> None:
        self._tables = {relation.name: number for number, relation in enumerate(relations)}
        links = (r for relation in relations for r in relation.references if r.table in self._tables)
        keys = {pair: n for n, pair in enumerate(dict.fromkeys((r.table, r.referred) for r in links))}
        self._file.execute("BEGIN")
        for relation in relations:
            self._learn(relation, keys, read)
        for index in ("rows ON row (t, h)", "links ON link (t, h, k, v)", "keys ON key (k, v, t, h)"):
            self._file.execute(f"CREATE INDEX {index}")
        drawn = {relation.name: self._draw(relation) for relation in relations}
        self._file.execute(_FOLLOWED)
        self._file.execute("COMMIT")
        for name, (few, many) in drawn.items():
            (rows,) = self._one("SELECT count(*) FROM row JOIN taken USING (t, h) WHERE t = ?", self._tables[name])
            if name in self._ends:
                last, left = self._ends[name]
                (equal,) = self._one("SELECT count(*) FROM row WHERE t = ? AND h = ?", self._tables[name], last)
                rows -= equal - left
            self.parts[name] = rows, few, many

    def chooser(self, table: str) -> Callable[[Iterable[Row]], list[bool]]:
        """What tells of each row of a table whether it is taken, by what tells it apart; it is given all rows once."""
        number = self._tables[table]
        last, left = self._ends.get(table, (None, 0))
        asked = "SELECT 1 FROM taken WHERE t = ? AND h = ?"

        def flags(identities: Iterable[Row]) -> list[bool]:
            nonlocal left
            told = []
            for identity in identities:
                h = self._hash(identity)
                told.append(self._file.execute(asked, (number, h)).fetchone() is not None and (h != last or left > 0))
                left -= h == last
            return told

        return flags

    def _learn(self, relation: Relation, keys: Mapping[tuple[str, tuple[str, ...]], int], read: Rows) -> None:
        """Take down the rows of a table: what they refer to, and by what others may refer to them."""
        table = self._tables[relation.name]
        out = [(keys[r.table, r.referred], r.columns) for r in relation.references if (r.table, r.referred) in keys]
        into = [(number, columns) for (name, columns), number in keys.items() if name == relation.name]
        columns = list(dict.fromkeys(c for _, group in (*out, *into) for c in group))
        at = {column: index for index, column in enumerate(columns)}
        groups = [(k, [at[c] for c in group]) for k, group in (*out, *into)]
        rows, links, held = list[Row](), list[Row](), list[Row]()
        for identity, values in read(relation.name, columns):
            h = self._hash(identity)
            rows.append((table, h))
            for number, (k, group) in enumerate(groups):
                of = [values[i] for i in group]
                if None in of:
                    continue  # refers to nothing
                if number < len(out):
                    links.append((table, h, k, self._hash(of)))
                else:
                    held.append((k, self._hash(of), table, h))
            if len(rows) >= _WAITING:
                self._put(rows, links, held)
        self._put(rows, links, held)

    def _put(self, rows: list[Row], links: list[Row], held: list[Row]) -> None:
        for statement, waiting in (
            ("INSERT INTO row VALUES (?, ?)", rows),
            ("INSERT INTO link VALUES (?, ?, ?, ?)", links),
            ("INSERT INTO key VALUES (?, ?, ?, ?)", held),
        ):
            self._file.executemany(statement, waiting)
            waiting.clear()

    def _draw(self, relation: Relation) -> tuple[int, int]:
        """Choose rows of a table by chance: how many, and of how many."""
        table = self._tables[relation.name]
        (many,) = self._one("SELECT count(*) FROM row WHERE t = ?", table)
        few = min(many, self.wanted.rows or math.ceil(many * self.wanted.share))
        if not few:
            return 0, many
        (last,) = self._one("SELECT h FROM row WHERE t = ? ORDER BY h LIMIT 1 OFFSET ?", table, few - 1)
        self._file.execute("INSERT INTO last VALUES (?, ?)", (table, last))
        if not relation.unique:  # of equal rows so many that the number is right
            (lower,) = self._one("SELECT count(*) FROM row WHERE t = ? AND h < ?", table, last)
            self._ends[relation.name] = last, few - lower
        return few, many

    def _one(self, question: str, *parameters: int) -> tuple[int, ...]:
        row: tuple[int, ...] = self._file.execute(question, parameters).fetchone()
        return row

    def _hash(self, values: Row) -> int:
        text = "\x1f".join(map(_spelled, values)).encode("utf-8", "surrogatepass")
        return int.from_bytes(blake2b(text, key=self._seed, digest_size=8).digest(), signed=True)


def _spelled(value: Any) -> str:
    """One text for all values that a database may take for the same."""
    if isinstance(value, str):
        if not value.isascii():
            value = "".join(c for c in unicodedata.normalize("NFKD", value) if not unicodedata.combining(c))
        return str(value).casefold().rstrip(" ")
    if isinstance(value, float | Decimal):
        whole = math.isfinite(value) and value == int(value)
        return str(int(value)) if whole else str(float(value))
    if isinstance(value, bytes | memoryview):
        return bytes(value).decode("latin-1")
    return f"{value:d}" if isinstance(value, bool) else str(value)
