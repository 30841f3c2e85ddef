"""Windows and Samba shares: `smb://user@host/share/folder`, by SMB 2 and 3. Without a user, as a guest."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from privacyscan.errors import UsageError
from privacyscan.model import Access, Evidence, Limits, Reason
from privacyscan.sources import Source
from privacyscan.sources._faults import DENIED, GONE, LOST, NO_ANSWER, NO_HOST, NO_LOGIN, NO_NAME, Fault
from privacyscan.sources._probes import unknown
from privacyscan.sources._remote import Address, Entry, EntryKind, Names, Refused, Share
from privacyscan.sources._rights import CODE as RIGHTS
from privacyscan.sources._rights import granted

PORT = 445
READ = 1 << 20  # bytes of one request; several are under way at once
CREDITS = 128  # asked for with each request: what may be under way, in 64 kB
LISTING = 256 << 10  # bytes of a piece of a listing
MOST_RIGHTS = 64 << 10  # bytes of a list of rights: no list is longer
SILENCE = 60  # seconds after which the server is asked whether it is there; after as many more it is not

# FileIdFullDirectoryInformation, https://learn.microsoft.com/openspecs/windows_protocols/ms-fscc 2.4.18: next entry,
# index, created, accessed, written, changed, size, allocated, attributes, length of the name, reparse tag, -, file id
_ENTRY = struct.Struct("<II4Q2qIIIIQ")
_FULL = 38  # its number
_1601 = 116444736000000000  # 1970 in tenths of microseconds since 1601
_1970 = datetime(1970, 1, 1, tzinfo=UTC)
_FOLDER, _REPARSE = 0x10, 0x400  # attributes
_LINKS = (0xA000000C, 0xA000001D)  # reparse tags of symbolic links: Windows' own, those of its Linux
_SPECIAL = (0x80000014, 0x80000023, 0x80000024, 0x80000025, 0x80000026)  # of NFS files, sockets, pipes, devices
_HEADER = 64  # bytes of each message before what it says
_IS_FOLDER = 0xC00000BA  # status
_DENIED = 0xC0000022  # status
_READ_DATA, _READ_ATTRIBUTES, _READ_RIGHTS = 0x1, 0x80, 0x20000  # what is asked to be allowed
_LIST_OF_RIGHTS = 0x4  # of a security descriptor
_GUEST = Access(flags=(Evidence("guest"),))

_NO_SHARE = Fault(Reason.UNREACHABLE, "the server has no such share; check the name after the host")
_NO_GUEST = Fault(Reason.LOGIN_FAILED, "the server lets no guest in; write smb://user@host/share")
_AS_GUEST = Fault(
    Reason.LOGIN_FAILED,
    "the server does not know the user and let it in as a guest; check the user, or leave it out to read as a guest",
)
_LOCKED = Fault(Reason.DENIED, "somebody keeps it locked; scan again later")
# https://learn.microsoft.com/openspecs/windows_protocols/ms-erref, 2.3.1
_FAULTS = {
    **dict.fromkeys((0xC000000F, 0xC0000034, 0xC000003A, 0xC0000056, 0xC0000225, 0xC0000103), GONE),
    **dict.fromkeys((_DENIED, 0xC0000061), DENIED),
    **dict.fromkeys((0xC0000043, 0xC0000054), _LOCKED),
    **dict.fromkeys((0xC0000033, 0xC0000039, 0xC000003B), NO_NAME),
    **dict.fromkeys((0xC000006A, 0xC000006D, 0xC000006E, 0xC000006F, 0xC0000070, 0xC0000071, 0xC0000072), NO_LOGIN),
    **dict.fromkeys((0xC000015B, 0xC0000193, 0xC0000224, 0xC0000234), NO_LOGIN),
    **dict.fromkeys((0xC00000CC, 0xC00000BE), _NO_SHARE),
    **dict.fromkeys((0xC0000008, 0xC000009A, 0xC00000B5, 0xC00000C4, 0xC00000C9, 0xC00000D0, 0xC0000128), LOST),
    **dict.fromkeys((0xC0000203, 0xC0000205, 0xC000020C, 0xC000020D, 0xC000035C, 0xC0000466), LOST),
}


class Smb:
    name = "smb"
    schemes = ("smb",)
    title = "SMB"
    library = "privacyscan[smb]"

    def check(self, address: Address) -> None:
        if not address.path:
            raise UsageError("names no share; write smb://user@host/share (smbclient -L host lists them)")
        if any("\\" in name for name in address.path):
            raise UsageError("holds a backslash; write / between folders")

    def errors(self) -> tuple[type[Exception], ...]:
        from smbprotocol.exceptions import SMBException

        # The last ones: what the library stumbles over in an answer that is not SMB.
        return SMBException, OSError, ValueError, KeyError, IndexError, TypeError, AttributeError, struct.error

    def connect(self, address: Address, limits: Limits) -> SmbSession:
        return SmbSession(address, limits)

    def fault(self, error: Exception) -> Fault:
        from smbprotocol.exceptions import SMBAuthenticationError, SMBOSError, SMBResponseException

        if isinstance(error, SMBAuthenticationError):
            return NO_LOGIN
        if not isinstance(error, SMBOSError | SMBResponseException):
            return LOST
        status = error.ntstatus if isinstance(error, SMBOSError) else error.status
        message = f"the server reports status {status:08x}; its log says more"
        return _FAULTS.get(status) or Fault(Reason.ERROR, message)


class SmbSession:
    """A connection of its own, signed or encrypted; only a guest's is neither, because it has no key."""

    def __init__(self, address: Address, limits: Limits) -> None:
        import logging
        import socket
        from uuid import uuid4

        from smbprotocol.connection import Connection

        logging.getLogger("smbprotocol").addHandler(logging.NullHandler())  # we say what is wrong
        host, port, self._is_guest = address.host, address.port or PORT, not address.user
        self._share = rf"\\{host}\{address.path[0]}"
        self._root = "\\".join((self._share, *address.path[1:]))
        self._connection = Connection(uuid4(), host, port, require_signing=not self._is_guest)
        self._connection._receive_timeout = SILENCE
        self._options = {
            "username": (address.user or "guest").replace(";", "\\", 1),
            "password": address.password or "",
            "port": port,
            "connection_cache": {f"{host.lower()}:{port}": self._connection},
            "require_signing": not self._is_guest,
        }
        try:
            self._connection.connect(timeout=limits.connect_timeout)
        except ValueError as error:
            raise Refused(NO_HOST if isinstance(error.__cause__, socket.gaierror) else NO_ANSWER) from None
        try:
            self._log_in()
        except BaseException:
            self._connection.disconnect(close=False)
            raise

    def _log_in(self) -> None:
        from smbprotocol.exceptions import BadNetworkName, LogonFailure, SMBException, SMBOSError, SMBResponseException
        from smbprotocol.session import Session
        from smbprotocol.tree import TreeConnect

        user, password = self._options["username"], self._options["password"]
        session = Session(self._connection, user, password, require_encryption=False)  # the server may require it
        try:
            session.connect()
        except LogonFailure:
            raise Refused(_NO_GUEST if self._is_guest else NO_LOGIN) from None
        except SMBException as error:
            if isinstance(error, SMBResponseException) or "guest" not in str(error):
                raise
            raise Refused(_AS_GUEST) from None
        try:
            TreeConnect(session, self._share).connect(require_secure_negotiate=not self._is_guest)
        except BadNetworkName:
            try:
                self._raw((), "dir", _READ_ATTRIBUTES).close()  # DFS may say where it is
            except SMBOSError:
                raise Refused(_NO_SHARE) from None

    def scan(self, folder: Names) -> Iterator[Entry]:
        listed = (entry for entry in self._listed(folder) if entry.name not in (".", ".."))
        return (replace(entry, access=_GUEST) for entry in listed) if self._is_guest else listed

    def entry(self, path: Names) -> Entry:
        from smbprotocol.exceptions import SMBOSError

        name = path[-1] if path else ""
        try:
            with self._opened(path, "file", _READ_ATTRIBUTES) as opened:
                modified = (opened.last_write_time.replace(tzinfo=UTC) - _1970) // timedelta(microseconds=1)
                access = _GUEST if self._is_guest else Access()
                return Entry(name, EntryKind.FILE, opened.end_of_file, modified / 1e6, access=access)
        except SMBOSError as error:
            if error.ntstatus != _IS_FOLDER:
                raise
        return next((e for e in self._listed(path) if e.name == "."), Entry(name, EntryKind.FOLDER))

    def open(self, path: Names) -> SmbHandle:
        from smbprotocol.exceptions import SMBOSError

        wanted = _READ_DATA | _READ_ATTRIBUTES
        try:
            return SmbHandle(self._raw(path, "file", wanted | _READ_RIGHTS), shows_rights=True)
        except SMBOSError as error:
            if error.ntstatus != _DENIED:
                raise
        return SmbHandle(self._raw(path, "file", wanted), shows_rights=False)

    def close(self) -> None:
        self._connection.disconnect(timeout=SILENCE)

    def _listed(self, folder: Names) -> Iterator[Entry]:
        from smbprotocol.exceptions import NoMoreFiles, NoSuchFile
        from smbprotocol.open import SMB2QueryDirectoryResponse

        with self._opened(folder, "dir", _READ_DATA | _READ_ATTRIBUTES) as opened:
            flags = 1  # from the start
            while True:
                query, _ = opened.query_directory("*", _FULL, flags=flags, max_output=LISTING, send=False)
                try:
                    answer = _answer(opened, _sent(opened, query))
                except (NoMoreFiles, NoSuchFile):
                    return
                response, flags = SMB2QueryDirectoryResponse(), 0
                response.unpack(answer)
                yield from _entries(response["buffer"].get_value())

    @contextmanager
    def _opened(self, path: Names, kind: str, access: int) -> Iterator[Any]:
        raw = self._raw(path, kind, access)
        try:
            yield raw.fd
        finally:
            raw.close()

    def _raw(self, path: Names, kind: str, access: int) -> Any:
        """An open file or folder; the library follows referrals of DFS."""
        import smbclient

        whole = self._root + "".join(rf"\{name}" for name in path)
        wanted = {"file_type": kind, "share_access": "rwd", "desired_access": access}
        return smbclient.open_file(whole, mode="rb", buffering=0, **wanted, **self._options)


