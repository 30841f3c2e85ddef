"""The words of a picture, recognised by Tesseract: turned upright, straightened, brought to the size it reads best."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from statistics import median
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from PIL.Image import Image

Box = tuple[int, int, int, int]  # left, top, right, bottom
# Where Debian, Fedora, Alpine and others keep the data of Tesseract 4 and 5.
_FOLDERS = (
    "/usr/share/tesseract-ocr/5/tessdata",
    "/usr/share/tesseract-ocr/4.00/tessdata",
    "/usr/share/tessdata",
    "/usr/share/tesseract/tessdata",
    "/usr/local/share/tessdata",
)
_LANGUAGE = "ind"
_LEAST_SIDE, _SIDE = 1000, 1500  # pixels of the longer side at first: A4 at 128 dpi is read as well as at 300
_LARGEST = 3508  # the same at most: A4 at 300 dpi
_SHARPER = 1.33  # so many times larger is what is looked at again because little of it is sure
_GROWS = 4.0  # a small picture is enlarged so many times at most
_SURE = 0.8  # mean confidence with which no other try is made
_UPRIGHT = 0.6  # below it, it may stand on its head
_SMALL, _USUAL, _LARGE = 11, 26, 60  # height in pixels of words that are better read larger, read best, read smaller
_DRAWN = 40  # shades of grey between ground and ink, at least
_STEEP = 0.1  # of them between two pixels: what is blurred more than 4 pixels wide is not read
_LEAST = 12  # pixels of a side of a picture that holds text
_STEEPEST = 8.0  # degrees that a page lies askew in a scanner, at most
READ = 0.6  # confidence of a word that was read
_TEXT = 12  # words, however unsure, that are text


@dataclass(frozen=True, slots=True)
class Word:
    """A word, where it stands, and how sure Tesseract is of it, from 0 to 1."""

    text: str = field(repr=False)
    box: Box
    sure: float

    @property
    def height(self) -> int:
        return self.box[3] - self.box[1]


Line = Sequence[Word]


@dataclass(frozen=True, slots=True)
class Reading:
    """What was recognised in a picture, line by line, and whether that is so blurred that words may be missed."""

    lines: Sequence[Line] = ()
    is_blurred: bool = False
    turn: int = 0  # degrees counter-clockwise by which the picture was turned, then brought to
    size: tuple[int, int] = (0, 0)  # these pixels, and then straightened by
    askew: float = 0.0  # degrees: there the boxes are

    @property
    def text(self) -> str:
        """Its lines as they stand."""
        return "".join(" ".join(w.text for w in line) + "\n" for line in self.lines)

    @property
    def words(self) -> Iterator[Word]:
        """Those of at least two letters or digits: dust and edges are read as single ones."""
        return (w for line in self.lines for w in line if sum(map(str.isalnum, w.text)) > 1)

    @property
    def sure(self) -> float:
        """The mean confidence of its words, long ones counting more; 0 without words."""
        sizes = [(len(w.text), w.sure) for w in self.words]
        return sum(n * sure for n, sure in sizes) / max(1, sum(n for n, _ in sizes))

    @property
    def height(self) -> float:
        """The height of its words: half of them are higher; 0 without words."""
        return median([w.height for w in self.words] or [0])

    @property
    def score(self) -> float:
        """How much of it was read: characters of words that are sure."""
        return sum(len(w.text) * w.sure for w in self.words if w.sure >= READ)

    @property
    def is_text(self) -> bool:
        """Whether there is text at all, or may be: sharp photographs give a few unsure words."""
        words = list(self.words)
        return self.is_blurred or len(words) >= _TEXT or any(w.sure >= READ and len(w.text) > 2 for w in words)

    @property
    def is_legible(self) -> bool:
        """Whether most of its text was read."""
        return self.sure >= READ


def unavailable() -> str:
    """What to install before words can be recognised; empty when all is here."""
    try:
        import tesserocr  # noqa: F401
    except ImportError:
        return "pip install 'privacyscan[ocr]'"
    return "" if _data(_LANGUAGE) else "apt-get install tesseract-ocr-ind tesseract-ocr-osd"


def read(picture: Image) -> Reading:
    """The words of a picture. It is looked at again, turned, sharper and larger, while too little of it is sure."""
    grey = _grey(picture)
    if is_blank(grey):
        return Reading()
    side, turn = min(max(_LEAST_SIDE, min(_SIDE, max(grey.size))), _GROWS * max(grey.size)), 0
    best = _recognised(page := _scaled(grey, side))
    if best.sure < _UPRIGHT and (turn := _turn(page)):
        grey = grey.rotate(turn, expand=True)
        best = max(best, replace(_recognised(_scaled(grey, side)), turn=turn), key=lambda r: r.score)
    if best.height and not _SMALL <= best.height <= _LARGE:
        again = _recognised(_scaled(grey, side * _USUAL / best.height))
        best = max(best, replace(again, turn=turn), key=lambda r: r.score)
    elif best.sure < _SURE:
        again = _recognised(_sharp(_scaled(grey, _SHARPER * side)))
        best = max(best, replace(again, turn=turn), key=lambda r: r.score)
    return best if best.sure >= READ else replace(best, is_blurred=_is_blurred(grey))


def as_read(picture: Image, reading: Reading) -> Image:
    """An opaque picture turned, sized and straightened as it was when it was read."""
    from PIL.Image import Resampling

    if reading.turn:
        picture = picture.rotate(reading.turn, expand=True)
    picture = picture.resize(reading.size, Resampling.LANCZOS)
    return picture.rotate(reading.askew, Resampling.BICUBIC, fillcolor="white") if reading.askew else picture


def opaque(picture: Image) -> Image:
    """A new picture in colours on white ground."""
    from PIL import Image

    if "A" in picture.getbands() or "transparency" in picture.info:
        picture = Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture.convert("RGBA"))
    picture = _grey(picture) if picture.mode.startswith(("I", "F")) else picture
    return picture.copy() if picture.mode == "RGB" else picture.convert("RGB")


def is_blank(picture: Image) -> bool:
    """Whether nothing can be read in it: it has one colour, or is too small for a letter."""
    if min(picture.size) < _LEAST:
        return True
    darkest, lightest = picture.convert("L").getextrema()
    return bool(lightest - darkest < _LEAST)  # type: ignore[operator]


@cache
def _data(language: str) -> str:
    """The folder that holds the data of a language; empty where there is none."""
    named = os.environ.get("TESSDATA_PREFIX", "")  # Tesseract's own setting
    folders = (named, os.path.join(named, "tessdata"), *_FOLDERS) if named else _FOLDERS
    return next((f for f in folders if os.path.isfile(os.path.join(f, f"{language}.traineddata"))), "")


@cache
def _api(language: str) -> Any:
    """Tesseract with the data of a language; it takes longer to start than to read a line, so each process has one."""
    from tesserocr import PSM, PyTessBaseAPI

    mode = PSM.OSD_ONLY if language == "osd" else PSM.SINGLE_COLUMN  # lines go across tables and forms
    return PyTessBaseAPI(path=_data(language), lang=language, psm=mode)


def _grey(picture: Image) -> Image:
    from PIL import Image, ImageOps

    if "A" in picture.getbands() or "transparency" in picture.info:
        picture = Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture.convert("RGBA"))
    elif picture.mode.startswith(("I", "F")):  # 16 bits a pixel: `convert` would cut them off
        picture = ImageOps.autocontrast(picture.point(lambda v: v / 256).convert("L"))
    return picture.convert("L")


def _scaled(picture: Image, side: float) -> Image:
    """The picture with a longer side of so many pixels."""
    from PIL.Image import Resampling

    factor = min(side, _LARGEST) / max(picture.size)
    width, height = (max(1, round(n * factor)) for n in picture.size)
    return picture.resize((width, height), Resampling.LANCZOS)


def _flat(picture: Image) -> Image:
    """The picture as if its ground were white everywhere: cards on paper, shadows, patterns behind letters."""
    import numpy as np
    from PIL import Image, ImageFilter
    from PIL.Image import Resampling

    small = picture.reduce(8).filter(ImageFilter.MaxFilter(5)).filter(ImageFilter.GaussianBlur(2))
    ground = np.asarray(small.resize(picture.size, Resampling.BILINEAR), np.float32)
    return Image.fromarray(np.minimum(255, np.asarray(picture) * (255 / np.maximum(ground, 1))).astype(np.uint8))


def _is_blurred(picture: Image) -> bool:
    """Whether something is drawn in it and no edge is steep enough for letters."""
    import numpy as np

    shades = np.asarray(_flat(_scaled(picture, min(_SIDE, max(picture.size)))), np.int16)
    contrast = int(np.percentile(shades, 99.5) - np.percentile(shades, 0.5))
    steepest = float(np.percentile(np.abs(shades[:, 1:] - shades[:, :-1]), 99.9))
    return contrast > _DRAWN and steepest < _STEEP * contrast


def _sharp(picture: Image) -> Image:
    from PIL import ImageFilter, ImageOps

    return ImageOps.autocontrast(picture, cutoff=1).filter(ImageFilter.UnsharpMask(4, 200, 0))


def _recognised(picture: Image) -> Reading:
    from tesserocr import RIL, iterate_level

    picture = _flat(picture)
    askew = _askew(picture)
    askew = askew if abs(askew) >= 0.2 else 0.0
    if askew:
        from PIL.Image import Resampling

        picture = picture.rotate(askew, Resampling.BICUBIC, fillcolor=_ground(picture))
    api = _api(_LANGUAGE)
    api.SetImage(picture)
    api.SetSourceResolution(200)
    try:
        api.Recognize()
        lines: list[list[Word]] = []
        for at in iterate_level(api.GetIterator(), RIL.WORD):
            if at.Empty(RIL.WORD):
                continue
            if at.IsAtBeginningOf(RIL.TEXTLINE) or not lines:
                lines.append([])
            text = at.GetUTF8Text(RIL.WORD).strip()
            if text:
                lines[-1].append(Word(text, at.BoundingBox(RIL.WORD), at.Confidence(RIL.WORD) / 100))
        return Reading([line for line in lines if line], size=picture.size, askew=askew)
    finally:
        api.Clear()


def _turn(picture: Image) -> int:
    """By how many degrees the picture is to be turned counter-clockwise; 0 where nothing can be said."""
    if not _data("osd"):
        return 0
    api = _api("osd")
    api.SetImage(picture)
    try:
        found = api.DetectOrientationScript()
    finally:
        api.Clear()
    return int(found["orient_deg"]) if found else 0


def _ground(picture: Image) -> int:
    """The commonest shade of grey: paper."""
    counts = picture.histogram()
    return counts.index(max(counts))


def _askew(picture: Image) -> float:
    """By how many degrees the picture is to be turned counter-clockwise for its lines to be level: where the ink of
    each row is most or least."""
    import numpy as np

    small = np.asarray(_scaled(picture, 900).convert("L"), np.int16)
    edges = small[1:] - small[:-1]  # the upper edges of letters: shades and grounds have none
    ys, xs = np.nonzero(edges < -48)
    if len(ys) < 200:
        return 0.0
    if len(ys) > 40_000:
        ys, xs = ys[:: len(ys) // 40_000 + 1], xs[:: len(xs) // 40_000 + 1]

    def clear(degrees: float) -> float:
        rows = (ys - xs * np.tan(np.radians(degrees)) + 2000).astype(np.int32)
        return float((np.bincount(rows).astype(np.float64) ** 2).sum())

    coarse = max(np.arange(-_STEEPEST, _STEEPEST + 0.1, 0.5), key=lambda a: (clear(a), -abs(a)))
    fine = max(np.arange(coarse - 0.5, coarse + 0.51, 0.1), key=lambda a: (clear(a), -abs(a)))
    return float(fine) if clear(fine) > 1.1 * clear(0.0) else 0.0
