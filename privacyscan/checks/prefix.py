"""Does the value begin with one of these prefixes, at the length that goes with it?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

from privacyscan.checks import Bound, BoundCheck

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

ENTRY = re.compile("[0-9]{1,9}(-[0-9]{1,9})?(:[0-9]{1,2}(,[0-9]{1,2})*)?")


class Prefix:
    """Parameter `any`: entries `FIRST[-LAST][:LENGTH[,LENGTH...]]`, e.g. `51-55:16`; no length means any."""

    name = "prefix"

    def __call__(self, value: str, /, *, any: Sequence[Annotated[str, ENTRY]]) -> bool:
        return self.bound(any=any)(value)

    def bound(self, *, any: Sequence[str]) -> Bound:
        entries = [_entry(entry) for entry in any]
        by_length: dict[int, list[tuple[str, str, int]]] = {}

        def holds(value: str) -> bool:
            mine = by_length.get(len(value))
            if mine is None:
                fitting = [e for e in entries if not e[2] or str(len(value)) in e[2]]
                mine = by_length[len(value)] = [(first, last, len(first)) for first, last, _ in fitting]
            for first, last, width in mine:  # noqa: SIM110 - any() takes twice as long
                if first <= value[:width] <= last:
                    return True
            return False

        return holds

    def vector(self, digits: npt.NDArray[np.uint8], /, **parameters: Any) -> npt.NDArray[np.bool_] | None:
        import numpy as np

        from privacyscan.checks._digits import number

        good = np.zeros(len(digits), np.bool_)
        starts: dict[int, npt.NDArray[np.int64]] = {}
        for first, last, lengths in map(_entry, parameters["any"]):
            width = len(first)
            if (lengths and str(digits.shape[1]) not in lengths) or digits.shape[1] < width:
                continue
            if width not in starts:
                starts[width] = number(digits, 0, width)
            good |= (starts[width] >= int(first)) & (starts[width] <= int(last))
        return good


def _entry(entry: str) -> tuple[str, str, Sequence[str]]:
    """First and last prefix, and the lengths that go with them."""
    prefixes, _, lengths = entry.partition(":")
    first, _, last = prefixes.partition("-")
    return first, last or first, lengths.split(",") if lengths else ()


plugin: BoundCheck = Prefix()
