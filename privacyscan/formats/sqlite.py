"""SQLite databases: every table and view. A database is never written to, not even its companion files."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

from privacyscan.batches import BinaryCells, bounded, row_batch, weight
from privacyscan.formats import Format
from privacyscan.formats._header import unique
from privacyscan.model import File, Limits, Part, Place, Reason, Skipped, Table
from privacyscan.nested import Opener

MAGIC = b"SQLite format 3\x00"
_COMPANIONS = ("-wal", "-journal")  # hold changes that are not in the database file yet
_IN_MEMORY = 64 << 20  # bytes of an archive's member that is not put on the disk
_COMPANION_MAGICS = (
    b"\x37\x7f\x06\x82",  # write-ahead log
    b"\x37\x7f\x06\x83",
    b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7",  # rollback journal
    (3007000).to_bytes(4, "little"),  # index of a write-ahead log
)
_SHADOWS = "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'shadow'"
_LISTED = (
    "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') "
    "AND name NOT LIKE 'sqlite!_%' ESCAPE '!' ORDER BY name"
)


class Sqlite:
    name = "sqlite"
    suffixes = (".sqlite", ".sqlite3", ".db", ".db3")
    binary = True

    def matches(self, head: bytes, name: str) -> int:
        if head.startswith(MAGIC):
            return 3
        return 3 if name.endswith((*_COMPANIONS, "-shm")) and head.startswith(_COMPANION_MAGICS) else 0

    def read(self, file: File, limits: Limits) -> Iterator[Part]:
        with file.open() as stream:
            header = stream.read(100)
            size = stream.seek(0, os.SEEK_END)
        if not header.startswith(MAGIC):
            yield from _companion(file)
            return
        if size < _size_said(header):
            yield Skipped(file.place, Reason.DAMAGED, "shorter than its header says; tables may be cut off")
        with closing(_opened(file)) as database:
            yield from _tables(database, file.place, limits)


def _size_said(header: bytes) -> int:
    """The size in bytes that the header names, 0 where it is out of date (https://sqlite.org/fileformat.html)."""
    if header[24:28] != header[92:96]:
        return 0
    page = int.from_bytes(header[16:18], "big")
    return int.from_bytes(header[28:32], "big") * (65536 if page == 1 else page)


def _companion(file: File) -> Iterator[Part]:
    """A companion is read with its database; without one it is not read."""
    try:
        with open((file.path or "").rpartition("-")[0], "rb") as database:
            if database.read(len(MAGIC)) == MAGIC:
                return
    except OSError:
        pass
    yield Skipped(file.place, Reason.UNKNOWN_FORMAT, "belongs to an SQLite database that is not beside it")


def _opened(file: File) -> sqlite3.Connection:
    """The database, opened so that nothing beside it changes."""
    beside = [] if file.path is None else [f for end in _COMPANIONS if _has_bytes(f := file.path + end)]
    if file.path is not None and not beside:
        # Nobody has it open with changes: `immutable` neither locks it nor looks for companions.
        return _connected(f"{Path(file.path).absolute().as_uri()}?mode=ro&immutable=1")
    if file.path is None and file.size is not None and file.size <= _IN_MEMORY:
        return _in_memory(file)
    with tempfile.TemporaryDirectory(prefix="privacyscan-") as folder:
        return _copied(file, beside, Path(folder, "database"))


def _copied(file: File, beside: Sequence[str], copy: Path) -> sqlite3.Connection:
    """A copy of the database with its companions, which lives on when its folder is deleted.

    SQLite opens the copy while it is empty; what is then written into it lies under no name, so nothing of it stays
    when the process is killed. Companions keep their names until SQLite has opened them, which is at the first query.
    """
    with copy.open("wb") as target, file.open() as source:
        database = sqlite3.connect(f"{copy.as_uri()}?mode=rw", uri=True, isolation_level=None)
        copy.unlink()
        copy.touch(0o600)  # the companions take their permissions from what has the name of the database
        try:
            shutil.copyfileobj(source, target, 1 << 20)
            for companion in beside:
                shutil.copyfile(companion, str(copy) + companion[len(file.path or "") :])
        except BaseException:
            database.close()
            raise
    return _ready(database)


def _in_memory(file: File) -> sqlite3.Connection:
    with file.open() as stream:
        data = bytearray(stream.read())
    data[18:20] = b"\1\1"  # no write-ahead log: a database in memory cannot have one
    database = _connected(":memory:")
    database.deserialize(data)
    return database


def _has_bytes(path: str) -> bool:
    try:
        return os.path.getsize(path) > 0
    except OSError:
        return False


def _connected(uri: str) -> sqlite3.Connection:
    return _ready(sqlite3.connect(uri, uri=True, isolation_level=None))


def _ready(database: sqlite3.Connection) -> sqlite3.Connection:
    """The database set up for reading, its first query done."""
    try:
        database.text_factory = _text
        database.execute("PRAGMA trusted_schema = OFF")  # a view of a hostile file calls no function with effects
        database.execute("PRAGMA temp_store = MEMORY")  # sorting a view leaves no values on the disk
        database.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except BaseException:
        database.close()
        raise
    return database


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")


def _tables(database: sqlite3.Connection, place: Place, limits: Limits) -> Iterator[Part]:
    """Every table and view; one that cannot be read costs only itself."""
    shadows = {name for (name,) in database.execute(f"/* privacyscan */ {_SHADOWS}")}
    for (name,) in database.execute(f"/* privacyscan */ {_LISTED}").fetchall():
        if name in shadows:
            continue  # storage of a virtual table, which is read itself
        here = place.child(name)
        try:
            yield from _table(database, name, here, limits)
        except (sqlite3.Error, OverflowError) as error:
            reason = Reason.ERROR if isinstance(error, sqlite3.OperationalError) else Reason.DAMAGED
            yield Skipped(here, reason, "the table cannot be read to its end")


def _table(database: sqlite3.Connection, name: str, place: Place, limits: Limits) -> Iterator[Part]:
    quoted = name.replace('"', '""')
    cursor = database.execute(f'/* privacyscan */ SELECT * FROM "{quoted}"')
    names = unique([d[0] for d in cursor.description])
    opener, binary = Opener(), BinaryCells(place, limits)
    row = 0
    for rows in bounded(cursor, weight, limits.batch_rows):
        batch, cells = row_batch(names, rows)
        yield from opener.opened(Table(place, batch, row))
        yield from binary.files(cells, row)
        row += len(rows)
    if not row:
        yield Table(place, row_batch(names, [])[0], 0)
    yield from binary.unread()


plugin: Format = Sqlite()
