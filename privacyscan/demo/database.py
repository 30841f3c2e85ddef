"""The made-up agency's database: queue, health service, staff, a forgotten test copy, and tables without people."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from privacyscan.demo import letters
from privacyscan.demo.people import TODAY, Person, card, digits, nip
from privacyscan.demo.places import regions
from privacyscan.demo.records import Column, Planted, Records, column

SERVICES = ("Perekaman KTP", "Cetak KTP", "Kartu Keluarga", "Akta Kelahiran", "SIM", "SKCK", "Pajak", "BPJS", "Paspor")
DIAGNOSES = ("J06.9", "I10", "E11.9", "A09", "K29.7", "M54.5", "Z34.9", "B20", "A15.0", "R50.9")
POSTS = ("Analis Kependudukan", "Arsiparis", "Pranata Komputer", "Perawat", "Bendahara", "Kepala Seksi", "Pengemudi")
VIEW = "CREATE VIEW v_antrean_menunggu AS SELECT nomor, nik, nama FROM antrean WHERE status = 'menunggu'"


def write(path: Path, people: Sequence[Person], random: Random) -> list[Planted]:
    """Make the database; gives back what is planted, an asset being the name of its table."""
    planted: list[Planted] = []
    with closing(sqlite3.connect(path)) as connection:
        for records in (*_personal(people, random), *_impersonal(len(people), random)):
            names = ", ".join(f'"{n}"' for n in records.names)
            marks = ", ".join("?" for _ in records.names)
            connection.execute(f'CREATE TABLE "{records.name}" ({names})')
            connection.executemany(f'INSERT INTO "{records.name}" VALUES ({marks})', records.rows())
            planted += records.planted(records.name)
        connection.execute(VIEW)
        waiting = connection.execute("SELECT count(*) FROM v_antrean_menunggu").fetchone()[0]
        connection.commit()
    return [
        *planted,
        *(Planted("v_antrean_menunggu", c, e, waiting) for c, e in (("nik", "ID_NIK"), ("nama", "PERSON"))),
    ]


def _personal(people: Sequence[Person], random: Random) -> Iterator[Records]:
    adults = [p for p in people if p.age >= 17]
    yield _queue(random.choices(adults, k=len(people)), random)
    yield _visits(random.choices(people, k=len(people) // 2), random)
    yield _staff([p for p in adults if 22 <= p.age <= 57 and p.phone][: max(30, len(people) // 25)], random)
    yield _payments(random.choices(adults, k=len(people) // 10), random)
    yield register("penduduk_test_copy", people)


def register(name: str, people: Sequence[Person]) -> Records:
    """The population register as a table."""
    return Records(
        name,
        [
            column("nik", [p.nik for p in people], "ID_NIK"),
            column("no_kk", [p.kk for p in people], "ID_KK"),
            column("nama_lengkap", [p.name for p in people], "PERSON"),
            column("tempat_lahir", [p.town for p in people], "PLACE_OF_BIRTH"),
            column("tanggal_lahir", [f"{p.born:%Y-%m-%d}" for p in people], "DATE_OF_BIRTH"),
            column("jenis_kelamin", ["P" if p.woman else "L" for p in people], "SEX"),
            column("agama", [p.religion for p in people], "RELIGION"),
            column("alamat", [p.address for p in people], "ADDRESS"),
            column("no_hp", [p.phone or None for p in people], "PHONE_NUMBER"),
        ],
    )


def _queue(people: Sequence[Person], random: Random) -> Records:
    return Records(
        "antrean",
        [
            column("id", range(1, len(people) + 1)),
            column("nomor", [f"{random.choice('ABCD')}-{random.randint(1, 200):03d}" for _ in people]),
            column("nik", [p.nik for p in people], "ID_NIK"),
            column("nama", [p.name.upper() for p in people], "PERSON"),
            column("kontak", [p.phone or "-" for p in people], "PHONE_NUMBER"),
            column("surel", [p.email or None for p in people], "EMAIL_ADDRESS"),
            column("layanan", random.choices(SERVICES, k=len(people))),
            column("waktu_daftar", _times(len(people), random)),
            column("status", random.choices(("selesai", "batal", "menunggu"), (85, 10, 5), k=len(people))),
        ],
    )


def _visits(people: Sequence[Person], random: Random) -> Records:
    notes = [random.choices(letters.NOTES, (40, 40, 5, 15))[0] for _ in people]
    called = [bool(letters.holds(n)) and bool(p.phone) for n, p in zip(notes, people, strict=True)]
    written = [
        n.format(phone=p.phone) if c else letters.NOTES[0] for n, p, c in zip(notes, people, called, strict=True)
    ]
    return Records(
        "kunjungan_pasien",
        [
            column("no_rm", ["-".join(digits(random, 2) for _ in range(3)) for _ in people], "ID_MEDICAL_RECORD"),
            column("no_ktp", [p.nik for p in people], "ID_NIK"),
            column("nama_pasien", [p.name for p in people], "PERSON"),
            column("tgl_lahir", [f"{p.born:%d-%m-%Y}" for p in people], "DATE_OF_BIRTH"),
            column("jk", ["P" if p.woman else "L" for p in people], "SEX"),
            column("diagnosa", random.choices(DIAGNOSES, k=len(people)), "HEALTH"),
            column("no_bpjs", [f"000{digits(random, 10)}" for _ in people], "ID_BPJS_KESEHATAN"),
            Column("catatan", written, {"PHONE_NUMBER": sum(called)}),
            column("tanggal_kunjungan", [t[:10] for t in _times(len(people), random)]),
        ],
    )


def _staff(people: Sequence[Person], random: Random) -> Records:
    return Records(
        "pegawai",
        [
            column("nip", [nip(p, random) for p in people], "ID_NIP"),
            column("nik", [p.nik for p in people], "ID_NIK"),
            column("nama_pegawai", [p.name for p in people], "PERSON"),
            column("jabatan", random.choices(POSTS, k=len(people)), "OCCUPATION"),
            column("npwp", [_old_or_new(p.npwp, random) for p in people], "ID_NPWP"),
            column("gaji", [random.randrange(2_500_000, 9_000_000, 50_000) for _ in people], "INCOME"),
            column("no_rekening", [f"9{digits(random, 9)}" for _ in people], "BANK_ACCOUNT"),
            column("email", [p.email for p in people], "EMAIL_ADDRESS"),
        ],
    )


def _old_or_new(npwp: str, random: Random) -> str:
    """One in five already writes the 16 digits of 2024: a zero and the old 15."""
    return "0" + "".join(c for c in npwp if c.isdigit()) if npwp and random.random() < 0.2 else npwp


def _payments(people: Sequence[Person], random: Random) -> Records:
    return Records(
        "pembayaran",
        [
            column("nomor_transaksi", [digits(random, 16) for _ in people]),
            column("nama_pemegang", [p.name.upper() for p in people], "PERSON"),
            column("kartu", [card(random) for _ in people], "CREDIT_CARD"),
            column("jumlah", [random.randrange(10_000, 500_000, 5_000) for _ in people]),
        ],
    )


def _impersonal(count: int, random: Random) -> Iterator[Records]:
    yield regions("wilayah")
    yield Records("layanan", [column("kode", range(1, len(SERVICES) + 1)), column("nama", SERVICES)])
    yield Records(
        "anggaran",
        [
            column("kode_rekening", [f"5.1.02.01.01.{random.randint(1, 99):04d}" for _ in range(count // 20)]),
            column("uraian", random.choices(("Belanja ATK", "Belanja Makan Minum", "Perjalanan Dinas"), k=count // 20)),
            column("pagu", [random.randrange(10**6, 10**10, 1000) for _ in range(count // 20)]),
        ],
    )
    yield Records(
        "transaksi",
        [
            column("nomor_referensi", [digits(random, 16) for _ in range(count)]),
            column("waktu_ms", [1_700_000_000_000 + random.randrange(10**10) for _ in range(count)]),
            column("kode", [digits(random, 16) for _ in range(count)]),
            column("jumlah", [random.randrange(1_000, 10**7) for _ in range(count)]),
        ],
    )
    yield Records(
        "pengiriman",
        [
            column("nomor_resi", [f"JP{digits(random, 12)}" for _ in range(count // 5)]),
            column("barcode", [digits(random, 13) for _ in range(count // 5)]),
            column("berat", [f"{random.random() * 20:.2f}" for _ in range(count // 5)]),
        ],
    )


def _times(count: int, random: Random) -> list[str]:
    start = datetime(TODAY.year - 1, 1, 2, 8)
    return [f"{start + timedelta(minutes=random.randrange(500 * 24 * 60)):%Y-%m-%d %H:%M:%S}" for _ in range(count)]
