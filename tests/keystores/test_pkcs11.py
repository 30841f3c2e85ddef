"""Keys from tokens of hardware, with SoftHSM: a token in software."""

from __future__ import annotations

import hmac
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.keystores.conftest import Command, check_copies, refused
from tests.servers import not_here

try:
    import pkcs11
    from pkcs11 import Attribute, KeyType, ObjectClass
except ImportError:
    not_here("python-pkcs11 is not installed: sh .ci/setup test")

MODULE = "/usr/lib/softhsm/libsofthsm2.so"
PIN = "471147"
WHERE = f"module-path={MODULE}&pin-source=env:PIN_UJI"
SECRET = bytes(range(7, 39))


@pytest.fixture(scope="module")
def tokens(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The settings of SoftHSM with a token `uji` that holds some secret keys, and two that are called `kembar`."""
    if shutil.which("softhsm2-util") is None:
        not_here("SoftHSM is not installed: apt-get install softhsm2")
    folder = tmp_path_factory.mktemp("softhsm")
    (folder / "token").mkdir()
    conf = folder / "softhsm2.conf"
    conf.write_text(f"directories.tokendir = {folder}/token\nlog.level = ERROR\n", encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOFTHSM2_CONF", str(conf))
        for label in ("uji", "kembar", "kembar"):
            made = ["softhsm2-util", "--init-token", "--free", "--label", label, "--pin", PIN, "--so-pin", "87654321"]
            subprocess.run(made, check=True, capture_output=True)
        library = pkcs11.lib(MODULE)
        with library.get_token(token_label="uji").open(rw=True, user_pin=PIN) as session:
            _put(session, "rahasia dinas", SECRET, id=b"\x01")
            _put(session, "terbuka", SECRET, extractable=True)
            _put(session, "pendek", SECRET[:31])
            _put(session, "bisu", SECRET, sign=False)
            _put(session, "dua", SECRET)
            _put(session, "dua", SECRET)
        library.finalize()
    return conf


def _put(
    session: Any, label: str, value: bytes, *, id: bytes = b"", sign: bool = True, extractable: bool = False
) -> None:
    session.create_object(
        {
            Attribute.CLASS: ObjectClass.SECRET_KEY,
            Attribute.KEY_TYPE: KeyType.GENERIC_SECRET,
            Attribute.TOKEN: True,
            Attribute.PRIVATE: True,
            Attribute.LABEL: label,
            Attribute.ID: id,
            Attribute.VALUE: value,
            Attribute.SIGN: sign,
            Attribute.SENSITIVE: not extractable,
            Attribute.EXTRACTABLE: extractable,
        }
    )


@pytest.fixture(autouse=True)
def settings(request: pytest.FixtureRequest, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOFTHSM2_CONF", str(request.getfixturevalue("tokens")))
    monkeypatch.setenv("PIN_UJI", PIN)


@pytest.mark.parametrize(
    "secret",
    [
        "token=uji;object=rahasia%20dinas",
        "model=SoftHSM%20v2;manufacturer=SoftHSM%20project;token=uji;id=%01;type=secret-key",
        "token=uji;object=terbuka",  # one that could be read is used in the same way
    ],
)
def test_the_key_of_a_token_is_hmac_sha256_of_a_fixed_text(command: Command, secret: str) -> None:
    Path("kunci").touch(0o600)
    Path("kunci").write_bytes(hmac.digest(SECRET, b"privacyscan key 1", "sha256"))
    Path("pin").touch(0o600)
    Path("pin").write_text(f"{PIN}\n", encoding="utf-8")
    check_copies(command, f"pkcs11:{secret}?module-path={MODULE}&pin-source=file:pin")


@pytest.mark.parametrize(
    ("secret", "told"),
    [
        ("token=tiada;object=dua", "there is no such token; plug it in"),
        ("slot-id=99;object=dua", "there is no such token; plug it in"),
        ("token=kembar;object=dua", "2 tokens fit; add serial= or slot-id="),
        ("token=uji;object=tiada", "holds no such secret key; check object and id"),
        ("token=uji;object=dua", "2 secret keys fit; add id="),
        ("token=uji;object=dua;id=%07", "holds no such secret key"),
        ("token=uji;object=pendek", "has 248 bits, expected 256"),
        ("token=uji;object=bisu", "makes no HMAC-SHA256 with this key; make a generic secret key that may sign"),
    ],
)
def test_a_token_that_gives_no_key_says_why(command: Command, secret: str, told: str) -> None:
    assert told in refused(command, f"pkcs11:{secret}?{WHERE}")


def test_a_wrong_pin_is_tried_once(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    logins: list[Any] = []

    def log_in(token: Any, **options: Any) -> Any:
        logins.append(options)
        return token.open(**options)

    monkeypatch.setattr(pkcs11, "lib", _with(log_in))
    monkeypatch.setenv("PIN_UJI", "000000")
    shown = refused(command, f"pkcs11:token=uji;object=dua?{WHERE}")
    assert "--key-from pkcs11:token=uji;object=dua: the PIN is wrong, and was tried once alone" in shown
    assert "000000" not in shown
    assert len(logins) == 1


@pytest.mark.parametrize(
    ("error", "told"),
    [  # what SoftHSM never says
        (pkcs11.PinLocked, "the PIN is locked; have the token unlocked"),
        (pkcs11.PinExpired, "the PIN has expired or was never set"),
        (pkcs11.MechanismInvalid, "the token makes no HMAC-SHA256"),
        (pkcs11.DeviceRemoved, "the token failed (DeviceRemoved)"),
    ],
)
def test_a_token_that_fails_says_why(
    command: Command, monkeypatch: pytest.MonkeyPatch, error: type[Exception], told: str
) -> None:
    def fail(token: Any, **options: Any) -> Any:
        raise error("rahasia")

    monkeypatch.setattr(pkcs11, "lib", _with(fail))
    shown = refused(command, f"pkcs11:token=uji;object=dua?{WHERE}")
    assert told in shown
    assert "rahasia" not in shown


def _with(log_in: Callable[..., Any]) -> Callable[[str], Any]:
    """The library, but for who logs in to its tokens."""
    real = pkcs11.lib

    class Token:
        def __init__(self, token: Any) -> None:
            self.token = token

        def __getattr__(self, name: str) -> Any:
            return getattr(self.token, name)

        def open(self, **options: Any) -> Any:
            return log_in(self.token, **options)

    def library(module: str) -> Any:
        held = real(module)
        return SimpleNamespace(get_tokens=lambda **o: map(Token, held.get_tokens(**o)), finalize=held.finalize)

    return library


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("object=a?module-path=/tiada.so&pin-source=env:PIN_UJI", "/tiada.so cannot be loaded and started"),
        ("object=a?module-path=/etc/passwd&pin-source=env:PIN_UJI", "cannot be loaded and started as a PKCS#11 module"),
        (f"object=a?module-path={MODULE}&pin-source=env:TIADA", "there is no PIN in env:TIADA; put it there"),
        (f"object=a?module-path={MODULE}&pin-source=file:kosong", "there is no PIN in file:kosong; put it there"),
        (f"object=a?module-path={MODULE}&pin-source=file:tiada", "tiada: cannot be read (No such file or directory)"),
        (f"object=a?module-path={MODULE}&pin-source=file:terbuka", "terbuka: others may read or change it (mode 644)"),
        (f"object=a?module-path={MODULE}&pin-source=|cat%20pin", "pin-source should be env:NAME or file:PATH"),
        (f"object=a?module-path={MODULE}&pin-value=471147", "give pin-source=env:NAME or pin-source=file:PATH"),
        (f"object=a?module-path={MODULE}", "expected pkcs11:"),
        ("object=a?pin-source=env:PIN_UJI", "expected pkcs11:"),
        (f"token=uji?{WHERE}", "expected pkcs11:"),  # any key of it
        (f"object=a;object=b?{WHERE}", "expected pkcs11:"),
        (f"object=?{WHERE}", "expected pkcs11:"),
        (f"objek=a?{WHERE}", "expected pkcs11:"),
        (f"object=a;type=private?{WHERE}", "of a secret key"),
        ("471147", "expected pkcs11:"),
    ],
)
def test_an_address_of_a_token_that_will_not_do_is_told(command: Command, address: str, told: str) -> None:
    for name, mode in (("kosong", 0o600), ("terbuka", 0o644)):
        Path(name).touch()
        Path(name).chmod(mode)
    shown = refused(command, f"pkcs11:{address}")
    assert told in shown
    assert PIN not in shown
