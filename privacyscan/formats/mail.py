"""Mail: headers, bodies and attachments of one message (.eml), and web pages saved whole (.mht)."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from email import message_from_binary_file
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message
from typing import Any

from privacyscan.formats import Format
from privacyscan.formats._archive import Labels
from privacyscan.formats._blocks import text_blocks
from privacyscan.model import File, Limits, Part, Place, Reason, Skipped

_HEADER = re.compile(rb"(?:([!-9;-~]+):[ \t]?.*|[ \t]+\S.*)\r?")
_OF_MAIL = frozenset({b"from", b"to", b"cc", b"subject", b"date", b"sender", b"reply-to"})
_OF_TRANSPORT = frozenset({b"message-id", b"mime-version", b"received", b"return-path", b"delivered-to", b"date"})
_LEAST = 3  # known headers
_BROKEN = ("StartBoundaryNotFoundDefect", "CloseBoundaryNotFoundDefect", "NoBoundaryInMultipartDefect")
_LOST = ("InvalidBase64PaddingDefect", "InvalidBase64CharactersDefect", "InvalidBase64LengthDefect")
ENCODED = ("base64", "quoted-printable")  # what no message should be, and some are
_BODIES = {"text/plain": "body.txt", "text/html": "body.html", "text/calendar": "body.ics", "text/vcard": "body.vcf"}


class Mail:
    name = "mail"
    suffixes = (".eml", ".mht", ".mhtml")
    binary = True  # attachments may be of any format

    def matches(self, head: bytes, name: str) -> int:
        names = header_names(head)
        if names & _OF_MAIL and names & _OF_TRANSPORT and len(names & (_OF_MAIL | _OF_TRANSPORT)) >= _LEAST:
            return 3
        return 2 if names & (_OF_MAIL | _OF_TRANSPORT) and name.endswith(self.suffixes) else 0

    def read(self, file: File, limits: Limits) -> Iterator[Part]:
        with file.open() as stream:
            message = message_from_binary_file(stream)
        yield from _message(message, file.place, Labels(file.place), limits)


def header_names(head: bytes) -> frozenset[bytes]:
    """The names of the headers that a file begins with, lower case; none if it begins with anything else."""
    found: set[bytes] = set()
    for line in head[: 16 << 10].split(b"\n"):
        if line in (b"", b"\r"):
            break
        match = _HEADER.fullmatch(line)
        if match is None:
            break
        if match[1]:
            found.add(match[1].lower())
    return frozenset(found)


def _message(message: Message, place: Place, labels: Labels, limits: Limits) -> Iterator[Part]:
    headers = "".join(f"{name}: {decoded(value)}\n" for name, value in message.items())
    yield from text_blocks(place, [headers.encode("utf-8", "replace")], limits)
    yield from _content(message, place, labels, limits)


def decoded(value: Any) -> str:
    """A header without the encoding of its words (RFC 2047), on one line."""
    try:
        text = str(make_header(decode_header(str(value))))
    except (HeaderParseError, LookupError, ValueError):
        text = str(value)
    return " ".join(text.split())


def _content(part: Message, place: Place, labels: Labels, limits: Limits) -> Iterator[Part]:
    kind = part.get_content_type()
    if _has_defect(part, _BROKEN):
        yield Skipped(place, Reason.DAMAGED, "cut off or damaged; what could be unpacked was read")
    if kind == "multipart/encrypted":
        yield Skipped(place, Reason.ENCRYPTED, "needs a key")
        return
    payload: Any = part.get_payload()
    if not isinstance(payload, list):
        yield from _leaf(part, labels)
        return
    # What stands before the first part and behind the last is shown by no program, but it is there.
    beside = "\n".join(filter(None, (part.preamble, part.epilogue))).strip()
    if beside:
        yield from text_blocks(labels.place("beside the parts"), [beside.encode("utf-8", "replace")], limits)
    for inner in payload:
        if part.get_content_maintype() == "message":
            here = labels.place("message.eml")
            if str(part.get("Content-Transfer-Encoding", "")).strip().lower() in ENCODED:
                inner["Content-Transfer-Encoding"] = part["Content-Transfer-Encoding"]
                data: Any = inner.get_payload(decode=True) or b""
                yield File(here, lambda data=data: io.BytesIO(data), len(data))  # type: ignore[misc]
            else:
                yield from _message(inner, here, Labels(here), limits)
        else:
            yield from _content(inner, place, labels, limits)


def _leaf(part: Message, labels: Labels) -> Iterator[Part]:
    """A body or an attachment, read as the file that it is."""
    data, _ = content_of(part)
    place = labels.place(name_of(part))
    if _has_defect(part, _LOST):
        yield Skipped(place, Reason.DAMAGED, "cut off or damaged; what could be unpacked was read")
    if data:
        yield File(place, lambda: io.BytesIO(data), len(data))


def content_of(part: Message) -> tuple[bytes, str]:
    """What a body or attachment holds: a text in UTF-8, with the charset that it stands in; empty: as it stands."""
    data: Any = part.get_payload(decode=True) or b""
    charset = part.get_content_charset()
    if charset and part.get_content_maintype() == "text":
        with suppress(LookupError, UnicodeError):  # it is not what it says: told by its bytes
            return data.decode(charset).encode(), charset
    return data, ""


def is_damaged(part: Message) -> bool:
    """Whether some of it cannot be unpacked."""
    return _has_defect(part, _BROKEN + _LOST)


def _has_defect(part: Message, names: Sequence[str]) -> bool:
    return any(type(defect).__name__ in names for defect in part.defects)


def name_of(part: Message) -> str:
    """What an attachment is called; a body by its kind."""
    try:
        name = part.get_filename()
    except (LookupError, ValueError):
        name = None
    return decoded(name) if name else _BODIES.get(part.get_content_type(), "body")


plugin: Format = Mail()
