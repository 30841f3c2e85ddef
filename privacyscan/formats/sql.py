"""SQL dumps and scripts: the rows of INSERT and COPY as tables under their names, all else as text."""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from privacyscan.batches import column
from privacyscan.formats import Format
from privacyscan.formats import _statements as statements
from privacyscan.formats._blocks import Blocks
from privacyscan.formats._charset import Readable, charset, is_by_bytes
from privacyscan.formats._header import unique, widened
from privacyscan.model import File, Limits, Part, Place, Reason, Skipped, Table
from privacyscan.records import Path, Records

if TYPE_CHECKING:
    import pyarrow as pa

HEAD = 64 << 10
_WINDOW = 2 << 20  # characters that are read at a time
_AHEAD = 256 << 10  # characters in sight where a statement begins
_TOGETHER = 64 << 10  # characters of rows from which they are parsed together
_LONGEST = 64 << 20  # characters of a row; a longer one is text
_MOST_TABLES = 10_000  # what is behind them is text
_BY_PROGRAM = re.compile(
    r"\s*(?:--\s*\n)?-- (?:PostgreSQL database|MySQL dump|MariaDB dump|phpMyAdmin SQL Dump)"
    r"|\s*/\*M?![0-9]{5}|\s*/\* Object: |\s*PRAGMA foreign_keys=OFF;\s*BEGIN TRANSACTION;"
)
_SQL = re.compile(
    rf"(?:\s++|{statements.COMMENT})*+"
    r"(?:insert|create|set|use|begin|pragma|drop|copy|replace|alter|delete|lock)\s",
    re.IGNORECASE,
)
_WITH_ESCAPES = re.compile(r"MySQL|MariaDB|/\*M?!|`")
_COMPLETE = re.compile(r"-- (?:PostgreSQL database|MySQL dump|MariaDB dump)")  # programs that write a last line
_LAST_LINE = re.compile(r"dump complete|Dump completed")


class Sql:
    name = "sql"
    suffixes = (".sql",)
    binary = False

    def matches(self, head: bytes, name: str) -> int:
        kind = charset(head)
        text = head.decode(kind or "latin-1", "replace").lstrip("\ufeff")
        if _BY_PROGRAM.match(text):
            return 3  # even if so much binary data stands in it that it looks like no text
        if kind is None:
            return 0
        if name.endswith(self.suffixes):
            return 2
        return 2 if _SQL.match(text) and statements.BEGINNING.search(text) else 0

    def read(self, file: File, limits: Limits) -> Iterator[Part]:
        with file.open() as stream:
            yield from dump(file.place, stream, limits)


def dump(place: Place, stream: Readable, limits: Limits) -> Iterator[Part]:
    """The tables and the text of a dump that is read from the stream."""
    yield from _Dump(place, stream, limits).parts()


class _Window:
    """A moving piece of the text. The character before `at` stays, so that it can be told whether a line begins."""

    def __init__(self, stream: Readable) -> None:
        head = stream.read(HEAD)
        kind = charset(head) or "utf-8"
        if is_by_bytes(kind) and _BY_PROGRAM.match(head.decode("latin-1")):
            kind = "utf-8"  # whatever binary data looks like
        # What is no text stays what it is, to be told as binary data.
        self._decode = codecs.getincrementaldecoder(kind)("surrogateescape" if kind == "utf-8" else "replace").decode
        self._stream = stream
        self.text, self.at, self.ended = self._decode(head), 0, False

    def more(self, size: int = _WINDOW) -> bool:
        """Read on; False at the end of the file."""
        data = self._stream.read(max(size, _WINDOW))
        self.ended = not data
        before = max(0, self.at - 1)
        self.text, self.at = self.text[before:] + self._decode(data, self.ended), self.at - before
        return bool(data)

    def ahead(self) -> None:
        """Have enough in sight for the beginning of a statement."""
        while len(self.text) - self.at < _AHEAD and not self.ended:
            self.more()

    def take(self, end: int) -> str:
        """The text up to `end`."""
        taken, self.at = self.text[self.at : end], end
        return taken


