"""Shares against real servers: the same files give the same, whatever way they come."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from privacyscan import scan
from privacyscan.model import Limits, Reason
from privacyscan.scan import Progress
from privacyscan.settings import load
from privacyscan.sources import _remote
from tests.detect.made_up import MadeUp
from tests.servers import FileServer
from tests.sources.shares import TREE, everything, listed, opened, reasons

KINDS = ("samba", "sshd", "s3", "webdav", "ftp")


@pytest.fixture(params=KINDS)
def server(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> FileServer:
    found: FileServer = request.getfixturevalue(request.param)
    monkeypatch.setenv("HOME", str(found.home))
    return found


def test_a_share_gives_what_the_same_files_give_here(server: FileServer) -> None:
    lines = "".join(f"{i},warga {i}\n" for i in range(40_000)).encode()
    with server.holding({**TREE, "besar.csv": b"no,nama\n" + lines}) as url:
        here = str(server.folder / url.rpartition("/")[2])
        small = Limits(piece_bytes=100_000)
        assert everything(url, small) == everything(here, small)
        assert list(listed(url)) == list(listed(here))


def test_one_file_is_a_target(server: FileServer) -> None:
    with server.holding({"data warga/a.txt": b"isi"}) as url:
        assert listed(f"{url}/data%20warga/a.txt") == {"": 3}
        assert everything(f"{url}/data%20warga/a.txt") == {"": [(0, b"isi")]}


@pytest.mark.parametrize("server", ["samba", "sshd"], indirect=True)  # rclone tells nobody what it may not read
def test_what_may_not_be_read_is_listed(server: FileServer) -> None:
    if os.geteuid() != 0:
        pytest.skip("the files here are ours, and we are let in as ourselves")  # tests in CI run as root
    with server.holding({"a.txt": b"isi", "tutup.txt": b"isi", "folder/b.txt": b"isi"}) as url:
        folder = server.folder / url.rpartition("/")[2]
        (folder / "tutup.txt").chmod(0o600)
        (folder / "folder").chmod(0o700)
        found = everything(url)
        assert found.keys() == {"a.txt", "tutup.txt", "folder"}
        assert [part[0] for path in ("tutup.txt", "folder") for part in found[path]] == [Reason.DENIED] * 2


def test_a_file_that_changes_or_goes_meanwhile_is_listed(server: FileServer) -> None:
    with server.holding({"a.txt": b"isi"}) as url:
        path = server.folder / url.rpartition("/")[2] / "a.txt"
        unit, file, reading = opened(url)
        with file.open() as stream:
            assert stream.read() == b"isi"
        path.write_bytes(b"lain sekali")
        assert [skipped.reason for skipped in reading] == [Reason.CHANGED]
        path.unlink()
        assert reasons(url, unit) == [("a.txt", Reason.VANISHED)]


@pytest.mark.parametrize("server", ["samba", "sshd"], indirect=True)
def test_a_file_goes_on_where_the_connection_was_lost(server: FileServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_remote, "WAITS", (0.01,) * 5)
    data = random.Random(1).randbytes(3_000_000)
    with server.holding({"besar.bin": data}) as url:
        before = server.sessions()
        _, file, reading = opened(url)
        with file.open() as stream:
            first = stream.read(100_000)
            ended = server.sessions() - before
            server.end(ended)
            assert first + stream.read() == data
        assert ended
        assert list(reading) == []


def test_a_scan_in_which_sessions_end_loses_nothing_silently(samba: FileServer, tmp_path: Path) -> None:
    people = MadeUp(3)
    files = {f"{i:02}.csv": "\n".join(["nik", *(people.nik() for _ in range(100))]).encode() for i in range(24)}
    ended: list[set[int]] = []

    def end_sessions(progress: Progress) -> None:
        if len(ended) < 3 and progress.units_done > 5 * len(ended):
            ended.append(samba.sessions() - before)
            samba.end(ended[-1])

    before = samba.sessions()
    with samba.holding(files) as url:
        result = scan([url], load({"state": tmp_path, "workers": 2, "names": "off"}), progress=end_sessions)
    assert any(ended)
    unread = {s.place.path[0] for s in result.skipped if s.reason.in_scope}
    assert result.status == ("incomplete" if unread else "complete")
    assert {f.place.path[0] for f in result.findings if f.matched == 100} == files.keys() - unread
