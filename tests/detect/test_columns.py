"""Columns: which identifier is it, how many cells, how sure; and silence on decoys."""

from __future__ import annotations

import pyarrow as pa
import pytest

from privacyscan import rulebook
from privacyscan.detect import AssetTally, Detector
from privacyscan.model import Finding, Place, Table
from tests.detect.made_up import MadeUp

KEY = b"k" * 32
N = 600


@pytest.fixture(scope="module")
def detector() -> Detector:
    return Detector(rulebook.load().identifiers.values(), KEY)


def findings(detector: Detector, batches: int = 1, **columns: list[str | None] | pa.Array) -> list[Finding]:
    whole = pa.record_batch([c if isinstance(c, pa.Array) else pa.array(c) for c in columns.values()], list(columns))
    tally = AssetTally(Place("berkas", ("t.csv",)), "file")
    step = -(-whole.num_rows // batches)
    for first in range(0, whole.num_rows, step):
        detector.table(Table(tally.place, whole.slice(first, step), first), tally)
    return list(detector.findings(tally))


def seen(detector: Detector, **columns: list[str | None] | pa.Array) -> dict[str, tuple[str, int, float]]:
    """column -> (entity, matched, confidence), failing when a column has two verdicts."""
    out: dict[str, tuple[str, int, float]] = {}
    for f in findings(detector, **columns):
        assert f.place.column not in out, f"{f.place.column}: {out[f.place.column]} and {f.entity}"
        out[f.place.column] = (f.entity, f.matched, f.confidence)
    return out


@pytest.mark.parametrize("header", ["nik", "no_ktp", "c1", "kode"])
def test_nik_is_nik_whatever_the_header(detector: Detector, header: str) -> None:
    people = MadeUp()
    assert seen(detector, **{header: [people.nik() for _ in range(N)]})[header] == ("ID_NIK", N, 0.95)


@pytest.mark.parametrize("header", ["no_kk", "nomor kartu keluarga", "c2"])
def test_kk_is_not_nik(detector: Detector, header: str) -> None:
    assert seen(detector, **{header: MadeUp().households(N)})[header][:2] == ("ID_KK", N)


@pytest.mark.parametrize(
    ("make", "header", "entity"),
    [
        ("npwp", "npwp", "ID_NPWP"),
        ("npwp", "c1", "ID_NPWP"),
        ("nip", "nip", "ID_NIP"),
        ("nip", "c1", "ID_NIP"),
        ("phone", "no_hp", "PHONE_NUMBER"),
        ("phone", "c1", "PHONE_NUMBER"),
        ("email", "surel", "EMAIL_ADDRESS"),
        ("email", "c1", "EMAIL_ADDRESS"),
        ("card", "kartu_kredit", "CREDIT_CARD"),
        ("card", "c1", "CREDIT_CARD"),
    ],
)
def test_each_kind_is_itself(detector: Detector, make: str, header: str, entity: str) -> None:
    people = MadeUp(2)
    verdict = seen(detector, **{header: [getattr(people, make)() for _ in range(N)]})[header]
    assert verdict[:2] == (entity, N)


@pytest.mark.parametrize("header", ["no_rekening", "rekening", "Rekening Penerima"])
def test_accounts_of_wallets_are_phone_numbers(detector: Detector, header: str) -> None:
    people = MadeUp(15)
    wallets = [f"0{people.random.choice(['812', '813', '857', '878', '896'])}{people.digits(8)}" for _ in range(N)]
    assert seen(detector, **{header: wallets})[header][:2] == ("PHONE_NUMBER", N)
    accounts = [people.digits(10) for _ in range(N)]
    assert seen(detector, **{header: accounts})[header][:2] == ("BANK_ACCOUNT", N)


@pytest.mark.parametrize("header", ["nik_npwp", "NPWP/NIK", "No. KTP / NPWP"])
@pytest.mark.parametrize("niks", [60, 300, 540])
def test_a_header_of_two_kinds_means_both(detector: Detector, header: str, niks: int) -> None:
    people = MadeUp(16)
    cells = [people.nik() for _ in range(niks)] + [people.npwp() for _ in range(N - niks)]
    found = {f.entity: f.matched for f in findings(detector, **{header: cells}) if f.entity != "CHILD"}
    assert found == {"ID_NIK": niks, "ID_NPWP": N - niks}


def decoys() -> dict[str, list[str]]:
    r = MadeUp(3)
    return {
        "no_transaksi": [r.digits(16) for _ in range(N * 5)],
        "c1": [r.digits(16) for _ in range(N * 5)],
        "faktur": [f"INV-{r.digits(16)}" for _ in range(N)],
        "waktu_ms": [str(1_700_000_000_000 + int(r.digits(9))) for _ in range(N)],
        "waktu_ns": [str(1_700_000_000_000_000_000 + int(r.digits(15))) for _ in range(N)],
        "rekening_belanja": [f"5.1.02.01.01.{r.digits(4)}" for _ in range(N)],
        "versi": [f"{r.digits(1)}.{r.digits(2)}.{r.digits(1)}" for _ in range(N)],
        "lintang": [f"-6.{r.digits(16)}" for _ in range(N)],
        "bujur": [f"106,{r.digits(12)}" for _ in range(N * 5)],
        "skor": [f"{r.digits(1)},{r.digits(10)}" for _ in range(N // 6)],
        "mak": [f"{r.digits(4)}.{r.digits(3)}.{r.digits(3)}.051.A.{r.digits(6)}" for _ in range(N * 5)],
        "kode_wilayah": [r.nik()[:6] for _ in range(N)],
        "kode_pos_barang": [r.digits(13) for _ in range(N * 5)],
        "barang": ["Kertas A4", "Spidol", "Meja Kerja"] * 200,
        "nik": [r.digits(8) for _ in range(N)],
        "tanggal_kirim": [f"2024-0{r.random.randint(1, 9)}-1{r.digits(1)}" for _ in range(N)],
        "resi": [f"JP{r.digits(12)}" for _ in range(N)],
    }


@pytest.mark.parametrize("header", list(decoys()))
def test_decoys_stay_silent(detector: Detector, header: str) -> None:
    assert seen(detector, **{header: decoys()[header]}) == {}


def test_all_women_or_all_men_are_still_people(detector: Detector) -> None:
    people = MadeUp(4)
    assert seen(detector, nik=[people.nik(woman=False) for _ in range(N)])["nik"][0] == "ID_NIK"
    assert seen(detector, nik=[people.nik(woman=True) for _ in range(N)])["nik"][0] == "ID_NIK"


def test_names_by_header_and_birth_dates_only_by_header(detector: Detector) -> None:
    names = ["Siti Aminah", "Budi Santoso", "Dewi Lestari", "Agus Wijaya", "I Made Suryadi"] * 50
    dates = ["1990-08-17", "01-02-1985", "17 Agustus 1977", "3/4/1999", "12-12-2001"] * 50
    found = seen(detector, nama_lengkap=names, tanggal_lahir=dates, tanggal_surat=dates)
    assert found["nama_lengkap"][:2] == ("PERSON", 250)
    assert found["tanggal_lahir"][:2] == ("DATE_OF_BIRTH", 250)
    assert "tanggal_surat" not in found


def test_identifiers_inside_notes_are_counted_per_cell(detector: Detector) -> None:
    people = MadeUp(5)
    notes = ["menunggu berkas"] * 990 + [f"NIK {people.nik()} hubungi {people.phone()}" for _ in range(10)]
    found = {f.entity: (f.matched, f.seen) for f in findings(detector, catatan=notes)}
    assert found == {"ID_NIK": (10, 1000), "PHONE_NUMBER": (10, 1000)}


@pytest.mark.parametrize(
    "dirty",
    [
        lambda n: f"'{n}",
        lambda n: f"{n[:6]} {n[6:12]} {n[12:]}",
        lambda n: f"{n[:4]}-{n[4:8]}-{n[8:12]}-{n[12:]}",
        lambda n: f" {n} ",
        lambda n: n.translate({ord("0") + i: 0xFF10 + i for i in range(10)}),
        lambda n: f"{n}\u00a0",
        lambda n: f"{n}.0",
    ],
    ids=["apostrophe", "spaces", "dashes", "padding", "full-width", "no-break space", "float text"],
)
def test_dirty_cells_are_found(detector: Detector, dirty: object) -> None:
    people = MadeUp(6)
    cells = [dirty(people.nik()) for _ in range(N)]  # type: ignore[operator]
    assert seen(detector, nik=cells)["nik"][:2] == ("ID_NIK", N)


@pytest.mark.parametrize("rows", [30, N])
def test_a_phone_behind_a_row_number_is_no_fraction(detector: Detector, rows: int) -> None:
    people = MadeUp(11)
    cells = [f"{i % 9 + 1},0812{people.digits(8)}" for i in range(rows)]
    assert seen(detector, c1=cells)["c1"][:2] == ("PHONE_NUMBER", rows)


SCIENTIFIC = {
    "point": lambda n: f"{int(n):.5E}",
    "comma": lambda n: f"{int(n):.5E}".replace(".", ","),
    "short": lambda n: f"{int(n):.2E}",
    "small letter": lambda n: f"{int(n):.9e}",
    "quoted": lambda n: f"'{int(n):.5E}",
}


@pytest.mark.parametrize("written", SCIENTIFIC)
@pytest.mark.parametrize(
    ("header", "entity"), [("nik", "ID_NIK"), ("No. KTP", "ID_NIK"), ("no_kk", "ID_KK"), ("kk", "ID_KK")]
)
@pytest.mark.parametrize("rows", [5, N])
def test_numbers_cut_by_a_spreadsheet_are_told_as_damaged(
    detector: Detector, header: str, entity: str, written: str, rows: int
) -> None:
    people = MadeUp(12)
    make = people.nik if entity == "ID_NIK" else people.kk
    (finding,) = findings(detector, **{header: [SCIENTIFIC[written](make()) for _ in range(rows)]})
    assert (finding.entity, finding.matched, finding.distinct, finding.samples) == (entity, rows, 0, ())
    assert [dict(e.params) for e in finding.evidence if e.code == "damaged"] == [{"matched": rows}]


@pytest.mark.parametrize("header", ["c1", "nilai", "berat", "konsentrasi", "no_transaksi"])
@pytest.mark.parametrize("written", SCIENTIFIC)
def test_scientific_notation_of_other_things_stays_silent(detector: Detector, header: str, written: str) -> None:
    people = MadeUp(13)
    assert seen(detector, **{header: [SCIENTIFIC[written](people.nik()) for _ in range(N)]}) == {}


@pytest.mark.parametrize(("header", "entity"), [("nik", "ID_NIK"), ("no_kk", "ID_KK")])
def test_numbers_of_which_a_spreadsheet_kept_15_digits_are_told_as_damaged(
    detector: Detector, header: str, entity: str
) -> None:
    people = MadeUp(15)
    make = people.nik if entity == "ID_NIK" else people.kk
    (finding,) = findings(detector, **{header: [make()[:12] + "0000" for _ in range(N)]})
    assert (finding.entity, finding.matched, finding.distinct, finding.samples) == (entity, N, 0, ())
    assert seen(detector, no_transaksi=[make()[:12] + "0000" for _ in range(N)]) == {}


@pytest.mark.parametrize("header", ["data", "c1", "no"])
@pytest.mark.parametrize("written", ["{:,}", "{:_}"])
def test_nik_in_the_number_format_of_a_spreadsheet_need_no_header(
    detector: Detector, header: str, written: str
) -> None:
    people = MadeUp(16)
    cells = [written.format(int(people.nik())).replace("_", ".") for _ in range(N)]
    assert seen(detector, **{header: cells})[header][:2] == ("ID_NIK", N)
    amounts = [f"{900_000_000_000_000 + i * 7_919_131_313_131:,}" for i in range(N)]
    assert seen(detector, **{header: amounts}) == {}


def test_nik_in_two_pieces_are_found(detector: Detector) -> None:
    people = MadeUp(17)
    cells = [f"{n[:6]} {n[6:]}" for n in (people.nik() for _ in range(N))]
    assert seen(detector, c1=cells)["c1"][:2] == ("ID_NIK", N)


@pytest.mark.parametrize("header", ["telp", "no_telp", "hp", "c1"])
def test_mobile_numbers_with_one_gap_are_found(detector: Detector, header: str) -> None:
    digits = MadeUp(18).digits
    cells = [f"08{i % 3 + 1}{i % 9 + 1} {digits(7 + i % 3)}" for i in range(N)]
    assert seen(detector, **{header: cells})[header][:2] == ("PHONE_NUMBER", N)


def test_accounts_with_the_name_of_their_bank_are_found_under_their_header(detector: Detector) -> None:
    digits = MadeUp(19).digits
    cells = [f"{('BRI', 'Bank BCA', 'BNI')[i % 3]} {digits(10)} a.n. Contoh" for i in range(N)]
    assert seen(detector, rekening=cells)["rekening"][0] == "BANK_ACCOUNT"


def test_tax_numbers_of_15_and_16_digits_are_one_value(detector: Detector) -> None:
    (rule,) = (r for r in detector.rules.values() if r.id == "ID_NPWP")
    assert rule.canonical("01.234.567.8-901.000") == rule.canonical("0012345678901000") != ""
    assert rule.canonical("412345678901000") == rule.canonical("0412345678901000")


def test_scientific_notation_of_no_province_is_no_nik(detector: Detector) -> None:
    assert (
        seen(detector, nik=[f"2.{2 + i % 8}{MadeUp(i).digits(4)}E+15" for i in range(50)] + ["3.1E+14", "3.17101E-15"])
        == {}
    )


def test_damaged_numbers_beside_whole_ones_count_as_no_person(detector: Detector) -> None:
    people = MadeUp(14)
    whole = [people.nik() for _ in range(100)]
    (finding,) = (
        f for f in findings(detector, nik=whole + [SCIENTIFIC["point"](n) for n in whole]) if f.entity == "ID_NIK"
    )
    assert (finding.matched, finding.distinct) == (200, 100)


def test_empty_cells_do_not_count_as_seen(detector: Detector) -> None:
    people = MadeUp(7)
    (finding,) = findings(detector, nik=[people.nik() for _ in range(50)] + [None, "", "-", "NULL", "n/a"] * 10)
    assert (finding.matched, finding.seen) == (50, 50)


@pytest.mark.parametrize("kind", [pa.int64(), pa.float64(), pa.decimal128(38)], ids=str)
def test_numbers_typed_as_numbers_are_found(detector: Detector, kind: pa.DataType) -> None:
    people = MadeUp(8)
    column = pa.array([int(people.nik()) for _ in range(N)], pa.int64()).cast(kind, safe=False)
    assert seen(detector, c1=column)["c1"][:2] == ("ID_NIK", N)


def test_batches_make_no_difference(detector: Detector) -> None:
    people = MadeUp(9)
    columns = {
        "a": [people.nik() for _ in range(N)],
        "b": people.households(N),
        "c": [people.email() for _ in range(N)],
    }
    assert findings(detector, batches=1, **columns) == findings(detector, batches=7, **columns)


def test_samples_are_masked_and_distinct_is_estimated(detector: Detector) -> None:
    people = MadeUp(10)
    values = [people.nik() for _ in range(5000)]
    (finding,) = findings(detector, nik=values)
    assert len(finding.samples) == 5
    assert all("*" * 8 in s and s not in values for s in finding.samples)
    assert finding.distinct == pytest.approx(len(set(values)), rel=0.1)
    assert not any(v in repr(finding) for v in values)


def test_cells_that_fail_the_checks_of_a_whole_cell_are_counted_as_tried(detector: Detector) -> None:
    cells = [("L", "P")[i % 2] for i in range(570)] + ["Lainlain"] * 30
    (finding,) = (f for f in findings(detector, jenis_kelamin=cells) if f.entity == "SEX")
    (passed,) = (dict(e.params) for e in finding.evidence if e.code == "checks_passed")
    assert (passed["matched"], passed["seen"]) == (570, 600)
