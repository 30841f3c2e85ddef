"""The Luhn check digit (ISO/IEC 7812-1 annex B), over the whole value or its first digits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from privacyscan.checks import Check, Place

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

DOUBLED = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)


class Luhn:
    """Parameters: `start` and `end` of the digits, of which the last is the check digit."""

    name = "luhn"

    def __call__(self, value: str, /, *, start: Place = 0, end: Place | None = None) -> bool:
        if not value[start:end].isdecimal():
            return False
        digits = [int(c) for c in value[start:end]][::-1]
        return (sum(digits[::2]) + sum(DOUBLED[d] for d in digits[1::2])) % 10 == 0

    def vector(self, digits: npt.NDArray[np.uint8], /, **parameters: Any) -> npt.NDArray[np.bool_] | None:
        import numpy as np

        part = digits[:, parameters.get("start", 0) : parameters.get("end")][:, ::-1].astype(np.int64)
        if not part.shape[1]:
            return np.zeros(len(digits), np.bool_)
        total = part[:, ::2].sum(1) + np.array(DOUBLED)[part[:, 1::2]].sum(1)
        good: npt.NDArray[np.bool_] = total % 10 == 0
        return good


plugin: Check = Luhn()
