"""A whole register of made-up people and its twins: nobody is left, everything still fits together."""

from __future__ import annotations

from collections import Counter
from datetime import date
from random import Random

from privacyscan.demo.people import nip
from tests.twins.made import is_one, made, people, twin

PEOPLE = people()
NIKS = [p.nik for p in PEOPLE]
TWINS = made("ID_NIK", NIKS)
MEN_AND_WOMEN = [n[6] >= "4" for n in NIKS]


def born(nik: str) -> tuple[int, int, int]:
    """Year of two digits, month, day."""
    return int(nik[10:12]), int(nik[8:10]), int(nik[6:8]) % 40


def test_all_twins_pass_the_checks_and_no_two_share_one() -> None:
    assert all(is_one("ID_NIK", t) for t in TWINS)
    assert len(set(TWINS)) == len(NIKS)


def test_no_number_or_address_of_the_register_is_among_the_twins() -> None:
    officials = [nip(p, Random(1)) for p in PEOPLE if p.age >= 21]
    columns = {
        "ID_NIK": NIKS,
        "ID_KK": [p.kk for p in PEOPLE],
        "ID_NIP": officials,
        "EMAIL_ADDRESS": [p.email for p in PEOPLE if p.email],
        "ID_NPWP": [p.npwp for p in PEOPLE if p.npwp],
        "PHONE_NUMBER": [p.phone for p in PEOPLE if p.phone],
    }
    for entity, values in columns.items():
        new = made(entity, values)
        assert not set(values) & set(new), entity
        assert len(set(new)) == len(set(values)), entity  # as many as before: joins and unique columns hold
        assert all(is_one(entity, t) for t in new), entity


def test_counts_by_sex_province_and_band_of_years_stay() -> None:
    def groups(niks: list[str]) -> Counter[tuple[bool, str, int]]:
        return Counter((n[6] >= "4", n[:2], born(n)[0] // 5) for n in niks)

    assert groups(NIKS) == groups(TWINS)


def test_the_birth_date_is_the_one_in_the_twin_of_the_nik() -> None:
    new = made("DATE_OF_BIRTH", [f"{p.born:%d/%m/%Y}" for p in PEOPLE])
    for nik, text in zip(TWINS, new, strict=True):
        day, month, year = map(int, text.split("/"))
        assert born(nik) == (year % 100, month, day)
        assert date(year, month, day) <= date.today()


def test_the_nip_holds_the_same_birth_and_keeps_sex_and_age_at_appointment() -> None:
    officials = [p for p in PEOPLE if p.age >= 21]
    old = [nip(p, Random(i)) for i, p in enumerate(officials)]
    births = made("DATE_OF_BIRTH", [f"{p.born:%Y%m%d}" for p in officials])
    for number, new, birth in zip(old, made("ID_NIP", old, until=date(2060, 1, 1)), births, strict=True):
        assert new[:8] == birth or birth > "20261231"
        assert new[14] == number[14]
        assert int(new[8:12]) - int(new[:4]) == int(number[8:12]) - int(number[:4])


def test_numbers_of_lecturers_and_pupils_hold_a_birth_too() -> None:
    lecturers = [f"04{p.born:%d%m%y}{i % 100:02d}" for i, p in enumerate(PEOPLE) if p.age >= 21]
    births = made("DATE_OF_BIRTH", [f"{p.born:%d%m%Y}" for p in PEOPLE if p.age >= 21])
    new = made("ID_NIDN", lecturers)
    assert [n[2:8] for n in new] == [b[:4] + b[6:] for b in births]
    assert len(set(new)) == len(set(lecturers))
    pupils = [f"{p.born.year % 1000:03d}{i * 1234567 % 10**7:07d}" for i, p in enumerate(PEOPLE, 1) if p.age < 18]
    stand_ins = made("ID_NISN", pupils)
    assert all(int(s[:3]) // 5 == int(p[:3]) // 5 for s, p in zip(stand_ins, pupils, strict=True))
    assert twin("ID_NISN", pupils[0].lstrip("0")) == stand_ins[0].lstrip("0")  # as a spreadsheet keeps it


def test_tax_numbers_of_persons_and_family_cards_go_as_the_nik_does() -> None:
    assert made("ID_NPWP", NIKS) == TWINS
    assert made("ID_NITKU", [n + "000001" for n in NIKS[:50]]) == [t + "000001" for t in TWINS[:50]]
    assert made("ID_KK", [p.kk for p in PEOPLE]) == made("ID_NIK", [p.kk for p in PEOPLE])


def test_members_of_a_household_stay_one_and_their_address_too() -> None:
    cards, addresses = made("ID_KK", [p.kk for p in PEOPLE]), made("ADDRESS", [p.address for p in PEOPLE])
    assert len({(p.kk, p.address) for p in PEOPLE}) == len(set(zip(cards, addresses, strict=True)))
    assert all(t[:6] == c[:6] for p, t, c in zip(PEOPLE, TWINS, cards, strict=True) if p.nik[:6] == p.kk[:6])


def test_addresses_for_mail_fit_the_names() -> None:
    senders = [p for p in PEOPLE if p.email]
    names, mails = made("PERSON", [p.name for p in senders]), made("EMAIL_ADDRESS", [p.email for p in senders])
    for name, mail in zip(names, mails, strict=True):
        assert mail.split("@")[0].rstrip("0123456789") == ".".join(name.lower().split())
        assert mail.split("@")[1] in ("example.com", "example.net", "example.org")
