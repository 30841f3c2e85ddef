"""Does the value begin with one of these prefixes, at the length that goes with it?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

from privacyscan.checks import Check

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

ENTRY = re.compile("[0-9]{1,9}(-[0-9]{1,9})?(:[0-9]{1,2}(,[0-9]{1,2})*)?")


class Prefix:
    """Parameter `any`: entries `FIRST[-LAST][:LENGTH[,LENGTH...]]`, e.g. `51-55:16`; no length means any."""

    name = "prefix"

    def __call__(self, value: str, /, *, any: Sequence[Annotated[str, ENTRY]]) -> bool:
        for entry in any:
            prefixes, _, lengths = entry.partition(":")
            first, _, last = prefixes.partition("-")
            if lengths and str(len(value)) not in lengths.split(","):
                continue
            if first <= value[: len(first)] <= (last or first):
                return True
        return False

    def vector(self, digits: npt.NDArray[np.uint8], /, **parameters: Any) -> npt.NDArray[np.bool_] | None:
        import numpy as np

        from privacyscan.checks._digits import number

        good = np.zeros(len(digits), np.bool_)
        for entry in parameters["any"]:
            prefixes, _, lengths = entry.partition(":")
            first, _, last = prefixes.partition("-")
            if (lengths and str(digits.shape[1]) not in lengths.split(",")) or digits.shape[1] < len(first):
                continue
            start = number(digits, 0, len(first))
            good |= (start >= int(first)) & (start <= int(last or first))
        return good


plugin: Check = Prefix()
