"""Does the value hold so many digits?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from privacyscan.checks import Bound, BoundCheck

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt


class DigitCount:
    """Parameters: `least` and `most`, both inclusive."""

    name = "digit_count"

    def __call__(self, value: str, /, *, least: int = 0, most: int = 100) -> bool:
        return least <= len(value) <= most

    def bound(self, *, least: int = 0, most: int = 100) -> Bound:
        return lambda value: least <= len(value) <= most

    def vector(self, digits: npt.NDArray[np.uint8], /, **parameters: Any) -> npt.NDArray[np.bool_] | None:
        import numpy as np

        fits = parameters.get("least", 0) <= digits.shape[1] <= parameters.get("most", 100)
        return np.full(len(digits), fits)


plugin: BoundCheck = DigitCount()
