"""PDF: each page becomes a picture of its words and lines with bars over all that is found. Words to select, pictures,
fields, comments, bookmarks, files inside and what the document says of itself do not come along."""

from __future__ import annotations

import io
from bisect import bisect
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from privacyscan.errors import TargetError
from privacyscan.formats._archive import Budget, size_of
from privacyscan.formats._ocr import Box as PixelBox
from privacyscan.formats._scans import numbers
from privacyscan.formats.pdf import DPI, HYPHEN, LARGEST, PASSWORD, PICTURE, Box, area, drawn, is_whole
from privacyscan.model import File
from privacyscan.pseudonymize._work import Work
from privacyscan.pseudonymize.rewriters import Rewriter
from privacyscan.pseudonymize.rewriters._barred import barred, check_can_read, page_of, touched

if TYPE_CHECKING:
    from PIL.Image import Image

Letter = tuple[int, int, Box]  # start and end in the text of the document, and where it stands on its page
_QUALITY = 85  # of the JPEG of a page


class Pdf:
    name = "pdf"
    formats = ("pdf",)
    part = ""
    as_text = False
    holds_files = False

    def rewrite(self, file: File, copy: Path, work: Work) -> None:
        import pypdfium2

        check_can_read()
        with file.open() as stream:
            budget = Budget(work.limits, size_of(file, stream))
            if not is_whole(stream, budget.packed):
                raise TargetError("cut off or damaged", "damaged")
            try:
                document = pypdfium2.PdfDocument(stream)
                with closing(document), closing(pypdfium2.PdfDocument.new()) as new:
                    document.init_forms()
                    self._pages(document, new, file, budget, work)
                    if files := document.count_attachments():
                        work.leave_out(file.place, f"{files} files inside do not come along")
                    new.save(copy)
            except pypdfium2.PdfiumError as error:
                encrypted = getattr(error, "err_code", None) == PASSWORD
                says = "needs a password" if encrypted else "cannot be read to its end"
                raise TargetError(says, "encrypted" if encrypted else "damaged") from None

    def _pages(self, document: Any, new: Any, file: File, budget: Budget, work: Work) -> None:
        text, starts = "", list[int]()
        for number in range(len(document)):
            starts.append(len(text))
            with closing(document[number]) as page, closing(page.get_textpage()) as words:
                text += "".join(letter for letter, _ in _letters(words, 0)) + "\n"
            budget.spend(len(text) - starts[-1])
        found = work.hidden(file.place, text)
        lost, covered = list[int](), 0
        for number, start in enumerate(starts):
            with closing(document[number]) as page:
                with closing(page.get_textpage()) as words:
                    letters = [place for _, place in _letters(words, start)]
                size = page.get_size()
                begin, end = bisect(found, (start,)), bisect(found, (start + len(letters),))
                here = found[max(0, begin - 1) : end]  # the one before may reach into the page
                shown = _drawn(page, letters, here)
            covered += shown.covered
            try:
                is_read, seen = not shown.is_scan, partial(_seen, size=size)
                picture = barred(shown.picture, file.place, work, shown.bars, is_read=is_read, seen=seen)
            except TargetError:
                if len(starts) == 1:
                    raise
                lost.append(number + 1)
                picture = shown.picture.copy()
                picture.paste("white", (0, 0, *picture.size))
            _add(new, picture, size)
            work.count(file.place, 1)
        if lost:
            message = f"pages that show a person or what cannot be read are empty in the copy: {numbers(lost)}"
            work.leave_out(file.place, message)
        if covered:
            work.leave_out(file.place, f"{covered} pictures are blank in the copy")


def _letters(words: Any, start: int) -> Iterator[tuple[str, Letter]]:
    """The letters of a page as they are read, and where each stands."""
    import pypdfium2.raw as raw

    for i in range(words.count_chars()):
        code = raw.FPDFText_GetUnicode(words, i)
        letter = chr(code) if code and not 0xD800 <= code < 0xE000 else " "
        letter = letter.translate(HYPHEN)
        if letter:
            yield letter, (start, start + 1, words.get_charbox(i, loose=True))
            start += 1


@dataclass(frozen=True, slots=True)
class _Drawn:
    """A page as it is seen: a scan with bars to come, or its words alone, with bars."""

    picture: Image
    is_scan: bool
    bars: Sequence[PixelBox]
    covered: int  # pictures on it that are left out


def _drawn(page: Any, letters: Sequence[Letter], found: Sequence[tuple[int, int, str]]) -> _Drawn:
    import pypdfium2.raw as raw

    width, height = page.get_size()
    bitmap = page.render(scale=min(DPI / 72, LARGEST / max(width, height, 1)))
    picture: Image = bitmap.to_pil().convert("RGB")
    at = bitmap.get_posconv(page)

    def pixels(box: Box) -> PixelBox:
        (x1, y1), (x2, y2) = at.to_bitmap(box[0], box[1]), at.to_bitmap(box[2], box[3])
        return min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)

    hidden = touched(letters, found)
    bars = [pixels(box) for box in hidden]
    images = [part.get_bounds() for part in page.get_objects([raw.FPDF_PAGEOBJ_IMAGE])]
    if not letters or sum(map(area, images)) >= PICTURE * width * height:  # words may stand beneath what is seen
        return _Drawn(picture, True, bars, 0)
    stay = {box for _, _, box in letters}.difference(hidden)
    return _Drawn(page_of(picture, map(pixels, stay), [*map(pixels, images), *bars]), False, (), len(images))


def _seen(picture: Image, size: tuple[float, float]) -> Image:
    """A page of the copy as a scan sees it."""
    import pypdfium2

    with closing(pypdfium2.PdfDocument.new()) as document:
        _add(document, picture, size)
        with closing(document[0]) as page:
            shown: Image = drawn(page, (0, 0, *page.get_size()))
            return shown


def _add(document: Any, picture: Image, size: tuple[float, float]) -> None:
    """Add a page of about this size, which may have stood on its side."""
    import pypdfium2

    if (picture.width > picture.height) != (size[0] > size[1]):
        size = size[::-1]
    data = io.BytesIO()
    picture.save(data, "JPEG", quality=_QUALITY)
    page, image = document.new_page(*size), pypdfium2.PdfImage.new(document)
    image.load_jpeg(data, inline=True)
    image.set_matrix(pypdfium2.PdfMatrix().scale(*size))
    page.insert_obj(image)
    page.gen_content()
    page.close()


plugin: Rewriter = Pdf()
