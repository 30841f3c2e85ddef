"""PDF: the text of its pages, forms and comments, what it says of itself, and the files in it. Pages that are pictures
are listed: their text would have to be recognised."""

from __future__ import annotations

import ctypes
import io
import re
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from typing import Any, BinaryIO

from privacyscan.formats import Format
from privacyscan.formats._archive import Bomb, Budget, Labels, bomb, size_of
from privacyscan.formats._blocks import text_blocks
from privacyscan.model import File, Limits, Part, Reason, Skipped

_MAGIC = re.compile(rb"%PDF-[0-9]\.[0-9]")
_END = re.compile(rb"startxref\s+([0-9]{1,15})\s+%%EOF")
_OBJECTS = re.compile(rb"\s*(?:xref|[0-9]+\s+[0-9]+\s+obj)")  # how the list of its objects begins
_WITHIN = 1024  # bytes within which it begins and ends, as readers allow (ISO 32000-1, annex H)
_PASSWORD = 4  # error codes of PDFium, fpdfview.h
# Of a field: what it is called on the page, its name, its value; and the text of a comment (ISO 32000-1, 12.5, 12.7.3).
_SAYS = (b"TU", b"T", b"V", b"Contents")
_PICTURE = 0.3  # share of a page that pictures take, maybe in strips
_DRAWN = 100  # lines and curves: words that are drawn
_FEW = 200  # characters on a page up to which its pictures are the page
_HYPHEN = str.maketrans({"\ufffe": "", "\x02": "", "\r": "", "\0": " "})  # how PDFium writes a word that goes on
_SHOWN = 10  # numbers of pages in a message


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

        with file.open() as stream:
            budget = Budget(limits, size_of(file, stream))
            is_whole = _is_whole(stream, budget.packed)
            try:
                document = pypdfium2.PdfDocument(stream)
            except pypdfium2.PdfiumError as error:
                if getattr(error, "err_code", None) == _PASSWORD:
                    yield Skipped(file.place, Reason.ENCRYPTED, "needs a password")
                else:
                    yield Skipped(file.place, Reason.DAMAGED, "cannot be read to its end")
                return
            if not is_whole:  # PDFium mends what it can and says nothing
                yield Skipped(file.place, Reason.DAMAGED, "cut off or damaged; what could be unpacked was read")
            with closing(document):
                document.init_forms()
                if document.get_formtype() in (raw.FORMTYPE_XFA_FULL, raw.FORMTYPE_XFA_FOREGROUND):
                    yield Skipped(
                        file.place, Reason.UNSUPPORTED_TYPE, "holds an XFA form, which this version does not read"
                    )
                unread: dict[str, list[int]] = {"damaged": [], "pictures": []}
                try:
                    yield from text_blocks(file.place, _texts(document, budget, unread), limits)
                    yield from _attached(file, document, budget)
                except Bomb as error:
                    yield bomb(file.place, error)
                if pages := unread["damaged"]:
                    yield Skipped(file.place, Reason.DAMAGED, f"pages that cannot be read: {_numbers(pages)}")
                if pages := unread["pictures"]:
                    message = f"pages that are pictures, whose text was not recognised: {_numbers(pages)}"
                    yield Skipped(file.place, Reason.NEEDS_OCR, message)


def _is_whole(stream: BinaryIO, size: int) -> bool:
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


def _numbers(pages: list[int]) -> str:
    shown = ", ".join(map(str, pages[:_SHOWN]))
    return shown if len(pages) <= _SHOWN else f"{shown}, ... ({len(pages)})"


def _texts(document: Any, budget: Budget, unread: dict[str, list[int]]) -> Iterator[bytes]:
    """What the document says of itself, then page by page; numbers of the pages that were not read go to `unread`."""
    import pypdfium2

    about = document.get_metadata_dict(skip_empty=True)
    yield _encoded("".join(f"{name}: {value}\n" for name, value in about.items()), budget)
    yield _encoded("".join(f"{entry.get_title()}\n" for entry in document.get_toc()), budget)
    for number in range(len(document)):
        try:
            with closing(document[number]) as page, closing(page.get_textpage()) as text:
                said = text.get_text_range(errors="replace")  # what lies beside the page as well
                yield _encoded(f"{said}\n", budget)
                yield _encoded("".join(_noted(page, document.formenv)), budget)
                if len(said) < _FEW and _is_picture(page, bool(said.strip())):
                    unread["pictures"].append(number + 1)
        except pypdfium2.PdfiumError:
            unread["damaged"].append(number + 1)


def _encoded(text: str, budget: Budget) -> bytes:
    data = text.translate(_HYPHEN).encode("utf-8", "replace")
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


def _is_picture(page: Any, has_text: bool) -> bool:
    """Whether pictures take much of the page, or its words are drawn."""
    import pypdfium2.raw as raw

    width, height = page.get_size()
    taken, drawn = 0.0, 0
    for part in page.get_objects([raw.FPDF_PAGEOBJ_IMAGE, raw.FPDF_PAGEOBJ_PATH]):
        if part.type == raw.FPDF_PAGEOBJ_PATH:
            drawn += 1
            continue
        left, bottom, right, top = part.get_bounds()
        taken += (right - left) * (top - bottom)
    return taken >= _PICTURE * width * height or (not has_text and drawn >= _DRAWN)


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
