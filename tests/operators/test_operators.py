"""What holds for every operator, and for each of them alone."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from privacyscan import rulebook
from privacyscan.detect.rules import Rule
from privacyscan.keys import PurposeKey
from privacyscan.model import Identifier
from privacyscan.operators import Operator
from privacyscan.operators.mask import SEPARATORS
from privacyscan.operators.token import BITS
from privacyscan.pseudonymize.cells import canonical
from privacyscan.registry import plugins
from tests.detect.made_up import MadeUp

OPERATORS: dict[str, Operator] = dict(plugins("operators"))
IDENTIFIERS = dict(rulebook.load().identifiers)
NIK, PHONE, PERSON = (IDENTIFIERS[i] for i in ("ID_NIK", "PHONE_NUMBER", "PERSON"))
RULES = {i: Rule(identifier) for i, identifier in IDENTIFIERS.items()}
KEY, OTHER_KEY = PurposeKey(bytes(range(32))), PurposeKey(bytes(range(1, 33)))
NEEDED: dict[str, dict[str, Any]] = {"replace": {"text": "(dihapus)"}}
OTHER_PURPOSE = PurposeKey(KEY.material, "statistics")

values = st.text(min_size=1, max_size=60)
identifiers = st.sampled_from(sorted(IDENTIFIERS)).map(IDENTIFIERS.__getitem__)
operators = st.sampled_from(sorted(set(OPERATORS) - {"keep", "generalise", "shift-date"})).map(OPERATORS.__getitem__)
numbers = st.from_regex(r"[0-9]{3}[ .-]?[0-9]{4,13}", fullmatch=True)


def replaced(
    operator: Operator, value: str, identifier: Identifier, key: PurposeKey | None = KEY, **parameters: Any
) -> str | None:
    spelled = canonical(RULES[identifier.id], value)
    parameters = NEEDED.get(operator.name, {}) | parameters
    return operator.bind(identifier, key, parameters)([value], [spelled], [None])[0]


def token(value: str, identifier: Identifier = NIK, key: PurposeKey = KEY) -> str:
    return str(replaced(OPERATORS["token"], value, identifier, key))


def mask(value: str, identifier: Identifier = NIK, **parameters: int) -> str:
    return str(replaced(OPERATORS["mask"], value, identifier, None, **parameters))


@given(operators, identifiers, values)
def test_no_operator_returns_its_input_and_each_is_deterministic(
    operator: Operator, identifier: Identifier, value: str
) -> None:
    once = replaced(operator, value, identifier)
    assert once != value
    assert once == replaced(operator, value, identifier)


@given(operators, identifiers)
def test_what_an_operator_returned_is_replaced_again(operator: Operator, identifier: Identifier) -> None:
    once = replaced(operator, "3171", identifier)
    assert once is None or replaced(operator, once, identifier) != once


@given(identifiers, values)
def test_another_key_or_purpose_gives_another_token(identifier: Identifier, value: str) -> None:
    assert len({token(value, identifier, key) for key in (KEY, OTHER_KEY, OTHER_PURPOSE)}) == 3


@given(identifiers, values, values)
def test_two_values_never_share_a_token(identifier: Identifier, one: str, other: str) -> None:
    rule = RULES[identifier.id]
    assume(canonical(rule, one) != canonical(rule, other))
    assert token(one, identifier) != token(other, identifier)


def test_a_token_holds_the_bits_it_promises_and_no_digit() -> None:
    assert BITS >= 80
    assert re.fullmatch(f"NIK_{KEY.id}_[bcdfghjklmnpqrst]{{{BITS // 4}}}", token("3171014107900001"))


def test_the_same_digits_as_nik_and_as_kk_are_two_tokens() -> None:
    digits = "3171014107900001"
    assert token(digits)[-24:] != token(digits, IDENTIFIERS["ID_KK"])[-24:]


def test_a_token_without_a_key_is_a_defect_of_the_caller() -> None:
    with pytest.raises(ValueError, match="needs a key"):
        replaced(OPERATORS["token"], "3171", NIK, None)


@pytest.mark.parametrize(
    ("identifier", "one", "other"),
    [
        (NIK, "3171014107900001", "317101 410790 0001"),  # groups as on the card
        (NIK, "3171014107900001", "3171-0141-0790-0001"),  # groups of four
        (NIK, "3171014107900001", "'3171014107900001"),  # a spreadsheet's mark for text
        (NIK, "3171014107900001", "3171014107900001.0"),  # kept as a number once
        (NIK, "3171014107900001", " 3171014107900001\u00a0"),  # spaces around
        (NIK, "3171014107900001", "３１７１０１４１０７９００００１"),  # full-width digits
        (PHONE, "081234567890", "+62 812-3456-7890"),  # country code
        (PHONE, "081234567890", "81234567890"),  # lost zero
        (PERSON, "Siti Aminah", "SITI  AMINAH"),  # capitals, two spaces
    ],
)
def test_one_value_written_two_ways_is_one_token(identifier: Identifier, one: str, other: str) -> None:
    assert token(one, identifier) == token(other, identifier)


def test_words_in_a_column_of_numbers_do_not_all_become_one_token() -> None:
    assert token("belum punya") != token("hilang")


@given(st.one_of(values, numbers), st.integers(0, 8), st.integers(0, 8))
def test_a_mask_keeps_length_and_separators_and_shows_at_most_half(value: str, head: int, tail: int) -> None:
    inner = [c for c in value if c not in SEPARATORS]
    assume(any(c != "*" for c in inner))
    shown = mask(value, head=head, tail=tail)
    assert len(shown) == len(value)
    assert all(m == c for c, m in zip(value, shown, strict=True) if c in SEPARATORS)
    assert sum(m != "*" for m in shown if m not in SEPARATORS) <= min(head + tail, len(inner) // 2)


@pytest.mark.parametrize(
    ("identifier", "value", "parameters", "shown"),
    [
        (NIK, "3171014107900001", {}, "3171**********01"),  # the rule's own mask
        (NIK, "317101 410790 0001", {}, "3171** ****** **01"),  # separators are not counted
        (NIK, "3171014107900001", {"head": 0, "tail": 0}, "*" * 16),  # nothing at all
        (NIK, "3171014107900001", {"head": 8, "tail": 8}, "3171********0001"),  # never more than half
        (PERSON, "Siti Aminah", {}, "S*** ******"),
        (PERSON, "A", {}, "*"),  # one letter has no half
        (PERSON, "***", {}, "###"),  # never the input
    ],
)
def test_a_mask_shows_what_the_rule_or_the_policy_says(
    identifier: Identifier, value: str, parameters: dict[str, int], shown: str
) -> None:
    assert mask(value, identifier, **parameters) == shown


def test_nothing_that_an_operator_returns_is_found_again() -> None:
    from privacyscan.detect import Detector
    from privacyscan.detect.examples import matches

    detector, person = Detector(IDENTIFIERS.values(), b"key"), MadeUp(7)
    made_up = {
        "ID_NIK": person.nik,
        "PHONE_NUMBER": person.phone,
        "EMAIL_ADDRESS": person.email,
        "ID_NPWP": person.npwp,
    }
    for entity, make in made_up.items():
        for value in (make() for _ in range(50)):
            for operator in OPERATORS.values():
                if operator.looks_real:
                    continue
                new = replaced(operator, value, IDENTIFIERS[entity]) or ""
                assert not detector.spans(new, entity)
                assert not matches(detector.rules[entity], new)
