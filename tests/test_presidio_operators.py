"""Our operators in Presidio's own engines."""

from __future__ import annotations

import re

import pytest
from presidio_anonymizer import AnonymizerEngine, DeanonymizeEngine
from presidio_anonymizer.entities import InvalidParamError, OperatorConfig, OperatorResult, RecognizerResult

from privacyscan.presidio import anonymizers, deanonymizers

KEY = bytes(range(32))
TEXT = "NIK 3171014107900001 atas nama Siti Aminah"
FOUND = [RecognizerResult("ID_NIK", 4, 20, 0.9), RecognizerResult("PERSON", 31, 42, 0.9)]


@pytest.fixture
def engine() -> AnonymizerEngine:
    engine = AnonymizerEngine()
    for operator in anonymizers():
        engine.add_anonymizer(operator)
    return engine


def test_two_operators_in_an_anonymizer_engine(engine: AnonymizerEngine) -> None:
    chosen = {
        "ID_NIK": OperatorConfig("privacyscan_token", {"key": KEY, "purpose": "uji"}),
        "PERSON": OperatorConfig("privacyscan_mask", {"head": 1, "tail": 0}),
    }
    text = engine.anonymize(TEXT, FOUND, chosen).text
    assert re.fullmatch(r"NIK NIK_[a-z]{6}_[a-z]{24} atas nama S\*\*\* \*{6}", text)
    assert engine.anonymize(TEXT, FOUND, chosen).text == text


def test_what_was_encrypted_comes_back_in_a_deanonymize_engine(engine: AnonymizerEngine) -> None:
    config = {"ID_NIK": OperatorConfig("privacyscan_encrypt", {"key": KEY, "purpose": "uji"})}
    done = engine.anonymize(TEXT, FOUND[:1], config)
    assert "3171014107900001" not in done.text
    back = DeanonymizeEngine()
    for operator in deanonymizers():
        back.add_deanonymizer(operator)
    items = [OperatorResult(i.start, i.end, i.entity_type) for i in done.items]
    assert back.deanonymize(done.text, items, config).text == TEXT
    other = {"ID_NIK": OperatorConfig("privacyscan_encrypt", {"key": KEY, "purpose": "lain"})}
    with pytest.raises(InvalidParamError, match="made with key and purpose"):
        back.deanonymize(done.text, items, other)


@pytest.mark.parametrize(
    ("operator", "parameters", "what"),
    [
        ("token", {}, "expected 32 bytes"),
        ("mask", {"head": -1}, "head: expected a whole number"),
        ("replace", {}, "text: expected a text"),
    ],
)
def test_wrong_parameters_are_refused(
    engine: AnonymizerEngine, operator: str, parameters: dict[str, object], what: str
) -> None:
    with pytest.raises(InvalidParamError, match=what):
        engine.anonymize(TEXT, FOUND[:1], {"ID_NIK": OperatorConfig(f"privacyscan_{operator}", parameters)})


def test_an_entity_without_a_rule_is_told(engine: AnonymizerEngine) -> None:
    found = [RecognizerResult("US_SSN", 4, 20, 0.9)]
    with pytest.raises(InvalidParamError, match="US_SSN: unknown entity"):
        engine.anonymize(TEXT, found, {"US_SSN": OperatorConfig("privacyscan_mask")})
