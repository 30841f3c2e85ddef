"""Does a domain end in a top-level domain that exists? No network; the list is rules/words/id/tlds.txt."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from privacyscan.checks import Check
from privacyscan.rulebook import words

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt


class TopLevelDomain:
    """True for every two-letter (country) domain and the listed generic ones. Parameters: `not_local`, parts before
    the @ that are no person's (git@ in source code); `not_domains`, domains that only dress up a telephone number."""

    name = "tld"

    def __call__(self, value: str, /, *, not_local: Sequence[str] = (), not_domains: Sequence[str] = ()) -> bool:
        local, *rest = re.split("@|%40", value.lower(), maxsplit=1)
        domain = rest[0] if rest else ""  # a rule may ask it of a domain alone
        if local in not_local or domain in not_domains:
            return False
        last = value.rsplit(".", 1)[-1].lower()
        return (len(last) == 2 and last.isalpha()) or last in words("tlds")

    def vector(self, digits: npt.NDArray[np.uint8], /, **parameters: Any) -> npt.NDArray[np.bool_] | None:
        return None


plugin: Check = TopLevelDomain()
