"""Do the letters before the first digit stand in a list, with enough digits behind them?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from privacyscan.checks import Check
from privacyscan.rulebook import WordList, words

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

_START = re.compile(r"\s*([A-Za-z]+)[ .-]*([0-9]+)")


class LeadingLetters:
    """Parameters: `list` (name of a word list) or `any` (the letters themselves); `digits`, how many digits must follow
    at least."""

    name = "leading_letters"

    def __call__(self, value: str, /, *, list: WordList = "", any: Sequence[str] = (), digits: int = 1) -> bool:
        match = _START.match(value)
        if match is None or len(match[2]) < digits:
            return False
        letters = match[1].lower()
        return letters in words(list) if list else letters in {a.lower() for a in any}

    def vector(self, digits: npt.NDArray[np.uint8], /, **parameters: Any) -> npt.NDArray[np.bool_] | None:
        import numpy as np

        return np.zeros(len(digits), np.bool_)  # digits alone have no letters before them


plugin: Check = LeadingLetters()
