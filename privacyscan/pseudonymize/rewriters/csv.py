"""A CSV file into a CSV file: charset, delimiter, header, line ends and the width of every row stay."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TextIO

from privacyscan.batches import bounded, rows_at_once, weight
from privacyscan.errors import TargetError
from privacyscan.formats._header import widened
from privacyscan.formats.csv import HEAD, Dialect, dialect_of
from privacyscan.model import File, Place
from privacyscan.pseudonymize._work import Work
from privacyscan.pseudonymize.cells import Changes, Columns, Replacer, is_known_value
from privacyscan.pseudonymize.judge import Judged
from privacyscan.pseudonymize.rewriters import Rewriter
from privacyscan.pseudonymize.rewriters._charset import Charset, charset_of

FIELD = 16 << 20  # characters in one field or line


class Csv:
    name = "csv"
    formats = ("csv",)
    part = ""
    as_text = False
    holds_files = False

    def rewrite(self, file: File, copy: Path, work: Work) -> None:
        judged = work.judge(file)
        layout = _layout(file)
        _check_header(layout.dialect, file.place, judged.columns, work.replacer)
        names = list(layout.dialect.names)
        columns = work.columns(file.place, names, judged)
        with layout.charset.between(file, copy) as (text, out):
            writer = csv.writer(
                out,
                delimiter=layout.dialect.delimiter,
                lineterminator=layout.line_end,
                quoting=csv.QUOTE_ALL if layout.quote_all else csv.QUOTE_MINIMAL,
            )
            rows = _rows(text, layout.dialect.delimiter, file.place, work.replacer)
            for row in _top(rows, layout.dialect.skip, file.place, work):
                writer.writerow(row)
            batches = bounded(rows, weight, rows_at_once(work.limits, len(names)))
            for batch, changes in work.workers.changes(columns, batches, partial(_by_column, columns, names)):
                _replace(batch, changes)
                writer.writerows(batch)
                work.count(file.place, len(batch))


@dataclass(frozen=True, slots=True)
class _Layout:
    """How the file is written."""

    dialect: Dialect
    charset: Charset
    line_end: str
    quote_all: bool


def _layout(file: File) -> _Layout:
    with file.open() as stream:
        head = stream.read(HEAD)
    dialect = dialect_of(head)
    text = head.decode(dialect.charset, "replace").lstrip("\ufeff")
    first = text.splitlines(keepends=True)[0] if text else ""
    line_end = "\r\n" if first.endswith("\r\n") else "\r" if first.endswith("\r") else "\n"
    bare = first.rstrip("\r\n")
    between = f'"{dialect.delimiter}"'
    quoted = len(bare) > 1 and bare[0] == bare[-1] == '"' and bare.count(between) == bare.count(dialect.delimiter)
    return _Layout(dialect, charset_of(head, dialect.charset), line_end, quoted)


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


def _top(rows: Iterator[list[str]], skip: int, place: Place, work: Work) -> Iterator[list[str]]:
    """The header as it is, and what stands above it with its finds replaced."""
    left = skip
    while left:
        row = next(rows, None)
        if row is None:
            return
        left -= bool(row)
        yield [work.text(place, cell) for cell in row] if left else row


def _by_column(columns: Columns, names: list[str], batch: Sequence[list[str]]) -> list[list[str]]:
    """The cells of these rows; for rows that are longer than all before, further columns are added."""
    columns.add(widened(names, max(map(len, batch)))[len(columns.columns) :])
    return [[row[i] if i < len(row) else "" for row in batch] for i in range(len(columns.columns))]


def _replace(batch: Sequence[list[str]], changes: Changes) -> None:
    """Put the replacements into the rows."""
    for index, changed in enumerate(changes):
        for number, cell in changed.items():
            batch[number][index] = cell or ""


plugin: Rewriter = Csv()
