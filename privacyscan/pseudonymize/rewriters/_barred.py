"""Pictures of pages in which bars stand where something must not be seen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from privacyscan.errors import TargetError
from privacyscan.formats import _ocr, _portrait
from privacyscan.formats._cards import laid_out
from privacyscan.formats._mend import mended
from privacyscan.formats._ocr import Box, Reading
from privacyscan.model import Place
from privacyscan.pseudonymize._work import Work

if TYPE_CHECKING:
    from PIL.Image import Image

T = TypeVar("T")  # boxes of any kind
_ROUNDS = 4  # of reading a page: the last one finds nothing
_AROUND = 0.15  # of the height of a word that its bar reaches beyond it
_BAR = (205, 205, 205)  # light: at the edges of black bars letters are recognised that are not there


def check_can_read() -> None:
    """Raises TargetError where no words can be recognised, so that nothing tells what a picture shows."""
    if missing := _ocr.unavailable():
        raise TargetError(f"to copy pictures of pages their words must be recognised; run {missing}", "needs_ocr")


def barred(picture: Image, place: Place, work: Work, *, has_words: bool = False) -> Image:
    """The picture, upright, with bars over all that is found in its words. Raises TargetError for one that shows more
    than words: a person, a card, something that cannot be read. `has_words`: its words are known from elsewhere, so it
    need not show any."""
    name = place.path[-1] if place.path else ""
    if _portrait.shows(picture, name):
        raise TargetError("shows a person; pictures of persons are not copied", "unsupported_type")
    for _ in range(_ROUNDS):
        if _ocr.is_blank(picture):
            return picture
        reading = _ocr.read(picture)
        reading = replace(reading, lines=[mended(line) for line in reading.lines])
        _check(reading, has_words)
        boxes = _boxes(reading, place, work)
        if not boxes:
            return picture
        picture = _ocr.as_read(picture, reading)
        paint(picture, boxes)
        has_words = True
    raise TargetError("still shows personal data after all that was found in it is hidden", "unsupported_type")


def paint(picture: Image, boxes: Iterable[Box]) -> None:
    """Paint bars over these boxes, and a little around them."""
    from PIL import ImageDraw

    draw = ImageDraw.Draw(picture)
    for left, top, right, bottom in boxes:
        around = 1 + round(_AROUND * abs(bottom - top))
        draw.rectangle((left - around, top - around, right + around, bottom + around), fill=_BAR)


def _check(reading: Reading, has_words: bool) -> None:
    if not has_words and not reading.is_text:
        raise TargetError("shows no text; whom or what it shows is not known", "unsupported_type")
    if not has_words and not reading.is_legible:
        raise TargetError("its text was recognised in part only", "illegible")
    layout = laid_out(reading.lines)
    if layout.cards or layout.members:
        raise TargetError("shows an identity card or a family card", "unsupported_type")


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
