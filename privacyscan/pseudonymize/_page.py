"""The proof of a copy as a page for people: `reports/_proof.html.j2`."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass

from privacyscan._version import __version__
from privacyscan.outputs._template import environment
from privacyscan.outputs._text import Texts, texts
from privacyscan.outputs._titles import Titles, of
from privacyscan.outputs._wording import Wording
from privacyscan.pseudonymize._proof import MOST_VALUES, Residue
from privacyscan.pseudonymize._result import Result
from privacyscan.resources import folder
from privacyscan.rulebook import Rulebook


@dataclass(frozen=True)
class _Words(Wording):
    texts: Texts
    titles: Titles


@dataclass(frozen=True, slots=True)
class Sum:
    """What became of the values of an entity in all places."""

    entity: str
    operators: tuple[str, ...]
    cells: int
    places: int
    residue: Residue | None


def page(result: Result, language: str, rulebook: Rulebook) -> bytes:
    """The page in this language, with the titles of the rulebook."""
    words = _Words(texts(language), of(rulebook))
    residues = {r.entity: r for r in result.proof.residues}
    left = sum(r.same for r in residues.values() if not r.holds)
    sums = _sums(result, residues)
    template = environment(folder("reports"), words).get_template("_proof.html.j2")
    given = {"view": words, "t": words.texts, "result": result, "sums": sums, "left": left, "version": __version__}
    return (template.render(**given, kinds=len(sums), most_values=MOST_VALUES).rstrip() + "\n").encode()


def _sums(result: Result, residues: dict[str, Residue]) -> list[Sum]:
    cells: Counter[str] = Counter()
    places: Counter[str] = Counter()
    operators: dict[str, set[str]] = defaultdict(set)
    for r in result.replaced:
        cells[r.entity] += r.cells
        places[r.entity] += 1
        operators[r.entity].add(r.operator)
    return [Sum(e, tuple(sorted(operators[e])), cells[e], places[e], residues.get(e)) for e in sorted(cells)]
