"""HTTP servers that answer as a test says, and a proxy that cuts connections."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

TIME = "Mon, 02 Jan 2023 03:04:05 GMT"


@dataclass(frozen=True)
class Request:
    method: str
    target: str
    headers: Message = field(repr=False)


@dataclass(frozen=True)
class Answer:
    """`whole` says how long the body is; without it the body comes in chunks."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    whole: bool = True


@dataclass(frozen=True)
class Web:
    url: str
    log: list[Request]


@contextmanager
def answering(answer: Callable[[Request], Answer]) -> Iterator[Web]:
    """A server on loopback."""
    log: list[Request] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_one(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            log.append(Request(self.command, self.path, self.headers))
            given = answer(log[-1])
            self.send_response(given.status)
            for name, value in given.headers.items():
                self.send_header(name, value)
            self.send_header(
                *(("Content-Length", str(len(given.body))) if given.whole else ("Transfer-Encoding", "chunked"))
            )
            self.end_headers()
            chunks = given.body if given.whole else b"%x\r\n%b\r\n0\r\n\r\n" % (len(given.body), given.body)
            with suppress(ConnectionError):  # nobody has to read on
                self.wfile.write(chunks)

        do_GET = do_PROPFIND = handle_one

        def log_message(self, format: str, *args: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        server.block_on_close = False
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        try:
            yield Web(f"http://127.0.0.1:{server.server_port}", log)
        finally:
            server.shutdown()


def ranged(data: bytes, request: Request, **headers: str) -> Answer:
    """The range of a file that is asked for."""
    asked = re.fullmatch("bytes=([0-9]+)-([0-9]+)", request.headers.get("Range", ""))
    headers = {"Last-Modified": TIME, **headers}
    if asked is None:
        return Answer(200, headers, data)
    start, end = int(asked[1]), min(int(asked[2]), len(data) - 1)
    if start > end:
        return Answer(416, {"Content-Range": f"bytes */{len(data)}"})
    return Answer(206, {**headers, "Content-Range": f"bytes {start}-{end}/{len(data)}"}, data[start : end + 1])


@contextmanager
def cutting(port: int, after: int, times: int) -> Iterator[int]:
    """The port of a proxy that ends each of the first connections after so many bytes from the server."""
    left = [times]

    def passed(one: socket.socket, other: socket.socket, is_answer: bool) -> None:
        sent = 0
        with suppress(OSError):
            while data := one.recv(65536):
                if is_answer and left[0] and sent + len(data) > after:
                    left[0] -= 1
                    other.sendall(data[: after - sent])
                    break
                other.sendall(data)
                sent += len(data)
        for end in (one, other):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def accepted() -> None:
        with suppress(OSError):
            while True:
                client, _ = listener.accept()
                server = socket.create_connection(("127.0.0.1", port))
                for pair in ((client, server, False), (server, client, True)):
                    threading.Thread(target=passed, args=pair, daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=accepted, daemon=True).start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)
        assert left == [0], "it was not read as far as the cuts"
