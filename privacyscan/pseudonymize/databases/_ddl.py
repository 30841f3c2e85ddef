"""The statements that make a database again: what comes before its rows, and what comes after."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from privacyscan.pseudonymize.databases._schema import Schema, View

if TYPE_CHECKING:
    from sqlalchemy import Column, Dialect, MetaData, Table


def outer(schema: Schema, metadata: MetaData, dialect: Dialect) -> Iterator[str]:
    """Schemas and sequences, which tables need."""
    for name in sorted({t.schema for t in metadata.tables.values() if t.schema} - {"public"}):
        yield f"CREATE SCHEMA IF NOT EXISTS {quoted(dialect, name)}"
    for s in schema.sequences if dialect.name == schema.kind else ():
        if not _is_of_identity(metadata, s.name):
            yield f"CREATE SEQUENCE {full_name(dialect, s.schema, s.name)}"


def enums(metadata: MetaData) -> Iterator[Any]:
    """The types of PostgreSQL that are lists of words."""
    from sqlalchemy import Enum

    found = {}
    for table in ordered(metadata):
        for column in table.columns:
            of = getattr(column.type, "item_type", column.type)  # of an array
            if isinstance(of, Enum):
                found[of.schema, of.name] = of
    yield from found.values()


def empty_tables(metadata: MetaData, dialect: Dialect) -> Iterator[Any]:
    """The tables without keys to others; SQLite, which cannot add them later and need not look at them, has them."""
    from sqlalchemy.schema import CreateTable

    for table in ordered(metadata):
        yield CreateTable(table, include_foreign_key_constraints=None if dialect.name == "sqlite" else [])


def indexes_and_keys(metadata: MetaData, dialect: Dialect) -> Iterator[Any]:
    """Indexes, and then keys, which may refer to what an index makes unique."""
    from sqlalchemy.schema import AddConstraint, CreateIndex

    for table in ordered(metadata):
        yield from (CreateIndex(i) for i in sorted(table.indexes, key=lambda i: str(i.name)))
    for table in ordered(metadata) if dialect.name != "sqlite" else ():
        yield from (AddConstraint(k) for k in sorted(table.foreign_key_constraints, key=lambda k: str(k.name)))


def numbering(schema: Schema, metadata: MetaData, dialect: Dialect) -> Iterator[str]:
    """To whom the sequences of PostgreSQL belong, and where they go on."""
    if dialect.name != "postgresql":
        return
    for table in ordered(metadata):
        for column in table.columns:
            if (owned := _sequence_of(column)) is not None:
                name = f"{full_name(dialect, table.schema, table.name)}.{quoted(dialect, column.name)}"
                yield f"ALTER SEQUENCE {owned} OWNED BY {name}"
    for s in schema.sequences if dialect.name == schema.kind else ():
        if s.last is not None:
            name = full_name(dialect, s.schema, s.name).replace("'", "''")
            yield f"SELECT pg_catalog.setval('{name}'::regclass, {s.last})"


def create_view(view: View, dialect: Dialect) -> str:
    """The statement that makes a view again."""
    definition = view.definition.strip()
    if definition.lower().startswith("create"):
        return definition
    return f"CREATE VIEW {full_name(dialect, view.schema, view.name)} AS {definition}"


def ordered(metadata: MetaData) -> list[Table]:
    """The tables in order of name: keys come last, so none has to be there before another."""
    return sorted(metadata.tables.values(), key=lambda t: t.fullname)


def quoted(dialect: Dialect, name: str) -> str:
    """A name as statements write it."""
    return dialect.identifier_preparer.quote(name)


def full_name(dialect: Dialect, schema: str | None, name: str) -> str:
    """The name of a table with its schema, as statements write it."""
    return ".".join(quoted(dialect, part) for part in (schema, name) if part)


def _is_of_identity(metadata: MetaData, name: str) -> bool:
    """Whether the sequence comes with a column."""
    return any(
        c.identity is not None and name == f"{t.name}_{c.name}_seq" for t in metadata.tables.values() for c in t.columns
    )


def _sequence_of(column: Column[Any]) -> str | None:
    """The sequence that a column takes its numbers from by its default."""
    default = str(getattr(column.server_default, "arg", ""))
    found = re.fullmatch(r"nextval\('([^']+)'::regclass\)", default)
    return found[1] if found else None
