"""Files over SSH: `sftp://user@host/folder`; `sftp://user@host/~/folder` begins in the user's home.

Host keys are checked, and keys, agent and settings found, as `ssh` does it with `~/.ssh`. With a password no key is
tried.
"""

from __future__ import annotations

import stat
import threading
from collections.abc import Coroutine, Sequence
from pathlib import Path
from typing import Any, TypeVar

from privacyscan.errors import UsageError
from privacyscan.model import Access, Limits, Reason
from privacyscan.sources import Source
from privacyscan.sources._faults import DENIED, GONE, LOST, NO_ANSWER, NO_HOST, Fault
from privacyscan.sources._remote import Address, Entry, EntryKind, Names, Refused, Share

T = TypeVar("T")

SILENCE = 15  # seconds after which the server is asked whether it is there; after four such it is not
BLOCK = 48 << 10  # bytes of one request, where the server does not say how many it takes; many are under way at once
QUICK = "^aes128-gcm@openssh.com,aes256-gcm@openssh.com"  # ciphers to prefer: twice as fast as the first of the library

_NO_LOGIN = Fault(Reason.LOGIN_FAILED, "the server refused the login; check the user, and the password or key")
_NO_SFTP = Fault(Reason.UNREACHABLE, "the server offers no SFTP; ask for it to be allowed")
_NO_CIPHER = Fault(Reason.UNREACHABLE, "the server is too old for a safe connection; have it brought up to date")
_NO_SETTINGS = Fault(Reason.ERROR, "a key or setting in ~/.ssh cannot be read; mend it")
_FAILED = Fault(Reason.ERROR, "the server reports an error; its log may say more")


class Sftp:
    name = "sftp"
    schemes = ("sftp",)
    title = "SFTP"
    library = "privacyscan[sftp]"

    def check(self, address: Address) -> None:
        if "~" in address.path[1:]:
            raise UsageError("names a home within a folder; write ~ right after the host")

    def errors(self) -> tuple[type[Exception], ...]:
        import asyncssh

        return asyncssh.Error, OSError, ValueError, TimeoutError

    def connect(self, address: Address, limits: Limits) -> SftpSession:
        return SftpSession(address, limits)

    def fault(self, error: Exception) -> Fault:
        import socket

        import asyncssh

        table: Sequence[tuple[tuple[type[Exception], ...], Fault]] = (
            ((asyncssh.PermissionDenied,), _NO_LOGIN),
            ((asyncssh.KeyExchangeFailed, asyncssh.ProtocolNotSupported), _NO_CIPHER),
            ((asyncssh.SFTPNoSuchFile, asyncssh.SFTPNoSuchPath), GONE),
            ((asyncssh.SFTPPermissionDenied,), DENIED),
            ((asyncssh.SFTPConnectionLost, asyncssh.SFTPNoConnection, asyncssh.SFTPInvalidHandle), LOST),
            ((asyncssh.DisconnectError,), LOST),
            ((asyncssh.ChannelOpenError,), _NO_SFTP),
            ((asyncssh.SFTPError,), _FAILED),
            ((socket.gaierror,), NO_HOST),
            ((OSError, TimeoutError), NO_ANSWER),
        )
        return next((fault for kinds, fault in table if isinstance(error, kinds)), _NO_SETTINGS)


