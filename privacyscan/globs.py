"""Globs for paths below a target, with `/` between their parts: `*`, `?`, `[...]`, and `**` for any folders."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any


def globs(patterns: Sequence[str]) -> list[re.Pattern[str]]:
    """The patterns, to be tried. Raises re.error for one that is no glob."""
    return [re.compile(_glob(p)) for p in patterns]


def matches(patterns: Sequence[re.Pattern[str]], path: str) -> bool:
    """A pattern without a slash matches the last part of the path, or any folder on the way."""
    return any(p.fullmatch(path) or any(p.fullmatch(x) for x in path.split("/")) for p in patterns)


def _glob(pattern: str) -> str:
    out = ""
    for piece in re.findall(r"\*\*/?|\*|\?|\[[^\]]*\]|.", pattern.rstrip("/")):
        special: dict[str, Any] = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
        chosen = piece.replace("[!", "[^", 1) if piece[0] == "[" and len(piece) > 1 else re.escape(piece)
        out += special.get(piece) or chosen
    return out + "(?:/.*)?"
