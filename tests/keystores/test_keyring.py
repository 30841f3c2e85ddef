"""Keys in keyrings."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

from tests.keystores.conftest import Command, check_copies, refused
from tests.servers import not_here

try:
    import keyring
    from keyring.backend import KeyringBackend
    from keyring.errors import KeyringLocked
except ImportError:
    not_here("keyring is not installed: sh .ci/setup test")


class Entries(KeyringBackend):
    """A keyring in memory that can be locked, or fail."""

    priority = 1.0

    def __init__(self) -> None:
        super().__init__()
        self.held: dict[tuple[str, str], str] = {}
        self.error: Exception | None = None

    def get_password(self, service: str, username: str) -> str | None:
        if self.error is not None:
            raise self.error
        return self.held.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.held[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.held[service, username]


@pytest.fixture
def entries() -> Iterator[Entries]:
    before = keyring.get_keyring()
    entries = Entries()
    keyring.set_keyring(entries)
    yield entries
    keyring.set_keyring(before)


def test_the_key_in_a_keyring_is_that_in_a_file(command: Command, key: bytes, entries: Entries) -> None:
    keyring.set_password("dinas/privacyscan", "uji", f"{key.hex()}\n")
    check_copies(command, "keyring:dinas/privacyscan/uji")


def test_a_keyring_that_gives_no_key_says_why(command: Command, entries: Entries) -> None:
    address = "keyring:privacyscan/uji"
    assert f"{address}: the keyring has no such entry; keyring set privacyscan uji" in refused(command, address)
    keyring.set_password("privacyscan", "uji", "rahasia")
    told = refused(command, address)
    assert f"{address}: is no key, expected 64 hexadecimal digits" in told
    entries.error = KeyringLocked("rahasia")
    assert "the keyring is locked; unlock it" in refused(command, address)
    entries.error = RuntimeError("rahasia")  # as Secret Service does where no D-Bus is
    told += refused(command, address)
    assert "the keyring failed (RuntimeError); run keyring get privacyscan uji to see why" in told
    assert "rahasia" not in told


def test_where_no_keyring_runs_it_is_said(command: Command, entries: Entries) -> None:
    from keyring.backends.fail import Keyring

    keyring.set_keyring(Keyring())
    assert "no keyring runs here" in refused(command, "keyring:privacyscan/uji")


@pytest.mark.parametrize("address", ["keyring:", "keyring:privacyscan", "keyring:/uji", "keyring:privacyscan/"])
def test_an_address_in_a_keyring_has_two_parts(command: Command, address: str) -> None:
    assert "expected keyring:SERVICE/USER" in refused(command, address)


@pytest.mark.parametrize("address", ["", "rahasia", "rahasia:a", "Vault:a/b#c", "conftest:a"])
def test_what_is_no_address_is_not_shown(command: Command, address: str) -> None:
    told = refused(command, address)
    assert "--key-from: should begin with one of keyring:, pkcs11:, vault:" in told
    assert "rahasia" not in told


@pytest.mark.parametrize(
    ("address", "library"),
    [
        ("keyring:a/b", "keyring"),
        ("vault:a/b#c", "hvac"),
        ("pkcs11:object=a?module-path=b&pin-source=env:PIN", "pkcs11"),
    ],
)
def test_without_its_library_the_extra_is_named(
    command: Command, monkeypatch: pytest.MonkeyPatch, address: str, library: str
) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    monkeypatch.setenv("VAULT_ADDR", "https://vault.example:8200")
    monkeypatch.setenv("PIN", "123456")
    assert f"pip install 'privacyscan[{address.partition(':')[0]}]'" in refused(command, address)
