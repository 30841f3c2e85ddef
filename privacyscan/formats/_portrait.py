"""Whether a picture is a portrait for documents (pas foto), or a card that shows one, by its shape and colours alone.

A portrait is upright (2:3 to 4:5), has a plain red or blue ground in its upper corners, one region that is coloured as
skin and about an ellipse in its middle, and two darker places in it where eyes are. The ground may have any colour if
the name of the file speaks of a photo. A card has the sides of ISO/IEC 7810 ID-1 (85.6 x 54 mm) and such a portrait at
its right; beside words, though they are not legible, this needs no eyes.
"""

from __future__ import annotations

import re
from itertools import product
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from PIL.Image import Image

_NAMED = re.compile(r"(?i)(?<![a-z])(pas[ _-]?foto|foto[ _-]?(diri|wajah|ktp)?|selfie|swafoto|ktp)(?![a-z])")
_TALL = (0.6, 0.85)  # width by height
_CARD = 85.6 / 54
_LEFTS, _TOPS, _WINDOW = (0.64, 0.68, 0.72, 0.74, 0.76), (0.18, 0.235, 0.29), (0.24, 0.47)  # of it, shares of a card
_SIZE = (96, 128)  # pixels in which it is looked at
_LEAST = 48  # pixels of the shorter side of a portrait
# Skin in YCbCr: D. Chai, K. N. Ngan, IEEE Trans. Circuits Syst. Video Technol. 9 (1999) 551-564.
_CB, _CR = (77, 127), (133, 173)
_PLAIN = 22  # deviation of shades within a plain ground
_VIVID = 60  # by how much red or blue surpasses the other colours of a ground
_EYES = 18  # shades by which eyes are darker than the skin


def shows(picture: Image, name: str = "", has_words: bool = False) -> str:
    """`pas foto` for a portrait, `foto ktp` for a card with one, empty for all else; `name` is that of the file."""
    width, height = picture.size
    is_named = _NAMED.search(name) is not None
    if min(width, height) < _LEAST:
        return ""
    if _TALL[0] <= width / height <= _TALL[1]:
        return "pas foto" if _is_portrait(picture, is_named, True) else ""
    if abs(width / height / _CARD - 1) > 0.05:
        return ""
    small = picture.convert("RGB").resize((400, 252))
    across, down = round(_WINDOW[0] * 400), round(_WINDOW[1] * 252)
    for x, y in product(_LEFTS, _TOPS):
        left, top = round(x * 400), round(y * 252)
        if _is_portrait(small.crop((left, top, left + across, top + down)), is_named, not has_words):
            return "foto ktp"
    return ""


def _is_portrait(picture: Image, any_ground: bool, with_eyes: bool) -> bool:
    import numpy as np

    small = picture.convert("RGB").resize(_SIZE)
    colors, shades = np.asarray(small, np.int16), np.asarray(small.convert("YCbCr"), np.int16)
    corners = np.concatenate([colors[4:24, 4:16].reshape(-1, 3), colors[4:24, -16:-4].reshape(-1, 3)])
    red, green, blue = corners.mean(0)
    is_vivid = red - max(green, blue) >= _VIVID or blue - max(red, 0.5 * (red + green)) >= _VIVID
    if corners.std(0).max() > _PLAIN or not (is_vivid or any_ground):
        return False
    cb, cr = shades[:, :, 1], shades[:, :, 2]
    skin = (cb >= _CB[0]) & (cb <= _CB[1]) & (cr >= _CR[0]) & (cr <= _CR[1])
    skin &= np.abs(colors - corners.mean(0)).sum(2) > _VIVID
    return _is_face(skin, shades[:, :, 0] if with_eyes else None)


def _is_face(skin: Any, light: Any) -> bool:
    """Whether the middle of the skin is about an ellipse, above the middle of the picture, with eyes darker than it
    where `light` is given."""
    import numpy as np

    height, width = skin.shape
    top, end = _stretch(skin[:, width // 4 : -width // 4].mean(1) > 0.3)
    left, right = _stretch(skin[height // 4 : height // 2].mean(0) > 0.3)
    across = right - left
    if end - top < 0.2 * height or across < 0.2 * width:
        return False
    bottom = min(int(top + 1.4 * across), end)
    face = skin[top:bottom, left:right]
    is_placed = 0.3 < (left + right) / 2 / width < 0.7 and 0.05 < top / height < 0.5 and across < 0.75 * width
    if not is_placed or len(face) < 0.8 * across or not 0.6 < face.mean() < 0.97:
        return False
    if light is None:
        return True
    usual = np.median(light[top:bottom, left:right][face])
    eyes = light[top + len(face) // 4 : top + 6 * len(face) // 10, left:right] < usual - _EYES
    half = across // 2
    inner = eyes[:, across // 8 : half - 1], eyes[:, half + 1 : -across // 8]
    return all(0.01 < side.mean() < 0.5 for side in inner)


def _stretch(flags: Any) -> tuple[int, int]:
    """Where the flags around the middle begin and end to hold; nowhere if the middle one does not."""
    import numpy as np

    middle = len(flags) // 2
    if not flags[middle]:
        return middle, middle
    broken = np.nonzero(~flags)[0]
    return int(max(broken[broken < middle], default=-1)) + 1, int(min(broken[broken > middle], default=len(flags)))
