"""How exposed an asset lies, from what can be seen without touching it: its permissions and its name."""

from __future__ import annotations

import os
import re
import stat

from privacyscan.model import Evidence, Place

_NAMES = {
    "backup_name": r"backup|bak|cadangan|dump",
    "copy_name": r"copy|salinan|kopi|old|lama|arsip",
    "export_name": r"export|ekspor|unduh|download",
    "test_name": r"test|tes|uji|staging|dev|dummy",
}
_ARCHIVES = (".zip", ".gz", ".tar", ".tgz", ".7z", ".rar")


def exposure(place: Place, path: str | None) -> tuple[Evidence, ...]:
    """The exposures of an asset; `path` is its local file, None where there is none."""
    found = [] if path is None else _permissions(path)
    name = " ".join(re.findall(r"[a-z]+", " ".join(place.path[-2:]).lower()))
    found += [Evidence(code) for code, words in _NAMES.items() if re.search(rf"\b(?:{words})\b", name)]
    if any(part.lower().endswith(_ARCHIVES) for part in place.path):
        found.append(Evidence("archive"))
    return tuple(found)


def _permissions(path: str) -> list[Evidence]:
    try:
        mode = os.stat(path).st_mode
    except OSError:  # gone since it was read: nothing to say
        return []
    shown = {"mode": f"{stat.S_IMODE(mode):04o}"}
    if mode & stat.S_IROTH:
        return [Evidence("world_readable", shown)]
    return [Evidence("group_readable", shown)] if mode & stat.S_IRGRP else []
