"""The parts of an Office or OpenDocument file: XML as text, pictures and embedded files as files."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from xml.etree import ElementTree

from privacyscan.formats._archive import Labels
from privacyscan.formats._container import Container
from privacyscan.formats._documents import Content, document_parts
from privacyscan.formats._xml import DamagedXml, xml_content, xml_text
from privacyscan.model import Limits, Part, Place, Reason, Skipped

_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError)
_PRESENTATION = "ppt/presentation.xml"
_SLIDES = 1_000  # that are numbered
_MAIN = ("word/document.xml", "content.xml")  # its text is the document's own
_PROPERTIES = {  # what the members are called where people see them
    "docProps/core.xml": "properties",
    "docProps/app.xml": "properties of the program",
    "docProps/custom.xml": "properties of its own",
    "meta.xml": "properties",
}
_LAYOUT = re.compile(  # parts that say how a document looks; nobody writes text into them
    "|".join(
        (
            r"(?:word|ppt|xl)/(?:styles|stylesWithEffects|webSettings|fontTable|numbering|presProps|viewProps)\.xml",
            r"(?:ppt/tableStyles|xl/calcChain|xl/metadata|xl/volatileDependencies)\.xml",
            r"(?:.*/)?theme/.*",
            r".*/(?:fonts|printerSettings)/.*",
            r".*/diagrams/(?:colors|layout|quickStyle|drawing)[0-9]*\.xml",  # the text of a diagram is in its data part
            r"docProps/thumbnail\..*|Thumbnails/.*|ObjectReplacements/.*",
            r"\[Content_Types\]\.xml|mimetype|META-INF/.*|.*\.rels|customXml/itemProps[0-9]*\.xml",
            r"(?!word/)(?:.*/)?settings\.xml|manifest\.rdf|layout-cache|Configurations2/.*",
        )
    )
)


# What Office and OpenDocument files begin with. Those in an archive that does not compress them have the rest as well.
_FIRST = re.compile(rb"(?s).{30}(?:mimetype|\[Content_Types\]\.xml|(?:_rels|docProps|customXml|xl|word|ppt)/)")
_KEPT = frozenset({"docVars", "mailMerge"})  # of the settings: variables, and where letters get their names from
_OWN = re.compile(r"customXml/.*")  # data of programs, in words of their own
_LINKS = re.compile(r"(?:word|xl)/.*\.rels|ppt/(?!slideLayouts/|slideMasters/|_rels/).*\.rels|_rels/\.rels")


def office_parts(container: Container, members: list[zipfile.ZipInfo], limits: Limits) -> Iterator[Part]:
    """The members: XML as text, layout left out, everything else as files."""
    labels, slides = Labels(container.place), _slides(container)
    for member in members[: limits.max_members]:
        name = member.filename
        if _LINKS.fullmatch(name):
            yield from xml_part(container, member, container.place.child("hyperlinks", name.rpartition("/")[2]), limits)
        elif _LAYOUT.fullmatch(name):
            continue
        elif name == "word/settings.xml":
            yield from xml_part(container, member, labels.place(name), limits, _KEPT)
        elif name.endswith((".xml", ".vml")):
            place = container.place if name in _MAIN else labels.place(_PROPERTIES.get(name, name))
            yield from xml_part(container, member, place, limits, page=slides.get(name, 0))
        else:
            yield from container.part(member, labels.place(name))
    if len(members) > limits.max_members:
        yield Skipped(container.place, Reason.BOMB, f"only the first {limits.max_members} members were read")


def is_package(head: bytes) -> bool:
    """Whether a file begins as one of Office or OpenDocument, and not as an archive of such files."""
    return head.startswith(b"PK\x03\x04") and _FIRST.match(head) is not None


def _slides(container: Container) -> Mapping[str, int]:
    """The number of each slide of a PowerPoint presentation, by its member."""
    if _PRESENTATION not in container:
        return {}
    try:
        links, order = (
            ElementTree.fromstring(b"".join(container.chunks(container.zip.getinfo(name))))
            for name in ("ppt/_rels/presentation.xml.rels", _PRESENTATION)
        )
    except (ElementTree.ParseError, KeyError, RuntimeError, *_DAMAGED):
        return {}  # which is told where their text is read
    members = {e.get("Id"): e.get("Target", "") for e in links}
    slides = [e for e in order.iter() if e.tag.endswith("}sldId")]
    shown = [members.get(link, "") for e in slides for name, link in e.attrib.items() if name.endswith("}id")]
    return {name[1:] if name.startswith("/") else f"ppt/{name}": i for i, name in enumerate(shown[:_SLIDES], 1)}


def is_encrypted(container: Container) -> bool:
    """Whether an OpenDocument file says that its parts are encrypted."""
    manifest = "META-INF/manifest.xml"
    if manifest not in container:
        return False
    with container.zip.open(manifest) as stream:
        return b":encryption-data" in stream.read(4 << 20)


def xml_part(
    container: Container,
    member: zipfile.ZipInfo,
    place: Place,
    limits: Limits,
    inside: frozenset[str] = frozenset(),
    page: int = 0,
) -> Iterator[Part]:
    """The text and the tables of one XML member; with `inside`, only what stands in elements of these local names."""
    chunks = container.chunks(member)
    if inside:
        yield from content_part(place, ((0, text) for text in xml_text(chunks, inside)), member, limits)
    else:
        yield from content_part(place, xml_content(chunks, bool(_OWN.match(member.filename))), member, limits, page)


def content_part(
    place: Place, content: Iterator[Content], member: zipfile.ZipInfo, limits: Limits, page: int = 0
) -> Iterator[Part]:
    """What was parsed of one XML member, and a Skipped where it is damaged."""
    damaged = False

    def pieces() -> Iterator[Content]:
        nonlocal damaged
        try:
            yield from content
        except (DamagedXml, *_DAMAGED):
            damaged = True

    if member.flag_bits & 1:
        yield Skipped(place, Reason.ENCRYPTED, "needs a password")
        return
    yield from document_parts(place, pieces(), limits, page)
    if damaged:
        yield Skipped(place, Reason.DAMAGED, "XML that is cut off, damaged, or declares a document type")
