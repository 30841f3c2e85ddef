"""Pictures: what they say of themselves, and their words where these can be recognised (extra `ocr`)."""

from __future__ import annotations

import struct
import warnings
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, BinaryIO

from privacyscan.batches import record_batch
from privacyscan.binary import kind
from privacyscan.formats import Format
from privacyscan.formats._archive import Bomb, Budget, bomb, size_of
from privacyscan.formats._blocks import text_blocks
from privacyscan.model import File, Limits, Part, Place, Reason, Skipped, Table

if TYPE_CHECKING:
    from privacyscan.formats._scans import Scans

_KINDS = ("jpeg", "png", "gif", "tiff", "jp2", "webp", "heic", "bmp")
BROKEN = (OSError, SyntaxError, LookupError, TypeError, ValueError, ArithmeticError, struct.error)  # of Pillow
_SHORT = 200  # characters
_SIDE = 3508  # pixels, A4 at 300 dpi; a larger JPEG is decoded smaller, which is quick


class Picture:
    name = "image"
    suffixes = (".jpg", ".jpeg", ".png", ".gif", ".tif", ".tiff", ".jp2", ".webp", ".heic", ".avif", ".bmp")
    binary = True

    def matches(self, head: bytes, name: str) -> int:
        return 3 if kind(head) in _KINDS else 0

    def lacks(self) -> Mapping[str, str]:
        from privacyscan.formats import _ocr

        missing = _ocr.unavailable()
        return {"words in pictures": missing} if missing else {}

    def read(self, file: File, limits: Limits) -> Iterator[Part]:
        from PIL import Image, UnidentifiedImageError

        from privacyscan.formats import _exif
        from privacyscan.formats._scans import Scans

        with file.open() as stream:
            budget, scans = Budget(limits, size_of(file, stream)), Scans(file.place, limits)
            try:
                opened, is_whole = _warned(lambda: _opened(stream))
                with opened as picture:
                    yield from text_blocks(file.place, _pages(picture, budget, scans), limits)
                    said, is_said = _warned(lambda: _exif.said(picture))
                    yield from _metadata(file.place, said, limits)
                if not (is_whole and is_said):
                    yield Skipped(file.place, Reason.DAMAGED, "cut off or damaged; what could be unpacked was read")
            except UnidentifiedImageError:
                yield Skipped(file.place, Reason.UNKNOWN_FORMAT, "a kind of picture that this version does not read")
            except Image.DecompressionBombError:
                yield bomb(file.place, Bomb("has more pixels than a picture may have"))
            except Bomb as error:
                yield bomb(file.place, error)
            except BROKEN:
                yield Skipped(file.place, Reason.DAMAGED, "cut off or damaged; what could be unpacked was read")
            yield from scans.rest()


def _metadata(place: Place, said: Mapping[str, str], limits: Limits) -> Iterator[Part]:
    """Entries as a row, those that are long or of several lines as text."""
    short = {name: text for name, text in said.items() if len(text) <= _SHORT and "\n" not in text}
    if short:
        yield Table(place.child("metadata"), record_batch([*short], [[*short.values()]])[0])
    long = (f"{name}: {text}\n".encode("utf-8", "replace") for name, text in said.items() if name not in short)
    yield from text_blocks(place.child("comments"), long, limits)


def _opened(stream: BinaryIO) -> Any:
    from PIL import Image

    picture = Image.open(stream)
    picture.getexif()
    return picture


def _warned(made: Callable[[], Any]) -> tuple[Any, bool]:
    """What Pillow makes, and whether it did so without leaving out entries that are damaged, of which it only warns."""
    from PIL.Image import DecompressionBombWarning

    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        value = made()
    return value, all(issubclass(w.category, DecompressionBombWarning) for w in told)  # pixels are counted here


def _pages(picture: Any, budget: Budget, scans: Scans) -> Iterator[bytes]:
    """The words of each page of a TIFF, each picture of an animation, or the one picture that there is."""
    from PIL import ImageOps

    for number in range(getattr(picture, "n_frames", 1)):
        picture.seek(number)
        width, height = picture.size
        budget.spend(width * height * len(picture.getbands()))
        if picture.format == "JPEG":
            picture.draft("RGB", (_SIDE, _SIDE))
        yield scans.words(number + 1, ImageOps.exif_transpose(picture))


plugin: Format = Picture()
