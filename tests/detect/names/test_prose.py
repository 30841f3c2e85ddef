"""Names and addresses in forms, letters, chats and capitals; and what must stay silent."""

from __future__ import annotations

import re
from hashlib import sha256

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from privacyscan.detect.names.prose import ADDRESS, PERSON, find, find_each, has_name, is_prose
from privacyscan.resources import folder


def found(text: str, entity: str) -> list[str]:
    return [text[span.start : span.end] for span in find(text) if span.entity == entity]


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("Nama : Budi Santoso\nNIK : 3201010101900001", ["Budi Santoso"]),
        ("NAMA LENGKAP : SITI AMINAH BINTI RAMLI", ["SITI AMINAH BINTI RAMLI"]),
        ("Bersama ini kami tugaskan Saudara Teguh Prasetyo untuk hadir.", ["Teguh Prasetyo"]),
        ("Kepala Dinas Kesehatan,\n\n\ndr. Yohana Wenda, M.Kes\nNIP. 198001012005012001", ["Yohana Wenda"]),
        ("pak joko kapan berkasnya selesai", ["joko"]),
        ("udah transfer ya kak a.n. fitri handayani", ["fitri handayani"]),
        ("Rapat dihadiri oleh I Wayan Sudana, Togar Simanjuntak, dan Melkias Tabuni.",
         ["I Wayan Sudana", "Togar Simanjuntak", "Melkias Tabuni"]),
        ("Prof. Dr. Ir. Hardjono Sastrohamidjojo, M.Sc. menjadi promotor.", ["Hardjono Sastrohamidjojo"]),
        ("Halo Pak, saya Oman Wahyudi NIM 120140012, mohon bimbingan.", ["Oman Wahyudi"]),
        ("pagi min, sy tiurma halim mau tanya bansos", ["tiurma halim"]),
        ("WNA TANJUNG, Nugroho pemegang paspor E0429512", ["TANJUNG, Nugroho"]),
        ("Tim menemui Endang Kusumawati. Endang K. bercerita tentang rumahnya.", ["Endang Kusumawati", "Endang K."]),
        ("1. Abdul Muthalib\n2. Nurul Hikmah\n3. Saharuddin", ["Abdul Muthalib", "Nurul Hikmah", "Saharuddin"]),
    ],
)  # fmt: skip
def test_people_are_found_without_honorifics_and_titles(text: str, people: list[str]) -> None:
    assert found(text, PERSON) == people


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("Alamat : Jl. Melati No. 12 RT 03 RW 05, Kel. Sukamaju, Kec. Cibinong, Kab. Bogor 16911",
         ["Jl. Melati No. 12 RT 03 RW 05, Kel. Sukamaju, Kec. Cibinong, Kab. Bogor 16911"]),
        ("Beliau tinggal di Dusun Krajan RT 02 RW 01 Desa Ngunut Kec. Babadan bersama ibunya.",
         ["Dusun Krajan RT 02 RW 01 Desa Ngunut Kec. Babadan"]),
        ("kirim ke gg. mawar no 12 rt 04 rw 02 ya", ["gg. mawar no 12 rt 04 rw 02"]),
        ("RUMAH DI JALAN TRIKORA NO. 88 KEL. HAMADI DISTRIK JAYAPURA SELATAN TERBAKAR",
         ["JALAN TRIKORA NO. 88 KEL. HAMADI DISTRIK JAYAPURA SELATAN"]),
        ("Pro  : Wiwik\nAlmt : Jatimulyo 01/07", ["Jatimulyo 01/07"]),
        ("Rumah duka di Tegalrejo 12/1, dimakamkan hari ini.", ["Tegalrejo 12/1"]),
        ("Address in Indonesia: Nangka Street No. 168, Entrop 62275", ["Nangka Street No. 168, Entrop 62275"]),
        ("Alamat email: info@contoh.go.id, dibuka pukul 8", []),
        ("Warga Desa Sukamaju dan Desa Mekarsari bergotong royong.", []),
        ("Jalan Ahmad Yani macet total sejak pagi.", []),
    ],
)  # fmt: skip
def test_addresses_are_found_whole(text: str, places: list[str]) -> None:
    assert found(text, ADDRESS) == places