class SftpSession:
    """A connection, and the thread in which it lives: a caller may have an event loop of its own."""

    def __init__(self, address: Address, limits: Limits) -> None:
        import asyncio
        import logging

        import asyncssh

        logging.getLogger("asyncssh").addHandler(logging.NullHandler())  # we say what is wrong
        self._root = _root(address.path)
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, daemon=True).start()
        try:
            self._connection, self._client = self.run(_connected(address, limits))
        except BaseException as error:
            try:
                if isinstance(error, asyncssh.HostKeyNotVerifiable):
                    raise Refused(self.run(_doubt(address))) from None
                raise
            finally:
                self._end()

    def scan(self, folder: Names) -> list[Entry]:
        return self.run(self._scanned(self._path(folder)))

    async def _scanned(self, path: str) -> list[Entry]:
        return [
            _entry(found.filename, found.attrs)
            async for found in self._client.scandir(path)
            if found.filename not in (".", "..")
        ]

    def entry(self, path: Names) -> Entry:
        return _entry(path[-1] if path else "", self.run(self._client.stat(self._path(path))))

    def open(self, path: Names) -> SftpHandle:
        return SftpHandle(self, self.run(self._opened(self._path(path))))

    async def _opened(self, path: str) -> Any:
        block = -1 if self._client.limits.max_packet_len else BLOCK
        return await self._client.open(path, "rb", encoding=None, block_size=block)

    def close(self) -> None:
        self._connection.abort()
        try:
            self.run(self._connection.wait_closed())
        finally:
            self._end()

    def _end(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)

    def _path(self, path: Names) -> str:
        return "/".join((self._root, *path)) or "/"

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        import asyncio

        return asyncio.run_coroutine_threadsafe(work, self._loop).result()


class SftpHandle:
    def __init__(self, session: SftpSession, file: Any) -> None:
        self._session, self._file = session, file

    def read(self, offset: int, length: int) -> bytes:
        data: bytes = self._session.run(self._file.read(length, offset))
        return data

    def close(self) -> None:
        self._session.run(self._file.close())


async def _connected(address: Address, limits: Limits) -> tuple[Any, Any]:
    import asyncssh

    options: dict[str, Any] = {
        "keepalive_interval": SILENCE,
        "connect_timeout": limits.connect_timeout,
        "encryption_algs": QUICK,
    }
    if address.port is not None:
        options["port"] = address.port
    if address.user is not None:
        options["username"] = address.user
    if address.password is not None:
        options |= {"password": address.password, "client_keys": None, "agent_path": None}
    connection = await asyncssh.connect(address.host, **options)
    try:
        return connection, await connection.start_sftp_client(path_errors="surrogateescape")
    except BaseException:
        connection.abort()
        raise


async def _doubt(address: Address) -> Fault:
    """Why the host key of the server is not trusted."""
    import asyncssh

    key = await asyncssh.get_server_host_key(address.host, address.port or ())
    if key is None:
        return _NO_CIPHER
    known = Path("~/.ssh/known_hosts").expanduser()
    if known.is_file() and asyncssh.match_known_hosts(str(known), address.host, "", address.port)[0]:
        return Fault(
            Reason.UNREACHABLE,
            f"its host key is another than before, {key.get_fingerprint()}: somebody may be in between; "
            "ask who runs it, and only then replace it by ssh-keygen -R and ssh",
        )
    return Fault(
        Reason.UNREACHABLE,
        f"its host key is not known: {key.get_fingerprint()}; compare it with the server's own, then connect to it by "
        "ssh once, which adds it to ~/.ssh/known_hosts",
    )


def _root(path: Names) -> str:
    """The folder that a URL names: from the root of the server, or from the home of the user."""
    return "/".join((".", *path[1:]) if path[:1] == ("~",) else ("", *path))


def _entry(name: str, attributes: Any) -> Entry:
    from asyncssh import FILEXFER_TYPE_DIRECTORY, FILEXFER_TYPE_REGULAR, FILEXFER_TYPE_SYMLINK

    kinds = {
        FILEXFER_TYPE_REGULAR: EntryKind.FILE,
        FILEXFER_TYPE_DIRECTORY: EntryKind.FOLDER,
        FILEXFER_TYPE_SYMLINK: EntryKind.LINK,
    }
    mode = None if attributes.permissions is None else stat.S_IMODE(attributes.permissions)
    owner, group = (None if number is None else str(number) for number in (attributes.uid, attributes.gid))
    kind = kinds.get(attributes.type, EntryKind.OTHER)
    return Entry(name, kind, attributes.size, attributes.mtime, access=Access(mode, owner, group))


plugin: Source = Share(Sftp())
