"""Is it a point of Indonesia: latitude and longitude in either order, or one of them alone?

Decimal degrees with point or comma, degrees with minutes and seconds, POINT(lon lat), and the hexadecimal form in which
PostGIS writes a point. A link to a map without numbers passes: it leads to a point.
"""

from __future__ import annotations

import re
import struct
from typing import TYPE_CHECKING, Any

from privacyscan.checks import Check

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pyarrow as pa

LATITUDE, LONGITUDE = (-11.2, 6.3), (94.9, 141.1)  # Rote to Weh, Weh to the border of Papua; a little beyond
_NUMBER = re.compile(r"-?[0-9]{1,3}[.,][0-9]+")
_ALONE = rf"^{_NUMBER.pattern}$"
_DEGREES = re.compile(
    r"([0-9]{1,3})[^0-9A-Za-z]+([0-9]{1,2})[^0-9A-Za-z]+([0-9]{1,2}(?:[.,][0-9]+)?)[^0-9A-Za-z]*([A-Za-z]+)"
)
_POINT = re.compile(
    r"01010000(?:20e6100000|00)([0-9a-f]{32})", re.IGNORECASE
)  # little endian, with or without EPSG:4326
_SOUTH = ("s", "ls")


class Coordinates:
    """Parameter `single`: one number alone counts too."""

    name = "coordinates"

    def __call__(self, value: str, /, *, single: bool = False) -> bool:
        found = numbers(value)
        if not found:
            return "://" in value
        if len(found) == 1:
            return single and (_within(found[0], LATITUDE) or _within(found[0], LONGITUDE))
        first, second = found[:2]
        return (_within(first, LATITUDE) and _within(second, LONGITUDE)) or (
            _within(first, LONGITUDE) and _within(second, LATITUDE)
        )

    def vector(self, digits: npt.NDArray[np.uint8], /, **parameters: Any) -> npt.NDArray[np.bool_] | None:
        return None

    def texts(self, values: pa.StringArray, /, *, single: bool = False) -> npt.NDArray[np.bool_]:
        import numpy as np
        import pyarrow as pa
        import pyarrow.compute as pc

        alone = pc.match_substring_regex(values, _ALONE).to_numpy(zero_copy_only=False)
        found = np.zeros(len(values), np.bool_)
        if single and alone.any():
            chosen = pc.replace_substring(values.take(pa.array(np.flatnonzero(alone))), ",", ".")
            degrees = pc.cast(chosen, pa.float64()).to_numpy()
            within = [(low <= degrees) & (degrees <= high) for low, high in (LATITUDE, LONGITUDE)]
            found[alone] = within[0] | within[1]
        rest = np.flatnonzero(~alone)
        others = values.take(pa.array(rest)).to_pylist()
        found[rest] = np.fromiter((self(value, single=single) for value in others), np.bool_, len(rest))
        return found


def numbers(text: str) -> list[float]:
    """The degrees that the text names, in order."""
    if point := _POINT.fullmatch(text.strip()):
        return list(struct.unpack("<dd", bytes.fromhex(point[1])))
    if parts := _DEGREES.findall(text):
        return [_decimal(*part) for part in parts]
    return [float(n.replace(",", ".")) for n in _NUMBER.findall(text)]


def _decimal(degrees: str, minutes: str, seconds: str, side: str) -> float:
    value = int(degrees) + int(minutes) / 60 + float(seconds.replace(",", ".")) / 3600
    return -value if side.lower() in _SOUTH else value


def _within(number: float, box: tuple[float, float]) -> bool:
    return box[0] <= number <= box[1]


plugin: Check = Coordinates()
