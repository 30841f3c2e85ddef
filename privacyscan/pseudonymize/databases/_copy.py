"""From one database into another: judge, create, fill table by table, add keys and indexes, check."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from typing import TYPE_CHECKING, Any

from privacyscan.errors import TargetError, UsageError
from privacyscan.model import Place, Reason, Skipped, Target
from privacyscan.pseudonymize.cells import Columns, Done
from privacyscan.pseudonymize.databases._rows import changed, rows, tables, written
from privacyscan.pseudonymize.databases._schema import BOOK, Schema, checks_of, rebuilt, reflected
from privacyscan.pseudonymize.databases._source import Source, code
from privacyscan.pseudonymize.judge import Verdicts
from privacyscan.sources import database

if TYPE_CHECKING:
    import sqlalchemy as sa

    from privacyscan.pseudonymize._copy import Copying

KINDS = ("postgresql", "mysql", "mariadb", "sqlite")


class Databases(Source):
    """One copy of a database under way. `resume`: go on where a run that was killed stopped."""

    def __init__(self, run: Copying, source: Target, target: Target, resume: bool, overwrite: bool) -> None:
        super().__init__(run, source)
        self._target = target
        self._resume, self._overwrite = resume, overwrite
        self._counts: dict[Place, Counter[Done]] = {}

    def copy(self) -> None:
        """Copy everything. Raises UsageError for a target that is the source or not empty, TargetError for what cannot
        be copied; whatever is raised, nothing stays in the target but what `resume` can go on from."""
        with self._snapshot() as connection, self._opened() as target:
            schema = reflected(connection)
            checks = checks_of(connection, schema)
            metadata = rebuilt(schema, target.dialect.name, checks)
            self._check_apart(connection, target)
            done = self._done(target, metadata, schema)
            self._check_definitions(schema, checks)
            judged = self._judged(connection, schema)
            self._choose(connection, schema)
            # What is replaced is gone only when all stands in its place, where a database can do that.
            at_once = self._overwrite and target.dialect.name == "postgresql"
            try:
                with target.begin() if at_once else nullcontext():
                    if done is None:
                        self._begin(target, metadata, schema)
                    self._copied(connection, target, metadata, schema, judged, done or set())
            except BaseException as error:
                if not at_once and not (self._resume and done):
                    target.rollback()
                    self._clear(target, metadata, schema)
                if not isinstance(error, _Refused):
                    raise
        self._run.copied(judged)
        self._run.done(self._counts)

    def _copied(
        self,
        connection: sa.Connection,
        target: sa.Connection,
        metadata: sa.MetaData,
        schema: Schema,
        judged: Verdicts,
        done: set[str],
    ) -> None:
        self._same(schema, judged)
        for old in schema.tables:
            new = next(t for t in metadata.tables.values() if t.name == old.name and t.schema in (None, old.schema))
            if new.fullname not in done:
                self._fill(connection, target, old, new, schema, judged)
        self._run.check_columns()
        self._finish(target, metadata, schema)
        self._prove(connection, target, metadata, schema, judged)
        if self._run.refused():
            raise _Refused
        with _transaction(target):
            target.exec_driver_sql(f"DROP TABLE {BOOK}")

    def _clear(self, target: sa.Connection, metadata: sa.MetaData, schema: Schema) -> None:
        """Take away what was written; where even that is refused, the table of what is done stays and says so."""
        from sqlalchemy import inspect
        from sqlalchemy.exc import SQLAlchemyError

        with suppress(SQLAlchemyError), _transaction(target):
            self._drop(target, metadata, schema, inspect(target))

    @contextmanager
    def _opened(self) -> Iterator[sa.Connection]:
        """The target, to write to."""
        from sqlalchemy.exc import SQLAlchemyError

        engine = database.writing(self._target, self._run.limits)
        try:
            try:
                connection = engine.connect()
            except SQLAlchemyError as error:
                raise TargetError(f"{self._target.label}: cannot be opened ({code(error)}); check --to") from None
            with connection, self._told(self._target):
                if connection.dialect.name == "sqlite":
                    connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
                connection.rollback()
                yield connection
        finally:
            engine.dispose()

    def _check_apart(self, source: sa.Connection, target: sa.Connection) -> None:
        with _transaction(target):
            if _identity(source) == _identity(target):
                raise UsageError(
                    f"{self._target.label}: is the source, which is never written; choose another database"
                )

    def _done(self, target: sa.Connection, metadata: sa.MetaData, schema: Schema) -> set[str] | None:
        """The tables that a run before this one finished; None where all is to be done. Raises UsageError for a target
        that holds what the copy would replace."""
        from sqlalchemy import inspect

        with _transaction(target):
            inspector = inspect(target)
            there = sum(inspector.has_table(t.name, t.schema) for t in metadata.tables.values())
            if target.dialect.name == schema.kind:
                there += sum(v.name in _views(inspector, v.schema) for v in schema.views)
            began = inspector.has_table(BOOK)
            if began and self._resume:
                told = {row[0]: row[1] for row in target.exec_driver_sql(f"SELECT name, said FROM {BOOK}")}
                if told.get("") != self._mark(schema):
                    raise UsageError(
                        f"{self._target.label}: was begun with another policy, key, source or --rows; "
                        "--overwrite begins anew"
                    )
                return {name for name in told if name}
            if (there or began) and not self._overwrite:
                hint = "--resume goes on, --overwrite begins anew" if began else "--overwrite replaces them"
                raise UsageError(
                    f"{self._target.label}: holds {there} tables or views of it; choose an empty database, or {hint}"
                )
        return None

    def _begin(self, target: sa.Connection, metadata: sa.MetaData, schema: Schema) -> None:
        """Make the target ready: all tables without keys, and a table that says what is done."""
        from sqlalchemy import inspect, text
        from sqlalchemy.schema import CreateTable

        mark = self._mark(schema)
        with _transaction(target):
            self._drop(target, metadata, schema, inspect(target))
            target.exec_driver_sql(f"CREATE TABLE {BOOK} (name VARCHAR(255) NOT NULL, said VARCHAR(64))")
            target.execute(text(f"INSERT INTO {BOOK} VALUES ('', :mark)"), {"mark": mark})
            for name in sorted({t.schema for t in metadata.tables.values() if t.schema} - {"public"}):
                target.exec_driver_sql(f"CREATE SCHEMA IF NOT EXISTS {_quoted(target, name)}")
            if target.dialect.name == schema.kind:
                for s in schema.sequences:
                    place = f"{_quoted(target, s.schema)}.{_quoted(target, s.name)}"
                    if not self._is_of_identity(metadata, s.name):
                        target.exec_driver_sql(f"CREATE SEQUENCE {place}")
            _enums(target, metadata)
            keys = target.dialect.name == "sqlite"  # which cannot add them later, and does not look at them now
            for table in _tables(metadata):
                target.execute(CreateTable(table, include_foreign_key_constraints=None if keys else []))

    def _is_of_identity(self, metadata: sa.MetaData, name: str) -> bool:
        """Whether the sequence comes with a column."""
        return any(
            c.identity is not None and name == f"{t.name}_{c.name}_seq"
            for t in metadata.tables.values()
            for c in t.columns
        )

    def _drop(self, target: sa.Connection, metadata: sa.MetaData, schema: Schema, inspector: sa.Inspector) -> None:
        cascade = " CASCADE" if target.dialect.name == "postgresql" else ""
        if target.dialect.name in ("mysql", "mariadb"):
            target.exec_driver_sql("SET FOREIGN_KEY_CHECKS = 0")
        for view in schema.views if target.dialect.name == schema.kind else ():
            target.exec_driver_sql(f"DROP VIEW IF EXISTS {_name(target, view.schema, view.name)}{cascade}")
        for table in _tables(metadata):
            if inspector.has_table(table.name, table.schema):
                target.exec_driver_sql(f"DROP TABLE {_name(target, table.schema, table.name)}{cascade}")
        target.exec_driver_sql(f"DROP TABLE IF EXISTS {BOOK}")
        if target.dialect.name == "postgresql" == schema.kind:
            for s in schema.sequences:
                target.exec_driver_sql(f"DROP SEQUENCE IF EXISTS {_name(target, s.schema, s.name)} CASCADE")

    def _fill(
        self,
        source: sa.Connection,
        target: sa.Connection,
        old: sa.Table,
        new: sa.Table,
        schema: Schema,
        judged: Verdicts,
    ) -> None:
        """Copy one table, in one transaction."""
        from sqlalchemy import text

        place = self._places(schema)[old.fullname]
        names = [c.name for c in written(old)]
        columns = Columns(self._run.replacer, place, names, judged.columns)
        emptied = [0] * len(names)
        with _transaction(target):
            target.execute(new.delete())  # a run before this one may have been killed where nothing rolls back
            for batch in rows(source, old, self._run.limits, self._run.subset):
                ready, binary = changed(batch, old, columns, place)
                emptied = [a + b for a, b in zip(emptied, binary, strict=True)]
                self._insert(target, new, names, ready, place)
                self._run.count(place, len(batch))
            target.execute(text(f"INSERT INTO {BOOK} VALUES (:name, 'done')"), {"name": new.fullname})
        self._counts |= columns.counts
        for name, cells in zip(names, emptied, strict=True):
            if cells:
                message = f"{cells} cells of binary data cannot be read and are empty in the copy"
                self._run.skipped.append(Skipped(place.at(name), Reason.UNSUPPORTED_TYPE, message))

    def _insert(
        self, target: sa.Connection, table: sa.Table, names: Sequence[str], ready: Sequence[Sequence[Any]], place: Place
    ) -> None:
        """Raises TargetError for a key that is not kept, without its values."""
        try:
            if target.dialect.name == "postgresql":
                into = ", ".join(_quoted(target, n) for n in names)
                raw: Any = target.connection.driver_connection
                statement = f"COPY {_name(target, table.schema, table.name)} ({into}) FROM STDIN"
                with raw.cursor() as cursor, cursor.copy(statement) as copy:
                    for row in _as_json(table, names, ready):
                        copy.write_row(row)
            else:
                target.execute(table.insert(), [dict(zip(names, row, strict=True)) for row in ready])
        except _errors(target) as error:
            raise TargetError(
                f"{self._run.replacer.shown(str(place))}: replacements break a key or check of the table or do not fit "
                f"({code(error)}); a unique column needs token, encrypt, fpe or twin",
                "unsupported_type",
            ) from None

    def _finish(self, target: sa.Connection, metadata: sa.MetaData, schema: Schema) -> None:
        """Keys, indexes, views, and where sequences go on."""
        from sqlalchemy.schema import AddConstraint, CreateIndex

        kind = target.dialect.name
        with _transaction(target):
            for table in _tables(metadata):
                for index in sorted(table.indexes, key=lambda i: str(i.name)):
                    target.execute(CreateIndex(index))
            for table in _tables(metadata):  # a key may refer to what an index makes unique
                for key in sorted(table.foreign_key_constraints, key=lambda k: str(k.name)) if kind != "sqlite" else ():
                    target.execute(AddConstraint(key))
            if kind == "sqlite" and target.exec_driver_sql("PRAGMA foreign_key_check").first() is not None:
                raise TargetError(f"{self._target.label}: rows refer to others that are not there; check the source")
            for view in schema.views:
                place = self._source.place.child(*filter(None, (view.schema, view.name)))
                if kind != schema.kind:
                    message = "a view is not copied into another kind of database"
                elif self._run.replacer.names_somebody(view.definition):
                    message = "the definition holds personal data"
                else:
                    target.exec_driver_sql(_create_view(target, view))
                    continue
                self._run.skipped.append(Skipped(place, Reason.UNSUPPORTED_TYPE, message))
            for path, message in schema.left:
                self._run.skipped.append(Skipped(self._source.place.child(*path), Reason.UNSUPPORTED_TYPE, message))
            for table in _tables(metadata) if kind == "postgresql" else ():
                for column in table.columns:
                    if (owned := _sequence_of(column)) is not None:
                        name = f"{_name(target, table.schema, table.name)}.{_quoted(target, column.name)}"
                        target.exec_driver_sql(f"ALTER SEQUENCE {owned} OWNED BY {name}")
            for s in schema.sequences if kind == schema.kind else ():
                if s.last is not None:
                    name = _name(target, s.schema, s.name)
                    target.exec_driver_sql("SELECT pg_catalog.setval(%s::regclass, %s)", (name, s.last))

    def _prove(
        self, source: sa.Connection, target: sa.Connection, metadata: sa.MetaData, schema: Schema, judged: Verdicts
    ) -> None:
        here = self._places(schema)
        by_name = {t.name: p for t, p in zip(schema.tables, here.values(), strict=True)}
        there = {t.fullname: here.get(t.fullname, by_name[t.name]) for t in metadata.tables.values()}
        copied = _tables(metadata)
        with _transaction(target):
            self._run.check(tables(target, copied, there, self._run.limits))
            before = tables(source, schema.tables, here, self._run.limits, self._run.subset)
            self._run.measure(judged, before, tables(target, copied, there, self._run.limits))

    def _mark(self, schema: Schema) -> str:
        """What must be the same for a run to go on."""
        replacer = self._run.replacer
        columns = [(t.fullname, [(c.name, str(c.type)) for c in t.columns]) for t in schema.tables]
        wanted = self._run.subset.wanted if self._run.subset is not None else None
        said = repr((replacer.policy, replacer.key_id, self._source.label, columns, wanted))
        return hashlib.sha256(said.encode()).hexdigest()


def _identity(connection: sa.Connection) -> Any:
    """What tells two databases apart, whatever name leads to them."""
    kind = connection.dialect.name
    if kind == "postgresql":  # since when it runs tells one server from another, whoever asks
        asked = "SELECT pg_catalog.pg_postmaster_start_time(), pg_catalog.current_database()"
        return tuple(connection.exec_driver_sql(asked).one())
    if kind in ("mysql", "mariadb"):
        return tuple(connection.exec_driver_sql("SELECT @@hostname, @@port, @@datadir, database()").one())
    import os

    path = connection.exec_driver_sql("PRAGMA database_list").first()
    return os.path.realpath(str(path[2])) if path is not None else None


def _tables(metadata: sa.MetaData) -> list[sa.Table]:
    """The tables in order of name: keys come last, so none has to be there before another."""
    return sorted(metadata.tables.values(), key=lambda t: t.fullname)


def _quoted(connection: sa.Connection, name: str) -> str:
    return connection.dialect.identifier_preparer.quote(name)


def _name(connection: sa.Connection, schema: str | None, name: str) -> str:
    return ".".join(_quoted(connection, part) for part in (schema, name) if part)


def _enums(target: sa.Connection, metadata: sa.MetaData) -> None:
    from sqlalchemy import Enum

    for table in metadata.tables.values():
        for column in table.columns:
            if isinstance(column.type, Enum) and target.dialect.name == "postgresql":
                column.type.create(target, checkfirst=True)


def _as_json(table: sa.Table, names: Sequence[str], ready: Sequence[Sequence[Any]]) -> Sequence[Sequence[Any]]:
    """The rows with what goes into columns of JSON marked as such: COPY cannot tell a list from an array."""
    from psycopg.types.json import Json
    from sqlalchemy import JSON

    marked = {i for i, name in enumerate(names) if isinstance(table.c[name].type, JSON)}
    if not marked:
        return ready
    return [[Json(v) if i in marked and v is not None else v for i, v in enumerate(row)] for row in ready]


def _sequence_of(column: sa.Column[Any]) -> str | None:
    """The sequence that a column takes its numbers from by its default."""
    default = str(getattr(column.server_default, "arg", ""))
    found = re.fullmatch(r"nextval\('([^']+)'::regclass\)", default)
    return found[1] if found else None


def _views(inspector: sa.Inspector, schema: str | None) -> Sequence[str]:
    return inspector.get_view_names(schema) if schema is None or schema in inspector.get_schema_names() else ()


class _Refused(Exception):
    """Limits of the policy are not kept: nothing of the copy stays."""


def _transaction(target: sa.Connection) -> AbstractContextManager[Any]:
    """A transaction, or a part of the one that is open."""
    return target.begin_nested() if target.in_transaction() else target.begin()


def _create_view(target: sa.Connection, view: Any) -> str:
    definition = view.definition.strip()
    if definition.lower().startswith("create"):
        return str(definition)
    return f"CREATE VIEW {_name(target, view.schema, view.name)} AS {definition}"


def _errors(target: sa.Connection) -> tuple[type[Exception], ...]:
    """What a row that is not taken raises."""
    from sqlalchemy.exc import DataError, IntegrityError

    driver: Any = target.dialect.loaded_dbapi
    return IntegrityError, DataError, driver.Error
