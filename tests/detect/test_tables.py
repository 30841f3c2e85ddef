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
    """column -> (entity, matched); of children `test_births.py` tells."""
    return {f.place.column or "": (f.entity, f.matched) for f in findings if f.entity != "CHILD"}


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


def born(nik: str) -> tuple[int, int, int]:
    """Day, month, year of a made-up NIK of the last century."""
    day = int(nik[6:8])
    return day - 40 * (day > 40), int(nik[8:10]), 1900 + int(nik[10:12])


MONTHS = "Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember"
WRITINGS = {
    "dd-mm-yyyy": lambda d, m, y: f"{d:02}-{m:02}-{y}",
    "d/m/yy": lambda d, m, y: f"{d}/{m}/{y % 100:02}",
    "yyyy-mm-dd": lambda d, m, y: f"{y}-{m:02}-{d:02}",
    "yyyy-mm-dd 00:00:00": lambda d, m, y: f"{y}-{m:02}-{d:02} 00:00:00",
    "yyyymmdd": lambda d, m, y: f"{y}{m:02}{d:02}",
    "words": lambda d, m, y: f"{d} {MONTHS.split()[m - 1]} {y}",
    "place": lambda d, m, y: f"Bandung, {d:02}-{m:02}-{y}",
}


@pytest.mark.parametrize("writing", WRITINGS)
@pytest.mark.parametrize("header", ["c4", "tgl"])
@pytest.mark.parametrize("rows", [3, N])
def test_dates_that_agree_with_the_nik_are_birth_dates(
    detector: Detector, writing: str, header: str, rows: int
) -> None:
    people = MadeUp(11)
    niks = [people.nik() for _ in range(rows)]
    columns = {"nik": niks, header: [WRITINGS[writing](*born(nik)) for nik in niks]}
    (finding,) = (f for f in found(detector, columns) if f.place.column == header and f.entity != "CHILD")
    assert (finding.entity, finding.matched, finding.confidence) == ("DATE_OF_BIRTH", rows, 0.95)
    (agreement,) = (e for e in finding.evidence if e.code == "agreement")
    assert dict(agreement.params) == {
        "matched": min(rows, 500), "seen": min(rows, 500), "entity": "ID_NIK", "column": "nik",
    }  # fmt: skip


@pytest.mark.parametrize("kind", [pa.date32(), pa.date64(), pa.timestamp("us"), pa.timestamp("s")], ids=str)
@pytest.mark.parametrize("header", ["nik", "c1"])
def test_typed_dates_agree_too(detector: Detector, kind: pa.DataType, header: str) -> None:
    people = MadeUp(12)
    niks = [people.nik() for _ in range(N)]
    dates = pa.array([WRITINGS["yyyy-mm-dd"](*born(nik)) for nik in niks]).cast(pa.date32()).cast(kind)
    assert entities(found(detector, {header: niks, "c2": dates})) == {
        header: ("ID_NIK", N), "c2": ("DATE_OF_BIRTH", N),
    }  # fmt: skip


@pytest.mark.parametrize("kind", [pa.string_view(), pa.large_string(), pa.dictionary(pa.int32(), pa.string())], ids=str)
def test_texts_of_every_type_agree(detector: Detector, kind: pa.DataType) -> None:
    people = MadeUp(12)
    niks = [people.nik() for _ in range(N)]
    dates = [WRITINGS["yyyy-mm-dd"](*born(nik)) for nik in niks]
    columns: dict[str, list[str] | pa.Array] = {"nik": pa.array(niks).cast(kind), "c2": pa.array(dates).cast(kind)}
    assert entities(found(detector, columns))["c2"] == ("DATE_OF_BIRTH", N)


def test_birth_dates_agree_with_the_nip_and_numbers_of_dates_too(detector: Detector) -> None:
    people = MadeUp(13)
    nips = [people.nip() for _ in range(N)]
    columns = {"c1": nips, "c2": pa.array([int(n[:8]) for n in nips])}
    assert entities(found(detector, columns)) == {"c1": ("ID_NIP", N), "c2": ("DATE_OF_BIRTH", N)}


def test_birth_dates_of_members_beside_the_nik_of_the_head(detector: Detector) -> None:
    people = MadeUp(14)
    niks = [people.nik() for _ in range(N)]
    dates = [WRITINGS["dd-mm-yyyy"](*born(niks[i - i % 4])) if i % 4 == 0 else "03-04-2011" for i in range(N)]
    assert entities(found(detector, {"nik_kepala": [niks[i - i % 4] for i in range(N)], "c2": dates}))["c2"] == (
        "DATE_OF_BIRTH", N,
    )  # fmt: skip


