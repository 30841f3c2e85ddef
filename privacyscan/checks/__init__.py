"""Named checks that a rule may ask for: one module per check, each ending with `plugin: Check = ...`.

A check is a predicate on the digits or text of a match. It holds no identifier's name: what makes a NIK a
NIK is the list of checks and parameters in its rule file.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, Protocol, runtime_checkable

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pyarrow as pa

Bound = Callable[[str], bool]
Place = Annotated[int, range(100)]  # of a digit in a value; the rulebook refuses other parameters


class Check(Protocol):
    """A check `(value, **parameters) -> bool`; `value` is normalised as the rule's `normalise` says.

    It is false, not an error, for a value that it is not made for. Its keyword parameters are what a rule may give;
    the rulebook holds rules to their types, and to a range, a compiled pattern or `WORD_LIST` in `Annotated`.
    """

    @property
    def name(self) -> str: ...

    def __call__(self, value: str, /, *args: Any, **parameters: Any) -> bool: ...

    def vector(self, digits: npt.NDArray[np.uint8], /, **parameters: Any) -> npt.NDArray[np.bool_] | None:
        """The same for many values at once: (n, length) digits 0-9 -> (n,) booleans. None: has no twin for
        these parameters. A property test holds the twin equal to the scalar check."""
        ...


@runtime_checkable
class TextCheck(Check, Protocol):
    """A check that has a twin for many texts, too."""

    def texts(self, values: pa.StringArray, /, **parameters: Any) -> npt.NDArray[np.bool_]:
        """The same for n texts of printable ASCII -> (n,) booleans. A property test holds it equal to the scalar."""
        ...


@runtime_checkable
class BoundCheck(Check, Protocol):
    """A check that works out once what its parameters mean, for texts ask it of every number."""

    def bound(self, *args: Any, **parameters: Any) -> Bound:
        """The same with these parameters."""
        ...


def bound(check: Check, parameters: Mapping[str, object]) -> Bound:
    """The check with its parameters."""
    return check.bound(**parameters) if isinstance(check, BoundCheck) else partial(check, **parameters)
