"""MongoDB: a stand-in for its driver's client, documents as columns, and what goes wrong."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

import bson
import pymongo
import pytest
from bson import Binary, Decimal128, ObjectId
from bson.raw_bson import RawBSONDocument
from pymongo.errors import AutoReconnect, ConfigurationError, NetworkTimeout, OperationFailure

from privacyscan import read
from privacyscan.errors import MissingExtra, TargetError, UsageError
from privacyscan.model import Limits, Reason
from tests.servers import PASSWORD, as_user, free_port
from tests.sources.test_database import FORMS, everything

URL = as_user("mongodb://127.0.0.1:27017", "pemilik", PASSWORD)
Data = dict[str, dict[str, list[Any]]]  # database -> collection -> documents; an error is raised where it stands


class Client:
    """What of the driver's client a scan asks for; anything else is an AttributeError."""

    data: ClassVar[Data] = {}
    named: str | None = None

    def __init__(self, url: str, **options: Any) -> None:
        assert options["document_class"] is RawBSONDocument
        self.is_in = url.startswith(URL)

    def get_default_database(self) -> Database:
        if self.named is None:
            raise ConfigurationError
        return self[self.named]

    def list_database_names(self, comment: str) -> list[str]:
        if not self.is_in:
            raise OperationFailure("Authentication failed.", 18)
        return list(self.data)

    def __getitem__(self, name: str) -> Database:
        return Database(name, self.data.get(name, {}))

    def close(self) -> None:
        pass


class Database:
    def __init__(self, name: str, data: dict[str, list[Any]]) -> None:
        self.name, self.data = name, data

    def list_collections(self, comment: str) -> Iterator[dict[str, str]]:
        assert comment == "privacyscan"
        if "larang" in self.data:
            raise OperationFailure("not authorized: Warga Satu", 13)
        return iter([{"name": n, "type": "view" if n.startswith("v_") else "collection"} for n in self.data])

    def __getitem__(self, name: str) -> Collection:
        return Collection(self.data[name])


class Collection:
    def __init__(self, documents: list[Any]) -> None:
        self.documents = documents

    def estimated_document_count(self, comment: str) -> int:
        return len(self.documents)

    def find(self, query: dict[str, Any], batch_size: int, comment: str) -> Iterator[RawBSONDocument]:
        assert (query, comment) == ({}, "privacyscan")
        for document in self.documents:
            if isinstance(document, Exception):
                raise document
            yield RawBSONDocument(bson.encode(document))


@pytest.fixture
def data(monkeypatch: pytest.MonkeyPatch) -> Data:
    given: Data = {}
    monkeypatch.setattr(Client, "data", given)
    monkeypatch.setattr(pymongo, "MongoClient", Client)
    return given


def test_documents_become_columns(data: Data) -> None:
    data["layanan"] = {
        "warga": [
            {"_id": ObjectId("0" * 24), "nik": 3171014107900001, "alamat": {"kota": "Bogor", "rt": {"no": 3}}},
            {"_id": "b", "nik": "317", "hp": ["1", "2"], "anak": [{"nama": "Satu"}, {"nama": "Dua"}], "aktif": True},
        ],
        "v_warga": [{"x": None}],
    }
    found = everything(URL)
    assert found.skipped == []
    assert {unit.place.path: unit.size for unit in found.units} == {
        ("layanan", "v_warga"): None,
        ("layanan", "warga"): 2,
    }
    empty = {"alamat.kota": None, "alamat.rt.no": None, "hp[]": None, "aktif": None}
    assert found.rows("layanan", "warga") == [
        {"_id": "0" * 24, "nik": "3171014107900001", **empty, "alamat.kota": "Bogor", "alamat.rt.no": "3"},
        {"_id": "b", "nik": "317", **empty, "hp[]": '["1", "2"]', "aktif": True},
    ]
    assert found.rows("layanan", "warga", "anak") == [{"nama": "Satu"}, {"nama": "Dua"}]