class _Dump:
    """A dump under way: what is text goes to `_texts`, rows to `_records`. A row leaves its line ends in the text, so
    that its lines keep their numbers."""

    def __init__(self, place: Place, stream: Readable, limits: Limits) -> None:
        self._place, self._limits = place, limits
        self._window = _Window(stream)
        self._texts, self._records = Blocks(place, limits), Records(place, limits)
        self._grammar = statements.grammar(_WITH_ESCAPES.search(self._window.text) is not None)
        self._says_its_end = _COMPLETE.search(self._window.text[:1000]) is not None
        self._created: dict[Path, tuple[str, ...]] = {}
        self._tables: set[Path] = set()
        self._database: Path = ()
        self._schema: Path = ()
        self._taken = 0  # characters of rows
        self._in_vain = 0  # characters that were looked at for the end of a row or table
        self._cut_off = False

    def parts(self) -> Iterator[Part]:
        """Everything in it."""
        window, last = self._window, ""
        while True:
            window.ahead()
            begin = statements.BEGINNING.search(window.text, window.at)
            if begin is None:
                end = len(window.text) if window.ended else window.text.rfind("\n", window.at) + 1
                text = window.take(end if end > window.at else len(window.text))
            else:
                text = window.take(begin.start())
            last = (last[-200:] + text)[-200:] if text.strip() else last
            yield from self._texts.add(text.encode("utf-8", "replace"))
            if begin is not None:
                window.ahead()
                yield from self._statement()
            elif window.ended:
                break
        yield from self._records.rest()
        yield from self._texts.rest()
        if self._cut_off or (self._says_its_end and not _LAST_LINE.search(last)):
            yield Skipped(self._place, Reason.DAMAGED, "the dump breaks off; what stands before was read")

    def _statement(self) -> Iterator[Part]:
        """The rows of the statement that begins here; of any other its first line, as text."""
        text, at = self._window.text, self._window.at
        if self._in_vain > _LONGEST:  # no dump
            yield from self._first_line()
        elif (insert := statements.INSERT.match(text, at)) and (path := self._path(insert[1])):
            yield from self._lines(insert.end())
            yield from self._inserted(path, self._names(path, insert[2]), statements.again(insert[0]))
        elif (copy := statements.COPY.match(text, at)) and (path := self._path(copy[1])):
            yield from self._lines(copy.end())
            yield from self._copied(path, self._names(path, copy[2]))
        else:
            self._remember(text, at)
            yield from self._first_line()

    def _first_line(self) -> Iterator[Part]:
        text, at = self._window.text, self._window.at
        end = text.find("\n", at) + 1 or min(len(text), at + _AHEAD)
        if statements.RANDOM.match(text, at):
            yield from self._lines(end)
        else:
            yield from self._texts.add(self._window.take(end).encode("utf-8", "replace"))

    def _remember(self, text: str, at: int) -> None:
        """What a statement says of the tables that come."""
        if create := statements.CREATE.match(text, at):
            if path := self._path(create[1]):
                names = self._grammar.columns(text[at : at + _AHEAD], create.end() - at)
                self._created[path] = names
                self._in_vain += 0 if names else _AHEAD
        elif use := statements.USE.match(text, at):
            self._database, self._schema = (), (statements.bare(use[1]),)
        elif connect := statements.CONNECT.match(text, at):
            self._database, self._schema = (statements.bare(connect[1]),), ()
        elif search := statements.SEARCH_PATH.match(text, at):
            self._schema = (statements.bare(search[1]),)

    def _path(self, name: str) -> Path:
        """The path of a table; empty for one too many."""
        names = statements.parts(name)
        path = self._database + (names if len(names) > 1 else self._schema + names)
        if path not in self._tables and len(self._tables) >= _MOST_TABLES:
            return ()
        self._tables.add(path)
        return path

    def _names(self, path: Path, given: str | None) -> list[str]:
        """The names of the columns: as the statement gives them, else as the table was created."""
        return unique(statements.parts(given) if given else self._created.get(path, ()))

    def _lines(self, end: int) -> Iterator[Part]:
        """Leave what stands before `end`, which is no text, but for its line ends."""
        taken = self._window.take(end)
        self._taken += len(taken)
        yield from self._texts.add(b"\n" * taken.count("\n"))

    def _inserted(self, path: Path, names: list[str], again: re.Pattern[str]) -> Iterator[Part]:
        """The rows behind VALUES, up to what is no row. `again` finds the same statement behind them."""
        window, grammar, records = self._window, self._grammar, self._records
        at, goes_on = window.at, True
        looked = at  # up to here all rows are looked at together in vain
        while goes_on:
            if at >= looked and (rows := statements.ROWS.match(window.text, at)) is not None:
                looked = rows.end()
                if looked - at >= _TOGETHER and (batch := _simple(names, rows[0])) is not None:
                    at = looked
                    yield from records.handed(path)
                    yield from self._batches(path, batch)
                    continue
            row = grammar.row.match(window.text, at)
            if row is None or row.end() == len(window.text):
                yield from self._lines(at)
                if not window.ended and len(window.text) - window.at < _LONGEST:
                    window.more(len(window.text) - window.at)
                    at = looked = window.at
                    continue
                if row is None:
                    self._in_vain += len(window.text) - at
                    self._cut_off = window.ended and ";" not in window.text[window.at :]
                    return
            values = grammar.values(row[1])
            if len(values) > len(names):
                names = widened(names or [f"c{i + 1}" for i in range(len(values))], len(values))
            at, goes_on = row.end(), row[2] is not None
            if not goes_on and (statement := again.match(window.text, at)):
                at, goes_on = statement.end(), True
            if records.add(path, dict(zip(names, values, strict=False)), self._taken + at - window.at):
                yield from records.full()
        yield from self._lines(at)

    def _copied(self, path: Path, names: list[str]) -> Iterator[Part]:
        """The lines of COPY, up to the one that ends them."""
        window = self._window
        while True:
            end = window.text.find("\n\\.", max(0, window.at - 1))
            lines = end + 1 if end >= 0 else window.text.rfind("\n", window.at) + 1
            if lines > window.at:
                data = window.text[window.at : lines].encode("utf-8", "replace")
                yield from self._lines(lines)
                yield from self._rows(path, names, data)
            if end >= 0:
                yield from self._lines(min(len(window.text), lines + 2))
                return
            if len(window.text) - window.at > _LONGEST:
                return
            if not window.more(len(window.text) - window.at):
                self._cut_off = True
                return

    def _rows(self, path: Path, names: list[str], data: bytes) -> Iterator[Table]:
        """Some lines of COPY as batches."""
        import pyarrow as pa

        names = names or [f"c{i + 1}" for i in range(data.partition(b"\n")[0].count(b"\t") + 1)]
        batch = _parsed(names, data, "\t", False, "\\N")
        if batch is None:  # rows that do not fit the names
            rows: Sequence[list[str]] = [line.split("\t") for line in data.decode().removesuffix("\n").split("\n")]
            names = widened(names, max(map(len, rows)))
            cells = [[row[i] if i < len(row) and row[i] != "\\N" else None for row in rows] for i in range(len(names))]
            batch = pa.RecordBatch.from_arrays([pa.array(c, pa.string()) for c in cells], names)
        arrays = []
        for name, array in zip(batch.schema.names, batch.columns, strict=True):
            meant, unread = _meant(array)
            arrays.append(meant)
            self._records.count_binary(path, name, unread)
        yield from self._batches(path, pa.RecordBatch.from_arrays(arrays, batch.schema.names))

    def _batches(self, path: Path, batch: pa.RecordBatch) -> Iterator[Table]:
        """The rows as tables that keep the limits."""
        for start in range(0, batch.num_rows, self._limits.batch_rows):
            some = batch.slice(start, self._limits.batch_rows)
            yield Table(self._place.child(*path), some, self._records.next_rows(path, some.num_rows))


