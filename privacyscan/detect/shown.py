"""Names of files, tables and columns: what they hold of a person, and how they may be shown."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from privacyscan.detect import Detector, Span

LONG_NUMBER = re.compile(r"[0-9]{10,}|[0-9]{6}[ ._-][0-9]{6}[ ._-][0-9]{4}|[0-9]{4}(?:[ ._-][0-9]{4}){3}")
_BREAKS = str.maketrans("_-+=[]{}", "        ")  # signs that stand between words of a name


def name_spans(name: str, detector: Detector) -> list[Span]:
    """The finds in a name. It is read twice: what breaks words may also be part of a number (the dash of an NPWP)."""
    return [span for text in dict.fromkeys((name, name.translate(_BREAKS))) for span in detector.spans(text)]


def shown_name(name: str, detector: Detector) -> str:
    """The name with finds and numbers of ten digits or more, grouped ones too, hidden; same length."""
    hidden = list(name)
    marks = [(s.start, s.end) for s in name_spans(name, detector)]
    for start, end in [*marks, *(m.span() for m in LONG_NUMBER.finditer(name))]:
        hidden[start + 2 : end] = "*" * max(0, end - start - 2)
    return "".join(hidden)
