"""HTTP: one file by its URL, from servers of every kind, and what S3 and WebDAV share with it."""

from __future__ import annotations

import base64
import errno
from collections.abc import Callable

import pytest

from privacyscan import read
from privacyscan.errors import TargetError, UsageError
from privacyscan.model import Access, Evidence, Limits, Place, Reason, Unit
from privacyscan.settings import Scope
from privacyscan.sources import _http, _remote
from tests.formats.samples import csv_file, text_file, zip_file
from tests.servers import OWNER, PASSWORD, FileServer
from tests.sources.shares import everything, listed, opened
from tests.sources.web import TIME, Answer, Request, answering, ranged

ZIP = zip_file({"warga.csv": csv_file(), "surat.txt": text_file()})


@pytest.fixture(autouse=True)
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses before further tries, which take no time here."""
    told: list[float] = []
    monkeypatch.setattr(_remote.time, "sleep", lambda seconds: told.append(seconds) if seconds else None)
    return told


def without_ranges(request: Request) -> Answer:
    return Answer(200, {"Last-Modified": TIME}, ZIP)


def without_length(request: Request) -> Answer:
    return Answer(200, {}, ZIP, whole=False)


def forgetting_the_status(request: Request) -> Answer:
    given = ranged(ZIP, request)
    return Answer(200, given.headers, given.body)


@pytest.mark.parametrize(
    "answer",
    [lambda request: ranged(ZIP, request), without_ranges, without_length, forgetting_the_status],
    ids=["ranges", "no ranges", "no length", "no status"],
)
def test_a_file_is_read_whatever_the_server_can(answer: Callable[[Request], Answer]) -> None:
    with answering(answer) as web:
        found = everything(f"{web.url}/data.zip")
        assert sorted(found) == ["surat.txt", "warga.csv"]
        assert found["surat.txt"] == [(0, text_file())]
        assert {request.method for request in web.log} == {"GET"}


def test_an_empty_file_is_read() -> None:
    with answering(lambda request: ranged(b"", request)) as web:
        assert everything(f"{web.url}/kosong.csv") == {"": [(0, b"")]}


def test_a_file_with_a_password_comes_from_a_real_server(webdav: FileServer) -> None:
    with webdav.holding({"warga #1;+é.csv": csv_file()}) as url:
        found = everything(f"{url.replace('webdav', 'http', 1)}/warga%20%231;%2B%C3%A9.csv")
        assert found == everything(f"{webdav.folder}/{url.rpartition('/')[2]}/warga #1;+é.csv")


def test_what_lets_in_is_never_shown() -> None:
    url = "http://petugas:rahasia@server/a/data.csv?X-Signature=rahasia&b#rahasia"
    assert read.without_password(url) == "http://petugas@server/a/data.csv"
    assert read.without_password("https://petugas:ra?ha#sia@server/a/data.csv") == "https://petugas@server/a/data.csv"
    with answering(lambda request: ranged(csv_file(), request)) as web:
        (unit,) = read.units(read.target(f"{web.url}/data.csv?tanda=a%2Fb&c"), Scope(), Limits())
        assert unit.place == Place(f"{web.url}/data.csv")
        assert web.log[0].target == "/data.csv?tanda=a%2Fb&c"
        assert isinstance(unit, Unit)
        assert unit.access == Access(modified=unit.locator["modified"])


def test_a_file_that_anybody_may_fetch_is_told_so() -> None:
    with answering(lambda request: ranged(csv_file(), request)) as web:
        unit, _, _ = opened(f"{web.url}/data.csv")
        assert unit.access
        assert unit.access.flags == (Evidence("anonymous"),)


@pytest.mark.parametrize("url", ["http://server", "http://server/", "https://server/unduhan/", "http://server/a/?x=b"])
def test_a_folder_is_refused_because_nobody_can_list_it(url: str) -> None:
    with pytest.raises(UsageError, match="names no file"):
        read.target(url)


def refusal(url: str) -> tuple[str, str]:
    with pytest.raises(TargetError) as caught:
        listed(url)
    return caught.value.reason, str(caught.value)


@pytest.mark.parametrize(
    ("status", "headers", "reason", "message"),
    [
        (401, {"WWW-Authenticate": 'Basic realm="x"'}, Reason.LOGIN_FAILED, "refused the login"),
        (401, {"WWW-Authenticate": "Digest realm=x"}, Reason.LOGIN_FAILED, "HTTP Basic"),
        (403, {}, Reason.DENIED, "may not be read"),
        (404, {}, Reason.VANISHED, "is not there"),
        (410, {}, Reason.VANISHED, "is not there"),
        (418, {}, Reason.ERROR, "status 418"),
    ],
)
def test_a_refusal_is_told_and_asked_for_once(
    status: int, headers: dict[str, str], reason: Reason, message: str
) -> None:
    with answering(lambda request: Answer(status, headers, b"rahasia")) as web:
        url = f"{web.url}/data.csv".replace("//", "//petugas:rahasia@")
        found = refusal(url)
        assert found[0] == reason
        assert message in found[1]
        assert "rahasia" not in found[1]
        if reason is Reason.LOGIN_FAILED:
            assert refusal(url) == found
        assert len(web.log) == 1
        assert web.log[0].headers["Authorization"] == "Basic " + base64.b64encode(b"petugas:rahasia").decode()


def test_without_a_user_a_login_is_told_to_be_wanted() -> None:
    with answering(lambda request: Answer(401, {"WWW-Authenticate": "Basic"})) as web:
        assert "user@host" in refusal(f"{web.url}/data.csv")[1]


@pytest.mark.parametrize(("asked", "pause"), [("7", 7.0), ("86400", 30.0), ("-1", 0), ("Mon, 02 Jan 2023", 0)])
def test_a_busy_server_is_asked_again_after_a_pause(asked: str, pause: float, waits: list[float]) -> None:
    busy = [Answer(429, {"Retry-After": asked}), Answer(500)]

    with answering(lambda request: busy.pop(0) if busy else ranged(csv_file(), request)) as web:
        assert list(listed(f"{web.url}/data.csv")) == [""]
    assert waits == [*([pause] if pause else []), 0.2, 0.4]


def test_a_server_that_stays_busy_is_given_up(waits: list[float]) -> None:
    with answering(lambda request: Answer(503)) as web:
        assert refusal(f"{web.url}/data.csv")[0] == Reason.UNREACHABLE
        assert waits == list(_remote.WAITS)


def test_a_redirect_on_the_same_server_is_followed() -> None:
    def answer(request: Request) -> Answer:
        if request.target == "/lama.txt":
            return Answer(302, {"Location": "/baru.csv?a=b"}, b"pindah")
        return ranged(b"isi", request)

    with answering(answer) as web:
        assert everything(f"{web.url}/lama.txt") == {"": [(0, b"isi")]}
        assert web.log[1].target == "/baru.csv?a=b"


def test_a_redirect_elsewhere_is_told_and_not_followed() -> None:
    with answering(lambda request: ranged(b"lain", request)) as other:
        with answering(lambda request: Answer(302, {"Location": f"{other.url}/x?tanda=rahasia"})) as web:
            reason, message = refusal(f"{web.url}/data.csv".replace("//", "//u:p@"))
        assert reason == Reason.ERROR
        assert f"leads to another server ({other.url.removeprefix('http://')})" in message
        assert "rahasia" not in message
        assert other.log == []


def test_a_redirect_to_a_page_to_log_in_is_not_the_file() -> None:
    def answer(request: Request) -> Answer:
        if request.target == "/masuk?ke=rahasia":
            return Answer(200, {"Content-Type": "text/html; charset=utf-8"}, b"<form>")
        return Answer(302, {"Location": "/masuk?ke=rahasia"})

    with answering(answer) as web:
        reason, message = refusal(f"{web.url}/data.csv")
        assert reason == Reason.ERROR
        assert "leads to a web page (/masuk)" in message
        assert "rahasia" not in message


def test_a_large_file_without_ranges_is_fetched_once() -> None:
    lines = b"nik,nama\n" + b"3171014107900001,Budi\n" * 20_000

    with answering(lambda request: Answer(200, {"Last-Modified": TIME}, lines)) as web:
        assert everything(f"{web.url}/data.csv", Limits(piece_bytes=100_000))
        assert len(web.log) == 3  # to list it, to read it, and whether it has changed


def test_redirects_without_end_are_given_up() -> None:
    with answering(lambda request: Answer(301, {"Location": f"{request.target}x"})) as web:
        assert "more than 5 times" in refusal(f"{web.url}/data.csv")[1]
        assert len(web.log) == 6


def test_other_bytes_than_asked_for_are_not_taken() -> None:
    def answer(request: Request) -> Answer:
        given = ranged(ZIP, request)
        return Answer(206, {**given.headers, "Content-Range": f"bytes 1-{len(given.body)}/{len(ZIP)}"}, given.body)

    with answering(answer) as web:
        ((reason, message),) = everything(f"{web.url}/data.zip")[""]
        assert reason is Reason.ERROR
        assert "other bytes" in message


def test_a_file_that_is_longer_than_wanted_is_not_copied() -> None:
    with answering(without_length) as web:
        ((reason, message),) = everything(f"{web.url}/data.zip", Limits(max_file_size=20))[""]
        assert (reason, message) == (Reason.TOO_LARGE, "more than 20 bytes; see --max-file-size")


def test_a_disk_that_is_full_is_told() -> None:
    assert _http.fault_of(OSError(errno.ENOSPC, "")) is _http.NO_ROOM


def test_a_file_that_changes_meanwhile_is_listed() -> None:
    data = [csv_file()]
    with answering(lambda request: ranged(data[0], request)) as web:
        _, file, reading = opened(f"{web.url}/data.csv")
        with file.open() as stream:
            stream.read()
        data[0] += b"\n"
        assert [skipped.reason for skipped in reading] == [Reason.CHANGED]


def test_a_file_that_ends_too_soon_is_listed() -> None:
    data = [b"a" * 70_000]
    with answering(lambda request: ranged(data[0], request)) as web:
        _, file, reading = opened(f"{web.url}/data.txt")
        data[0] = b"a" * 65_536
        with file.open() as stream:
            assert len(stream.read()) == 65_536
        with pytest.raises(TargetError, match="ends before its end"):
            next(reading)


def test_a_server_that_is_not_there_is_told(waits: list[float]) -> None:
    with answering(without_ranges) as web:
        url = web.url
    assert refusal(f"{url}/data.csv")[0] == Reason.UNREACHABLE
    assert waits == list(_remote.WAITS)
    assert "no such host" in refusal("http://tiada.invalid/data.csv")[1]


def test_tls_is_told_to_be_missing() -> None:
    with answering(without_ranges) as web:
        assert "speaks no TLS" in refusal(f"{web.url.replace('http', 'https')}/data.csv")[1]


def test_a_certificate_is_checked_until_it_is_trusted(webdavs: FileServer, monkeypatch: pytest.MonkeyPatch) -> None:
    with webdavs.holding({"a.txt": b"isi"}) as url:
        file = f"{url.replace('webdavs', 'https')}/a.txt"
        for address in (url, file):
            reason, message = refusal(address)
            assert reason == Reason.UNREACHABLE
            assert "certificate is not trusted (self-signed certificate)" in message
            assert "SSL_CERT_FILE" in message
        assert PASSWORD not in message
        assert OWNER in message
        monkeypatch.setenv("SSL_CERT_FILE", str(webdavs.home / "certificate.pem"))
        assert everything(file) == {"": [(0, b"isi")]}
        assert everything(url) == {"a.txt": [(0, b"isi")]}
