"""The database that is copied: read in one snapshot, judged whole, and taken whole or in part."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from privacyscan.errors import TargetError
from privacyscan.model import Place, Reason, Skipped, Table, Target
from privacyscan.pseudonymize._subset import Relation
from privacyscan.pseudonymize.cells import Columns, Done
from privacyscan.pseudonymize.databases._keys import representatives
from privacyscan.pseudonymize.databases._rows import Batch, keyed, rows, tables, written
from privacyscan.pseudonymize.databases._schema import Schema, View, references, reflected
from privacyscan.pseudonymize.databases._types import ODD
from privacyscan.pseudonymize.judge import Verdicts
from privacyscan.sources import database

if TYPE_CHECKING:
    import sqlalchemy as sa

    from privacyscan.pseudonymize._copy import Copying

Part = TypeVar("Part")


class Source:
    """The source of one copy."""

    def __init__(self, run: Copying, source: Target) -> None:
        self._run, self._source = run, source
        self._counts: dict[Place, Counter[Done]] = {}

    def plan(self) -> Verdicts:
        """The verdicts on the source."""
        with self._snapshot() as connection:
            schema = self._reflected(connection)
            self._choose(connection, schema)
            return self._judged(connection, schema)

    def _reflected(self, connection: sa.Connection) -> Schema:
        """What the source is made of."""
        with self._told(self._source):
            schema = reflected(connection)
        give_values(connection, schema)
        return schema

    def _read(self, parts: Iterator[Part]) -> Iterator[Part]:
        """What is read of the source; that it ends is told as its fault, not the target's."""
        with self._told(self._source):
            yield from parts

    def _before(self, connection: sa.Connection, schema: Schema) -> Iterator[Table]:
        """The rows that are copied, as they were."""
        limits, subset = self._run.limits, self._run.subset
        return self._read(tables(connection, schema.tables, self._places(schema), limits, subset))

    def _places(self, schema: Schema) -> dict[str, Place]:
        return {t.fullname: self._source.place.child(*filter(None, (t.schema, t.name))) for t in schema.tables}

    @contextmanager
    def _snapshot(self) -> Iterator[sa.Connection]:
        """The source in one snapshot, for reading alone."""
        limits = self._run.limits
        with database.opened(self._source, limits) as (_, connection):
            if connection.dialect.name == "postgresql":
                connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            yield connection

    @contextmanager
    def _told(self, side: Target) -> Iterator[None]:
        """Tell what a server refuses without its words, which may hold values."""
        from sqlalchemy.exc import StatementError

        try:
            yield
        except StatementError as error:
            raise refusal(side, error, bool(getattr(error, "connection_invalidated", False))) from None

    def _judged(self, connection: sa.Connection, schema: Schema) -> Verdicts:
        for table in schema.tables:
            for name in (table.name, *(c.name for c in table.columns)):
                if self._run.replacer.names_somebody(name):
                    shown = self._run.replacer.shown(f"{table.name}.{name}")
                    raise TargetError(f"{shown}: the name holds personal data and is copied as it is; rename it")
        return self._run.judged(self._read(tables(connection, schema.tables, self._places(schema), self._run.limits)))

    def _same(self, schema: Schema, judged: Verdicts) -> None:
        """Let keys and what refers to them have one choice."""
        replacer = self._run.replacer
        replacer.same_as = representatives(schema.tables, self._places(schema), judged.columns, replacer.policy)

    def _choose(self, connection: sa.Connection, schema: Schema) -> None:
        """Choose the rows of a smaller copy, if one is asked for."""
        if self._run.subset is None:
            return
        by_name = {t.fullname: t for t in schema.tables}
        relations = [
            Relation(t.fullname, tuple(references(t, schema.tables)), bool(t.primary_key.columns))
            for t in schema.tables
        ]
        self._run.subset.choose(relations, lambda name, columns: self._read(keyed(connection, by_name[name], columns)))
        self._run.chosen(self._places(schema))

    def _changed(
        self, connection: sa.Connection, table: sa.Table, schema: Schema, judged: Verdicts
    ) -> Iterator[list[list[Any]]]:
        """The rows of a table as the copy has them, in batches."""
        place = self._places(schema)[table.fullname]
        names = [c.name for c in written(table)]
        columns = Columns(self._run.replacer, place, names, judged.columns)
        emptied: Counter[str] = Counter()
        read = self._read(rows(connection, table, self._run.limits, self._run.subset))
        batches = (Batch(table, batch) for batch in read)
        for batch, changes in self._run.workers.changes(columns, batches, Batch.texts):
            yield batch.changed(changes, columns, emptied)
            self._run.count(place, len(batch))
        self._counts |= columns.counts
        for name, cells in emptied.items():
            message = f"{cells} cells of binary data cannot be read and are empty in the copy"
            self._run.given.skipped.append(Skipped(place.at(name), Reason.UNSUPPORTED_TYPE, message))

    def _views(self, schema: Schema, kind: str) -> Iterator[View]:
        """The views that come along into such a database; what does not is listed."""
        for view in schema.views:
            if kind != schema.kind:
                message = "a view is not copied into another kind of database"
            elif self._run.replacer.names_somebody(view.definition):
                message = "the definition holds personal data"
            else:
                yield view
                continue
            self._leave_out(filter(None, (view.schema, view.name)), message)
        for path, message in schema.left:
            self._leave_out(path, message)
        if kind != schema.kind:
            self._leave_out_computed(schema)

    def _leave_out_computed(self, schema: Schema) -> None:
        """List the columns that the database computes by itself."""
        for table in schema.tables:
            for column in table.columns:
                if column.computed is not None:
                    place = self._places(schema)[table.fullname].at(column.name)
                    message = "a computed column is copied into a database of its kind alone"
                    self._run.given.skipped.append(Skipped(place, Reason.UNSUPPORTED_TYPE, message))

    def _leave_out(self, path: Iterable[str], message: str) -> None:
        self._run.given.skipped.append(Skipped(self._source.place.child(*path), Reason.UNSUPPORTED_TYPE, message))

    def _check_definitions(self, schema: Schema) -> None:
        """Refuse definitions that hold a value: they would be copied as they are."""
        for table in schema.tables:
            texts = [str(check["sqltext"]) for check in schema.checks[table.fullname]]
            for column in table.columns:
                texts += [str(getattr(d, "arg", "")) for d in (column.server_default,) if d is not None]
                texts += [str(column.computed.sqltext)] if column.computed is not None else []
                texts += [str(label) for label in getattr(column.type, "enums", ())]
            for index in table.indexes:
                texts += [str(option) for option in index.dialect_kwargs.values()]
            if any(self._run.replacer.names_somebody(text) for text in texts):
                shown = self._run.replacer.shown(table.name)
                raise TargetError(
                    f"{shown}: a default, check or other definition of the table holds personal data and is copied as "
                    "it is; change it in the source first",
                    "unsupported_type",
                )


