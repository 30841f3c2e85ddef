"""Mail (.eml, .mht): bodies and attachments as the files that they are, addresses and subject one by one.

Of the headers only those come along that a reader of the copy needs; names of messages are replaced alike everywhere,
so that answers stay with what they answer. In the place of a part that is not copied stands a line that says so.
"""

from __future__ import annotations

import base64
import io
import quopri
from collections.abc import Iterator, Sequence
from email import message_from_binary_file, policy
from email.generator import BytesGenerator
from email.header import Header
from email.message import Message
from email.utils import collapse_rfc2231_value, formataddr, getaddresses
from pathlib import Path, PurePath
from typing import Any

from privacyscan.errors import TargetError
from privacyscan.formats._archive import Labels
from privacyscan.formats.mail import ENCODED, content_of, decoded, is_damaged, name_of
from privacyscan.model import File, Place
from privacyscan.pseudonymize._work import Work
from privacyscan.pseudonymize.rewriters import Rewriter

PERSON, EMAIL = "PERSON", "EMAIL_ADDRESS"  # what stands in a list of addresses, whatever its words are
_ADDRESSES = frozenset({"from", "sender", "reply-to", "to", "cc", "bcc"})
_MESSAGES = frozenset({"message-id", "in-reply-to", "references"})
# What is found in these gives way; of messages in a mailbox, X-Envelope-From is the line before them.
_TEXTS = frozenset(
    {"x-envelope-from", "subject", "date", "importance", "priority", "x-priority", "mime-version"}
    | {"content-description", "content-id", "content-language", "content-location", "auto-submitted"}
)
_ABOUT = ("charset", "boundary", "type", "format", "delsp", "method", "report-type")  # of Content-Type
_WHOLE = ("message/rfc822", "message/global")  # what is a mail; others are notes of mail servers
_LONGEST = 998  # characters of a line (RFC 5322, 2.1.1)
_NOT_COPIED = "[not copied]\n"


class Mail:
    name = "mail"
    formats = ("mail",)
    part = ""
    as_text = False
    holds_files = False  # its headers are its own

    def rewrite(self, file: File, copy: Path, work: Work) -> None:
        with file.open() as stream:
            end = "\r\n" if stream.readline().endswith(b"\r\n") else "\n"
            stream.seek(0)
            message = message_from_binary_file(stream)
        if work.replaces(PERSON):
            work.know(_names(message))
        _content(message, file.place, Labels(file.place), work)
        work.count(file.place, 1)
        with copy.open("wb") as out:
            rules = policy.compat32.clone(linesep=end)
            BytesGenerator(out, mangle_from_=False, maxheaderlen=_LONGEST, policy=rules).flatten(message)


def _names(message: Message) -> dict[str, str]:
    """The names of those who write and read it: they stand in subject, signature and quotations as well. One word may
    be any word."""
    lists = [str(v) for part in message.walk() for n, v in part.items() if n.lower() in _ADDRESSES]
    names = {decoded(name) for name, _ in getaddresses([" ".join(text.split()) for text in lists])}
    names = {name for name in names if " " in name and "@" not in name}
    return dict.fromkeys(sorted(names, key=len, reverse=True), PERSON)


def _content(part: Message, place: Place, labels: Labels, work: Work) -> None:
    """A part, replaced in place."""
    kind = part.get_content_type()
    is_message = part.get_content_maintype() == "message"
    is_mail = kind in _WHOLE and _transfer(part) not in ENCODED
    payload: Any = part.get_payload()
    name = ""
    if kind == "multipart/encrypted" or kind.endswith("-signature") or (is_message and not is_mail):
        work.leave_out(place, f"a part of the kind {kind} was not copied")
        _blank(part)
    elif not isinstance(payload, list):
        name = _leaf(part, labels, work)
    else:
        part.preamble = part.epilogue = None
        for inner in payload:
            if is_message:
                here = labels.place("message.eml")
                _content(inner, here, Labels(here), work)
            else:
                _content(inner, place, labels, work)
    if is_damaged(part):
        raise TargetError("cut off or damaged", "damaged")
    _headers(part, name, place, work)


