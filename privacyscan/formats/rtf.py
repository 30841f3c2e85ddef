"""RTF documents: text and tables, hidden and deleted text too, notes, properties, pictures and files inside."""

from __future__ import annotations

import codecs
import io
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import BinaryIO

from privacyscan.formats import Format
from privacyscan.formats._archive import Labels
from privacyscan.formats._documents import Content, document_parts
from privacyscan.formats.ole import packaged
from privacyscan.model import File, Limits, Part, Reason, Skipped

_MAGIC = b"{\\rtf"
_TOKEN = re.compile(
    rb"\\(?P<word>[A-Za-z]{1,32})(?P<number>-?[0-9]{1,10})? ?|\\'(?P<byte>[0-9A-Fa-f]{2})|\\(?P<sign>[^A-Za-z'])"
    rb"|(?P<brace>[{}])|[\r\n]+|(?P<text>[^\\{}\r\n]+)|\\",
    re.DOTALL,
)
_LONGEST = 64  # bytes of a token that is no text
_CHUNK = 1 << 20
_DEEPEST = 10_000  # groups in each other
_NO_TEXT = frozenset(  # groups that say how the document looks, or say again what another group says
    {"fonttbl", "colortbl", "stylesheet", "listtable", "listoverridetable", "rsidtbl", "themedata"}
    | {"colorschememapping", "latentstyles", "generator", "xmlnstbl", "mmathPr", "pgptbl", "panose", "falt"}
    | {"nonesttables", "nonshppict", "shprslt", "blipuid", "blipupi", "sn", "wgrffmtfilter", "pnseclvl"}
    | {"datastore", "passwordhash", "protusertbl", "pn", "listtext", "pntext"}
)
_DIGITS = b"0123456789abcdefABCDEF"
_APART = frozenset(  # groups that stand in the middle of a line and are none of it
    {"header", "headerl", "headerr", "headerf", "footer", "footerl", "footerr", "footerf", "footnote"}
    | {"annotation", "atnauthor", "atnid", "shptxt", "shpinst", "sp", "info", "title", "subject", "author"}
    | {"manager", "company", "operator", "category", "keywords", "comment", "doccomm", "hlinkbase", "userprops"}
    | {"propname", "staticval", "bkmkstart", "bkmkend", "fldinst", "revtbl", "ftnsep", "object", "objclass"}
    | {"objname", "docvar", "xe", "tc", "formfield", "ffname", "ffdeftext", "ffhelptext", "ffstattext", "ffl"}
    | {"upr", "ud"}
)
_DATA = {"pict": "picture", "objdata": "object", "datafield": ""}  # groups of hexadecimal digits
_BREAKS = frozenset(["par", "line", "sect", "page", "column", "softline", "softpage", "nestrow"])
_GAPS = {"tab": "\t", "nestcell": "\t", "emspace": " ", "enspace": " ", "qmspace": " "}
_SIGNS = {"emdash": "—", "endash": "–", "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”", "bullet": "•"}
_CHARSETS = {"mac": "mac_roman", "pc": "cp437", "pca": "cp850", "ansi": "cp1252"}
_ESCAPED = {"~": " ", "_": "-", "-": "", "*": "", "\\": "\\", "{": "{", "}": "}", "\n": "\n", "\r": "\n", "\t": "\t"}


class Rtf:
    name = "rtf"
    suffixes = (".rtf",)
    binary = True

    def matches(self, head: bytes, name: str) -> int:
        return 3 if head.startswith(_MAGIC) else 0

    def read(self, file: File, limits: Limits) -> Iterator[Part]:
        document = _Document()
        with file.open() as stream:
            yield from document_parts(file.place, document.content(stream), limits)
        if document.is_open:
            yield Skipped(file.place, Reason.DAMAGED, "cut off or damaged; what could be unpacked was read")
        labels = Labels(file.place)
        for what, digits in document.data:
            held = bytes.fromhex(digits.decode("ascii"))
            name, data = _embedded(held) if what == "object" else (what, held)
            if data:
                yield File(labels.place(name), lambda data=data: io.BytesIO(data), len(data))  # type: ignore[misc]


def _embedded(data: bytes) -> tuple[str, bytes]:
    """The name and the bytes of an object [MS-OLEDS, 2.2.5]."""
    try:
        (length,) = struct.unpack_from("<I", data, 8)
        kind, at = data[12 : 12 + length], 12 + length
        for _ in range(2):  # topic and item
            at += 4 + struct.unpack_from("<I", data, at)[0]
        (size,) = struct.unpack_from("<I", data, at)
        held = data[at + 4 : at + 4 + size]
    except struct.error:
        return "embedded object", data
    return packaged(bytes(4) + held) if kind.startswith(b"Package") else ("embedded object", held)


@dataclass(slots=True)
class _Group:
    """What holds inside a pair of braces."""

    is_text: bool = True
    data: bytearray | None = None  # digits of a picture or an object
    fallback: int = 1  # characters that stand behind one of Unicode for readers that do not know it
    is_in_table: bool = False
    is_apart: bool = False  # a note or a property
    outside: list[str] | None = None  # the line that a note or a property interrupts


