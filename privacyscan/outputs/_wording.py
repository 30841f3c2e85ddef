"""What every page says in the same words, whatever it is about: places, kinds of data, why a figure is missing."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from privacyscan.model import Location, Place
from privacyscan.outputs._numbers import visible
from privacyscan.outputs._text import Texts
from privacyscan.outputs._titles import Titles, in_language

_FILE = re.compile(r"\.[A-Za-z0-9]{1,5}$")


class Wording:
    """The words of one language. What extends it has `texts` and `titles`."""

    texts: Texts
    titles: Titles

    @property
    def language(self) -> str:
        return self.texts.language

    def words(self, title: Mapping[str, str]) -> str:
        return in_language(title, self.language)

    def entity(self, code: str) -> str:
        return self.titles.entity(code, self.language)

    def name(self, place: Place) -> str:
        """What people call the asset: the last part of its place, with the file that a sheet or member lies in."""
        return visible(" › ".join(_called(place)[1]))

    def where(self, place: Place) -> str:
        """Where that asset lies, without its own name; empty when there is no more to say."""
        return visible("/".join(_called(place)[0]))

    def place(self, place: Place) -> str:
        return visible(str(place))

    def location(self, location: Location) -> str:
        if location.cell is not None:
            return self.texts("findings.cell_at", cell=visible(location.cell))
        if location.row is not None:
            return self.texts("findings.row_at", row=location.row + 1)
        return self.texts(
            "findings.line_at" if location.page is None else "findings.page_at",
            page=location.page,
            line=(location.line or 0) + 1,
            start=(location.start or 0) + 1,
            end=location.end or 0,
        )

    def not_computed(self, code: str) -> str:
        """Why a figure was not computed."""
        return self.texts.get(f"reidentification.reasons.{code}") or visible(code.replace("_", " "))

    def combination(self, columns: Sequence[str]) -> str:
        return " + ".join(visible(c) for c in columns)


def _called(place: Place) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """A place as where it lies and what it is called."""
    target = place.target.rstrip("/")
    parts: tuple[str, ...] = (target, *place.path)
    if not place.path and "://" not in target:
        parts = tuple(target.rpartition("/")[::2]) if "/" in target else (target,)
    own = 2 if len(parts) > 1 and place.path and _FILE.search(parts[-2]) else 1
    where, called = parts[:-own], parts[-own:]
    if own == 2 and not where:  # a sheet of a target that is a file
        folder, _, name = called[0].rpartition("/")
        where, called = (folder,), (name, called[1])
    return tuple(w for w in where if w), called
