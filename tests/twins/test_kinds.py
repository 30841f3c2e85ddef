"""What holds for every kind of twin, and for each alone."""

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from privacyscan.keys import PurposeKey
from privacyscan.rulebook import words
from tests.detect.made_up import MadeUp
from tests.twins.made import IDENTIFIERS, KEY, OTHER_KEY, RULES, is_one, made, twin, twins

SERVED = sorted(i for i, identifier in IDENTIFIERS.items() if identifier.twin is not None)
SIGNS = re.compile("[A-Za-z0-9]+")


@pytest.mark.parametrize("entity", SERVED)
def test_twins_of_examples_are_values_of_the_same_kind_and_never_the_examples(entity: str) -> None:
    examples = [e for e in IDENTIFIERS[entity].examples_match if not e.startswith("2") or ":" not in e]  # IPv6: below
    for value, new in zip(examples, made(entity, examples), strict=True):
        assert new != value
        assert RULES[entity].canonical(new) != RULES[entity].canonical(value)
        assert is_one(entity, new), (value, new)


@pytest.mark.parametrize("entity", [s for s in SERVED if RULES[s].digits or s == "MAC_ADDRESS"])
def test_separators_stay(entity: str) -> None:
    examples = IDENTIFIERS[entity].examples_match
    for value, new in zip(examples, made(entity, examples), strict=True):
        assert SIGNS.sub("", new) == SIGNS.sub("", value)


@pytest.mark.parametrize("entity", SERVED)
def test_a_twin_hangs_on_key_and_purpose_alone(entity: str) -> None:
    examples = IDENTIFIERS[entity].examples_match
    assert twins(entity, examples) == [twin(entity, v) for v in examples]
    assert twins(entity, examples) != twins(entity, examples, OTHER_KEY)
    assert twins(entity, examples) != twins(entity, examples, PurposeKey(KEY.material, "another"))


@pytest.mark.parametrize(
    ("entity", "value", "expected"),
    [
        ("DATE_OF_BIRTH", "1990-08-17", "1990-05-20"),
        ("ID_NIP", "198508172010011001", "198506242010011589"),
        ("PHONE_NUMBER", "0812-3456-7890", "0812-4390-8376"),
        ("ID_NPWP", "01.312.166.0-091.000", "02.366.503.7-999.000"),
        ("ID_VEHICLE_PLATE", "B 1234 XYZ", "B 3694 RKF"),
    ],
)
def test_twins_are_the_same_in_every_process_and_version(entity: str, value: str, expected: str) -> None:
    assert twin(entity, value, until=date(2026, 11, 28)) == expected


@settings(max_examples=60)
@given(st.sampled_from(SERVED), st.text(max_size=40))
def test_whatever_stands_in_a_cell_no_twin_is_the_cell(entity: str, text: str) -> None:
    assert twin(entity, text) != text


@pytest.mark.parametrize("entity", ["RELIGION", "SEX", "HEALTH", "CREDENTIAL", "INCOME", "BIOMETRIC"])
def test_facts_and_secrets_have_no_twin(entity: str) -> None:
    assert twin(entity, IDENTIFIERS[entity].examples_match[0]) is None


@pytest.mark.parametrize(
    "nik",
    [
        "317101410790000",  # a digit too few
        "9971014107900001",  # no such province
        "3100014107900001",  # no such regency
        "3171013207900001",  # day 32
        "3171018107900001",  # day 41 of a woman and 40 more
        "3171014113900001",  # month 13
        "3171014107900000",  # serial 0
        "3.17101E+15",  # cut by a spreadsheet
        "belum punya",
    ],
)
def test_a_damaged_nik_has_no_twin(nik: str) -> None:
    assert twin("ID_NIK", nik) is None


def test_a_nik_of_an_unknown_district_or_an_impossible_day_has_one() -> None:
    unknown, impossible = made("ID_NIK", ["3171994107900001", "3171012902990001"])
    assert unknown[:2] == "31"
    assert impossible[6:10] == "2902"


def test_what_is_kept_is_what_the_policy_says() -> None:
    made_up = MadeUp(3)
    niks = [made_up.nik() for _ in range(200)]
    near = made("ID_NIK", niks, keep_region="regency", keep_years=1)
    assert all(t[:4] == n[:4] and t[10:12] == n[10:12] for t, n in zip(near, niks, strict=True))
    far = made("ID_NIK", niks, keep_region="country", keep_years=10)
    assert any(t[:2] != n[:2] for t, n in zip(far, niks, strict=True))
    assert all(t[10] == n[10] for t, n in zip(far, niks, strict=True))


