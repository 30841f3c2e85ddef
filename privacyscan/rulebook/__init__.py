"""Rule packs -> Rulebook: typed, linted, all mistakes of all files at once with file and line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Any

from privacyscan.errors import RulebookError
from privacyscan.model import Identifier, Regulation, Scoring
from privacyscan.resources import folder

if TYPE_CHECKING:  # pydantic is loaded when the first rule file is read
    from privacyscan.rulebook._yaml import Document

VERSION = "1"
WORD_LIST = "word list"
WordList = Annotated[str, WORD_LIST]  # a check's parameter that names a word list; the linter looks whether it is there
SCORING = "leak-risk"
# folder of a rule pack -> (module with the schema, its class); the module's `lint` finds what a schema cannot,
# its `references`, if it has any, are the names that a file takes from others
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
    regulations: Mapping[str, Regulation]
    scoring: Mapping[str, Scoring]

    @property
    def scoring_in_force(self) -> Scoring:
        """The scoring by which leak risks are counted."""
        return self.scoring[SCORING]


def load(extra: Sequence[Path] = ()) -> Rulebook:
    """The shipped rules and those of the packs in `extra`.

    Raises RulebookError with every mistake of every file. A pack is a file of identifiers, or a folder that holds
    `identifiers/`, `regulations/`, `scoring/`, or identifier files directly.
    """
    rulebook, mistakes = sound(extra)
    if mistakes:
        raise RulebookError(mistakes)
    return rulebook


def sound(extra: Sequence[Path] = (), thorough: bool = False) -> tuple[Rulebook, Sequence[str]]:
    """The rules that have no mistakes, and the mistakes of all others. The shapes of the shipped ones, which our tests
    try, are looked at only if `thorough`."""
    shipped = folder("rules")
    foreign = tuple(pack for pack in map(Path, extra) if pack.resolve() != shipped.resolve())
    return _sound(foreign, tuple(_stamps((shipped, *foreign))), thorough)


def _stamps(packs: Sequence[Path]) -> Iterator[tuple[str, int, int]]:
    """Which files the rules come from and when they changed: what is kept must not outlive them."""
    for path in (path for pack in packs for path in (pack, *sorted(pack.rglob("*.y*ml")))):
        try:
            status = path.stat()
        except OSError:  # reported as a mistake when it is read
            continue
        yield str(path.absolute()), status.st_mtime_ns, status.st_size


@lru_cache(8)
def _sound(
    extra: tuple[Path, ...], stamps: tuple[tuple[str, int, int], ...], thorough: bool
) -> tuple[Rulebook, Sequence[str]]:
    """As `sound`; `stamps` only tells what is kept from what has changed since."""
    shipped = folder("rules")
    mistakes: list[str] = []
    digest = sha256()
    found: dict[str, dict[str, Any]] = {kind: {} for kind in KINDS}
    origin: dict[tuple[str, str], str] = {}
    files: list[_File] = []
    for pack in (shipped, *extra):
        if not pack.exists():
            mistakes.append(f"{pack}:1: no such folder or file; --rules takes a folder of rule files, or one of them")
            continue
        shown = "" if pack == shipped else f"{pack}/"
        mistakes += _unread(pack, shown)
        for kind, path in _files(pack):
            name = str(pack) if path == pack else shown + path.relative_to(pack).as_posix()
            digest.update(name.encode("utf-8", "surrogateescape") + b"\0" + _contents(path))
            file = _read(kind, path, name, pack == shipped, thorough or pack != shipped)
            files.append(file)
            mistakes += file.mistakes
            for noun in file.nouns:
                if noun.id in found[kind]:
                    mistakes.append(f"{name}:1: id: '{noun.id}' is taken by {origin[kind, noun.id]}; choose another")
                found[kind].setdefault(noun.id, noun)
                origin.setdefault((kind, noun.id), name)
    mistakes += _unknown_names(files)
    name = "privacyscan" if not extra else "privacyscan + " + ", ".join(p.name for p in extra)
    views = {kind: MappingProxyType(dict(sorted(nouns.items()))) for kind, nouns in found.items()}
    return Rulebook(name, VERSION, digest.hexdigest(), **views), tuple(mistakes)


def _unknown_names(files: Sequence[_File]) -> list[str]:
    """Names that a file takes from others and none of them gives."""
    known: dict[str, set[str]] = {"identifier": set(), "exposure": set()}
    for file in files:
        for kind, name in file.gives:
            known[kind].add(name)
    return [
        file.document.mistake(path, f"there is no {kind} '{name}'; there are: {', '.join(sorted(known[kind]))}")
        for file in files
        if file.document is not None
        for path, kind, name in file.takes
        if name not in known[kind]
    ]


def check(pack: Path) -> list[str]:
    """All mistakes in a pack of rules, together with the shipped ones; empty when it is sound.

    Whether the examples of identifiers hold is for `privacyscan.detect.examples` to say.
    """
    return list(sound((pack,), thorough=True)[1])


@cache
def words(name: str) -> frozenset[str]:
    """The word list `rules/words/id/<name>.txt`, lower case; lines that begin with # are comments."""
    text = (folder("rules") / "words" / "id" / f"{name}.txt").read_text(encoding="utf-8")
    return frozenset(line.strip().lower() for line in text.splitlines() if line.strip() and line[0] != "#")


