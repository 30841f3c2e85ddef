"""Our rules beside libraries that others wrote: what one takes the other takes, and where not, why."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import phonenumbers
import pytest
from stdnum import imei, luhn
from stdnum.id import nik, npwp

from privacyscan import rulebook
from privacyscan.checks.luhn import plugin as our_luhn
from privacyscan.checks.region import codes
from privacyscan.detect.rules import CHECKED, Rule

MANY = 2000


def accepted(entity: str, least: int = 0) -> Callable[[str], bool]:
    """Whether a rule takes the whole text as a value of its own, at this local tier at least."""
    rule = Rule(rulebook.load().identifiers[entity])

    def takes(text: str) -> bool:
        found = rule.candidates(text, whole_cell=True)
        return any(c is not None and (c.start, c.end) == (0, len(text)) and c.tier >= least for c in found)

    return takes


def digits(random: Random, length: int) -> str:
    return "".join(random.choices("0123456789", k=length))


def test_luhn_digits() -> None:
    random = Random(1)
    for _ in range(MANY):
        number = digits(random, random.randint(2, 19))
        assert our_luhn(number) is luhn.is_valid(number)


def test_numbers_of_devices() -> None:
    random, takes = Random(2), accepted("IMEI")
    for _ in range(MANY):
        body = "35" + digits(random, 12)
        number = body + (luhn.calc_check_digit(body) if random.random() < 0.5 else digits(random, 1))
        assert takes(number) is (imei.is_valid(number) and imei.imei_type(number) == "IMEI")


def test_tax_numbers_of_15_digits() -> None:
    random, takes = Random(3), accepted("ID_NPWP")
    for _ in range(MANY):
        body = random.choice("0123456789") + digits(random, 7)
        number = body + (luhn.calc_check_digit(body) if random.random() < 0.5 else digits(random, 1)) + "091000"
        if len(set(number)) > 3:
            assert takes(number) is npwp.is_valid(number)
            assert takes(npwp.format(number)) is npwp.is_valid(number)


def test_every_national_number_of_stdnum_is_one() -> None:
    """The other way round stdnum knows fewer regions; it takes 29 February of years without one as we do."""
    random, takes = Random(4), accepted("ID_NIK")
    districts, ours, theirs = sorted(codes("district")), 0, 0
    for _ in range(MANY):
        day = random.randint(1, 31) + random.choice((0, 40))
        number = f"{random.choice(districts)}{day:02d}{random.randint(1, 13):02d}{digits(random, 2)}"
        number += f"{random.randint(1, 9999):04d}"
        ours += takes(number)
        theirs += nik.is_valid(number)
        assert takes(number) or not nik.is_valid(number) or number[6:8] == "40"
    assert MANY * 0.8 < theirs <= ours


MOBILE = [f"08{a}{b}" for a in range(1, 10) for b in range(10)]
LANDLINE = ["021", "022", "024", "031", "061", "0231", "0251", "0271", "0274", "0341", "0361", "0370", "0380",
            "0411", "0431", "0451", "0511", "0541", "0561", "0711", "0721", "0736", "0741", "0751", "0761", "0778",
            "0911", "0967"]  # fmt: skip


def is_possible(text: str) -> bool:
    return phonenumbers.is_possible_number(phonenumbers.parse(text, "ID"))


@pytest.mark.parametrize("prefix", MOBILE)
def test_mobile_numbers_are_possible(prefix: str) -> None:
    """What we take, the library calls possible. It also calls 9 and 15 digits possible, which no operator gives out."""
    random, takes = Random(prefix), accepted("PHONE_NUMBER", CHECKED)
    for length in range(3, 12):
        number = prefix + digits(random, length)
        for text in (number, "+62" + number[1:], "62" + number[1:], f"{number[:4]}-{number[4:8]}-{number[8:]}"):
            if len(set(number)) >= 3 and takes(text):
                assert is_possible(text if text[0] != "6" else "+" + text), len(number)
        if 10 <= len(number) <= 13 and len(set(number)) >= 3:
            assert takes(number)


def test_numbers_that_no_operator_has_are_taken_too() -> None:
    """The library knows prefixes; we take all of 081 to 089, as registers hold numbers of operators that are gone."""
    unknown = [p for p in MOBILE if not phonenumbers.is_valid_number(phonenumbers.parse(p + "1234567", "ID"))]
    takes = accepted("PHONE_NUMBER", CHECKED)
    assert unknown
    assert all(takes(p + "1234567") for p in unknown)


@pytest.mark.parametrize("area", LANDLINE)
def test_landlines_are_possible(area: str) -> None:
    random, takes = Random(area), accepted("PHONE_NUMBER", CHECKED)
    for length in (6, 7, 8):
        if len(area) + length <= 11:
            number = random.choice("234567") + digits(random, length - 1)
            assert takes(text := f"({area}) {number}")
            assert is_possible(text)
