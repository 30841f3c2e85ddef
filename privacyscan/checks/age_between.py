"""Do two dates in the digits lie far enough apart: birth and appointment in a NIP?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from privacyscan.checks import Check

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt


class AgeBetween:
    """Parameters: `birth` and `event`, where their years (YYYY) begin; `least` and `most` years between them."""

    name = "age_between"

    def __call__(self, value: str, /, *, birth: int, event: int, least: int = 16, most: int = 65) -> bool:
        return least <= int(value[event : event + 4]) - int(value[birth : birth + 4]) <= most

    def vector(self, digits: npt.NDArray[np.uint8], /, **parameters: Any) -> npt.NDArray[np.bool_] | None:
        from privacyscan.checks._digits import number

        birth, event = parameters["birth"], parameters["event"]
        age = number(digits, event, event + 4) - number(digits, birth, birth + 4)
        good: npt.NDArray[np.bool_] = (age >= parameters.get("least", 16)) & (age <= parameters.get("most", 65))
        return good


plugin: Check = AgeBetween()