@cache
def word_lists() -> frozenset[str]:
    """The names of all word lists."""
    return frozenset(path.stem for path in (folder("rules") / "words" / "id").glob("*.txt"))


def _files(pack: Path) -> Iterator[tuple[str, Path]]:
    if not pack.is_dir():
        yield "identifiers", pack
        return
    for kind in KINDS:
        for path in sorted((pack / kind).rglob("*.yaml")):
            yield kind, path
    for path in sorted(pack.glob("*.yaml")):
        yield "identifiers", path


def _unread(pack: Path, shown: str) -> list[str]:
    """Rule files that lie where nobody looks, and a folder without any."""
    if not pack.is_dir():
        return []
    read = {path for _, path in _files(pack)}
    strays = sorted(p for p in pack.rglob("*") if p.suffix in (".yaml", ".yml") and p not in read)
    if not read and not strays:
        return [f"{pack}:1: holds no rule files; they end in .yaml and lie in {', '.join(f'{k}/' for k in KINDS)}"]
    where = f"end its name in .yaml and put it into {', '.join(f'{k}/' for k in KINDS)}"
    return [f"{shown}{p.relative_to(pack).as_posix()}:1: is not read here; {where}" for p in strays]


def _contents(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:  # reported as a mistake when it is read as YAML
        return b""


@dataclass(frozen=True, slots=True)
class _File:
    """A rule file that was read. It has no `nouns` when it has mistakes, no `document` when it is not YAML.

    `gives` are names that other files may use, as (kind, name); `takes` are names it uses from others, as (path,
    kind, name).
    """

    nouns: Sequence[Any]
    mistakes: Sequence[str]
    document: Document | None = None
    gives: Sequence[tuple[str, str]] = ()
    takes: Sequence[tuple[tuple[str | int, ...], str, str]] = ()


def _read(kind: str, path: Path, name: str, measured: bool, shapes: bool) -> _File:
    """The file, read and linted. `measured`: a test of ours has tried its shapes on hostile texts; `shapes`: whether
    they are linted."""
    from privacyscan.rulebook import _yaml

    document, mistakes = _yaml.read(path, name)
    if document is None:
        return _File((), mistakes)
    if kind == "identifiers" and isinstance(document.data, dict) and "recognizers" in document.data:
        return _presidio_file(document, name, mistakes)
    gives = list(_given(kind, document.data))
    module_name, class_name = KINDS[kind]
    module = import_module(f"privacyscan.rulebook.{module_name}")
    model, wrong = _yaml.validate(document, getattr(module, class_name))
    mistakes += wrong
    if model is None:
        return _File((), mistakes, document, gives)
    mistakes += module.lint(model, document)
    if hasattr(module, "lint_shapes") and shapes:
        mistakes += module.lint_shapes(model, document)
    if hasattr(module, "measure") and not measured:
        mistakes += module.measure(model, document)
    takes = list(module.references(model)) if hasattr(module, "references") else ()
    return _File(() if mistakes else (model.build(name),), mistakes, document, gives, takes)


def _presidio_file(document: Document, name: str, mistakes: Sequence[str]) -> _File:
    """A file of Presidio's recognisers."""
    from privacyscan.rulebook import _presidio

    nouns, wrong = _presidio.read(document, name)
    return _File(nouns, [*mistakes, *wrong], document, [("identifier", noun.id) for noun in nouns])


def _given(kind: str, data: Any) -> Iterator[tuple[str, str]]:
    """The names a file gives, from its raw data: its own mistakes do not make those that name it wrong too."""
    if not isinstance(data, dict):
        return
    if kind == "identifiers":
        yield "identifier", str(data.get("id"))
    exposures = data.get("exposures") if kind == "scoring" else None
    for exposure in exposures if isinstance(exposures, list) else ():
        if isinstance(exposure, dict):
            yield "exposure", str(exposure.get("code"))
