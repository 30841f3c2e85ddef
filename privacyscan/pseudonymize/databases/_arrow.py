"""The rows of a table as Arrow has them, for files that keep types."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import types

from privacyscan.errors import TargetError
from privacyscan.model import Place
from privacyscan.pseudonymize.databases._rows import written
from privacyscan.pseudonymize.databases._types import ODD, as_text

if TYPE_CHECKING:
    import pyarrow as pa
    import sqlalchemy as sa


def csv_writer(path: Path, schema: pa.Schema) -> Any:
    """A CSV file: texts in quotes, so that an empty one is another than none."""
    from pyarrow import csv

    return csv.CSVWriter(path, schema)


def parquet_writer(path: Path, schema: pa.Schema) -> Any:
    """A Parquet file."""
    from pyarrow import parquet

    return parquet.ParquetWriter(path, schema, compression="zstd")


WRITERS: Mapping[str, Callable[[Path, pa.Schema], Any]] = {"csv": csv_writer, "parquet": parquet_writer}


def schema_of(table: sa.Table, kind: str) -> pa.Schema:
    """The columns with the types of Arrow; `kind` is that of the database."""
    import pyarrow as pa

    return pa.schema([_field(c, kind) for c in written(table)])


def _field(column: sa.Column[Any], kind: str) -> pa.Field:
    import pyarrow as pa

    metadata = {"content": "application/json"} if isinstance(column.type, types.JSON) else None
    of = pa.string() if column.info.get(ODD) else _type(column.type, kind)
    return pa.field(column.name, of, column.nullable, metadata)


def batch(
    schema: pa.Schema, rows: Sequence[Sequence[Any]], place: Place, shown: Callable[[str], str]
) -> pa.RecordBatch:
    """The rows of the copy. Raises TargetError for a value that its column has no room for."""
    import pyarrow as pa

    arrays = []
    for i, field in enumerate(schema):
        try:
            cells = [row[i] for row in rows]
            if field.metadata:
                cells = [None if c is None else json.dumps(c, ensure_ascii=False) for c in cells]
            arrays.append(pa.array(_values(cells, field.type), field.type))
        except (pa.ArrowException, ArithmeticError, TypeError, ValueError):
            raise TargetError(
                f"{shown(str(place.at(field.name)))}: a value does not fit into a column of {field.type}",
                "unsupported_type",
            ) from None
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def _type(of: types.TypeEngine[Any], kind: str) -> pa.DataType:
    """The type that holds all values of this one; text where there is none."""
    import pyarrow as pa

    if isinstance(of, types.Boolean):
        return pa.bool_()
    if isinstance(of, types.Integer):
        return pa.uint64() if getattr(of, "unsigned", False) else pa.int64()
    if isinstance(of, types.Float):
        return pa.float64()
    if isinstance(of, types.Numeric) and of.precision is not None and of.precision <= 76:
        decimal = pa.decimal128 if of.precision <= 38 else pa.decimal256
        return decimal(of.precision, of.scale or 0)
    if isinstance(of, types.Date):
        return pa.date32()
    if isinstance(of, types.DateTime):
        return pa.timestamp("us", "UTC" if of.timezone else None)
    if isinstance(of, types.Time) and kind != "mysql" and not of.timezone:  # of MySQL it is a span
        return pa.time64("us")
    return pa.binary() if isinstance(of, types._Binary) else pa.string()


def _values(values: Sequence[Any], of: pa.DataType) -> Sequence[Any]:
    import pyarrow as pa

    if pa.types.is_string(of):
        return [v.decode() if isinstance(v, bytes) else v for v in map(as_text, values)]
    if pa.types.is_floating(of):
        return [None if v is None else float(v) for v in values]
    if pa.types.is_binary(of):
        return [None if v is None else v.encode() if isinstance(v, str) else bytes(v) for v in values]
    return values
