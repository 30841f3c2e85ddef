"""Files on other machines: what all kinds of share have in common.

Listing, reading ahead, connecting anew after a lost connection, and telling what changed meanwhile stand here; what one
kind of share knows of itself is a `Kind`, and `plugin: Source = Share(kind)` makes a source of it.
"""

from __future__ import annotations

import io
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any, BinaryIO, Protocol, TypeVar, runtime_checkable
from urllib.parse import parse_qsl, unquote, urlsplit

from privacyscan.errors import MissingExtra, TargetError, UsageError
from privacyscan.model import Access, Evidence, File, Limits, Part, Place, Reason, Skipped, Target, Unit
from privacyscan.sources._faults import Fault

if TYPE_CHECKING:
    from privacyscan.settings import Scope

Names = tuple[str, ...]  # folders and file, below the target; () is the target itself
T = TypeVar("T")

WAITS = (0.2, 0.4, 0.8, 1.6, 3.2)  # seconds before each further try
FIRST = 64 << 10  # bytes of the first block of a file: its format is told by them
MOST = 4 << 20  # of a block, where a file is read on and on
BLOCKS = 3  # kept of a file, for formats that go to and fro
DEEPEST = 1000  # folders in each other


@dataclass(frozen=True, slots=True)
class Address:
    """What the URL of a share says, its percent signs resolved."""

    host: str
    port: int | None = None
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    path: Names = ()
    query: Mapping[str, str] = field(default_factory=dict)
    scheme: str = field(default="", compare=False)
    written: str = field(default="", repr=False, compare=False)  # path and query as they stand in the URL


class EntryKind(StrEnum):
    FILE = "file"
    FOLDER = "folder"
    LINK = "link"
    OTHER = "other"  # a device, a pipe


@dataclass(frozen=True, slots=True)
class Entry:
    """A file or folder, as the server lists it.

    `modified` is in seconds since 1970, the same number from `scan` and `entry`. `identity` tells a folder that is
    reached again by another path. None: not known. `access` says who may reach it, apart from `modified`.
    """

    name: str
    kind: EntryKind
    size: int | None = None
    modified: float | None = None
    identity: Any = None
    access: Access = field(default_factory=Access)