@pytest.mark.parametrize(
    "text",
    [
        "KEPUTUSAN BUPATI BANTUL NOMOR 12 TAHUN 2021 TENTANG PEMBENTUKAN PANITIA",
        "Mahasiswa Universitas Hasanuddin mengikuti kuliah umum.",
        "Penumpang di Bandara Ngurah Rai meningkat.",
        "Nama Barang : Printer Epson L3110",
        "DENGAN RAHMAT TUHAN YANG MAHA ESA",
        "Bacaan: legenda Roro Jonggrang dan kisah Malin Kundang.",
        "Penjual di depan Salon Rini dan Toko Bu Tini pindah ke pasar.",
        "RSJ Dr. Radjiman Wediodiningrat menambah ruang rawat.",
        "Please contact the help desk.",
        "Nama Kegiatan : Bimbingan Teknis Pengelolaan Arsip",
        "Jabatan : Analis Kepegawaian Ahli Muda",
        "yang belum isi absen segera isi ya",
        "",
        "   \n\n ",
        "12345 67890",
    ],
)
def test_things_named_after_people_are_no_people(text: str) -> None:
    assert find(text) == []


def test_a_person_in_an_address_is_a_street() -> None:
    text = "Alamat : Jl. Dewi Sartika No. 4 RT 01 RW 02 Kel. Cawang, Jakarta Timur"
    assert [span.entity for span in find(text)] == [ADDRESS]


def test_texts_asked_for_together_have_no_say_in_each_other() -> None:
    texts = ["Nama :", "Budi Santoso hadir", "", "a.n. siti aminah", "Jl. Melati No. 5 RT 01 RW 02", "tidak ada"] * 3
    assert find_each(texts) == [find(text) for text in texts]


def test_places_are_those_of_the_whole_text() -> None:
    text = "Daftar hadir rapat koordinasi.\n\n" * 30 + "Nama : Sumirah Handayani\n"
    assert found(text, PERSON) == ["Sumirah Handayani"]


_PIECES = st.sampled_from(
    [
        "Nama : ",
        "Budi ",
        "SITI",
        "\n",
        "\n\n",
        "Jl. ",
        "No. 12 ",
        "RT 01/02",
        "Kec. ",
        ", ",
        "S.H.",
        "a.n. ",
        "\x00",
        "İ",
        "ß",
        "名",
        "\ud800",
        "²",
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.text(max_size=300), st.lists(_PIECES, max_size=40).map("".join)))
@example("\u0130" * 5 + " Budi")
@example("Nama : \x02 Budi")
@example("\r\n\r\nNama :\r\nBudi\x85\u2028Siti")
def test_any_text_is_read_and_spans_are_true(text: str) -> None:
    last = 0
    for span in find(text):
        assert last <= span.start < span.end <= len(text)
        assert not text[span.start].isspace()
        assert not text[span.end - 1].isspace()
        assert 0 <= span.score <= 1
        last = span.end
    assert is_prose(text) in (True, False)


@pytest.mark.parametrize(
    "text",
    [
        "Nama : Budi",
        "Bersama ini kami sampaikan bahwa permohonan tersebut telah kami terima dengan baik.",
        "Budi Santoso\nSiti Aminah\nWayan Sudana",
        "pak joko td nitip surat",
        "KEPADA YTH. KEPALA SEKOLAH",
        "Jl. Melati No. 3",
    ],
)
def test_what_may_hold_names_is_worth_reading(text: str) -> None:
    assert is_prose(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1234;5678;2020-01-01\n" * 50,
        "total = total + harga * 3\n" * 20,
        "3f2a9c\nbb8e11\n",
        "SKU-1002 12 pcs\nSKU-1003 4 pcs",
    ],
)
def test_numbers_and_code_are_not(text: str) -> None:
    assert not is_prose(text)


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("- Budi Santoso: 0812-3456-7890", True),
        ("DATA GANDA: SITI AMINAH / 3201010101900001", True),
        ("siti aminah 0812-3456-7890", True),
        ("Sumirah: 0812", True),
        ("INFO login ok user=budi.santoso@contoh.go.id ip=36.68.1.2", False),
        ("GET /home/Budi/Santoso ip 36.68.1.2", False),
        ("UPDATE penduduk SET status = 3", False),
        ("", False),
    ],
)
def test_beside_other_finds_one_name_is_enough(text: str, holds: bool) -> None:
    assert has_name(text) == holds


def test_the_model_is_the_one_that_its_page_describes() -> None:
    page = (folder("rules") / "models" / "names.md").read_text(encoding="utf-8")
    named = re.search(r"\b[0-9a-f]{64}\b", page)
    assert named
    assert sha256((folder("rules") / "models" / "names.crf").read_bytes()).hexdigest() == named[0]
