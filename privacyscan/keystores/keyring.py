"""Keys in the keyring of whoever is logged in: `keyring:SERVICE/USER`, 64 hexadecimal digits as its password."""

from __future__ import annotations

from privacyscan.errors import ConfigurationError, MissingExtra, UsageError
from privacyscan.keys import from_digits
from privacyscan.keystores import KeyStore


class Keyring:
    name = "keyring"

    def key(self, address: str) -> bytes:
        service, _, user = address.rpartition("/")
        if not service or not user:
            raise UsageError("--key-from: expected keyring:SERVICE/USER")
        try:
            import keyring
            from keyring.errors import KeyringLocked, NoKeyringError
        except ImportError:
            raise MissingExtra("keyring:", "privacyscan[keyring]") from None
        option = f"--key-from keyring:{address}"
        try:
            digits = keyring.get_password(service, user)
        except KeyringLocked:
            raise ConfigurationError(f"{option}: the keyring is locked; unlock it, then run this again") from None
        except NoKeyringError:
            raise ConfigurationError(
                f"{option}: no keyring runs here; log in to a desktop, or name one in PYTHON_KEYRING_BACKEND"
            ) from None
        except Exception as error:  # backends are other people's, raise what they like, and may say anything
            raise ConfigurationError(
                f"{option}: the keyring failed ({type(error).__name__}); run keyring get {service} {user} to see why"
            ) from None
        if digits is None:
            raise ConfigurationError(f"{option}: the keyring has no such entry; keyring set {service} {user} makes it")
        return from_digits(digits.strip(), option)


plugin: KeyStore = Keyring()
