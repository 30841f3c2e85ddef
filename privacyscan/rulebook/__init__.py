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

from privacyscan import kept
from privacyscan.errors import RulebookError
from privacyscan.model import Identifier, Regulation, Scoring
from privacyscan.registry import outsiders
from privacyscan.resources import folder
from privacyscan.rulebook._kept import Nouns, from_json, to_json

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
NOUNS = {"identifiers": Identifier, "regulations": Regulation, "scoring": Scoring}


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
    """Which files the rules come from and when they changed: what is remembered must not outlive them."""
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
    """As `sound`; `stamps` only tells what is remembered from what has changed since."""
    sources, mistakes = _gathered((folder("rules"), *extra))
    digest = sha256()
    for source in sources:
        digest.update(source.name.encode("utf-8", "surrogateescape") + b"\0" + (source.data or b""))
    if thorough or mistakes:
        nouns, wrong, _ = _built(sources, thorough)
    else:
        nouns, wrong = _kept_or_built(sources, digest.digest())
    name = "privacyscan" if not extra else "privacyscan + " + ", ".join(p.name for p in extra)
    views = {kind: MappingProxyType(dict(sorted(found.items()))) for kind, found in nouns.items()}
    return Rulebook(name, VERSION, digest.hexdigest(), **views), (*mistakes, *wrong)


def _gathered(packs: Sequence[Path]) -> tuple[list[_Source], list[str]]:
    """The rule files of the packs, the shipped one first, and the mistakes that show without reading them."""
    shipped = packs[0]
    sources: list[_Source] = []
    mistakes: list[str] = []
    for pack in packs:
        if not pack.exists():
            mistakes.append(f"{pack}:1: no such folder or file; --rules takes a folder of rule files, or one of them")
            continue
        shown = "" if pack == shipped else f"{pack}/"
        mistakes += _unread(pack, shown)
        for kind, path in _files(pack):
            name = str(pack) if path == pack else shown + path.relative_to(pack).as_posix()
            sources.append(_Source(kind, name, *_contents(path), pack == shipped))
    return sources, mistakes


def _kept_or_built(sources: Sequence[_Source], digest: bytes) -> tuple[Nouns, Sequence[str]]:
    """The rules of these files, from the cache where they were found without mistakes before: with the same checks and
    word lists, which rules name."""
    key = kept.key(digest, *sorted(word_lists()), *outsiders("checks"), *outsiders("twins"))
    data = kept.load("rules", key)
    if data is not None:
        return from_json(data, NOUNS), ()
    nouns, mistakes, may_be_kept = _built(sources, False)
    if may_be_kept and not mistakes and (data := to_json(nouns, NOUNS)) is not None:
        kept.save("rules", key, data)
    return nouns, mistakes


def _built(sources: Sequence[_Source], thorough: bool) -> tuple[Nouns, Sequence[str], bool]:
    """The rules that have no mistakes, all mistakes, and whether a copy may be kept."""
    found: Nouns = {kind: {} for kind in KINDS}
    origin: dict[tuple[str, str], str] = {}
    files: list[_File] = []
    mistakes: list[str] = []
    for source in sources:
        file = _read(source, thorough or not source.shipped)
        files.append(file)
        mistakes += file.mistakes
        for noun in file.nouns:
            if noun.id in found[source.kind]:
                taken = f"id: '{noun.id}' is taken by {origin[source.kind, noun.id]}; choose another"
                mistakes.append(f"{source.name}:1: {taken}")
            found[source.kind].setdefault(noun.id, noun)
            origin.setdefault((source.kind, noun.id), source.name)
    mistakes += _unknown_names(files)
    return found, mistakes, all(file.may_be_kept for file in files)


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


def _contents(path: Path) -> tuple[bytes | None, str]:
    """The bytes of a rule file, or why it cannot be read."""
    try:
        return path.read_bytes(), ""
    except OSError as error:
        return None, str(error.strerror)


@dataclass(frozen=True, slots=True)
class _Source:
    """A rule file as it lies there; `data` is None where it cannot be read, and `fault` says why."""

    kind: str
    name: str
    data: bytes | None
    fault: str
    shipped: bool


@dataclass(frozen=True, slots=True)
class _File:
    """A rule file that was read. It has no `nouns` when it has mistakes, no `document` when it is not YAML.

    `gives` are names that other files may use, as (kind, name); `takes` are names it uses from others, as (path,
    kind, name). A file that may hold names of persons (deny lists) may not be kept.
    """

    nouns: Sequence[Any]
    mistakes: Sequence[str]
    document: Document | None = None
    gives: Sequence[tuple[str, str]] = ()
    takes: Sequence[tuple[tuple[str | int, ...], str, str]] = ()
    may_be_kept: bool = True


def _read(source: _Source, shapes: bool) -> _File:
    """The file, read and linted. `shapes`: whether its shapes are, too. Those of the shipped ones are not tried on
    hostile texts: a test of ours does that."""
    from privacyscan.rulebook import _yaml

    if source.data is None:
        return _File((), [f"{source.name}:1: cannot be read ({source.fault})"])
    document, mistakes = _yaml.read(source.data, source.name)
    if document is None:
        return _File((), mistakes)
    if source.kind == "identifiers" and isinstance(document.data, dict) and "recognizers" in document.data:
        return _presidio_file(document, source.name, mistakes)
    gives = list(_given(source.kind, document.data))
    module_name, class_name = KINDS[source.kind]
    module = import_module(f"privacyscan.rulebook.{module_name}")
    model, wrong = _yaml.validate(document, getattr(module, class_name))
    mistakes += wrong
    if model is None:
        return _File((), mistakes, document, gives)
    mistakes += module.lint(model, document)
    if hasattr(module, "lint_shapes") and shapes:
        mistakes += module.lint_shapes(model, document)
    if hasattr(module, "measure") and not source.shipped:
        mistakes += module.measure(model, document)
    takes = list(module.references(model)) if hasattr(module, "references") else ()
    return _File(() if mistakes else (model.build(source.name),), mistakes, document, gives, takes)


def _presidio_file(document: Document, name: str, mistakes: Sequence[str]) -> _File:
    """A file of Presidio's recognisers."""
    from privacyscan.rulebook import _presidio

    nouns, wrong = _presidio.read(document, name)
    gives = [("identifier", noun.id) for noun in nouns]
    return _File(nouns, [*mistakes, *wrong], document, gives, may_be_kept=False)


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
