"""Is the text a province or regency of Indonesia by name?"""

from __future__ import annotations

import csv
import re
from functools import cache
from typing import TYPE_CHECKING, Any

from privacyscan.checks import Check
from privacyscan.resources import folder

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

_WORD = re.compile(r"[a-z]{3,}")
# Words that stand in many names and tell no place: kinds of regions, directions.
_COMMON = frozenset(
    {"kab", "kabupaten", "kota", "adm", "provinsi", "kepulauan", "daerah", "istimewa"}
    | {"barat", "timur", "utara", "selatan", "tengah", "pusat", "laut", "raya", "jaya", "baru", "besar", "tenggara"}
)


class RegionName:
    """Parameter: `share` of the text's words that must stand in such a name; directions and kinds do not count."""

    name = "region_name"

    def __call__(self, value: str, /, *, share: float = 0.5) -> bool:
        found = [w for w in _WORD.findall(value.lower()) if w not in _COMMON]
        return bool(found) and sum(w in parts() for w in found) >= share * len(found)

    def vector(self, digits: npt.NDArray[np.uint8], /, **parameters: Any) -> npt.NDArray[np.bool_] | None:
        return None


@cache
def parts() -> frozenset[str]:
    """The words of all names of provinces and regencies."""
    with (folder("rules") / "tables" / "wilayah.csv").open(encoding="utf-8", newline="") as file:
        names = [row["name"].lower() for row in csv.DictReader(file) if row["level"] in ("province", "regency")]
    return frozenset(w for name in names for w in _WORD.findall(name)) - _COMMON


plugin: Check = RegionName()
