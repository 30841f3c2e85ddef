"""Births: what numbers and dates say of a person's age, and the children among them."""

from __future__ import annotations

from datetime import date

import pyarrow as pa
import pytest

from privacyscan import rulebook
from privacyscan.detect import AssetTally, Detector
from privacyscan.detect.births import Teller, Told, is_under
from privacyscan.detect.rules import Rule, core
from privacyscan.model import Finding, Place, Table, Text
from tests.detect.made_up import DISTRICTS

TODAY = date(2024, 6, 15)
PLACE = Place("berkas", ("t",))
RULES = rulebook.load().identifiers


@pytest.fixture(scope="module")
def detector() -> Detector:
    return Detector(RULES.values(), b"k" * 32, "all", today=TODAY)


@pytest.mark.parametrize(
    ("entity", "text", "told"),
    [
        ("ID_NIK", "3171014107900001", Told(1990, 7, 1, True)),
        ("ID_NIK", "3171 0101 0790 0001", Told(1990, 7, 1, False)),
        ("ID_NIK", "3171011506240001", Told(2024, 6, 15, False)),
        ("ID_NIK", "3171011606240001", Told(1924, 6, 16, False)),
        ("ID_NIK", "3171015506060001", Told(2006, 6, 15, True)),
        ("ID_NIK", "NIK: 3171015506060001", Told(2006, 6, 15, True)),
        ("ID_NIK", "3171015506060001 dan lain", None),
        ("ID_NIP", "198508172010011001", Told(1985, 8, 17)),
        ("ID_NISN", "0101234567", Told(2010)),
        ("ID_NISN", "9981234567", Told(1998)),
        ("ID_NISN", "101234567", Told(2010)),
        ("DATE_OF_BIRTH", "17 Agustus 2010", Told(2010, 8, 17)),
        ("SEX", "Perempuan", Told(woman=True)),
        ("SEX", "L", Told(woman=False)),
        ("SEX", "tidak diketahui", None),
    ],
)
def test_what_a_value_says(entity: str, text: str, told: Told | None) -> None:
    assert Teller(Rule(RULES[entity])).whole(text[slice(*core(text))], TODAY) == told


@pytest.mark.parametrize(
    ("told", "child"),
    [
        (Told(2006, 6, 16), True),  # eighteen tomorrow
        (Told(2006, 6, 15), False),  # today
        (Told(2024, 6, 15), True),
        (Told(1990, 1, 1), False),
        (Told(2007), True),
        (Told(2006), False),  # may have had the birthday
        (Told(woman=True), False),
    ],
)
def test_a_child_is_not_yet_eighteen(told: Told, child: bool) -> None:
    assert is_under(told, 18, TODAY) is child


def nik(i: int, child: bool) -> str:
    year = 10 + i % 5 if child else 70 + i % 30
    return f"{DISTRICTS[i]}{i % 28 + 1 + 40 * (i % 2):02}{i % 12 + 1:02}{year}{i + 1:04}"


def of_table(detector: Detector, batches: int = 1, **columns: list[str]) -> list[Finding]:
    whole = pa.record_batch([pa.array(c) for c in columns.values()], list(columns))
    tally = AssetTally(PLACE, "file")
    step = -(-whole.num_rows // batches)
    for first in range(0, whole.num_rows, step):
        detector.table(Table(PLACE, whole.slice(first, step), first), tally)
    return list(detector.findings(tally))


def of_text(detector: Detector, text: str) -> list[Finding]:
    scanner = detector.text_scanner()
    scanner.add(Text(PLACE, text.encode()))
    return list(detector.findings(AssetTally(PLACE, "file", text=scanner.finish())))


@pytest.mark.parametrize("batches", [1, 3])
def test_children_in_columns(detector: Detector, batches: int) -> None:
    niks = [nik(i, i % 4 == 0) for i in range(600)]
    columns = {
        "c1": niks,
        "tgl_lahir": ["17-08-2010" if i % 3 == 0 else "17-08-1980" for i in range(600)],
        "nisn": [f"{'012' if i % 2 else '998'}{i:07}" for i in range(600)],
        "nip": ["198508172010011001"] * 600,
    }
    found = of_table(detector, batches, **columns)
    (child,) = (f for f in found if f.entity == "CHILD")  # of the table, by the column that tells most
    assert child.place.column is None
    assert (child.matched, child.seen, child.distinct, child.confidence) == (300, 600, 300, 0.95)
    assert child.category == "spesifik"
    assert [dict(e.params) for e in child.evidence] == [{"matched": 300, "entity": "ID_NISN", "years": 18}]
    assert [place.row for place in child.locations] == list(range(1, 600, 2))
    assert all("*" * 6 in sample for sample in child.samples)


def test_where_all_are_adults_or_the_number_is_no_persons_there_is_no_child(detector: Detector) -> None:
    adults = [nik(i, False) for i in range(300)]
    cards = [f"{DISTRICTS[i // 3]}{i // 3 % 28 + 1:02}0{i // 3 % 9 + 1}12{i // 3 + 1:04}" for i in range(300)]
    dates = ["17-08-2020"] * 300
    entities = {f.entity for f in of_table(detector, nik=adults, no_kk=cards, tgl_surat=dates)}
    assert entities == {"ID_NIK", "ID_KK"}


def test_children_in_texts(detector: Detector) -> None:
    text = f"NIK anak: {nik(0, True)}\nNIK ibu: {nik(1, False)}\nNISN: 0121234567\n"
    found = {f.entity: f for f in of_text(detector, text)}
    assert found["ID_NIK"].matched == 2
    assert (found["CHILD"].matched, found["CHILD"].confidence) == (2, 0.85)
    assert "CHILD" not in {f.entity for f in of_text(detector, f"NIK: {nik(1, False)}\n")}


def test_parts_of_a_table_and_a_text_add_up(detector: Detector) -> None:
    niks = [nik(i, i % 4 == 0) for i in range(300)]
    whole = pa.record_batch([pa.array(niks)], ["nik"])
    first, second = AssetTally(PLACE, "file"), AssetTally(PLACE, "file")
    detector.table(Table(PLACE, whole.slice(0, 100), 0), first)
    detector.table(Table(PLACE, whole.slice(100), 100), second)
    first.merge(second, detector.most)
    assert list(detector.findings(first)) == of_table(detector, nik=niks)