DATES_OF_OTHER_THINGS = {
    "created_at": lambda p: f"2024-{p.random.randint(1, 12):02}-{p.random.randint(1, 28):02} 08:{p.digits(2)}:00",
    "tgl_daftar": lambda p: f"{p.random.randint(1, 28):02}/{p.random.randint(1, 12):02}/2023",
    "c2": lambda p: f"19{p.random.randint(50, 99)}-{p.random.randint(1, 12):02}-{p.random.randint(1, 28):02}",
    "tgl_berlaku": lambda _: "2030-12-31",
}


@pytest.mark.parametrize("header", DATES_OF_OTHER_THINGS)
@pytest.mark.parametrize("rows", [3, N])
def test_dates_of_other_things_near_a_nik_stay_silent(detector: Detector, header: str, rows: int) -> None:
    people = MadeUp(15)
    columns = {
        "nik": [people.nik() for _ in range(rows)],
        header: [DATES_OF_OTHER_THINGS[header](people) for _ in range(rows)],
    }
    assert entities(found(detector, columns)) == {"nik": ("ID_NIK", rows)}


def test_numbers_that_hold_the_date_of_the_row_are_no_persons(detector: Detector) -> None:
    """A family card beside the day it was issued; an order number built like a NIK beside the day of the order."""
    people = MadeUp(16)
    cards = [people.kk() for _ in range(N)]
    issued = [f"{kk[6:8]}-{kk[8:10]}-20{kk[10:12]}" for kk in cards]
    assert entities(found(detector, {"no_kk": cards, "tgl_terbit": issued})) == {"no_kk": ("ID_KK", N)}
    assert "tgl" not in entities(found(detector, {"no_registrasi": cards, "tgl": issued}))
    day = "170824"
    orders = [f"317101{day}{i + 1:04}" for i in range(N)]
    assert "tgl" not in entities(found(detector, {"no_pesanan": orders, "tgl": ["17-08-2024"] * N}))


@pytest.mark.parametrize("codes", [("L", "P"), ("1", "2"), ("pria", "wanita"), ("Laki-laki", "PEREMPUAN")])
def test_sex_that_agrees_with_the_nik_needs_no_header(detector: Detector, codes: tuple[str, str]) -> None:
    people = MadeUp(17)
    niks = [people.nik() for _ in range(N)]
    columns = {"nik": niks, "c2": [codes[int(nik[6]) >= 4] for nik in niks]}
    assert entities(found(detector, columns))["c2"] == ("SEX", N)
    shuffled = {"nik": niks, "c2": [codes[people.random.random() < 0.5] for _ in niks]}
    assert "c2" not in entities(found(detector, shuffled))


def test_a_few_rows_beside_a_nik_have_a_sex(detector: Detector) -> None:
    """Three rows cannot repeat themselves, as a column of a trait should that is no list of its values."""
    people = MadeUp(18)
    columns = {"nik": [people.nik() for _ in range(2)], "jk": ["L", "P"]}
    assert entities(found(detector, columns))["jk"] == ("SEX", 2)
    assert entities(found(detector, {"kode": ["1", "2"], "jk": ["L", "P"]})) == {}


@pytest.mark.parametrize("header", ["NAMA_IBU", "Nama Ibu", "NM_IBU", "NAMA_LGKP_IBU", "NMIBU", "ibu"])
def test_the_mother_beside_a_pupil_is_the_name_that_banks_ask(detector: Detector, header: str) -> None:
    people = MadeUp(24)
    r = people.random
    mothers = [f"{r.choice(['Siti', 'Sri', 'Dewi'])} {r.choice(['Aminah', 'Lestari', 'Nurhayati'])}" for _ in range(N)]
    pupils = [f"{r.choice(['Budi', 'Agus', 'Rina'])} {r.choice(['Santoso', 'Wijaya', 'Lestari'])}" for _ in range(N)]
    seen = entities(found(detector, {"nama_siswa": pupils, header: mothers}))
    assert seen == {"nama_siswa": ("PERSON", N), header: ("MOTHER_MAIDEN_NAME", N)}
    patients = entities(found(detector, {header: mothers, "nik": [people.nik() for _ in range(N)]}))
    assert patients.get(header, ("PERSON",))[0] == "PERSON"


