"""Elasticsearch and OpenSearch: a small server that answers as they do, documents as columns, and what goes wrong."""

from __future__ import annotations

import base64
import json
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from privacyscan import read
from privacyscan.errors import TargetError, UsageError
from privacyscan.model import Limits, Reason
from privacyscan.scan import scan
from privacyscan.settings import load
from privacyscan.sources import elasticsearch
from tests.detect.made_up import MadeUp
from tests.servers import PASSWORD, as_user, certificate, free_port
from tests.sources.test_database import FORMS, everything

Document = dict[str, Any]


class Fake(ThreadingHTTPServer):
    """Answers as the REST API says (https://www.elastic.co/docs/api/doc/elasticsearch)."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.indices: dict[str, list[Document]] = {}
        self.closed: set[str] = set()
        self.denied: set[str] = set()
        self.failed_shards = 0
        self.answer: tuple[int, bytes] | None = None  # instead of any other
        self.scrolls: dict[str, tuple[list[Document], int]] = {}
        self.asked: list[str] = []

    def reply(self, method: str, path: str, body: Any) -> tuple[int, Any]:
        path, _, _ = path.partition("?")
        if path.startswith("/_cat/indices/"):
            pattern = path.rsplit("/", 1)[1].removesuffix("*")
            names = [name for name in self.indices if name.startswith(pattern)]
            return 200, [
                {"index": n, "status": "close" if n in self.closed else "open", "docs.count": str(len(self.indices[n]))}
                for n in names
            ]
        if path == "/_search/scroll" and method == "DELETE":
            for name in body["scroll_id"]:
                del self.scrolls[name]
            return 200, {"succeeded": True}
        if path == "/_search/scroll":
            documents, size = self.scrolls[body["scroll_id"]]
            return 200, self.page(documents, size, body["scroll_id"])
        index = path.split("/")[1]
        if index in self.denied:
            return 403, {"error": {"reason": "Warga Satu 3171014107900001"}}
        return 200, self.page(self.indices[index], body["size"], f"gulir-{index}")

    def page(self, documents: list[Document], size: int, name: str) -> Document:
        self.scrolls[name] = documents[size:], size
        hits = [d if "_id" in d else {"_id": str(i), "_source": d} for i, d in enumerate(documents[:size])]
        total = len(self.indices[name.removeprefix("gulir-")])
        shards = {"total": 5, "failed": self.failed_shards}
        return {"_scroll_id": name, "_shards": shards, "hits": {"total": {"value": total}, "hits": hits}}


class Handler(BaseHTTPRequestHandler):
    server: Fake
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.asked.append(f"{self.command} {self.path} {self.headers['X-Opaque-Id']}")
        login = base64.b64encode(f"pemilik:{PASSWORD}".encode()).decode()
        if self.headers["Authorization"] != f"Basic {login}":
            status, data = 401, b"{}"
        elif self.server.answer is not None:
            status, data = self.server.answer
        else:
            status, answer = self.server.reply(self.command, self.path, json.loads(body or b"null"))
            data = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Location", "http://127.0.0.1:1/")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    do_POST = do_DELETE = do_GET

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def served() -> Iterator[Fake]:
    server = Fake()
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def store() -> Iterator[Fake]:
    with served() as server:
        yield server


@pytest.fixture
def url(store: Fake) -> str:
    return as_user(f"elasticsearch+http://127.0.0.1:{store.server_address[1]}", "pemilik", PASSWORD)


def test_documents_become_columns(store: Fake, url: str) -> None:
    store.indices["warga"] = [
        {"nik": 3171014107900001, "alamat": {"kota": "Bogor", "rt": 1.50}},
        {"nik": "x", "anak": [{"nama": "Satu"}, {"nama": "Dua"}], "hp": ["1", "2"]},
    ]
    found = everything(url)
    assert found.skipped == []
    assert found.rows("warga") == [
        {"_id": "0", "nik": "3171014107900001", "alamat.kota": "Bogor", "alamat.rt": "1.5", "hp[]": None},
        {"_id": "1", "nik": "x", "alamat.kota": None, "alamat.rt": None, "hp[]": '["1", "2"]'},
    ]
    assert found.rows("warga", "anak") == [{"nama": "Satu"}, {"nama": "Dua"}]


def test_all_pages_of_all_indices_or_of_those_that_the_url_names(store: Fake, url: str) -> None:
    store.indices = {name: [{"x": i} for i in range(1_234)] for name in ("b", "a", "arsip-1")}
    found = everything(url, Limits(batch_rows=100))
    assert [u.place.path for u in found.units] == [("a",), ("arsip-1",), ("b",)]
    for path, tables in found.tables.items():
        assert [int(row["x"]) for row in found.rows(*path)] == list(range(1_234))
        assert all(table.batch.num_rows <= 100 for table in tables)
    assert store.scrolls == {}
    assert list(everything(f"{url}/arsip-*").tables) == [("arsip-1",)]


def test_each_request_says_who_asks_and_only_reads(store: Fake, url: str) -> None:
    store.indices["a"] = [{"x": 1}]
    everything(url)
    assert {line.partition("?")[0].split(" privacyscan")[0] for line in store.asked} == {
        "GET /_cat/indices/*",
        "POST /a/_search",
        "POST /_search/scroll",
        "DELETE /_search/scroll",
    }
    assert all(line.endswith(" privacyscan") for line in store.asked)


def test_what_is_closed_denied_or_kept_without_source_is_listed(store: Fake, url: str) -> None:
    store.indices = {"tutup": [], "larang": [{"x": 1}], "indeks": [{"_id": "7"}], "buka": [{"x": 1}]}
    store.closed, store.denied = {"tutup"}, {"larang"}
    found = everything(url)
    assert found.reasons == {
        ("tutup",): Reason.DENIED,
        ("larang",): Reason.DENIED,
        ("indeks",): Reason.UNSUPPORTED_TYPE,
    }
    assert "3171014107900001" not in repr(found.skipped)
    assert found.rows("buka") == [{"_id": "0", "x": "1"}]


def test_a_part_that_failed_is_listed(store: Fake, url: str) -> None:
    store.indices["a"], store.failed_shards = [{"x": 1}], 2
    assert everything(url).reasons == {("a",): Reason.ERROR}


def test_an_answer_that_is_too_long_is_not_held(store: Fake, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(elasticsearch, "_LONGEST", 1_000)
    store.indices["a"] = [{"x": "z" * 2_000}]
    assert everything(url).reasons == {("a",): Reason.TOO_LARGE}


def test_a_scan_of_an_index(store: Fake, url: str, tmp_path: Path) -> None:
    people = MadeUp(6)
    store.indices["warga"] = [{"pemohon": {"nik": people.nik()}} for _ in range(300)]
    result = scan([url], load({"workers": 1}, environ={"XDG_STATE_HOME": str(tmp_path / "state")}))
    assert [(f.place.column, f.entity, f.matched) for f in result.findings] == [("pemohon.nik", "ID_NIK", 300)]
    assert (result.status, [a.kind for a in result.assets]) == ("complete", ["table"])
    assert not any(form in repr(result) for form in FORMS)


def refused(url: str) -> Reason:
    with pytest.raises(TargetError) as caught:
        everything(url)
    assert not any(form in str(caught.value) for form in FORMS)
    return Reason(caught.value.reason)


def test_a_wrong_password(store: Fake, url: str) -> None:
    assert refused(as_user(url, "pemilik", "s4lah")) == Reason.LOGIN_FAILED


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ((403, b"{}"), Reason.DENIED),
        ((429, b""), Reason.TIMEOUT),
        ((500, b""), Reason.ERROR),
        ((302, b""), Reason.ERROR),  # a redirection is not followed
        ((200, b"<html>halo</html>"), Reason.ERROR),
        ((200, b'[{"index": 1}]'), Reason.ERROR),
        ((200, b'"teks"'), Reason.ERROR),
    ],
)
def test_other_answers(store: Fake, url: str, answer: tuple[int, bytes], reason: Reason) -> None:
    store.answer = answer
    assert refused(url) == reason


def test_nobody_answers() -> None:
    assert refused(f"elasticsearch+http://127.0.0.1:{free_port()}") == Reason.UNREACHABLE


def test_a_certificate_that_nobody_vouches_for_is_refused(store: Fake, url: str, tmp_path: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate(tmp_path), tmp_path / "key.pem")
    store.socket = context.wrap_socket(store.socket, server_side=True)
    assert refused(url.replace("+http", "+https")) == Reason.UNREACHABLE
    assert store.asked == []


@pytest.mark.parametrize(
    "wrong", ["elasticsearch://h", "opensearch+ftp://h", "elasticsearch+http://h/a/b", "elasticsearch+http://"]
)
def test_urls_that_are_wrong(wrong: str) -> None:
    with pytest.raises(UsageError):
        read.target(wrong)
