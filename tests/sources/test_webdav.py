"""WebDAV: what servers list, what they refuse, and connections that end in the middle."""

from __future__ import annotations

import random
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest

from privacyscan import read
from privacyscan.errors import TargetError
from privacyscan.model import Reason
from privacyscan.sources import _remote
from tests.servers import FileServer, as_user
from tests.sources.shares import everything, listed, opened
from tests.sources.web import TIME, Answer, Request, answering, cutting, ranged


@pytest.fixture(autouse=True)
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses before further tries, which take no time here."""
    told: list[float] = []
    monkeypatch.setattr(_remote.time, "sleep", lambda seconds: told.append(seconds) if seconds else None)
    return told


def multistatus(*members: str) -> Answer:
    body = f'<?xml version="1.0"?><d:multistatus xmlns:d="DAV:">{"".join(members)}</d:multistatus>'
    return Answer(207, {}, body.encode())


def folder(href: str) -> str:
    return member(href, "<d:resourcetype><d:collection/></d:resourcetype>")


def file(href: str, size: int = 3) -> str:
    return member(
        href,
        f"<d:resourcetype/><d:getcontentlength>{size}</d:getcontentlength>"
        f"<d:getlastmodified>{TIME}</d:getlastmodified>",
    )


def member(href: str, prop: str) -> str:
    status = "<d:status>HTTP/1.1 200 OK</d:status>"
    return f"<d:response><d:href>{href}</d:href><d:propstat><d:prop>{prop}</d:prop>{status}</d:propstat></d:response>"


def serving(listing: Callable[[str], Answer]) -> Callable[[Request], Answer]:
    """A server that lists folders so; what it is asked for a single one is a folder, and each file holds `isi`."""

    def answer(request: Request) -> Answer:
        if request.method == "GET":
            return ranged(b"isi", request)
        is_file = request.headers["Depth"] == "0" and request.target.endswith(".txt")
        if request.headers["Depth"] == "0":
            return multistatus(file(request.target) if is_file else folder(request.target))
        return listing(request.target)

    return answer


def url_of(web: str) -> str:
    return web.replace("http", "webdav", 1)


def refusal(url: str) -> tuple[str, str]:
    with pytest.raises(TargetError) as caught:
        listed(url)
    return caught.value.reason, str(caught.value)


def test_hrefs_may_be_whole_urls_in_any_order() -> None:
    listing = multistatus(file("http://lain/dav/b%20%C3%A9.txt"), folder("http://lain/dav/"), file("/dav/a%2525.txt"))
    with answering(serving(lambda target: listing)) as web:
        assert everything(f"{url_of(web.url)}/dav") == {"a%25.txt": [(0, b"isi")], "b é.txt": [(0, b"isi")]}


def test_a_listing_of_another_folder_is_no_empty_folder() -> None:
    with answering(serving(lambda target: multistatus(folder("/lain/"), file("/lain/a.txt")))) as web:
        assert "cannot be understood" in refusal(f"{url_of(web.url)}/dav")[1]


@pytest.mark.parametrize(
    "body", [b"", b"<html>halo</html>", b"<d:multistatus xmlns:d='DAV:'><d:response>", b'<!DOCTYPE a [<!ENTITY b "c">']
)
def test_a_listing_that_is_none_is_no_empty_folder(body: bytes) -> None:
    with answering(lambda request: Answer(207, {}, body)) as web:
        assert "cannot be understood" in refusal(f"{url_of(web.url)}/dav")[1]


def test_what_may_not_be_read_is_listed() -> None:
    told_nothing = "<d:response><d:href>/rahasia</d:href><d:status>HTTP/1.1 403 Forbidden</d:status></d:response>"

    def listing(target: str) -> Answer:
        if target == "/tutup/":
            return Answer(403)
        return multistatus(folder("/"), told_nothing, folder("/tutup/"), file("/a.txt"), folder("/../"))

    with answering(serving(listing)) as web:
        assert listed(url_of(web.url)) == {
            "a.txt": 3,
            "rahasia": Reason.UNKNOWN_FORMAT,
            "tutup": Reason.DENIED,
            "": Reason.DAMAGED,
        }


@pytest.mark.parametrize("answer", [Answer(405), Answer(501), Answer(200, {}, b"<html>halo</html>")])
def test_a_server_without_webdav_is_told(answer: Answer) -> None:
    with answering(lambda request: answer) as web:
        assert "speaks no WebDAV" in refusal(url_of(web.url))[1]


def test_a_folder_may_be_redirected_on_the_same_server() -> None:
    def answer(request: Request) -> Answer:
        if request.target.startswith("/dav"):
            return Answer(308, {"Location": request.target.replace("/dav", "/remote.php/dav")})
        return serving(lambda target: multistatus(folder(target), file(f"{target}a.txt")))(request)

    with answering(answer) as web:
        assert everything(f"{url_of(web.url)}/dav") == {"a.txt": [(0, b"isi")]}


def test_a_real_server_refuses_a_wrong_password_and_a_folder_that_is_not_there(webdav: FileServer) -> None:
    wrong = as_user(webdav.url, "pemilik", "salah")
    assert refusal(wrong) == (
        Reason.LOGIN_FAILED,
        f"{read.without_password(wrong)}: the server refused the login; check the user and the password",
    )
    assert refusal(f"{webdav.url}tiada")[0] == Reason.VANISHED


def test_a_file_goes_on_where_the_connection_was_lost(webdav: FileServer, waits: list[float]) -> None:
    lines = random.Random(1).randbytes(1_500_000).hex("\n", 40)
    port = urlsplit(webdav.url).port
    assert port
    with webdav.holding({"besar.txt": lines.encode()}) as url, cutting(port, 500_000, 4) as proxy:
        found = everything(url.replace(f":{port}", f":{proxy}"))
        assert found == everything(f"{webdav.folder}/{url.rpartition('/')[2]}")
    assert len(waits) == 4


def test_a_listing_that_is_cut_off_is_asked_for_again(webdav: FileServer) -> None:
    port = urlsplit(webdav.url).port
    assert port
    files = {f"{i}.txt": b"" for i in range(40)}
    with webdav.holding(files) as url, cutting(port, 5_000, 3) as proxy:
        assert listed(url.replace(f":{port}", f":{proxy}")).keys() == files.keys()


def test_a_file_that_changes_or_goes_meanwhile_is_listed() -> None:
    now = [file("/a.txt")]

    def answer(request: Request) -> Answer:
        if request.method == "PROPFIND" and request.target == "/a.txt":
            return multistatus(*now) if now else Answer(404)
        return serving(lambda target: multistatus(folder("/"), file("/a.txt")))(request)

    for change in (lambda: now.__setitem__(0, file("/a.txt", 4)), now.clear):
        with answering(answer) as web:
            _, opened_file, reading = opened(url_of(web.url))
            opened_file.open().close()
            change()
            assert [skipped.reason for skipped in reading] == [Reason.CHANGED]
