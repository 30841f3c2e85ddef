"""Presentations of PowerPoint (.pptx): what is found on slides, in notes, comments, tables and charts gives way.

Pictures, sounds and films become a blank picture. Properties, embedded files, macros, fonts and what programs keep in a
presentation do not come along, nor does what shows them.
"""

from __future__ import annotations

import re
from pathlib import Path

from privacyscan.model import File
from privacyscan.pseudonymize._work import Work
from privacyscan.pseudonymize.rewriters import Rewriter
from privacyscan.pseudonymize.rewriters._office import Vocabulary
from privacyscan.pseudonymize.rewriters._ooxml import Kind, rewritten

_WRITERS = frozenset({"name", "initials", "userId", "providerId"})
_KIND = Kind(
    words=Vocabulary(frozenset({"p"}), {"br": "\n"}, texts=frozenset({"t"})),
    parts=re.compile(
        r"ppt/(?:presentation|presProps|viewProps|tableStyles|commentAuthors|authors)\.xml|"
        r"ppt/(?:slides|slideLayouts|slideMasters|notesSlides|notesMasters|handoutMasters|theme|comments|charts|diagrams|"
        r"drawings)/[^/]+\.xml"
    ),
    not_told=re.compile(r"docProps/.*|ppt/(?:printerSettings|changesInfos)/.*|ppt/revisionInfo\.xml|.*\.rels"),
    gone=dict.fromkeys(("modifyVerifier", "embeddedFontLst", "custDataLst", "controls", "pivotSource"), ""),
    shows=frozenset({"graphicFrame", "pic"}),
    people={"cmAuthor": _WRITERS, "author": _WRITERS},
)


class Pptx:
    name = "pptx"
    formats = ("office",)
    part = "ppt/presentation.xml"
    as_text = True
    holds_files = False

    def rewrite(self, file: File, copy: Path, work: Work) -> None:
        rewritten(file, copy, work, _KIND)


plugin: Rewriter = Pptx()
