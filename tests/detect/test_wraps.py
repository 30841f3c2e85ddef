"""Numbers that a line break cuts: found after a word, with their place; nothing is put together of other numbers."""

from __future__ import annotations

import pytest

from privacyscan import rulebook
from privacyscan.detect import Detector
from tests.detect.made_up import MadeUp
from tests.detect.test_texts import scan


@pytest.fixture(scope="module")
def detector() -> Detector:
    return Detector(rulebook.load().identifiers.values(), b"k" * 32, "all")


@pytest.mark.parametrize("end", ["\n", "\r\n", "-\n", "\n   ", "\n> ", " \n"])
@pytest.mark.parametrize("after", [" telah terdaftar.", ".", ", dan", ")", ""])
@pytest.mark.parametrize("cut", [4, 6, 10, 12])
def test_a_nik_in_two_lines_is_found_where_it_stands(detector: Detector, end: str, after: str, cut: int) -> None:
    nik = MadeUp(31).nik()
    text = f"Dengan hormat,\nKami terangkan: pemegang NIK {nik[:cut]}{end}{nik[cut:]}{after}\nSekian.\n"
    (finding,) = (f for f in scan(detector, text.encode()) if f.entity == "ID_NIK")
    (place,) = finding.locations
    assert (finding.matched, finding.confidence, place.line) == (1, 0.85, 1)
    start = text.index(nik[:cut])
    assert (place.offset_start, place.offset_end) == (start, text.index(nik[cut:]) + len(nik) - cut)


@pytest.mark.parametrize(
    ("text", "entity"),
    [
        ("hubungi 0812-3456-\n7890 setiap hari", "PHONE_NUMBER"),
        ("No. HP 0812 3456\n7890", "PHONE_NUMBER"),
        ("Kartu Keluarga nomor 317101 010712\n0001 di sini", "ID_KK"),
        ("selaku pejabat, NIP. 19800101\n200501 1 001 menerangkan", "ID_NIP"),
        ("NPWP 01.234.567.\n4-901.000 terdaftar", "ID_NPWP"),
    ],
)
def test_other_numbers_in_two_lines(detector: Detector, text: str, entity: str) -> None:
    assert {f.entity: f.matched for f in scan(detector, text.encode())} == {entity: 1}


def test_a_value_in_two_lines_is_the_same_as_in_one(detector: Detector) -> None:
    nik = MadeUp(32).nik()
    (finding,) = (
        f for f in scan(detector, f"NIK {nik}\nlalu NIK {nik[:9]}\n{nik[9:]}\n".encode()) if f.entity == "ID_NIK"
    )
    assert (finding.matched, finding.distinct) == (2, 1)


@pytest.mark.parametrize("block", [64, 100, 1 << 20])
def test_blocks_make_no_difference(detector: Detector, block: int) -> None:
    people = MadeUp(33)
    pairs = [people.nik() for _ in range(9)]
    text = "".join(f"warga dengan NIK {n[:8]}\n{n[8:]} hadir\n" for n in pairs)
    assert sum(f.matched for f in scan(detector, text.encode(), block, 48) if f.entity == "ID_NIK") >= (
        9 if block > 999 else 4
    )


@pytest.mark.parametrize(
    "text",
    [
        "jumlah 3171014107\n900001 unit",  # nothing names it
        "NIK 3171014107\n2024-01-01 08:00 masuk",
        "NIK 3171014107\n900001,12,5",  # a row
        "No HP 08123\n1. 45678 kotak",  # a list
        "rekening 12345678\n901234 dan",  # only a word tells accounts
        "31710141\n07900001",
        "nik\n317101\n4107900001",
    ],
)
def test_other_lines_are_not_put_together(detector: Detector, text: str) -> None:
    assert [f.entity for f in scan(detector, text.encode())] == []


def test_numbers_that_are_whole_stay_as_they_are(detector: Detector) -> None:
    text = "Telp 021-5551234\n2 orang, HP 081234567890\n12 orang, HP 081298765432\n"
    assert {f.entity: f.matched for f in scan(detector, text.encode())} == {"PHONE_NUMBER": 3}
