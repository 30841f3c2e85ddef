"""The policy: which operator replaces which entity or column, from a TOML file."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Any

from privacyscan.errors import ConfigurationError
from privacyscan.model import Place
from privacyscan.registry import plugins
from privacyscan.resources import folder

if TYPE_CHECKING:
    from privacyscan.rulebook import Rulebook

KEYS = ("columns", "default", "entities", "limits", "persons", "purpose", "unknown")
LIMITS = ("k-anonymity", "unique-rows")
REWRITE = "rewrite"  # of a column: what is found in each cell is replaced, and the rest of the cell stays
UNKNOWN = (REWRITE, "drop")
DENY = "drop"


@dataclass(frozen=True, slots=True)
class Choice:
    """An operator with its parameters. `entity` says what a column holds, where the policy says so."""

    operator: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    entity: str = ""

    @property
    def keeps(self) -> bool:
        """Whether values stay as they are."""
        return self.operator == "keep"


@dataclass(frozen=True, slots=True)
class Limits:
    """What the copy must keep to; None: no limit. That no value of the source stays holds without one."""

    k_anonymity: int | None = None  # least number of rows that share their quasi-identifiers
    unique_rows: float | None = None  # greatest share of rows that are alone with theirs, 0 to 1


@dataclass(frozen=True, slots=True)
class Policy:
    """What to do with each entity and column.

    `default` is for every entity not named; None leaves those as they are, which a policy file says
    by `keep`. Copies made for two purposes cannot be linked without the key.
    """

    entities: Mapping[str, Choice]
    default: Choice | None = None
    columns: Mapping[str, Choice] = field(default_factory=dict)  # by pattern; the first that matches counts
    unknown: str = REWRITE  # what happens to a column that nothing was found in: `rewrite` or `drop`
    persons: tuple[str, ...] = ()  # patterns of the columns that say whose row it is
    limits: Limits = Limits()
    purpose: str = ""
    file: str = ""

    def choice(self, entity: str) -> Choice | None:
        """The operator for an entity; None: its values stay."""
        choice = self.entities.get(entity, self.default)
        return None if choice is None or choice.keeps else choice

    def column(self, place: Place) -> str | None:
        """The pattern of `columns` that a place with column belongs to."""
        return next((p for p in self.columns if matches(p, place)), None)

    def tells_person(self, place: Place) -> bool:
        """Whether the policy says that this column tells whose row it is."""
        return any(matches(p, place) for p in self.persons)

    @property
    def needs_key(self) -> bool:
        """Whether this policy needs the key file."""
        operators = plugins("operators")
        used = {c.operator for c in (*self.entities.values(), *self.columns.values(), self.default) if c is not None}
        return any(operators[name].needs_key for name in used - {REWRITE})


def matches(pattern: str, place: Place) -> bool:
    """Whether a pattern such as `*.nik`, `penduduk.nik` or `warga.csv.nik` means this place with column: the end of its
    path, with dots between the parts; capitals do not count."""
    parts = place.path or (Path(place.target).name,)
    name = ".".join([*parts, place.column or ""]).replace("/", ".").lower()
    return fnmatchcase(name, pattern.lower()) or fnmatchcase(name, f"*.{pattern.lower()}")


def load_policy(path: Path, rulebook: Rulebook | None = None) -> Policy:
    """The policy in a TOML file, or the ready one of that name (`ready`). Raises ConfigurationError with all its
    mistakes: file, key, what is known."""
    from privacyscan import rulebook as rulebooks

    known = (rulebook or rulebooks.load()).identifiers.values()
    entities = {i.id: i for i in known if i.derived is None}  # a derived one goes with the values that tell it
    path = ready().get(str(path), path)
    document = _read(path)
    mistakes = list(_mistakes(document, entities))
    if mistakes:
        raise ConfigurationError("\n".join(f"{path}: {m}" for m in mistakes))
    limits = document.get("limits", {})
    return Policy(
        {name: _choice(entry) for name, entry in document.get("entities", {}).items()},
        _choice(document.get("default", DENY)),
        {pattern: _choice(entry) for pattern, entry in document.get("columns", {}).items()},
        document.get("unknown", REWRITE),
        tuple(document.get("persons", ())),
        Limits(limits.get("k-anonymity"), limits.get("unique-rows")),
        document.get("purpose", ""),
        str(path),
    )


def ready() -> dict[str, Path]:
    """The policies that come with the rules, by name: for testing, analytics, sharing and publishing."""
    return {path.stem: path for path in sorted(folder("rules").joinpath("policies").glob("*.toml"))}


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        names = ", ".join(ready())
        raise ConfigurationError(
            f"{path}: the policy cannot be read ({error.strerror}); give a file with --policy, or one of {names}"
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path}: not valid TOML: {error}") from None


def _mistakes(document: Mapping[str, Any], known: Mapping[str, Any]) -> Iterator[str]:
    """Everything wrong with the document, in its order."""
    if not document:
        yield f"is empty; a policy holds {_list(KEYS)}"
    for key, value in document.items():
        if key == "default":
            yield from _entry_mistakes("default", value)
        elif key == "purpose":
            if not isinstance(value, str) or not value.strip():
                yield 'purpose: expected a few words, such as "testing of the new service"'
        elif key == "unknown":
            if value not in UNKNOWN:
                yield f"unknown: expected one of {_list(UNKNOWN)}"
        elif key == "persons":
            if not isinstance(value, list) or not all(isinstance(p, str) and p for p in value):
                yield 'persons: expected a list of columns, such as ["*.nik"]'
        elif key == "limits":
            yield from _limit_mistakes(value)
        elif key not in KEYS:
            yield f"{key}: unknown key; known are {_list(KEYS)}"
        elif not isinstance(value, dict):
            yield f"{key}: expected a table of {key}, each with an operator"
        else:
            for name, entry in value.items():
                where = f"{key}.{name}"
                if key == "entities" and name not in known:
                    yield f"entities.{name}: unknown entity; known are {_list(known)}"
                mistakes = list(_entry_mistakes(where, entry, known if key == "columns" else None))
                yield from mistakes
                if key == "entities" and name in known and not mistakes:
                    yield from _unfit(where, _choice(entry), known[name])


def _limit_mistakes(limits: Any) -> Iterator[str]:
    if not isinstance(limits, dict):
        yield f"limits: expected a table of {_list(LIMITS)}"
        return
    for name, value in limits.items():
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if name not in LIMITS:
            yield f"limits.{name}: unknown key; known are {_list(LIMITS)}"
        elif name == "k-anonymity" and not (number and isinstance(value, int) and value >= 1):
            yield "limits.k-anonymity: expected a whole number from 1 on"
        elif name == "unique-rows" and not (number and 0 <= value <= 1):
            yield "limits.unique-rows: expected a share from 0 to 1"


def _entry_mistakes(where: str, entry: Any, entities: Mapping[str, Any] | None = None) -> Iterator[str]:
    """What is wrong with an operator. `entities` are those that a column may name; None: it is no column."""
    column = entities is not None
    operators = plugins("operators")
    names = [*operators, *([REWRITE] if column else [])]
    if not isinstance(entry, str | dict):
        yield f"{where}: expected the name of an operator or a table with one; known are {_list(names)}"
        return
    choice = _choice(entry)
    if choice.operator not in names:
        what = "unknown operator" if choice.operator else "names no operator"
        yield f"{where}: {what}; known are {_list(names)}"
        return
    if choice.entity and (entities is None or choice.entity not in entities):
        known = f"known are {_list(entities)}" if entities is not None else "only columns name one"
        yield f"{where}.entity: unknown entity; {known}"
    parameters = {} if choice.operator == REWRITE else operators[choice.operator].parameters
    for name, parameter in parameters.items():
        if parameter.required and name not in choice.parameters:
            yield f"{where}: the operator '{choice.operator}' needs {name}: {parameter.expected}"
    for name, value in choice.parameters.items():
        if name not in parameters:
            known = _list(("operator", *(["entity"] if column else []), *parameters))
            yield f"{where}.{name}: unknown key for the operator '{choice.operator}'; known are {known}"
        elif not parameters[name].accepts(value):
            yield f"{where}.{name}: expected {parameters[name].expected}"


def _unfit(where: str, choice: Choice, identifier: Any) -> Iterator[str]:
    """That an operator cannot serve an entity."""
    try:
        plugins("operators")[choice.operator].bind(identifier, None, choice.parameters)
    except ConfigurationError as error:
        yield f"{where}: {error}"
    except ValueError:  # it serves the entity, and has no key yet
        return


def _choice(entry: Any) -> Choice:
    if isinstance(entry, str):
        return Choice(entry)
    operator, entity = entry.get("operator", ""), entry.get("entity", "")
    rest = {k: v for k, v in entry.items() if k not in ("operator", "entity")}
    return Choice(operator if isinstance(operator, str) else "", rest, str(entity))


def _list(names: Any) -> str:
    return ", ".join(sorted(names))