@pytest.mark.parametrize("rows", [6, N])
def test_what_members_of_a_household_share_is_the_family_card(detector: Detector, rows: int) -> None:
    people = MadeUp(19)
    old = [kk[:10] + "95" + kk[12:] if i % 10 < 3 else kk for i, kk in enumerate(people.households(rows))]
    columns = {"c1": [people.nik() for _ in range(rows)], "c2": old}
    assert entities(found(detector, columns | {"nik": columns.pop("c1")}))["c2"] == ("ID_KK", rows)


def pupils(seed: int, rows: int = N) -> dict[str, list[str]]:
    """Boys alone: NIK without a day above 40, of years in which family cards are issued too."""
    people = MadeUp(seed)
    r = people.random
    niks = [
        f"{people.nik()[:6]}{r.randint(1, 28):02}{r.randint(1, 12):02}{r.randint(8, 17):02}{i + 1:04}"
        for i in range(rows)
    ]
    return {
        "nik": niks,
        "nisn": [f"0{nik[10:12]}{people.digits(7)}" for nik in niks],
        "tanggal_lahir": [f"{nik[6:8]}-{nik[8:10]}-20{nik[10:12]}" for nik in niks],
    }


@pytest.mark.parametrize("beside", ["nisn", "tanggal_lahir"])
@pytest.mark.parametrize("header", ["c1", "no_kk", "nik"])
def test_the_nik_of_boys_is_no_family_card(detector: Detector, beside: str, header: str) -> None:
    columns = pupils(20)
    seen = entities(found(detector, {header: columns["nik"], beside: columns[beside]}))
    assert seen[header] == ("ID_NIK", N)


def test_family_cards_under_the_header_of_persons_are_cards(detector: Detector) -> None:
    people = MadeUp(23)
    assert entities(found(detector, {"nik": people.households(90)})) == {"nik": ("ID_KK", 90)}
    swapped = found(detector, {"nik": people.households(90), "no_kk": [people.nik() for _ in range(90)]})
    assert {f.place.column: f.entity for f in swapped if f.entity.startswith("ID")} == {
        "nik": "ID_KK",
        "no_kk": "ID_NIK",
    }


@pytest.mark.parametrize("visits", [1, 3])
def test_men_who_come_once_and_more_often_keep_their_nik(detector: Detector, visits: int) -> None:
    people = MadeUp(24)
    men = [people.nik(woman=False) for _ in range(60)] * visits
    assert entities(found(detector, {"nik": men})) == {"nik": ("ID_NIK", len(men))}


@pytest.mark.parametrize("batches", [1, 3, 60])
def test_batches_make_no_difference(detector: Detector, batches: int) -> None:
    columns = pupils(21, 1200)
    columns = {"nik": columns["nik"], "c2": columns["tanggal_lahir"], "c3": columns["tanggal_lahir"][::-1]}
    assert found(detector, columns, batches) == found(detector, columns)


def test_parts_of_a_table_add_up(detector: Detector) -> None:
    people = MadeUp(22)
    niks = [people.nik() for _ in range(N)]
    whole = pa.record_batch([niks, [WRITINGS["dd-mm-yyyy"](*born(nik)) for nik in niks]], ["nik", "c2"])
    place = Place("berkas", ("t.csv",))
    first, second, together = (AssetTally(place, "file") for _ in range(3))
    detector.table(Table(place, whole, 0), together)
    detector.table(Table(place, whole.slice(0, 250), 0), first)
    detector.table(Table(place, whole.slice(250), 250), second)
    first.merge(second, detector.most)
    assert list(detector.findings(first)) == list(detector.findings(together))


@pytest.mark.parametrize(
    ("header", "values"),
    [("agama", ["Islam", "Hindu"]), ("jenis_kelamin", ["Laki-laki", "Perempuan"])],
)
def test_a_table_of_statistics_tells_of_nobody(detector: Detector, header: str, values: list[str]) -> None:
    places = {"kecamatan": ["Cibadak", "Wonosari", "Sukamaju", "Jetis"] * 30}
    column = {header: values * 60}
    counted = {"jumlah": [str(100 + i) for i in range(120)]}
    ages = {"umur": [str(17 + i % 60) for i in range(120)]}
    assert [f.entity for f in found(detector, places | column | ages)] != []
    assert found(detector, places | column | counted) == []
