"""Data that the law calls specific, and ethnicity: columns of agencies' systems, and what only looks like them."""

from __future__ import annotations

from base64 import b64encode
from random import Random

import pyarrow as pa
import pytest

from privacyscan import rulebook
from privacyscan.detect import AssetTally, Detector
from privacyscan.model import Place, Table, Text
from tests.detect.made_up import MadeUp

RANDOM = Random(7)


def noise(size: int) -> bytes:
    return RANDOM.randbytes(size)


def template(kind: bytes = b"FMR\0 20\0") -> bytes:
    """A made-up record of ISO/IEC 19794 with random contents."""
    return kind + (300).to_bytes(4, "big") + noise(288)


def jpeg() -> bytes:
    return b"\xff\xd8\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0" + noise(300) + b"\xff\xd9"


def base64(data: bytes) -> str:
    return b64encode(data).decode()


def embedding() -> str:
    return "[" + ", ".join(f"{RANDOM.uniform(-0.4, 0.4):.5f}" for _ in range(128)) + "]"


@pytest.fixture(scope="module")
def detector() -> Detector:
    return Detector(rulebook.load().identifiers.values(), b"k" * 32)


def judged(detector: Detector, columns: dict[str, pa.Array]) -> dict[tuple[str, str], int]:
    """Column and entity -> matched cells."""
    place = Place("uji", ("t.csv",))
    tally = AssetTally(place, "file")
    detector.table(Table(place, pa.record_batch(list(columns.values()), list(columns)), 0), tally)
    return {(f.place.column or "", f.entity): f.matched for f in detector.findings(tally)}


def found(detector: Detector, header: str, values: list[str], copies: int = 40) -> dict[str, int]:
    return {e: n for (_, e), n in judged(detector, {header: pa.array(values * copies)}).items()}


@pytest.mark.parametrize("copies", [4, 200])  # one by one, and with vectors
@pytest.mark.parametrize(
    ("header", "values", "entity"),
    [
        ("suku_bangsa", ["Jawa", "Sunda", "Batak Toba"], "ETHNICITY"),
        ("etnis", ["TIONGHOA", "MELAYU"], "ETHNICITY"),
        ("profil_dna", ["ACGTTGCAACGTACGTTAGCAA", "TTGACCATGCATTGCAATCGGA"], "GENETIC"),
        ("D8S1179", ["13,14", "10,15"], "GENETIC"),
        ("kariotipe", ["46,XY", "47,XX,+21"], "GENETIC"),
        ("genotipe", ["rs429358 C/T", "rs7412 C/C"], "GENETIC"),
        ("catatan_kriminal", ["Tidak ada", "Pencurian, 2015"], "CRIMINAL_RECORD"),
        ("tindak_pidana", ["Narkotika", "Penganiayaan"], "CRIMINAL_RECORD"),
        ("nomor_perkara", ["12/Pid.B/2023/PN Smn", "45/Pid.Sus/2022/PN Jkt.Brt"], "CRIMINAL_RECORD"),
        ("lama_pidana", ["2 tahun 6 bulan", "8 bulan"], "CRIMINAL_RECORD"),
        ("pasal_yang_dilanggar", ["Pasal 362 KUHP", "Pasal 112 ayat (1) UU Narkotika"], "CRIMINAL_RECORD"),
        ("sidik_jari", [base64(template()), base64(template())], "BIOMETRIC"),
        ("finger_template", [template().hex(), template().hex()], "BIOMETRIC"),
        ("face_embedding", [embedding(), embedding()], "BIOMETRIC"),
        ("iris", [base64(noise(400)), base64(noise(400))], "BIOMETRIC"),  # a maker's own format
        ("c1", [base64(template()), base64(template(b"FIR\0" + b"010\0"))], "BIOMETRIC"),  # records say what they are
        ("pas_foto", ["data:image/jpeg;base64," + base64(jpeg()), base64(jpeg())], "PHOTO"),
        ("foto_pegawai", ["uploads/pegawai/1.jpg", "uploads/pegawai/2.png"], "PHOTO"),
        ("koordinat_rumah", ["-6.208812, 106.845599", "-7.797068, 110.370529"], "GEO_COORDINATE"),
        ("lokasi_rumah", ["https://maps.app.goo.gl/AbCdEf123456", "POINT(106.8456 -6.2088)"], "GEO_COORDINATE"),
    ],
)
def test_header_and_values_agree(detector: Detector, header: str, values: list[str], entity: str, copies: int) -> None:
    assert found(detector, header, values, copies) == {entity: len(values) * copies}
    assert entity not in found(detector, header, ["selesai dicetak", "menunggu di loket"], copies)


