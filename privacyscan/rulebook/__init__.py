"""Rule packs -> Rulebook: typed, linted, all mistakes of all files at once with file and line."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import Any

from privacyscan.errors import RulebookError
from privacyscan.model import Identifier
from privacyscan.resources import folder

VERSION = "1"
# folder of a rule pack -> (module with the schema, its class, a further check of the whole document)
KINDS = {
    "identifiers": ("_identifiers", "IdentifierFile"),
    "regulations": ("_regulations", "RegulationFile"),
    "scoring": ("_scoring", "ScoringFile"),
}


@dataclass(frozen=True, slots=True)
class Rulebook:
    """All rules in force. `sha256` covers names and contents of every file of every pack."""

    name: str
    version: str
    sha256: str
    identifiers: Mapping[str, Identifier]
    regulations: Mapping[str, Any]
    scoring: Mapping[str, Any]


def load(extra: Sequence[Path] = ()) -> Rulebook:
    """The shipped rules and those of the folders in `extra`.

    Raises RulebookError with every mistake of every file. A folder holds `identifiers/`, `regulations/`,
    `scoring/`, or identifier files directly.
    """
    return _load(tuple(Path(p) for p in extra))


@cache
def _load(extra: tuple[Path, ...]) -> Rulebook:
    shipped = folder("rules")
    mistakes: list[str] = []
    digest = sha256()
    found: dict[str, dict[str, Any]] = {kind: {} for kind in KINDS}
    origin: dict[tuple[str, str], str] = {}
    for pack in (shipped, *extra):
        if not pack.is_dir():
            mistakes.append(f"{pack}:1: no such folder; --rules takes a folder of rule files")
            continue
        shown = "" if pack == shipped else f"{pack}/"
        for kind, path in _files(pack):
            name = shown + path.relative_to(pack).as_posix()
            digest.update(name.encode() + b"\0" + path.read_bytes())
            noun, wrong = _read(kind, path, name)
            mistakes += wrong
            if noun is None:
                continue
            if noun.id in found[kind]:
                mistakes.append(f"{name}:1: id: '{noun.id}' is taken by {origin[kind, noun.id]}; choose another")
            found[kind].setdefault(noun.id, noun)
            origin.setdefault((kind, noun.id), name)
    if mistakes:
        raise RulebookError(mistakes)
    name = "privacyscan" if not extra else "privacyscan + " + ", ".join(p.name for p in extra)
    views = {kind: MappingProxyType(dict(sorted(nouns.items()))) for kind, nouns in found.items()}
    return Rulebook(name, VERSION, digest.hexdigest(), **views)


def check(pack: Path) -> list[str]:
    """All mistakes in a folder of rules, together with the shipped ones; empty when it is sound."""
    try:
        load((pack,))
    except RulebookError as error:
        return list(error.mistakes)
    return []


@cache
def words(name: str) -> frozenset[str]:
    """The word list `rules/words/id/<name>.txt`, lower case; lines that begin with # are comments."""
    text = (folder("rules") / "words" / "id" / f"{name}.txt").read_text(encoding="utf-8")
    return frozenset(line.strip().lower() for line in text.splitlines() if line.strip() and line[0] != "#")


def _files(pack: Path) -> Iterator[tuple[str, Path]]:
    for kind in KINDS:
        for path in sorted((pack / kind).rglob("*.yaml")):
            yield kind, path
    for path in sorted(pack.glob("*.yaml")):
        yield "identifiers", path


def _read(kind: str, path: Path, name: str) -> tuple[Any, list[str]]:
    from privacyscan.rulebook import _yaml

    document, mistakes = _yaml.read(path, name)
    if document is None:
        return None, mistakes
    module_name, class_name = KINDS[kind]
    module = import_module(f"privacyscan.rulebook.{module_name}")
    model, wrong = _yaml.validate(document, getattr(module, class_name))
    mistakes += wrong
    if model is None:
        return None, mistakes
    lint: Callable[..., list[str]] | None = getattr(module, "lint", None)
    if lint is not None:
        mistakes += lint(model, document)
    return (None if mistakes else model.build(name)), mistakes
