"""DuckDB databases: every table and view, opened so that nothing is written and no other file is reached."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from privacyscan.errors import MissingExtra
from privacyscan.formats import Format
from privacyscan.formats._tables import parts
from privacyscan.model import File, Limits, Part, Reason, Skipped

if TYPE_CHECKING:
    import pyarrow as pa

_MAGIC = b"DUCK"  # https://duckdb.org/docs/stable/internals/storage, behind a check sum
_LOG = ".wal"  # the end of the name of what is not in the database file yet
_LOG_MAGIC = b"d\0be\0"
# A view of a hostile file reads no file and loads no program; sorting leaves no values on the disk.
_SETTINGS = {
    "enable_external_access": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "temp_directory": "",
    "memory_limit": "1GB",
    "threads": "1",
    "lock_configuration": "true",
}
_TABLES = """/* privacyscan */ SELECT schema_name, table_name FROM duckdb_tables()
WHERE database_name = current_database() AND NOT internal
UNION SELECT schema_name, view_name FROM duckdb_views() WHERE database_name = current_database() AND NOT internal
ORDER BY 1, 2"""


class Duckdb:
    name = "duckdb"
    suffixes = (".duckdb", ".ddb")
    binary = True

    def matches(self, head: bytes, name: str) -> int:
        return 3 if head[8:12] == _MAGIC or (name.endswith(_LOG) and head.startswith(_LOG_MAGIC)) else 0

    def read(self, file: File, limits: Limits) -> Iterator[Part]:
        with file.open() as stream:
            if stream.read(12)[8:] != _MAGIC:
                yield from _log(file)
                return
        try:
            import duckdb
        except ImportError:
            raise MissingExtra("DuckDB", "privacyscan[duckdb]") from None
        try:
            with _opened(file) as database:
                for names in database.execute(_TABLES).fetchall():
                    yield from _table(database, File(file.place.child(*names), file.open), names, limits)
        except duckdb.Error as error:
            yield _unread(file, error)


def _opened(file: File) -> Any:
    """The database; one of an archive is a copy whose name is gone once it is open."""
    import duckdb

    if file.path is not None:
        return duckdb.connect(os.path.abspath(file.path), True, _SETTINGS)
    with tempfile.TemporaryDirectory(prefix="privacyscan-") as folder:
        path = os.path.join(folder, "database")
        with file.open() as stream, open(path, "wb") as copy:
            shutil.copyfileobj(stream, copy, 1 << 20)
        return duckdb.connect(path, True, _SETTINGS)


def _log(file: File) -> Iterator[Part]:
    """A log is read with its database; without one it is not read."""
    try:
        with open((file.path or "").removesuffix(_LOG), "rb") as database:
            if database.read(12)[8:] == _MAGIC:
                return
    except OSError:
        pass
    yield Skipped(file.place, Reason.UNKNOWN_FORMAT, "belongs to a DuckDB database that is not beside it")


def _table(database: Any, table: File, names: tuple[str, str], limits: Limits) -> Iterator[Part]:
    """A table or view; one that cannot be read costs only itself."""
    import duckdb

    schema, name = ('"' + n.replace('"', '""') + '"' for n in names)
    try:
        reader = database.sql(f"/* privacyscan */ SELECT * FROM {schema}.{name}").to_arrow_reader(limits.batch_rows)
        yield from parts(table, reader.schema, _batches(reader), limits)
    except duckdb.PermissionException:
        yield Skipped(table.place, Reason.DENIED, "a view of something outside of the database, which is not read")
    except duckdb.Error:
        yield Skipped(table.place, Reason.DAMAGED, "the table cannot be read to its end")


def _batches(reader: Any) -> Iterator[pa.RecordBatch]:
    yield from reader


def _unread(file: File, error: Exception) -> Skipped:
    """Why a database was not opened; DuckDB tells by its text alone."""
    text = str(error).lower()
    if "lock" in text:
        return Skipped(file.place, Reason.TIMEOUT, "another program has it open; close it there, or scan a copy")
    if "encrypt" in text:
        return Skipped(file.place, Reason.ENCRYPTED, "needs a key")
    return Skipped(
        file.place, Reason.DAMAGED, "is damaged, or of a newer version of DuckDB than the one installed here"
    )


plugin: Format = Duckdb()
