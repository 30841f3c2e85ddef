"""How exposed an asset lies, from what can be seen without touching it: its permissions and its name.

Which words, endings and permissions count stands in the scoring file (`rules/scoring/`).
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Sequence

from privacyscan.model import Evidence, Exposure, Place, Scoring

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_WORD = re.compile(r"[a-z]+")


def exposure(place: Place, path: str | None, scoring: Scoring) -> tuple[Evidence, ...]:
    """The exposures of an asset; `path` is the local file it lies in, None where there is none.

    A member of an archive has the permissions of the archive, which is what others can open. Whether the folders
    above bar the way is not asked: a share may be served from any of them.
    """
    names = _names(place)
    found = [] if path is None else _permissions(path, scoring.exposures)
    for way in scoring.exposures:
        sign = _sign(way, names)
        if sign:
            found.append(Evidence(way.code, {"sign": sign}))
    return tuple(found)


def _names(place: Place) -> Sequence[str]:
    """The names that say something of an asset: those below the target, and the database's in a URL."""
    database = place.target.rstrip("/").rsplit("/", 1)[-1] if "://" in place.target else ""
    return (database, *place.path)


def _sign(way: Exposure, names: Sequence[str]) -> str:
    """The word or ending of the scoring file that shows in the names; empty for none."""
    words = {word for name in names for word in _WORD.findall(_CAMEL.sub(" ", name).lower())}
    shown = [w for w in way.words if w in words]
    shown += [s for s in way.suffixes if any(name.lower().endswith(s) for name in names)]
    return shown[0] if shown else ""


def _permissions(path: str, ways: Sequence[Exposure]) -> list[Evidence]:
    """The first of the ways whose permission bits the file has; the file lists the widest first."""
    try:
        status = os.stat(path)
    except OSError:  # gone since it was read: nothing to say
        return []
    if not stat.S_ISREG(status.st_mode):
        return []
    mode = stat.S_IMODE(status.st_mode)
    return [Evidence(way.code, {"mode": f"{mode:04o}"}) for way in ways if way.mode & mode][:1]