@dataclass(slots=True)
class _Document:
    """Takes a document apart, token by token."""

    data: list[tuple[str, bytearray]] = field(default_factory=list)  # pictures and objects, as digits
    _groups: list[_Group] = field(default_factory=list)
    _now: _Group = field(default_factory=_Group)
    _charset: str = "cp1252"
    _pieces: list[str] = field(default_factory=list)  # of the line or cell under way
    _bytes: bytearray = field(default_factory=bytearray)  # characters of the charset under way
    _row: list[str] = field(default_factory=list)
    _table: int = 0
    _is_after_row: bool = False
    _left: int = 0  # characters to leave out
    _out: list[Content] = field(default_factory=list)

    @property
    def is_open(self) -> bool:
        """Whether a group was not closed."""
        return bool(self._groups)

    def content(self, stream: BinaryIO) -> Iterator[Content]:
        """The text and the rows of tables."""
        rest = b""
        while chunk := stream.read(_CHUNK):
            rest = self._read(rest + chunk, stream, False)
            yield from self._taken()
        self._read(rest, stream, True)
        self._line()
        yield from self._taken()

    def _taken(self) -> list[Content]:
        out, self._out = self._out, []
        return out

    def _read(self, data: bytes, stream: BinaryIO, is_last: bool) -> bytes:
        """Read what is whole; what may go on in the next chunk comes back."""
        at, end = 0, len(data)
        while at < end:
            if not is_last and end - at < _LONGEST and data.find(b"\\", at) >= 0:
                return data[at:]
            found = _TOKEN.match(data, at)
            if found is None:
                return b""
            at = found.end()
            word, text = found["word"], found["text"]
            if word == b"bin":  # so many bytes as they are
                size = max(0, int(found["number"] or 0))
                raw = data[at : at + size]
                raw += stream.read(size - len(raw))
                at += size
                if self._now.data is not None:
                    self._now.data += raw.hex().encode()
            elif word is not None:
                self._word(word.decode(), int(found["number"]) if found["number"] else None)
            elif text is not None:
                self._text(text)
            elif found["byte"] is not None:
                self._byte(int(found["byte"], 16))
            elif found["brace"] is not None:
                self._brace(found["brace"] == b"{")
            elif found["sign"] is not None:
                self._say(_ESCAPED.get(found["sign"].decode("latin-1"), ""))
        return b""

    def _brace(self, opens: bool) -> None:
        self._flush()
        self._left = 0
        if opens:
            if len(self._groups) >= _DEEPEST:
                raise ValueError("too many groups in each other")
            self._groups.append(self._now)
            self._now = replace(self._now, outside=None)
        elif self._groups:
            if self._now.outside is not None:
                line = "".join(self._pieces).strip()
                self._pieces = self._now.outside
                if line:
                    self._out.append((0, _utf8(f"{line}\n")))
            self._now = self._groups.pop()

    def _word(self, word: str, number: int | None) -> None:
        self._flush()
        now = self._now
        if word == "u":
            self._say(chr((number or 0) & 0xFFFF))
            self._left = now.fallback
        elif word == "uc":
            now.fallback = number or 0
        elif word in _CHARSETS:
            self._charset = _CHARSETS[word]
        elif word == "ansicpg":
            self._charset = _known(f"cp{number}")
        elif word in _DATA:
            now.is_text, now.data = False, bytearray()
            if _DATA[word]:
                self.data.append((_DATA[word], now.data))
        elif word in _NO_TEXT:
            now.is_text, now.data = False, None
        elif word in _APART:
            now.is_apart = True
            if now.outside is None:
                now.outside, self._pieces = self._pieces, []
        elif word in ("pard", "intbl"):
            now.is_in_table = word == "intbl"
        elif word in ("cell", "row"):
            self._cell(word == "row")
        elif word in _BREAKS:
            self._break(word)
        else:
            self._say(_GAPS.get(word) or _SIGNS.get(word, ""))

    def _break(self, word: str) -> None:
        if not self._now.is_text:
            return
        if self._now.is_in_table or self._now.is_apart:
            self._pieces.append("\n")
        else:
            self._line()

    def _line(self) -> None:
        """The paragraph under way is text."""
        self._flush()
        if self._row:  # without an end
            self._cell(True)
        text, self._pieces = "".join(self._pieces), []
        if text:
            self._is_after_row = False
            self._out.append((0, _utf8(f"{text}\n")))

    def _cell(self, ends_row: bool) -> None:
        text, self._pieces = "".join(self._pieces).strip(), []
        if text or not ends_row:
            self._row.append(text)
        if ends_row and self._row:
            self._table += not self._is_after_row
            self._is_after_row = True
            self._out.append((self._table, [_utf8(cell).decode() for cell in self._row]))
            self._row = []

    def _text(self, text: bytes) -> None:
        if self._now.data is not None:
            self._now.data += bytes(c for c in text if c in _DIGITS) if text.strip(_DIGITS) else text
            return
        if self._left:
            taken = min(self._left, len(text))
            text, self._left = text[taken:], self._left - taken
        if self._now.is_text:
            self._bytes += text

    def _byte(self, value: int) -> None:
        if self._left:
            self._left -= 1
        elif self._now.is_text:
            self._bytes.append(value)

    def _say(self, text: str) -> None:
        self._flush()
        if text and self._now.is_text:
            self._pieces.append(text)

    def _flush(self) -> None:
        if self._bytes:
            self._pieces.append(self._bytes.decode(self._charset, "replace"))
            self._bytes.clear()


def _known(charset: str) -> str:
    try:
        codecs.lookup(charset)
    except LookupError:
        return "cp1252"
    return charset


def _utf8(text: str) -> bytes:
    """The text as UTF-8; halves of characters, which RTF writes one by one, become whole."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace").encode()


plugin: Format = Rtf()
