"""The sheets of a workbook on their way into the copy: tables are told by their headers, as the reader named them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Generic, TypeVar

from privacyscan.detect.shown import is_person
from privacyscan.errors import TargetError
from privacyscan.formats._header import unique
from privacyscan.model import Place
from privacyscan.pseudonymize._work import Work
from privacyscan.pseudonymize.judge import Verdicts

C = TypeVar("C")  # a cell


def check_title(title: str, work: Work) -> None:
    """Raises TargetError for a sheet whose name cannot stay."""
    if work.replacer.names_somebody(title) or (work.replaces("PERSON") and is_person(title)):
        raise TargetError("the name of a sheet holds personal data; rename it", "unsupported_type")


class Rows(Generic[C]):
    """The rows of one sheet."""

    def __init__(
        self,
        place: Place,
        judged: Verdicts,
        work: Work,
        text: Callable[[C], str | None],
        put: Callable[[C, str | None], None],
    ) -> None:
        """`text` gives what stands in a cell, as the reader sees it; None for formulas and empty cells. `put` writes
        another text into it; None empties it."""
        self.place, self._judged, self._work, self._text, self._put = place, judged, work, text, put
        names: dict[Place, list[str]] = {}
        for column in judged.places:
            if column.column is not None and column.path[: len(place.path)] == place.path:
                names.setdefault(Place(column.target, column.path), []).append(column.column)
        self._tables = {tuple(columns): table for table, columns in names.items()}
        self._names = next((n for n in self._tables if n == tuple(f"c{i + 1}" for i in range(len(n)))), None)
        self._first = 0  # cells before the table

    def rewrite(self, rows: Iterable[Sequence[C]]) -> None:
        """Replace what stands in the cells of the next rows."""
        waiting = list[Sequence[C]]()
        for row in rows:
            header = self._header([self._text(c) or "" for c in row])
            if header is None:
                waiting.append(row)
            if header is not None or len(waiting) >= self._work.limits.batch_rows:
                self._replace(waiting)
                waiting = []
            if header is not None:
                self._names, self._first = header
                self._check_header(self._names)
        self._replace(waiting)

    def _check_header(self, names: Sequence[str]) -> None:
        for i, name in enumerate(names, 1):
            if self._work.replacer.names_somebody(name):
                raise TargetError(
                    f"the header of column {i} holds personal data and headers are copied as they are;"
                    " give the column another name, or the file a header",
                    "unsupported_type",
                )

    def _header(self, texts: Sequence[str]) -> tuple[tuple[str, ...], int] | None:
        """The names of the table whose header this row is, and how many empty cells stand before it."""
        texts = [t.strip() for t in texts]
        filled = next((i for i, t in enumerate(texts) if t), None)
        if filled is None:
            return None
        for names in self._tables:
            for first in (0, filled) if filled else (0,):
                here = texts[first : first + len(names)]
                here += [""] * (len(names) - len(here))
                if here[0] in ("", names[0]) and unique(here) == list(names) and not any(texts[first + len(names) :]):
                    return names, first
        return None

    def _replace(self, rows: Sequence[Sequence[C]]) -> None:
        """Replace what stands in the rows of a table, or above all tables where there are no names."""
        names, first = self._names or (), self._first
        if names and rows:
            columns = self._work.columns(self._tables[names], names, self._judged)
            width = range(first, first + len(names))
            cells = [[self._text(row[i]) if i < len(row) else None for row in rows] for i in width]
            for i, changed in zip(width, columns.changes(cells), strict=True):
                for number, new in changed.items():
                    self._put(rows[number][i], new)
        for row in rows:
            for cell in (*row[:first], *row[first + len(names) :]):
                if (text := self._text(cell)) is not None and (new := self._work.text(self.place, text)) != text:
                    self._put(cell, new)
        self._work.count(self.place, len(rows))
