"""What all shares have in common, on a share that lies in memory and loses connections when it is told to."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass, field

import pytest

from privacyscan import read
from privacyscan.errors import MissingExtra, TargetError, UsageError
from privacyscan.model import File, Limits, Part, Reason, Skipped, Target, Text, Unit
from privacyscan.settings import Scope
from privacyscan.sources import _remote
from privacyscan.sources._faults import Fault
from privacyscan.sources._remote import Address, Entry, EntryKind, Names, Refused, Share, address_of

LOST = Fault(Reason.UNREACHABLE, "the connection was lost; scan again", again=True)
NO_LOGIN = Fault(Reason.LOGIN_FAILED, "the server refused the login; check the user and the password")
GONE = Fault(Reason.VANISHED, "is gone")
_numbers = iter(range(10**6))


@dataclass
class Memory:
    """A kind of share: `files` by their path, `faults` that the next requests meet, `log` of all requests."""

    files: dict[str, bytes] = field(default_factory=dict)
    entries: dict[str, list[Entry]] = field(default_factory=dict)
    faults: dict[str, list[Fault]] = field(default_factory=dict)
    log: list[str] = field(default_factory=list)
    modified: float = 1.0
    most: int = 10**9
    name: str = field(default_factory=lambda: f"memory{next(_numbers)}")
    schemes: tuple[str, ...] = ("memory",)
    title: str = "A share in memory"
    library: str = "privacyscan[memory]"

    def check(self, address: Address) -> None: ...

    def errors(self) -> tuple[type[Exception], ...]:
        return (ConnectionError,)

    def connect(self, address: Address, limits: Limits) -> MemorySession:
        self.asked("connect")
        return MemorySession(self)

    def fault(self, error: Exception) -> Fault:
        return LOST

    def asked(self, request: str) -> None:
        self.log.append(request)
        waiting = self.faults.get(request.partition(" ")[0], [])
        if waiting:
            fault = waiting.pop(0)
            raise ConnectionError if fault is LOST else Refused(fault)


class MemorySession:
    def __init__(self, share: Memory) -> None:
        self.share, self.is_closed = share, False

    def scan(self, folder: Names) -> Iterable[Entry]:
        self.share.asked(f"scan {'/'.join(folder)}")
        below = [tuple(path.split("/"))[len(folder) :] for path in self._below(folder)]
        yield from (self.entry((*folder, name)) for name in sorted({names[0] for names in below}, reverse=True))
        yield from self.share.entries.get("/".join(folder), [])

    def _below(self, folder: Names) -> list[str]:
        return [path for path in self.share.files if tuple(path.split("/"))[: len(folder)] == folder]

    def entry(self, path: Names) -> Entry:
        self.share.asked(f"entry {'/'.join(path)}")
        data = self.share.files.get("/".join(path))
        if data is None and path and not self._below(path):
            raise Refused(GONE)
        if data is None:
            return Entry(path[-1] if path else "", EntryKind.FOLDER, identity=path)
        return Entry(path[-1] if path else "", EntryKind.FILE, len(data), self.share.modified)

    def open(self, path: Names) -> MemoryHandle:
        self.share.asked(f"open {'/'.join(path)}")
        return MemoryHandle(self, "/".join(path))

    def close(self) -> None:
        self.share.log.append("close")
        self.is_closed = True


class MemoryHandle:
    def __init__(self, session: MemorySession, path: str) -> None:
        self.session, self.path = session, path

    def read(self, offset: int, length: int) -> bytes:
        share = self.session.share
        share.asked(f"read {offset} {length}")
        return share.files[self.path][offset : offset + min(length, share.most)]

    def close(self) -> None:
        assert not self.session.is_closed  # a library may wait for ever


@pytest.fixture(autouse=True)
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses before further tries, which take no time here."""
    told: list[float] = []
    monkeypatch.setattr(_remote.time, "sleep", lambda seconds: told.append(seconds) if seconds else None)
    return told


