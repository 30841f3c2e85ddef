"""Do the digits at a position form a number within bounds, or one of a list?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

from privacyscan.checks import Bound, BoundCheck, Place

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt


class NumberWithin:
    """Parameters: `at` and `length` of the digits, `least` and `most`, both inclusive; or `among`,
    the numbers allowed."""

    name = "number_within"

    def __call__(
        self,
        value: str,
        /,
        *,
        at: Place,
        length: Annotated[int, range(1, 19)],
        least: int = 0,
        most: int = 10**18,
        among: Sequence[int] = (),
    ) -> bool:
        return self.bound(at=at, length=length, least=least, most=most, among=among)(value)

    def bound(self, *, at: int, length: int, least: int = 0, most: int = 10**18, among: Sequence[int] = ()) -> Bound:
        end, allowed = at + length, frozenset(among)

        def holds(value: str) -> bool:
            text = value[at:end]
            if len(text) < length or not text.isdecimal():
                return False
            number = int(text)
            return least <= number <= most and (not allowed or number in allowed)

        return holds

    def vector(self, digits: npt.NDArray[np.uint8], /, **parameters: Any) -> npt.NDArray[np.bool_] | None:
        import numpy as np

        from privacyscan.checks._digits import number

        at, length = parameters["at"], parameters["length"]
        if digits.shape[1] < at + length:
            return np.zeros(len(digits), np.bool_)
        value = number(digits, at, at + length)
        good: npt.NDArray[np.bool_] = (value >= parameters.get("least", 0)) & (value <= parameters.get("most", 10**18))
        if among := parameters.get("among"):
            good &= np.isin(value, among)
        return good


plugin: BoundCheck = NumberWithin()
