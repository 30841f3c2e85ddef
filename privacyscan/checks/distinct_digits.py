"""Does the value hold enough different digits? Placeholders (0000..., 1111...) do not."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from privacyscan.checks import Bound, BoundCheck, Place

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt


class DistinctDigits:
    """Parameters: `least` number of different digits, `start` and `end` of the part to look at."""

    name = "distinct_digits"

    def __call__(self, value: str, /, *, least: int = 3, start: Place = 0, end: Place | None = None) -> bool:
        return len(set(value[start:end])) >= least

    def bound(self, *, least: int = 3, start: int = 0, end: int | None = None) -> Bound:
        return lambda value: len(set(value[start:end])) >= least

    def vector(self, digits: npt.NDArray[np.uint8], /, **parameters: Any) -> npt.NDArray[np.bool_] | None:
        import numpy as np

        part = digits[:, parameters.get("start", 0) : parameters.get("end")]
        held = np.zeros(len(digits), np.int16)  # bit d: the digit d
        for column in part.T:
            held |= np.left_shift(np.int16(1), column, dtype=np.int16)
        good: npt.NDArray[np.bool_] = _counts()[held] >= parameters.get("least", 3)
        return good


@cache
def _counts() -> npt.NDArray[np.int8]:
    """How many bits are set in each number of ten bits."""
    import numpy as np

    return np.array([n.bit_count() for n in range(1 << 10)], np.int8)


plugin: BoundCheck = DistinctDigits()
