"""Is it a code of ICD-10: a letter and two digits within a chapter, then the subdivision?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from privacyscan.checks import Check

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

_CODE = re.compile(r"[A-Z][0-9][0-9AB]")
# Where a chapter ends before 99; all other letters run to 99. WHO and the clinical modification, whichever is wider.
_LAST = {"E": 90, "H": 95, "K": 95, "P": 96, "T": 98, "Y": 98}
_FIRST = {"V": 1}


class Icd10:
    name = "icd_10"

    def __call__(self, value: str, /) -> bool:
        code = value.strip()[:3].upper()
        if not _CODE.fullmatch(code):
            return False
        letter, number = code[0], int(code[1]) * 10 + (int(code[2]) if code[2].isdigit() else 9)
        return _FIRST.get(letter, 0) <= number <= _LAST.get(letter, 99)

    def vector(self, digits: npt.NDArray[np.uint8], /, **parameters: Any) -> npt.NDArray[np.bool_] | None:
        import numpy as np

        return np.zeros(len(digits), np.bool_)  # a code begins with a letter


plugin: Check = Icd10()
