"""PDF: each page becomes a picture of itself with bars over all that is found. Words to select, fields, comments,
bookmarks, files inside and what the document says of itself do not come along."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from privacyscan.errors import TargetError
from privacyscan.formats._archive import Budget, size_of
from privacyscan.formats.pdf import DPI, HYPHEN, LARGEST, Box, is_whole, pictures
from privacyscan.model import File
from privacyscan.pseudonymize._work import Work
from privacyscan.pseudonymize.rewriters import Rewriter
from privacyscan.pseudonymize.rewriters._barred import barred, check_can_read, paint, touched

if TYPE_CHECKING:
    from PIL.Image import Image

Letter = tuple[int, int, Box]  # start and end in the text of the document, and where it stands on its page
_QUALITY = 85  # of the JPEG of a page


class Pdf:
    name = "pdf"
    formats = ("pdf",)
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
                encrypted = getattr(error, "err_code", None) == 4  # fpdfview.h
                says = "needs a password" if encrypted else "cannot be read to its end"
                raise TargetError(says, "encrypted" if encrypted else "damaged") from None

    def _pages(self, document: Any, new: Any, file: File, budget: Budget, work: Work) -> None:
        text, pages = "", list[list[Letter]]()
        for number in range(len(document)):
            with closing(document[number]) as page, closing(page.get_textpage()) as words:
                letters = list(_letters(words, len(text)))
            text += "".join(letter for letter, _ in letters) + "\n"
            pages.append([place for _, place in letters])
            budget.spend(len(letters))
        found = work.hidden(file.place, text)
        for number, places in enumerate(pages):
            with closing(document[number]) as page:
                picture, is_scan = _drawn(page, touched(places, found))
                size = page.get_size()
            picture = barred(picture, file.place, work, has_words=bool(places) and not is_scan)
            if (picture.width > picture.height) != (size[0] > size[1]):
                size = size[::-1]  # it stood on its side
            _add(new, picture, size)
            work.count(file.place, 1)


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


def _drawn(page: Any, boxes: Iterable[Box]) -> tuple[Image, bool]:
    """A page as it is seen, with these boxes and all pictures that no text stands on hidden; and whether it is one
    picture, a scan."""
    width, height = page.get_size()
    whole = (0, 0, width, height)
    scale = min(DPI / 72, LARGEST / max(width, height, 1))
    bitmap = page.render(scale=scale)
    at = bitmap.get_posconv(page)
    with closing(page.get_textpage()) as words:
        shown = pictures(page, words, words.get_text_range(errors="replace"))
    hidden = [*boxes, *(box for box in shown if box != whole)]
    picture: Image = bitmap.to_pil().convert("RGB")
    for left, bottom, right, top in hidden:
        (x1, y1), (x2, y2) = at.to_bitmap(left, top), at.to_bitmap(right, bottom)
        paint(picture, [(min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2))])
    return picture, whole in shown


def _add(document: Any, picture: Image, size: tuple[float, float]) -> None:
    import pypdfium2

    data = io.BytesIO()
    picture.save(data, "JPEG", quality=_QUALITY)
    page, image = document.new_page(*size), pypdfium2.PdfImage.new(document)
    image.load_jpeg(data, inline=True)
    image.set_matrix(pypdfium2.PdfMatrix().scale(*size))
    page.insert_obj(image)
    page.gen_content()
    page.close()


plugin: Rewriter = Pdf()
