"""Mailboxes in one file (mbox): each message is copied as the mail that it is; what cannot be copied is left out."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

from privacyscan.formats.mbox import BEGINS, ENVELOPE
from privacyscan.formats.mbox import plugin as mbox
from privacyscan.model import File, Skipped
from privacyscan.pseudonymize._work import Work
from privacyscan.pseudonymize.rewriters import Rewriter


class Mbox:
    name = "mbox"
    formats = ("mbox",)
    part = ""
    as_text = False
    holds_files = True

    def rewrite(self, file: File, copy: Path, work: Work) -> None:
        lost = set()
        with copy.open("wb") as out:
            for part in mbox.read(file, work.limits):
                if isinstance(part, Skipped):  # the message that comes next, which is cut
                    work.skipped.append(part)
                    lost.add(part.place)
                elif isinstance(part, File) and part.place not in lost and (copied := work.member(part)) is not None:
                    out.writelines(_lines(copied.read_bytes()))
                    copied.unlink()


def _lines(message: bytes) -> Iterator[bytes]:
    """A message behind the line that names its sender; such lines in its text are marked (RFC 4155)."""
    first, *rest = io.BytesIO(message)
    yield BEGINS + first.removeprefix(ENVELOPE)
    for line in rest:
        yield b">" * line.startswith(BEGINS) + line
    end = b"\r\n" if first.endswith(b"\r\n") else b"\n"
    yield end if message.endswith(b"\n") else 2 * end


plugin: Rewriter = Mbox()
