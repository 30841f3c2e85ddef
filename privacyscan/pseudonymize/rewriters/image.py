"""Pictures of pages: their words come along, with bars over what is found. What a picture says of itself is gone."""

from __future__ import annotations

from pathlib import Path

from privacyscan.errors import TargetError
from privacyscan.formats._archive import Budget, size_of
from privacyscan.formats.image import BROKEN
from privacyscan.model import File
from privacyscan.pseudonymize._work import Work
from privacyscan.pseudonymize.rewriters import Rewriter
from privacyscan.pseudonymize.rewriters._barred import barred, check_can_read

_KINDS = ("JPEG", "PNG", "TIFF", "WEBP", "BMP")


class Image:
    name = "image"
    formats = ("image",)
    as_text = False
    holds_files = False

    def rewrite(self, file: File, copy: Path, work: Work) -> None:
        from PIL import Image as Pillow
        from PIL import ImageOps

        check_can_read()
        try:
            with file.open() as stream, Pillow.open(stream) as picture:
                if picture.format not in _KINDS:
                    raise TargetError(f"of pictures only {', '.join(_KINDS)} are copied", "unknown_format")
                budget, pages = Budget(work.limits, size_of(file, stream)), []
                for number in range(getattr(picture, "n_frames", 1)):
                    picture.seek(number)
                    budget.spend(picture.width * picture.height * len(picture.getbands()))
                    pages.append(barred(ImageOps.exif_transpose(picture), file.place, work))
                kind = picture.format
        except BROKEN:
            raise TargetError("cannot be read to its end", "damaged") from None
        more = {"save_all": True, "append_images": pages[1:]} if len(pages) > 1 else {}
        for page in pages:
            page.info.clear()
        pages[0].save(copy, kind, **more)
        work.count(file.place, len(pages))


plugin: Rewriter = Image()
