"""Places that keep keys, besides files: one module per kind, each ending with `plugin: KeyStore = ...`."""

from __future__ import annotations

from typing import Protocol

from privacyscan.errors import UsageError
from privacyscan.registry import plugins


class KeyStore(Protocol):
    """A kind of place that keeps keys. Its library is imported when a key is asked for."""

    @property
    def name(self) -> str:
        """What stands before the colon of an address."""
        ...

    def key(self, address: str) -> bytes:
        """The key of KEY_BYTES at what stands behind the colon.

        Raises UsageError for an address that is none, MissingExtra without the library, and ConfigurationError when
        the place gives no key. No message holds a secret, nor what it got in place of an address: that may be one.
        """
        ...


def key_from(address: str) -> bytes:
    """The key at an address such as `keyring:privacyscan/uji`."""
    kind, _, rest = address.partition(":")
    stores = plugins("keystores")
    if kind not in stores:
        raise UsageError(f"--key-from: should begin with one of {', '.join(f'{name}:' for name in stores)}")
    store: KeyStore = stores[kind]
    return store.key(rest)
