"""Is it an IP address of the public internet? Addresses of private nets, of documentation and of the machine itself say
nothing about a person."""

from __future__ import annotations

from ipaddress import IPv4Address, ip_address
from typing import TYPE_CHECKING, Any

from privacyscan.checks import Check

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

HIGH = 100  # parts of version numbers are hardly ever so large
SMALL = 32  # four parts below it are a version number, or an example as 1.2.3.4
ENDS = (0, 255)  # a whole net and its broadcast


class PublicIp:
    """Parameter `no_version`: the four parts of an IPv4 address are larger than those of version numbers."""

    name = "public_ip"

    def __call__(self, value: str, /, *, no_version: bool = False) -> bool:
        try:
            address = ip_address(value.strip())
        except ValueError:
            return False
        if not address.is_global or address.is_multicast:
            return False
        if isinstance(address, IPv4Address):
            parts = address.packed
            large = sum(part >= SMALL for part in parts)
            unlike = sum(part >= HIGH for part in parts) >= 2 or (parts[0] >= SMALL and large >= 3)
            return large > 0 and parts[3] not in ENDS and (unlike or not no_version)
        return True

    def vector(self, digits: npt.NDArray[np.uint8], /, **parameters: Any) -> npt.NDArray[np.bool_] | None:
        import numpy as np

        return np.zeros(len(digits), np.bool_)  # digits alone are no address as people write it


plugin: Check = PublicIp()
