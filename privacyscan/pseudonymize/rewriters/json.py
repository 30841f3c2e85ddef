"""JSON and JSON lines: values give way where they stand; layout, order and numbers that stay are as they were written.

Values of one key, whatever array they lie in, are one column. Keys are searched as texts, because maps keep data there.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from privacyscan.errors import TargetError
from privacyscan.model import File, Place
from privacyscan.pseudonymize._work import Work
from privacyscan.pseudonymize.cells import Column
from privacyscan.pseudonymize.judge import Verdicts
from privacyscan.pseudonymize.rewriters import Rewriter
from privacyscan.pseudonymize.rewriters._charset import charset_in

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]:,]|[^\s"{}\[\]:,]+', re.DOTALL)
_READ = 1 << 20  # characters
_LONGEST = 64 << 20  # characters of one string
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_CONSTANTS = ("true", "false", "null")
_BATCH = 20_000  # values that are replaced together


@dataclass(slots=True)
class _Token:
    """A piece of the file: what stands before it, how it is written, and the column it is a value of, if any."""

    before: str
    written: str
    column: str | None = None
    key: bool = False

    @property
    def text(self) -> str:
        """What it means, of a string or number."""
        return str(json.loads(self.written, strict=False)) if self.written[0] == '"' else self.written


class Json:
    name = "json"
    formats = ("json",)
    part = ""
    as_text = False
    holds_files = False

    def rewrite(self, file: File, copy: Path, work: Work) -> None:
        judged = work.judge(file)
        columns = _Columns(file.place, judged, work)
        with charset_in(file).between(file, copy) as (text, out):
            waiting: list[_Token] = []
            for token in _named(_tokens(text)):
                waiting.append(token)
                if len(waiting) >= _BATCH:
                    out.write(columns.rewritten(waiting))
                    waiting = []
            out.write(columns.rewritten(waiting))


def _tokens(text: TextIO) -> Iterator[_Token]:
    """The pieces of the file, the last with an empty `written`. Raises TargetError for what is no JSON."""
    held, ended = "", False
    while not ended:
        more = text.read(_READ)
        ended = not more
        held += more
        at = 0
        for match in _TOKEN.finditer(held):
            if match.end() == len(held) and not ended:
                break  # may go on
            between = held[at : match.start()]
            if between.strip(" \t\r\n\ufeff\x1e"):
                raise TargetError("no valid JSON", "damaged")
            yield _Token(between, match[0])
            at = match.end()
        held = held[at:]
        if len(held) > _LONGEST:
            raise TargetError(f"a value is longer than {_LONGEST >> 20} MB", "too_large")
    if held.strip():
        raise TargetError("no valid JSON", "damaged")
    yield _Token(held, "")


def _named(tokens: Iterator[_Token]) -> Iterator[_Token]:
    """The tokens, each value with the keys above it. Raises TargetError for a bracket that closes nothing."""
    path: list[str | None] = []  # for each open bracket the key that is being read; None in arrays
    expects_key = False
    for token in tokens:
        sign = token.written
        if sign == "{":
            path.append("")
            expects_key = True
        elif sign == "[":
            path.append(None)
            expects_key = False
        elif sign in ("}", "]"):
            if not path:
                raise TargetError("no valid JSON", "damaged")
            path.pop()
            expects_key = False
        elif sign == ",":
            expects_key = bool(path) and path[-1] is not None
        elif sign == ":":
            expects_key = False
        elif sign and sign not in _CONSTANTS:
            if sign[0] != '"' and not _NUMBER.fullmatch(sign):
                raise TargetError("no valid JSON", "damaged")
            if expects_key:
                path[-1], token.key = token.text, True
            else:
                token.column = ".".join(key for key in path if key)
        yield token
    if path:
        raise TargetError("no valid JSON: it is cut off", "damaged")


class _Columns:
    """The columns of one file by the keys that lead to them, as `data.pemohon.nik`."""

    def __init__(self, place: Place, judged: Verdicts, work: Work) -> None:
        self._place, self._judged, self._work = place, judged, work
        self._columns: dict[str, Column] = {}
        self._known = {self._name(p): p for p in judged.places if p.column is not None}

    def rewritten(self, tokens: list[_Token]) -> str:
        """The tokens as they stand in the copy."""
        values: dict[str, list[_Token]] = defaultdict(list)
        for token in tokens:
            if token.column is not None:
                values[token.column].append(token)
            elif token.key:
                self._key(token)
        for name, mine in values.items():
            for row, new in self._column(name).changes([t.text for t in mine]).items():
                mine[row].written = _written(mine[row].written, new)
        self._work.count(self._place, len(tokens))
        return "".join([part for t in tokens for part in (t.before, t.written)])

    def _key(self, token: _Token) -> None:
        text = token.text
        new = self._work.text(self._place, text)
        if new != text:
            token.written = _written(token.written, new)

    def _column(self, name: str) -> Column:
        if name not in self._columns:
            place = self._known.get(name, self._place.at(name))
            self._columns[name] = self._work.column(place, self._judged)
        return self._columns[name]

    def _name(self, place: Place) -> str:
        """The keys that lead to a column of the reader, which writes `[]` behind the names of arrays."""
        keys = [*place.path[len(self._place.path) :], place.column or ""]
        return ".".join(keys).replace("[]", "")


def _written(old: str, new: str | None) -> str:
    """A replacement as JSON: a number stays one where that is possible."""
    if new is None:
        return "null"
    if old[0] != '"' and _NUMBER.fullmatch(new):
        return new
    return json.dumps(new, ensure_ascii=old.isascii())


plugin: Rewriter = Json()
