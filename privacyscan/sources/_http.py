"""Files behind HTTP: a connection, what its answers mean, and the bytes of a file. S3, WebDAV and HTTP stand on it."""

from __future__ import annotations

import errno
import re
import socket
import time
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from itertools import chain
from typing import TYPE_CHECKING, Any, BinaryIO
from urllib.parse import urljoin, urlsplit

from privacyscan.model import Limits, Reason
from privacyscan.sources._faults import DENIED, GONE, LOST, NO_ANSWER, NO_HOST, NO_LOGIN, Fault
from privacyscan.sources._remote import Address, Refused

if TYPE_CHECKING:  # every scan imports this module; what speaks HTTP takes longer
    from http.client import HTTPConnection, HTTPResponse
    from xml.etree.ElementTree import Element

SILENCE = 60.0  # seconds without a byte after which a connection is lost
REDIRECTS = 5
LONGEST_WAIT = 30.0  # seconds, of what a busy server asks for
BLOCK = 256 << 10

NO_TLS = Fault(Reason.UNREACHABLE, "the server speaks no TLS on this port; check the port and the scheme of the URL")
NO_ROOM = Fault(Reason.ERROR, "no space left for a temporary file; free space or point TMPDIR to where there is some")
NO_USER = Fault(Reason.LOGIN_FAILED, "the server wants a login; write the user before the host: user@host")
NO_BASIC = Fault(Reason.LOGIN_FAILED, "the server takes no password by HTTP Basic, the one way to log in that is known")
BUSY = Fault(Reason.UNREACHABLE, "the server is too busy or has an error; scan again later", again=True)
TOO_MANY = Fault(Reason.ERROR, f"the server redirects more than {REDIRECTS} times; check the URL")
OTHER_BYTES = Fault(Reason.ERROR, "the server gives other bytes than were asked for; copy the file and scan the copy")
NO_LISTING = Fault(Reason.DAMAGED, "what the server lists cannot be understood; check the URL")

Headers = Mapping[str, str]
Login = Callable[[str, str], Headers]  # method and target -> what proves who asks
Explain = Callable[["HTTPResponse"], Fault | None]


class OverHttp:
    """The part of a `Kind` that all over HTTP share."""

    library = "privacyscan"

    def errors(self) -> tuple[type[Exception], ...]:
        from http.client import HTTPException

        return OSError, HTTPException

    def fault(self, error: Exception) -> Fault:
        return fault_of(error)


def fault_of(error: Exception) -> Fault:
    """What an error of a socket means."""
    import ssl

    if isinstance(error, ssl.SSLCertVerificationError):
        why = error.verify_message.rstrip(".")
        says = f"its certificate is not trusted ({why}); if it is the right one, name its file in SSL_CERT_FILE"
        return Fault(Reason.UNREACHABLE, says)
    if isinstance(error, ssl.SSLError) and error.reason in ("WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE"):
        return NO_TLS
    if isinstance(error, socket.gaierror):
        return NO_HOST
    if isinstance(error, ConnectionRefusedError | TimeoutError):
        return NO_ANSWER
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return NO_ROOM
    return LOST


def by_password(address: Address) -> Login:
    """The login by HTTP Basic."""
    if address.user is None:
        return lambda method, target: {}
    secret = b64encode(f"{address.user}:{address.password or ''}".encode()).decode()
    return lambda method, target: {"Authorization": f"Basic {secret}"}


