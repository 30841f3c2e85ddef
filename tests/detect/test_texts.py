"""Texts: spans, context, blocks and long lines."""

from __future__ import annotations

import pytest

from privacyscan import rulebook
from privacyscan.detect import AssetTally, Detector
from privacyscan.model import Finding, Place, Text
from tests.detect.made_up import MadeUp

PLACE = Place("berkas", ("surat.txt",))


@pytest.fixture(scope="module")
def detector() -> Detector:
    return Detector(rulebook.load().identifiers.values(), b"k" * 32, "all")


def scan(detector: Detector, data: bytes, block: int = 1 << 20, overlap: int = 512) -> list[Finding]:
    """The findings of a text cut into blocks as the text format cuts it."""
    scanner, start, line, char = detector.text_scanner(), 0, 0, 0
    back = 0
    while start < len(data):
        end = min(len(data), start + block)
        if end < len(data) and (cut := data.rfind(b"\n", start, end) + 1):
            end = cut
        scanner.add(Text(PLACE, data[start:end], line, char, back))
        whole = end == len(data) or data[end - 1 : end] == b"\n"
        back = 0 if whole else overlap
        line += data.count(b"\n", start, end - back)
        char += len(data[start : end - back].decode())
        start = end - back
    tally = AssetTally(PLACE, "file", text=scanner.finish())
    return list(detector.findings(tally))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("NIK: {nik}", {"ID_NIK": 1}),
        ("KTP nomor {nik} atas nama Budi.", {"ID_NIK": 1}),
        ("{nik}", {"ID_NIK": 1}),
        ("No. KK {kk} NIK {nik}", {"ID_KK": 1, "ID_NIK": 1}),
        ("NIK:\n{nik}\n", {"ID_NIK": 1}),
        ("hubungi {phone} atau {email}", {"PHONE_NUMBER": 1, "EMAIL_ADDRESS": 1}),
        ("NPWP {npwp}.", {"ID_NPWP": 1}),
        ("NIP. {nip}", {"ID_NIP": 1}),
        ("kartu kredit {card}", {"CREDIT_CARD": 1}),
        ("Transfer berhasil ke BCA 6932192840 hari ini", {"BANK_ACCOUNT": 1}),
        ("Kantor BCA buka pukul 8, antrean 6932192840", {}),
        ("36.249.1.71 - - [12/Mar/2025:08:11:02 +0700] GET / 200", {"IP_ADDRESS": 1}),
        ("Umur/Tgl lahir : 47 tahun / 25 Februari 1978", {"DATE_OF_BIRTH": 1}),
        ("No. Kartu : 0001888477207", {"ID_BPJS_KESEHATAN": 1}),
        (
            "INSERT INTO px (norm, nokartu) VALUES ('858137', '0003159117205');",
            {"ID_BPJS_KESEHATAN": 1, "ID_MEDICAL_RECORD": 1},
        ),
        ("no transaksi 9912345678901234 faktur 1234567890123456", {}),
        ("versi 10.2.33.4, 5.1.02.01.01.0024, 550e8400-e29b-41d4-a716-446655440000", {}),
    ],
)
def test_what_a_line_holds(detector: Detector, text: str, expected: dict[str, int]) -> None:
    p = MadeUp(11)
    line = text.format(
        nik=p.nik(), kk=p.kk(), phone=p.phone(), email=p.email(), npwp=p.npwp(), nip=p.nip(), card=p.card()
    )
    assert {f.entity: f.matched for f in scan(detector, line.encode())} == expected


def test_locations_point_at_the_value(detector: Detector) -> None:
    p = MadeUp(12)
    niks = [p.nik() for _ in range(20)]
    text = "".join(f"baris {i} é\nNIK {n} selesai\n" for i, n in enumerate(niks))
    (finding,) = scan(detector, text.encode(), block=100)
    assert [text[x.offset_start : x.offset_end] for x in finding.locations] == niks
    assert [text.splitlines()[x.line][x.start : x.end] for x in finding.locations] == niks


@pytest.mark.parametrize("sign", ["\u00ad", "\u200b", "\u200e", "\u2060", "\ufeff"])
def test_signs_that_nobody_sees_hide_nothing(detector: Detector, sign: str) -> None:
    p = MadeUp(15)
    nik = sign.join(p.nik())
    text = f"{sign}baris{sign} satu, NIK {nik}{sign} dan\nsurel {sign.join(p.email())} selesai"
    assert {f.entity: f.matched for f in scan(detector, text.encode())} == {"ID_NIK": 1, "EMAIL_ADDRESS": 1}
    assert [text[s.start : s.end] for s in detector.document(text) if s.entity == "ID_NIK"] == [nik]


@pytest.mark.parametrize("block", [700, 1024, 4096, 1 << 20])
def test_a_long_line_loses_and_doubles_nothing(detector: Detector, block: int) -> None:
    p = MadeUp(13)
    text = " ".join(f"{'x' * p.random.randint(0, 90)} NIK {p.nik()}" for _ in range(300)) + "\nemail a@contoh.id\n"
    found = {f.entity: f.matched for f in scan(detector, text.encode(), block=block)}
    assert found == {"ID_NIK": 300, "EMAIL_ADDRESS": 1}


def test_random_numbers_in_a_log_are_no_finding(detector: Detector) -> None:
    p = MadeUp(14)
    log = "\n".join(f"2024-01-01 12:00:00 id={p.digits(16)} ok 17{p.digits(11)}" for _ in range(20_000))
    assert scan(detector, log.encode()) == []
