"""A CSV file into a CSV file: charset, delimiter, header, line ends and the width of every row stay."""

from __future__ import annotations

import codecs
import csv
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from privacyscan.batches import bounded, weight
from privacyscan.errors import TargetError
from privacyscan.formats._header import widened
from privacyscan.formats.csv import HEAD, Dialect, dialect_of
from privacyscan.model import Limits, Place
from privacyscan.pseudonymize.cells import Columns, Done, Replacer, is_known_value
from privacyscan.pseudonymize.judge import Judged

FIELD = 16 << 20  # characters in one field or line

Counts = Mapping[Place, Counter[Done]]


@dataclass(frozen=True, slots=True)
class _Layout:
    """How the file is written."""

    dialect: Dialect
    line_end: str
    quote_all: bool
    mark: str  # byte-order mark that the codec does not write by itself
    codec: str

    @property
    def errors(self) -> str:
        """Bytes that are no text pass through, where the codec can carry them."""
        return "replace" if self.codec.startswith(("utf-16", "utf-32")) else "surrogateescape"


def copy_csv(
    source: Path,
    copy: Path,
    place: Place,
    found: Mapping[Place, tuple[Judged, ...]],
    replacer: Replacer,
    limits: Limits,
    count: Callable[[Place, int], None],
) -> Counts:
    """Write the copy; gives back how many cells of each column and entity were replaced."""
    layout = _layout(source)
    _check_header(layout.dialect, place, found, replacer)
    title: Counter[str] = Counter()
    names = list(layout.dialect.names)
    columns = Columns(replacer, place, names, found)
    with (
        source.open(encoding=layout.dialect.charset, errors=layout.errors, newline="") as raw,
        copy.open("w", encoding=layout.codec, errors=layout.errors, newline="") as out,
    ):
        out.write(layout.mark)
        writer = csv.writer(
            out,
            delimiter=layout.dialect.delimiter,
            lineterminator=layout.line_end,
            quoting=csv.QUOTE_ALL if layout.quote_all else csv.QUOTE_MINIMAL,
        )
        rows = _rows(raw, layout.dialect.delimiter, place, replacer)
        for row in _top(rows, layout.dialect.skip, replacer, title):
            writer.writerow(row)
        for batch in bounded(rows, weight, limits.batch_rows):
            names = widened(names, max(map(len, batch)))
            columns.add(names[len(columns.columns) :])
            _replace(batch, columns)
            writer.writerows(batch)
            count(place, len(batch))
    above = Counter({(entity, replacer.operator(entity)): count for entity, count in title.items()})
    return {place: above, **columns.counts} if title else columns.counts


def _layout(source: Path) -> _Layout:
    with source.open("rb") as stream:
        head = stream.read(HEAD)
    dialect = dialect_of(head)
    text = head.decode(dialect.charset, "replace").lstrip("\ufeff")
    first = text.splitlines(keepends=True)[0] if text else ""
    line_end = "\r\n" if first.endswith("\r\n") else "\r" if first.endswith("\r") else "\n"
    bare = first.rstrip("\r\n")
    between = f'"{dialect.delimiter}"'
    quoted = len(bare) > 1 and bare[0] == bare[-1] == '"' and bare.count(between) == bare.count(dialect.delimiter)
    big_endian = {"utf-16": codecs.BOM_UTF16_BE, "utf-32": codecs.BOM_UTF32_BE}.get(dialect.charset)
    if big_endian is not None and head.startswith(big_endian):
        return _Layout(dialect, line_end, quoted, "\ufeff", f"{dialect.charset}-be")
    return _Layout(dialect, line_end, quoted, "", dialect.charset)


def _check_header(
    dialect: Dialect, place: Place, found: Mapping[Place, tuple[Judged, ...]], replacer: Replacer
) -> None:
    """Refuse a header that names somebody: it would be copied as it is."""
    for number, name in enumerate(dialect.names, 1):
        judged = [v.entity for v in found.get(place.at(name), ()) if replacer.covers(v.entity)]
        if replacer.names_somebody(name) or any(is_known_value(replacer.detector.rules[e], name) for e in judged):
            raise TargetError(
                f"{replacer.shown(str(place))}: the header of column {number} holds personal data and headers are "
                "copied as they are; give the column another name, or the file a header",
                "unsupported_type",
            )


def _rows(raw: TextIO, delimiter: str, place: Place, replacer: Replacer) -> Iterator[list[str]]:
    """All rows, empty ones too. A file that does not end as CSV is refused."""
    csv.field_size_limit(FIELD)
    reader = csv.reader(_lines(raw, place, replacer), delimiter=delimiter)
    try:
        yield from reader
    except csv.Error:
        where = f"{replacer.shown(str(place))}: line {reader.line_num}"
        raise TargetError(f"{where} is no CSV, perhaps for a quote that is never closed; mend it", "damaged") from None


def _lines(raw: TextIO, place: Place, replacer: Replacer) -> Iterator[str]:
    while line := raw.readline(FIELD):
        if len(line) == FIELD:
            raise TargetError(f"{replacer.shown(str(place))}: a line is longer than {FIELD >> 20} MB", "too_large")
        yield line.replace("\0", "")  # as the reader of scans does: a number must not hide behind them


def _top(rows: Iterator[list[str]], skip: int, replacer: Replacer, title: Counter[str]) -> Iterator[list[str]]:
    """The header as it is, and what stands above it with its finds replaced."""
    left = skip
    while left:
        row = next(rows, None)
        if row is None:
            return
        left -= bool(row)
        if left and row:
            changed = [replacer.in_text(cell) for cell in row]
            row = [text for text, _ in changed]
            for _, entities in changed:
                title.update(entities)
        yield row


def _replace(batch: Sequence[list[str]], columns: Columns) -> None:
    """Put the replacements into the rows."""
    by_column = [[row[i] if i < len(row) else "" for row in batch] for i in range(len(columns.columns))]
    for index, changed in enumerate(columns.changes(by_column)):
        for number, text in changed.items():
            batch[number][index] = text or ""