class Refused(Exception):
    """What a session raises where its library has no error for it."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        super().__init__(fault.says)


class Handle(Protocol):
    """An open file."""

    def read(self, offset: int, length: int) -> bytes:
        """The bytes from there on, fewer than `length` if need be; none at the end of the file alone."""
        ...

    def close(self) -> None: ...


@runtime_checkable
class Telling(Protocol):
    """A handle that knows who else may read its file."""

    def exposures(self) -> Sequence[Evidence]: ...


class Session(Protocol):
    """A connection that is logged in. Its methods raise the errors of the library, or `Refused`."""

    def scan(self, folder: Names) -> Iterable[Entry]:
        """The entries of a folder, in any order, without itself and the one above."""
        ...

    def entry(self, path: Names) -> Entry:
        """A file or folder as it is now."""
        ...

    def open(self, path: Names) -> Handle: ...

    def close(self) -> None: ...


class Kind(Protocol):
    """What one kind of share knows of itself."""

    @property
    def name(self) -> str:
        """The name of the source."""
        ...

    @property
    def schemes(self) -> tuple[str, ...]: ...

    @property
    def title(self) -> str: ...

    @property
    def library(self) -> str:
        """What pip calls the library that it needs."""
        ...

    def check(self, address: Address) -> None:
        """Raises UsageError for an address that can never be read."""
        ...

    def errors(self) -> tuple[type[Exception], ...]:
        """What the library raises. Raises ImportError without it."""
        ...

    def connect(self, address: Address, limits: Limits) -> Session:
        """A new session, logged in. Raises the errors of the library, or `Refused`."""
        ...

    def fault(self, error: Exception) -> Fault: ...


class Share:
    """The source that reads a kind of share."""

    far = True

    def __init__(self, kind: Kind) -> None:
        self._kind = kind
        self.name, self.schemes = kind.name, kind.schemes

    def lacks(self) -> Mapping[str, str]:
        try:
            self._kind.errors()
        except ImportError:
            return dict.fromkeys((f"{scheme}://" for scheme in self.schemes), f"pip install '{self._kind.library}'")
        return {}

    def check(self, target: Target) -> None:
        try:
            self._kind.check(address_of(target.url))
        except UsageError as error:
            raise UsageError(f"{target.label}: {error}") from None

    def units(self, target: Target, scope: Scope, limits: Limits) -> Iterator[Unit | Skipped]:
        line = _line(self._kind, target, limits)
        try:
            root = line.do(lambda session: session.entry(()))
            if root.kind is EntryKind.FILE:
                yield self._unit(target, (), root)
            else:
                yield from self._walk(line, target, root)
        except TargetError as error:
            raise TargetError(f"{target.label}: {error}", error.reason) from None
        finally:
            line.close()  # reading may take hours, and is for workers

    def _walk(self, line: _Line, target: Target, root: Entry) -> Iterator[Unit | Skipped]:
        """The files of each folder in the order of their names, then what lies in its folders."""
        waiting: list[tuple[Names, tuple[Any, ...]]] = [((), (root.identity,))]  # a folder, and those it lies in
        while waiting:
            folder, above = waiting.pop()
            try:
                entries = line.do(_sorted_entries(folder))
            except TargetError as error:
                if not folder or error.reason not in (Reason.DENIED, Reason.VANISHED):
                    raise
                yield Skipped(Place(target.label, folder), Reason(error.reason), f"folder: {error}", "list")
                continue
            folders = []
            for entry in entries:
                path = (*folder, entry.name)
                if entry.kind is EntryKind.FILE and _is_name(entry.name):
                    yield self._unit(target, path, entry)
                elif (unread := _unread(target, path, entry, above)) is not None:
                    yield unread
                else:
                    folders.append((path, (*above, entry.identity)))
            waiting += reversed(folders)

    def _unit(self, target: Target, path: Names, entry: Entry) -> Unit:
        locator = {"names": path, "size": entry.size, "modified": entry.modified}  # a piece has a size of its own
        access = replace(entry.access, modified=entry.modified)
        return Unit(self.name, target, Place(target.label, path), "file", locator, entry.size, access=access)

    def read(self, unit: Unit, limits: Limits) -> Iterator[Part]:
        content = _Content(_line(self._kind, unit.target, limits), unit.locator["names"], unit.locator["size"])
        try:
            yield File(unit.place, content.opened, content.size, None, unit.piece, exposures=content.exposures)
            if content.fault is not None:  # its format may have taken it for the end of the file
                raise content.fault
            if content.is_changed(unit.locator["modified"]):
                yield Skipped(unit.place, Reason.CHANGED, "changed while it was read; scan again")
        finally:
            content.close()


def address_of(url: str) -> Address:
    """The parts of a URL. Raises UsageError for one that is none."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise UsageError("is no valid URL; check host, port and brackets") from None
    if not host:
        raise UsageError(f"names no host; write it as {parts.scheme}://user@host/folder")
    if "@" in parts.path:
        raise UsageError("holds an @ behind the host; write %40 for it in names and passwords")
    names = tuple(name for name in map(unquote, parts.path.split("/")) if name)
    if not all(map(_is_name, names)):
        raise UsageError("holds a name that no file can have; leave out . and ..")
    user = unquote(parts.username) if parts.username is not None else None
    password = unquote(parts.password) if parts.password is not None else None
    written = parts.path + (f"?{parts.query}" if parts.query else "")
    return Address(host, port, user, password, names, dict(parse_qsl(parts.query)), parts.scheme, written)


def _is_name(name: str) -> bool:
    """Whether it is the name of one file and leads nowhere else."""
    return name not in ("", ".", "..") and "/" not in name and "\0" not in name


def _sorted_entries(folder: Names) -> Callable[[Session], list[Entry]]:
    return lambda session: sorted(session.scan(folder), key=lambda entry: entry.name)


def _unread(target: Target, path: Names, entry: Entry, above: tuple[Any, ...]) -> Skipped | None:
    """Why an entry that is no file is not entered; None: it is."""
    place = Place(target.label, path)
    if not _is_name(entry.name):
        folder = Place(target.label, path[:-1])
        return Skipped(folder, Reason.DAMAGED, "the server lists a name that no file can have", "list")
    if entry.kind is EntryKind.LINK:
        return Skipped(place, Reason.LINK, "a link; what it leads to is read where it lies in the target", "list")
    if entry.kind is EntryKind.OTHER:
        return Skipped(place, Reason.UNKNOWN_FORMAT, "not a regular file", "list")
    if entry.identity is not None and entry.identity in above:
        return Skipped(place, Reason.LINK, "a folder that lies in itself; it is read once", "list")
    if len(path) > DEEPEST:
        return Skipped(place, Reason.NESTED_TOO_DEEP, f"more than {DEEPEST} folders in each other", "list")
    return None


