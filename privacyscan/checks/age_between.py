"""Do two dates in the digits lie far enough apart: birth and appointment in a NIP?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from privacyscan.checks import Check, Place

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt


class AgeBetween:
    """Parameters: `birth` and `event`, where their years (YYYY) begin; `least` and `most` years between them."""

    name = "age_between"

    def __call__(self, value: str, /, *, birth: Place, event: Place, least: int = 16, most: int = 65) -> bool:
        years = value[event : event + 4], value[birth : birth + 4]
        if not all(len(y) == 4 and y.isdecimal() for y in years):
            return False
        return least <= int(years[0]) - int(years[1]) <= most

    def vector(self, digits: npt.NDArray[np.uint8], /, **parameters: Any) -> npt.NDArray[np.bool_] | None:
        import numpy as np

        from privacyscan.checks._digits import number

        birth, event = parameters["birth"], parameters["event"]
        if digits.shape[1] < max(birth, event) + 4:
            return np.zeros(len(digits), np.bool_)
        age = number(digits, event, event + 4) - number(digits, birth, birth + 4)
        good: npt.NDArray[np.bool_] = (age >= parameters.get("least", 16)) & (age <= parameters.get("most", 65))
        return good


plugin: Check = AgeBetween()
