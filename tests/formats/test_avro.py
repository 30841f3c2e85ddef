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


def test_without_the_library_the_file_is_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    data = avro_file()
    monkeypatch.setitem(sys.modules, "fastavro", None)
    assert skipped(parts(data, "x.avro")) == {"berkas/x.avro": "missing_extra"}
