"""Pictures of pages: their words come along, with bars over what is found. What a picture says of itself is gone."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any

from privacyscan.errors import TargetError
from privacyscan.formats._archive import Budget, size_of
from privacyscan.formats.image import BROKEN
from privacyscan.model import File, Place
from privacyscan.pseudonymize._work import Work
from privacyscan.pseudonymize.rewriters import Rewriter
from privacyscan.pseudonymize.rewriters._barred import barred, check_can_read

_KINDS = ("JPEG", "PNG", "TIFF", "WEBP", "BMP")
_LOSSY = ("JPEG", "WEBP")  # letters may look like others in them


class Image:
    name = "image"
    formats = ("image",)
    part = ""
    as_text = False
    holds_files = False

    def rewrite(self, file: File, copy: Path, work: Work) -> None:
        from PIL import Image as Pillow

        check_can_read()
        try:
            with file.open() as stream, Pillow.open(stream) as picture:
                kind, count = picture.format, getattr(picture, "n_frames", 1)
                if kind not in _KINDS:
                    raise TargetError(f"of pictures only {', '.join(_KINDS)} are copied", "unknown_format")
                if kind != "TIFF" and count > 1:
                    raise TargetError("moves; of such pictures none is copied", "unsupported_type")
                pages = _pages(picture, count, Budget(work.limits, size_of(file, stream)), file.place, work)
                if kind == "TIFF":
                    _save(pages, copy)
                else:
                    next(pages).save(copy, kind)
        except BROKEN:
            raise TargetError("cannot be read to its end", "damaged") from None


def _pages(picture: Any, count: int, budget: Budget, place: Place, work: Work) -> Iterator[Any]:
    """The pages of the copy, one at a time."""
    from PIL import ImageOps

    for number in range(count):
        picture.seek(number)
        budget.spend(picture.width * picture.height * len(picture.getbands()))
        page = barred(ImageOps.exif_transpose(picture), place, work, seen=partial(_seen, kind=picture.format))
        page.info.clear()
        work.count(place, 1)
        yield page


def _seen(picture: Any, kind: str) -> Any:
    """A page of the copy as a scan sees it."""
    from PIL import Image as Pillow

    if kind not in _LOSSY:
        return picture
    data = BytesIO()
    picture.save(data, kind)
    return Pillow.open(data)


def _save(pages: Iterator[Any], copy: Path) -> None:
    """Pages into one TIFF; Pillow's own way would hold all of them."""
    from PIL.TiffImagePlugin import AppendingTiffWriter

    with copy.open("w+b") as out, AppendingTiffWriter(out) as frames:
        for page in pages:
            page.save(frames, "TIFF", compression="tiff_deflate")
            frames.newFrame()


plugin: Rewriter = Image()
