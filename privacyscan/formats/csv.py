"""CSV and its relatives: any delimiter, charset, raggedness; Arrow's parser first, Python's where rows do not fit."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from typing import Any

from privacyscan.formats import Format
from privacyscan.formats._charset import Utf8, charset
from privacyscan.model import File, Limits, Part, Table

HEAD = 64 << 10
DELIMITERS = ",;\t|"
_DATA = re.compile(r"[0-9]{8,}|@[^ ]+\.|^[0-9]+([.,][0-9]+)?$|^[0-9]{1,4}[-/][0-9]{1,2}[-/][0-9]{1,4}")
_FIELD = 16 << 20  # characters in one field


class Csv:
    name = "csv"
    suffixes = (".csv", ".tsv", ".psv", ".tab")
    binary = False

    def matches(self, head: bytes, name: str) -> int:
        kind = charset(head)
        if kind is None or not head:
            return 0
        if name.endswith(self.suffixes):
            return 3
        return 2 if name.endswith(".txt") and _delimiter(head.decode(kind, "replace"), sure=True) else 0

    def read(self, file: File, limits: Limits) -> Iterator[Part]:
        with file.open() as stream:
            head = stream.read(HEAD)
        kind = charset(head) or "utf-8"
        text = head.decode(kind, "replace").lstrip("\ufeff")
        delimiter = _delimiter(text) or ","
        first = next(csv.reader(io.StringIO(text[: text.rfind("\n") + 1] or text), delimiter=delimiter), [])
        titled = bool(first) and not any(_DATA.search(cell.strip()) for cell in first)
        names = unique([c.strip() for c in first]) if titled else [f"c{i + 1}" for i in range(len(first))]
        rows = 0
        if len(names) > 1 or titled:
            reader = self._arrow(file, kind, delimiter, names, titled, limits)
            for batch in reader:
                if batch is None:  # a row that does not fit: Python's parser goes on from there
                    break
                yield Table(file.place, batch, rows)
                rows += batch.num_rows
            else:
                return
        yield from self._python(file, kind, delimiter, names, titled, limits, rows)

    def _arrow(
        self, file: File, kind: str, delimiter: str, names: Sequence[str], titled: bool, limits: Limits
    ) -> Iterator[Any]:
        """Batches by Arrow's parser; None when it meets something that it cannot parse."""
        import pyarrow as pa
        from pyarrow import csv as arrow

        with file.open() as stream:
            raw = stream if kind == "utf-8" else io.BufferedReader(Utf8(stream, kind), 1 << 20)
            try:
                reader = arrow.open_csv(
                    raw,
                    arrow.ReadOptions(column_names=list(names), skip_rows=1 if titled else 0, block_size=1 << 20),
                    arrow.ParseOptions(delimiter=delimiter, newlines_in_values=False),
                    arrow.ConvertOptions(
                        column_types={n: pa.string() for n in names}, null_values=[], strings_can_be_null=False
                    ),
                )
                while True:
                    try:
                        batch = reader.read_next_batch()
                    except StopIteration:
                        return
                    yield from (batch.slice(i, limits.batch_rows) for i in range(0, batch.num_rows, limits.batch_rows))
            except (pa.ArrowInvalid, pa.ArrowKeyError):
                yield None

    def _python(
        self,
        file: File,
        kind: str,
        delimiter: str,
        names: list[str],
        titled: bool,
        limits: Limits,
        done: int,
    ) -> Iterator[Part]:
        """Batches by Python's parser, from row `done`; rows longer than the header get columns of their own."""
        csv.field_size_limit(_FIELD)
        with file.open() as stream:
            raw = io.TextIOWrapper(
                io.BufferedReader(Utf8(stream, kind), 1 << 20), encoding="utf-8", errors="replace", newline=""
            )
            reader = csv.reader((line.replace("\0", "") for line in raw), delimiter=delimiter)
            row, held, size = -int(titled), [], 0
            for cells in reader:
                if not cells:
                    continue
                if row >= done:
                    held.append(cells)
                    size += sum(map(len, cells))
                row += 1
                if len(held) >= limits.batch_rows or size > 8 << 20:
                    yield _table(file, names, held, row - len(held))
                    held, size = [], 0
            if held or not done:
                yield _table(file, names, held, row - len(held))


def _table(file: File, names: list[str], rows: list[list[str]], first: int) -> Table:
    import pyarrow as pa

    width = max([len(names), *map(len, rows)])
    names += [f"column_{i + 1}" for i in range(len(names), width)]
    columns = zip(*(r + [""] * (width - len(r)) for r in rows), strict=True) if rows else [[] for _ in range(width)]
    arrays = [pa.array(list(c), pa.string()) for c in columns]
    return Table(file.place, pa.RecordBatch.from_arrays(arrays, list(names)), first)


def unique(names: Sequence[str]) -> list[str]:
    """Column names as they are, empty ones numbered, repeated ones with a suffix."""
    seen: set[str] = set()
    out = []
    for i, name in enumerate(names):
        shown, n = name or f"column_{i + 1}", 1
        while shown in seen:
            n += 1
            shown = f"{name or f'column_{i + 1}'}_{n}"
        seen.add(shown)
        out.append(shown)
    return out


def _delimiter(text: str, sure: bool = False) -> str | None:
    """The delimiter that cuts the first rows most evenly; None if none does (`sure`: at least three rows alike)."""
    sample = text[: text.rfind("\n") + 1] or text
    best: tuple[float, int, str] | None = None
    for delimiter in DELIMITERS:
        try:
            widths = [
                len(r)
                for r, _ in zip(csv.reader(io.StringIO(sample), delimiter=delimiter), range(50), strict=False)
                if r
            ]
        except csv.Error:
            continue
        if not widths or max(widths) < 2:
            continue
        usual = max(set(widths), key=widths.count)
        share = widths.count(usual) / len(widths)
        if usual < 2 or (sure and (len(widths) < 3 or share < 0.9)):
            continue
        best = max(best or (0.0, 0, ""), (round(share, 1), usual, delimiter))
    return best[2] if best else None


plugin: Format = Csv()
