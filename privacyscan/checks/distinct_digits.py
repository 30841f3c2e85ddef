"""Does the value hold enough different digits? Placeholders (0000..., 1111...) do not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from privacyscan.checks import Check, Place

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt


class DistinctDigits:
    """Parameters: `least` number of different digits, `start` and `end` of the part to look at."""

    name = "distinct_digits"

    def __call__(self, value: str, /, *, least: int = 3, start: Place = 0, end: Place | None = None) -> bool:
        return len(set(value[start:end])) >= least

    def vector(self, digits: npt.NDArray[np.uint8], /, **parameters: Any) -> npt.NDArray[np.bool_] | None:
        import numpy as np

        part = digits[:, parameters.get("start", 0) : parameters.get("end")]
        count = sum(((part == d).any(1).astype(np.int64) for d in range(10)), np.zeros(len(digits), np.int64))
        good: npt.NDArray[np.bool_] = count >= parameters.get("least", 3)
        return good


plugin: Check = DistinctDigits()
