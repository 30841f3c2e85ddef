"""What an old Office file says of itself: author, title, company and properties of its own [MS-OLEPS]."""

from __future__ import annotations

import struct
from collections.abc import Iterator

_TEXT, _WIDE, _WHOLE, _REAL, _LIST = 0x1E, 0x1F, 0x03, 0x05, 0x1000  # kinds of values
_NAMES, _CHARSET = 0, 1  # numbers of properties
_UTF16 = 1200
_MOST = 10_000  # properties of a section


def properties(data: bytes) -> Iterator[bytes]:
    """The texts as lines; those of properties with names of their own as `name: value`."""
    try:
        for i in range(min(struct.unpack_from("<I", data, 24)[0], 2)):
            (at,) = struct.unpack_from("<I", data, 28 + 20 * i + 16)
            yield from _section(data[at:])
    except struct.error:  # cut off: what was read stands
        return


def _section(data: bytes) -> Iterator[bytes]:
    count = min(struct.unpack_from("<I", data, 4)[0], _MOST)
    places = dict(struct.unpack_from("<II", data, 8 + 8 * i) for i in range(count))
    charset = struct.unpack_from("<H", data, places[_CHARSET] + 4)[0] if _CHARSET in places else 1252
    names = _names(data[places[_NAMES] :], charset) if _NAMES in places else {}
    for number, at in places.items():
        if number in (_NAMES, _CHARSET):
            continue
        for text in _values(data[at:], charset, number in names):
            yield (f"{names[number]}: {text}\n" if number in names else f"{text}\n").encode("utf-8", "replace")


def _values(data: bytes, charset: int, has_name: bool) -> Iterator[str]:
    (kind,) = struct.unpack_from("<I", data)
    if kind & 0xFFF in (_TEXT, _WIDE):
        count, at = (struct.unpack_from("<I", data, 4)[0], 8) if kind & _LIST else (1, 4)
        for _ in range(min(count, _MOST)):
            size = struct.unpack_from("<I", data, at)[0] * (2 if kind & 0xFFF == _WIDE else 1)
            text = _decoded(data[at + 4 : at + 4 + size], _UTF16 if kind & 0xFFF == _WIDE else charset)
            if text:
                yield text
            at += 4 + size
    elif has_name and kind == _WHOLE:
        yield str(struct.unpack_from("<i", data, 4)[0])
    elif has_name and kind == _REAL:
        number = struct.unpack_from("<d", data, 4)[0]
        yield str(int(number)) if number.is_integer() else str(number)


def _names(data: bytes, charset: int) -> dict[int, str]:
    names, at = {}, 4
    for _ in range(min(struct.unpack_from("<I", data)[0], _MOST)):
        number, length = struct.unpack_from("<II", data, at)
        size = 2 * length + (-2 * length) % 4 if charset == _UTF16 else length
        names[number] = _decoded(data[at + 8 : at + 8 + size], charset)
        at += 8 + size
    return names


def _decoded(data: bytes, charset: int) -> str:
    name = {_UTF16: "utf-16-le", 65001: "utf-8"}.get(charset, f"cp{charset}")
    try:
        text = data.decode(name, "replace")
    except LookupError:
        text = data.decode("cp1252", "replace")
    return text.split("\0")[0].strip()
