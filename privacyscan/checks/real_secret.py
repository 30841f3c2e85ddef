"""Can it be a secret in use, and not what manuals write in its place (`changeme`, `<password>`, `${DB_PASS}`)?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from privacyscan.checks import Check
from privacyscan.rulebook import words

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

# Where the secret stands: in a URL, a connection string, an assignment; else it is the whole text.
_IN_URL = re.compile(r"://[^:/@\s]*:([^@\s]+)@")
_IN_STRING = re.compile(r"(?:Password|Pwd)=([^;]+)", re.IGNORECASE)
_ASSIGNED = re.compile(r"[\"']?[A-Za-z][A-Za-z0-9_ -]*[\"']?\s*[:=]\s*[\"']?([^\"'\s]+)")
_PLACEHOLDER = re.compile(
    r"example|change[-_]?(?:me|this|it)|placeholder|your|anda|x{4}|\*{3}|dummy|redacted|sample|ganti|isi[-_]|todo|"
    r"[<>{}$]|^%|\.\.\.|^(.)\1*$"
)


class RealSecret:
    """Parameter `mixed`: it must hold letters and also digits or signs, as words of a sentence do not."""

    name = "real_secret"

    def __call__(self, value: str, /, *, mixed: bool = False) -> bool:
        secret = _secret(value)
        if secret.lower() in words("placeholders") or _PLACEHOLDER.search(secret.lower()):
            return False
        return not mixed or (any(c.isalpha() for c in secret) and any(not c.isalpha() for c in secret.rstrip(".,;:!?")))

    def vector(self, digits: npt.NDArray[np.uint8], /, **parameters: Any) -> npt.NDArray[np.bool_] | None:
        return None


def _secret(text: str) -> str:
    for form in (_IN_URL, _IN_STRING):
        if found := form.search(text):
            return found[1]
    found = _ASSIGNED.match(text)
    return found[1] if found else text


plugin: Check = RealSecret()
