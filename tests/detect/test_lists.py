"""Columns of closed lists and secrets: a header and its values together, never one of them alone."""

from __future__ import annotations

import pyarrow as pa
import pytest

from privacyscan import rulebook
from privacyscan.detect import AssetTally, Detector
from privacyscan.model import Place, Table, Text

HASH = "$2b$12$" + "abcDEF./0123456789" * 2 + "abcdefghijklmnopq"
GITHUB = "ghp_" + "a1B2c3" * 6


@pytest.fixture(scope="module")
def detector() -> Detector:
    return Detector(rulebook.load().identifiers.values(), b"k" * 32)


def found(detector: Detector, header: str, values: list[str], copies: int = 40) -> dict[str, int]:
    place = Place("uji", ("t.csv",))
    tally = AssetTally(place, "file")
    detector.table(Table(place, pa.record_batch([pa.array(values * copies)], [header]), 0), tally)
    return {f.entity: f.matched for f in detector.findings(tally)}


@pytest.mark.parametrize("copies", [4, 200])  # one by one, and with vectors
@pytest.mark.parametrize(
    ("header", "values", "entity"),
    [
        ("agama", ["Islam", "Hindu"], "RELIGION"),
        ("jk", ["L", "P"], "SEX"),
        ("status_kawin", ["K/0", "TK/1"], "MARITAL_STATUS"),
        ("goldar", ["A", "O+"], "BLOOD_TYPE"),
        ("pendidikan", ["S1", "SLTA/SEDERAJAT"], "EDUCATION"),
        ("pekerjaan", ["Karyawan Swasta", "Petani"], "OCCUPATION"),
        ("kewarganegaraan", ["WNI", "WNA"], "NATIONALITY"),
        ("ragam_disabilitas", ["Tuna Netra", "Tidak"], "DISABILITY"),
        ("tempat_lahir", ["Bandung", "Medan"], "PLACE_OF_BIRTH"),
        ("nama_ibu_kandung", ["Siti Aminah", "Sri Lestari"], "MOTHER_MAIDEN_NAME"),
        ("gaji", ["4500000", "Rp 5.250.000"], "INCOME"),
        ("diagnosa", ["J06.9", "Hipertensi"], "HEALTH"),
        ("alamat", ["Jl. Melati 5, Bandung", "Dusun Krajan RT 01/RW 02"], "ADDRESS"),
        ("password", ["rahasia123", "5f4dcc3b5aa765d61d8327deb882cf99"], "CREDENTIAL"),
        ("pwd", ["5baa61e4c9b93f3f0682250b6cf8331b7ee68fd8", "pbkdf2_sha256$1$a$" + "aB3" * 14], "CREDENTIAL"),
        ("kd_diag", ["U07.1", "A09"], "HEALTH"),
        ("penyakit_penyerta", ["Hipertensi", "Diabetes melitus tipe 2"], "HEALTH"),
        ("tekanan_darah", ["120/80 mmHg", "140/90"], "HEALTH"),
        ("dx", ["J06.9", "A09"], "HEALTH"),
        ("KRJ", ["Karyawan Swasta", "Petani"], "OCCUPATION"),
        ("wn", ["WNI", "WNA"], "NATIONALITY"),
        ("person_blood", ["AB", "O"], "BLOOD_TYPE"),
        ("status_kehamilan", ["Hamil", "Tidak hamil"], "HEALTH"),
    ],
)
def test_header_and_values_agree(detector: Detector, header: str, values: list[str], entity: str, copies: int) -> None:
    assert found(detector, header, values, copies) == {entity: 2 * copies}
    assert entity not in found(detector, header, ["selesai dicetak", "menunggu di loket"], copies)
    if entity != "ADDRESS":  # RT and RW need no header
        assert entity not in found(detector, "kolom", values, copies)


@pytest.mark.parametrize(
    ("header", "values"),
    [
        ("golongan", ["III/a", "IV/b"]),  # ranks of civil servants
        ("ukuran", ["S", "M", "L"]),
        ("layanan", ["L", "P"]),
        ("status", ["selesai", "batal"]),  # of orders
        ("gaji", ["15200000000", "98000000000"]),  # a budget
        ("alamat_kantor", ["Jl. Merdeka 5"]),
        ("password_expired", ["true", "false"]),
        ("checksum", ["5f4dcc3b5aa765d61d8327deb882cf99"]),
        ("diagnosa", ["Printer rusak", "Kabel putus"]),
        ("nama_obat", ["Paracetamol 500 mg", "Amoxicillin"]),  # a stock
        ("keluhan", ["antrean lama", "petugas tidak ramah"]),
        ("uuid", ["6ba7b810-9dad-11d1-80b4-00c04fd430c8", "6ba7b811-9dad-11d1-80b4-00c04fd430c8"]),
        ("commit", ["3f786850e387550fdab836ed7e6dc881de23001b", "89e6c98d92887913cadf06b2adb97f26cde4849b"]),
    ],
)
def test_a_column_of_something_else_stays_silent(detector: Detector, header: str, values: list[str]) -> None:
    assert found(detector, header, values) == {}