class _Line:
    """The session with one target, connected anew when it is lost."""

    def __init__(self, kind: Kind, target: Target, limits: Limits) -> None:
        self._kind, self._address, self._limits = kind, address_of(target.url), limits
        self.session: Session | None = None
        self._refused: TargetError | None = None  # a login is never tried again: that may lock the account
        self._waits: Sequence[float] = WAITS
        try:
            self.errors: tuple[type[Exception], ...] = (Refused, *kind.errors())
        except ImportError:
            raise MissingExtra(kind.title, kind.library) from None

    def do(self, work: Callable[[Session], T]) -> T:
        """What the work gives; tried again on a new session where the connection was lost. Raises TargetError."""
        if self._refused is not None:
            raise self._refused
        for wait in (0.0, *self._waits):
            time.sleep(wait)
            connecting = self.session is None
            try:
                self.session = self.session or self._kind.connect(self._address, self._limits)
                connecting = False
                given = work(self.session)
            except self.errors as error:
                fault = error.fault if isinstance(error, Refused) else self._kind.fault(error)
            else:
                self._waits = WAITS
                return given
            if not fault.again:
                break
            self.close()
        else:
            self._waits = ()  # the server is away: until it answers again, each file asks once
        failure = TargetError(fault.says, fault.reason)  # not where the library's error, which holds the password, is
        if fault.reason is Reason.LOGIN_FAILED or (connecting and not fault.again):
            self._refused = failure
        raise failure

    def close(self) -> None:
        session, self.session = self.session, None
        if session is not None:
            with suppress(*self.errors):
                session.close()


_lines = threading.local()  # each thread has sessions of its own


def _line(kind: Kind, target: Target, limits: Limits) -> _Line:
    """The session with the target, kept for the next unit; one with another target ends."""
    key = (kind.name, target.url)
    if getattr(_lines, "key", None) != key:
        if hasattr(_lines, "line"):
            _lines.line.close()
        _lines.line, _lines.key = _Line(kind, target, limits), key
    line: _Line = _lines.line
    return line


class _Content:
    """The bytes of one file, for all streams over it: an open handle and the blocks that were read last."""

    def __init__(self, line: _Line, path: Names, size: int | None) -> None:
        self._line, self._path, self.size = line, path, size
        self._handle: Handle | None = None
        self._session: Session | None = None  # that the handle belongs to
        self._blocks: list[tuple[int, bytes]] = []
        self._next, self._length = 0, FIRST // 2  # what follows the last block, and how long that one was to be
        self._lock = threading.Lock()  # some formats read in threads
        self.fault: TargetError | None = None

    def opened(self) -> BinaryIO:
        """A new stream over it."""
        return io.BufferedReader(_Stream(self), FIRST)

    def block(self, at: int) -> tuple[int, bytes]:
        """The bytes around `at`, and where they begin. Blocks grow while the file is read on and on."""
        if self.size is not None and at >= self.size:
            return at, b""
        with self._lock:
            for start, data in self._blocks:
                if start <= at < start + len(data):
                    return start, data
            start = at if at == self._next else at - at % FIRST
            self._length = min(2 * self._length, MOST) if at == self._next else FIRST
            data = self._read(start, self._length)
            self._next = start + len(data)
            self._blocks = [*self._blocks[1 - BLOCKS :], (start, data)]
            return start, data

    def length(self) -> int:
        """Its size, by reading to its end where the server does not tell it."""
        at = self.size
        if at is None:
            at = 0
            while data := self.block(at)[1]:
                at += len(data)
        return at

    def _read(self, start: int, length: int) -> bytes:
        """So many bytes, fewer at the end of the file alone."""
        parts: list[bytes] = []
        end = start + length if self.size is None else min(start + length, self.size)
        while start < end and (part := self._fetched(start, end - start)):
            parts.append(part)
            start += len(part)
        if self.size is not None and start < end:
            self.fault = TargetError("ends before its end was read; scan again", Reason.CHANGED)
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def _fetched(self, start: int, length: int) -> bytes:
        try:
            return self._line.do(lambda session: self._opened(session).read(start, length))
        except TargetError as error:
            self.fault = error
            raise

    def _opened(self, session: Session) -> Handle:
        if self._handle is None or self._session is not session:
            self._handle, self._session = session.open(self._path), session
        return self._handle

    def exposures(self) -> Sequence[Evidence]:
        """What its handle tells of who may read it."""

        def asked(session: Session) -> Sequence[Evidence]:
            handle = self._opened(session)
            return handle.exposures() if isinstance(handle, Telling) else ()

        return self._line.do(asked)

    def is_changed(self, modified: float | None) -> bool:
        """Whether the file is by now another than that of this time and size."""
        try:
            now = self._line.do(lambda session: session.entry(self._path))
        except TargetError as error:
            if error.reason != Reason.VANISHED:
                raise
            return True
        return (now.size, now.modified) != (self.size, modified)

    def close(self) -> None:
        if self._handle is not None and self._session is self._line.session:  # else it ended with its session
            with suppress(*self._line.errors):
                self._handle.close()


class _Stream(io.RawIOBase):
    """A position in the bytes of a file."""

    def __init__(self, content: _Content) -> None:
        self._content, self._at = content, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        start, data = self._content.block(self._at)
        part = memoryview(data)[self._at - start :][: len(buffer)]
        buffer[: len(part)] = part
        self._at += len(part)
        return len(part)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: 0}[whence]
        if whence == io.SEEK_END:
            base = self._content.length()
        if base + offset < 0:
            raise ValueError("a negative position")
        self._at = base + offset
        return self._at

    def tell(self) -> int:
        return self._at
