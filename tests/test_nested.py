"""Records and lists in cells: each value of theirs comes out once, in a column of its own."""

from __future__ import annotations

import json
from typing import Any

import pyarrow as pa
import pytest

from privacyscan import nested
from privacyscan.model import Place, Table
from privacyscan.nested import Opener

PLACE = Place("t", ("a",))


def opened(*cells: str | None, name: str = "data", **others: list[str | None]) -> list[Table]:
    batch = pa.RecordBatch.from_pydict({name: pa.array(cells, pa.string()), **others})
    return list(Opener().opened(Table(PLACE, batch, 100)))


def told(tables: list[Table]) -> dict[str, dict[int, list[str]]]:
    """Column -> row -> values."""
    found: dict[str, dict[int, list[str]]] = {}
    for table in tables:
        for i, row in enumerate(table.batch.to_pylist()):
            for name, value in row.items():
                if value is not None:
                    found.setdefault(name, {}).setdefault(table.first_row + i, []).append(value)
    return found


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ('{"nik": 3171014107900001}', {"data.nik": ["3171014107900001"]}),
        ('{"pemohon": {"nik": "1"}}', {"data.pemohon.nik": ["1"]}),
        ('{"anak": [{"nik": "1"}, {"nik": "2"}]}', {"data.anak.nik": ["1", "2"]}),
        ('["a", null, "b"]', {"data": ["a", "b"]}),
        ('[["a"], ["b"]]', {"data": ["a", "b"]}),
        ('{"3171": {"nama": "A"}, "3172": {"nama": "B"}}', {"data.key": ["3171", "3172"], "data.nama": ["A", "B"]}),
        ('{"a": true, "b": 1.50, "c": null, "d": {}, "e": []}', {"data.a": ["true"], "data.b": ["1.50"]}),
        ("{}", {"data": ["{}"]}),
        ('{"a": "\\ud800"}', {"data.a": ["?"]}),
        ('{"nik": "1"', {"data": ['{"nik": "1"']}),  # no JSON
        ("{a,b}", {"data": ["{a,b}"]}),
        ("teks", {"data": ["teks"]}),
        ("[" * 100_000, {"data": ["[" * 100_000]}),
    ],
)
def test_values_of_a_cell(cell: str, expected: dict[str, list[str]]) -> None:
    assert told(opened(None, cell)) == {name: {101: values} for name, values in expected.items()}


def test_rows_and_other_columns_stay_what_they_are() -> None:
    first, second = opened("x", '{"a": ["1", "2"]}', '{"a": "3", "b": "4"}', lain=["p", "q", None])
    assert first.batch.to_pydict() == {
        "data": ["x", None, None],
        "lain": ["p", "q", None],
        "data.a": [None, "1", "3"],
        "data.b": [None, None, "4"],
    }
    assert not first.again
    assert second.batch.to_pydict() == {"data.a": ["2"]}
    assert (second.again, second.first_row) == (True, 101)


def test_a_batch_without_records_is_the_same_object() -> None:
    part = Table(PLACE, pa.RecordBatch.from_pydict({"a": ["x", "3171014107900001"], "b": [1, 2]}))
    assert next(Opener().opened(part)) is part


def test_a_field_does_not_take_the_name_of_a_column() -> None:
    (table,) = opened('{"a": "1"}', **{"data.a": ["2"]})
    assert table.batch.to_pydict() == {"data": [None], "data.a": ["2"], "data.a[]": ["1"]}


@pytest.mark.parametrize(
    "value",
    [
        [str(i) for i in range(nested.LIST + 1)],
        {f"k{i}": str(i) for i in range(nested.FIELDS + 1)},
    ],
    ids=["long list", "wide object"],
)
def test_what_is_too_large_stays_text(value: Any) -> None:
    (table,) = opened(json.dumps({"x": value}))
    assert json.loads(table.batch.to_pydict()["data.x"][0]) == value


def test_deep_objects_stay_text_from_some_depth_on() -> None:
    (table,) = opened('{"a":' * 50 + '"3171014107900001"' + "}" * 50)
    (cell,) = [v for v in table.batch.to_pylist()[0].values() if v]
    assert "3171014107900001" in cell


def test_fields_beyond_the_bound_share_a_column(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nested, "COLUMNS", 2)
    opener, found = Opener(), {}
    for row in range(3):  # batch after batch
        batch = pa.RecordBatch.from_pydict({"data": [json.dumps({"a": "1", f"b{row}": "2", f"c{row}": "3"})]})
        for table in opener.opened(Table(PLACE, batch, row)):
            found[row] = {k: v for k, v in table.batch.to_pylist()[0].items() if v}
    assert found[0] == {"data.a": "1", "data.b0": "2", "data.other fields": '{"data.c0": ["3"]}'}
    assert found[2] == {"data.a": "1", "data.other fields": '{"data.b2": ["2"], "data.c2": ["3"]}'}