class Server:
    """A connection to one host, kept open between requests. Every answer but the last is read or given up."""

    def __init__(
        self,
        secure: bool,
        host: str,
        port: int | None,
        limits: Limits,
        login: Login,
        explain: Explain = lambda response: None,
    ) -> None:
        self._host, self._limits, self._login, self._explain = host, limits, login, explain
        self._response: HTTPResponse | None = None
        self._connect(secure, port)

    def _connect(self, secure: bool, port: int | None) -> None:
        import ssl
        from http.client import HTTPConnection, HTTPSConnection

        wait = self._limits.connect_timeout
        if secure:  # the certificate is checked
            self._connection: HTTPConnection = HTTPSConnection(
                self._host, port, timeout=wait, context=ssl.create_default_context()
            )
        else:
            self._connection = HTTPConnection(self._host, port, timeout=wait)
        self._secure = secure

    def close(self) -> None:
        self._connection.close()

    def ask(
        self, method: str, target: str, headers: Headers | None = None, body: bytes | None = None
    ) -> tuple[HTTPResponse, str]:
        """The answer, and the target that it is from after redirects. Raises `Refused` for one that says no."""
        asked = target
        for _ in range(REDIRECTS + 1):
            response = self._sent(method, target, headers or {}, body)
            if response.status in (200, 206, 207, 416):
                if target != asked and "html" in (response.headers["Content-Type"] or ""):
                    raise Refused(_is_a_page(target))
                return response, target
            fault = self._explain(response)
            if fault is None and response.status in (301, 302, 303, 307, 308) and response.headers["Location"]:
                target = self._redirected(target, response.headers["Location"])
                continue
            raise Refused(fault or self._said_no(response))
        raise Refused(TOO_MANY)

    def _sent(self, method: str, target: str, headers: Headers, body: bytes | None) -> HTTPResponse:
        connection = self._connection
        if self._response is not None and not self._response.isclosed():
            connection.close()  # what is left of the last answer is not wanted
        if connection.sock is None:
            connection.connect()
            connection.sock.settimeout(SILENCE)  # type: ignore[attr-defined]
        head = {"User-Agent": "privacyscan", **headers, **self._login(method, target)}
        connection.request(method, target, body, head)
        self._response = connection.getresponse()
        return self._response

    def _redirected(self, target: str, location: str) -> str:
        """The new target, on the same host alone: nobody else is sent the password, or was meant to be scanned."""
        scheme = "https" if self._secure else "http"
        try:
            to = urlsplit(urljoin(f"{scheme}://{self._host_and_port()}{target}", location))
            port = to.port or (443 if to.scheme == "https" else 80)
        except ValueError:
            raise Refused(TOO_MANY) from None
        is_same = (to.hostname, to.scheme, port) == (self._host, scheme, self._connection.port)
        is_upgrade = (to.hostname, to.scheme, port, self._connection.port) == (self._host, "https", 443, 80)
        if not is_same and not is_upgrade:
            host = f"{to.hostname}:{to.port}" if to.port else str(to.hostname)
            says = f"leads to another server ({host}); if that is to be scanned, give its URL"
            raise Refused(Fault(Reason.ERROR, says))
        if not is_same:
            self.close()
            self._connect(True, None)
        return to.path + (f"?{to.query}" if to.query else "")

    def _host_and_port(self) -> str:
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"{host}:{self._connection.port}"

    def _said_no(self, response: HTTPResponse) -> Fault:
        status = response.status
        if status in (429, 503):
            asked = response.headers["Retry-After"] or ""
            time.sleep(min(float(asked), LONGEST_WAIT) if re.fullmatch(r"[0-9]{1,9}", asked) else 0)
        if status == 401:
            ways = " ".join(response.headers.get_all("WWW-Authenticate") or ()).lower()
            if "basic" not in ways:
                return NO_BASIC
            return NO_LOGIN if self._login("", "") else NO_USER
        if status == 429 or status >= 500:
            return BUSY
        known = {403: DENIED, 423: DENIED, 404: GONE, 410: GONE}
        return known.get(status) or Fault(Reason.ERROR, f"the server answers with status {status}; check the URL")


def _is_a_page(target: str) -> Fault:
    """Servers send whoever must log in to a page, which is not the file."""
    path = target.partition("?")[0]
    says = f"leads to a web page ({path}), perhaps to log in there; if the page is to be scanned, give its URL"
    return Fault(Reason.ERROR, says)