def test_values_that_json_does_not_know(data: Data) -> None:
    key = UUID("12345678123456781234567812345678")
    data["a"] = {
        "b": [
            {"d": datetime(1990, 1, 2), "n": Decimal128("12.50"), "u": Binary.from_uuid(key), "l": [ObjectId("1" * 24)]}
        ]
    }
    (row,) = everything(URL).rows("a", "b")
    assert (str(row["d"]), row["n"], row["u"], row["l[]"]) == (
        "1990-01-02 00:00:00",
        "12.50",
        str(key),
        f'["{"1" * 24}"]',
    )


def test_binary_data_is_listed(data: Data) -> None:
    data["a"] = {"b": [{"foto": b"\xff\xd8\xff\x00"}, {"foto": b"teks"}]}
    assert everything(URL).reasons == {("a", "b", "foto"): Reason.UNSUPPORTED_TYPE}


def test_all_databases_but_the_servers_own_or_the_one_that_the_url_names(
    data: Data, monkeypatch: pytest.MonkeyPatch
) -> None:
    data |= {name: {"c": [{"x": "1"}], "system.views": [{"x": "2"}]} for name in ("b", "a", "admin", "local", "config")}
    assert list(everything(URL).tables) == [("a", "c"), ("b", "c")]
    monkeypatch.setattr(Client, "named", "b")
    assert list(everything(URL).tables) == [("b", "c")]


def test_batches_are_bounded(data: Data) -> None:
    data["a"] = {"b": [{"x": str(i)} for i in range(250)]}
    found = everything(URL, Limits(batch_rows=100))
    assert [table.batch.num_rows for table in found.tables["a", "b"]] == [100, 100, 50]
    assert [row["x"] for row in found.rows("a", "b")] == [str(i) for i in range(250)]


def test_a_database_without_rights_is_listed(data: Data) -> None:
    data |= {"a": {"larang": []}, "b": {"c": [{"x": "1"}]}}
    found = everything(URL)
    assert (found.reasons, list(found.tables)) == ({("a",): Reason.DENIED}, [("b", "c")])


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (OperationFailure("Warga Satu", 13), Reason.DENIED),
        (OperationFailure("Warga Satu", 26), Reason.VANISHED),
        (OperationFailure("Warga Satu", 9999), Reason.ERROR),
        (NetworkTimeout("Warga Satu"), Reason.TIMEOUT),
        (AutoReconnect("Warga Satu"), Reason.UNREACHABLE),
        (bson.errors.InvalidBSON("Warga Satu"), Reason.DAMAGED),
    ],
)
def test_what_came_before_an_error_counts(data: Data, error: Exception, reason: Reason) -> None:
    data["a"] = {"b": [{"x": "1"}, error]}
    found = everything(URL)
    assert found.rows("a", "b") == [{"x": "1"}]
    assert found.reasons == {("a", "b"): reason}
    assert "Warga" not in repr(found.skipped)


def refused(url: str, limits: Limits | None = None) -> Reason:
    with pytest.raises(TargetError) as caught:
        everything(url, limits)
    assert not any(form in f"{caught.value}{caught.value.__context__}" for form in FORMS)
    return Reason(caught.value.reason)


def test_a_wrong_password(data: Data) -> None:
    assert refused(as_user(URL, "pemilik", "s4lah")) == Reason.LOGIN_FAILED


def test_nobody_answers() -> None:
    url = as_user(f"mongodb://127.0.0.1:{free_port()}", "pemilik", PASSWORD)
    assert refused(url, Limits(connect_timeout=0.2)) == Reason.UNREACHABLE


@pytest.mark.parametrize("option", ["tls=mungkin", "tsl=true"])
def test_options_that_are_wrong_are_not_left_out(option: str) -> None:
    assert refused(f"{URL}/?{option}") == Reason.UNREACHABLE


def test_a_url_without_host() -> None:
    with pytest.raises(UsageError, match="names no host"):
        read.target("mongodb:///layanan")


def test_without_the_library_it_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pymongo", None)
    with pytest.raises(MissingExtra, match=r"privacyscan\[mongodb\]"):
        everything(URL)
