"""Rows of tables inside texts: which label stands above, before or in the statement around each value.

A value that has a place in a row is judged by its own label and not by the words of its neighbours: `No;NIK;No KK` and
the lines below, `INSERT INTO t (nik, no_kk) VALUES (...)`, `COPY t (nik, no_kk) FROM stdin`, `NIK/KK: a / b`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from privacyscan.detect.rules import Field, Rule, header_words, phrase

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST_COLUMNS, LONGEST_LABEL = 200, 40
SPACES = b"  "  # separator of columns that spaces line up
_SEPARATORS = (b"|", b"\t", b";", b",")
_GAP = re.compile(r"\t| {2,}")
_RULE_LINE = re.compile(rb"[\s|+:=-]+")
_NAME = r"[^\s(;'\"]+|\"[^\"\n]+\"|\[[^\]\n]+\]"
_STATEMENT = (
    rf"(?i:(?:insert|replace)\s+(?:ignore\s+)?into\s+({_NAME})\s*(?:\(([^()']+)\))?\s*values?\s*\("
    rf"|create\s+table\s+(?:if\s+not\s+exists\s+)?({_NAME})\s*\(|copy\s+({_NAME})\s*\(([^()']+)\)\s*from\s+stdin[^\n]*\n)"
)
_QUOTED = r"'(?:[^'\\]++|\\.|'')*'"
_ROW = re.compile(rf"\((?:[^()'\\]++|{_QUOTED}|\([^()']*\))*+\)")
_FIELD = re.compile(rf"(?:{_QUOTED}|\([^()']*\)|[^,'()]++)+")
_NEXT_ROW = re.compile(rb"\)\s*,\s*\(")
_END_OF_STATEMENT = re.compile(rb"\)\s*;|\)\s*on\s+(?:duplicate|conflict)", re.IGNORECASE)
_COLUMN = re.compile(r"(?:^|,)\s*[`\"\[]?([A-Za-z_][A-Za-z0-9_]*)[`\"\]]?\s+[A-Za-z]", re.MULTILINE)
_NO_COLUMN = frozenset({"primary", "key", "unique", "constraint", "foreign", "index", "check", "fulltext", "partition"})
_JOIN = r"\s*(?:[/,;&|+]|\b(?:dan|and)\b)\s*"
_NUMBER = r"[0-9][0-9.-]{5,24}[0-9]"
_NUMBERS = re.compile(rf"(?<![0-9A-Za-z.-]){_NUMBER}(?:{_JOIN}{_NUMBER})+(?![0-9A-Za-z])")
# At least the same for RE2: `_JOIN` with any signs around it.
JOINED = r"[0-9][0-9.-]{5,}[0-9][^0-9A-Za-z]*(?:[/,;&|+]|(?:dan|and))[^0-9A-Za-z]*[0-9][0-9.-]{5}"
LABELLED = rf"[A-Za-z.][^0-9A-Za-z\n]*{JOINED}"  # behind what may be the end of a label
_LABEL = r"[A-Za-z][A-Za-z.]*(?: (?!dan\b|and\b)[A-Za-z.]+){0,2}"
_LABELS = re.compile(rf"((?:{_LABEL}{_JOIN}){{1,5}}{_LABEL})\s*[:=]?\s*$")
_JOINED = re.compile(_JOIN)


@dataclass(frozen=True, slots=True)
class Region:
    """Bytes of a block that hold rows: the separator of their fields (`(` for SQL) and the label of each."""

    start: int
    end: int
    separator: bytes
    labels: tuple[str, ...]
    goes_on: bool = False  # its end is not in this block

    def fields(self, text: str) -> list[Field]:
        """The fields of a line of the region, none where it is no row of as many fields as there are labels."""
        if self.separator == b"(":
            rows = (_FIELD.finditer(text, m.start() + 1, m.end() - 1) for m in _ROW.finditer(text))
            return [f for row in rows for f in self._labelled(row)]
        if self.separator == SPACES:
            return self._labelled(re.finditer(r"\S+(?: \S+)*", text))
        return self._split(text)

    def _split(self, text: str) -> list[Field]:
        mark, at = self.separator.decode(), 0
        parts = text.split(mark)
        if len(parts) != len(self.labels):
            return []
        found = []
        for label, part in zip(self.labels, parts, strict=True):
            found.append(Field(at, at + len(part), label))
            at += len(part) + 1
        return found

    def _labelled(self, matches: Iterable[re.Match[str]]) -> list[Field]:
        spans = [m.span() for m in matches]
        if len(spans) != len(self.labels):
            return []
        return [Field(start, end, label) for (start, end), label in zip(spans, self.labels, strict=True)]


@dataclass(slots=True)
class Rows:
    """Finds the regions of the blocks of one text, in order; knows the tables that were created and what goes on."""

    headers: Headers
    created: dict[str, tuple[str, ...]] = field(default_factory=dict)
    open: Region | None = None

    def regions(self, data: bytes) -> list[Region]:
        """The regions of the next block, apart and in order."""
        found = [*self._continued(data)]
        at = found[-1].end if found else 0
        events = sorted([*self._statements(data, at), *self.headers.tables(data, at)], key=lambda r: r.start)
        for region in events:
            if region.start >= at:
                found.append(region)
                at = region.end
        self.open = found[-1] if found and found[-1].goes_on else None
        return found

    def _continued(self, data: bytes) -> Iterator[Region]:
        if self.open is None:
            return
        yield _region(data, 0, self.open.separator, self.open.labels)

    def _statements(self, data: bytes, at: int) -> Iterator[Region]:
        while (match := _statement()(data, at)) is not None:
            table, columns, created, copied, copy_columns = (
                (g or b"").decode("utf-8", "replace") for g in match.groups()
            )
            at = match.end()
            if created:
                self.created[_bare(created)] = _created(data[at : at + 20_000].decode("utf-8", "replace"))
                continue
            labels = _labels((columns or copy_columns).split(",")) or self.created.get(_bare(table or copied), ())
            if not labels:
                continue
            region = _region(data, at - (not copied), b"\t" if copied else b"(", labels)
            at = region.end
            yield region


class Headers:
    """Finds lines of labels above rows."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        import re2

        self.rules = [r for r in rules if any(not s.cell for s in r.shapes)]
        words = sorted({w for r in self.rules for w in (*r.identifier.context, *r.identifier.columns)})
        options = re2.Options()
        options.encoding = re2.Options.Encoding.LATIN1
        options.max_mem = 16 << 20
        options.log_errors = False
        regex = rf"(?mi)^[^0-9\n:=()]*(?:{phrase(words)})(?:[^a-z0-9\n:=()][^\n:=()]*)?$"
        self._search: Any = re2.compile(regex.encode(), options).search

    def tables(self, data: bytes, at: int) -> Iterator[Region]:
        """The rows below each line of labels."""
        while (match := self._search(data, at)) is not None:
            start = match.start() + (data[match.start()] == 10)
            end = data.find(b"\n", start)
            if end < 0:
                return
            at = end + 1
            region = self._table(data[start:end].rstrip(b"\r"), data, at)
            if region is not None:
                at = region.end
                yield region

    def _table(self, line: bytes, data: bytes, at: int) -> Region | None:
        for separator in _SEPARATORS:
            if line.count(separator):
                return self._region(line.decode("utf-8", "replace").split(separator.decode()), separator, data, at)
        if SPACES not in line:
            return None
        text = line.decode("utf-8", "replace")
        return self._region(_GAP.split(text.strip()), SPACES, data, at)

    def _region(self, names: Sequence[str], separator: bytes, data: bytes, at: int) -> Region | None:
        if not 2 <= len(names) <= MOST_COLUMNS or any(len(n.strip()) > LONGEST_LABEL for n in names):
            return None
        labels = _labels(names)
        if not any(r.header(f" {label} ") not in (None, "-") for label in labels for r in self.rules):
            return None
        region = _region(data, at, separator, labels)
        return region if region.end > region.start else None


