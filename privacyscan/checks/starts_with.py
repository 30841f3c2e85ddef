"""Does the text begin with one of these, whatever the case?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from privacyscan.checks import Check

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt


class StartsWith:
    """Parameters: `any`, the beginnings, lower case where `exact` is not set; `exact`: case matters (base64)."""

    name = "starts_with"

    def __call__(self, value: str, /, *, any: Sequence[str], exact: bool = False) -> bool:
        return (value if exact else value.lower()).startswith(tuple(any))

    def vector(self, digits: npt.NDArray[np.uint8], /, **parameters: Any) -> npt.NDArray[np.bool_] | None:
        return None


plugin: Check = StartsWith()
