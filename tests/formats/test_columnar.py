"""Parquet, Arrow and ORC: every type, damage, and large files in pieces."""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet

from privacyscan import read
from privacyscan.detect.cells import as_strings
from privacyscan.formats.parquet import Parquet
from privacyscan.model import File, Limits, Part, Place, Reason, Skipped, Table
from privacyscan.testing import memory_growth
from tests.formats.samples import arrow_file, niks, orc_file, parquet_file

NIKS = niks(3)
WRITTEN = {"a.parquet": parquet_file, "a.arrow": arrow_file, "a.orc": orc_file}


def file_of(data: bytes, name: str = "a.parquet") -> File:
    return File(Place("berkas", (name,)), lambda: io.BytesIO(data), len(data))


def expanded(file: File) -> list[Part]:
    return list(read.expand(file, Limits()))


def cells(found: list[Part], column: str) -> list[Any]:
    arrays = [as_strings(part.batch[column]) for part in found if isinstance(part, Table)]
    return [cell for array in arrays if array is not None for cell in array.to_pylist()]


def batch_of(**columns: pa.Array) -> pa.RecordBatch:
    return pa.RecordBatch.from_arrays(list(columns.values()), list(columns))


@pytest.mark.parametrize("name", WRITTEN)
@pytest.mark.parametrize(
    "array",
    [
        pa.array(NIKS, pa.string()),
        pa.array(NIKS, pa.large_string()),
        pa.array([n.encode() for n in NIKS], pa.binary()),
        pa.array([n.encode() for n in NIKS], pa.large_binary()),
        pa.array([n.encode() for n in NIKS], pa.binary(16)),
        pa.array(NIKS).dictionary_encode(),
        pa.array([int(n) for n in NIKS], pa.int64()),
        pa.array([Decimal(n) for n in NIKS], pa.decimal128(20, 0)),
        pa.array([[n] for n in NIKS], pa.list_(pa.string())),
        pa.array([{"nik": n} for n in NIKS], pa.struct({"nik": pa.string()})),
        pa.array([[("nik", n)] for n in NIKS], pa.map_(pa.string(), pa.string())),
    ],
    ids=lambda array: str(array.type),
)
def test_numbers_come_out_of_every_type_that_can_hold_them(name: str, array: pa.Array) -> None:
    try:
        data = WRITTEN[name](batch_of(kolom=array))
    except pa.ArrowNotImplementedError:
        assert name == "a.orc"  # has no such type
        return
    found = expanded(file_of(data, name))
    assert not [part for part in found if isinstance(part, Skipped)]
    read_ = cells(found, "kolom")
    assert len(read_) == len(NIKS)
    assert all(nik in cell for nik, cell in zip(NIKS, read_, strict=True))


@pytest.mark.parametrize(
    ("array", "text"),
    [
        (pa.array([dt.date(1990, 1, 2)]), "1990-01-02"),
        (pa.array([dt.datetime(1990, 1, 2)], pa.timestamp("us")), "1990-01-02"),
        (pa.array([dt.datetime(1990, 1, 2)], pa.timestamp("us", "Mars/Olympus")), "1990-01-02"),
        (pa.array([dt.time(7, 30)]), None),
        (pa.array([dt.timedelta(days=2)]), None),
        (pa.array([(1, 2, 3)], pa.month_day_nano_interval()), None),
        (pa.array([None], pa.null()), None),
        (pa.array(["Siti Aminah"], pa.string_view()), "Siti Aminah"),
        (pa.RunEndEncodedArray.from_arrays(pa.array([1], pa.int32()), pa.array(["Siti Aminah"])), "Siti Aminah"),
        (pa.ExtensionArray.from_storage(pa.uuid(), pa.array([b"0123456789abcdef"], pa.binary(16))), "0123456789abcdef"),
    ],
    ids=lambda value: str(value.type) if isinstance(value, pa.Array) else "",
)
def test_other_types_are_read_as_texts_or_hold_nothing(array: pa.Array, text: str | None) -> None:
    (cell,) = cells(expanded(file_of(arrow_file(batch_of(kolom=array)), "a.arrow")), "kolom") or [None]
    assert cell is None if text is None else text in cell


@pytest.mark.parametrize("name", WRITTEN)
def test_binary_cells_are_listed_as_not_read(name: str) -> None:
    pictures = pa.array([b"\xff\xd8\xff" + bytes([i, 0, 200]) for i in range(3)], pa.binary())
    found = expanded(file_of(WRITTEN[name](batch_of(nik=pa.array(NIKS), foto=pictures)), name))
    (unread,) = [part for part in found if isinstance(part, Skipped)]
    assert (unread.reason, unread.cells, unread.place.column) == (Reason.UNSUPPORTED_TYPE, 3, "foto")
    assert cells(found, "nik") == list(NIKS)
    assert all(cell.startswith("<binary jpeg ") for cell in cells(found, "foto"))


