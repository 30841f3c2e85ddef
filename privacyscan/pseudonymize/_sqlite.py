"""An SQLite database into an SQLite database: schema, indexes, views, triggers and the order of rows stay.

The whole database is first copied page by page beside the destination, then its cells are replaced in one
transaction, then it is rebuilt, so that no old value stays in a free page.
"""

from __future__ import annotations

import errno
import os
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import compress, groupby
from pathlib import Path
from typing import Any
from urllib.parse import quote

from privacyscan.batches import bounded, record_batch, rows_at_once, weight
from privacyscan.errors import TargetError, UnsafeCopyError, UsageError
from privacyscan.model import Limits, Place, Reason, Skipped, Table
from privacyscan.pseudonymize._subset import Reference, Relation, Subset
from privacyscan.pseudonymize._workers import Workers
from privacyscan.pseudonymize.cells import Changes, Columns, Done, Replacer
from privacyscan.pseudonymize.judge import Judged

MAGIC = b"SQLite format 3\0"
BESIDE = ("-wal", "-shm", "-journal")  # files that belong to a database
_ROW_IDS = ("rowid", "_rowid_", "oid")
_WAL = 2  # byte 18 of the file: the database uses a write-ahead log

Counts = Mapping[Place, Counter[Done]]
Row = Sequence[Any]


@dataclass(frozen=True, slots=True)
class _Relation:
    """A table: its columns that can be written, the expressions that tell its rows apart, and its primary key."""

    name: str
    columns: tuple[str, ...]
    key: tuple[str, ...]
    primary: tuple[str, ...]

    @property
    def select(self) -> str:
        return f"SELECT {', '.join([*self.key, *map(_quoted, self.columns)])} FROM {_quoted(self.name)}"

    def update(self, columns: Sequence[int]) -> str:
        """The statement that writes some columns of one row: first their values, then the key."""
        changed = ", ".join(f"{_quoted(self.columns[i])} = ?" for i in columns)
        return f"UPDATE {_quoted(self.name)} SET {changed} {self._where}"

    @property
    def delete(self) -> str:
        """The statement that takes away one row, by its key."""
        return f"DELETE FROM {_quoted(self.name)} {self._where}"

    @property
    def _where(self) -> str:
        return f"WHERE {' AND '.join(f'{k} IS ?' for k in self.key)}"


class _Batch:
    """Some rows of a table that are copied, and the keys of those that are not."""

    def __init__(self, relation: _Relation, rows: Sequence[Row], others: Sequence[Row]) -> None:
        self.relation, self.rows, self.others = relation, rows, others
        first = len(relation.key)
        self._values = [[row[first + index] for row in rows] for index in range(len(relation.columns))]
        self._cells = [[as_cell(v) for v in column] for column in self._values]

    def __len__(self) -> int:
        return len(self.rows)

    def texts(self) -> list[list[str | None]]:
        """The cells that are text, by column."""
        return [[c if isinstance(c, str) else None for c in column] for column in self._cells]

    def updates(self, changes: Changes, binary: Counter[str]) -> Mapping[tuple[int, ...], list[list[Any]]]:
        """Per set of columns that change together the parameters of the update, one list per row."""
        changed: dict[int, dict[int, Any]] = defaultdict(dict)
        for index, new in enumerate(changes):
            for number, text in new.items():
                is_bytes = isinstance(self._values[index][number], bytes)
                changed[number][index] = text.encode() if text and is_bytes else text
            for number, cell in enumerate(self._cells[index]):
                if isinstance(cell, bytes) and cell:
                    changed[number][index] = b""
                    binary[self.relation.columns[index]] += 1
        groups: dict[tuple[int, ...], list[list[Any]]] = defaultdict(list)
        for number, row in changed.items():
            groups[tuple(row)].append([*row.values(), *self.rows[number][: len(self.relation.key)]])
        return groups


def is_sqlite(path: Path) -> bool:
    """Whether the file begins as an SQLite database does."""
    with path.open("rb") as file:
        return file.read(len(MAGIC)) == MAGIC


@contextmanager
def opened(path: Path, shown: str) -> Iterator[sqlite3.Connection]:
    """The database for reading alone, as it is at this moment, its log included; nothing is written beside it.

    Raises TargetError for whatever SQLite cannot do with it, UsageError where there is no room for the copy.
    """
    with path.open("rb") as file:
        logged = file.read(20)[18:19] == bytes([_WAL])
    # Read-only is not enough for a database with a log that nobody has open: SQLite would make the log's files.
    alone = logged and not Path(f"{path}-wal").exists()
    address = f"file:{quote(os.fspath(path.absolute()))}?{'immutable=1' if alone else 'mode=ro'}"
    try:
        with closing(sqlite3.connect(address, uri=True, isolation_level=None)) as connection:
            connection.text_factory = _text
            connection.execute("BEGIN")
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()  # takes the snapshot
            yield connection
    except sqlite3.Error as error:
        if _code(error) == "SQLITE_FULL":  # of the copy: the source is only read
            says = os.strerror(errno.ENOSPC)
            raise UsageError(f"{shown}: copying it failed ({says}); check rights and free space") from None
        raise TargetError(
            f"{shown}: SQLite gives up ({_code(error)}); check the database and the free space", "damaged"
        ) from None


