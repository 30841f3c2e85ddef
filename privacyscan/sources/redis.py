"""Redis: the values of all keys, grouped by what stands before the first colon of a key.

`redis://host/2` names one database, `redis://host` all of them, `rediss://` asks for TLS. Only commands that read are
sent, and keys come by SCAN, which holds nobody up.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any

from privacyscan.errors import MissingExtra, TargetError, UsageError
from privacyscan.model import Limits, Part, Reason, Skipped, Target, Unit
from privacyscan.records import NESTED, Record, Records, as_record
from privacyscan.settings import Scope
from privacyscan.sources import Source
from privacyscan.sources._faults import NO_ANSWER_TLS, NO_LOGIN, TOO_SLOW, Fault
from privacyscan.sources._probes import way_in
from privacyscan.sources._remote import address_of

_AT_ONCE = 500  # keys, members, entries
_SMALL = 64 << 10  # bytes of strings that are fetched many at once
_LONGEST = 16 << 20  # bytes of a string that are read
_GROUPS = 200  # a store with more beginnings of keys has data there: the others are one group
_BEGINNING = re.compile(r"([A-Za-z][A-Za-z_.-]{0,39}):")
_KEY = "redis_key"  # the column with the key
_OTHERS = "*"


class Redis:
    name = "redis"
    schemes = ("redis", "rediss")

    def check(self, target: Target) -> None:
        _database(target)

    def units(self, target: Target, scope: Scope, limits: Limits) -> Iterator[Unit | Skipped]:
        wanted, fault = _database(target), None
        with _opened(target, limits) as server:
            try:
                info: Mapping[str, Any] = server.info()
            except _errors() as error:
                fault = _fault(error)
        if fault is not None:
            raise TargetError(f"{target.label}: {fault.says}", fault.reason)
        if info.get("cluster_enabled"):
            message = "one node of a cluster; give each of its nodes as a target"
            yield Skipped(target.place, Reason.UNREACHABLE, message, "list")
        address = address_of(target.url)
        has_login = bool(address.user or address.password)
        access = way_in(address.host, address.scheme == "rediss", has_login, "no_authentication")
        counts = {int(name[2:]): held["keys"] for name, held in info.items() if re.fullmatch("db[0-9]+", name)}
        for number in sorted(counts):
            if wanted in (None, number):
                place = target.place.child(f"db{number}")
                yield Unit(self.name, target, place, "table", {"number": number}, counts[number], access=access)

    def read(self, unit: Unit, limits: Limits) -> Iterator[Part]:
        with _opened(unit.target, limits, unit.locator["number"]) as server:
            records, reader = Records(unit.place, limits), _Reader(server)
            fault, taken = None, 0
            try:
                for group, record in reader.records():
                    taken += sum(len(v) for v in record.values() if isinstance(v, str | bytes))
                    if records.add((group,), record, taken):
                        yield from records.full()
            except _errors() as error:
                fault = _fault(error)
            yield from records.rest()
            for (group, why), count in reader.unread.items():
                yield Skipped(unit.place.child(group), why.reason, f"{count} keys: {why.says}", cells=count)
            if fault is not None:
                yield Skipped(unit.place, fault.reason, fault.says)


class _Reader:
    """The records of one database; `unread` counts keys that gave none, or not all."""

    def __init__(self, server: Any) -> None:
        self._server = server
        self._groups: set[str] = set()
        self.unread: Counter[tuple[str, Fault]] = Counter()

    def records(self) -> Iterator[tuple[str, Record]]:
        cursor = None
        while cursor != 0:
            cursor, keys = self._server.scan(cursor or 0, count=_AT_ONCE)
            kinds = self._asked("type", keys)
            strings = [key for key, kind in zip(keys, kinds, strict=True) if kind == b"string"]
            yield from self._strings(strings)
            for key, kind in zip(keys, kinds, strict=True):
                group = self._group(key)
                if isinstance(kind, Exception):
                    self.unread[group, _fault(kind)] += 1
                elif kind in _KINDS:
                    yield from self._collection(group, key, _KINDS[kind])
                elif kind not in (b"string", b"none"):  # none: it has expired
                    self.unread[group, Fault(Reason.UNSUPPORTED_TYPE, "of a type that is not read")] += 1

    def _asked(self, command: str, keys: Sequence[bytes], *more: int) -> list[Any]:
        """What the server says of each key, or its error."""
        asked = self._server.pipeline(transaction=False)
        for key in keys:
            getattr(asked, command)(key, *more)
        answers: list[Any] = asked.execute(raise_on_error=False)
        return answers

    def _group(self, key: bytes) -> str:
        match = _BEGINNING.match(key.decode("latin-1"))
        group = f"{match[1]}:*" if match else _OTHERS
        if group not in self._groups and len(self._groups) >= _GROUPS:
            return _OTHERS
        self._groups.add(group)
        return group

    def _strings(self, keys: Sequence[bytes]) -> Iterator[tuple[str, Record]]:
        lengths = self._asked("strlen", keys)
        small = [k for k, size in zip(keys, lengths, strict=True) if not isinstance(size, int) or size <= _SMALL]
        yield from self._texts(small)
        for key, size in zip(keys, lengths, strict=True):
            if isinstance(size, int) and size > _SMALL:
                yield from self._texts([key])
                if size > _LONGEST:
                    long = Fault(Reason.TOO_LARGE, f"only the first {_LONGEST} bytes were read")
                    self.unread[self._group(key), long] += 1

    def _texts(self, keys: Sequence[bytes]) -> Iterator[tuple[str, Record]]:
        for key, value in zip(keys, self._asked("getrange", keys, 0, _LONGEST - 1), strict=True):
            if isinstance(value, Exception):
                self.unread[self._group(key), _fault(value)] += 1
            else:
                yield self._group(key), _row(key, value)

    def _collection(self, group: str, key: bytes, rows: Any) -> Iterator[tuple[str, Record]]:
        from redis.exceptions import ResponseError

        try:
            yield from ((group, row) for row in rows(self._server, key))
        except ResponseError as error:  # no right to it, or another type by now
            self.unread[group, _fault(error)] += 1


def _hash(server: Any, key: bytes) -> Iterator[Record]:
    fields = server.hscan_iter(key, count=_AT_ONCE)
    first = list(islice(fields, NESTED + 1))
    if len(first) <= NESTED:
        yield {_KEY: _text(key)} | {str(_text(name)): _text(value) for name, value in first}
        return
    for some in (first, fields):
        yield from (_row(key, value, field=_text(name)) for name, value in some)


def _list(server: Any, key: bytes) -> Iterator[Record]:
    at = 0
    while some := server.lrange(key, at, at + _AT_ONCE - 1):
        yield from (_row(key, value) for value in some)
        at += len(some)


def _set(server: Any, key: bytes) -> Iterator[Record]:
    return (_row(key, value) for value in server.sscan_iter(key, count=_AT_ONCE))


def _sorted_set(server: Any, key: bytes) -> Iterator[Record]:
    return (_row(key, value, score=score) for value, score in server.zscan_iter(key, count=_AT_ONCE))


def _stream(server: Any, key: bytes) -> Iterator[Record]:
    last = "-"
    while some := server.xrange(key, last, "+", count=_AT_ONCE):
        for name, fields in some:
            yield {_KEY: _text(key), "id": _text(name)} | {str(_text(n)): _text(v) for n, v in (fields or {}).items()}
        last = "(" + some[-1][0].decode()


_KINDS = {b"hash": _hash, b"list": _list, b"set": _set, b"zset": _sorted_set, b"stream": _stream}


def _row(key: bytes, value: bytes, **more: Any) -> Record:
    """A value under its key; a JSON object as its fields."""
    row = {_KEY: _text(key), **more}
    if value[:1] == b"{":
        try:
            return row | dict(as_record(json.loads(value, parse_int=str, parse_float=str)))
        except (ValueError, RecursionError):
            pass
    return row | {"value": _text(value)}


def _text(value: bytes) -> str | bytes:
    """The text of the bytes; themselves where they are none."""
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value


def _database(target: Target) -> int | None:
    """The number of the database that the URL names; None: all."""
    try:
        names = address_of(target.url).path
    except UsageError as error:
        raise UsageError(f"{target.label}: {error}") from None
    if len(names) > 1 or not all(re.fullmatch("[0-9]{1,5}", name) for name in names):
        raise UsageError(f"{target.label}: is no database of Redis; write redis://user@host:6379/0")
    return int(names[0]) if names else None


@contextmanager
def _opened(target: Target, limits: Limits, number: int = 0) -> Iterator[Any]:
    address = address_of(target.url)
    try:
        import redis
    except ImportError:
        raise MissingExtra("Redis", "privacyscan[redis]") from None
    trusted = {"ssl": True, "ssl_cert_reqs": "required", "ssl_check_hostname": True}
    trusted |= {"ssl_ca_certs": address.query["ssl_ca"]} if "ssl_ca" in address.query else {}
    server = redis.Redis(
        host=address.host,
        port=address.port or 6379,
        db=number,
        username=address.user or None,
        password=address.password,
        client_name="privacyscan",
        retry=None,  # it would try a wrong password again, too
        socket_connect_timeout=limits.connect_timeout,
        socket_timeout=limits.statement_timeout,
        **(trusted if target.url.lower().startswith("rediss:") else {}),
    )
    try:
        yield server
    finally:
        server.close()


def _errors() -> tuple[type[Exception], ...]:
    from redis.exceptions import RedisError

    return (RedisError, OSError)


def _fault(error: Exception) -> Fault:
    """Why the server said no, in our words: its own may name keys."""
    from redis import exceptions

    if isinstance(error, exceptions.NoPermissionError):
        return Fault(Reason.DENIED, "the user may not read them; grant ~* +@read +@connection +info")
    if isinstance(error, exceptions.AuthenticationError) or "WRONGPASS" in str(error):
        return NO_LOGIN
    if isinstance(error, exceptions.TimeoutError | TimeoutError):
        return TOO_SLOW
    if isinstance(error, exceptions.ConnectionError | OSError):
        return NO_ANSWER_TLS
    return Fault(Reason.ERROR, "the server refused a command; its log says more")


plugin: Source = Redis()
