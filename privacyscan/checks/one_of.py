"""Is the text one of a closed list of values (rules/words/, or named in the rule)?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from privacyscan.checks import Check
from privacyscan.rulebook import WordList, words

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

_SIGNS = re.compile(r"[^a-z0-9+]+")


class OneOf:
    """Parameters: `list` (name of the word list) or `values`; `none`: true, and it may not be one of them.

    Case does not matter, nor what stands between words: `Laki-Laki`, `LAKI  LAKI` and `laki laki` are one value.
    """

    name = "one_of"

    def __call__(self, value: str, /, *, list: WordList = "", values: Sequence[str] = (), none: bool = False) -> bool:
        is_there = spelled(value) in (known(list) if list else values)
        return is_there is not none

    def vector(self, digits: npt.NDArray[np.uint8], /, **parameters: Any) -> npt.NDArray[np.bool_] | None:
        return None


def spelled(text: str) -> str:
    """The text as a list spells it: lower-case words and numbers with single spaces between them."""
    return _SIGNS.sub(" ", text.lower()).strip()


@cache
def known(name: str) -> frozenset[str]:
    """The values of a list, as texts are compared with them."""
    return frozenset(map(spelled, words(name)))


plugin: Check = OneOf()