def size_and_time(server: Server, target: str) -> tuple[int | None, float | None]:
    """Of a file, in bytes and whole seconds since 1970; None: the server does not say.

    No size is told of a file that comes without ranges, so that nobody reads it in pieces. It is a GET, because a HEAD
    has no words for errors and not every address takes one.
    """
    response, _ = server.ask("GET", target, {"Range": "bytes=0-0"})
    told = ""
    if response.status == 416:  # there is no first byte
        response, _ = server.ask("GET", target)
        told = response.headers["Content-Length"] or ""
    elif _is_range(response):
        told = (response.headers["Content-Range"] or "").rpartition("/")[2]
        response.read(BLOCK)
    return int(told) if told.isdecimal() else None, time_of(response.headers["Last-Modified"] or "")


def time_of(date: str) -> float | None:
    """Seconds since 1970 of a date as HTTP writes it; None for none."""
    from email.utils import parsedate_to_datetime

    try:
        return parsedate_to_datetime(date).timestamp()
    except ValueError:
        return None


class HttpHandle:
    """A file by ranges; where the server has none, a copy of it in a temporary file without a name."""

    def __init__(self, server: Server, target: str, most: int) -> None:
        self._server, self._target, self._most = server, target, most
        self._copy: BinaryIO | None = None

    def read(self, offset: int, length: int) -> bytes:
        if self._copy is None:
            response, _ = self._server.ask("GET", self._target, {"Range": f"bytes={offset}-{offset + length - 1}"})
            if response.status == 416:
                return b""
            if _is_range(response):
                return _range(response, offset, length)
            self._copy = self._copied(response)
        self._copy.seek(offset)
        return self._copy.read(length)

    def close(self) -> None:
        if self._copy is not None:
            self._copy.close()

    def _copied(self, response: HTTPResponse) -> BinaryIO:
        import tempfile

        copy: BinaryIO = tempfile.TemporaryFile()  # noqa: SIM115 - open until the handle is closed
        try:
            for part in body_of(response):
                if copy.tell() + len(part) > self._most:
                    raise Refused(Fault(Reason.TOO_LARGE, f"more than {self._most} bytes; see --max-file-size"))
                copy.write(part)
        except BaseException:
            copy.close()
            raise
        return copy


def _is_range(response: HTTPResponse) -> bool:
    return response.status == 206 or "Content-Range" in response.headers  # some servers forget the status


def _range(response: HTTPResponse, offset: int, length: int) -> bytes:
    """The bytes of an answer, if they are those that were asked for."""
    told = re.match(r"bytes +([0-9]+)-([0-9]+)/", response.headers["Content-Range"] or "")
    if told is None or int(told[1]) != offset or not offset <= int(told[2]) < offset + length:
        raise Refused(OTHER_BYTES)
    wanted = int(told[2]) - offset + 1
    data = response.read(wanted)
    if len(data) < wanted:
        raise Refused(LOST)
    return data


def body_of(response: HTTPResponse) -> Iterator[bytes]:
    """The body in blocks. Raises `Refused` where it ends too soon."""
    while part := response.read(BLOCK):
        yield part
    if response.length:
        raise Refused(LOST)


def elements(response: HTTPResponse, *tags: str) -> Iterator[Element]:
    """The elements of an XML answer that have one of these names (the namespace left out), as they come."""
    from xml.etree.ElementTree import ParseError, XMLPullParser

    parser: Any = XMLPullParser(("start", "end"))
    parents: list[Element] = []
    try:
        for block in chain(body_of(response), [b""]):
            parser.feed(block) if block else parser.close()
            for event, element in parser.read_events():
                if event == "start":
                    parents.append(element)
                    continue
                parents.pop()
                if name_of(element) in tags:
                    yield element
                    if parents:
                        parents[-1].remove(element)  # a listing may be long
    except ParseError:
        raise Refused(NO_LISTING) from None


def name_of(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def text_of(element: Element, name: str) -> str:
    """The text of the first element of that name in another."""
    return next((e.text or "" for e in element.iter() if name_of(e) == name), "")
