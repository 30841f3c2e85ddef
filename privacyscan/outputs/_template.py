"""Report formats that are templates: `reports/<name>.<ext>.j2`, rendered with Jinja2.

Templates run in a sandbox, a name that is not there is an error, and everything is escaped unless the file is plain
text.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from privacyscan.model import Assessment
from privacyscan.outputs import _messages, _numbers, _titles
from privacyscan.outputs._text import texts
from privacyscan.outputs._view import View
from privacyscan.outputs._wording import Wording
from privacyscan.resources import folder

if TYPE_CHECKING:
    from jinja2 import Environment

MAIN = "report"
PLAIN = (".txt",)
_BLANK = re.compile(r"(\[[^\]]+\])")


@dataclass(frozen=True, slots=True)
class Script:
    """The script inside a page, and the hash by which the page's own policy allows this one and no other."""

    text: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Template:
    """One template as a report format."""

    path: Path

    @property
    def filename(self) -> str:
        return self.path.name.removesuffix(".j2")

    @property
    def name(self) -> str:
        stem, _, extension = self.filename.rpartition(".")
        return extension if stem == MAIN else stem

    def render(self, assessment: Assessment, language: str) -> bytes:
        return self.page(assessment, language, _titles.for_assessment(assessment))

    def page(self, assessment: Assessment, language: str, titles: _titles.Titles) -> bytes:
        """The page, with these titles of the things that rules name."""
        return rendered(self.path, View(assessment, texts(language), titles))


def rendered(template: Path, view: View, **more: Any) -> bytes:
    """The template, filled from the view and what else it asks for."""
    found = environment(template.parent, view).get_template(template.name)
    scan = view.assessment.scan
    text = found.render(view=view, t=view.texts, scan=scan, assessment=view.assessment, **more)
    return (text.rstrip() + "\n").encode("utf-8")


def templates() -> Iterator[Template]:
    """The templates of `reports/`; names that begin with an underscore are parts of others."""
    for path in sorted(folder("reports").glob("*.*.j2")):
        if not path.name.startswith("_"):
            yield Template(path)


def _script(path: Path) -> Script:
    text = path.read_text(encoding="utf-8")
    return Script(text, b64encode(sha256(text.encode("utf-8")).digest()).decode("ascii"))


def environment(where: Path, view: Wording) -> Environment:
    """Jinja2 for the templates in the folder `where`, with the notation of the language as filters."""
    from jinja2 import FileSystemLoader, StrictUndefined
    from jinja2.sandbox import SandboxedEnvironment

    from privacyscan.outputs._compiled import Compiled

    made = SandboxedEnvironment(
        loader=FileSystemLoader(where),
        undefined=StrictUndefined,
        autoescape=lambda name: name is None or not name.removesuffix(".j2").endswith(PLAIN),
        trim_blocks=True,
        lstrip_blocks=True,
        bytecode_cache=Compiled(),
    )
    made.filters.update(_filters(view))
    made.globals["script"] = lambda name: _script(where / name)
    return made


def _filters(view: Wording) -> dict[str, Any]:
    language, months = view.language, view.texts.get("months")
    return {
        "number": lambda value, decimals=None: _numbers.number(value, language, decimals),
        "percent": lambda share: _numbers.percent(share, language),
        "size": lambda value: _numbers.size(value, language),
        "moment": lambda iso: _numbers.moment(iso, months, language),
        "translated": lambda message: _messages.translated(message, language),
        "visible": _numbers.visible,
        "shorten": _numbers.shorten,
        "breaks": _breaks,
        "blanks": _blanks,
        "lang": view.words,
        "place_of": view.location,
    }


def _breaks(path: str) -> str:
    """A path that may break after each of its parts."""
    from markupsafe import Markup, escape

    return Markup("/<wbr>").join(escape(part) for part in path.split("/"))


def _blanks(text: str) -> str:
    """A sentence in which what people fill in, `[...]`, is marked."""
    from markupsafe import Markup, escape

    parts = _BLANK.split(text)
    return Markup("").join(Markup("<mark>{}</mark>").format(p) if _BLANK.fullmatch(p) else escape(p) for p in parts)
