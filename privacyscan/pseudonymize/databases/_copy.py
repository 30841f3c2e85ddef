"""From one database into another: judge, create, fill table by table, add keys and indexes, check."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from typing import TYPE_CHECKING, Any

from privacyscan._version import __version__
from privacyscan.errors import TargetError, UnsafeCopyError, UsageError
from privacyscan.model import Place, Target
from privacyscan.pseudonymize.databases._ddl import (
    create_view,
    empty_tables,
    enums,
    full_name,
    indexes_and_keys,
    numbering,
    ordered,
    outer,
    quoted,
)
from privacyscan.pseudonymize.databases._identity import is_same
from privacyscan.pseudonymize.databases._rows import tables, written
from privacyscan.pseudonymize.databases._schema import BOOK, Schema, rebuilt
from privacyscan.pseudonymize.databases._source import LostError, Source, code, give_values, refusal
from privacyscan.pseudonymize.judge import Verdicts
from privacyscan.sources import database

if TYPE_CHECKING:
    import sqlalchemy as sa

    from privacyscan.pseudonymize._copy import Copying

_FINISHED = " keys"  # in the table of what is done: keys, indexes and views are there; no table is called so


class Databases(Source):
    """One copy of a database under way. `resume`: go on where a run that was killed stopped."""

    def __init__(self, run: Copying, source: Target, target: Target, resume: bool, overwrite: bool) -> None:
        super().__init__(run, source)
        self._target = target
        self._resume, self._overwrite = resume, overwrite

    def copy(self) -> None:
        """Copy everything. Raises UsageError for a target that is the source or not empty, TargetError for what cannot
        be copied; whatever is raised, nothing stays in the target but what `resume` can go on from."""
        with self._snapshot() as connection, self._opened() as target:
            schema = self._reflected(connection)
            give_values(target, schema)
            metadata = rebuilt(schema, target.dialect.name)
            self._check_apart(connection, target)
            done = self._done(target, metadata, schema)
            self._check_definitions(schema)
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
                if not at_once and not self._may_go_on(error, done):
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
                continue
            for _ in self._changed(connection, old, schema, judged):
                pass  # what gave way in a run before this one is part of the proof
        self._run.check_columns()
        if _FINISHED not in done:
            self._finish(target, metadata, schema)
        else:
            list(self._views(schema, target.dialect.name))  # what of them was left out is told again
        self._prove(connection, target, metadata, schema, judged)
        if self._run.refused():
            raise _Refused
        with _transaction(target):
            target.exec_driver_sql(f"DROP TABLE {BOOK}")

    def _may_go_on(self, error: BaseException, done: set[str] | None) -> bool:
        """Whether what is whole in the target may stay for a run that goes on."""
        if isinstance(error, _Refused | UnsafeCopyError):
            return False
        lost = isinstance(error, LostError) or getattr(error, "connection_invalidated", False)
        return lost or (self._resume and bool(done))

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
            same = is_same(source, target)
        if same:
            raise UsageError(
                f"{self._target.label}: is the source, or what it follows, which is never written; choose another "
                "database"
            )
        if same is None and self._overwrite:
            raise UsageError(
                f"{self._target.label}: may be what the source follows: let the user of the source see that "
                "(REPLICATION CLIENT; MariaDB: REPLICA MONITOR), or copy into an empty database or one of another name"
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
                        f"{self._target.label}: was begun with another policy, key, source, --rows, rules "
                        "or version of privacyscan; --overwrite begins anew"
                    )
                return {name for name in told if name}
            if (there or began) and not self._overwrite:
                holds = f"{self._target.label}: holds {there} tables or views of it"
                if began:
                    raise UsageError(
                        f"{holds}, of a copy that was cut off; go on with --resume, or anew with --overwrite"
                    )
                raise UsageError(f"{holds}; choose an empty database, or replace them with --overwrite")
        return None

    def _begin(self, target: sa.Connection, metadata: sa.MetaData, schema: Schema) -> None:
        """Make the target ready: all tables without keys, and a table that says what is done."""
        from sqlalchemy import inspect, text

        mark = self._mark(schema)
        with _transaction(target):
            self._drop(target, metadata, schema, inspect(target))
            target.exec_driver_sql(f"CREATE TABLE {BOOK} (name VARCHAR(255) NOT NULL, said VARCHAR(64))")
            target.execute(text(f"INSERT INTO {BOOK} VALUES ('', :mark)"), {"mark": mark})
            for statement in outer(schema, metadata, target.dialect):
                target.exec_driver_sql(statement)
            for words in enums(metadata) if target.dialect.name == "postgresql" else ():
                words.create(target, checkfirst=True)
            for table in empty_tables(metadata, target.dialect):
                target.execute(table)

    def _drop(self, target: sa.Connection, metadata: sa.MetaData, schema: Schema, inspector: sa.Inspector) -> None:
        cascade = " CASCADE" if target.dialect.name == "postgresql" else ""
        if target.dialect.name in ("mysql", "mariadb"):
            target.exec_driver_sql("SET FOREIGN_KEY_CHECKS = 0")
        for view in schema.views if target.dialect.name == schema.kind else ():
            target.exec_driver_sql(f"DROP VIEW IF EXISTS {full_name(target.dialect, view.schema, view.name)}{cascade}")
        for table in ordered(metadata):
            if inspector.has_table(table.name, table.schema):
                target.exec_driver_sql(f"DROP TABLE {full_name(target.dialect, table.schema, table.name)}{cascade}")
        target.exec_driver_sql(f"DROP TABLE IF EXISTS {BOOK}")
        if target.dialect.name == "postgresql" == schema.kind:
            for s in schema.sequences:
                target.exec_driver_sql(f"DROP SEQUENCE IF EXISTS {full_name(target.dialect, s.schema, s.name)} CASCADE")

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

        names = [c.name for c in written(old)]
        with _transaction(target):
            target.execute(new.delete())  # a run before this one may have been killed where nothing rolls back
            for batch in self._changed(source, old, schema, judged):
                self._insert(target, new, names, batch, self._places(schema)[old.fullname])
            target.execute(text(f"INSERT INTO {BOOK} VALUES (:name, 'done')"), {"name": new.fullname})

    def _insert(
        self, target: sa.Connection, table: sa.Table, names: Sequence[str], ready: Sequence[Sequence[Any]], place: Place
    ) -> None:
        """Raises TargetError for a key that is not kept, without its values."""
        driver: Any = target.dialect.loaded_dbapi
        raw: Any = target.connection.driver_connection
        try:
            if target.dialect.name == "postgresql":
                into = ", ".join(quoted(target.dialect, n) for n in names)
                statement = f"COPY {full_name(target.dialect, table.schema, table.name)} ({into}) FROM STDIN"
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
        except driver.Error as error:
            raise refusal(self._target, error, bool(getattr(raw, "closed", False))) from None

    def _finish(self, target: sa.Connection, metadata: sa.MetaData, schema: Schema) -> None:
        """Keys, indexes, views, and where sequences go on. In MySQL each stands at once, so a run before this one may
        have been killed among them."""
        from sqlalchemy import text

        kind = target.dialect.name
        there = _named(target, metadata) if self._resume and kind in ("mysql", "mariadb") else set()
        with _transaction(target):
            target.execute(text(f"INSERT INTO {BOOK} VALUES (:name, 'done')"), {"name": _FINISHED})
            for statement in indexes_and_keys(metadata, target.dialect):
                if (statement.element.table.name, statement.element.name) not in there:
                    target.execute(statement)
            if kind == "sqlite" and target.exec_driver_sql("PRAGMA foreign_key_check").first() is not None:
                raise TargetError(f"{self._target.label}: rows refer to others that are not there; check the source")
            for view in self._views(schema, kind):
                if self._resume:
                    target.exec_driver_sql(f"DROP VIEW IF EXISTS {full_name(target.dialect, view.schema, view.name)}")
                target.exec_driver_sql(create_view(view, target.dialect))
            for statement in numbering(schema, metadata, target.dialect):
                target.exec_driver_sql(statement)

    def _prove(
        self, source: sa.Connection, target: sa.Connection, metadata: sa.MetaData, schema: Schema, judged: Verdicts
    ) -> None:
        here = self._places(schema)
        by_name = {t.name: p for t, p in zip(schema.tables, here.values(), strict=True)}
        there = {t.fullname: here.get(t.fullname, by_name[t.name]) for t in metadata.tables.values()}
        copied = ordered(metadata)
        with _transaction(target):
            self._run.check(tables(target, copied, there, self._run.limits))
            self._run.measure(judged, self._before(source, schema), tables(target, copied, there, self._run.limits))

    def _mark(self, schema: Schema) -> str:
        """What must be the same for a run to go on."""
        replacer = self._run.replacer
        columns = [(t.fullname, [(c.name, str(c.type)) for c in t.columns]) for t in schema.tables]
        wanted = self._run.subset.wanted if self._run.subset is not None else None
        made_by = self._run.rules, __version__
        said = repr((replacer.policy, replacer.key_id, self._source.label, columns, wanted, made_by))
        return hashlib.sha256(said.encode()).hexdigest()


def _as_json(table: sa.Table, names: Sequence[str], ready: Sequence[Sequence[Any]]) -> Sequence[Sequence[Any]]:
    """The rows with what goes into columns of JSON marked as such: COPY cannot tell a list from an array."""
    from psycopg.types.json import Json
    from sqlalchemy import JSON

    marked = {i for i, name in enumerate(names) if isinstance(table.c[name].type, JSON)}
    if not marked:
        return ready
    return [[Json(v) if i in marked and v is not None else v for i, v in enumerate(row)] for row in ready]


def _named(target: sa.Connection, metadata: sa.MetaData) -> set[tuple[str, str]]:
    """The indexes and keys that are there, with their tables."""
    from sqlalchemy import inspect

    with _transaction(target):
        inspector, found = inspect(target), set()
        for table in ordered(metadata):
            names = inspector.get_indexes(table.name), inspector.get_foreign_keys(table.name)
            found |= {(table.name, str(told["name"])) for group in names for told in group}
    return found


def _views(inspector: sa.Inspector, schema: str | None) -> Sequence[str]:
    return inspector.get_view_names(schema) if schema is None or schema in inspector.get_schema_names() else ()


class _Refused(Exception):
    """Limits of the policy are not kept: nothing of the copy stays."""


def _transaction(target: sa.Connection) -> AbstractContextManager[Any]:
    """A transaction, or a part of the one that is open."""
    return target.begin_nested() if target.in_transaction() else target.begin()


def _errors(target: sa.Connection) -> tuple[type[Exception], ...]:
    """What a row that is not taken raises."""
    from sqlalchemy.exc import DataError, IntegrityError

    driver: Any = target.dialect.loaded_dbapi
    return IntegrityError, DataError, driver.IntegrityError, driver.DataError, driver.ProgrammingError
