"""Names of files, tables and columns: what they hold of a person, and how they may be shown."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from privacyscan.detect import Detector, Span

LONG_NUMBER = re.compile(r"[0-9]{10,}|[0-9]{6}[ ._-][0-9]{6}[ ._-][0-9]{4}|[0-9]{4}(?:[ ._-][0-9]{4}){3}")
# Signs that stand between words of a name, read in several ways: some may be part of a number (the dash of an NPWP).
_BREAKS = ("_-+=[]{}", "_=[]{}", "")


def name_spans(name: str, detector: Detector) -> list[Span]:
    """The finds in a name, in whatever way its words are told apart."""
    texts = dict.fromkeys(name.translate(str.maketrans(b, " " * len(b))) for b in _BREAKS)
    return [span for text in texts for span in detector.spans(text)]


def shown_name(name: str, detector: Detector) -> str:
    """The name with finds and numbers of ten digits or more, grouped ones too, hidden; same length."""
    hidden = list(name)
    marks = [(s.start, s.end) for s in name_spans(name, detector)]
    for start, end in [*marks, *(m.span() for m in LONG_NUMBER.finditer(name))]:
        hidden[start + 2 : end] = "*" * max(0, end - start - 2)
    return "".join(hidden)


def shown_column(name: str, detector: Detector) -> str:
    """The same of a column; a first row taken for the header may be a person, of whose words a letter each stays."""
    return re.sub(r"(?<=\w)\w", "*", name) if is_person(name) else shown_name(name, detector)


def is_person(name: str) -> bool:
    """Whether two or more words are all parts of names, and read like one: `Budi Santoso`, not `Tanggal Lahir`."""
    from privacyscan.detect.names import lexicons
    from privacyscan.detect.names.cells import read

    words = re.findall(r"[^\W\d_]+", name)
    known = len(words) > 1 and all(lexicons.is_usual_part(word.lower()) for word in words)
    cell = read(name) if known else None
    return cell is not None and cell.person > 0
