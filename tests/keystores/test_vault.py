"""Keys in Vault. The server here speaks what the answers of Vault's API are documented to be; it is not Vault."""

from __future__ import annotations

import json
import ssl
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from importlib.util import find_spec
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from tests.keystores.conftest import Command, check_copies, refused
from tests.servers import certificate, not_here

if find_spec("hvac") is None:
    not_here("hvac is not installed: sh .ci/setup test")

TOKEN = "hvs.rahasia"
ADDRESS = "vault:secret/dinas/privacyscan#kunci"


@dataclass
class Vault:
    """A server of secrets: `answers` has what a path gives, and `asked` what came in."""

    server: HTTPServer
    answers: dict[str, tuple[int, Any]] = field(default_factory=dict)
    asked: list[tuple[str, str | None]] = field(default_factory=list)
    sealed: bool = False

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}"

    def holds(self, path: str, **fields: Any) -> None:
        self.answers[path] = 200, {"data": {"data": fields, "metadata": {"version": 3, "deletion_time": ""}}}

    def answer(self, path: str, token: str | None, namespace: str | None) -> tuple[int, Any]:
        """The status, and the body or where it is."""
        self.asked.append((path, namespace))
        if self.sealed:
            return 503, {"errors": ["Vault is sealed"]}
        if token != TOKEN:
            return 403, {"errors": ["permission denied"]}
        return self.answers.get(path, (404, {"errors": []}))


@pytest.fixture
def vault(here: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Vault]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            headers = self.headers
            status, said = vault.answer(self.path, headers["X-Vault-Token"], headers["X-Vault-Namespace"])
            self.send_response(status)
            if status == 307:
                self.send_header("Location", said)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(said).encode())

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        vault = Vault(server)
        monkeypatch.setenv("VAULT_ADDR", vault.url)
        monkeypatch.setenv("VAULT_TOKEN", TOKEN)
        monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")  # must not get the token
        monkeypatch.setenv("HOME", str(here))
        monkeypatch.delenv("VAULT_NAMESPACE", raising=False)
        thread = Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield vault
        server.shutdown()
        thread.join()


def test_the_key_in_a_vault_is_that_in_a_file(command: Command, key: bytes, vault: Vault) -> None:
    vault.holds("/v1/secret/data/dinas/privacyscan", kunci=key.hex(), lain="x")
    check_copies(command, ADDRESS)


def test_mount_namespace_and_the_token_of_a_login_are_as_in_vaults_program(
    command: Command, key: bytes, vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault.holds("/v1/tim/kv/data/uji", kunci=key.hex())
    monkeypatch.delenv("VAULT_TOKEN")
    monkeypatch.setenv("VAULT_NAMESPACE", "dinas")
    Path(".vault-token").write_text(TOKEN, encoding="utf-8")  # the home of the test
    check_copies(command, "vault:tim%2Fkv/uji#kunci")
    assert set(vault.asked) == {("/v1/tim/kv/data/uji", "dinas")}


@pytest.mark.parametrize(
    ("status", "said", "told"),
    [
        (404, {"errors": []}, "there is no such secret, or it was deleted; check mount"),
        (404, {"data": {"data": None, "metadata": {"deletion_time": "2026-01-02T03:04:05Z"}}}, "or it was deleted"),
        (200, {"data": {"data": {"lain": "rahasia"}}}, "no text in this field; check the name behind the #"),
        (200, {"data": {"data": {"kunci": 7}}}, "no text in this field"),
        (200, {"data": {"data": {"kunci": "rahasia"}}}, "is no key, expected 64 hexadecimal digits"),
        (200, {"data": {"data": {"kunci": "ab" * 31}}}, "is no key, expected 64 hexadecimal digits"),
        (200, {"data": {"kunci": "rahasia"}}, "not KV of version 2"),  # of version 1
        (200, "<html>", "not KV of version 2"),
        (307, "/v1/other", "not KV of version 2"),  # a redirect would take the token along
        (500, {"errors": ["rahasia"]}, "the server cannot answer (InternalServerError)"),
        (501, {"errors": ["rahasia"]}, "the server cannot answer (VaultNotInitialized)"),
    ],
)
def test_a_vault_that_gives_no_key_says_why(command: Command, vault: Vault, status: int, said: Any, told: str) -> None:
    vault.answers["/v1/secret/data/dinas/privacyscan"] = status, said
    shown = refused(command, ADDRESS)
    assert f"--key-from {ADDRESS}: " in shown
    assert told in shown
    assert "rahasia" not in shown
    assert len(vault.asked) == 1


def test_a_sealed_server_and_a_wrong_token_say_so(
    command: Command, vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault.sealed = True
    assert "the server is sealed or down; have it unsealed" in refused(command, ADDRESS)
    vault.sealed = False
    for token in ("hvs.salah", "hvs.salah\n", "hvs.“salah”"):
        monkeypatch.setenv("VAULT_TOKEN", token)
        shown = refused(command, ADDRESS)
        assert "the server refuses the token; check VAULT_TOKEN" in shown
        assert "salah" not in shown
    monkeypatch.delenv("VAULT_TOKEN")
    assert "there is no token; set VAULT_TOKEN" in refused(command, ADDRESS)
    Path(".vault-token").write_bytes(b"\xff\xfe")  # as one that nobody may read
    assert "~/.vault-token cannot be read" in refused(command, ADDRESS)


@pytest.mark.parametrize(
    ("address", "told"),
    [
        (None, "VAULT_ADDR is not set"),
        ("", "VAULT_ADDR is not set"),
        ("vault.example:8200", "VAULT_ADDR is no URL"),
        ("https://[::1", "VAULT_ADDR is no URL"),
        ("http://vault.example:8200", "would send the token in the clear; set it to https://"),
        ("http://127.0.0.1.example", "would send the token in the clear"),
        ("http://10.0.0.1:8200", "would send the token in the clear"),
        ("http://localhost:1", "the server cannot be reached; check VAULT_ADDR"),
        ("http://[::1]:1", "the server cannot be reached; check VAULT_ADDR"),
        ("https://127.0.0.1:1", "the server cannot be reached; check VAULT_ADDR"),
    ],
)
def test_an_address_that_will_not_do_is_told(
    command: Command, monkeypatch: pytest.MonkeyPatch, address: str | None, told: str
) -> None:
    monkeypatch.setenv("VAULT_TOKEN", TOKEN)
    monkeypatch.delenv("VAULT_ADDR", raising=False)
    if address is not None:
        monkeypatch.setenv("VAULT_ADDR", address)
    assert told in refused(command, ADDRESS)


@pytest.mark.parametrize("address", ["vault:", "vault:secret#kunci", "vault:secret/uji", "vault:/uji#kunci"])
def test_an_address_in_a_vault_has_three_parts(command: Command, address: str) -> None:
    assert "expected vault:MOUNT/PATH#FIELD" in refused(command, address)


def test_a_certificate_is_checked(
    command: Command, vault: Vault, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    made = certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(made, tmp_path / "key.pem")
    vault.server.socket = context.wrap_socket(vault.server.socket, server_side=True)
    monkeypatch.setenv("VAULT_ADDR", vault.url.replace("http:", "https:"))
    assert "the server's certificate is not trusted; name the authority's in VAULT_CACERT" in refused(command, ADDRESS)
    assert vault.asked == []
    monkeypatch.setenv("VAULT_CACERT", str(tmp_path / "tiada.pem"))
    assert "check VAULT_ADDR and VAULT_CACERT" in refused(command, ADDRESS)
    monkeypatch.setenv("VAULT_CACERT", str(made))
    assert "there is no such secret" in refused(command, ADDRESS)
