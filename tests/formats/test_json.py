"""JSON as tables: whatever the shape, every value is a cell, exactly as it was written."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.formats.reading import parts, skipped, tables, texts


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ('[{"nik": 3171014107900001}]', {"": [{"nik": "3171014107900001"}]}),
        ('[{"no": 12345678901234567890123}]', {"": [{"no": "12345678901234567890123"}]}),  # no float holds it
        ('[{"no": 3.17101E+15}]', {"": [{"no": "3.17101E+15"}]}),
        ('[{"a": {"b": {"c": "1"}}, "d": [1, "x"]}]', {"": [{"a.b.c": "1", "d[]": '["1", "x"]'}]}),
        ('[{"a": "1"}, {"b": "2"}]', {"": [{"a": "1", "b": None}, {"a": None, "b": "2"}]}),
        ('{"nik": "1", "nama": null}', {"": [{"nik": "1", "nama": None}]}),
        ('{"total": 2, "warga": [{"nik": "1"}]}', {"": [{"total": "2"}], "/warga": [{"nik": "1"}]}),
        ('{"data": {"isi": [{"nik": "1"}], "lain": [{"x": "2"}]}}',
         {"/data/isi": [{"nik": "1"}], "/data/lain": [{"x": "2"}]}),
        ('{"type": "FeatureCollection", "features": [{"properties": {"nik": "1"}}]}',
         {"": [{"type": "FeatureCollection"}], "/features": [{"properties.nik": "1"}]}),
        ('{"u1": {"nik": "1", "n": "a"}, "u2": {"nik": "2", "n": "b"}}',
         {"": [{"key": "u1", "nik": "1", "n": "a"}, {"key": "u2", "nik": "2", "n": "b"}]}),
        ('{"nik": {"0": "1", "1": "2"}}', {"/nik": [{"key": "0", "nik": "1"}, {"key": "1", "nik": "2"}]}),  # pandas
        ('[["nik", "nama"], ["1", "B"]]', {"": [{"c1": "nik", "c2": "nama"}, {"c1": "1", "c2": "B"}]}),
        ('["1", "2"]', {"": [{"value": "1"}, {"value": "2"}]}),
        ('{"a": "1"}\n{"a": "2"}\n', {"": [{"a": "1"}, {"a": "2"}]}),  # JSON lines
        ('{"a": "1"}{"a":\n"2"}', {"": [{"a": "1"}, {"a": "2"}]}),  # one after the other
        ('\x1e{"a": "1"}\n\x1e{"a": "2"}\n', {"": [{"a": "1"}, {"a": "2"}]}),  # RFC 7464
        ('[{"a": "\\ud800"}]', {"": [{"a": "?"}]}),  # half a character
        ("[]", {}),
        ("{}", {}),
    ],
)  # fmt: skip
def test_shapes(document: str, expected: dict[str, list[dict[str, Any]]]) -> None:
    for charset in ("utf-8", "utf-8-sig", "utf-16"):
        found = parts(document.encode(charset), "x.json")
        assert {p.removeprefix("berkas/x.json"): rows for p, rows in tables(found).items()} == expected
        assert not skipped(found)


@pytest.mark.parametrize(
    ("document", "read", "reason"),
    [
        ('[{"a": "1"}, {"a": "2"}, {"a', ["1", "2"], "damaged"),
        ('[{"a": "1"}, {"a": "2"', ["1", "2"], "damaged"),
        ('[{"a": "1"} {"a": "2"}]', ["1"], "damaged"),
        ('[{"a": "1"}] and more', ["1"], "damaged"),
        ('{"a": "1", "b": ', ["1"], "damaged"),
        ("[" * 100_000, [], "damaged"),
        ('{"a":' * 100_000, [], "too_large"),
    ],
)
def test_what_stands_before_the_damage_counts(document: str, read: list[str], reason: str) -> None:
    found = parts(document.encode(), "x.json")
    assert [row["a"] for row in tables(found).get("berkas/x.json", [])] == read
    assert skipped(found) == {"berkas/x.json": reason}


def test_a_broken_line_costs_only_itself() -> None:
    found = parts(b'{"a": "1"}\n{"a": \n{"a": "3"}\nkaputt\n{"a": "5"}\n', "x.jsonl")
    assert [row["a"] for row in tables(found)["berkas/x.jsonl"]] == ["1", "3", "5"]
    assert skipped(found) == {"berkas/x.jsonl": "damaged"}


records = st.dictionaries(
    st.text(st.characters(codec="utf-8"), min_size=1, max_size=5),
    st.one_of(st.text(st.characters(codec="utf-8"), max_size=9), st.integers()),
    min_size=1,
    max_size=4,
)


@given(st.lists(records, min_size=1, max_size=20), st.sampled_from([None, 2]), st.booleans())
@settings(max_examples=100, deadline=None)
def test_records_are_read_back_as_they_were_written(
    rows: list[dict[str, str | int]], indent: int | None, ascii_only: bool
) -> None:
    found = parts(json.dumps(rows, indent=indent, ensure_ascii=ascii_only).encode(), "x.json")
    read = tables(found)["berkas/x.json"]
    assert [{k: v for k, v in r.items() if v is not None} for r in read] == [
        {k: str(v) for k, v in row.items()} for row in rows
    ]


def test_records_longer_than_the_window_are_read() -> None:
    people = [{"nik": f"{i}", "foto": "x" * 400_000} for i in range(12)]
    for document in ({"hasil": {"warga": people}}, people, {"warga": people, "lagi": "ya"}):
        found = parts(json.dumps(document).encode(), "x.json")
        rows = [row["nik"] for table in tables(found).values() for row in table if "nik" in row]
        assert rows == [f"{i}" for i in range(12)]
        assert not skipped(found)


@pytest.mark.no_cover  # the same lines thousands of times
def test_a_huge_map_is_a_table() -> None:
    found = parts(json.dumps({f"p{i}": {"nik": str(i)} for i in range(100_000)}).encode(), "x.json")
    rows = tables(found)["berkas/x.json"]
    assert [r["nik"] for r in rows] == [str(i) for i in range(100_000)]
    assert rows[0]["key"] == "p0"


@pytest.mark.no_cover  # the same lines thousands of times
def test_too_many_fields_share_one_column() -> None:
    found = parts(json.dumps([{f"k{i}": str(i)} for i in range(5_000)]).encode(), "x.json")
    rows = tables(found)["berkas/x.json"]
    assert len(rows[0]) == 2_001
    assert json.loads(rows[4_999]["other fields"]) == {"k4999": "4999"}


def test_json_with_comments_is_a_text() -> None:
    document = '{\n  // NIK 3171014107900001\n  "nik": "3171014107900002",\n}\n'
    found = parts(document.encode(), "x.json")
    assert texts(found) == {"berkas/x.json": document}
    assert not skipped(found)
