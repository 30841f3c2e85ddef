"""PDF: the text of its pages, forms and comments, what it says of itself, and the files in it. The words of pages that
are pictures, and of pictures on other pages, are recognised (extra `ocr`)."""

from __future__ import annotations

import ctypes
import io
import re
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from typing import TYPE_CHECKING, Any, BinaryIO

from privacyscan.formats import Format
from privacyscan.formats._archive import Bomb, Budget, Labels, bomb, size_of
from privacyscan.formats._blocks import text_blocks
from privacyscan.model import File, Limits, Part, Reason, Skipped

if TYPE_CHECKING:
    from privacyscan.formats._scans import Scans

Box = tuple[float, float, float, float]  # left, bottom, right, top, in points
_MAGIC = re.compile(rb"%PDF-[0-9]\.[0-9]")
_END = re.compile(rb"startxref\s+([0-9]{1,15})\s+%%EOF")
_OBJECTS = re.compile(rb"\s*(?:xref|[0-9]+\s+[0-9]+\s+obj)")  # how the list of its objects begins
_WITHIN = 1024  # bytes within which it begins and ends, as readers allow (ISO 32000-1, annex H)
PASSWORD = 4  # error codes of PDFium, fpdfview.h
# Of a field: what it is called on the page, its name, its value; and the text of a comment (ISO 32000-1, 12.5, 12.7.3).
_SAYS = (b"TU", b"T", b"V", b"Contents")
PICTURE = 0.3  # share of a page that pictures take, maybe in strips
_DRAWN = 100  # lines and curves: words that are drawn
_FEW = 200  # characters on a page up to which its pictures are the page
HYPHEN = str.maketrans({"\ufffe": "", "\x02": "", "\r": "", "\0": " "})  # how PDFium writes a word that goes on
_CARD = 0.04  # share of a page of a picture that may be a card or a paper, beside text
DPI = 200  # to draw pages whose words are to be recognised
LARGEST = 4000  # pixels of a side of a page that is drawn: a poster is drawn smaller


class Pdf:
    name = "pdf"
    suffixes = (".pdf",)
    binary = True

    def matches(self, head: bytes, name: str) -> int:
        found = _MAGIC.search(head[: _WITHIN + 8])
        return 0 if found is None else 3 if found.start() < 8 or name.endswith(self.suffixes) else 0

    def read(self, file: File, limits: Limits) -> Iterator[Part]:
        import pypdfium2
        import pypdfium2.raw as raw

        from privacyscan.formats._scans import Scans, numbers

        with file.open() as stream:
            budget = Budget(limits, size_of(file, stream))
            whole = is_whole(stream, budget.packed)
            try:
                document = pypdfium2.PdfDocument(stream)
            except pypdfium2.PdfiumError as error:
                if getattr(error, "err_code", None) == PASSWORD:
                    yield Skipped(file.place, Reason.ENCRYPTED, "needs a password")
                else:
                    yield Skipped(file.place, Reason.DAMAGED, "cannot be read to its end")
                return
            if not whole:  # PDFium mends what it can and says nothing
                yield Skipped(file.place, Reason.DAMAGED, "cut off or damaged; what could be unpacked was read")
            with closing(document):
                document.init_forms()
                if document.get_formtype() in (raw.FORMTYPE_XFA_FULL, raw.FORMTYPE_XFA_FOREGROUND):
                    yield Skipped(
                        file.place, Reason.UNSUPPORTED_TYPE, "holds an XFA form, which this version does not read"
                    )
                damaged: list[int] = []
                scans = Scans(file.place, limits)
                try:
                    yield from text_blocks(file.place, _texts(document, budget, damaged, scans), limits)
                    yield from _attached(file, document, budget)
                except Bomb as error:
                    yield bomb(file.place, error)
                if damaged:
                    yield Skipped(file.place, Reason.DAMAGED, f"pages that cannot be read: {numbers(damaged)}")
                yield from scans.rest()


def is_whole(stream: BinaryIO, size: int) -> bool:
    """Whether it ends, and its list of objects stands where its end says: nothing was cut out of it or put into it."""
    stream.seek(max(0, size - _WITHIN))
    ends = _END.findall(stream.read())
    stream.seek(0)
    begins = _MAGIC.search(stream.read(_WITHIN + 8))
    for start in (0, begins.start() if begins else 0):  # some count from its beginning, and not from the file's
        stream.seek(start + int(ends[-1]) if ends else size)
        if _OBJECTS.match(stream.read(64)):
            return True
    return False


def _texts(document: Any, budget: Budget, damaged: list[int], scans: Scans) -> Iterator[bytes | None]:
    """What the document says of itself, then page by page, each after None; numbers of the pages that cannot be read go
    to `damaged`."""
    import pypdfium2

    about = document.get_metadata_dict(skip_empty=True)
    yield _encoded("".join(f"{name}: {value}\n" for name, value in about.items()), budget)
    yield _encoded("".join(f"{entry.get_title()}\n" for entry in document.get_toc()), budget)
    for number in range(len(document)):
        yield None
        try:
            with closing(document[number]) as page, closing(page.get_textpage()) as text:
                said = text.get_text_range(errors="replace")  # what lies beside the page as well
                yield _encoded(f"{said}\n", budget)
                yield _encoded("".join(_noted(page, document.formenv)), budget)
                for box in _pictures(page, text, said):
                    yield scans.words(number + 1, drawn(page, box))
        except pypdfium2.PdfiumError:
            damaged.append(number + 1)