class SmbHandle:
    def __init__(self, raw: Any, shows_rights: bool) -> None:
        self._raw, self._shows_rights = raw, shows_rights

    def exposures(self) -> tuple[Evidence, ...]:
        """Whether accounts that stand for everybody may read it, or that nobody says so."""
        from smbprotocol.exceptions import SMBResponseException
        from smbprotocol.open import InfoType, SMB2QueryInfoRequest

        if not self._shows_rights:
            return (unknown(RIGHTS),)
        query = SMB2QueryInfoRequest()
        query["info_type"] = InfoType.SMB2_0_INFO_SECURITY
        query["additional_information"] = _LIST_OF_RIGHTS
        query["output_buffer_length"] = MOST_RIGHTS
        query["file_id"] = self._raw.fd.file_id
        try:
            answer = _answer(self._raw.fd, _sent(self._raw.fd, query))
            start, length = struct.unpack_from("<2xHI", answer)  # MS-SMB2 2.2.38
            return granted(answer[start - _HEADER :][:length])
        except SMBResponseException as error:
            if _FAULTS.get(error.status) is LOST:
                raise
        except struct.error:
            pass
        return (unknown(RIGHTS),)

    def read(self, offset: int, length: int) -> bytes:
        """As much as the server has given credits for, by several requests at once."""
        opened = self._raw.fd
        connection = opened.connection
        credits = connection.sequence_window["high"] - connection.sequence_window["low"]
        end = offset + min(length, max(1, credits // 2) << 16)
        step = min(READ, connection.max_read_size)
        asked = []
        for start in range(offset, end, step):
            wanted = min(step, end - start)
            query, _ = opened.read(start, wanted, send=False)
            asked.append((wanted, _sent(opened, query)))
        parts = []
        for wanted, part in [(wanted, _data(opened, request)) for wanted, request in asked]:
            parts.append(part)
            if len(part) < wanted:
                break
        return b"".join(parts)

    def close(self) -> None:
        self._raw.close()


def _sent(opened: Any, message: Any) -> Any:
    """The request under way, for more credits than it costs."""
    tree = opened.tree_connect
    return opened.connection.send(message, tree.session.session_id, tree.tree_connect_id, credit_request=CREDITS)


def _answer(opened: Any, request: Any) -> bytes:
    answer: bytes = opened.connection.receive(request)["data"].get_value()
    return answer


def _data(opened: Any, request: Any) -> memoryview:
    """The bytes in the answer to a reading request (MS-SMB2 2.2.20), not copied."""
    from smbprotocol.exceptions import EndOfFile

    try:
        answer = _answer(opened, request)
    except EndOfFile:
        return memoryview(b"")
    start, length = answer[2] - _HEADER, int.from_bytes(answer[4:8], "little")
    return memoryview(answer)[start : start + length]


def _entries(data: bytes) -> Iterator[Entry]:
    at, following = 0, -1
    while following:
        following, _, made, _, written, _, size, _, attributes, length, tag, _, number = _ENTRY.unpack_from(data, at)
        name = data[at + _ENTRY.size :][:length].decode("utf-16-le", "replace")
        kind = _kind(attributes, tag)
        yield Entry(name, kind, size, (written - _1601) // 10 / 1e6, (number, made))
        at += following


def _kind(attributes: int, tag: int) -> EntryKind:
    if attributes & _REPARSE and tag in _LINKS:
        return EntryKind.LINK
    if attributes & _REPARSE and tag in _SPECIAL:
        return EntryKind.OTHER
    return EntryKind.FOLDER if attributes & _FOLDER else EntryKind.FILE


plugin: Source = Share(Smb())
