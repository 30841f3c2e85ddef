"""Can it be the hardware address of one device: six bytes, not one byte again and again, not a group or an example?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from privacyscan.checks import Check

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

# Multicast and bridges, which no device has, and what manuals write: 00:11:22:..., 01:02:03:..., de:ad:be:ef:...
NO_DEVICE = ("01005e", "0180c2", "3333", "01000c", "001122", "010203", "112233", "123456", "aabbcc", "abcdef", "deadbe")


class MacAddress:
    """Parameter `different`: how many different bytes there are at least."""

    name = "mac_address"

    def __call__(self, value: str, /, *, different: int = 3) -> bool:
        digits = "".join(c for c in value.lower() if c.isalnum())
        if len(digits) != 12 or digits.startswith(NO_DEVICE):
            return False
        try:
            return len(set(bytes.fromhex(digits))) >= different
        except ValueError:
            return False

    def vector(self, digits: npt.NDArray[np.uint8], /, **parameters: Any) -> npt.NDArray[np.bool_] | None:
        return None


plugin: Check = MacAddress()
