"""Elasticsearch and OpenSearch: the documents of every index, over plain HTTP.

`elasticsearch+https://user@host:9200/warga-*` reads the indices that the pattern names, without one all of them.
Documents come by scroll, which shows an index as it was when reading began.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from privacyscan.errors import TargetError, UsageError
from privacyscan.model import Limits, Part, Reason, Skipped, Target, Unit
from privacyscan.records import Records, spread_object
from privacyscan.settings import Scope
from privacyscan.sources import Source
from privacyscan.sources._faults import NO_ANSWER_TLS, NO_LOGIN, TOO_SLOW, Fault
from privacyscan.sources._probes import way_in
from privacyscan.sources._remote import Address, address_of

if TYPE_CHECKING:
    from http.client import HTTPConnection

_AT_ONCE = 500  # documents
_LONGEST = 256 << 20  # bytes of an answer
_KEEP = "10m"  # how long the server keeps what a scroll needs, from one answer to the next
_SCHEMES = ("elasticsearch+http", "elasticsearch+https", "opensearch+http", "opensearch+https")
_PATTERN = re.compile(r"[^\s\"<>|#?/\\,]+")

_FAULTS: Mapping[int, Fault] = {
    401: NO_LOGIN,
    403: Fault(Reason.DENIED, "the user may not read it; grant monitor on the cluster and read on the index"),
    404: Fault(Reason.VANISHED, "is gone, or there is no such index"),
    429: Fault(Reason.TIMEOUT, "the server is too busy; scan again later"),
}
_NO_JSON = Fault(Reason.ERROR, "the server's answer is not what Elasticsearch says; check host and port")
_TOO_LONG = Fault(Reason.TOO_LARGE, f"{_AT_ONCE} documents together are longer than {_LONGEST} bytes")


class _Refused(Exception):
    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        super().__init__(fault.says)


class Elasticsearch:
    name = "elasticsearch"
    schemes = ("elasticsearch", "opensearch")

    def check(self, target: Target) -> None:
        try:
            address = address_of(target.url)
        except UsageError as error:
            raise UsageError(f"{target.label}: {error}") from None
        is_known = target.url.partition("://")[0].lower() in _SCHEMES
        if not is_known or len(address.path) > 1 or not all(map(_PATTERN.fullmatch, address.path)):
            raise UsageError(f"{target.label}: write it as elasticsearch+https://user@host:9200/index")

    def units(self, target: Target, scope: Scope, limits: Limits) -> Iterator[Unit | Skipped]:
        server, fault = _Server(target, limits), None
        pattern = quote("".join(server.address.path) or "*", safe="*")
        try:
            path = f"/_cat/indices/{pattern}?format=json&bytes=b&expand_wildcards=all&h=index,status,docs.count"
            listed = sorted((i["index"], i["status"], i["docs.count"]) for i in server.ask("GET", path))
        except _Refused as error:
            fault = error.fault
        except (KeyError, TypeError, ValueError, AttributeError):
            fault = _NO_JSON
        finally:
            server.close()
        if fault is not None:
            raise TargetError(f"{target.label}: {fault.says}", fault.reason)
        address = server.address
        has_login = bool(address.user or address.password)
        access = way_in(address.host, address.scheme.endswith("https"), has_login, "no_authentication")
        for index, status, count in listed:
            place = target.place.child(index)
            if status != "open":
                yield Skipped(place, Reason.DENIED, "the index is closed; open it and scan again", "list")
            else:
                yield Unit(self.name, target, place, "table", {"index": index}, int(count or 0), access=access)

    def read(self, unit: Unit, limits: Limits) -> Iterator[Part]:
        server, records = _Server(unit.target, limits), Records(unit.place, limits)
        reader, taken = _Reader(server, unit.locator["index"], min(_AT_ONCE, limits.batch_rows)), 0
        try:
            for document in reader.documents():
                taken = server.received
                for path, record in spread_object((), document):
                    if records.add(path, record, taken):
                        yield from records.full()
        except _Refused as error:
            reader.faults.append(error.fault)
        except (KeyError, TypeError, ValueError, AttributeError):
            reader.faults.append(_NO_JSON)
        finally:
            server.close()
        yield from records.rest()
        for fault in reader.faults:
            yield Skipped(unit.place, fault.reason, fault.says)


class _Reader:
    """The documents of one index; `faults` says what of it was not read."""

    def __init__(self, server: _Server, index: str, most: int) -> None:
        self._server, self._index, self._most = server, index, most
        self.faults: list[Fault] = []

    def documents(self) -> Iterator[Mapping[str, Any]]:
        asked = {"size": self._most, "sort": ["_doc"], "track_total_hits": True, "query": {"match_all": {}}}
        answer = self._server.ask("POST", f"/{quote(self._index, safe='')}/_search?scroll={_KEEP}", asked)
        total, read, without = int(answer["hits"]["total"]["value"]), 0, 0
        failed, late = 0, False
        while True:
            failed, late = failed + int(answer["_shards"]["failed"]), late or bool(answer.get("timed_out"))
            found = answer["hits"]["hits"]
            if not found:
                break
            read += len(found)
            for document in found:
                without += "_source" not in document
                yield {"_id": document["_id"], **document.get("_source", {})}
            scroll = {"scroll": _KEEP, "scroll_id": answer["_scroll_id"]}
            answer = self._server.ask("POST", "/_search/scroll", scroll)
        self._server.ask("DELETE", "/_search/scroll", {"scroll_id": [answer["_scroll_id"]]})
        if without:
            self.faults.append(Fault(Reason.UNSUPPORTED_TYPE, f"{without} documents of which only the index is kept"))
        if failed or late or read < total:
            self.faults.append(Fault(Reason.ERROR, f"{read} of {total} documents were read; a part failed"))


class _Server:
    """A connection. It asks only for what reads, follows no redirection, and checks certificates."""

    def __init__(self, target: Target, limits: Limits) -> None:
        self.address = address = address_of(target.url)
        self._limits = limits
        self.received = 0  # bytes
        self._headers = {"Content-Type": "application/json", "X-Opaque-Id": "privacyscan"}
        if address.user is not None:
            login = base64.b64encode(f"{address.user}:{address.password or ''}".encode()).decode()
            self._headers["Authorization"] = f"Basic {login}"
        self._line = _line(address, target.url.partition("://")[0].lower().endswith("https"), limits)

    def ask(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """The answer. Raises _Refused."""
        from http.client import HTTPException

        try:
            if self._line.sock is None:
                self._line.connect()
                assert self._line.sock is not None
                self._line.sock.settimeout(self._limits.statement_timeout)
            self._line.request(method, path, None if body is None else json.dumps(body), self._headers)
            answer = self._line.getresponse()
            data = answer.read(_LONGEST + 1)
        except TimeoutError:
            raise _Refused(TOO_SLOW) from None
        except (OSError, HTTPException):
            raise _Refused(NO_ANSWER_TLS) from None
        self.received += len(data)
        if answer.status != 200:
            other = Fault(Reason.ERROR, f"the server answers with status {answer.status}; its log says more")
            raise _Refused(_FAULTS.get(answer.status, other))
        if len(data) > _LONGEST:
            raise _Refused(_TOO_LONG)
        try:
            return json.loads(data, parse_float=str, parse_int=str)
        except (ValueError, RecursionError):
            raise _Refused(_NO_JSON) from None

    def close(self) -> None:
        self._line.close()


def _line(address: Address, encrypted: bool, limits: Limits) -> HTTPConnection:
    import ssl
    from http.client import HTTPConnection, HTTPSConnection

    host, port, seconds = address.host, address.port or 9200, limits.connect_timeout
    if not encrypted:
        return HTTPConnection(host, port, timeout=seconds)
    try:
        trusted = ssl.create_default_context(cafile=address.query.get("ssl_ca"))
    except OSError:
        raise TargetError("the file of ?ssl_ca= cannot be read; check its path", Reason.UNREACHABLE) from None
    return HTTPSConnection(host, port, timeout=seconds, context=trusted)


plugin: Source = Elasticsearch()
