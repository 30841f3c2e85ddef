"""Pictures of pages of which only words come along that were read and in which nothing is found, and straight lines.

So nothing stays that nobody has read: faces, signatures, stamps, handwriting, square codes that hold a number. Bars
stand over what is found, and over words that were not read well.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from privacyscan.errors import TargetError
from privacyscan.formats import _ocr, _portrait
from privacyscan.formats._cards import laid_out
from privacyscan.formats._mend import mended
from privacyscan.formats._ocr import READ, Box, Reading
from privacyscan.model import Place
from privacyscan.pseudonymize._work import Work

if TYPE_CHECKING:
    from PIL.Image import Image

T = TypeVar("T")  # boxes of any kind
_ROUNDS = 4  # of reading a page: the last one finds nothing
_DIGIT_LIKE = re.compile(r"[0-9OoDQIlSBZ]{8,}")
_DIGITS = 6  # of them that are digits
_MARK = 230  # shade below which a mark of a bar is one, once it was turned and sized
_INK = 150  # shades of grey that are lines, at most
_LONG_LINE, _THICK_LINE = 15, 250  # parts of the longer side of a page: a line is so long, and thinner
_AROUND, _MOST_AROUND = 0.15, 12  # of the height of a word that its bar reaches beyond it; pixels
_BAR = (205, 205, 205)  # light: at the edges of black bars letters are recognised that are not there


def check_can_read() -> None:
    """Raises TargetError where no words can be recognised, so that nothing tells what a picture shows."""
    if missing := _ocr.unavailable():
        raise TargetError(f"to copy pictures of pages their words must be recognised; run {missing}", "needs_ocr")


def barred(
    picture: Image,
    place: Place,
    work: Work,
    bars: Sequence[Box] = (),
    *,
    is_read: bool = False,
    seen: Callable[[Image], Image] = lambda picture: picture,
) -> Image:
    """The picture, upright, with bars over these boxes and all that is found in its words. `is_read`: it holds nothing
    but words that were read elsewhere. `seen` gives a picture as it is seen in the copy, where letters may look like
    others. Raises TargetError for one that shows more than words: a person, a card, something that cannot be read."""
    name = place.path[-1] if place.path else ""
    if _portrait.shows(picture, name):
        raise TargetError("shows a person; pictures of persons are not copied", "unsupported_type")
    picture = _ocr.opaque(picture)
    paint(picture, bars)
    for _ in range(_ROUNDS):
        if _ocr.is_blank(picture):
            return picture
        reading = _ocr.read(seen(picture) if is_read else picture)
        reading = replace(reading, lines=[mended(line) for line in reading.lines])
        if not is_read:
            _check(reading)
            picture, is_read = _words_alone(picture, bars, reading, place, work), True
            continue
        boxes = _boxes(reading, place, work)
        if not boxes:
            return picture
        picture = _ocr.as_read(picture, reading)
        paint(picture, boxes)
    raise TargetError("still shows personal data after all that was found in it is hidden", "unsupported_type")


def _words_alone(picture: Image, bars: Sequence[Box], reading: Reading, place: Place, work: Work) -> Image:
    """A page with the words that were read and in which nothing is found, in their places."""
    from PIL import Image

    found = {*_boxes(reading, place, work)}
    words = [word for line in reading.lines for word in line]
    rest = {word.box for line in laid_out(reading.lines).rest for word in line}  # what is in no card and no list
    stay = {w.box for w in words if w.box in rest and w.sure >= READ and not _is_long_number(w.text)} - found
    marks = Image.new("RGB", picture.size, "white")
    paint(marks, bars)
    page = page_of(_ocr.as_read(picture, reading), stay, [word.box for word in words if word.box not in stay])
    page.paste(_BAR, mask=_ocr.as_read(marks, reading).convert("L").point(lambda shade: 255 * (shade < _MARK)))
    return page


def page_of(seen: Image, stay: Iterable[Box], bars: Iterable[Box]) -> Image:
    """A white page on which these boxes of another stand, its long straight lines, and bars."""
    from PIL import Image

    page = Image.new("RGB", seen.size, "white")
    page.paste(seen, mask=_lines(seen))
    for box in stay:
        page.paste(seen.crop(box), box)
    paint(page, bars)
    return page


def _lines(seen: Image) -> Image:
    """Where thin level and upright lines are, as of tables and forms."""
    import numpy as np
    from PIL import Image

    ink = np.asarray(seen.convert("L")) < _INK
    long, thick = max(seen.size) // _LONG_LINE, max(seen.size) // _THICK_LINE
    level, upright = _runs(ink, long), _runs(ink.T, long)
    thin = (level & ~_runs(level.T, thick).T) | (upright & ~_runs(upright.T, thick).T).T
    return Image.fromarray(thin.astype(np.uint8) * 255)


def _runs(ink: Any, length: int) -> Any:
    """Which points of each row stand in a run of at least so many."""
    import numpy as np

    width = ink.shape[1]
    if width < length:
        return np.zeros_like(ink)
    sums = np.cumsum(np.pad(ink, ((0, 0), (1, 0))), axis=1, dtype=np.int32)
    starts = sums[:, length:] - sums[:, :-length] == length
    sums = np.cumsum(np.pad(starts, ((0, 0), (length, length - 1))), axis=1, dtype=np.int32)
    return sums[:, length:] > sums[:, :width]


def paint(picture: Image, boxes: Iterable[Box]) -> None:
    """Paint bars over these boxes, and a little around them."""
    from PIL import ImageDraw

    draw = ImageDraw.Draw(picture)
    for left, top, right, bottom in boxes:
        around = 1 + min(round(_AROUND * abs(bottom - top)), _MOST_AROUND)
        draw.rectangle((left - around, top - around, right + around, bottom + around), fill=_BAR)


def _check(reading: Reading) -> None:
    if not reading.is_text:
        raise TargetError("shows no text; whom or what it shows is not known", "unsupported_type")
    if not reading.is_legible:
        raise TargetError("its text was recognised in part only", "illegible")
    if laid_out(reading.lines).is_card:
        raise TargetError("shows an identity card", "unsupported_type")


def _is_long_number(text: str) -> bool:
    """Whether a word may be a number of somebody of which digits were not read right."""
    return any(sum(map(str.isdigit, run)) >= _DIGITS for run in _DIGIT_LIKE.findall(text))


def _boxes(reading: Reading, place: Place, work: Work) -> list[Box]:
    """The words that what was found stands in."""
    text, places = "", list[tuple[int, int, Box]]()
    for line in reading.lines:
        for word in line:
            places.append((len(text), len(text) + len(word.text), word.box))
            text += f"{word.text} "
        text = f"{text[:-1]}\n"
    return touched(places, work.hidden(place, text))


def touched(places: Iterable[tuple[int, int, T]], found: Iterable[tuple[int, int, str]]) -> list[T]:
    """The boxes of pieces of a text (start, end, box) that a find stands in."""
    spans = [(start, end) for start, end, _ in found]
    return [box for start, end, box in places if any(s < end and start < e for s, e in spans)]
