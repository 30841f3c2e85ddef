"""The grammar of SQL dumps, as far as rows need it: names, values, the columns of CREATE TABLE."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache

Value = str | bytes | None

NAME = r'(?:"(?:[^"\n]|"")+"|`(?:[^`\n]|``)+`|\[[^\]\n]+\]|[\w$#]+)'
QUALIFIED = rf"{NAME}(?:\s*\.\s*{NAME}){{0,3}}"
BEGINNING = re.compile(  # of what is more than text
    rf"(?im)^(?:insert\s|replace\s+into\s|copy\s|create\s+(?:\w+\s+)?table\s|use\s+{NAME}\s*;|\\(?:connect|restrict|unrestrict)\s|"
    r"set\s+search_path\s)"
)
INSERT = re.compile(
    rf"(?:insert|replace)\s+(?:(?:low_priority|delayed|high_priority|ignore|or\s+\w+)\s+)*(?:into\s+)?({QUALIFIED})"
    rf"\s*(?:\(([^()']*)\))?\s*(?:overriding\s+\w+\s+value\s*)?values?\s*(?=\()",
    re.IGNORECASE,
)
COPY = re.compile(rf"copy\s+({QUALIFIED})\s*(?:\(([^()']*)\))?\s*from\s+stdin\s*;[^\n]*\n", re.IGNORECASE)
CREATE = re.compile(
    rf"create\s+(?:\w+\s+)?table\s+(?:if\s+not\s+exists\s+)?({QUALIFIED})\s*(?=\()",
    re.IGNORECASE,
)
USE = re.compile(rf"use\s+({NAME})", re.IGNORECASE)
CONNECT = re.compile(r"\\connect\s+(?:-\S+\s+)*(\"[^\"\n]+\"|\S+)")
SEARCH_PATH = re.compile(rf"set\s+search_path\s*(?:=|to)\s*({NAME})", re.IGNORECASE)
RANDOM = re.compile(r"\\(?:un)?restrict\s")  # another key each time that PostgreSQL's programs write a dump
_PART = re.compile(NAME)
_SIMPLE = r"(?:'[^'\\\n]*+'|[-+.\w]++)"
ROWS = re.compile(rf"(?:\s*\({_SIMPLE}(?:\s*,\s*{_SIMPLE})*+\)\s*,)++")  # of simple values, before another row
BETWEEN_ROWS = re.compile(r"\)\s*,\s*\(")
_NO_COLUMN = re.compile(
    r"(?:primary|key|unique|constraint|foreign|index|check|fulltext|spatial|partition|exclude|like|period)\b",
    re.IGNORECASE,
)
COMMENT = r"--[^\n]*+|/\*(?:[^*]|\*(?!/))*+(?:\*/|\Z)"
_COMMENT = re.compile(COMMENT)
_HEX = re.compile(r"0[xX]((?:[0-9A-Fa-f]{2})+)")
_AROUND = re.compile(  # functions around the literal that is their value
    r"(?:cast|convert|to_date|to_timestamp|str_to_date|date|time|timestamp|datetime|replace|unistr|to_clob)\b"
    r"[^']*'((?:[^']|'')*)'",
    re.IGNORECASE,
)
_MYSQL = {"0": "\0", "b": "\b", "n": "\n", "r": "\r", "t": "\t", "Z": "\x1a"}
_POSTGRESQL = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_ESCAPED = re.compile(r"\\(x[0-9A-Fa-f]{1,2}|[0-7]{1,3}|.)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Grammar:
    """How rows are written where a backslash escapes in every string (MySQL), or only in E'...' (all others)."""

    row: re.Pattern[str]  # group 1: what is in its brackets, group 2: the comma before the next row
    escapes: bool
    _value: re.Pattern[str]  # prefix, string, anything else
    _item: re.Pattern[str]  # what stands between commas
    _body: re.Pattern[str]  # brackets and what they hold

    def values(self, row: str) -> list[Value]:
        """The values of a row: texts as they are meant, numbers as they are written, bytes for binary data."""
        return [
            other
            if other.isdigit()
            else string
            if _is_plain(prefix, string, other)
            else self._read(prefix, string, other)
            for prefix, string, other in self._value.findall(row)
        ]

    def columns(self, text: str, at: int) -> tuple[str, ...]:
        """The names of the columns of CREATE TABLE, whose bracket opens at `at`; none where its end is not in sight."""
        body = self._body.match(text, at) or self._body.match(_COMMENT.sub("", text[at:]))
        if body is None:
            return ()
        items = (item.strip() for item in self._item.findall(_COMMENT.sub("", body[0][1:-1])))
        named = (_PART.match(item) for item in items if not _NO_COLUMN.match(item))
        return tuple(bare(match[0]) for match in named if match)

    def _read(self, prefix: str, string: str, other: str) -> Value:
        kind = prefix.strip().lower()
        if other:
            return _other(other.strip())
        if kind == "x":
            return bytes.fromhex(string) if _HEX.fullmatch(f"0x{string}") else string
        if kind == "e":
            return _other(f"E'{string}'")
        if "\\" in string and self.escapes:
            string = unescaped(string, _MYSQL)
        string = string.replace("''", "'")
        return string.encode("utf-8", "surrogateescape") if kind == "_binary" else string


def _is_plain(prefix: str, string: str, other: str) -> bool:
    return not (prefix or other or "'" in string or "\\" in string)


def bare(name: str) -> str:
    """A name without what quotes it."""
    if name[0] in '"`[':
        return name[1:-1].replace(name[0] * 2, name[0])
    return name


@lru_cache
def again(statement: str) -> re.Pattern[str]:
    """Finds the same statement behind its rows, where each row has its own."""
    return re.compile(rf"\s*;?\s*(?:GO\s+)?{re.escape(statement)}")


def parts(qualified: str) -> tuple[str, ...]:
    """The parts of the name of a table: database, schema, table, as far as they are given."""
    return tuple(bare(part) for part in _PART.findall(qualified))


def copied(value: str) -> str | bytes:
    """A value of COPY as it is meant; bytes for one that is written as `\\x...`."""
    value = unescaped(value, _POSTGRESQL)
    return bytes.fromhex(value[2:]) if value[:2] == "\\x" and _HEX.fullmatch(f"0{value[1:]}") else value


def unescaped(string: str, signs: dict[str, str]) -> str:
    """The string with what backslashes escape."""
    return _ESCAPED.sub(lambda match: _meant(match[1], signs), string)


def _meant(escaped: str, signs: dict[str, str]) -> str:
    if signs is _POSTGRESQL and (len(escaped) > 1 or escaped.isdigit()):
        return chr(int(escaped[1:], 16) if escaped[0] == "x" else int(escaped, 8))
    return signs.get(escaped[0], escaped[0]) + escaped[1:]


def _other(written: str) -> Value:
    """A value that is no plain string."""
    if written.upper() in ("NULL", "DEFAULT"):
        return None
    if binary := _HEX.fullmatch(written):
        return bytes.fromhex(binary[1])
    if written[:2] in ("E'", "e'") and written[-1] == "'":
        return unescaped(written[2:-1], _POSTGRESQL).replace("''", "'")
    around = _AROUND.match(written)
    if around is None:
        return written
    value = around[1].replace("''", "'")
    return value.replace("\\n", "\n").replace("\\r", "\r") if written[:7].lower() == "replace" else value


@cache
def grammar(escapes: bool) -> Grammar:
    """The grammar of a dump; `escapes`: a backslash escapes in every string."""
    escaping = r"'[^'\\]*+(?:(?:\\.|'')[^'\\]*+)*+'"
    string = escaping if escapes else r"'[^']*+(?:''[^']*+)*+'"
    quoted = rf"{string}|\"[^\"]*+\"|`[^`]*+`" if escapes else rf"{string}|[Ee]{escaping}|[Ee]|\"[^\"]*+\"|`[^`]*+`"
    others = "()'\"`" if escapes else "()'\"`Ee"  # an E may begin a string
    inside = rf"(?:[^{others}]++|{quoted})*+"
    for _ in range(4):
        inside = rf"(?:[^{others}]++|{quoted}|\({inside}\))*+"
    item = rf"(?:[^,{others}]++|{quoted}|\({inside}\))++"
    return Grammar(
        re.compile(rf"\s*\(({inside})\)\s*(,)?", re.DOTALL),
        escapes,
        re.compile(rf"\s*(?:([NnXxEe]|_\w+ ?)?'({string[1:-1]})'\s*|({item}))(?:,|\Z)", re.DOTALL),
        re.compile(item, re.DOTALL),
        re.compile(rf"\({inside}\)", re.DOTALL),
    )