def tables(
    connection: sqlite3.Connection, place: Place, limits: Limits, subset: Subset | None = None
) -> Iterator[Table]:
    """The rows of all tables as they are scanned; those of the subset, if there is one."""
    for relation in _relations(connection):
        here, first = place.child(relation.name), 0
        for rows, _ in _batches(connection, relation, limits, subset):
            cells = [[as_cell(v) for v in row[len(relation.key) :]] for row in rows]
            yield Table(here, record_batch(relation.columns, cells)[0], first)
            first += len(rows)
        if not first:
            yield Table(here, record_batch(relation.columns, [])[0])


def choose(connection: sqlite3.Connection, place: Place, subset: Subset | None) -> dict[str, Place]:
    """Choose the rows of a smaller copy, if one is asked for; gives the places of the tables."""
    relations = {r.name: r for r in _relations(connection)}
    if subset is not None:
        keys = {name.lower(): name for name in relations}
        of = [
            Relation(r.name, tuple(_references(connection, r.name, keys)), bool(r.primary)) for r in relations.values()
        ]
        subset.choose(of, lambda name, columns: _keyed(connection, relations[name], columns))
    return {name: place.child(name) for name in relations}


def _references(connection: sqlite3.Connection, table: str, names: Mapping[str, str]) -> Iterator[Reference]:
    """The foreign keys of a table. Those that name no columns refer to the key; capitals do not count."""
    listed = 'SELECT id, "table", "from", "to" FROM pragma_foreign_key_list(?) ORDER BY id, seq'
    for _, key in groupby(connection.execute(listed, (table,)).fetchall(), key=lambda row: row[0]):
        parts = list(key)
        target = names.get(parts[0][1].lower(), "")
        columns = connection.execute("SELECT name FROM pragma_table_info(?) WHERE pk ORDER BY pk", (target,))
        own = [name.lower() for (name,) in columns]
        referred = [(to or "").lower() for _, _, _, to in parts] if parts[0][3] else own
        yield Reference(tuple(column.lower() for _, _, column, _ in parts), target, tuple(referred))


def _keyed(connection: sqlite3.Connection, relation: _Relation, columns: Sequence[str]) -> Iterator[tuple[Row, Row]]:
    key = relation.primary or relation.columns
    chosen = ", ".join(map(_quoted, (*key, *columns)))
    for row in connection.execute(f"SELECT {chosen} FROM {_quoted(relation.name)}"):
        yield row[: len(key)], row[len(key) :]


def _batches(
    connection: sqlite3.Connection, relation: _Relation, limits: Limits, subset: Subset | None
) -> Iterator[tuple[list[Row], list[Row]]]:
    """The rows of a table in batches: those that are taken, and the keys of the others."""
    most = rows_at_once(limits, len(relation.columns))
    batches = bounded(connection.execute(relation.select), weight, most)
    if subset is None:
        yield from ((rows, []) for rows in batches)
        return
    chosen, key = subset.chooser(relation.name), len(relation.key)
    own = [key + relation.columns.index(name) for name in relation.primary or relation.columns]
    for rows in batches:
        flags = chosen([row[i] for i in own] for row in rows)
        yield list(compress(rows, flags)), [row[:key] for row, taken in zip(rows, flags, strict=True) if not taken]


def check_schema(connection: sqlite3.Connection, place: Place, replacer: Replacer) -> None:
    """Refuse what would carry values into the copy unseen: names and texts of the schema, full-text indexes."""
    shown = replacer.shown(str(place))
    for name, kind in connection.execute("SELECT name, type FROM pragma_table_list WHERE schema = 'main'"):
        if kind == "virtual":
            raise TargetError(
                f"{shown}: '{replacer.shown(name)}' is a virtual table, which keeps values in forms that cannot be "
                "replaced; drop it in a copy of the database first",
                "unsupported_type",
            )
    for name, sql in connection.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL"):
        if replacer.names_somebody(sql):
            raise TargetError(
                f"{shown}: the definition of '{replacer.shown(name)}' holds personal data and is copied as it is; "
                "change it in a copy of the database first",
                "unsupported_type",
            )


def copy_sqlite(
    source: sqlite3.Connection,
    copy: Path,
    place: Place,
    found: Mapping[Place, tuple[Judged, ...]],
    workers: Workers,
    limits: Limits,
    count: Callable[[Place, int], None],
    subset: Subset | None,
) -> tuple[Counts, list[Skipped]]:
    """Write the copy, of the subset if there is one; gives back how many cells of each column and entity were replaced,
    and the columns whose binary cells were emptied because nothing can be told of them."""
    counts: dict[Place, Counter[Done]] = {}
    skipped: list[Skipped] = []
    replacer = workers.replacer
    with closing(sqlite3.connect(copy, isolation_level=None)) as target:
        _prepare(target, source)
        target.execute("BEGIN")
        triggers = _take_triggers(target)
        for relation in _relations(source):
            here = place.child(relation.name)
            columns = Columns(replacer, here, relation.columns, found)
            binary: Counter[str] = Counter()
            batches = (_Batch(relation, *batch) for batch in _batches(source, relation, limits, subset))
            for batch, changes in workers.changes(columns, batches, _Batch.texts):
                target.executemany(relation.delete, batch.others)
                _write(target, relation, batch.updates(changes, binary), here, replacer)
                count(here, len(batch.rows) + len(batch.others))
            counts |= columns.counts
            skipped += [_emptied(here.at(name), cells) for name, cells in binary.items()]
        for sql in triggers:
            target.execute(sql)
        target.execute("COMMIT")
        _rebuild(target, replacer.shown(str(place)))
    return counts, skipped


