"""Identifiers that say nothing without words: found under their header or label, silent elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import pyarrow as pa
import pytest
from stdnum import imei

from privacyscan import rulebook
from privacyscan.detect import AssetTally, Detector
from privacyscan.detect.rules import Rule
from privacyscan.model import Place, Table
from tests.detect.made_up import MadeUp

P = MadeUp(3)
R = Random(3)
PLACE = Place("berkas", ("t",))


def plate() -> str:
    return f"{R.choice(['B', 'AB', 'KT', 'L'])} {R.randint(100, 9999)} {R.choice(['XY', 'ABC', 'QW'])}"


MAKERS: list[tuple[str, str, Callable[[], str]]] = [
    ("ID_VEHICLE_PLATE", "nopol", plate),
    ("ID_PASSPORT", "no_paspor", lambda: f"C{P.digits(7)}"),
    ("ID_SIM", "no_sim", lambda: f"8{P.digits(11)}"),
    ("ID_BPJS_KESEHATAN", "no_kartu_bpjs", lambda: f"0001{P.digits(9)}"),
    ("ID_BPJS_KETENAGAKERJAAN", "no_bpjs_tk", lambda: P.digits(11)),
    ("BANK_ACCOUNT", "no_rekening", lambda: f"1{P.digits(9)}"),
    ("IMEI", "imei", lambda: P.luhn("35" + P.digits(12))),
    ("ID_VIN", "no_rangka", lambda: f"MHKA6GJ6JKJ{P.digits(6)}"),
    ("ID_BIRTH_CERTIFICATE", "akta_lahir", lambda: f"3171-LU-17082012-{P.digits(4)}"),
    ("ID_MEDICAL_RECORD", "no_rm", lambda: f"{P.digits(2)}-{P.digits(2)}-{P.digits(2)}"),
    ("ID_NISN", "nisn", lambda: f"005{P.digits(7)}"),
    ("ID_NUPTK", "nuptk", lambda: f"4{P.digits(15)}"),
    ("ID_NIDN", "nidn", lambda: f"0017{P.digits(6)}"),
    ("ID_NRP", "nrp", lambda: f"8508{P.digits(4)}"),
    ("ID_NITKU", "nitku", lambda: f"0{P.digits(21)}"),
    ("ID_KITAS", "no_kitas", lambda: f"2C11JD{P.digits(4)}-S"),
    ("IP_ADDRESS", "ip_address", lambda: f"114.124.{R.randint(0, 255)}.{R.randint(1, 254)}"),
    ("MAC_ADDRESS", "mac", lambda: f"3c:52:82:{R.randint(16, 99)}:{R.randint(16, 99)}:0f"),
]
BY_ITSELF = {"ID_VEHICLE_PLATE", "IMEI", "ID_BIRTH_CERTIFICATE", "IP_ADDRESS", "MAC_ADDRESS"}  # a whole column tells


@pytest.fixture(scope="module")
def detector() -> Detector:
    return Detector(rulebook.load().identifiers.values(), b"k" * 32)


def found(detector: Detector, header: str, cells: list[str]) -> dict[str, int]:
    tally = AssetTally(PLACE, "file")
    detector.table(Table(PLACE, pa.record_batch([pa.array(cells)], [header]), 0), tally)
    return {f.entity: f.matched for f in detector.findings(tally)}


@pytest.mark.parametrize(("entity", "header", "make"), MAKERS, ids=[m[0] for m in MAKERS])
@pytest.mark.parametrize("n", [5, 500])
def test_column_under_its_header(detector: Detector, entity: str, header: str, make: Callable[[], str], n: int) -> None:
    assert found(detector, header, [make() for _ in range(n)]) == {entity: n}


@pytest.mark.parametrize(("entity", "header", "make"), MAKERS, ids=[m[0] for m in MAKERS])
def test_column_without_a_header(detector: Detector, entity: str, header: str, make: Callable[[], str]) -> None:
    cells = [make() for _ in range(500)]
    assert found(detector, "c1", cells) == ({entity: 500} if entity in BY_ITSELF else {})


@pytest.mark.parametrize(("entity", "header", "make"), MAKERS, ids=[m[0] for m in MAKERS])
def test_text_with_and_without_its_words(detector: Detector, entity: str, header: str, make: Callable[[], str]) -> None:
    value, label = make(), header.replace("_", " ")
    assert [(s.entity, s.start) for s in detector.spans(f"{label}: {value}")] == [(entity, len(label) + 2)]
    alone = {s.entity for s in detector.spans(f"tentang {value} itu")}
    assert alone <= {"ID_BIRTH_CERTIFICATE", "IP_ADDRESS", "MAC_ADDRESS"}


@pytest.mark.parametrize("step", [400, 37])
def test_both_engines_agree(detector: Detector, step: int) -> None:
    """Rules that need words are left out early where there are none; going through everything finds the same."""
    reference = Detector(rulebook.load().identifiers.values(), b"k" * 32, "first", "reference")
    others = [P.nik, P.phone, lambda: P.digits(16), lambda: "No. Rek 1234567890", lambda: "menunggu", lambda: ""]
    columns = {}
    for i, (_, header, make) in enumerate(MAKERS):
        for name in (header, f"c{i}"):
            columns[name] = [R.choice(others)() if R.random() < 0.3 else make() for _ in range(400)]
    batch = pa.record_batch([pa.array(c) for c in columns.values()], list(columns))
    verdicts = []
    for engine in (detector, reference):
        tally = AssetTally(PLACE, "file")
        for first in range(0, batch.num_rows, step):
            engine.table(Table(PLACE, batch.slice(first, step), first), tally)
        verdicts.append(list(engine.findings(tally)))
    assert {m[0] for m in MAKERS} <= {f.entity for f in verdicts[0]}
    assert verdicts[0] == verdicts[1]


def test_a_nik_stays_a_nik_under_the_header_of_another_number(detector: Detector) -> None:
    for header in ("no_rekening", "nuptk", "no_bpjs", "no_sim", "nrp"):
        assert found(detector, header, [P.nik() for _ in range(300)]) == {"ID_NIK": 300}


def test_imei_agrees_with_stdnum() -> None:
    rule = Rule(rulebook.load().identifiers["IMEI"])
    for _ in range(500):
        value = R.choice(["35", "86", "01"]) + P.digits(13)
        assert any(c is not None for c in rule.candidates(value)) is (
            imei.is_valid(value) and len(set(value)) >= 4  # one digit again and again is nobody's
        )


@pytest.mark.parametrize(
    ("header", "cell", "entity"),
    [
        ("NOKA", "000{:010}", "ID_BPJS_KESEHATAN"),
        ("No. Jaminan", "000{:010}", "ID_BPJS_KESEHATAN"),
        ("no_pasport", "C{:07}", "ID_PASSPORT"),
        ("Nomor Pasport", "X{:07}", "ID_PASSPORT"),
    ],
)
def test_short_names_of_columns_are_known(detector: Detector, header: str, cell: str, entity: str) -> None:
    assert found(detector, header, [cell.format(1_234_567 + 7919 * i) for i in range(60)]) == {entity: 60}
    assert entity not in found(detector, header, [f"{1_234_567_890_123 + 7919 * i}" for i in range(60)])
