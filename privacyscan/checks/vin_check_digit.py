"""Does the ninth character of a frame number check the others?

North America asks makers for it, Europe and most of Asia do not, so its absence says nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from privacyscan.checks import Check

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

_VALUES = dict(zip("0123456789ABCDEFGHJKLMNPRSTUVWXYZ", "012345678912345678123457923456789", strict=True))
_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)


class VinCheckDigit:
    name = "vin_check_digit"

    def __call__(self, value: str, /) -> bool:
        text = value.strip().upper()
        if len(text) != len(_WEIGHTS) or not _VALUES.keys() >= set(text):
            return False
        total = sum(int(_VALUES[c]) * w for c, w in zip(text, _WEIGHTS, strict=True))
        return "0123456789X"[total % 11] == text[8]

    def vector(self, digits: npt.NDArray[np.uint8], /, **parameters: Any) -> npt.NDArray[np.bool_] | None:
        return None


plugin: Check = VinCheckDigit()
