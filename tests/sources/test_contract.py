"""Every source keeps the contract: the checks of privacyscan.testing for all that the registry knows."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest

from privacyscan.registry import plugin, plugins
from privacyscan.sources import _remote
from privacyscan.testing import SOURCE_CHECKS, Held
from tests.formats.samples import niks
from tests.servers import OWNER, PASSWORD, FileServer, as_user, connected, execute, new_database
from tests.sources import test_mongodb
from tests.sources.shares import TREE
from tests.sources.test_elasticsearch import served
from tests.sources.test_git import Repository

TABLE = ("CREATE TABLE warga (nik varchar(20), nama varchar(20))", "CREATE TABLE larang (x int)")
ROWS = "INSERT INTO warga VALUES " + ",".join(f"('{nik}', 'Warga')" for nik in niks())
FILES = {"a.csv": TREE["warga.csv"], "data warga/b.txt": TREE["surat.txt"], "c/arsip.zip": TREE["arsip.zip"]}


def local(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Held]:
    for name, data in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(data)
    (tmp_path / "rusak.xlsx").write_bytes(TREE["warga.xlsx"][:500])
    yield Held(str(tmp_path), niks(), ("rusak.xlsx",))


def git(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Held]:
    repository = Repository(tmp_path / "repo")
    for name, data in FILES.items():
        (repository.folder / name).parent.mkdir(exist_ok=True)
        (repository.folder / name).write_bytes(data)
    (repository.folder / "rusak.xlsx").write_bytes(TREE["warga.xlsx"][:500])
    first = repository.commit("awal")
    yield Held(f"git:{repository.folder}?history", niks(), (f"{first}/rusak.xlsx",))


def sqlite(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Held]:
    with closing(sqlite3.connect(tmp_path / "warga.db")) as made:
        for statement in (*TABLE, ROWS):
            made.execute(statement)
        made.commit()
    yield Held(f"sqlite:///{tmp_path}/warga.db", niks())


def duckdb(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Held]:
    import duckdb

    with duckdb.connect(tmp_path / "warga.duckdb") as made:
        for statement in (*TABLE, ROWS):
            made.execute(statement)
    yield Held(f"duckdb:///{tmp_path}/warga.duckdb", niks())


def postgresql(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Held]:
    url = new_database(request.getfixturevalue("postgresql"))
    execute(url, *TABLE, ROWS, "CREATE ROLE terbatas LOGIN PASSWORD 'rahasia-1'", "GRANT SELECT ON warga TO terbatas")
    yield Held(
        as_user(url, "terbatas", "rahasia-1"),
        niks(),
        ("public/larang",),
        "rahasia-1",
        as_user(url, "terbatas", "salah-sama-sekali"),
    )
    execute(url, "DROP OWNED BY terbatas", "DROP ROLE terbatas")


def mariadb(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Held]:
    url = new_database(request.getfixturevalue("mariadb"))
    execute(url, *TABLE, ROWS)
    yield Held(url, niks(), (), PASSWORD, as_user(url, OWNER, "salah-sama-sekali"))


def redis(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Held]:
    server = request.getfixturevalue("redis_server")
    url = server.url.rstrip("/")
    with connected(server.url) as store:
        store.flushall()
        store.mset({f"sesi:{i}": f'{{"nik": "{nik}"}}' for i, nik in enumerate(niks())})
        yield Held(url, niks(), (), PASSWORD, as_user(url, OWNER, "salah-sama-sekali"))
        store.flushall()


def elasticsearch(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Held]:
    with served() as store:
        documents = [{"_id": nik, "_source": {"nik": nik}} for nik in niks()]
        store.indices = {"larang": [{}], "warga": documents}
        store.denied = {"larang"}
        url = f"elasticsearch+http://{OWNER}:{quote(PASSWORD, safe='')}@127.0.0.1:{store.server_port}"
        yield Held(url, niks(), ("larang",), PASSWORD, as_user(url, OWNER, "salah-sama-sekali"))


def mongodb(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Held]:
    patch, url = request.getfixturevalue("monkeypatch"), test_mongodb.URL
    patch.setattr("pymongo.MongoClient", test_mongodb.Client)
    patch.setattr(test_mongodb.Client, "data", {"a": {"warga": [{"nik": n} for n in niks()]}, "b": {"larang": []}})
    yield Held(url, niks(), ("b",), PASSWORD, as_user(url, OWNER, "salah-sama-sekali"))


def smb(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Held]:
    for held in _share(request, "samba"):
        yield replace(held, password=PASSWORD, wrong=as_user(held.url, OWNER, "salah-sama-sekali"))


def sftp(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Held]:
    yield from _share(request, "sshd")


def s3(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Held]:
    for held in _share(request, "s3"):
        yield replace(held, password=PASSWORD, wrong=as_user(held.url, OWNER, "salah-sama-sekali"))


def webdav(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Held]:
    for held in _share(request, "webdav"):
        yield replace(held, password=PASSWORD, wrong=as_user(held.url, OWNER, "salah-sama-sekali"))


def ftp(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Held]:
    for held in _share(request, "ftp"):
        yield replace(held, password=PASSWORD, wrong=as_user(held.url, OWNER, "salah-sama-sekali"))


def http(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Held]:
    for held in _share(request, "webdav"):  # which gives each file to whoever asks by HTTP
        url = f"{held.url.replace('webdav', 'http', 1)}/a.csv"
        yield Held(url, niks(), (), PASSWORD, as_user(url, OWNER, "salah-sama-sekali"))


def _share(request: pytest.FixtureRequest, kind: str) -> Iterator[Held]:
    server: FileServer = request.getfixturevalue(kind)
    patch = request.getfixturevalue("monkeypatch")
    patch.setenv("HOME", str(server.home))
    patch.setattr(_remote, "WAITS", (0.01,) * 5)  # rclone says of a closed file that it may be tried again
    with server.holding({**FILES, "tutup.txt": b"isi"}) as url:
        (server.folder / url.rpartition("/")[2] / "tutup.txt").chmod(0o600)
        yield Held(url, niks(), ("tutup.txt",) if os.geteuid() == 0 else ())


TARGETS = {
    "local": [local],
    "git": [git],
    "database": [sqlite, postgresql, mariadb],
    "duckdb": [duckdb],
    "elasticsearch": [elasticsearch],
    "redis": [redis],
    "mongodb": [mongodb],
    "smb": [smb],
    "sftp": [sftp],
    "s3": [s3],
    "webdav": [webdav],
    "ftp": [ftp],
    "http": [http],
}


@pytest.fixture(params=[make for made in TARGETS.values() for make in made], ids=lambda make: make.__name__)
def held(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Held]:
    yield from request.param(request, tmp_path)


@pytest.mark.parametrize("check", SOURCE_CHECKS, ids=lambda c: c.__name__)
def test_source_keeps_the_contract(held: Held, check: Callable[[Held], None]) -> None:
    check(held)


def test_every_source_has_a_target() -> None:
    assert set(plugins("sources")) == set(TARGETS)


def test_a_source_is_found_by_its_name_without_the_others() -> None:
    assert {name: plugin("sources", name) for name in TARGETS} == dict(plugins("sources"))