def test_a_table_of_the_values_themselves_stays_silent(detector: Detector) -> None:
    assert found(detector, "agama", ["Islam", "Kristen", "Katolik", "Hindu", "Buddha"], copies=1) == {}


@pytest.mark.parametrize(
    ("line", "count"),
    [
        ("-----BEGIN OPENSSH PRIVATE KEY-----", 1),
        ("DATABASE_URL=postgresql://app:rahasia99@db.contoh.go.id:5432/layanan", 1),
        ("aws_key = AKIA" + "ABCD1234EFGH5678", 1),
        (f"token: {GITHUB}", 1),
        (f"budi:{HASH}", 1),
        ("DB_PASSWORD=mawar-19-biru", 1),
        ('"password": "Mawar2019!"', 1),
        ("Kata sandi Anda: Mawar2019", 1),
        ("Server=db01;Database=layanan;User Id=sa;Password=Mawar19;Encrypt=true", 1),
        ("https://admin:Mawar2019@intranet.contoh.go.id/laporan", 1),
        (
            f"Authorization: Bearer eyJ{'hbGciOiJIUzI1NiJ9' * 2}.eyJ{'zdWIiOiIxMjM0NTY3' * 2}.{'dozjgNryP4J3jVmN' * 2}",
            1,
        ),
        ("SLACK=xoxb" + "-1234567890-abcdefABCDEF1234567890", 1),
        ("https://hooks.slack.com/services/T12AB34CD/B12AB34CD/" + "a1B2c3D4" * 3, 1),
        ("bot 1234567890:AA" + "a1B2c3D4e5F" * 3, 1),
        ("key: AIza" + "a1B2c3D" * 5, 1),
        ("-----BEGIN PGP PRIVATE KEY BLOCK-----", 1),
        ("password=changeme", 0),
        ("password: <password>", 0),
        ("DB_PASSWORD=${DB_PASS}", 0),
        ("PASSWORD=your_password_here", 0),
        ("password = getpass()", 0),
        ("def login(user: str, password: str) -> bool:", 0),
        ("password=self.password, user=self.user", 0),
        ("Password harus diganti: setiap 90 hari", 0),
        ("postgresql://user:password@localhost/layanan", 0),
        ("mysql://root:secret@127.0.0.1/layanan", 0),
        ("AKIAIOSFODNN7EXAMPLE", 0),
        ("id 6ba7b810-9dad-11d1-80b4-00c04fd430c8 dan 3f786850e387550fdab836ed7e6dc881de23001b", 0),
        ("data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk", 0),
        ("-----BEGIN PUBLIC KEY-----", 0),
        ("postgresql://app@localhost/layanan", 0),
        ("postgresql://app:${PASSWORD}@localhost/layanan", 0),
        ("sha256 " + "0123456789abcdef" * 4, 0),
    ],
)
def test_secrets_in_texts(detector: Detector, line: str, count: int) -> None:
    place = Place("uji", ("a.env",))
    scanner = detector.text_scanner()
    scanner.add(Text(place, f"{line}\n".encode()))
    findings = list(detector.findings(AssetTally(place, "file", text=scanner.finish())))
    assert sum(f.matched for f in findings if f.entity == "CREDENTIAL") == count == len(findings)


@pytest.mark.parametrize(
    ("header", "cells", "entity"),
    [
        ("JENIS_KLMIN", ["LAKI-LAKI", "PEREMPUAN"], "SEX"),
        ("STAT_KWN", ["KAWIN", "BELUM KAWIN"], "MARITAL_STATUS"),
        ("STATUS", ["Kawin", "Belum Kawin"], None),  # of whom? nobody stands beside it
        ("agm", ["Islam", "Kristen"], "RELIGION"),
        ("tgl lhr", ["33102", "30211"], "DATE_OF_BIRTH"),
        ("jumlah", ["33102", "30211"], None),
        ("nomor kartu", ["0001234567890", "0001234567915"], "ID_BPJS_KESEHATAN"),
        ("nomor kartu", ["8881234567890", "8881234567915"], None),
        ("pengirim", ["6281234567890@s.whatsapp.net", "6281234567811@s.whatsapp.net"], "PHONE_NUMBER"),
    ],
)
def test_short_headers_and_weak_ones(detector: Detector, header: str, cells: list[str], entity: str | None) -> None:
    assert set(found(detector, header, cells, 30)) == ({entity} if entity else set())
