"""What a database is made of, and the same in another one."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from privacyscan.errors import UsageError
from privacyscan.pseudonymize._subset import Reference

if TYPE_CHECKING:
    from sqlalchemy import Column, Connection, ForeignKeyConstraint, Inspector, MetaData, Table

_SYSTEM = frozenset({"information_schema", "pg_catalog", "pg_toast", "mysql", "performance_schema", "sys"})
_PARTITIONS = """SELECT n.nspname, c.relname FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.relispartition"""


@dataclass(frozen=True, slots=True)
class View:
    """A view and what defines it."""

    schema: str | None
    name: str
    definition: str


@dataclass(frozen=True, slots=True)
class Numbers:
    """A sequence of PostgreSQL, and the number that it gave last; None: none so far."""

    schema: str
    name: str
    last: int | None


@dataclass(frozen=True, slots=True)
class Schema:
    """The tables of a database in order of their names, and what else it holds."""

    kind: str  # SQLAlchemy's name of the dialect
    tables: tuple[Table, ...]
    views: tuple[View, ...]
    sequences: tuple[Numbers, ...]
    left: tuple[tuple[tuple[str, ...], str], ...]  # what does not come along: path, and what it is
    checks: Mapping[str, Sequence[Any]]  # the CHECK constraints by full name of the table


def reflected(connection: Connection) -> Schema:
    """What the connection may see. Partitions of PostgreSQL are part of their table."""
    from sqlalchemy import MetaData, inspect
    from sqlalchemy.exc import SAWarning

    from privacyscan.pseudonymize.databases._held import hold
    from privacyscan.pseudonymize.databases._types import settle

    inspector, kind = inspect(connection), connection.dialect.name
    metadata, views, sequences = MetaData(), list[View](), list[Numbers]()
    left: list[tuple[tuple[str, ...], str]] = []
    partitions = set()
    if kind == "postgresql":
        partitions = {tuple(row) for row in connection.exec_driver_sql(_PARTITIONS)}
    for schema in _schemas(inspector, kind):
        names = [n for n in inspector.get_table_names(schema) if (schema, n) not in partitions and n != BOOK]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SAWarning)  # of types that it does not know
            metadata.reflect(connection, schema, only=names, resolve_fks=False)
        views += [View(schema, n, inspector.get_view_definition(n, schema)) for n in inspector.get_view_names(schema)]
        for name in names:
            for index in inspector.get_indexes(name, schema):
                if None in index["column_names"]:
                    path = tuple(filter(None, (schema, name, index["name"])))
                    left.append((path, "an index on an expression is not copied"))
        if kind == "postgresql":
            for name in inspector.get_materialized_view_names(schema):
                left.append(((str(schema), name), "a materialised view is not copied"))
            sequences += _sequences(connection, inspector, str(schema))
    for table in metadata.tables.values():
        (hold if kind == "sqlite" else settle)(connection, table)
    tables = sorted(metadata.tables.values(), key=lambda t: (t.schema or "", t.name))
    for table in tables:
        if any(reference(key, tables) is None for key in table.foreign_key_constraints):
            path = tuple(filter(None, (table.schema, table.name)))
            left.append((path, "a key that refers to a table that is not there is not copied"))
    checks = {t.fullname: inspector.get_check_constraints(t.name, t.schema) for t in tables}
    return Schema(kind, tuple(tables), tuple(views), tuple(sequences), tuple(left), checks)


def reference(key: ForeignKeyConstraint, tables: Sequence[Table]) -> Reference | None:
    """What a foreign key refers to, by full name of the table; None: it is not among these tables. SQLite takes names
    in any capitals, and PostgreSQL tells no schema where it would find the table without."""
    elements = [element.target_fullname.rpartition(".") for element in key.elements]
    name = elements[0][0]
    spelled = {t.fullname.lower(): t for t in tables} | {t.fullname: t for t in tables}
    table = next((spelled[n] for n in (name, f"public.{name}", name.lower()) if n in spelled), None)
    if table is None:
        return None
    columns = {c.name.lower(): c.name for c in table.columns} | {c.name: c.name for c in table.columns}
    referred = (columns.get(c) or columns.get(c.lower()) or c for _, _, c in elements)
    return Reference(tuple(key.column_keys), table.fullname, tuple(referred))


def references(table: Table, tables: Sequence[Table]) -> Iterator[Reference]:
    """The foreign keys of a table to these tables."""
    keys = sorted(table.foreign_key_constraints, key=lambda k: tuple(k.column_keys))
    yield from (found for key in keys if (found := reference(key, tables)) is not None)


BOOK = "privacyscan_copy"  # the table of a target that says what of it is done


def _schemas(inspector: Inspector, kind: str) -> Sequence[str | None]:
    if kind != "postgresql":
        return [None]
    return [s for s in inspector.get_schema_names() if s not in _SYSTEM and not s.startswith("pg_")]


def _sequences(connection: Connection, inspector: Inspector, schema: str) -> Iterator[Numbers]:
    from sqlalchemy import text

    last = text("SELECT last_value FROM pg_catalog.pg_sequences WHERE schemaname = :schema AND sequencename = :name")
    for name in inspector.get_sequence_names(schema):
        yield Numbers(schema, name, connection.execute(last, {"schema": schema, "name": name}).scalar())


def rebuilt(schema: Schema, kind: str) -> MetaData:
    """The tables as a database of this kind has them, with all keys and indexes. Between databases of two kinds types
    become the nearest ones, and defaults, checks, computed columns and schemas do not come along.

    Raises UsageError when two tables would have one name.
    """
    from sqlalchemy import (
        CheckConstraint,
        ForeignKeyConstraint,
        Index,
        MetaData,
        PrimaryKeyConstraint,
        Table,
        UniqueConstraint,
        text,
    )

    same, metadata = kind == schema.kind, MetaData()
    for old in schema.tables:
        place = old.schema if same else None
        if not same and old.name in metadata.tables:
            raise UsageError(f"two tables are called {old.name}: copy their schemas one by one, into two databases")
        columns = [_column(c, old, kind, same) for c in old.columns if same or c.computed is None]
        new = Table(old.name, metadata, *columns, schema=place)
        if old.primary_key.columns and _has(new, old.primary_key.columns):
            new.append_constraint(PrimaryKeyConstraint(*(c.name for c in old.primary_key.columns)))
        for constraint in old.constraints:
            if isinstance(constraint, UniqueConstraint | ForeignKeyConstraint) and not _has(new, constraint.columns):
                continue
            if isinstance(constraint, UniqueConstraint):
                new.append_constraint(UniqueConstraint(*(c.name for c in constraint.columns), name=constraint.name))
            elif isinstance(constraint, ForeignKeyConstraint):
                told = reference(constraint, schema.tables)
                if told is None:
                    continue
                referred = told.table if same else told.table.rsplit(".", 1)[-1]
                new.append_constraint(
                    ForeignKeyConstraint(
                        told.columns,
                        [f"{referred}.{column}" for column in told.referred],
                        name=constraint.name or f"fk_{old.name}_{'_'.join(constraint.column_keys)}",
                        ondelete=constraint.ondelete,
                        onupdate=constraint.onupdate,
                    )
                )
        for check in schema.checks[old.fullname] if same else ():
            new.append_constraint(CheckConstraint(text(check["sqltext"]), name=check["name"]))
        for index in old.indexes:
            whole = all(e is not None for e in index.expressions) and len(index.columns) == len(index.expressions)
            if whole and _has(new, index.columns):
                options: Any = {k: text(v) if k.endswith("_where") else v for k, v in index.dialect_kwargs.items()}
                columns_of = [new.c[c.name] for c in index.columns]
                Index(index.name, *columns_of, unique=index.unique, **(options if same else {}))
    return metadata


def _column(c: Column[Any], table: Table, kind: str, same: bool) -> Column[Any]:
    """The column as a database of this kind has it; `same`: it is of the kind of the source."""
    from sqlalchemy import Column, Computed, Identity
    from sqlalchemy.types import JSON

    from privacyscan.pseudonymize.databases._types import nearest

    more: list[Any] = []
    if same and c.computed is not None:
        more.append(Computed(c.computed.sqltext, c.computed.persisted))
    elif same and c.identity is not None:
        more.append(Identity(always=c.identity.always))
    default = getattr(c.server_default, "arg", None) if same and not more else None
    of = c.type if same else nearest(c, kind, c.name in _in_keys(table))
    if isinstance(of, JSON):
        of.none_as_null = True  # an empty cell is no `null` of JSON
    counts = _counts(c, kind) if same else False
    return Column(c.name, of, *more, nullable=c.nullable, server_default=default, autoincrement=counts)


def _has(table: Table, columns: Iterable[Column[Any]]) -> bool:
    """Whether it has all of these; one of another kind has no computed ones."""
    return all(c.name in table.c for c in columns)


def _counts(column: Any, kind: str) -> Any:
    """Whether the database numbers new rows in this column by itself."""
    if column.identity is not None:
        return "auto"
    return kind in ("mysql", "mariadb") and column.autoincrement is True


def _in_keys(table: Table) -> set[str]:
    """The columns that a key or index is made of, which need a length in MySQL."""
    groups = [table.primary_key.columns, *(i.columns for i in table.indexes)]
    groups += [c.columns for c in table.constraints if hasattr(c, "columns")]
    return {column.name for group in groups for column in group}