def _encoded(text: str, budget: Budget) -> bytes:
    data = text.translate(HYPHEN).encode("utf-8", "replace")
    budget.spend(len(data))
    return data


def _annotations(page: Any) -> Iterator[Any]:
    """The fields and comments of a page, each open until the next is asked for."""
    import pypdfium2.raw as raw

    for i in range(raw.FPDFPage_GetAnnotCount(page)):
        annotation = raw.FPDFPage_GetAnnot(page, i)
        try:
            yield annotation
        finally:
            raw.FPDFPage_CloseAnnot(annotation)


def _noted(page: Any, forms: Any) -> Iterator[str]:
    """What the fields and comments of a page hold, a line each: `label: value`."""
    import pypdfium2.raw as raw

    get = raw.FPDFAnnot_GetStringValue
    # A field of several boxes says once for all what it is called and what it holds.
    of_field = (
        raw.FPDFAnnot_GetFormFieldAlternateName,
        raw.FPDFAnnot_GetFormFieldName,
        raw.FPDFAnnot_GetFormFieldValue,
    )
    for annotation in _annotations(page):
        said = [_string(get, annotation, key) for key in _SAYS]
        if forms is not None and raw.FPDFAnnot_GetSubtype(annotation) == raw.FPDF_ANNOT_WIDGET:
            said[:3] = (own or _string(ask, forms, annotation) for own, ask in zip(said, of_field, strict=False))
        label = said[0] or said[1]
        if value := " ".join(filter(None, said[2:])):
            yield f"{label}: {value}\n" if label else f"{value}\n"


def _string(get: Callable[..., int], *of: Any) -> str:
    """A string that PDFium writes as UTF-16 into memory of ours."""
    size = get(*of, None, 0)
    if size <= 2:
        return ""
    memory = ctypes.create_string_buffer(size)
    get(*of, ctypes.cast(memory, ctypes.POINTER(ctypes.c_ushort)), size)
    return memory.raw[:-2].decode("utf-16-le", "replace")


def _pictures(page: Any, text: Any, said: str) -> list[Box]:
    """Where a page may hold words that are no text: all of it, or the pictures that no text stands on."""
    import pypdfium2.raw as raw

    width, height = page.get_size()
    boxes, drawn = list[Box](), 0
    for part in page.get_objects([raw.FPDF_PAGEOBJ_IMAGE, raw.FPDF_PAGEOBJ_PATH]):
        if part.type == raw.FPDF_PAGEOBJ_PATH:
            drawn += 1
        else:
            boxes.append(part.get_bounds())
    taken = sum(area(box) for box in boxes)
    if len(said) < _FEW and (taken >= PICTURE * width * height or (not said.strip() and drawn >= _DRAWN)):
        return [(0, 0, width, height)]
    return [b for b in boxes if area(b) >= _CARD * width * height and not text.get_text_bounded(*b).strip()]


def area(box: Box) -> float:
    """That of a box on a page."""
    left, bottom, right, top = box
    return (right - left) * (top - bottom)


def drawn(page: Any, box: Box) -> Any:
    """A part of a page as it is seen."""
    width, height = page.get_size()
    left, bottom, right, top = max(0, box[0]), max(0, box[1]), min(width, box[2]), min(height, box[3])
    scale = min(DPI / 72, LARGEST / max(right - left, top - bottom, 1))
    return page.render(scale=scale, crop=(left, bottom, width - right, height - top)).to_pil()


def _attached(file: File, document: Any, budget: Budget) -> Iterator[Part]:
    """The files in the document, and those that a comment holds."""
    labels = Labels(file.place)
    for number, attached in enumerate(_attachments(document)):
        if number == budget.limits.max_members:
            raise Bomb(f"holds more than {budget.limits.max_members} members")
        data = bytes(attached.get_data())
        budget.spend(len(data))
        place = labels.place(attached.get_name() or "?")
        yield File(place, lambda data=data: io.BytesIO(data), len(data))  # type: ignore[misc]


def _attachments(document: Any) -> Iterator[Any]:
    import pypdfium2
    import pypdfium2.raw as raw

    yield from map(document.get_attachment, range(document.count_attachments()))
    for number in range(len(document)):
        with suppress(pypdfium2.PdfiumError), closing(document[number]) as page:  # listed already
            for annotation in _annotations(page):
                if raw.FPDFAnnot_GetSubtype(annotation) == raw.FPDF_ANNOT_FILEATTACHMENT:
                    held = raw.FPDFAnnot_GetFileAttachment(annotation)
                    if held:
                        yield pypdfium2.PdfAttachment(held, document)


plugin: Format = Pdf()
