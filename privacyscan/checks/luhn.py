"""The Luhn check digit (ISO/IEC 7812-1 annex B), over the whole value or its first digits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from privacyscan.checks import Bound, BoundCheck, Place

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

DOUBLED = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)
_DOUBLED = bytes(48 + DOUBLED[c - 48] if 48 <= c <= 57 else 0 for c in range(256))


class Luhn:
    """Parameters: `start` and `end` of the digits, of which the last is the check digit."""

    name = "luhn"

    def __call__(self, value: str, /, *, start: Place = 0, end: Place | None = None) -> bool:
        return self.bound(start=start, end=end)(value)

    def bound(self, *, start: int = 0, end: int | None = None) -> Bound:
        def holds(value: str) -> bool:
            text = value[start:end]
            if not (text.isascii() and text.isdecimal()):
                return False
            digits = text.encode()[::-1]
            return (sum(digits[::2]) + sum(digits[1::2].translate(_DOUBLED)) - 48 * len(digits)) % 10 == 0

        return holds

    def vector(self, digits: npt.NDArray[np.uint8], /, **parameters: Any) -> npt.NDArray[np.bool_] | None:
        import numpy as np

        part = digits[:, parameters.get("start", 0) : parameters.get("end")][:, ::-1].astype(np.int64)
        if not part.shape[1]:
            return np.zeros(len(digits), np.bool_)
        total = part[:, ::2].sum(1) + np.array(DOUBLED)[part[:, 1::2]].sum(1)
        good: npt.NDArray[np.bool_] = total % 10 == 0
        return good


plugin: BoundCheck = Luhn()
