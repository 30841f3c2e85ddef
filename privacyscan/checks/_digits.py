"""Numbers out of a matrix of digits."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt


def number(digits: npt.NDArray[np.uint8], start: int, end: int) -> npt.NDArray[np.int64]:
    """The digits of columns start..end of each row, read as one number."""
    import numpy as np

    weights = 10 ** np.arange(end - start - 1, -1, -1, dtype=np.int64)
    return np.asarray(digits[:, start:end].astype(np.int64) @ weights)
