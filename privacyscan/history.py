"""The history: every run as its scan.json, packed, in one SQLite file of the state folder or in any SQL database.

scan.json is the format that later versions read and that all reports can be written from again. Beside it stand the
figures of lists and trends. With a key file (`history-key`) the runs are encrypted (AES-256-GCM); the figures are not.
"""

from __future__ import annotations

import json
import os
import sqlite3
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from hmac import digest as hmac_digest
from pathlib import Path
from typing import TYPE_CHECKING, Any

from privacyscan import keys, store
from privacyscan.errors import HistoryError, MissingExtra, UsageError
from privacyscan.model import Assessment, TrendPoint
from privacyscan.settings import password, without_password

if TYPE_CHECKING:
    from sqlalchemy import URL

    from privacyscan.settings import Settings

FILE = "history.sqlite"
LAST = "last"  # names the newest run
TREND = 50  # earlier runs that a trend shows
WAIT = 10.0  # seconds for another program that holds the file
PACKED, ENCRYPTED = b"\0", b"\1"  # how the data of a run begins
NONCE = 12  # bytes, NIST SP 800-38D
_DRIVERS = {"postgres": "postgresql+psycopg", "postgresql": "postgresql+psycopg"}
_DRIVERS |= {"mysql": "mysql+pymysql", "mariadb": "mariadb+pymysql"}
_BYTES = {"postgresql": "BYTEA", "mysql": "LONGBLOB", "mariadb": "LONGBLOB", "mssql": "VARBINARY(MAX)"}
_FAULTS = {  # of SQLite, by the beginning of their names
    "SQLITE_BUSY": "another program holds it; try again when that is done",
    "SQLITE_READONLY": "may only be read; mend its permissions",
    "SQLITE_CANTOPEN": "cannot be opened; check the folder and its permissions",
    "SQLITE_FULL": "the disk is full; free space",
    "SQLITE_IOERR": "cannot be read or written; check the disk",
    "SQLITE_NOTADB": "is damaged or no history of privacyscan; move it away, and a new one is begun",
    "SQLITE_CORRUPT": "is damaged or no history of privacyscan; move it away, and a new one is begun",
}


@dataclass(frozen=True, slots=True)
class Database:
    """An open database: runs a statement with its parameters, tells whether a table is there, has a type for bytes."""

    run: Callable[..., Sequence[Sequence[Any]]]
    has: Callable[[str], bool]
    bytes_type: str


def _create(database: Database) -> None:
    database.run(
        "CREATE TABLE privacyscan_runs (id VARCHAR(40) PRIMARY KEY, started VARCHAR(40) NOT NULL,"
        " status VARCHAR(20) NOT NULL, scope VARCHAR(64) NOT NULL, risk INTEGER NOT NULL,"
        " risk_level VARCHAR(20) NOT NULL, findings INTEGER NOT NULL, persons INTEGER NOT NULL,"
        f" unread INTEGER NOT NULL, data {database.bytes_type} NOT NULL)"
    )
    database.run("CREATE TABLE privacyscan_history (version INTEGER NOT NULL)")
    database.run("INSERT INTO privacyscan_history VALUES (0)")


STEPS: tuple[Callable[[Database], None], ...] = (_create,)  # from each version to the next; a new one comes last


@dataclass(frozen=True, slots=True)
class Run:
    """A run as a list shows it. `scope` is a hash of its targets."""

    point: TrendPoint
    scope: str
    unread: int


