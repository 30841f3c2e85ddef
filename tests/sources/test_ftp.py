"""FTP: what servers refuse, TLS, and connections that end in the middle."""

from __future__ import annotations

import random
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from ftplib import error_perm, error_temp
from pathlib import Path
from typing import NamedTuple

import pytest

from privacyscan.errors import TargetError
from privacyscan.model import Limits, Reason
from privacyscan.sources import _remote
from privacyscan.sources.ftp import Ftp, FtpHandle
from tests.servers import FileServer, as_user, certificate
from tests.sources.shares import listed, opened


@pytest.fixture(autouse=True)
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses before further tries, which take no time here."""
    told: list[float] = []
    monkeypatch.setattr(_remote.time, "sleep", lambda seconds: told.append(seconds) if seconds else None)
    return told


def refusal(url: str) -> tuple[str, str]:
    with pytest.raises(TargetError) as caught:
        listed(url)
    return caught.value.reason, str(caught.value)


class Server(NamedTuple):
    host: str
    log: list[str]


@contextmanager
def saying(answers: Mapping[str, str | bytes], tls: ssl.SSLContext | None = None) -> Iterator[Server]:
    """A server that answers each command so; bytes go over a connection of their own."""
    log: list[str] = []

    def secured(connection: socket.socket) -> socket.socket:
        return tls.wrap_socket(connection, server_side=True) if tls else connection

    def answer(client: socket.socket, data: socket.socket, command: str) -> str:
        if command == "AUTH TLS" and tls:
            return "234 aman"
        if command == "PASV":
            return "227 (127,0,0,1,{},{})".format(*divmod(data.getsockname()[1], 256))
        said = answers.get(command.split()[0], "200 baik")
        if isinstance(said, str):
            return said
        client.sendall(b"150 ini\r\n")
        with secured(data.accept()[0]) as connection:
            connection.sendall(said)
        return "226 selesai"

    def served() -> None:
        with suppress(OSError), socket.create_server(("127.0.0.1", 0)) as data:
            while True:
                client, buffered = listener.accept()[0], b""
                client.sendall(b"220 halo\r\n")
                while received := client.recv(4096):
                    *lines, buffered = (buffered + received).split(b"\r\n")
                    for line in lines:
                        log.append(line.decode())
                        client.sendall(f"{answer(client, data, log[-1])}\r\n".encode())
                        if log[-1] == "AUTH TLS" and tls:
                            client = secured(client)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=served, daemon=True).start()
        yield Server(f"127.0.0.1:{listener.getsockname()[1]}", log)
        listener.shutdown(socket.SHUT_RDWR)


HOME: dict[str, str | bytes] = {
    "USER": "331 sandi",
    "PASS": "230 masuk",
    "PWD": '257 "/rumah" di sini',
    "MLST": "250-ini\r\n type=dir; x\r\n250 itu",
}


def test_a_wrong_password_is_tried_once() -> None:
    with saying({**HOME, "PASS": "530 salah"}) as (host, log):
        for _ in range(2):
            reason, message = refusal(f"ftp://petugas:rahasia@{host}/data")
            assert reason == Reason.LOGIN_FAILED
            assert "rahasia" not in message
        assert log.count("PASS rahasia") == 1


def test_a_real_server_refuses_a_wrong_password_and_a_folder_that_is_not_there(ftp: FileServer) -> None:
    assert refusal(as_user(ftp.url, "pemilik", "salah"))[0] == Reason.LOGIN_FAILED
    assert refusal(f"{ftp.url}tiada")[0] == Reason.VANISHED


def test_without_a_user_it_logs_in_as_anonymous_below_its_home() -> None:
    with saying({**HOME, "MLST": "550 Permission denied"}) as (host, log):
        assert refusal(f"ftp://{host}/data%20warga/%C3%A9")[0] == Reason.DENIED
    assert log[0] == "USER anonymous"
    assert log[-1] == "MLST /rumah/data warga/é"


@pytest.mark.parametrize("answer", ["500 apa?", "502 belum"])
def test_a_server_that_lists_for_people_alone_is_told(answer: str) -> None:
    with saying({**HOME, "MLST": answer}) as (host, _):
        reason, message = refusal(f"ftp://{host}/data")
        assert reason == Reason.ERROR
        assert "no MLSD" in message


def test_a_server_without_tls_gets_no_password() -> None:
    with saying({**HOME, "AUTH": "500 apa?"}) as (host, log):
        assert "offers no TLS" in refusal(f"ftps://petugas:rahasia@{host}/data")[1]
        assert log == ["AUTH TLS"]


@pytest.mark.parametrize(
    ("error", "reason", "again"),
    [
        (error_perm("550 Permission denied"), Reason.DENIED, False),
        (error_perm("550 Failed to open file."), Reason.VANISHED, False),
        (error_temp("430 Invalid username or password"), Reason.LOGIN_FAILED, False),
        (error_temp("421 Timeout"), Reason.UNREACHABLE, True),
        (error_temp("426 cut off"), Reason.UNREACHABLE, True),
        (EOFError(), Reason.UNREACHABLE, True),
        (ValueError("a line break"), Reason.ERROR, False),
        (TimeoutError(), Reason.UNREACHABLE, True),
    ],
)
def test_what_an_error_means(error: Exception, reason: Reason, again: bool) -> None:
    assert isinstance(error, Ftp().errors())
    fault = Ftp().fault(error)
    assert (fault.reason, fault.again) == (reason, again)


def test_tls_is_checked_until_it_is_trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(certificate(tmp_path), tmp_path / "key.pem")
    lists = {"MLSD": b"type=file;size=3;modify=20230102030405; a.txt\r\n", "RETR": b"isi"}
    with saying({**HOME, **lists}, tls) as (host, log):
        assert "certificate is not trusted" in refusal(f"ftps://petugas:rahasia@{host}/")[1]
        assert log == ["AUTH TLS"]
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "certificate.pem"))
    with saying({**HOME, **lists}, tls) as (host, log):
        assert listed(f"ftps://petugas:rahasia@{host}/") == {"a.txt": 3}
        assert log.index("PROT P") < log.index("MLSD /rumah")


def test_names_of_any_bytes_and_what_is_no_file_are_listed() -> None:
    kinds = b"file; a\xe9.txt", b"cdir; .", b"pdir; ..", b"OS.unix=slink:/etc; tautan", b"OS.unix=chr-1/3; alat"
    with saying({**HOME, "MLSD": b"".join(b"type=" + kind + b"\r\n" for kind in kinds)}) as (host, _):
        found = listed(f"ftp://{host}/")
        assert found == {"a\udce9.txt": None, "tautan": Reason.LINK, "alat": Reason.UNKNOWN_FORMAT}


def test_a_file_goes_on_where_the_connection_was_lost(
    ftp: FileServer, waits: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    data = random.Random(1).randbytes(3_000_000)
    started: list[int] = []
    read_on = FtpHandle.read

    def losing(self: FtpHandle, offset: int, length: int) -> bytes:
        """As if a firewall cut both connections at the second and third block."""
        if self._command.startswith("RETR"):
            if len(started) in (1, 2) and self._data is not None:
                started.append(offset)
                self._data.close()
                self._session.ftp.sock.close()  # type: ignore[union-attr]
                raise ConnectionResetError
            started.append(offset)
        return read_on(self, offset, length)

    monkeypatch.setattr(FtpHandle, "read", losing)
    with ftp.holding({"besar.bin": data}) as url:
        _, file, reading = opened(url)
        with file.open() as stream:
            assert stream.read() == data
        assert list(reading) == []
    assert waits == [0.2]
    assert started[1] == started[2]  # asked for again from the same byte


def test_any_order_of_reading_gives_the_bytes_of_the_file(ftp: FileServer) -> None:
    chance = random.Random(2)
    data = chance.randbytes(600_000)
    with ftp.holding({"besar.bin": data}) as url:
        unit, _, _ = opened(url)
        session = Ftp().connect(_remote.address_of(url), Limits())
        handle = session.open(("besar.bin",))
        for _ in range(12):
            at, length = chance.randrange(600_000), chance.choice((1, 5_000, 700_000))
            assert handle.read(at, length) == data[at : at + length]
            assert session.entry(("besar.bin",)).size == unit.size
        session.close()
