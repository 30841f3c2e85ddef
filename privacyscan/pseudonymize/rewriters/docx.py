"""Documents of Word (.docx): what is found in a paragraph gives way, its format stays.

Pictures become blank. Properties, settings, embedded files, macros, fonts, what programs keep in a document and deleted
texts do not come along, nor does what shows them.
"""

from __future__ import annotations

import re
from pathlib import Path

from privacyscan.model import File
from privacyscan.pseudonymize._work import Work
from privacyscan.pseudonymize.rewriters import Rewriter
from privacyscan.pseudonymize.rewriters._office import Vocabulary
from privacyscan.pseudonymize.rewriters._ooxml import Kind, rewritten

_KIND = Kind(
    words=Vocabulary(
        frozenset({"p"}),
        {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"},
        apart=frozenset({"pPr", "rPr", "drawing", "pict", "object", "rt"}),
        texts=frozenset({"t"}),
        codes=frozenset({"instrText"}),
    ),
    parts=re.compile(
        r"word/(?:document|header[0-9]*|footer[0-9]*|footnotes|endnotes|comments|styles|stylesWithEffects|numbering|"
        r"fontTable|webSettings)\.xml|word/(?:theme|charts|diagrams|drawings)/[^/]+\.xml"
    ),
    not_told=re.compile(r"docProps/.*|word/settings\.xml|.*\.rels"),
    gone={
        **dict.fromkeys(("del", "moveFrom"), "earlier versions of changed texts do not come along"),
        **dict.fromkeys(("pivotSource", "fldData"), ""),
    },
    shows=frozenset({"drawing", "object", "pict"}),
    people={"": frozenset({"author", "initials"})},
)


class Docx:
    name = "docx"
    formats = ("office",)
    part = "word/document.xml"
    as_text = True
    holds_files = False

    def rewrite(self, file: File, copy: Path, work: Work) -> None:
        rewritten(file, copy, work, _KIND)


plugin: Rewriter = Docx()
