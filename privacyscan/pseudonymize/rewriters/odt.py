"""Texts, presentations and drawings of OpenDocument (.odt, .odp, .odg): what is found in a paragraph gives way, its
format stays.

Pictures become blank. Properties, settings, the picture of the first page, macros, forms, embedded objects and earlier
versions of changed texts do not come along.
"""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import IO

from privacyscan.model import File
from privacyscan.pseudonymize._work import Work
from privacyscan.pseudonymize.rewriters import Rewriter
from privacyscan.pseudonymize.rewriters._office import chunks_of, local, tree, written
from privacyscan.pseudonymize.rewriters._opendocument import VALUES, Package, rewritten

_KINDS = frozenset({"text", "presentation", "graphics"})


class Odt:
    name = "odt"
    formats = ("office",)
    part = "content.xml"
    as_text = True
    holds_files = False

    def rewrite(self, file: File, copy: Path, work: Work) -> None:
        rewritten(file, copy, work, _KINDS, _content)


def _content(package: Package, member: zipfile.ZipInfo, out: IO[bytes]) -> None:
    root = tree(chunks_of(package.container, member))
    for element in root.iter():
        if local(element.tag) in ("table-cell", "covered-table-cell"):  # the paragraphs in it say the same
            for key in [k for k in element.attrib if local(k) in VALUES]:
                del element.attrib[key]
    package.clean(root)
    package.words.rewrite(package.words.lines(root))
    out.write(written(root))


plugin: Rewriter = Odt()
