"""MongoDB: the documents of every collection and view, of the database that the URL names or of all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from warnings import catch_warnings, simplefilter

from privacyscan.errors import MissingExtra, TargetError, UsageError
from privacyscan.model import Access, Limits, Part, Reason, Skipped, Target, Unit
from privacyscan.records import Records, spread_object
from privacyscan.settings import Scope
from privacyscan.sources import Source
from privacyscan.sources._dialect import NO_PRIVILEGE
from privacyscan.sources._faults import DROPPED, NO_ANSWER_TLS, NO_LOGIN, TOO_LONG, TOO_SLOW, Fault
from privacyscan.sources._probes import way_in

_AT_ONCE = 1_000  # documents
_OWN = ("admin", "config", "local")  # databases of the server itself

# https://github.com/mongodb/mongo/blob/master/src/mongo/base/error_codes.yml
_FAULTS: Mapping[int, Fault] = {
    13: Fault(Reason.DENIED, "the user may not read it; grant the role read, for all databases readAnyDatabase"),
    18: NO_LOGIN,
    26: DROPPED,
    43: Fault(Reason.UNREACHABLE, "the server gave the query up; scan again"),
    50: TOO_LONG,
}
_NO_DOCUMENT = Fault(Reason.DAMAGED, "a document cannot be decoded; the rest was not read")


class Mongodb:
    name = "mongodb"
    schemes = ("mongodb",)

    def check(self, target: Target) -> None:
        if not urlsplit(target.url).hostname:
            raise UsageError(f"{target.label}: names no host; write it as mongodb://user@host:27017/database")

    def units(self, target: Target, scope: Scope, limits: Limits) -> Iterator[Unit | Skipped]:
        listed: list[Unit | Skipped] = []
        fault = None
        with _opened(target, limits) as client:
            try:
                for name in _databases(client):
                    listed += self._collections(client[name], target)
            except _errors() as error:
                fault = _fault(error)
        if fault is not None:
            raise TargetError(f"{target.label}: {fault.says}", fault.reason)
        yield from sorted(listed, key=lambda unit: unit.place)

    def _collections(self, database: Any, target: Target) -> Iterator[Unit | Skipped]:
        """The collections of a database; one that cannot be listed is not read."""
        from pymongo.errors import OperationFailure

        place = target.place.child(database.name)
        try:
            found = [(c["name"], c["type"]) for c in database.list_collections(comment="privacyscan")]
        except OperationFailure as error:
            if error.code != 13:
                raise
            yield Skipped(place, NO_PRIVILEGE.reason, _FAULTS[13].says, "list")
            return
        for name, kind in found:
            if not name.startswith("system."):  # users of the database and what views are made of
                locator = {"database": database.name, "collection": name}
                size = None if kind == "view" else _count(database[name])
                yield Unit(self.name, target, place.child(name), "table", locator, size, access=_access(target))

    def read(self, unit: Unit, limits: Limits) -> Iterator[Part]:
        records, taken, fault = Records(unit.place, limits), 0, None
        with _opened(unit.target, limits) as client:
            collection = client[unit.locator["database"]][unit.locator["collection"]]
            try:
                most = min(_AT_ONCE, limits.batch_rows)
                for document in collection.find({}, batch_size=most, comment="privacyscan"):
                    taken += len(document.raw)
                    for path, record in spread_object((), _plain(document)):
                        if records.add(path, record, taken):
                            yield from records.full()
            except _errors() as error:
                fault = _fault(error)
        yield from records.rest()
        if fault is not None:
            yield Skipped(unit.place, fault.reason, fault.says)


def _access(target: Target) -> Access:
    """How the server let the scan in, by the URL."""
    parts = urlsplit(target.url)
    options = {name.lower(): value.lower() for name, value in parse_qsl(parts.query)}
    asked = options.get("tls", options.get("ssl", str(parts.scheme == "mongodb+srv").lower()))
    has_login = bool(parts.username) or "authmechanism" in options
    return way_in(parts.hostname, asked == "true", has_login, "no_authentication")


def _databases(client: Any) -> list[str]:
    """The database that the URL names, or all that the user may see but those of the server itself."""
    from pymongo.errors import ConfigurationError

    with suppress(ConfigurationError):  # it names none
        return [client.get_default_database().name]
    return [name for name in client.list_database_names(comment="privacyscan") if name not in _OWN]


def _count(collection: Any) -> int | None:
    """About how many documents there are, by what the server keeps in mind; None: it does not tell."""
    from pymongo.errors import OperationFailure

    try:
        count: int = collection.estimated_document_count(comment="privacyscan")
    except OperationFailure:
        return None
    return count


def _plain(value: Any) -> Any:
    """The value as JSON has it, but for what the server alone knows: that stays, and becomes its text."""
    from bson.binary import UUID_SUBTYPE, Binary

    if isinstance(value, Mapping):
        return {str(key): _plain(field) for key, field in value.items()}
    if isinstance(value, list):
        return [_plain(part) for part in value]
    if isinstance(value, Binary) and value.subtype == UUID_SUBTYPE:
        return str(value.as_uuid())
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


@contextmanager
def _opened(target: Target, limits: Limits) -> Iterator[Any]:
    try:
        import pymongo
        from bson.codec_options import DatetimeConversion
        from bson.raw_bson import RawBSONDocument
        from pymongo.errors import PyMongoError
    except ImportError:
        raise MissingExtra("MongoDB", "privacyscan[mongodb]") from None
    try:
        with catch_warnings():
            simplefilter("error")  # an option that is mistyped, such as that for TLS, would be left out
            client: Any = pymongo.MongoClient(
                target.url,
                document_class=RawBSONDocument,
                appname="privacyscan",
                serverSelectionTimeoutMS=round(limits.connect_timeout * 1000),
                connectTimeoutMS=round(limits.connect_timeout * 1000),
                socketTimeoutMS=round(limits.statement_timeout * 1000),
                datetime_conversion=DatetimeConversion.DATETIME_AUTO,
                unicode_decode_error_handler="replace",
                maxPoolSize=1,
            )
    except (PyMongoError, ValueError, Warning):  # the text of either may hold the password
        client = None
    if client is None:
        raise TargetError(f"{target.label}: not a URL of MongoDB; check its options", Reason.UNREACHABLE)
    try:
        yield client
    finally:
        client.close()


def _errors() -> tuple[type[Exception], ...]:
    from bson.errors import BSONError
    from pymongo.errors import PyMongoError

    return (PyMongoError, BSONError, OSError)


def _fault(error: Exception) -> Fault:
    """Why the server said no, in our words: its own may quote values."""
    from bson.errors import BSONError
    from pymongo import errors

    if isinstance(error, BSONError):
        return _NO_DOCUMENT
    if isinstance(error, errors.OperationFailure):
        other = Fault(Reason.ERROR, f"the server reports error {error.code or 0}; its log says more")
        return _FAULTS.get(error.code or 0, other)
    return TOO_SLOW if isinstance(error, errors.NetworkTimeout) else NO_ANSWER_TLS


plugin: Source = Mongodb()