@pytest.mark.parametrize(
    ("header", "values"),
    [
        ("suku_dinas", ["Jakarta Pusat", "Jakarta Barat"]),
        ("suku_bunga", ["5,25", "6,00"]),
        ("wilayah", ["Jawa", "Bali"]),
        ("c1", ["Jawa", "Sunda"]),
        ("skor", ["13,14", "10,15"]),
        ("mutasi", ["Masuk", "Keluar"]),
        ("nomor_perkara", ["12/Pdt.G/2023/PN Smn", "45/Pdt.P/2022/PN Jkt.Brt"]),
        ("hukuman_disiplin", ["Ringan", "Sedang"]),
        ("kasus", ["Konfirmasi", "Suspek"]),
        ("lama_sewa", ["2 tahun 6 bulan", "8 bulan"]),
        ("ssh_fingerprint", ["SHA256:" + base64(noise(32))]),
        ("fingerprint", [noise(32).hex(), noise(32).hex()]),  # of a browser
        ("checksum", [noise(64).hex(), noise(64).hex()]),
        ("payload", [base64(noise(400)), base64(noise(400))]),
        ("vektor", [embedding(), embedding()]),  # of a text
        ("gambar_produk", [base64(jpeg()), "img/sepatu.jpg"]),
        ("koordinat", ["-6.208812, 106.845599", "-7.797068, 110.370529"]),  # of offices, for all we know
        ("lat", ["-6.208812", "-7.797068"]),
    ],
)
def test_a_column_of_something_else_stays_silent(detector: Detector, header: str, values: list[str]) -> None:
    assert found(detector, header, values) == {}


@pytest.mark.parametrize(
    ("header", "values"), [("suku", ["Jawa", "Sunda", "Bugis"]), ("jenis_kejahatan", ["Narkotika"])]
)
def test_a_table_of_the_values_themselves_stays_silent(detector: Detector, header: str, values: list[str]) -> None:
    assert found(detector, header, values, copies=1) == {}


LATITUDES = pa.array([-6.1 - i / 777 for i in range(60)])
LONGITUDES = pa.array([106.1 + i / 777 for i in range(60)])
BESIDE = [
    ("foto", pa.array([f"foto/{i}.jpg" for i in range(60)]), "PHOTO"),
    ("foto", pa.array([base64(jpeg()) for _ in range(60)]), "PHOTO"),
    ("foto", pa.array([jpeg() for _ in range(60)]), "PHOTO"),  # as readers of Parquet give it
    ("avatar", pa.array([f"https://contoh.go.id/a/{i}.png?v=2" for i in range(60)]), "PHOTO"),
    ("lat", LATITUDES, "GEO_COORDINATE"),
    ("longitude", LONGITUDES, "GEO_COORDINATE"),
    ("bujur", LONGITUDES.cast(pa.string()), "GEO_COORDINATE"),
    ("lintang", LATITUDES.cast(pa.decimal128(12, 7), safe=False), "GEO_COORDINATE"),
    ("koordinat", pa.array([f"-6.{2000 + i}, 106.{8000 + i}" for i in range(60)]), "GEO_COORDINATE"),
    ("nama_obat", pa.array(["Amoxicillin 500 mg", "Paracetamol", "Metformin 500mg"] * 20), "HEALTH"),
    ("keluhan", pa.array(["demam 3 hari", "batuk pilek", "nyeri dada"] * 20), "HEALTH"),
    ("hasil", pa.array(["Reaktif", "Non Reaktif"] * 30), "HEALTH"),
    ("kasus", pa.array(["Pencurian", "Narkotika"] * 30), "CRIMINAL_RECORD"),
]


@pytest.mark.parametrize(("header", "cells", "entity"), BESIDE)
def test_what_is_of_a_person_beside_persons_is_nobodys_without(
    detector: Detector, header: str, cells: pa.Array, entity: str
) -> None:
    person = MadeUp(1)
    niks = pa.array([person.nik() for _ in cells])
    assert judged(detector, {"nik": niks, header: cells}) == {("nik", "ID_NIK"): 60, (header, entity): 60}
    assert judged(detector, {"nama_gedung": pa.array(["Gedung A", "Aula B"] * 30), header: cells}) == {}