TARGET = Target("memory://petugas:rahasia@server/data", "memory://petugas@server/data")


def units(share: Memory, url: str = TARGET.url) -> list[Unit | Skipped]:
    return list(Share(share).units(Target(url, TARGET.label), Scope(), Limits()))


def listed(share: Memory) -> dict[str, int | Reason | None]:
    return {"/".join(u.place.path): u.size if isinstance(u, Unit) else u.reason for u in units(share)}


def unit_of(share: Memory) -> Unit:
    (unit,) = units(share)
    assert isinstance(unit, Unit)
    return unit


def parts(share: Memory, unit: Unit, monkeypatch: pytest.MonkeyPatch) -> list[Part]:
    monkeypatch.setattr(read, "plugin", lambda kind, name: {share.name: Share(share)}[name])
    return list(read.parts(unit, Limits()))


def test_files_come_in_the_order_of_local_folders() -> None:
    share = Memory(dict.fromkeys(("b/z.txt", "b/a.txt", "a.txt", "b.txt", "c/d/e.txt"), b"isi"))
    assert list(listed(share)) == ["a.txt", "b.txt", "b/a.txt", "b/z.txt", "c/d/e.txt"]


def test_a_target_may_be_one_file() -> None:
    share = Memory({"": b"isi"})
    unit = unit_of(share)
    assert (unit.place.path, unit.size, str(unit.place)) == ((), 3, "memory://petugas@server/data")


def test_what_is_no_file_or_leads_elsewhere_is_listed_and_not_opened() -> None:
    share = Memory({"a.txt": b"isi", "b/c.txt": b"isi"})
    share.entries[""] = [
        *(Entry(name, EntryKind.FILE, 1) for name in ("..", "", "x/y", "nol\0")),
        Entry("tautan", EntryKind.LINK),
        Entry("pipa", EntryKind.OTHER),
    ]
    share.entries["b"] = [Entry("lingkar", EntryKind.FOLDER, identity=())]
    assert listed(share) == {
        "a.txt": 3,
        "b/c.txt": 3,
        "": Reason.DAMAGED,
        "tautan": Reason.LINK,
        "pipa": Reason.UNKNOWN_FORMAT,
        "b/lingkar": Reason.LINK,
    }
    assert sum(isinstance(u, Skipped) and u.reason is Reason.DAMAGED for u in units(share)) == 4


def test_folders_without_end_come_to_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_remote, "DEEPEST", 5)
    share = Memory()
    for depth in range(8):
        share.entries["/".join(["x"] * depth)] = [Entry("x", EntryKind.FOLDER, identity=None)]
    assert listed(share) == {"x/x/x/x/x/x": Reason.NESTED_TOO_DEEP}


def test_a_folder_that_may_not_be_listed_costs_nothing_else() -> None:
    share = Memory({"a/1.txt": b"isi", "b/2.txt": b"isi"})

    class Denying(MemorySession):
        def scan(self, folder: Names) -> Iterable[Entry]:
            if folder == ("a",):
                raise Refused(Fault(Reason.DENIED, "may not be read"))
            return super().scan(folder)

    share.connect = lambda address, limits: Denying(share)  # type: ignore[method-assign]
    assert listed(share) == {"a": Reason.DENIED, "b/2.txt": 3}


def test_a_lost_connection_is_made_anew_and_the_file_goes_on(
    monkeypatch: pytest.MonkeyPatch, waits: list[float]
) -> None:
    lines = "".join(f"baris {i}\n" for i in range(40_000)).encode()
    share = Memory({"": lines}, most=50_000)
    unit = unit_of(share)
    share.faults["read"] = [LOST, LOST]
    share.faults["open"] = [LOST]
    found = parts(share, unit, monkeypatch)
    assert b"".join(p.data[p.overlap :] for p in found if isinstance(p, Text)) == lines
    assert [p for p in found if isinstance(p, Skipped)] == []
    assert waits == [0.2, 0.4, 0.8]
    assert share.log.count("connect") == 2 + 3  # to list, to read, and after each loss


