"""What all kinds of database have in common, and what each must know (`_postgresql`, `_mysql`, `_sqlite`)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from random import Random
from threading import Event, Thread
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from privacyscan.batches import Binary, BinaryCells, Row, bounded, row_batch, weight
from privacyscan.model import File, Limits, Piece, Place, Reason, Skipped, Table, Unit
from privacyscan.sources._faults import Fault
from privacyscan.sources._probes import Probe

if TYPE_CHECKING:
    import pyarrow as pa
    from sqlalchemy import URL, Connection, Engine

TAG = "/* privacyscan */"  # so that an administrator knows whose query it is
SEED = 27  # of samples: the same rows in each scan, as long as the database sends them in the same order
LONGEST_COMMENT = 60  # characters of a comment that count as a header
_EXPLAINS = re.compile(r"[.;:,(\n]")
LOCK_SECONDS = 10  # how long to wait for somebody who alters a table
LARGEST_BINARY = 64 << 10  # bytes; of a longer binary cell, a photograph or a document, only the ends are fetched


@dataclass(frozen=True, slots=True)
class Listed:
    """A table or view as the catalogue lists it; `unread` says why it cannot be read, None if it can.

    `bytes` is the catalogue's guess for a table that can be cut into pieces, None if it has none; 0 for all others.
    """

    path: tuple[str, ...]
    kind: str  # the database's own word for it
    size: int | None = None
    unread: Fault | None = None
    bytes: int | None = 0


class Dialect(Protocol):
    """What one kind of database knows of itself."""

    @property
    def title(self) -> str: ...

    @property
    def drivers(self) -> tuple[str, ...]:
        """SQLAlchemy's names of the drivers that may read it; the first is the one that does."""
        ...

    @property
    def library(self) -> str:
        """What pip calls the driver."""
        ...

    def engine(self, url: URL, limits: Limits) -> Engine:
        """How to connect. Raises ImportError without the driver, TargetError for a target that cannot be opened."""
        ...

    def errors(self) -> tuple[type[Exception], ...]:
        """What the driver raises."""
        ...

    def begin(self, connection: Connection, limits: Limits) -> None:
        """Make the session one that only reads and waits for nobody long. Raises TargetError for an unfit server."""
        ...

    def tables(self, connection: Connection) -> Iterator[Listed]: ...

    def cut(self, connection: Connection, unit: Unit, limits: Limits) -> tuple[str, Sequence[Piece]]:
        """What all pieces of a table are read by, a snapshot that lives as long as the connection or a column, and the
        pieces; less than two: it is read whole."""
        ...

    def read(self, connection: Connection, unit: Unit, limits: Limits) -> Iterator[Table | File | Skipped]:
        """One table or piece of one, streamed. Raises the driver's errors after the rows that came before."""
        ...

    @property
    def probes(self) -> Sequence[Probe]:
        """What is asked of how open the data lies."""
        ...

    def fault(self, error: Exception) -> Fault: ...


@runtime_checkable
class Groups(Protocol):
    """What a dialect also has that can group rows."""

    def grouped(
        self, connection: Connection, unit: Unit, columns: Sequence[str], limits: Limits
    ) -> Iterator[Table | File | Skipped] | None:
        """The different rows of these columns of a table, and in a last column `ROWS` how often each comes; None where
        they are no columns of it. The statement timeout holds for all of it. Raises the driver's errors."""
        ...


class Watch:
    """Calls `stop` when the server has sent no row for so long, and again each time as much later; `stop` is told
    how often.

    A limit for the whole statement would cut off every table that is large; time that the reader itself takes
    between two batches does not count.
    """

    def __init__(self, seconds: float, stop: Callable[[int], None]) -> None:
        self.heard, self.waiting = 0, True
        self._seconds, self._stop, self._over = seconds, stop, Event()
        self._thread = Thread(target=self._run, daemon=True)

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def hearing(self, rows: Iterable[Row]) -> Iterator[Row]:
        """The rows as they come, each of which shows that the server is alive."""
        for row in rows:
            self.heard += 1
            yield row

    @contextmanager
    def paused(self) -> Iterator[None]:
        self.waiting = False
        try:
            yield
        finally:
            self.heard += 1
            self.waiting = True

    def _run(self) -> None:
        before = times = 0
        while not self._over.wait(self._seconds):
            if self.waiting and self.heard == before:
                times += 1
                self._stop(times)
            before = self.heard


def as_tables(
    rows: Iterable[Row],
    weigh: Callable[[Row], int],
    parse: Callable[[Sequence[Row]], tuple[pa.RecordBatch, Mapping[str, Sequence[Binary]]]],
    place: Place,
    limits: Limits,
    watch: Watch,
    first_row: int = 0,
) -> Iterator[Table | File | Skipped]:
    """The rows as batches, each with the binary cells in it, and how many of these are not there whole. `weigh` gives a
    row's size in bytes."""
    binary = BinaryCells(place, limits)
    done = 0
    for held in bounded(watch.hearing(rows), weigh, limits.batch_rows):
        batch, cells = parse(held)
        with watch.paused():
            yield Table(place, batch, first_row + done)
            yield from binary.files(cells, first_row + done)
        done += len(held)
    if not done:  # its columns are known all the same
        yield Table(place, parse([])[0], first_row)
    yield from binary.unread()


def row_tables(
    rows: Iterable[Sequence[Any]],
    names: Sequence[str],
    place: Place,
    limits: Limits,
    watch: Watch,
    first_row: int = 0,
) -> Iterator[Table | File | Skipped]:
    """The same for rows of Python values."""
    return as_tables(rows, weight, partial(row_batch, names), place, limits, watch, first_row)


def chosen(rows: Iterable[Row], share: float) -> Iterator[Row]:
    """A share of the rows, each chosen by itself."""
    draw = Random(SEED).random
    return (row for row in rows if draw() < share)


def sampled(parts: Iterable[Table | File | Skipped], place: Place, total: int) -> Iterator[Table | File | Skipped]:
    """The parts of a sample of so many rows, and that the others were not read: said at its end, because what breaks
    off before is no sample."""
    read = 0
    for part in parts:
        if isinstance(part, Table):
            read += part.batch.num_rows
            part = replace(part, total=total)
        yield part
    yield Skipped(place, Reason.SAMPLED, f"{read} of {total} rows were read, chosen by chance")


def commented(
    parts: Iterable[Table | File | Skipped], comments: Mapping[str, str | None]
) -> Iterator[Table | File | Skipped]:
    """The parts with the comments of their columns, of each the first words: what follows explains."""
    first = {
        name: _EXPLAINS.split(text.strip(), maxsplit=1)[0][:LONGEST_COMMENT] for name, text in comments.items() if text
    }
    return (replace(part, comments=first) if isinstance(part, Table) else part for part in parts)


def vanished(place: Place) -> Skipped:
    return Skipped(place, Reason.VANISHED, "was listed, then dropped or renamed during the scan")


def denied_columns(place: Place, names: Iterable[str]) -> Iterator[Skipped]:
    for name in names:
        yield Skipped(
            place.at(column=name), Reason.DENIED, "no SELECT privilege on the column; grant it and scan again"
        )


LOCKED = Fault(Reason.TIMEOUT, f"somebody else kept it locked for {LOCK_SECONDS} s; scan again later")
NO_PRIVILEGE = Fault(Reason.DENIED, "no SELECT privilege; grant it to the scanning user and scan again")
