"""Outlook messages (.msg): all their texts, bodies and attachments [MS-OXMSG]."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator

from privacyscan.formats._ole import Storage, written

_STREAM = re.compile(r"__substg1\.0_([0-9A-F]{4})(001E|001F|0102)")
_RECIPIENT, _ATTACHMENT = "__recip_version", "__attach_version"
_BODY, _HTML, _RTF = "1000", "1013", "1009"
_NAMES = ("3707", "3704", "3001")  # of an attachment: long, short, shown
_DATA, _MESSAGE = "__substg1.0_37010102", "__substg1.0_3701000D"
_CHARSET = b"\x03\x00\xfd\x3f"  # a number, 0x3FFD, among the properties: the code page of texts
# Before the first text that refers back, readers put this one [MS-OXRTFCP, 2.1.2.1].
_DICTIONARY = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript \fdecor "
    b"MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n"
    rb"\par \pard\plain\f0\fs20\b\i\u\tab\tx"
)


def lines(storage: Storage) -> Iterator[bytes]:
    """Subject, sender, recipients, headers and all other short texts of a message."""
    charset = _charset(storage)
    people = [inner for name, inner in sorted(storage.storages.items()) if name.startswith(_RECIPIENT)]
    for held in (storage, *people):
        for name in sorted(held.streams):
            match = _STREAM.fullmatch(name)
            if match and match[1] != _BODY and match[2] != "0102":
                text = _decoded(held.whole(name), match[2], charset).strip("\0 \r\n")
                if text:
                    yield text.encode("utf-8", "replace") + b"\n"


def files(storage: Storage) -> Iterator[tuple[str, bytes]]:
    """The name and the bytes of each body and attachment."""
    charset = _charset(storage)
    for name in storage.streams:
        match = _STREAM.fullmatch(name)
        if match is None:
            continue
        if match[1] == _BODY and match[2] != "0102":
            yield "body.txt", _decoded(storage.whole(name), match[2], charset).encode("utf-8", "replace")
        elif match[1] == _HTML:
            yield "body.html", storage.whole(name)
        elif match[1] == _RTF and not any(f"__substg1.0_{_BODY}{kind}" in storage.names for kind in ("001E", "001F")):
            yield "body.rtf", unpacked_rtf(storage.whole(name))
    for name, inner in sorted(storage.storages.items()):
        if name.startswith(_ATTACHMENT):
            yield from _attachment(inner, charset)


def _attachment(storage: Storage, charset: str) -> Iterator[tuple[str, bytes]]:
    found = (
        _decoded(storage.whole(stream), kind, charset).strip("\0 ")
        for number in _NAMES
        for kind in ("001F", "001E")
        if (stream := f"__substg1.0_{number}{kind}") in storage.names
    )
    name = next(filter(None, found), "attachment")
    if _DATA in storage.streams:
        yield name, storage.whole(_DATA)
    if _MESSAGE in storage.storages:  # a message, or a document of another program
        yield name, written(storage.storages[_MESSAGE].tree())


def unpacked_rtf(data: bytes) -> bytes:
    """The RTF of a body. Raises ValueError where it is damaged."""
    if data[8:12] == b"MELA":
        return data[16:]
    (size,) = struct.unpack_from("<I", data, 4)
    if data[8:12] != b"LZFu":
        raise ValueError("packed in another way")
    out, at = bytearray(_DICTIONARY), 16
    while at < len(data) and len(out) - len(_DICTIONARY) < size:
        control = data[at]
        at += 1
        for bit in range(8):
            if at >= len(data):
                break
            if not control >> bit & 1:
                out.append(data[at])
                at += 1
                continue
            pair = int.from_bytes(data[at : at + 2], "big")
            at += 2
            back = (len(out) - (pair >> 4)) % 4096
            if back == 0:  # the end
                return bytes(out[len(_DICTIONARY) :])
            for _ in range((pair & 15) + 2):
                out.append(out[-back] if back <= len(out) else 32)
    return bytes(out[len(_DICTIONARY) : len(_DICTIONARY) + size])


def _charset(storage: Storage) -> str:
    """The charset of texts of one byte a character."""
    data = storage.whole("__properties_version1.0")
    at = data.find(_CHARSET)
    number = int.from_bytes(data[at + 8 : at + 12], "little") if at >= 0 else 1252
    return "utf-8" if number == 65001 else f"cp{number}"


def _decoded(data: bytes, kind: str, charset: str) -> str:
    if kind == "001F":
        return data.decode("utf-16-le", "replace")
    try:
        return data.decode(charset, "replace")
    except LookupError:
        return data.decode("cp1252", "replace")
