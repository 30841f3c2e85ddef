"""Words that tags part: those that only the layout of a page sets apart are told from those that tags cut."""

from __future__ import annotations

import re
from collections.abc import Iterable

_TAG = "\ufdd0"  # no character
_APART = re.compile(rf"(?<=[0-9]{{8}}){_TAG}(?=[^\W\d_])|(?<=[a-z]){_TAG}(?=[A-Z])")


def whole(pieces: Iterable[str]) -> str:
    """Pieces of text between which tags stand as one text. A blank comes between a long number and a letter, and
    between a small letter and a capital: `<b>3171...</b><b>Nama</b>` are two words, `<b>B</b>udi` is one."""
    return _APART.sub(" ", _TAG.join(filter(None, pieces))).replace(_TAG, "")


def are_apart(before: str, after: str) -> bool:
    """Whether `whole` puts a blank between these two."""
    return _APART.search(f"{before[-8:]}{_TAG}{after[:1]}") is not None