def _prepare(target: sqlite3.Connection, source: sqlite3.Connection) -> None:
    """Fill the copy and set it up for the replacing. It has no journal: a copy that fails is thrown away."""
    source.backup(target)
    for pragma in (
        "journal_mode = DELETE",  # out of the write-ahead log, if the source has one
        "journal_mode = OFF",
        "synchronous = OFF",
        "secure_delete = ON",
        "foreign_keys = OFF",
        "ignore_check_constraints = ON",  # a check on the length of a NIK must not keep it in the copy
        "trusted_schema = OFF",
        "temp_store = MEMORY",
    ):
        target.execute(f"PRAGMA {pragma}").fetchall()


def _take_triggers(target: sqlite3.Connection) -> list[str]:
    """Drop the triggers, which would write old values elsewhere, and give back their definitions."""
    found = target.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for name, _ in found:
        target.execute(f"DROP TRIGGER {_quoted(name)}")
    return [sql for _, sql in found]


def _rebuild(target: sqlite3.Connection, shown: str) -> None:
    """Write the database anew without free pages, and without the samples that ANALYZE took of the values."""
    statistics = "SELECT name FROM sqlite_master WHERE name IN ('sqlite_stat3', 'sqlite_stat4')"
    for (name,) in target.execute(statistics).fetchall():
        target.execute(f"DELETE FROM {name}")
    target.execute("PRAGMA temp_store = FILE")  # what is left to write is replaced; memory stays flat
    target.execute("VACUUM")
    if target.execute("PRAGMA freelist_count").fetchone() != (0,):
        raise UnsafeCopyError(f"{shown}: free pages stayed in the copy; it was removed")


def _relations(connection: sqlite3.Connection) -> list[_Relation]:
    """The tables in order of name."""
    listed = connection.execute(
        "SELECT name, wr FROM pragma_table_list WHERE schema = 'main' AND type = 'table' "
        "AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name"
    ).fetchall()
    return [_relation(connection, name, bool(without_rowid)) for name, without_rowid in listed]


def _relation(connection: sqlite3.Connection, name: str, without_rowid: bool) -> _Relation:
    described = connection.execute("SELECT name, pk, hidden FROM pragma_table_xinfo(?)", (name,)).fetchall()
    columns = tuple(column for column, _, hidden in described if not hidden)  # the others are computed from these
    primary = tuple(column for _, column in sorted((pk, column) for column, pk, _ in described if pk))
    if without_rowid:
        return _Relation(name, columns, tuple(map(_quoted, primary)), primary)
    taken = {column.lower() for column, _, _ in described}
    free = next((alias for alias in _ROW_IDS if alias not in taken), None)
    if free is None:
        raise TargetError(f"table '{name}': columns hide its row id; rename one of {', '.join(_ROW_IDS)}", "error")
    return _Relation(name, columns, (free,), primary)


def _write(
    target: sqlite3.Connection,
    relation: _Relation,
    groups: Mapping[tuple[int, ...], list[list[Any]]],
    place: Place,
    replacer: Replacer,
) -> None:
    for columns, parameters in groups.items():
        try:
            target.executemany(relation.update(columns), parameters)
        except (sqlite3.Error, UnicodeError, OverflowError) as error:
            names = ", ".join(replacer.shown(relation.columns[i]) for i in columns)
            raise TargetError(
                f"{replacer.shown(str(place))}: the replacements do not fit into {names} ({_code(error)}): a unique "
                "column needs the operator token, and a row id or a strict number takes no text",
                "unsupported_type",
            ) from None


def as_cell(value: Any) -> str | bytes | None:
    """A value as the text that is looked at; bytes stay only where they are no text."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bytes):
        try:
            text = value.decode("utf-8")
        except UnicodeDecodeError:
            return value
        return value if "\0" in text else text
    if isinstance(value, float) and value.is_integer() and abs(value) < 9.1e18:
        return str(int(value))
    return str(value)


def _emptied(place: Place, cells: int) -> Skipped:
    message = f"{cells} cells of binary data cannot be read and are empty in the copy"
    return Skipped(place, Reason.UNSUPPORTED_TYPE, message)


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _code(error: Exception) -> str:
    """The name of what went wrong; SQLite's own message may hold more than a name."""
    return str(getattr(error, "sqlite_errorname", type(error).__name__))
