"""The policy: which operator replaces which entity, from a TOML file."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from privacyscan.errors import ConfigurationError
from privacyscan.registry import plugins

if TYPE_CHECKING:
    from privacyscan.rulebook import Rulebook

KEYS = ("default", "entities", "purpose")


@dataclass(frozen=True, slots=True)
class Choice:
    """An operator with its parameters."""

    operator: str
    parameters: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Policy:
    """What to do with each entity. `default` is for every entity not named; None leaves those as they are.

    Copies made under two purposes cannot be linked without the key.
    """

    entities: Mapping[str, Choice]
    default: Choice | None = None
    purpose: str = ""
    file: str = ""

    def choice(self, entity: str) -> Choice | None:
        """The operator for an entity; None: its values stay."""
        return self.entities.get(entity, self.default)

    @property
    def needs_key(self) -> bool:
        """Whether an operator of this policy needs the key file."""
        used = {c.operator for c in (*self.entities.values(), self.default) if c is not None}
        return any(plugins("operators")[name].needs_key for name in used)


def load_policy(path: Path, rulebook: Rulebook | None = None) -> Policy:
    """The policy in a TOML file. Raises ConfigurationError with all its mistakes: file, key, what is known."""
    from privacyscan import rulebook as rulebooks

    known = (rulebook or rulebooks.load()).identifiers.values()
    entities = {i.id: i for i in known if i.derived is None}  # a derived one goes with the values that tell it
    document = _read(path)
    mistakes = list(_mistakes(document, entities))
    if mistakes:
        raise ConfigurationError("\n".join(f"{path}: {m}" for m in mistakes))
    chosen = {name: _choice(entry) for name, entry in document.get("entities", {}).items()}
    default = _choice(document["default"]) if "default" in document else None
    return Policy(chosen, default, document.get("purpose", ""), str(path))


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigurationError(f"{path}: the policy cannot be read ({error.strerror}); check --policy") from None
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
        elif key != "entities":
            yield f"{key}: unknown key; known are {_list(KEYS)}"
        elif not isinstance(value, dict):
            yield "entities: expected a table of entities, each with an operator"
        else:
            for entity, entry in value.items():
                where = f"entities.{entity}"
                if entity not in known:
                    yield f"{where}: unknown entity; known are {_list(known)}"
                yield from _entry_mistakes(where, entry)


def _entry_mistakes(where: str, entry: Any) -> Iterator[str]:
    operators = plugins("operators")
    if not isinstance(entry, str | dict):
        yield f"{where}: expected the name of an operator or a table with one; known are {_list(operators)}"
        return
    choice = _choice(entry)
    if choice.operator not in operators:
        what = "unknown operator" if choice.operator else "names no operator"
        yield f"{where}: {what}; known are {_list(operators)}"
        return
    parameters = operators[choice.operator].parameters
    for name, value in choice.parameters.items():
        if name not in parameters:
            known = _list(("operator", *parameters))
            yield f"{where}.{name}: unknown key for the operator '{choice.operator}'; known are {known}"
        elif not parameters[name].accepts(value):
            yield f"{where}.{name}: expected {parameters[name].expected}"


def _choice(entry: Any) -> Choice:
    if isinstance(entry, str):
        return Choice(entry)
    operator = entry.get("operator", "")
    return Choice(operator if isinstance(operator, str) else "", {k: v for k, v in entry.items() if k != "operator"})


def _list(names: Any) -> str:
    return ", ".join(sorted(names))
