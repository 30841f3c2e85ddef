"""Keys made in a token of hardware (PKCS#11), from a secret that never leaves it: HMAC-SHA256 of a fixed text.

`pkcs11:token=LABEL;object=LABEL?module-path=FILE&pin-source=env:NAME`: URIs of RFC 7512. A secret that could be read is
used in the same way, so the same secret gives the same key in whatever token it lies.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes

from privacyscan.errors import ConfigurationError, MissingExtra, UsageError
from privacyscan.keys import KEY_BYTES, check_private
from privacyscan.keystores import KeyStore

_TEXT = b"privacyscan key 1"  # another text would be other keys for everybody
_TOKEN = ("token", "manufacturer", "model", "serial", "slot-id")  # what an address may say of a token
_ATTRIBUTES = {*_TOKEN, "object", "id", "type", "module-path", "pin-source"}


class Pkcs11:
    name = "pkcs11"

    def key(self, address: str) -> bytes:
        wanted = _wanted(address)
        option = f"--key-from pkcs11:{address.partition('?')[0]}"
        pin = _pin(wanted["pin-source"].decode(errors="replace"), option)
        try:
            import pkcs11
        except ImportError:
            raise MissingExtra("pkcs11:", "privacyscan[pkcs11]") from None
        module = os.fsdecode(wanted["module-path"])
        try:
            library = pkcs11.lib(module)
        except pkcs11.PKCS11Error:
            raise ConfigurationError(
                f"{option}: {module} cannot be loaded and started as a PKCS#11 module; check module-path"
            ) from None
        try:
            return _made(library, wanted, pin, option)
        except pkcs11.PKCS11Error as error:
            raise ConfigurationError(_why(type(error).__name__, option)) from None
        finally:
            library.finalize()  # logs out; and the workers to come must not share it


def _wanted(address: str) -> dict[str, bytes]:
    """The attributes of an address."""
    path, _, query = address.partition("?")
    pairs = [part.partition("=")[::2] for part in (*path.split(";"), *query.split("&"))]
    given = {name: unquote_to_bytes(value) for name, value in pairs if value}
    if "pin-value" in given:
        raise UsageError(
            "--key-from: pin-value shows the PIN to everybody who can list processes; give pin-source=env:NAME or"
            " pin-source=file:PATH"
        )
    is_whole = (
        len(given) == len(pairs) and given.keys() <= _ATTRIBUTES and {"module-path", "pin-source"} <= given.keys()
    )
    if not is_whole or not given.keys() & {"object", "id"} or given.get("type", b"secret-key") != b"secret-key":
        raise UsageError(
            "--key-from: expected pkcs11:token=LABEL;object=LABEL?module-path=FILE&pin-source=env:NAME, of a secret key"
        )
    return given


def _pin(source: str, option: str) -> str:
    """The PIN in an environment variable, or on the first line of a file that only its owner can read."""
    kind, _, name = source.partition(":")
    if kind == "env":
        pin = os.environ.get(name, "")
    elif kind == "file":
        path = Path(name.removeprefix("//"))
        try:
            with path.open("rb") as file:
                check_private(file, path)
                pin = file.readline(1024).decode(errors="replace").rstrip("\r\n")
        except OSError as error:
            raise ConfigurationError(f"{path}: cannot be read ({error.strerror}); check pin-source") from None
    else:
        raise UsageError("--key-from: pin-source should be env:NAME or file:PATH")
    if not pin:
        raise ConfigurationError(f"{option}: there is no PIN in {source}; put it there")
    return pin


def _made(library: Any, wanted: dict[str, bytes], pin: str, option: str) -> bytes:
    """The key that the one token makes with the one secret."""
    from pkcs11 import Attribute, Mechanism

    with _token(library, wanted, option).open(user_pin=pin) as session:
        secret = _secret(session, wanted, option)
        if not secret[Attribute.SIGN]:
            raise ConfigurationError(_no_hmac(option))
        if secret.key_length < 8 * KEY_BYTES:
            raise ConfigurationError(
                f"{option}: the secret key has {secret.key_length} bits, expected {8 * KEY_BYTES}; make a longer one"
            )
        made: bytes = secret.sign(_TEXT, mechanism=Mechanism.SHA256_HMAC)
    return made


def _token(library: Any, wanted: dict[str, bytes], option: str) -> Any:
    from pkcs11 import TokenFlag

    fit = [t for t in library.get_tokens(token_flags=TokenFlag.TOKEN_INITIALIZED) if _is_wanted(t, wanted)]
    if not fit:
        raise ConfigurationError(f"{option}: there is no such token; plug it in, and check token and slot-id")
    if len(fit) > 1:
        raise ConfigurationError(f"{option}: {len(fit)} tokens fit; add serial= or slot-id= of the one")
    return fit[0]


def _is_wanted(token: Any, wanted: dict[str, bytes]) -> bool:
    texts = (token.label, token.manufacturer_id, token.model, token.serial.decode(), str(token.slot.slot_id))
    return all(wanted.get(name, text.encode()) == text.encode() for name, text in zip(_TOKEN, texts, strict=True))


def _secret(session: Any, wanted: dict[str, bytes], option: str) -> Any:
    from pkcs11 import Attribute, ObjectClass

    template: dict[Any, Any] = {Attribute.CLASS: ObjectClass.SECRET_KEY}
    if "object" in wanted:
        template[Attribute.LABEL] = wanted["object"].decode(errors="replace")
    if "id" in wanted:
        template[Attribute.ID] = wanted["id"]
    fit = list(session.get_objects(template))
    if not fit:
        raise ConfigurationError(f"{option}: the token holds no such secret key; check object and id")
    if len(fit) > 1:
        raise ConfigurationError(f"{option}: {len(fit)} secret keys fit; add id= of the one")
    return fit[0]


def _why(error: str, option: str) -> str:
    """What an error of the library means, and what to do."""
    if error in ("PinIncorrect", "PinInvalid", "PinLenRange"):
        return f"{option}: the PIN is wrong, and was tried once alone, for tokens lock; check pin-source"
    if error == "PinLocked":
        return f"{option}: the PIN is locked; have the token unlocked by its security officer"
    if error in ("PinExpired", "UserPinNotInitialized"):
        return f"{option}: the PIN has expired or was never set; set a new one with the token's own program"
    if error in ("MechanismInvalid", "KeyTypeInconsistent", "FunctionNotSupported"):
        return _no_hmac(option)
    return f"{option}: the token failed ({error}); look at it with pkcs11-tool --list-objects --login"


def _no_hmac(option: str) -> str:
    return f"{option}: the token makes no HMAC-SHA256 with this key; make a generic secret key that may sign"


plugin: KeyStore = Pkcs11()