def _simple(names: list[str], rows: str) -> pa.RecordBatch | None:
    """Rows of simple values; None where they do not fit the names, or a value looks like the end of a row."""
    import pyarrow.compute as pc

    data = statements.BETWEEN_ROWS.sub("\n", rows.strip()[1:-1].rstrip()[:-1]).encode("utf-8", "replace")
    if not names:
        names = [f"c{i + 1}" for i in range(data.partition(b"\n")[0].count(b",") + 1)]
    batch = _parsed(names, data, ",", "'", "NULL")
    if batch is None or any(pc.any(pc.match_substring(array, "\n")).as_py() for array in batch.columns):
        return None
    return batch


def _parsed(names: list[str], data: bytes, delimiter: str, quote: str | bool, null: str) -> pa.RecordBatch | None:
    """Lines as a batch of texts; None where one has more or less fields than there are names."""
    import pyarrow as pa
    from pyarrow import csv as arrow

    try:
        table = arrow.read_csv(
            io.BytesIO(data),
            arrow.ReadOptions(column_names=names, block_size=len(data) + 1, use_threads=False),
            arrow.ParseOptions(
                delimiter=delimiter, quote_char=quote, newlines_in_values=bool(quote), ignore_empty_lines=False
            ),
            arrow.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()),
                null_values=[null],
                strings_can_be_null=True,
                quoted_strings_can_be_null=False,
            ),
        )
    except pa.ArrowInvalid:
        return None
    return table.combine_chunks().to_batches()[0]


def _meant(array: pa.Array) -> tuple[pa.Array, int]:
    """The values as they are meant, and how many of them hold binary data."""
    import pyarrow.compute as pc

    if not pc.any(pc.match_substring(array, "\\")).as_py():
        return array, 0
    return column([statements.copied(v) if v is not None and "\\" in v else v for v in array.to_pylist()])


plugin: Format = Sql()