def _leaf(part: Message, labels: Labels, work: Work) -> str:
    """A body or an attachment; the name it has in the copy, empty for none."""
    data, charset = content_of(part)
    name = name_of(part)
    if work.replacer.names_somebody(name):
        name = f"lampiran{PurePath(name).suffix}"
    place = labels.place(name)
    if data:
        file = File(place, lambda: io.BytesIO(data), len(data))
        copied = work.member(file)
        if copied is None:
            _blank(part)
            return ""
        data = copied.read_bytes()
        copied.unlink()
        if charset:
            data = _encoded(part, data.decode(), charset)
    _put(part, data)
    return place.name if part.get_filename() else ""


def _encoded(part: Message, text: str, charset: str) -> bytes:
    try:
        return text.encode(charset)
    except UnicodeEncodeError:  # a replacement has letters that the charset of the body lacks
        part.set_param("charset", "utf-8")
        return text.encode()


def _put(part: Message, data: bytes) -> None:
    """The content, in the transfer encoding of the part."""
    written = _transfer(part)
    if written == "quoted-printable":
        part.set_payload(quopri.encodestring(data).decode("ascii"))
    elif written in ("8bit", "binary") or (written in ("", "7bit") and data.isascii()):
        part.set_payload(data.decode("ascii", "surrogateescape"))
    else:
        del part["Content-Transfer-Encoding"]
        part["Content-Transfer-Encoding"] = "base64"
        part.set_payload(base64.encodebytes(data).decode("ascii"))


def _transfer(part: Message) -> str:
    return str(part.get("Content-Transfer-Encoding", "")).strip().lower()


def _blank(part: Message) -> None:
    """A line of text in place of what is not copied."""
    for header in ("Content-Type", "Content-Transfer-Encoding", "Content-Disposition"):
        del part[header]
    part["Content-Type"] = "text/plain; charset=us-ascii"
    part.set_payload(_NOT_COPIED)


def _headers(part: Message, name: str, place: Place, work: Work) -> None:
    """Those that come along, in their order; `name` is that of the attachment in the copy."""
    given = part.items()
    about = _about(part, name)
    texts = _texts([(h, v) for h, v in given if h.lower() in _TEXTS], place, work)
    for header in {h.lower() for h, _ in given}:
        del part[header]
    for header, value in given:
        lower = header.lower()
        if lower in _TEXTS:
            text = next(texts)
            part[header] = text if text.isascii() else Header(text, header_name=header).encode()
        elif lower in _ADDRESSES:
            part[header] = ", ".join(_addresses(value, place, work))
        elif lower in _MESSAGES:
            part[header] = " ".join(f"<{work.replacer.stand_in(m)}@copy.invalid>" for m in str(value).split())
        elif lower == "content-transfer-encoding":
            part[header] = str(value)
        elif lower == "content-type":
            part[header] = about
        elif lower == "content-disposition":
            part.add_header(header, str(value).partition(";")[0].strip(), **({"filename": name} if name else {}))


def _about(part: Message, name: str) -> str:
    """The kind of a part, with what is needed to read it and nothing else."""
    about = Message()
    about["Content-Type"] = part.get_content_type()
    for parameter in _ABOUT:
        if (value := part.get_param(parameter)) is not None:
            about.set_param(parameter, collapse_rfc2231_value(value))
    if name and not part.is_multipart():
        about.set_param("name", name, charset="" if name.isascii() else "utf-8")
    return str(about["Content-Type"])


def _texts(headers: Sequence[tuple[str, Any]], place: Place, work: Work) -> Iterator[str]:
    """Headers with what is found in them replaced. They are looked at together, as the scan does."""
    lines = [f"{name}: {decoded(value)}" for name, value in headers]
    new = work.text(place, "\n".join(lines)).split("\n") if lines else []
    for (name, _), line in zip(headers, new, strict=True):
        yield line.removeprefix(f"{name}: ")


def _addresses(value: Any, place: Place, work: Work) -> Iterator[str]:
    """Name and address of each person in a header. What is no list of addresses does not come along."""
    for name, address in getaddresses([" ".join(str(value).split())]):
        pair = [work.value(place, EMAIL if "@" in said else PERSON, said) for said in (decoded(name), address)]
        if any(pair):
            yield formataddr((pair[0], pair[1]))


plugin: Rewriter = Mail()