@pytest.mark.parametrize("name", WRITTEN)
def test_columns_are_known_where_there_are_no_rows(name: str) -> None:
    (table,) = expanded(file_of(WRITTEN[name](batch_of(nik=pa.array([], pa.string()))), name))
    assert isinstance(table, Table)
    assert (table.batch.schema.names, table.batch.num_rows) == (["nik"], 0)


def test_columns_of_one_name_are_told_apart() -> None:
    batch = pa.RecordBatch.from_arrays([pa.array(NIKS), pa.array(["a", "b", "c"])], ["nik", "nik"])
    (table,) = expanded(file_of(arrow_file(batch), "a.arrow"))
    assert isinstance(table, Table)
    assert len(set(table.batch.schema.names)) == 2


def test_row_groups_before_a_damaged_one_are_read() -> None:
    data = bytearray(parquet_file(row_group_size=10, compression="gzip"))
    metadata = parquet.ParquetFile(io.BytesIO(data)).metadata
    start = metadata.row_group(1).column(0).data_page_offset
    data[start : start + 40] = bytes(40)
    found = expanded(file_of(bytes(data)))
    assert sum(part.batch.num_rows for part in found if isinstance(part, Table)) == 10
    assert [part.reason for part in found if isinstance(part, Skipped)] == [Reason.DAMAGED]


def test_an_encrypted_file_is_listed() -> None:
    (unread,) = expanded(file_of(b"PARE" + bytes(200) + b"PARE"))
    assert isinstance(unread, Skipped)
    assert unread.reason is Reason.ENCRYPTED


@pytest.mark.parametrize("text", [b"ORCHARD adalah nama gedung\n", b"PAR1 adalah kode parkir\n"])
def test_a_text_that_begins_like_a_table_is_a_text(text: bytes) -> None:
    chosen = read._chosen(text, "surat.parquet")
    assert chosen is not None
    assert chosen.name == "text"


def people(count: int, group: int) -> bytes:
    nik = pa.array([f"{3171010101900000 + i}" for i in range(count)])
    return parquet_file(batch_of(nik=nik, no=pa.array(range(count))), row_group_size=group)


def test_pieces_are_whole_row_groups_and_give_the_rows_of_the_whole() -> None:
    file = file_of(people(20_000, 1_000))
    pieces = Parquet().cut(file, Limits(piece_bytes=40_000))
    assert 3 < len(pieces) < 20
    whole = cells(expanded(file), "nik")
    assert [nik for piece in pieces for nik in cells(expanded(replace(file, piece=piece)), "nik")] == whole
    assert len(whole) == 20_000
    (first, *_) = expanded(replace(file, piece=pieces[2]))
    assert isinstance(first, Table)
    assert first.first_row == pieces[2].first_row


def test_a_file_of_one_row_group_is_read_whole() -> None:
    assert len(Parquet().cut(file_of(people(20_000, 20_000)), Limits(piece_bytes=40_000))) < 2


def test_memory_does_not_grow_with_the_row_group() -> None:
    count = 3_000_000
    table = batch_of(nik=pa.array([f"{3171010101900000 + i}" for i in range(count)]), no=pa.array(range(count)))
    data = parquet_file(table, row_group_size=count, use_dictionary=False)
    small = parquet_file(table.slice(0, count // 10), row_group_size=count, use_dictionary=False)
    memory_growth(Parquet(), file_of(small))
    assert len(data) > 20 << 20
    assert memory_growth(Parquet(), file_of(data)) < 48 << 20


@pytest.mark.parametrize(
    "kind", [pa.string(), pa.large_string(), pa.string_view(), pa.dictionary(pa.int8(), pa.string())]
)
def test_texts_that_are_no_utf8_are_read_all_the_same(kind: pa.DataType) -> None:
    good = pa.array(["NIK 3171014107900001 Warg@", "isi"], pa.string())
    bad = pa.py_buffer(good.buffers()[2].to_pybytes().replace(b"@", b"\xe9"))
    text = pa.Array.from_buffers(pa.string(), 2, [None, good.buffers()[1], bad])
    if pa.types.is_dictionary(kind):
        array = pa.DictionaryArray.from_arrays(pa.array([0, 1], pa.int8()), text)
    elif pa.types.is_string(kind):
        array = text
    else:
        array = text.cast(pa.binary()).cast(pa.large_binary() if pa.types.is_large_string(kind) else pa.binary_view())
        array = array.view(kind)
    sink = pa.BufferOutputStream()
    batch = pa.RecordBatch.from_arrays([array], ["catatan"])
    with pa.ipc.new_file(sink, batch.schema) as file:
        file.write_batch(batch)
    found = expanded(file_of(sink.getvalue().to_pybytes(), "warga.arrow"))
    assert cells(found, "catatan") == ["NIK 3171014107900001 Warg\ufffd", "isi"]
