"""Mailboxes in one file (mbox, RFC 4155): message after message, each as a file of its own."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import BinaryIO

from privacyscan.formats import Format
from privacyscan.formats.mail import plugin as mail
from privacyscan.model import File, Limits, Part, Reason, Skipped

BEGINS = b"From "
ENVELOPE = b"X-Envelope-From: "  # the line before a message names its sender
_LARGEST = 256 << 20  # bytes of a message


class Mbox:
    name = "mbox"
    suffixes = (".mbox", ".mbx")
    binary = True

    def matches(self, head: bytes, name: str) -> int:
        first, _, rest = head.partition(b"\n")
        return 3 if first.startswith(BEGINS) and mail.matches(rest, ".eml") else 0

    def read(self, file: File, limits: Limits) -> Iterator[Part]:
        with file.open() as stream:
            for number, data in enumerate(_messages(stream), 1):
                place = file.place.child(f"message {number}")
                if len(data) > _LARGEST:
                    yield Skipped(place, Reason.TOO_LARGE, f"longer than {_LARGEST >> 20} MB; read up to there")
                yield File(place, lambda data=data: io.BytesIO(data), len(data))  # type: ignore[misc]


def _messages(stream: BinaryIO) -> Iterator[bytes]:
    """The messages, the line before each as a header of it. One that is too long is cut a byte behind its limit."""
    held, is_after_blank = bytearray(), True
    for line in iter(lambda: stream.readline(1 << 20), b""):
        if is_after_blank and line.startswith(BEGINS):
            if held:
                yield bytes(held)
            held = bytearray(ENVELOPE + line[len(BEGINS) :])
        elif len(held) <= _LARGEST:
            held += line[: _LARGEST + 1 - len(held)]
        is_after_blank = line in (b"\n", b"\r\n")
    if held:
        yield bytes(held)


plugin: Format = Mbox()
