"""Keys in HashiCorp Vault or OpenBao: `vault:MOUNT/PATH#FIELD`, 64 hexadecimal digits in a field of the secrets engine
KV, version 2.

Where it is and who asks come from where Vault's own program has them: VAULT_ADDR, VAULT_TOKEN or `~/.vault-token`,
VAULT_NAMESPACE, VAULT_CACERT.
"""

from __future__ import annotations

import os
from ipaddress import ip_address
from typing import Any
from urllib.parse import unquote, urlsplit

from privacyscan.errors import ConfigurationError, MissingExtra, UsageError
from privacyscan.keys import from_digits
from privacyscan.keystores import KeyStore

_SECONDS = 30  # for an answer


class Vault:
    name = "vault"

    def key(self, address: str) -> bytes:
        place, _, field = address.partition("#")
        mount, _, path = place.partition("/")
        if not mount or not path or not field:
            raise UsageError("--key-from: expected vault:MOUNT/PATH#FIELD")
        option = f"--key-from vault:{address}"
        secret = _secret(_server(option), unquote(mount), path, option)
        value = secret.get(field)
        if not isinstance(value, str):
            raise ConfigurationError(f"{option}: the secret has no text in this field; check the name behind the #")
        return from_digits(value.strip(), option)


def _server(option: str) -> str:
    """Where the server is. The token goes in the clear to none but this machine."""
    server = os.environ.get("VAULT_ADDR", "")
    if not server:
        raise ConfigurationError(
            f"{option}: VAULT_ADDR is not set; set it to the server, as https://vault.example:8200"
        )
    try:
        url = urlsplit(server)
        host = url.hostname
    except ValueError:
        host = None
    if not host or url.scheme not in ("https", "http"):
        raise ConfigurationError(f"{option}: VAULT_ADDR is no URL; set it to the server, as https://vault.example:8200")
    if url.scheme == "http" and not _is_loopback(host):
        raise ConfigurationError(f"{option}: VAULT_ADDR would send the token in the clear; set it to https://")
    return server


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _secret(server: str, mount: str, path: str, option: str) -> dict[str, Any]:
    """The fields of the newest version."""
    try:
        import hvac
        from hvac.exceptions import VaultError
    except ImportError:
        raise MissingExtra("vault:", "privacyscan[vault]") from None
    # A redirect would take the token along, and so would a proxy of the environment.
    try:
        client = hvac.Client(
            url=server,
            namespace=os.environ.get("VAULT_NAMESPACE"),
            verify=os.environ.get("VAULT_CACERT") or True,
            timeout=_SECONDS,
            allow_redirects=False,
        )
    except (OSError, UnicodeError):  # of the file of a login, which it reads
        raise ConfigurationError(
            f"{option}: ~/.vault-token cannot be read; mend its permissions, or set VAULT_TOKEN"
        ) from None
    client.session.trust_env = False
    if not client.token:
        raise ConfigurationError(f"{option}: there is no token; set VAULT_TOKEN, or run vault login")
    try:
        answer = client.secrets.kv.v2.read_secret_version(path, mount_point=mount, raise_on_deleted_version=True)
    except (VaultError, OSError, UnicodeError) as error:
        raise ConfigurationError(_why(error, option)) from None
    finally:
        client.adapter.close()
    try:
        fields: dict[str, Any] = dict(answer["data"]["data"])
    except (TypeError, KeyError, ValueError):
        raise ConfigurationError(
            f"{option}: what answers is not KV of version 2; check VAULT_ADDR and the mount"
        ) from None
    return fields


def _why(error: Exception, option: str) -> str:
    """What went wrong, and what to do. What the server and the libraries say is not told: it may hold anything."""
    from hvac.exceptions import Forbidden, InvalidPath, VaultDown, VaultError
    from requests.exceptions import InvalidHeader, SSLError

    if isinstance(error, Forbidden | InvalidHeader | UnicodeError):  # a token is a line of ASCII
        return f"{option}: the server refuses the token; check VAULT_TOKEN, and that it may read the path"
    if isinstance(error, InvalidPath):
        return f"{option}: there is no such secret, or it was deleted; check mount (KV of version 2) and path"
    if isinstance(error, VaultDown):
        return f"{option}: the server is sealed or down; have it unsealed, then run this again"
    if isinstance(error, VaultError):
        return f"{option}: the server cannot answer ({type(error).__name__}); ask who runs it"
    if isinstance(error, SSLError):
        return f"{option}: the server's certificate is not trusted; name the authority's in VAULT_CACERT"
    return f"{option}: the server cannot be reached; check VAULT_ADDR and VAULT_CACERT"


plugin: KeyStore = Vault()
