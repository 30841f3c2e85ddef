"""Avro: nested records, binary values, and what happens without the library."""

from __future__ import annotations

import io
import sys

import fastavro
import pytest

from tests.formats.reading import parts, skipped, tables
from tests.formats.samples import avro_file


def test_nested_records_are_fields_and_binary_values_are_listed() -> None:
    person = {"type": "record", "name": "P", "fields": [{"name": "nik", "type": "string"}]}
    fields = [{"name": "orang", "type": person}, {"name": "foto", "type": "bytes"}]
    data = io.BytesIO()
    schema = {"type": "record", "name": "R", "fields": fields}
    fastavro.writer(data, schema, [{"orang": {"nik": "3171014107900001"}, "foto": b"\xff\xd8\xff\xe0"}])
    found = parts(data.getvalue(), "x.avro")
    assert tables(found)["berkas/x.avro"][0]["orang.nik"] == "3171014107900001"
    assert skipped(found) == {"berkas/x.avro[foto]": "unsupported_type"}


@pytest.mark.parametrize("codec", ["null", "deflate"])
def test_a_file_cut_off_anywhere_but_between_two_blocks_is_listed(codec: str) -> None:
    schema = {"type": "record", "name": "R", "fields": [{"name": "nik", "type": "string"}]}
    written, ends = io.BytesIO(), []
    for _ in range(2):  # the number of records takes two bytes
        fastavro.writer(written, schema, [{"nik": "3171014107900001"}] * 70, codec, sync_marker=b"s" * 16)
        ends.append(written.tell())
    data = written.getvalue()
    header = data.index(b"s" * 16) + 16
    cuts = {*range(header, header + 4), header + 40, *range(ends[0] - 20, ends[0] + 4), len(data) - 1}
    assert {cut for cut in cuts if not skipped(parts(data[:cut], "x.avro"))} == {ends[0]}
    assert skipped(parts(data, "x.avro")) == {}


def test_without_the_library_the_file_is_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    data = avro_file()
    monkeypatch.setitem(sys.modules, "fastavro", None)
    assert skipped(parts(data, "x.avro")) == {"berkas/x.avro": "missing_extra"}