def test_a_server_that_stays_away_is_asked_less_often(monkeypatch: pytest.MonkeyPatch, waits: list[float]) -> None:
    share = Memory({"a.txt": b"isi", "b.txt": b"isi"})
    found = units(share)
    share.faults["connect"] = share.faults["open"] = [LOST] * 7
    for unit, pauses in zip(found, (len(_remote.WAITS), 0), strict=True):
        waits.clear()
        assert isinstance(unit, Unit)
        (skipped,) = parts(share, unit, monkeypatch)
        assert isinstance(skipped, Skipped)
        assert (skipped.reason, skipped.message, skipped.place) == (Reason.UNREACHABLE, LOST.says, unit.place)
        assert len(waits) == pauses
    waits.clear()
    assert isinstance(found[0], Unit)
    (text,) = parts(share, found[0], monkeypatch)
    assert isinstance(text, Text)


def test_a_file_of_a_server_that_went_away_is_not_closed_there() -> None:
    share = Memory({"": bytes(1_000_000)})
    reading = Share(share).read(unit_of(share), Limits())
    file = next(reading)
    assert isinstance(file, File)
    with file.open() as stream:
        stream.read(10)
        share.faults |= {"read": [LOST] * 9, "connect": [LOST] * 9}
        with pytest.raises(TargetError):
            stream.read()
    with pytest.raises(TargetError, match="the connection was lost"):
        next(reading)


def test_a_refused_login_is_tried_once(monkeypatch: pytest.MonkeyPatch) -> None:
    share = Memory({"a.txt": b"isi"}, faults={"connect": [NO_LOGIN]})
    for _ in range(2):
        with pytest.raises(TargetError, match="memory://petugas@server/data: the server refused the login") as caught:
            units(share)
        assert caught.value.reason == Reason.LOGIN_FAILED
        assert "rahasia" not in str(caught.value)
    assert share.log == ["connect"]


def test_a_listing_that_breaks_off_ends_the_target() -> None:
    share = Memory({"a.txt": b"isi", "b/c.txt": b"isi"})
    listing = Share(share).units(TARGET, Scope(), Limits())
    assert isinstance(next(listing), Unit)
    share.faults["scan"] = share.faults["connect"] = [LOST] * 20
    with pytest.raises(TargetError):
        list(listing)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda share: share.files.update({"": b"lain!"}), Reason.CHANGED),
        (lambda share: setattr(share, "modified", 2.0), Reason.CHANGED),
        (lambda share: share.files.clear(), Reason.CHANGED),
    ],
    ids=["size", "time", "deleted"],
)
def test_a_file_that_changes_while_it_is_read_is_listed(change, reason) -> None:  # type: ignore[no-untyped-def]
    share = Memory({"": b"isi"})
    reading = Share(share).read(unit_of(share), Limits())
    file = next(reading)
    assert isinstance(file, File)
    with file.open() as stream:
        assert stream.read() == b"isi"
    change(share)
    (skipped,) = [p for p in reading if isinstance(p, Skipped)]
    assert skipped.reason is reason


def test_a_file_that_is_gone_is_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    share = Memory({"a.txt": b"isi"})
    unit = unit_of(share)
    share.faults["open"] = [GONE]
    found = parts(share, unit, monkeypatch)
    assert [(p.place, p.reason) for p in found if isinstance(p, Skipped)] == [(unit.place, Reason.VANISHED)]


def test_a_fault_that_a_format_passes_over_is_listed_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    share = Memory({"": b"isi"})
    reading = Share(share).read(unit_of(share), Limits())
    file = next(reading)
    assert isinstance(file, File)
    share.faults["read"] = [GONE]
    with file.open() as stream, pytest.raises(TargetError):
        stream.read()
    with pytest.raises(TargetError, match="is gone"):
        next(reading)