class History:
    """An open history, in one transaction. `name` is how it may be shown."""

    def __init__(self, database: Database, name: str, key: bytes | None) -> None:
        self._run, self._name, self._key = database.run, name, key

    def runs(self) -> list[Run]:
        """All runs, the newest first."""
        rows = self._run(
            "SELECT id, started, status, risk, risk_level, findings, persons, scope, unread"
            " FROM privacyscan_runs ORDER BY id DESC"
        )
        return [Run(TrendPoint(*row[:7]), row[7], row[8]) for row in rows]

    def find(self, wanted: str) -> str:
        """The id of the run that is called so, by its id, the beginning of one, or `last`. Raises UsageError."""
        known = [r.point.run for r in self.runs()]
        fitting = known[:1] if wanted == LAST else [i for i in known if i.startswith(wanted)]
        if len(fitting) != 1 or not wanted:
            what = "fits more than one run" if len(fitting) > 1 else "is no run of the history"
            raise UsageError(f"'{wanted}' {what}; see privacyscan runs list")
        return fitting[0]

    def stored(self, run: str) -> bytes:
        """The scan.json of a run. Raises HistoryError."""
        ((data,),) = self._run("SELECT data FROM privacyscan_runs WHERE id = :id", id=run)
        try:
            return zlib.decompress(self._opened(bytes(data), run))
        except (zlib.error, ValueError):
            raise HistoryError(
                f"{self._name}: run {run} is damaged; delete it with privacyscan runs delete {run}"
            ) from None

    def add(self, assessment: Assessment) -> None:
        """Keep a run."""
        from privacyscan.outputs._figures import Figures
        from privacyscan.outputs.json import Json

        scan = assessment.scan
        data = zlib.compress(Json().render(assessment, assessment.language))
        columns = ("id", "started", "status", "scope", "risk", "risk_level", "findings", "persons", "unread", "data")
        values = (
            *(scan.id, scan.started, scan.status, self.scope(assessment)),
            *(assessment.risk.score, assessment.risk.level),
            *(sum(f.status != "suppressed" for f in scan.findings), scan.persons),
            *(len(Figures(assessment).unread), self._closed(data, scan.id)),
        )
        named = ", ".join(f":{c}" for c in columns)
        self._run(
            f"INSERT INTO privacyscan_runs ({', '.join(columns)}) VALUES ({named})",
            **dict(zip(columns, values, strict=True)),
        )

    def delete(self, runs: Sequence[str]) -> None:
        for run in runs:
            self._run("DELETE FROM privacyscan_runs WHERE id = :id", id=run)

    def scope(self, assessment: Assessment) -> str:
        """What tells that two runs had the same targets, of the same installation."""
        named = json.dumps([assessment.scan.key, *sorted(assessment.scan.targets)])
        return hmac_digest(self._key or b"", named.encode("utf-8", "surrogateescape"), "sha256").hex()

    def _closed(self, data: bytes, run: str) -> bytes:
        if self._key is None:
            return PACKED + data
        nonce = os.urandom(NONCE)
        return ENCRYPTED + nonce + bytes(_cipher(self._key).encrypt(nonce, data, run.encode()))

    def _opened(self, data: bytes, run: str) -> bytes:
        if data[:1] != ENCRYPTED:
            return data[1:]
        if self._key is None:
            raise HistoryError(f"{self._name}: run {run} is encrypted; name its key file with the setting history-key")
        from cryptography.exceptions import InvalidTag

        nonce, closed = data[1 : 1 + NONCE], data[1 + NONCE :]
        try:
            return bytes(_cipher(self._key).decrypt(nonce, closed, run.encode()))
        except InvalidTag:
            raise HistoryError(
                f"{self._name}: run {run} was encrypted with another key, or changed; check history-key"
            ) from None


@contextmanager
def opened(settings: Settings, write: bool = False) -> Iterator[History]:
    """The history that the settings name, brought to this version; all or nothing of what is done in it is kept.

    Raises HistoryError where it cannot be read or written, UsageError where the settings keep none.
    """
    if settings.history == "off":
        raise UsageError("the setting history is off, so there are no runs; set it to a URL, or leave it out")
    key = None if settings.history_key is None else _key(settings.history_key)
    url = settings.history or f"sqlite:///{settings.state.absolute() / FILE}"
    name = url.removeprefix("sqlite:///") if url.startswith("sqlite:///") else without_password(url)
    try:
        with _file(Path(name), write) if url.startswith("sqlite:///") else _server(url, settings) as database:
            _upgrade(database, name)
            yield History(database, name, key)
    except sqlite3.Error as error:
        fault = getattr(error, "sqlite_errorname", type(error).__name__)
        says = next((says for begin, says in _FAULTS.items() if fault.startswith(begin)), f"failed ({fault})")
        raise HistoryError(f"{name}: {says}") from None


def keep(assessment: Assessment, settings: Settings) -> tuple[TrendPoint, ...]:
    """Put a run into the history, and give the runs of the same targets before it, the oldest first.

    Runs of these targets beyond `history-keep` are deleted. Raises PrivacyScanError where it cannot be kept.
    """
    if settings.history == "off":
        return ()
    with opened(settings, write=True) as history:
        history.delete([assessment.scan.id])  # what a run that went on was before
        scope = history.scope(assessment)
        history.delete([assessment.scan.id])  # a run that went on was kept when it was stopped
        earlier = [r.point for r in history.runs() if r.scope == scope]
        history.add(assessment)
        if settings.history_keep is not None:
            history.delete([p.run for p in earlier[settings.history_keep - 1 :]])
        return tuple(reversed(earlier[:TREND]))


