"""Cells one by one and many at once are cleaned alike."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from privacyscan.detect.cells import are_nothing, as_strings, clean, cleaned, is_nothing
from privacyscan.detect.vectors import Strings

# Unassigned characters are left out: Python and Arrow may know different versions of Unicode.
TEXTS = st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["Cn"]), max_size=30), min_size=1, max_size=20)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("3171014107900001.0", "3171014107900001"),
        ("3.171014107900001E+15", "3171014107900001"),
        ("317101–410790–0001", "317101-410790-0001"),
        ("３１７１０１４１０７９００００１", "3171014107900001"),
        ("3171\u200b014107900001", "3171014107900001"),
        ("nik%3A3171014107900001", "nik   3171014107900001"),
        ("José", "Jose"),
        ("12.50", "12.50"),
    ],
)
def test_what_is_written_and_what_is_meant(written: str, meant: str) -> None:
    assert clean(written) == meant
    assert cleaned(pa.array([written])).to_pylist() == [meant]


@given(TEXTS)
def test_one_by_one_is_many_at_once(texts: list[str]) -> None:
    assert cleaned(pa.array(texts)).to_pylist() == [clean(t) for t in texts]


@given(TEXTS)
def test_nothing_is_nothing_either_way(texts: list[str]) -> None:
    assert are_nothing(Strings(pa.array(texts))).tolist() == [is_nothing(t) for t in texts]


@pytest.mark.parametrize("kind", [pa.bool_(), pa.null(), pa.time64("us"), pa.duration("us")], ids=str)
def test_types_that_hold_no_identifier(kind: pa.DataType) -> None:
    assert as_strings(pa.array([None], kind)) is None


def test_whole_numbers_of_any_type_are_read() -> None:
    kinds = [pa.int64(), pa.float64(), pa.decimal128(38), pa.decimal128(38, 2), pa.large_string()]
    for kind in kinds:
        array = pa.array([3171014107900002]).cast(pa.string() if kind == pa.large_string() else pa.int64()).cast(kind)
        texts = as_strings(array)
        assert texts is not None
        assert texts.to_pylist() == ["3171014107900002"]
