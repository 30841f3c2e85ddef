"""Is enough of the text made of words of a list (rules/words/)?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from privacyscan.checks import Check
from privacyscan.rulebook import WordList, words

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

_WORD = re.compile(r"[A-Za-z]{2,}")


class Words:
    """Parameters: `list` (name of the word list), `share` of the text's words that must be in it; or `none`: true, and
    no word may be."""

    name = "words"

    def __call__(self, value: str, /, *, list: WordList, share: float = 0.5, none: bool = False) -> bool:
        found = _WORD.findall(value.lower().replace("'", ""))
        known = words(list)
        if none:
            return not any(w in known for w in found)
        return bool(found) and sum(w in known for w in found) >= share * len(found)

    def vector(self, digits: npt.NDArray[np.uint8], /, **parameters: Any) -> npt.NDArray[np.bool_] | None:
        return None


plugin: Check = Words()
