"""Our operators in Presidio's classes."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from presidio_anonymizer.entities import InvalidParamError
from presidio_anonymizer.operators import Operator as PresidioOperator
from presidio_anonymizer.operators import OperatorType

from privacyscan import rulebook
from privacyscan.detect.rules import Rule
from privacyscan.errors import ConfigurationError
from privacyscan.keys import KEY_BYTES, PurposeKey
from privacyscan.operators import Operator, Replacement
from privacyscan.operators.encrypt import Encrypt
from privacyscan.pseudonymize.cells import canonical
from privacyscan.registry import plugins

PREFIX = "privacyscan_"
_OURS = ("key", "purpose", "entity_type")


def anonymizer(operator: Operator) -> type[PresidioOperator]:
    """The class of one of our operators. What has nothing safe to say of a value takes it away."""

    class Anonymizer(PresidioOperator):  # type: ignore[misc] # Presidio has no types
        def operate(self, text: str, params: dict[str, Any] | None = None) -> str:
            given = params or {}
            rule = _rule(given.get("entity_type", ""))
            own = tuple((name, value) for name, value in given.items() if name not in _OURS)
            replace = _bound(operator.name, rule.id, given.get("key"), given.get("purpose", ""), own)
            return replace([text], [canonical(rule, text)], [None])[0] or ""

        def validate(self, params: dict[str, Any] | None = None) -> None:
            given = params or {}
            if operator.needs_key:
                _check_key(given.get("key"))
            for name, parameter in operator.parameters.items():
                if (name in given or parameter.required) and not parameter.accepts(given.get(name)):
                    raise InvalidParamError(f"{PREFIX}{operator.name}: {name}: expected {parameter.expected}")

        def operator_name(self) -> str:
            return PREFIX + operator.name

        def operator_type(self) -> OperatorType:
            return OperatorType.Anonymize

    return Anonymizer


def deanonymizer(operator: Encrypt) -> type[PresidioOperator]:
    """The class that turns back what the operator made, with the same key and purpose."""

    class Deanonymizer(PresidioOperator):  # type: ignore[misc] # Presidio has no types
        def operate(self, text: str, params: dict[str, Any] | None = None) -> str:
            given = params or {}
            try:
                return operator.reveal(text, PurposeKey(given["key"], given.get("purpose", "")))
            except ConfigurationError as error:
                raise InvalidParamError(f"{PREFIX}{operator.name}: {error}") from None

        def validate(self, params: dict[str, Any] | None = None) -> None:
            _check_key((params or {}).get("key"))

        def operator_name(self) -> str:
            return PREFIX + operator.name

        def operator_type(self) -> OperatorType:
            return OperatorType.Deanonymize

    return Deanonymizer


def _check_key(key: Any) -> None:
    if not isinstance(key, bytes) or len(key) != KEY_BYTES:
        raise InvalidParamError(f"key: expected {KEY_BYTES} bytes, as privacyscan.keys.read_key gives them")


@cache
def _rules() -> Mapping[str, Rule]:
    return {name: Rule(identifier) for name, identifier in rulebook.load().identifiers.items()}


def _rule(entity: str) -> Rule:
    if entity not in _rules():
        raise InvalidParamError(f"{entity}: unknown entity; `privacyscan rules list` names those that are known")
    return _rules()[entity]


@cache
def _bound(name: str, entity: str, key: bytes | None, purpose: str, own: tuple[tuple[str, Any], ...]) -> Replacement:
    operator: Operator = plugins("operators")[name]
    purpose_key = None if key is None else PurposeKey(key, purpose)
    return operator.bind(_rules()[entity].identifier, purpose_key, dict(own))