def test_the_first_bytes_cost_one_small_read() -> None:
    share = Memory({"": bytes(20 << 20)})
    reading = Share(share).read(unit_of(share), Limits())
    file = next(reading)
    assert isinstance(file, File)
    for _ in range(2):
        with file.open() as stream:
            stream.read(read.HEAD)
    assert [r for r in share.log if r.startswith(("open", "read"))] == ["open ", f"read 0 {read.HEAD}"]


def test_a_long_file_is_read_in_blocks_that_grow() -> None:
    share = Memory({"": random.Random(1).randbytes(20 << 20)})
    reading = Share(share).read(unit_of(share), Limits())
    file = next(reading)
    assert isinstance(file, File)
    with file.open() as stream:
        assert stream.read() == share.files[""]
    lengths = [int(r.split()[2]) for r in share.log if r.startswith("read")]
    assert lengths[:3] == [64 << 10, 128 << 10, 256 << 10]
    assert max(lengths) == 4 << 20
    assert len(lengths) < 14


def test_any_seeking_reads_the_bytes_of_the_file() -> None:
    chance = random.Random(3)
    share = Memory({"": chance.randbytes(400_000)}, most=30_000)
    reading = Share(share).read(unit_of(share), Limits())
    file = next(reading)
    assert isinstance(file, File)
    plain = io.BytesIO(share.files[""])
    with file.open() as stream, file.open() as other:
        for _ in range(300):
            whence = chance.choice((io.SEEK_SET, io.SEEK_END, io.SEEK_CUR))
            far = chance.randrange(400_100)
            offset = {io.SEEK_SET: far, io.SEEK_END: -min(far, 400_000), io.SEEK_CUR: chance.randrange(50)}[whence]
            assert stream.seek(offset, whence) == plain.seek(offset, whence)
            length = chance.choice((1, 22, 70_000, 200_000))
            assert stream.read(length) == plain.read(length)
        assert other.read() == share.files[""]


def test_formats_that_seek_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("surat.txt", "nik 3171014107900001\n")
    share = Memory({"a.zip": packed.getvalue()})
    found = parts(share, unit_of(share), monkeypatch)
    assert [p.data for p in found if isinstance(p, Text)] == [b"nik 3171014107900001\n"]


def test_a_missing_library_is_named() -> None:
    def missing() -> tuple[type[Exception], ...]:
        raise ImportError

    share = Memory()
    share.errors = missing  # type: ignore[method-assign]
    with pytest.raises(MissingExtra, match=r"privacyscan\[memory\]"):
        units(share)
    assert Share(share).lacks() == {"memory://": "pip install 'privacyscan[memory]'"}
    assert Share(Memory()).lacks() == {}


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("sftp://server", Address("server")),
        (
            "sftp://petugas%40dinas:a%3Ab%2F@server:22/data%20warga/a%25b/",
            Address("server", 22, "petugas@dinas", "a:b/", ("data warga", "a%b")),
        ),
        ("smb://DINAS;petugas@[::1]/berbagi", Address("::1", None, "DINAS;petugas", None, ("berbagi",))),
        (
            "s3://ember/awalan?endpoint=http://x:9000",
            Address("ember", path=("awalan",), query={"endpoint": "http://x:9000"}),
        ),
    ],
)
def test_the_parts_of_a_url(url: str, address: Address) -> None:
    assert address_of(url) == address
    assert "a:b/" not in repr(address)


@pytest.mark.parametrize(
    "url", ["sftp://", "sftp://a:b", "sftp://a/../b", "sftp://a/%2e%2e/b", "sftp://a/b%2fc", "sftp://[a/"]
)
def test_a_url_that_names_no_place_is_refused(url: str) -> None:
    with pytest.raises(UsageError):
        address_of(url)


def test_a_password_with_an_at_sign_in_the_path_is_not_shown() -> None:
    with pytest.raises(UsageError) as caught:
        Share(Memory()).check(Target("memory://u:ab/c@server/x", read.without_password("memory://u:ab/c@server/x")))
    assert "ab/c" not in str(caught.value)
