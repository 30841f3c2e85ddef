"""The parts of an Office or OpenDocument file: XML as text, pictures and embedded files as files."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator

from privacyscan.formats._archive import Labels
from privacyscan.formats._blocks import text_blocks
from privacyscan.formats._container import Container
from privacyscan.formats._xml import DamagedXml, xml_text
from privacyscan.model import Limits, Part, Place, Reason, Skipped

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
            r"(?:word|ppt|xl)/(?:styles|stylesWithEffects|settings|webSettings|fontTable|numbering|presProps|viewProps)\.xml",
            r"(?:ppt/tableStyles|xl/calcChain|xl/metadata|xl/volatileDependencies)\.xml",
            r"(?:.*/)?theme/.*",
            r".*/(?:fonts|printerSettings)/.*",
            r".*/diagrams/(?:colors|layout|quickStyle|drawing)[0-9]*\.xml",  # the text of a diagram is in its data part
            r"docProps/thumbnail\..*|Thumbnails/.*|ObjectReplacements/.*",
            r"\[Content_Types\]\.xml|mimetype|META-INF/.*|.*\.rels|customXml/itemProps[0-9]*\.xml",
            r"(?:.*/)?settings\.xml|manifest\.rdf|layout-cache|Configurations2/.*",
        )
    )
)


def office_parts(container: Container, members: list[zipfile.ZipInfo], limits: Limits) -> Iterator[Part]:
    """The members: XML as text, layout left out, everything else as files."""
    labels = Labels(container.place)
    for member in members[: limits.max_members]:
        name = member.filename
        if _is_links(name):
            yield from xml_part(container, member, container.place.child("hyperlinks", name.rpartition("/")[2]), limits)
        elif _LAYOUT.fullmatch(name):
            continue
        elif name.endswith((".xml", ".vml")):
            place = container.place if name in _MAIN else labels.place(_PROPERTIES.get(name, name))
            yield from xml_part(container, member, place, limits)
        else:
            yield from container.part(member, labels.place(name))
    if len(members) > limits.max_members:
        yield Skipped(container.place, Reason.BOMB, f"only the first {limits.max_members} members were read")


def is_encrypted(container: Container) -> bool:
    """Whether an OpenDocument file says that its parts are encrypted."""
    manifest = "META-INF/manifest.xml"
    if manifest not in container:
        return False
    with container.zip.open(manifest) as stream:
        return b":encryption-data" in stream.read(4 << 20)


def _is_links(name: str) -> bool:
    return name.endswith(".rels") and name.startswith(("word/", "ppt/slides/", "ppt/notesSlides/", "xl/worksheets/"))


def xml_part(
    container: Container, member: zipfile.ZipInfo, place: Place, limits: Limits, inside: frozenset[str] = frozenset()
) -> Iterator[Part]:
    """The text of one XML member; with `inside`, only what stands in elements of these local names."""
    damaged = False

    def pieces() -> Iterator[bytes]:
        nonlocal damaged
        try:
            yield from xml_text(container.chunks(member), inside)
        except (DamagedXml, zipfile.BadZipFile, zlib.error, EOFError):
            damaged = True

    if member.flag_bits & 1:
        yield Skipped(place, Reason.ENCRYPTED, "needs a password")
        return
    yield from text_blocks(place, pieces(), limits)
    if damaged:
        yield Skipped(place, Reason.DAMAGED, "XML that is cut off, damaged, or declares a document type")
