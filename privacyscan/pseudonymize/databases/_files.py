"""From a database into files: one of CSV or Parquet for each table, or one script of SQL for all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO
from urllib.parse import quote

from privacyscan import read
from privacyscan.errors import UsageError
from privacyscan.model import File, Place, Skipped, Table, Target, Text, Unit
from privacyscan.pseudonymize._copy import Copied, digest_of
from privacyscan.pseudonymize.databases import _arrow
from privacyscan.pseudonymize.databases._schema import Schema, rebuilt
from privacyscan.pseudonymize.databases._script import Script
from privacyscan.pseudonymize.databases._source import Source
from privacyscan.pseudonymize.judge import Verdicts
from privacyscan.registry import plugin

if TYPE_CHECKING:
    import pyarrow as pa
    import sqlalchemy as sa

    from privacyscan.journal import Journal
    from privacyscan.pseudonymize._copy import Copying

Written = dict[Path, tuple[Place, list[str]]]  # files, what they are scanned as, and their columns
SCRIPT = "sql"
FORMATS = (*_arrow.WRITERS, SCRIPT)


class Files(Source):
    """One copy of a database into files of this format."""

    def __init__(self, run: Copying, source: Target, format_: str, journal: Journal) -> None:
        super().__init__(run, source)
        self._format, self._journal = format_, journal

    def copy(self, copy: Path) -> None:
        """Write the files: into this new folder, or a script to this path. Raises UsageError where that fails,
        TargetError for what cannot be copied."""
        with self._snapshot() as connection:
            schema = self._reflected(connection)
            judged = self._judged(connection, schema)
            self._choose(connection, schema)
            self._same(schema, judged)
            write = self._script if self._format == SCRIPT else self._tables
            try:
                files = write(connection, schema, judged, copy)
            except OSError as error:
                why = error.strerror or type(error).__name__
                raise UsageError(f"the files cannot be written ({why}); check rights and free space") from None
            self._run.check_columns()
            self._run.check(self._parts(files))
            self._run.measure(judged, self._before(connection, schema), self._parts(files))
        self._run.copied(judged)
        self._run.done(self._counts)

    def _tables(self, connection: sa.Connection, schema: Schema, judged: Verdicts, copy: Path) -> Written:
        """Write a file for each table."""
        files: Written = {}
        copy.mkdir(mode=0o700, exist_ok=True)
        for table in schema.tables:
            path, place = copy / self._name(table), self._places(schema)[table.fullname]
            columns = _arrow.schema_of(table, schema.kind)
            unit = Unit("database", self._source, place, "table", {})
            copied = self._before_this_run(unit, columns, path)
            if copied is None:
                path.unlink(missing_ok=True)  # as a run before this one left it
                copied = self._table(connection, table, schema, judged, path)
                self._journal.add_copied(unit, copied, str(columns))
                self._run.take(copied)
            self._run.given.add(copied.given)
            files[path] = place, columns.names
        for path in copy.iterdir():
            if path not in files:
                path.unlink()  # of a table that is not there any more
        self._leave_out_computed(schema)
        for view in schema.views:
            self._leave_out(filter(None, (view.schema, view.name)), "a view is not copied into files")
        return files

    def _before_this_run(self, unit: Unit, columns: pa.Schema, path: Path) -> Copied | None:
        """What a run before this one copied, if the copy is as it was."""
        before: Copied | None = self._journal.copied(unit, str(columns))
        try:
            if before is not None and digest_of(path) == before.digest:
                self._run.take(before)
                return before
        except (OSError, ValueError, EOFError):  # the copy, or a file of hashes that belongs to it, is gone or cut
            pass
        return None

    def _table(
        self, connection: sa.Connection, table: sa.Table, schema: Schema, judged: Verdicts, path: Path
    ) -> Copied:
        """Write the file of one table."""
        place, columns = self._places(schema)[table.fullname], _arrow.schema_of(table, schema.kind)
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        with self._run.by_itself(self._run.replacer.originals.folder) as copied:
            with _arrow.WRITERS[self._format](path, columns) as writer:
                for rows in self._changed(connection, table, schema, judged):
                    writer.write_batch(_arrow.batch(columns, rows, place, self._run.replacer.shown))
            self._run.done(self._counts)
            self._counts = {}
        copied.digest = digest_of(path)
        return copied

    def _script(self, connection: sa.Connection, schema: Schema, judged: Verdicts, copy: Path) -> Written:
        self._check_definitions(schema)
        metadata = rebuilt(schema, schema.kind)
        with open(os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as out:
            script = Script(out, connection, schema, metadata)
            script.begin()
            for table in schema.tables:
                for rows in self._changed(connection, table, schema, judged):
                    script.rows(table, rows)
            script.end(self._views(schema, schema.kind))
        return {copy: (self._source.place, [])}

    def _name(self, table: sa.Table) -> str:
        """The name of a table's file."""
        parts = (table.schema if table.schema != "public" else None, table.name)
        return ".".join(quote(p, safe=" ").replace(".", "%2E") for p in parts if p) + f".{self._format}"

    def _parts(self, files: Written) -> Iterator[Table | Text | Skipped]:
        """The files as they are scanned."""
        for path, (place, names) in files.items():
            file = File(place, partial(_opened, path), path.stat().st_size, str(path))
            for part in read.read_as(plugin("formats", self._format), file, self._run.limits):
                yield _named(part, names) if isinstance(part, Table) and self._format == "csv" else part


def _named(part: Table, names: list[str]) -> Table:
    """The rows under the names of the columns, even if the first row does not look like a header."""
    if part.again or part.batch.num_columns != len(names):
        return part
    return replace(part, batch=part.batch.rename_columns(names))


def _opened(path: Path) -> BinaryIO:
    return path.open("rb")
