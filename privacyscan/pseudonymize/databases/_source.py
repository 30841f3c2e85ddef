"""The database that is copied: read in one snapshot, judged whole, and taken whole or in part."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from privacyscan.errors import TargetError
from privacyscan.model import Place, Target
from privacyscan.pseudonymize._subset import Relation
from privacyscan.pseudonymize.databases._keys import representatives
from privacyscan.pseudonymize.databases._rows import keyed, tables
from privacyscan.pseudonymize.databases._schema import Schema, references, reflected
from privacyscan.pseudonymize.judge import Verdicts
from privacyscan.sources import database

if TYPE_CHECKING:
    import sqlalchemy as sa

    from privacyscan.pseudonymize._copy import Copying


class Source:
    """The source of one copy."""

    def __init__(self, run: Copying, source: Target) -> None:
        self._run, self._source = run, source

    def plan(self) -> Verdicts:
        """The verdicts on the source."""
        with self._snapshot() as connection:
            schema = reflected(connection)
            self._choose(connection, schema)
            return self._judged(connection, schema)

    def _places(self, schema: Schema) -> dict[str, Place]:
        return {t.fullname: self._source.place.child(*filter(None, (t.schema, t.name))) for t in schema.tables}

    @contextmanager
    def _snapshot(self) -> Iterator[sa.Connection]:
        """The source in one snapshot, for reading alone."""
        limits = self._run.limits
        with database.opened(self._source, limits) as (_, connection):
            if connection.dialect.name == "postgresql":
                connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            with self._told(self._source):
                yield connection

    @contextmanager
    def _told(self, side: Target) -> Iterator[None]:
        """Tell what a server refuses without its words, which may hold values."""
        from sqlalchemy.exc import StatementError

        try:
            yield
        except StatementError as error:
            raise TargetError(
                f"{side.label}: the database refuses ({code(error)}); check rights, free space and the connection"
            ) from None

    def _judged(self, connection: sa.Connection, schema: Schema) -> Verdicts:
        for table in schema.tables:
            for name in (table.name, *(c.name for c in table.columns)):
                if self._run.replacer.names_somebody(name):
                    shown = self._run.replacer.shown(f"{table.name}.{name}")
                    raise TargetError(f"{shown}: the name holds personal data and is copied as it is; rename it")
        return self._run.judged(tables(connection, schema.tables, self._places(schema), self._run.limits))

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
        self._run.subset.choose(relations, lambda name, columns: keyed(connection, by_name[name], columns))
        self._run.chosen(self._places(schema))

    def _check_definitions(self, schema: Schema, checks: Mapping[Any, Sequence[Any]]) -> None:
        """Refuse definitions that hold a value: they would be copied as they are."""
        for table in schema.tables:
            texts = [str(check["sqltext"]) for check in checks.get((table.schema, table.name), ())]
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


def code(error: Exception) -> str:
    """The name of what went wrong; the server's own words may hold values."""
    original = getattr(error, "orig", None) or error
    state = getattr(original, "sqlstate", None) or getattr(original, "sqlite_errorname", None)
    return str(state or type(original).__name__)
