"""FTP servers: `ftp://user@host/folder`, and `ftps://` with TLS (AUTH TLS). Without a user, as anonymous.

The server must list with MLSD (RFC 3659): what LIST prints is for people, and means something else on each server.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from privacyscan.model import Access, Limits, Reason
from privacyscan.sources import Source
from privacyscan.sources._faults import DENIED, LOST, NO_NAME, Fault
from privacyscan.sources._http import BLOCK, SILENCE, fault_of
from privacyscan.sources._probes import way_in
from privacyscan.sources._remote import Address, Entry, EntryKind, Names, Refused, Share

if TYPE_CHECKING:
    from ftplib import FTP

_NO_MLSD = Fault(Reason.ERROR, "the server cannot list for programs (no MLSD); read its files by sftp:// or smb://")
_NO_LOGIN = Fault(
    Reason.LOGIN_FAILED, "the server refused the login; check the user and the password, or use ftps:// if it wants TLS"
)
_NO_TLS = Fault(Reason.UNREACHABLE, "the server offers no TLS; use ftp:// if the network in between is safe")
_NOT_GIVEN = Fault(Reason.VANISHED, "is not there, or the user may not read it")


class Ftp:
    name = "ftp"
    schemes = ("ftp", "ftps")
    title = "FTP"
    library = "privacyscan"

    def check(self, address: Address) -> None: ...

    def errors(self) -> tuple[type[Exception], ...]:
        from ftplib import Error

        return Error, OSError, EOFError, ValueError

    def connect(self, address: Address, limits: Limits) -> FtpSession:
        return FtpSession(address, limits)

    def fault(self, error: Exception) -> Fault:
        from ftplib import Error

        if isinstance(error, ValueError) and not isinstance(error, OSError):
            return NO_NAME  # a line break in it
        if not isinstance(error, Error):
            return fault_of(error) if isinstance(error, OSError) else LOST
        said = str(error)
        if said[:3] in ("530", "430", "332"):
            return _NO_LOGIN
        if said[:3] in ("500", "501", "502", "504"):
            return _NO_MLSD
        if said[:1] == "5":
            return DENIED if "denied" in said.lower() else _NOT_GIVEN
        return LOST


class FtpSession:
    """A control connection, on which one file at a time is under way."""

    def __init__(self, address: Address, limits: Limits) -> None:
        from ftplib import error_perm

        self.ftp = _client(address.scheme == "ftps")
        self.ftp.encoding = "latin-1"  # bytes as they are; names are UTF-8 or what else the server has
        self.ftp.connect(address.host, address.port or 21, limits.connect_timeout)
        self.ftp.timeout = SILENCE
        self.ftp.sock.settimeout(SILENCE)  # type: ignore[union-attr]
        self._log_in(address)
        with suppress(error_perm):
            self.ftp.sendcmd("OPTS UTF8 ON")
        self.ftp.voidcmd("TYPE I")
        self._home = self.ftp.pwd().rstrip("/")
        self._root = address.path
        self._access = way_in(address.host, address.scheme == "ftps", bool(address.user), "anonymous")
        self.under_way: FtpHandle | None = None

    def _log_in(self, address: Address) -> None:
        from ftplib import FTP_TLS, error_perm

        if isinstance(self.ftp, FTP_TLS):
            try:
                self.ftp.auth()
            except error_perm:
                raise Refused(_NO_TLS) from None
        if address.user is None:
            self.ftp.login()
        else:
            self.ftp.login(_sent(address.user), _sent(address.password or ""))
        if isinstance(self.ftp, FTP_TLS):
            self.ftp.prot_p()

    def scan(self, folder: Names) -> Iterator[Entry]:
        listing, data = FtpHandle(self, f"MLSD {self._path(folder)}"), b""
        while part := listing.read(len(data), BLOCK):
            data += part
        for line in data.splitlines():
            facts, _, name = line.partition(b" ")
            entry = _entry(name.decode("utf-8", "surrogateescape"), facts.decode("ascii", "replace"), self._access)
            if entry is not None:
                yield entry

    def entry(self, path: Names) -> Entry:
        self.settle()
        lines = self.ftp.sendcmd(f"MLST {self._path(path)}").splitlines()
        facts = lines[1].lstrip().partition(" ")[0] if len(lines) > 1 else ""
        name = path[-1] if path else ""
        return _entry(name, facts, self._access) or Entry(name, EntryKind.FOLDER)

    def open(self, path: Names) -> FtpHandle:
        return FtpHandle(self, f"RETR {self._path(path)}")

    def close(self) -> None:
        self.ftp.close()

    def _path(self, path: Names) -> str:
        return _sent("/".join((self._home, *self._root, *path)) or "/")

    def settle(self) -> None:
        """End what is under way: the control connection is for one thing at a time."""
        from ftplib import error_perm, error_temp

        under_way, self.under_way = self.under_way, None
        if under_way is not None:
            under_way.give_up()
            with suppress(error_perm, error_temp):  # what the server says of being cut off
                self.ftp.voidresp()


class FtpHandle:
    """What a command gives, sent on and on as long as it is read so."""

    def __init__(self, session: FtpSession, command: str) -> None:
        self._session, self._command = session, command
        self._data: socket.socket | None = None
        self._at, self._end = 0, -1  # the end is not known before it is reached

    def read(self, offset: int, length: int) -> bytes:
        session = self._session
        if offset == self._end:
            return b""
        if session.under_way is not self or self._data is None or offset != self._at:
            session.settle()
            self._data = session.ftp.transfercmd(self._command, offset or None)
            session.under_way, self._at = self, offset
        parts = []
        while length and (part := self._data.recv(min(BLOCK, length))):
            parts.append(part)
            length -= len(part)
            self._at += len(part)
        if length:  # its end, if the server says that all was sent
            session.under_way = None
            self.give_up()
            session.ftp.voidresp()
            self._end = self._at
        return b"".join(parts)

    def give_up(self) -> None:
        data, self._data = self._data, None
        if data is not None:
            data.close()

    def close(self) -> None:
        if self._session.under_way is self:
            self._session.settle()


def _client(is_secure: bool) -> FTP:
    import ftplib
    import ssl

    if not is_secure:
        return ftplib.FTP()

    class Client(ftplib.FTP_TLS):
        """Files come in the TLS session that logged in: servers ask for that, so that nobody takes the connection."""

        def ntransfercmd(self, cmd: str, rest: int | str | None = None) -> tuple[socket.socket, int | None]:
            connection, size = ftplib.FTP.ntransfercmd(self, cmd, rest)
            session = self.sock.session  # type: ignore[union-attr]
            return self.context.wrap_socket(connection, server_hostname=self.host, session=session), size

    return Client(context=ssl.create_default_context())


def _entry(name: str, told: str, access: Access) -> Entry | None:
    """A file or folder by its facts (`type=file;size=3;...`); None for the folder itself and the one above."""
    facts = dict(fact.partition("=")[::2] for fact in told.lower().split(";"))
    kind, size = facts.get("type", ""), facts.get("size", "")
    if kind in ("cdir", "pdir"):
        return None
    if kind == "file":
        modified = _time(facts.get("modify", ""))
        return Entry(name, EntryKind.FILE, int(size) if size.isdecimal() else None, modified, access=access)
    if kind == "dir":
        return Entry(name, EntryKind.FOLDER)
    return Entry(name, EntryKind.LINK if "link" in kind else EntryKind.OTHER)


def _time(modify: str) -> float | None:
    try:
        return datetime.strptime(modify[:14], "%Y%m%d%H%M%S").replace(tzinfo=UTC).timestamp()
    except ValueError:
        return None


def _sent(text: str) -> str:
    return text.encode("utf-8", "surrogateescape").decode("latin-1")


plugin: Source = Share(Ftp())
