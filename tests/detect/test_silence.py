"""Harmless tables and texts that look like persons: nothing may be found in them."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence

import pytest

from privacyscan import rulebook
from privacyscan.detect import AssetTally, Detector
from privacyscan.model import Place, Text
from tests.detect.made_up import MadeUp
from tests.detect.test_notes import found

PLACE = Place("berkas", ("t",))
ROWS = 60


@pytest.fixture(scope="module")
def detector() -> Detector:
    return Detector(rulebook.load().identifiers.values(), b"k" * 32, "none", "fast", "auto")


def repeated(*cells: str) -> list[str]:
    return [cells[i % len(cells)] for i in range(ROWS)]


def counted(seed: int) -> list[str]:
    r = random.Random(seed)
    return [str(r.randint(10, 900)) for _ in range(ROWS)]


def tickets(seed: int) -> list[str]:
    """Region, date and serial, as a NIK has them; never of a woman."""
    made, r = MadeUp(seed), random.Random(seed)
    regions = [made.nik()[:6] for _ in range(9)]
    days = [f"{r.randint(1, 28):02}{r.randint(1, 12):02}{r.randint(21, 25)}" for _ in range(ROWS)]
    return [f"{r.choice(regions)}{day}{i + 1:04}" for i, day in enumerate(days)]


def tails(seed: int) -> list[str]:
    made = MadeUp(seed)
    return [made.digits(10) for _ in range(ROWS)]


def landlines(seed: int) -> list[str]:
    r = random.Random(seed)
    return [f"(0{r.choice([21, 24, 274])}) {r.randint(200_000, 999_999)}" for _ in range(ROWS)]


OFFICES = repeated("Dinas Kesehatan", "Satpol PP", "BPBD", "Bappeda", "Inspektorat", "RSUD", "PDAM", "Kantor Pos")
HEROES = repeated("Ngurah Rai", "Ahmad Yani", "Juanda", "Sultan Hasanuddin", "Halim Perdanakusuma", "Sam Ratulangi")
SURAHS = repeated("Al-Baqarah", "Ali Imran", "An-Nisa", "Yusuf", "Maryam", "Ar-Rahman")
ACTIVITIES = repeated(
    "Perbaikan saluran Jalan Gatot Subroto",
    "Rehabilitasi SDN 3 Kartini kelas satu",
    "Festival Budaya Sultan Agung tahun ini",
)
SLOGANS = repeated(
    "Ayo cek gula darah Anda di puskesmas terdekat",
    "Bersama kita cegah stunting sejak dini",
    "Pasien TBC bisa sembuh dengan berobat teratur",
)
DANCES = ("Serimpi", "Yospan", "Zapin", "Bedhaya", "Golek", "Gambyong", "Piring", "Saman", "Kecak", "Pendet", "Remo")
ACRONYMS = """Kebijakan kata sandi dan PIN berlaku bagi semua pegawai.
ODHIV yang minum obat teratur dapat hidup sehat.
"""
COMPLAINTS = repeated(
    "Jalan Ahmad Yani berlubang dekat simpang Kartini",
    "Lampu mati di depan Pasar Legi",
    "Pohon tumbang di Jl. Diponegoro menutup trotoar",
)
TABLES: Mapping[str, Mapping[str, Sequence[str]]] = {
    "airports": {"nama": HEROES, "elevasi": counted(1)},
    "airports, no header": {"n": HEROES, "k": counted(2)},
    "surahs": {"nama": SURAHS, "ayat": counted(3)},
    "worship": {"rumah_ibadah": repeated("Siti Aisyah", "Umar bin Khattab", "Ahmad Dahlan"), "jemaah": counted(4)},
    "kinds of licences": {"jenis_sim": repeated("SIM A", "SIM B1", "SIM C", "SIM D"), "terbit": counted(5)},
    "posyandu": {"kelompok": repeated("Dewi Sri", "Mekar Sari", "Sri Rejeki", "Budi Luhur"), "anggota": counted(6)},
    "tickets": {"no_registrasi": tickets(7), "layanan": repeated("KTP", "KIA", "Pindah")},
    "tickets, no header": {"c1": tickets(8), "c2": repeated("selesai", "proses")},
    "offices": {"instansi": OFFICES, "telepon": landlines(9)},
    "offices with fax": {"nama": OFFICES, "telp": landlines(10), "fax": landlines(11)},
    "policies": {"aplikasi": repeated("SIMPEG", "SIAK"), "password": repeated("wajib", "opsional", "tidak dipakai")},
    "language models": {"model": repeated("kecil", "besar"), "token": counted(12)},
    "cases counted": {"jenis_perkara": repeated("Narkotika", "Pencurian", "Korupsi"), "masuk": counted(13)},
    "activities": {"kegiatan": ACTIVITIES, "pagu": counted(14)},
    "slogans": {"pesan": SLOGANS, "media": repeated("baliho", "radio")},
    "complaints": {"uraian": COMPLAINTS},
    "tariffs": {"diagnosa": repeated("Stroke", "Pneumonia", "Katarak"), "tarif": counted(15)},
    "symptoms": {"penyakit": repeated("TBC", "Malaria", "Campak"), "gejala": repeated("demam", "batuk", "ruam")},
    "blood groups": {"golongan_darah": repeated("A", "B", "AB", "O"), "nomor": counted(16)},
    "grades": {
        "golongan": repeated("II/a", "III/b"),
        "gaji_pokok": [str(1_560_800 + 150_000 * i) for i in range(ROWS)],
    },
    "dances": {"tarian": repeated("Tari Bedhaya", "Tari Golek Menak", "Tari Gambyong"), "menit": counted(17)},
    "wards": {"n": repeated("Sri Rejeki", "Dewi Ratih", "Wijaya", "Budi Luhur"), "k": counted(18)},
    "bills": {"kode_bayar": [f"08{MadeUp(i).digits(10)}" for i in range(ROWS)], "status": repeated("lunas", "tunggak")},
    "tickets with letters": {"tiket": [f"REG-{t}" for t in tickets(19)], "status": repeated("buka", "tutup")},
    "tickets, month first": {"id": [f"{t[:6]}{t[8:10]}{i % 28 + 1:02}{t[10:]}" for i, t in enumerate(tickets(26))]},
    "months": {
        "penyakit": repeated("DBD", "ISPA", "Diare"),
        "kasus": counted(41),
        "bulan": repeated("Jan", "Feb", "Mar"),
    },
    "filled forms": {"nik": repeated("1111111111111111", "0000000000000000", "xxxxxxxxxxxxxxxx")},
    "products": {"upc": [f"0{i % 9}{MadeUp(i).digits(10)}" for i in range(ROWS)]},
    "public tokens": {"token_publik": [MadeUp(i).digits(4) + "Ab+/xYq" for i in range(ROWS)]},
    "schools": {
        "nama": repeated("SMP Ibrahimy", "SMA Hang Tuah 1", "MTs Nurul Jadid", "SD Negeri 4 Sukamaju"),
        "alamat": [f"Jl. Teuku Umar No. {i}, Cibinong" for i in range(ROWS)],
    },
    "health centres": {
        "pkm": [f"Puskesmas {name}" for name in repeated("Sukamaju", "Cibadak", "Jetis", "Wonosari")],
        "alamat": [f"Jl. Melati No. {i} RT 01 RW 02" for i in range(ROWS)],
    },
    "regions": {
        "wilayah": repeated("Kec. Kendal, Kab. Ngawi", "Kec. Kayen, Kab. Pati"),
        "zona": repeated("WIB", "WIT"),
    },
    "beaches": {
        "alamat": repeated("Desa Bilato, Kab. Gorontalo", "Desa Senggigi, Kab. Lombok Barat"),
        "tiket": counted(42),
    },
    "dances, no header": {
        "c1": [f"Tari {name}" for name in repeated(*DANCES)],
        "c2": counted(43),
    },
    "animals": {
        "no_telinga": counted(44),
        "jk": repeated("Jantan", "Betina"),
        "lahir": repeated("02-05-2003", "14-05-2004"),
    },
    "codes of religions": {"kode": repeated("1", "2"), "agama": repeated("Islam", "Hindu")},
    "case registers": {
        "no_perkara": [f"{i}/Pid.B/2024/PN Sby" for i in range(ROWS)],
        "lama_hari": counted(45),
    },
    "offices and their pay": {
        "opd": OFFICES,
        "jumlah_pegawai": counted(46),
        "gaji_pokok": [str(6_211_242_500 + 50_000 * i) for i in range(ROWS)],
    },
    "any digits behind regions": {"nomor": [t[:6] + tail for t, tail in zip(tickets(27), tails(28), strict=True)]},
}


@pytest.mark.parametrize("name", TABLES)
def test_harmless_tables_are_silent(detector: Detector, name: str) -> None:
    findings = found(detector, dict(TABLES[name]))
    assert [(f.place.column, f.entity, f.matched) for f in findings] == []


@pytest.mark.parametrize(
    "text",
    [
        "Pelebaran Jl. Jenderal Sudirman ruas Simpang Ahmad Yani sampai Jembatan Kartini dimulai bulan depan.\n",
        "Bali United imbang di Stadion Kapten I Wayan Dipta.\n",
        "Piala bergilir Ki Hajar Dewantara diserahkan di Gedung Sultan Agung.\n",
        "Ya Allah, ampunilah dosa kami dan dosa ibu bapak kami. Amin.\n",
        ACRONYMS,
        "SELECT count(*) FROM penduduk p WHERE p.tgl_lahir < '2008-01-01' AND p.tgl_lahir > '1990-01-01';\n",
        "".join(f"INSERT INTO t (no_tiket) VALUES ('{t}');\n" for t in tickets(47)),
        "".join(f"Puskesmas Wilayah {i} : {line}\n" for i, line in enumerate(landlines(48))),
        "Umat Islam, Kristen, Katolik, Hindu, Buddha dan Konghucu hidup rukun di kota ini.\n",
    ],
)
def test_harmless_texts_are_silent(detector: Detector, text: str) -> None:
    scanner = detector.text_scanner()
    scanner.add(Text(PLACE, text.encode()))
    assert [f.entity for f in detector.findings(AssetTally(PLACE, "file", text=scanner.finish()))] == []


def test_the_same_beside_persons_is_not_silent(detector: Detector) -> None:
    made = MadeUp(20)
    niks = [made.nik() for _ in range(ROWS)]
    seen = {f.place.column: f.entity for f in found(detector, {"nik": niks, "telepon": landlines(21)})}
    assert seen["telepon"] == "PHONE_NUMBER"
    cards = {f.place.column: f.entity for f in found(detector, {"nik": niks, "c2": tickets(22)})}
    assert cards["c2"] in ("ID_KK", "ID_NIK")  # may be the card of each


@pytest.mark.parametrize(
    ("column", "entity"),
    [
        ({"diagnosa": repeated("Stroke", "Pneumonia")}, "HEALTH"),
        ({"golongan_darah": repeated("A", "O")}, "BLOOD_TYPE"),
        ({"gaji": [str(3_000_000 + 50_000 * (i % 40)) for i in range(ROWS)]}, "INCOME"),
    ],
)
def test_the_same_alone_or_beside_what_is_personal_is_not_silent(
    detector: Detector, column: dict[str, list[str]], entity: str
) -> None:
    assert [f.entity for f in found(detector, dict(column))] == [entity]
    sexes = {"jenis_kelamin": repeated("L", "P"), "tarif": counted(25)}
    assert {f.entity for f in found(detector, sexes | column)} == {"SEX", entity}


PEOPLE = repeated("Budi Santoso", "Siti Aminah", "Dewi Lestari", "Agus Wijaya", "Rina Marlina")


@pytest.mark.parametrize("header", ["petugas", "nama", "c2"])
def test_a_roster_names_persons_again_and_again(detector: Detector, header: str) -> None:
    days = [f"2025-03-{i % 28 + 1:02}" for i in range(ROWS)]
    seen = {f.place.column: f.entity for f in found(detector, {"tanggal": days, header: PEOPLE, "loket": counted(29)})}
    assert seen[header] == "PERSON"


def test_short_names_with_initials_are_names(detector: Detector) -> None:
    names = repeated("Edi S", "Ani R", "Ida W", "Sri A", "Eko P", "Siti Aminah", "Dewi L", "Agus W", "Rina M")
    assert [f.entity for f in found(detector, {"nama": names, "nilai": counted(30)})] == ["PERSON"]


def test_numbers_of_soldiers_among_others_beside_their_names_are_found(detector: Detector) -> None:
    made = MadeUp(31)
    numbers = [made.nik(woman=False) if i % 2 else "8" + made.digits(15) for i in range(ROWS)]
    seen = {f.place.column: (f.entity, f.matched) for f in found(detector, {"nama": PEOPLE, "nomor": numbers})}
    assert seen["nomor"] == ("ID_NIK", ROWS // 2)


def test_fixed_lines_of_customers_are_theirs(detector: Detector) -> None:
    seen = found(detector, {"id_pelanggan": counted(33), "telepon": landlines(34)})
    assert [(f.place.column, f.entity, f.matched) for f in seen] == [("telepon", "PHONE_NUMBER", ROWS)]


def test_a_diagnosis_beside_an_age_is_of_somebody(detector: Detector) -> None:
    ages = [str(20 + i) for i in range(ROWS)]
    seen = found(detector, {"id_pasien": counted(32), "umur": ages, "diagnosa": repeated("Stroke", "Pneumonia", "TBC")})
    assert [(f.place.column, f.entity) for f in seen] == [("diagnosa", "HEALTH")]


def test_single_columns_are_judged_by_what_they_hold(detector: Detector) -> None:
    made = MadeUp(23)
    assert [f.entity for f in found(detector, {"c1": [made.nik(woman=False) for _ in range(ROWS)]})] == ["ID_NIK"]
    assert [f.entity for f in found(detector, {"telp": landlines(24)})] == ["PHONE_NUMBER"]
    assert [f.entity for f in found(detector, {"c1": [made.nik()]})] == ["ID_NIK"]
