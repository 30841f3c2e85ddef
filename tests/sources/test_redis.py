"""Redis on a real server: every type of value, groups of keys, rights, and that nothing is written."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import redis as driver

from privacyscan import read
from privacyscan.errors import MissingExtra, TargetError, UsageError
from privacyscan.model import Limits, Reason, Skipped
from privacyscan.scan import scan
from privacyscan.settings import load
from privacyscan.sources import redis
from tests.detect.made_up import MadeUp
from tests.servers import PASSWORD, Server, as_user, connected, free_port
from tests.sources.test_database import FORMS, everything


@pytest.fixture
def store(redis_server: Server) -> Iterator[Any]:
    with connected(redis_server.url) as server:
        server.flushall()
        yield server
        server.flushall()


@pytest.fixture
def url(redis_server: Server) -> str:
    return redis_server.url.rstrip("/")


def test_each_type_of_value(store: Any, url: str) -> None:
    store.set("sesi:1", '{"nik": 3171014107900001, "alamat": {"kota": "Bogor"}, "hp": ["a", "b"]}')
    store.set("sesi:2", "bukan json")
    store.hset("warga:7", mapping={"nik": "1", "nama": "Warga"})
    store.rpush("antre:a", *(f"x{i}" for i in range(1_200)))
    store.sadd("anggota:a", "satu")
    store.zadd("nilai:a", {"dua": 1.5})
    store.xadd("jejak:a", {"nik": "9"}, id="1-1")
    store.xadd("jejak:a", {"nik": "8"}, id="1-2")
    found = everything(url)
    assert found.skipped == []
    key = "redis_key"
    assert sorted(found.rows("db0", "sesi:*"), key=lambda row: str(row[key])) == [
        {key: "sesi:1", "nik": "3171014107900001", "alamat.kota": "Bogor", "hp[]": '["a", "b"]', "value": None},
        {key: "sesi:2", "nik": None, "alamat.kota": None, "hp[]": None, "value": "bukan json"},
    ]
    assert found.rows("db0", "warga:*") == [{key: "warga:7", "nik": "1", "nama": "Warga"}]
    assert [row["value"] for row in found.rows("db0", "antre:*")] == [f"x{i}" for i in range(1_200)]
    assert found.rows("db0", "anggota:*") == [{key: "anggota:a", "value": "satu"}]
    assert found.rows("db0", "nilai:*") == [{key: "nilai:a", "score": 1.5, "value": "dua"}]
    assert [row["nik"] for row in found.rows("db0", "jejak:*")] == ["9", "8"]


def test_many_keys_are_few_tables(store: Any, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redis, "_GROUPS", 3)
    store.mset({f"{beginning}:{i}": "x" for beginning in "abcde" for i in range(400)} | {"0812345": "x", "budi": "x"})
    found = everything(url, Limits(batch_rows=50))
    assert len(found.tables) <= 4
    assert sum(table.batch.num_rows for tables in found.tables.values() for table in tables) == 2_002
    assert all(table.batch.num_rows <= 50 for tables in found.tables.values() for table in tables)


def test_a_hash_with_many_fields_is_a_map(store: Any, url: str) -> None:
    store.hset("peta:a", mapping={f"f{i}": f"v{i}" for i in range(700)})
    rows = everything(url).rows("db0", "peta:*")
    assert {(row["field"], row["value"]) for row in rows} == {(f"f{i}", f"v{i}") for i in range(700)}


def test_all_databases_or_the_one_that_the_url_names(store: Any, url: str) -> None:
    store.set("a", "x")
    store.move("a", 3)
    store.set("b", "y")
    assert {path: found[0].batch.num_rows for path, found in everything(url).tables.items()} == {
        ("db0", "*"): 1,
        ("db3", "*"): 1,
    }
    assert list(everything(f"{url}/3").tables) == [("db3", "*")]
    assert [s.reason for s in everything(f"{url}/7").skipped] == [Reason.EMPTY_TARGET]


def test_binary_data_and_long_values_are_listed(store: Any, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redis, "_SMALL", 100)
    monkeypatch.setattr(redis, "_LONGEST", 1_000)
    store.mset({"foto:1": b"\xff\xd8\xff\x00", "teks:1": "z" * 1_500, "teks:2": "y" * 800})
    found = everything(url)
    assert {(s.place.path, s.reason) for s in found.skipped} == {
        (("db0", "foto:*"), Reason.UNSUPPORTED_TYPE),
        (("db0", "teks:*"), Reason.TOO_LARGE),
    }
    assert sorted(len(row["value"]) for row in found.rows("db0", "teks:*")) == [800, 1_000]


def test_keys_that_the_user_may_not_read_are_listed(store: Any, url: str) -> None:
    store.mset({"buka:1": "x", "tutup:1": "y"})
    store.hset("tutup:2", mapping={"a": "b"})
    store.acl_setuser(
        "pembaca", enabled=True, passwords=["+p"], keys=["buka:*"], commands=["+@read", "+@connection", "+info"]
    )
    found = everything(as_user(url, "pembaca", "p"))
    assert found.reasons == {("db0", "tutup:*"): Reason.DENIED}
    assert list(found.tables) == [("db0", "buka:*")]


def test_nothing_but_reading_is_asked_for(store: Any, url: str) -> None:
    store.mset({"a:1": "x", "b:1": "z" * 70_000})
    store.hset("c:1", mapping={"a": "b"})
    store.rpush("d:1", "x")
    store.sadd("e:1", "x")
    store.zadd("f:1", {"x": 1})
    store.xadd("g:1", {"x": "y"})
    store.acl_setuser(
        "pembaca",
        enabled=True,
        passwords=["+p"],
        keys=["%R~*"],
        commands=["+@read", "+@connection", "+info", "-@write"],
    )
    assert everything(as_user(url, "pembaca", "p")).skipped == []


def test_a_scan_of_a_store(store: Any, url: str, tmp_path: Path) -> None:
    people = MadeUp(4)
    for i in range(300):
        store.hset(f"warga:{i}", mapping={"nik": people.nik(), "hp": people.phone()})
    result = scan([url], load({"workers": 1}, environ={"XDG_STATE_HOME": str(tmp_path / "state")}))
    assert {(f.place.path, f.place.column, f.entity, f.matched) for f in result.findings} == {
        (("db0", "warga:*"), "nik", "ID_NIK", 300),
        (("db0", "warga:*"), "hp", "PHONE_NUMBER", 300),
    }
    assert [(asset.kind, asset.rows) for asset in result.assets] == [("table", 300)]
    assert not any(form in repr(result) for form in FORMS)


# What goes wrong


def refused(url: str, **limits: float) -> TargetError:
    with pytest.raises(TargetError) as caught:
        everything(url, Limits(**limits))  # type: ignore[arg-type]
    assert PASSWORD not in str(caught.value)
    return caught.value


def test_a_wrong_password(store: Any, url: str) -> None:
    assert refused(as_user(url, "pemilik", "s4lah")).reason == Reason.LOGIN_FAILED


def test_nobody_answers() -> None:
    assert refused(f"redis://127.0.0.1:{free_port()}").reason == Reason.UNREACHABLE


def test_a_server_without_tls_is_not_asked_in_the_clear(store: Any, url: str) -> None:
    assert refused(url.replace("redis:", "rediss:"), connect_timeout=0.5, statement_timeout=0.5).reason in (
        Reason.UNREACHABLE,
        Reason.TIMEOUT,
    )


def test_a_connection_lost_in_the_middle(store: Any, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    store.mset({f"a:{i}": "x" for i in range(600)})
    asked = redis._Reader._asked
    calls = iter(range(9))

    def lost(self: Any, command: str, keys: Any, *more: int) -> Any:
        if next(calls) > 3:
            raise driver.ConnectionError("mati")
        return asked(self, command, keys, *more)

    monkeypatch.setattr(redis._Reader, "_asked", lost)
    found = everything(url)
    assert 0 < len(found.rows("db0", "a:*")) < 600
    assert [(s.place.path, s.reason) for s in found.skipped] == [(("db0",), Reason.UNREACHABLE)]


def test_a_node_of_a_cluster_is_not_all(store: Any, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    store.set("a", "x")
    info = driver.Redis.info
    monkeypatch.setattr(driver.Redis, "info", lambda self: info(self) | {"cluster_enabled": 1})
    assert [type(part) for part in everything(url).skipped] == [Skipped]


@pytest.mark.parametrize("wrong", ["redis://", "redis://h/satu", "redis://h/1/2", "redis://h:abc"])
def test_urls_that_are_wrong(wrong: str) -> None:
    with pytest.raises(UsageError):
        read.target(wrong)


def test_without_the_library_it_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "redis", None)
    with pytest.raises(MissingExtra, match=r"privacyscan\[redis\]"):
        everything("redis://127.0.0.1")