SALARIES = [4_500_000 + 12_345 * i for i in range(60)]


@pytest.mark.parametrize("kind", [pa.float64(), pa.decimal128(21, 2), pa.int64(), pa.string()], ids=str)
def test_salaries_of_any_type_are_found_and_budgets_are_not(detector: Detector, kind: pa.DataType) -> None:
    assert judged(detector, {"gaji_pokok": pa.array(SALARIES).cast(kind)}) == {("gaji_pokok", "INCOME"): 60}
    assert judged(detector, {"anggaran_gaji": pa.array(SALARIES).cast(kind)}) == {}
    assert judged(detector, {"gaji": pa.array([1000 * s for s in SALARIES]).cast(kind)}) == {}


def test_samples_of_large_cells_are_short_and_show_nothing(detector: Detector) -> None:
    place, image = Place("uji", ("t.csv",)), base64(jpeg() + noise(9_000))
    tally = AssetTally(place, "file")
    detector.table(Table(place, pa.record_batch([pa.array([image] * 30)], ["pas_foto"]), 0), tally)
    (finding,) = detector.findings(tally)
    assert finding.matched == 30
    assert finding.samples
    assert all(set(s) == {"*"} and len(s) < 100 for s in finding.samples)


@pytest.mark.parametrize(
    ("line", "entities"),
    [
        ("Terdakwa dalam perkara 123/Pid.B/2023/PN Jkt.Sel hadir", ["CRIMINAL_RECORD"]),
        ("Putusan 123/Pid.B/2023/PN Jkt.Sel dapat diunduh", []),
        ("Pasal 362 KUHP mengatur pencurian", []),
        ("Share lokasi: https://maps.app.goo.gl/AbCdEf123456", ["GEO_COORDINATE"]),
        ("Koordinat rumah: -6.208812, 106.845599", ["GEO_COORDINATE"]),
        ("Koordinat kantor: -6.208812, 106.845599", []),
        ("Rumah sakit, koordinat -6.208812, 106.845599", []),
        ("sensor 7;-6.208812,106.845599;31.2", []),
    ],
)
def test_texts(detector: Detector, line: str, entities: list[str]) -> None:
    place = Place("uji", ("a.txt",))
    scanner = detector.text_scanner()
    scanner.add(Text(place, f"{line}\n".encode()))
    assert [f.entity for f in detector.findings(AssetTally(place, "file", text=scanner.finish()))] == entities


NIK = MadeUp(9).nik()


@pytest.mark.parametrize(
    ("text", "entity", "said"),
    [
        ("Terdakwa {nik} divonis 2 tahun penjara.", "CRIMINAL_RECORD", ["Terdakwa", "divonis 2 tahun"]),
        ("Nama: X, NIK {nik}, residivis kasus pencurian.", "CRIMINAL_RECORD", ["residivis", "kasus pencurian"]),
        ("NIK {nik} dijerat dengan Pasal 362 KUHP.", "CRIMINAL_RECORD", ["dijerat dengan Pasal 362"]),
        ("Polisi menahan terdakwa. NIK {nik} bukan pelaku.", "CRIMINAL_RECORD", []),
        ("Pemohon NIK {nik}, suku Batak, mengajukan izin.", "ETHNICITY", ["suku Batak"]),
        ("Festival suku Batak dibuka. NIK {nik} hadir.", "ETHNICITY", []),
        ("Pasien NIK {nik} dengan mutasi gen EGFR dirujuk.", "GENETIC", ["mutasi gen EGFR"]),
    ],
)
def test_a_sentence_about_a_person(detector: Detector, text: str, entity: str, said: list[str]) -> None:
    text = text.format(nik=NIK)
    scanner = detector.text_scanner()
    scanner.add(Text(Place("uji", ("a.txt",)), f"{text}\n".encode()))
    findings = detector.findings(AssetTally(Place("uji", ("a.txt",)), "file", text=scanner.finish()))
    places = [p for f in findings if f.entity == entity for p in f.locations]
    assert sorted(text[p.offset_start : p.offset_end] for p in places) == sorted(said)
