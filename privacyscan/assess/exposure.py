"""How exposed an asset lies, from what can be seen without touching it: its permissions and its name.

Which words, endings and permissions count stands in the scoring file (`rules/scoring/`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from privacyscan.model import Access, Evidence, Exposure, Place, Scoring

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_WORD = re.compile(r"[a-z]+")


def exposure(place: Place, access: Access | None, scoring: Scoring) -> tuple[Evidence, ...]:
    """The exposures of an asset; `access` is what is known of the file or table it lies in.

    A member of an archive has the permissions of the archive, which is what others can open. Whether the folders
    above bar the way is not asked: a share may be served from any of them.
    """
    names = _names(place)
    found = _permissions(access.mode if access is not None else None, scoring.exposures)
    for way in scoring.exposures:
        sign = _sign(way, names)
        if sign:
            found.append(Evidence(way.code, {"sign": sign}))
    return tuple(found)


def _names(place: Place) -> Sequence[str]:
    """The names that say something of an asset: those below the target, and the database's in a URL."""
    database = Place(place.target).name if "://" in place.target else ""
    return (database, *place.path)


def _sign(way: Exposure, names: Sequence[str]) -> str:
    """The word or ending of the scoring file that shows in the names; empty for none."""
    words = {word for name in names for word in _WORD.findall(_CAMEL.sub(" ", name).lower())}
    shown = [w for w in way.words if w in words]
    shown += [s for s in way.suffixes if any(name.lower().endswith(s) for name in names)]
    return shown[0] if shown else ""


def _permissions(mode: int | None, ways: Sequence[Exposure]) -> list[Evidence]:
    """The first of the ways whose permission bits are set; the file lists the widest first."""
    return [Evidence(way.code, {"mode": f"{mode:04o}"}) for way in ways if mode is not None and way.mode & mode][:1]
