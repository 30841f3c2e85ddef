"""Tables: what stands beside a column says what it can be."""

from __future__ import annotations

import pyarrow as pa
import pytest

from privacyscan import rulebook
from privacyscan.detect import AssetTally, Detector
from privacyscan.model import Finding, Place, Table
from tests.detect.made_up import MadeUp
from tests.rulebook.packs import packs

KEY = b"k" * 32
N = 600
pack = packs("identifiers")

BESIDE_PERSONS = """\
id: TEST_DEGREES
title: {id: Derajat uji, en: Test degrees}
meaning: {id: Derajat untuk uji., en: Degrees for tests.}
sources:
  - {url: "https://contoh.go.id/derajat", says: bentuk derajat, confirmed: false}
class: umum
group: location
beside: person
normalise: text
patterns:
  - {name: degrees, regex: "-?[0-9]{1,3}(?:[.][0-9]+)?", scope: cell}
checks: [{check: one_of, with: {values: [x], none: true}}]
alone: []
columns: [derajat]
header_required: true
rank: 500
examples:
  match: ["-6.175", "106.827"]
  no_match: ["utara"]
"""


@pytest.fixture(scope="module")
def detector() -> Detector:
    return Detector(rulebook.load().identifiers.values(), KEY)


@pytest.fixture(scope="module")
def with_degrees(tmp_path_factory: pytest.TempPathFactory) -> Detector:
    folder = pack(tmp_path_factory.mktemp("pack"), degrees=BESIDE_PERSONS)
    return Detector(rulebook.load((folder,)).identifiers.values(), KEY)


def read(detector: Detector, columns: dict[str, list[str] | pa.Array], batches: int = 1) -> AssetTally:
    whole = pa.record_batch([c if isinstance(c, pa.Array) else pa.array(c) for c in columns.values()], list(columns))
    tally = AssetTally(Place("berkas", ("t.csv",)), "file")
    step = -(-whole.num_rows // batches)
    for first in range(0, whole.num_rows, step):
        detector.table(Table(tally.place, whole.slice(first, step), first), tally)
    return tally


def found(detector: Detector, columns: dict[str, list[str] | pa.Array], batches: int = 1) -> list[Finding]:
    return list(detector.findings(read(detector, columns, batches)))


def entities(findings: list[Finding]) -> dict[str, tuple[str, int]]:
    """column -> (entity, matched)."""
    return {f.place.column or "": (f.entity, f.matched) for f in findings}


DEGREES = {
    "text": pa.array([f"-6.{i}" for i in range(N)]),
    "float64": pa.array([-6 - i / 10_000 for i in range(N)]),
    "float32": pa.array([-6 - i / 10_000 for i in range(N)], pa.float32()),
    "decimal": pa.array([f"-6.{i:04}" for i in range(N)]).cast(pa.decimal128(12, 4)),
}


@pytest.mark.parametrize("kind", DEGREES)
@pytest.mark.parametrize(
    ("header", "make"), [("nik", "nik"), ("c1", "nik"), ("nama_lengkap", "name"), ("no_rm", "medical_record")]
)
def test_beside_persons_it_is_personal(with_degrees: Detector, kind: str, header: str, make: str) -> None:
    people = MadeUp(1)
    makers = {
        "nik": people.nik,
        "name": lambda: people.random.choice(["Siti Aminah", "Budi Santoso", "Dewi Lestari"]),
        "medical_record": lambda: "-".join(people.digits(2) for _ in range(3)),
    }
    columns = {header: [makers[make]() for _ in range(N)], "derajat": DEGREES[kind]}
    assert entities(found(with_degrees, columns))["derajat"] == ("TEST_DEGREES", N)


@pytest.mark.parametrize(
    ("header", "make"),
    [
        ("telepon", lambda p: p.phone()),
        ("email", lambda p: p.email()),
        ("npwp", lambda p: p.npwp()),
        ("nama_kantor", lambda p: p.random.choice(["Dinas Kesehatan", "Kantor Camat"])),
        ("kode", lambda p: p.digits(16)),
    ],
)
def test_beside_offices_it_is_silent(with_degrees: Detector, header: str, make: object) -> None:
    people = MadeUp(2)
    columns = {header: [make(people) for _ in range(N)], "derajat": DEGREES["float64"]}  # type: ignore[operator]
    assert "derajat" not in entities(found(with_degrees, columns))


def test_a_column_is_not_its_own_neighbour(with_degrees: Detector) -> None:
    people = MadeUp(3)
    cells = [people.nik() for _ in range(400)] + ["-6.2"] * 200
    assert entities(found(with_degrees, {"derajat": cells})) == {"derajat": ("ID_NIK", 400)}


def test_some_niks_in_notes_do_not_make_a_table_one_of_persons(with_degrees: Detector) -> None:
    people = MadeUp(4)
    notes = ["tutup"] * 590 + [f"NIK {people.nik()}" for _ in range(10)]
    assert "derajat" not in entities(found(with_degrees, {"catatan": notes, "derajat": DEGREES["text"]}))
