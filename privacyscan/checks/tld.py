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
    import pyarrow as pa


class TopLevelDomain:
    """True for every two-letter (country) domain and the listed generic ones. Parameters: `not_local`, parts before
    the @ that are no person's (git@ in source code); `not_domains`, domains that only dress up a telephone number."""

    name = "tld"

    def __call__(self, value: str, /, *, not_local: Sequence[str] = (), not_domains: Sequence[str] = ()) -> bool:
        local, *rest = re.split("@|%40", value.lower(), maxsplit=1)
        domain = rest[0] if rest else ""  # a rule may ask it of a domain alone
        if local in not_local or domain in not_domains:
            return False
        return _is_top(value.rsplit(".", 1)[-1].lower())

    def vector(self, digits: npt.NDArray[np.uint8], /, **parameters: Any) -> npt.NDArray[np.bool_] | None:
        return None

    def texts(
        self, values: pa.StringArray, /, *, not_local: Sequence[str] = (), not_domains: Sequence[str] = ()
    ) -> npt.NDArray[np.bool_]:
        import numpy as np
        import pyarrow.compute as pc

        lower = pc.ascii_lower(values)
        parts = pc.split_pattern(lower, ".", max_splits=1, reverse=True)
        last = parts.flatten().take(pc.subtract(parts.offsets[1:], 1)).dictionary_encode()
        tops = np.fromiter(map(_is_top, last.dictionary.to_pylist()), np.bool_, len(last.dictionary))
        good = tops[last.indices.to_numpy()]
        for shape, barred in (("^(?:{})(?:@|%40|$)", not_local), ("(?:@|%40)(?:{})$", not_domains)):
            if barred:
                regex = shape.format("|".join(map(re.escape, barred)))
                good &= ~pc.match_substring_regex(lower, regex).to_numpy(zero_copy_only=False)
        return np.asarray(good)


def _is_top(last: str) -> bool:
    return (len(last) == 2 and last.isalpha()) or last in words("tlds")


plugin: Check = TopLevelDomain()