@pytest.mark.parametrize(
    "written",
    [
        "{y}-{m}-{d}",
        "{d}/{m}/{y}",
        "{y}{m}{d}",
        "{d}.{m}.{y}",
        "{y}-{m}-{d} 00:00:00",
        "{y}-{m}-{d}T00:00:00Z",
        "{d}{m}{y}",
    ],
)
def test_one_day_has_one_twin_however_it_is_written(written: str) -> None:
    new = date.fromisoformat(made("DATE_OF_BIRTH", ["1990-08-17"])[0])
    expected = written.format(y=new.year, m=f"{new.month:02d}", d=f"{new.day:02d}")
    assert twin("DATE_OF_BIRTH", written.format(y="1990", m="08", d="17")) == expected


@pytest.mark.parametrize(
    ("value", "shape"),
    [
        ("17-AUG-90", "[0-3][0-9]-(JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC)-9[0-4]"),  # Oracle
        ("17 Agustus 1990", "[0-9]+ (Januari|Februari|Maret|April|Mei|Juni|Juli|[ASOND][a-z]+(us|er)) 199[0-4]"),
        ("3 Mei 1990", "[0-9]+ (Januari|Februari|Maret|April|Mei|Juni|Juli|[ASOND][a-z]+(us|er)) 199[0-4]"),
        ("August 17, 1990", "[A-Z][a-z]+ [0-9]+, 199[0-4]"),
        ("17/8/1990", "[0-9]+/[0-9]+/199[0-4]"),
        ("Bandung, 17-08-1990", "[A-Za-z. ]+, [0-9]{2}-[0-9]{2}-199[0-4]"),
        ("1990-08-17 14:35:10", "199[0-4]-[0-9]{2}-[0-9]{2} 00:00:00"),  # the minute of birth
        ("33102", "3[23][0-9]{3}|34[0-9]{3}"),  # a spreadsheet's number
    ],
)
def test_dates_keep_the_way_they_are_written(value: str, shape: str) -> None:
    assert re.fullmatch(shape, str(twin("DATE_OF_BIRTH", value)))


def test_a_date_that_does_not_exist_has_no_twin() -> None:
    assert twins("DATE_OF_BIRTH", ["1990-02-30", "belum tahu", "00-00-0000"]) == [None] * 3


@pytest.mark.parametrize(
    ("name", "shape"),
    [
        ("Hj. Siti Aminah binti Ahmad", "Hj\\. [A-Z][a-z]+ [A-Z][a-z]+ binti [A-Z][a-z]+"),
        ("BUDI SANTOSO, S.Kom., M.M.", "[A-Z]+ [A-Z]+, S\\.Kom\\., M\\.M\\."),
        ("dr. Rina Wulandari Sp.PD", "dr\\. [A-Z][a-z]+ [A-Z][a-z]+ Sp\\.PD"),
        ("I Made Suryadi", "I [A-Z][a-z]+ [A-Z][a-z]+"),
        ("siti a. rahma", "[a-z]+ [a-z]\\. [a-z]+"),
        ("Ratna Dewi MPd", "[A-Z][a-z]+ [A-Z][a-z]+ MPd"),
        ("Abu Santos", "(?!Abu)[A-Z][a-z]+ (?!Santos)[A-Z][a-z]+"),  # no words between names
        ("Siti Ma", "[A-Z][a-z]+ (?!Ma$)[A-Z][a-z]+"),  # no title
        ("M.Nur Hidayat", "[A-Z]\\.[A-Z][a-z]+ [A-Z][a-z]+"),
    ],
)
def test_titles_and_capitals_of_names_stay(name: str, shape: str) -> None:
    assert re.fullmatch(shape, str(twin("PERSON", name)))


def test_words_of_names_keep_their_sex_and_every_word_changes() -> None:
    for sex in ("names_of_men", "names_of_women"):
        known = sorted(words(sex))
        new = made("PERSON", known)
        assert {n for n in new if n in words(sex)} == set(new)
        assert all(n != k for n, k in zip(new, known, strict=True))


def test_an_unknown_name_becomes_a_known_one_of_the_sex_its_ending_says() -> None:
    unknown = [f"{start}ningsih" for start in ("zzqu", "wxyo", "kkto", "ppla")]
    assert set(made("PERSON", unknown)) <= words("names_of_women")
    assert twin("EMAIL_ADDRESS", "zzquningsih@x.id").split("1")[0].startswith(str(twin("PERSON", unknown[0])))  # type: ignore[union-attr]


