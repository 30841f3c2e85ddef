"""One file by its URL: `https://host/folder/file`. Folders are for WebDAV, because HTTP cannot list them."""

from __future__ import annotations

from urllib.parse import quote

from privacyscan.errors import UsageError
from privacyscan.model import Limits
from privacyscan.sources import Source
from privacyscan.sources._http import HttpHandle, OverHttp, Server, by_password, size_and_time
from privacyscan.sources._probes import way_in
from privacyscan.sources._remote import Address, Entry, EntryKind, Names, Share

_URL = "/?&=;:,+!$'()*~@%"  # signs that may stand in the path and query of a URL as they are


class Http(OverHttp):
    name = "http"
    schemes = ("http", "https")
    title = "HTTP"

    def check(self, address: Address) -> None:
        if address.written.partition("?")[0].endswith("/") or not address.path:
            raise UsageError(
                "names no file; give the URL of one, or webdavs://host/folder where the server speaks WebDAV"
            )

    def connect(self, address: Address, limits: Limits) -> HttpSession:
        return HttpSession(address, limits)


class HttpSession:
    def __init__(self, address: Address, limits: Limits) -> None:
        self._server = Server(address.scheme == "https", address.host, address.port, limits, by_password(address))
        self._target, self._most = quote(address.written, safe=_URL), limits.max_file_size
        has_login = bool(address.user) or "?" in address.written  # a query may be what lets in
        self._access = way_in(address.host, address.scheme == "https", has_login, "anonymous")

    def scan(self, folder: Names) -> list[Entry]:
        return []

    def entry(self, path: Names) -> Entry:
        size, modified = size_and_time(self._server, self._target)
        return Entry("", EntryKind.FILE, size, modified, access=self._access)

    def open(self, path: Names) -> HttpHandle:
        return HttpHandle(self._server, self._target, self._most)

    def close(self) -> None:
        self._server.close()


plugin: Source = Share(Http())