def _key(path: Path) -> bytes:
    return hmac_digest(keys.read_key(path, "history-key"), b"history", "sha256")


def _cipher(key: bytes) -> Any:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    return AESGCM(key)


@contextmanager
def _file(path: Path, write: bool) -> Iterator[Database]:
    """An SQLite file (0600). Without SQLAlchemy, whose import takes as long as a small scan."""
    if write:
        store.private_folder(path.parent, "choose another place with the setting history")
        with suppress(FileExistsError):
            os.close(os.open(path, os.O_CREAT | os.O_EXCL, 0o600))
    place = path if write or path.exists() else ":memory:"  # nothing is kept yet
    with closing(sqlite3.connect(place, timeout=WAIT, isolation_level=None)) as connection:

        def run(statement: str, **given: Any) -> Sequence[Sequence[Any]]:
            return connection.execute(statement, given).fetchall()

        def has(table: str) -> bool:
            return bool(run("SELECT 1 FROM sqlite_master WHERE name = :name", name=table))

        run("PRAGMA secure_delete = ON")  # what is deleted must not stay in the file
        run("BEGIN IMMEDIATE" if write else "BEGIN")
        yield Database(run, has, "BLOB")  # left by an exception, the connection is closed without a COMMIT
        run("COMMIT")


@contextmanager
def _server(text: str, settings: Settings) -> Iterator[Database]:
    """Any database that SQLAlchemy reaches. Its errors are not told: they may hold the password."""
    import sqlalchemy
    from sqlalchemy.exc import NoSuchModuleError, SQLAlchemyError

    name, fault = without_password(text), ""
    try:
        url = sqlalchemy.make_url(text)
        url = url.set(drivername=_DRIVERS.get(url.drivername, url.drivername))
        if (secret := password(settings.history_password_env, settings.history_password_file)) is not None:
            url = url.set(password=secret)
        engine = sqlalchemy.create_engine(
            url, poolclass=sqlalchemy.NullPool, hide_parameters=True, connect_args=_arguments(url, settings)
        )
        with engine.begin() as connection:

            def run(statement: str, **given: Any) -> Sequence[Sequence[Any]]:
                done = connection.execute(sqlalchemy.text(statement), given)
                return [tuple(row) for row in done] if done.returns_rows else ()

            has = sqlalchemy.inspect(connection).has_table
            yield Database(run, has, _BYTES.get(url.get_backend_name(), "BLOB"))
    except (ImportError, NoSuchModuleError):
        raise MissingExtra(name, "privacyscan[all]") from None
    except (SQLAlchemyError, ValueError) as error:
        fault = type(getattr(error, "orig", None) or error).__name__
    if fault:
        raise HistoryError(
            f"{name}: the database does not answer or refuses ({fault}); check address, account and rights"
        )


def _arguments(url: URL, settings: Settings) -> dict[str, Any]:
    """How drivers that we know connect: they do not wait for ever, and encrypt where the server offers it."""
    kind = url.get_backend_name()
    waiting = {"connect_timeout": max(2, round(settings.connect_timeout))}
    if kind == "postgresql":
        return waiting  # and encrypts by itself
    if kind not in ("mysql", "mariadb"):
        return {}
    is_said = any(name.startswith("ssl") for name in url.query)
    return waiting if is_said else {**waiting, "ssl": {"check_hostname": False}}


def _upgrade(database: Database, name: str) -> None:
    version = 0
    if database.has("privacyscan_history"):
        ((version,),) = database.run("SELECT version FROM privacyscan_history")
    if version > len(STEPS):
        raise HistoryError(f"{name}: was written by a newer version of privacyscan; update privacyscan")
    for number, step in enumerate(STEPS[version:], version + 1):
        step(database)
        database.run("UPDATE privacyscan_history SET version = :version", version=number)


def load(wanted: str, settings: Settings) -> Assessment:
    """A run of the history. Raises PrivacyScanError."""
    from privacyscan.outputs.json import loads

    with opened(settings) as history:
        run = history.find(wanted)
        return loads(history.stored(run), run)


__all__: Sequence[str] = ("History", "Run", "keep", "load", "opened")