def test_names_and_addresses_fit_where_the_policy_says_how_long() -> None:
    for entity, value in (("PERSON", "Siti Nurhaliza Rahmawati Kusuma"), ("EMAIL_ADDRESS", "siti.nurhaliza@x.id")):
        assert len(str(twin(entity, value, length=22))) <= 22
    assert len(str(twin("PLACE_OF_BIRTH", "Bandung", length=5))) <= 5
    assert len(str(twin("ADDRESS", "Jl. Melati No. 5 RT 001/RW 002 Kel. Sukamaju", length=20))) <= 20


def test_mail_addresses_with_the_same_words_stay_apart() -> None:
    mails = [f"budi.santoso{i}@contoh.id" for i in range(500)] + ["budi.santoso@contoh.go.id", "budi.santoso@c.id"]
    assert len(set(made("EMAIL_ADDRESS", mails))) == len(mails)


def test_regions_of_an_address_agree_and_the_rest_goes() -> None:
    value = "Jl. Melati No. 5 RT 001/RW 002, Kec. Coblong, Kota Bandung, Jawa Barat 40132 (rumah Pak Lurah)"
    new = str(twin("ADDRESS", value))
    found = re.fullmatch(
        r"Jl\. (.+) No\. \d+ RT \d{3}/RW \d{3}, Kec\. (.+), (Kota|Kabupaten) (.+), Jawa Barat (4\d{4})", new
    )
    assert found is not None, new
    assert found[1] != "Melati"
    assert "Lurah" not in new
    kept = str(twin("ADDRESS", value, keep_region="regency"))
    assert "Bandung" in kept
    assert kept.rsplit(" ", 1)[1].startswith("401")


def test_an_address_of_free_words_alone_has_no_twin() -> None:
    assert twin("ADDRESS", "rumah biru dekat masjid") is None


def test_places_stay_in_their_province() -> None:
    new = made("PLACE_OF_BIRTH", ["Sleman", "KAB. BANTUL", "kota yogyakarta", "Kulon Progo", "Gunungkidul"])
    assert {n.lower().split(" ", 1)[-1] for n in new} & {"sleman", "bantul", "yogyakarta"}
    assert twin("PLACE_OF_BIRTH", "Bandung") == twin("PLACE_OF_BIRTH", "bandung ").title()  # type: ignore[union-attr]


@pytest.mark.parametrize("entity", ["CREDIT_CARD", "ID_VEHICLE_PLATE", "ID_PASSPORT", "PHONE_NUMBER", "BANK_ACCOUNT"])
def test_codes_are_one_to_one_and_pass_their_checks(entity: str) -> None:
    made_up = MadeUp(5)
    make = {
        "CREDIT_CARD": lambda: made_up.card(),
        "ID_VEHICLE_PLATE": lambda: f"B {made_up.random.randint(1, 9999)} XY",
        "ID_PASSPORT": lambda: "C" + made_up.digits(7),
        "PHONE_NUMBER": lambda: "0812" + made_up.digits(8),
        "BANK_ACCOUNT": lambda: made_up.digits(10),
    }[entity]
    values = sorted({v for v in (make() for _ in range(400)) if is_one(entity, v)})
    new = made(entity, values)
    assert len(set(new)) == len(values)
    assert all(is_one(entity, n) for n in new)


def test_a_number_with_a_wrong_check_digit_or_words_has_no_twin() -> None:
    assert twin("CREDIT_CARD", "4539578763621487") is None
    assert twin("ID_NPWP", "01.312.166.1-091.000") is None
    assert twin("PHONE_NUMBER", "belum ada") is None


def test_old_tax_numbers_go_to_an_office_that_does_not_exist() -> None:
    assert str(twin("ID_NPWP", "01.312.166.0-091.000")).endswith("-999.000")
    assert str(twin("ID_NPWP", "01.312.166.0-999.001")).endswith("-998.001")
    plain = re.sub("[.-]", "", str(twin("ID_NPWP", "01.312.166.0-091.000")))
    assert twin("ID_NPWP", "0013121660091000") == f"0{plain}"


def test_network_addresses_cannot_be_those_of_others_where_a_range_is_free() -> None:
    assert str(twin("IP_ADDRESS", "2001:4860:4860::8888")).startswith("2001:db8:")
    assert int(str(twin("MAC_ADDRESS", "3c:52:82:11:aa:0f"))[:2], 16) & 3 == 2  # given by the device itself
    assert twin("MAC_ADDRESS", "01:00:5e:00:00:fb") is None  # a group
