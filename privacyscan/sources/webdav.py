"""WebDAV, as Nextcloud has it: `webdavs://user@host/remote.php/dav/files/user/folder`; `webdav://` is without TLS."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote, urlsplit

from privacyscan.model import Access, Limits, Reason
from privacyscan.sources import Source
from privacyscan.sources._faults import Fault
from privacyscan.sources._http import (
    NO_LISTING,
    HttpHandle,
    OverHttp,
    Server,
    by_password,
    elements,
    name_of,
    text_of,
    time_of,
)
from privacyscan.sources._probes import way_in
from privacyscan.sources._remote import Address, Entry, EntryKind, Names, Refused, Share

if TYPE_CHECKING:
    from http.client import HTTPResponse
    from xml.etree.ElementTree import Element

_ASKED = (
    b'<?xml version="1.0" encoding="utf-8"?><propfind xmlns="DAV:"><prop>'
    b"<resourcetype/><getcontentlength/><getlastmodified/></prop></propfind>"
)
_NO_WEBDAV = Fault(
    Reason.ERROR, "the server speaks no WebDAV there; check the path (Nextcloud: /remote.php/dav/files/user)"
)


class WebDav(OverHttp):
    name = "webdav"
    schemes = ("webdav", "webdavs")
    title = "WebDAV"

    def check(self, address: Address) -> None: ...

    def connect(self, address: Address, limits: Limits) -> WebDavSession:
        return WebDavSession(address, limits)


class WebDavSession:
    def __init__(self, address: Address, limits: Limits) -> None:
        secure = address.scheme == "webdavs"
        self._server = Server(secure, address.host, address.port, limits, by_password(address), _explained)
        self._root, self._most = address.path, limits.max_file_size
        self._access = way_in(address.host, secure, bool(address.user), "anonymous")

    def scan(self, folder: Names) -> Iterator[Entry]:
        response, target = self._asked(self._target(folder).rstrip("/") + "/", "1")
        here = _names(target)
        for element in elements(response, "response"):
            names = _names(text_of(element, "href"))
            if names == here:
                continue
            if names[:-1] != here:
                raise Refused(NO_LISTING)
            yield _entry(names[-1], element, self._access)

    def entry(self, path: Names) -> Entry:
        response, _ = self._asked(self._target(path), "0")
        for element in elements(response, "response"):
            return _entry(path[-1] if path else "", element, self._access)
        raise Refused(NO_LISTING)

    def open(self, path: Names) -> HttpHandle:
        return HttpHandle(self._server, self._target(path), self._most)

    def close(self) -> None:
        self._server.close()

    def _target(self, path: Names) -> str:
        return "/" + "/".join(quote(name, safe="", errors="surrogateescape") for name in (*self._root, *path))

    def _asked(self, target: str, depth: str) -> tuple[HTTPResponse, str]:
        head = {"Depth": depth, "Content-Type": "application/xml; charset=utf-8"}
        response, final = self._server.ask("PROPFIND", target, head, _ASKED)
        if response.status != 207:
            raise Refused(_NO_WEBDAV)
        return response, final


def _explained(response: HTTPResponse) -> Fault | None:
    return _NO_WEBDAV if response.status in (400, 405, 501) else None


def _entry(name: str, element: Element, access: Access) -> Entry:
    """What the server says of one file or folder."""
    if not any(name_of(e) == "resourcetype" for e in element.iter()):  # it says that it may not tell
        return Entry(name, EntryKind.OTHER)
    if any(name_of(e) == "collection" for e in element.iter()):
        return Entry(name, EntryKind.FOLDER)
    size = text_of(element, "getcontentlength")
    modified = time_of(text_of(element, "getlastmodified"))
    return Entry(name, EntryKind.FILE, int(size) if size.isdecimal() else None, modified, access=access)


def _names(href: str) -> Names:
    """The folders and the name that a path or URL of the server leads through."""
    return tuple(unquote(name, errors="surrogateescape") for name in urlsplit(href.strip()).path.split("/") if name)


plugin: Source = Share(WebDav())