def give_values(connection: sa.Connection, schema: Schema) -> None:
    """Let the driver give all values of these tables, or of their copies, as what they are."""
    if connection.dialect.name in ("mysql", "mariadb"):
        _typed(connection)
    elif connection.dialect.name == "postgresql" and any(c.info.get(ODD) for t in schema.tables for c in t.columns):
        _tolerant(connection)  # takes its time


def _typed(connection: sa.Connection) -> None:
    """Let MySQL's driver, which leaves texts as they come for the scan, give numbers and dates."""
    from pymysql.constants import FIELD_TYPE
    from pymysql.converters import decoders

    raw: Any = connection.connection.driver_connection
    raw.decoders = {kind: decoder for kind, decoder in decoders.items() if kind != FIELD_TYPE.TIME}


def _tolerant(connection: sa.Connection) -> None:
    """Let PostgreSQL's driver give days that Python does not have (infinity, before Christ) as the text they are."""
    from psycopg import DataError
    from psycopg.types import datetime

    def loading(kind: Any) -> Any:
        class Tolerant(kind):  # type: ignore[misc]  # one of three classes of the driver
            def load(self, data: Any) -> Any:
                try:
                    return super().load(data)
                except DataError:
                    return bytes(data).decode()

        return Tolerant

    raw: Any = connection.connection.driver_connection
    for name, kind in (
        ("date", datetime.DateLoader),
        ("timestamp", datetime.TimestampLoader),
        ("timestamptz", datetime.TimestamptzLoader),
    ):
        raw.adapters.register_loader(name, loading(kind))


class LostError(TargetError):
    """The connection to a database was lost: what is whole may stay."""


def refusal(side: Target, error: Exception, lost: bool) -> TargetError:
    """What an error of a server or driver is told as."""
    if lost:
        again = "copy again; between databases --resume goes on"
        return LostError(f"{side.label}: the connection was lost ({code(error)}); {again}")
    return TargetError(
        f"{side.label}: the database refuses ({code(error)}); check rights, free space and the connection"
    )


def code(error: Exception) -> str:
    """The name of what went wrong; the server's own words may hold values."""
    original = getattr(error, "orig", None) or error
    state = getattr(original, "sqlstate", None) or getattr(original, "sqlite_errorname", None)
    return str(state or type(original).__name__)
