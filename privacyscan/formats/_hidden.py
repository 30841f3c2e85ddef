"""What stands in base64 in a text: another text on the same lines, and files."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator
from functools import partial

from privacyscan.formats._blocks import Blocks
from privacyscan.formats._charset import kind_of
from privacyscan.formats._encoded import Base64
from privacyscan.model import File, Limits, Part, Place, Reason, Skipped


class Hidden:
    """Reads it while the lines pass by."""

    def __init__(self, place: Place, limits: Limits) -> None:
        self._place, self._limits = place.child("base64"), limits
        self._texts, self._base64 = Blocks(self._place, limits), Base64()
        self._files = 0
        self._unread: Counter[str] = Counter()

    def add(self, lines: bytes) -> Iterator[Part]:
        """What the next lines hold."""
        if found := self._base64.text(lines):
            yield from self._texts.add(found)
        for line, data in self._base64.taken():
            self._files += 1
            if data is None or len(data) > self._limits.cell_bytes or self._files > self._limits.max_members:
                self._unread["a file" if data is None else kind_of(data) or "a file"] += 1
            else:
                place = self._place.child(f"{self._files} (line {line + 1})")
                yield File(place, partial(io.BytesIO, data), len(data))

    def rest(self) -> Iterator[Part]:
        """The end of the text, and which files were not read."""
        yield from self._texts.rest()
        for what, count in self._unread.items():
            message = (
                f"base64 in the text holds {what}, {count} times" if count > 1 else f"base64 in the text holds {what}"
            )
            yield Skipped(self._place, Reason.UNSUPPORTED_TYPE, message)
