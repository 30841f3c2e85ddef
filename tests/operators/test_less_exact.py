"""Operators that make values less exact: generalise, noise and shift-date."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privacyscan import rulebook
from privacyscan.errors import ConfigurationError
from privacyscan.keys import PurposeKey
from privacyscan.operators.generalise import Generalise
from privacyscan.operators.noise import Noise
from privacyscan.operators.shift_date import ShiftDate

IDENTIFIERS = rulebook.load().identifiers
KEY = PurposeKey(bytes(range(32)))


def general(entity: str, value: str, **parameters: Any) -> str | None:
    return Generalise().bind(IDENTIFIERS[entity], None, parameters)([value], [value], [None])[0]


@pytest.mark.parametrize(
    ("entity", "value", "parameters", "new"),
    [
        ("DATE_OF_BIRTH", "1990-05-03", {}, "1990"),
        ("DATE_OF_BIRTH", "3 Mei 1990", {"to": "month"}, "1990-05"),
        ("DATE_OF_BIRTH", "03/05/1993", {"to": "years"}, "1990-1994"),
        ("DATE_OF_BIRTH", "03/05/1993", {"to": "years", "width": 10}, "1990-1999"),
        ("DATE_OF_BIRTH", "belum tahu", {}, None),
        ("ID_NIK", "3171014107900001", {}, "DKI JAKARTA"),
        ("ID_NIK", "3273014107900001", {"to": "regency"}, "KOTA BANDUNG"),
        ("ADDRESS", "Jl. Melati No. 5 RT 01/02, Kel. Sukamaju, Bandung", {}, "KAB. BANDUNG"),
        ("ADDRESS", "Jl. Padang No. 3, Surabaya, Jawa Timur", {"to": "province"}, "JAWA TIMUR"),
        ("ADDRESS", "Dusun Krajan RT 03", {}, None),
        ("PLACE_OF_BIRTH", "Denpasar", {"to": "province"}, "BALI"),
        ("INCOME", "Rp 4.500.000", {}, "4000000-4999999"),
        ("INCOME", "4,500,000.00", {"width": 2_500_000}, "2500000-4999999"),
        ("INCOME", "Rp. 1.000.000 - Rp. 1.999.999", {}, None),
        ("IP_ADDRESS", "114.124.3.77", {}, "114.124.3.0/24"),
        ("IP_ADDRESS", "2001:db8:1:2::9", {}, "2001:db8:1::/48"),
        ("GEO_COORDINATE", "-6.208812, 106.845599", {}, "-6.2, 106.8"),
    ],
)
def test_values_become_less_exact(entity: str, value: str, parameters: dict[str, Any], new: str | None) -> None:
    assert general(entity, value, **parameters) == new


def test_what_cannot_be_less_exact_is_told() -> None:
    with pytest.raises(ConfigurationError, match="cannot make PERSON less exact"):
        general("PERSON", "Siti")
    with pytest.raises(ConfigurationError, match="cannot make ID_NIK month"):
        general("ID_NIK", "3171014107900001", to="month")


@given(st.integers(100, 10**12), st.sampled_from(["{}", "Rp {}", "{},00"]), st.sampled_from(["a", "b"]))
def test_noise_stays_near_and_keeps_the_way_of_writing(amount: int, form: str, person: str) -> None:
    value = form.format(amount)
    replace = Noise().bind(IDENTIFIERS["INCOME"], KEY, {"share": 0.05})
    (new,) = replace([value], [value], [person])
    assert new is not None
    assert new != value
    assert [c.isdigit() for c in new] == [c.isdigit() for c in value]
    digits = [int("".join(c for c in text if c.isdigit())) for text in (value, new)]
    assert abs(digits[1] - digits[0]) <= 0.05 * digits[0] + 1
    assert replace([value], [value], [person]) == [new]


def test_noise_of_another_person_is_another_and_of_no_single_number_none() -> None:
    replace = Noise().bind(IDENTIFIERS["INCOME"], KEY, {})
    assert len(set(replace(["Rp 4.500.000"] * 5, ["4500000"] * 5, list("abcde")))) > 1
    assert replace(["1.000 - 2.000", "0,5", "tidak ada"], ["", "", ""], [None] * 3) == [None] * 3


def shifted(values: list[str], persons: list[str | None], **parameters: Any) -> list[str | None]:
    return list(ShiftDate().bind(IDENTIFIERS["DATE_OF_BIRTH"], KEY, parameters)(values, values, persons))


@given(
    st.dates(date(1900, 1, 1), date(2990, 12, 31)), st.integers(0, 2000), st.integers(2, 1000), st.sampled_from("abc")
)
def test_dates_of_a_person_move_by_the_same_days_into_the_past(one: date, gap: int, days: int, person: str) -> None:
    dates = [one, one + timedelta(gap)]
    new = [date.fromisoformat(str(d)) for d in shifted([f"{d:%Y-%m-%d}" for d in dates], [person] * 2, days=days)]
    assert new[1] - new[0] == timedelta(gap)
    assert timedelta(1) <= one - new[0] <= timedelta(days)


def test_persons_move_by_other_days_and_each_way_of_writing_stays() -> None:
    assert len(set(shifted(["1990-05-03"] * 20, [str(p) for p in range(20)]))) > 10
    written = ["2024-04-01 10:22:31", "01/04/24", "1 April 2024", "01-APR-24", "45383", "Bandung, 1 April 2024"]
    iso, *others = shifted(written, ["a"] * len(written), days=2)
    assert iso is not None
    assert iso.endswith(" 10:22:31")
    day = date.fromisoformat(iso[:10])
    assert day in (date(2024, 3, 30), date(2024, 3, 31))
    long = f"{day.day} Maret 2024"
    english = f"{day:%d-%b-%y}".upper()
    serial = str((day - date(1899, 12, 30)).days)
    assert others == [f"{day:%d/%m/%y}", long, english, serial, long]


def test_what_is_no_date_is_emptied_and_what_is_no_entity_of_dates_is_told() -> None:
    assert shifted(["tidak tahu", "1990-05-03 di Bandung", "0001-01-01", "31/02/1990"], [None] * 4) == [None] * 4
    with pytest.raises(ConfigurationError, match="shift-date moves dates, and ID_NIK is none"):
        ShiftDate().bind(IDENTIFIERS["ID_NIK"], None, {})