def _region(data: bytes, start: int, separator: bytes, labels: tuple[str, ...]) -> Region:
    """The rows from `start` on, to the first line that is none."""
    if separator == b"(":
        match = _END_OF_STATEMENT.search(data, start)
        end = match.start() + 1 if match else len(data)
        return Region(start, end, separator, labels, match is None)
    at = start
    while at < len(data):
        end = data.find(b"\n", at)
        end = len(data) if end < 0 else end
        if not _is_row(data[at:end], separator, len(labels)):
            return Region(start, at, separator, labels)
        at = end + 1
    return Region(start, len(data), separator, labels, True)


def _is_row(line: bytes, separator: bytes, columns: int) -> bool:
    if _RULE_LINE.fullmatch(line):
        return bool(line.strip())
    if separator == SPACES:
        return len(_GAP.split(line.decode("utf-8", "replace").strip())) == columns
    return line.count(separator) >= columns - 1


def paired(text: str) -> list[Field]:
    """The numbers of `NIK/KK: a / b`, each with its label; only where there are as many of both."""
    found: list[Field] = []
    for numbers in _NUMBERS.finditer(text):
        before = text[max(0, numbers.start() - 120) : numbers.start()]
        labels = _LABELS.search(before)
        if labels is None:
            continue
        names = _labels(_JOINED.split(labels[1]))
        spans = [m.span() for m in re.finditer(_NUMBER, text[numbers.start() : numbers.end()])]
        if len(names) == len(spans):
            first = numbers.start()
            found += [Field(first + s, first + e, name) for (s, e), name in zip(spans, names, strict=True)]
    return found


def _labels(names: Sequence[str]) -> tuple[str, ...]:
    return tuple(header_words(n).strip() for n in names) if any(n.strip() for n in names) else ()


def _bare(table: str) -> str:
    return table.rsplit(".", 1)[-1].strip('`"[]').lower()


def _created(body: str) -> tuple[str, ...]:
    """The names of the columns of CREATE TABLE, from the text after its bracket."""
    depth, end = 1, len(body)
    for mark in re.finditer("[()]", body):
        depth += 1 if mark[0] == "(" else -1
        if not depth:
            end = mark.start()
            break
    body = re.sub(r"\([^()]*\)", "", body[:end])
    return _labels([n for n in _COLUMN.findall(body) if n.lower() not in _NO_COLUMN])


def first_row(data: bytes) -> int:
    """Where the first whole row of a window of a long line begins."""
    match = _NEXT_ROW.search(data)
    return match.end() - 1 if match else 0


@cache
def _statement() -> Any:
    import re2

    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1
    options.log_errors = False
    return re2.compile(_STATEMENT.encode(), options).search
