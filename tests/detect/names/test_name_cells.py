"""The column model: what columns are by the content of their cells alone."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from privacyscan.detect.names.cells import Signs, judge, part, read
from privacyscan.resources import folder

NAMES = [
    "Siti Aminah",
    "BUDI SANTOSO",
    "I Made Suryadi",
    "tiurma hutapea",
    "Yohanes Rumainum",
    "Tan Giok Lan",
    "Nurhayati",
    "Drs. Agus Wijaya, M.Si.",
    "Hj. Aisyah binti Umar",
    "Andi Baso Daeng",
    "Ngatinem",
    "Maria Klau",
]
HOMES = ["Jl. Melati No. 5 RT 001/RW 002", "Dusun Krajan RT 03 RW 01", "Perum Griya Asri Blok C2 No. 14",
         "Gg. Mawar III No. 12", "Kp. Cibeureum RT.002/005 Kec. Parung"]  # fmt: skip
NEITHER = {
    "goods": ["Kertas A4", "Tinta Printer", "Meja Kerja", "Kursi Rapat", "Semen", "Beras Premium", "Kabel", "Lampu"],
    "places": ["Sukamaju", "Cibadak", "Wonosari", "Tanjung Raja", "Kec. Depok", "Kab. Sleman", "Bantul", "Jetis"],
    "offices": ["Dinas Kesehatan", "Puskesmas Kartasura", "SDN 2 Sukamaju", "PT Sinar Mas", "RSUD Dr. Soetomo"],
    "statuses": ["Selesai", "Menunggu", "Ditolak", "Baru", "Lunas", "Dalam Proses"],
    "roads": ["Jl. Ahmad Yani", "Jl. Sudirman", "Jl. Gatot Subroto", "Jl. Kartini", "Jl. Diponegoro"],
    "codes": ["470/123/DS/2019", "/srv/data/2020/03/a.pdf", "INV-2020-0001", "PO-2020-0123456789"],
    "rules": ["Perda Nomor 12 Tahun 2019", "Peraturan Bupati No. 4/2020", "UU No. 27 Tahun 2022", "SK Nomor 470/12/DS"],
    "versions": ["v4.16.13-rc4", "versi 2.1 build 45", "Rilis 12"],
    "sentences": ["berkas atas nama Siti Aminah sudah diterima lengkap di loket empat tadi pagi oleh petugas"],
    "signs": ["-", "?", "12", "", "   ", "A", "3171014107900001"],
}


def test_names_are_persons() -> None:
    kind = judge(NAMES * 5)
    assert kind.decision == "person"
    assert kind.probability > 0.95
    assert kind.persons > 0.9


@pytest.mark.parametrize("write", [str.upper, str.lower, str.title])
def test_however_they_are_written(write: object) -> None:
    assert judge([write(n) for n in NAMES] * 5).decision == "person"  # type: ignore[operator]


def test_homes_are_addresses() -> None:
    kind = judge(HOMES * 6)
    assert kind.decision == "address"
    assert kind.addresses > 0.9


@pytest.mark.parametrize("what", list(NEITHER))
def test_other_columns_are_neither(what: str) -> None:
    assert judge(NEITHER[what] * 8).decision == ""


@pytest.mark.parametrize(
    ("others", "share"),
    [("signs", 1.0), ("offices", 0.7), ("statuses", 0.7)],
    ids=["cells without letters say nothing", "schools and offices", "statuses"],
)
def test_a_mixed_column_is_of_persons_to_its_share(others: str, share: float) -> None:
    rest = NEITHER[others] * 20
    kind = judge(NAMES * 7 + rest[:36])
    assert kind.decision == "person"
    assert kind.persons == pytest.approx(share, abs=0.06)


@pytest.mark.parametrize(
    "cell",
    ["Siti Aminah (3171014107900001)", "3171014107900001 - Siti Aminah", "Siti Aminah / 0812-3456-7890",
     "NIK: 3171014107900001, Siti Aminah", "Siti Aminah <siti@contoh.go.id>", "  Siti Aminah  "],
)  # fmt: skip
def test_the_name_beside_a_number_is_found(cell: str) -> None:
    start, end = part(cell)
    assert cell[start:end] == "Siti Aminah"


def test_signs_of_parts_add_up() -> None:
    whole, first, second = Signs(), Signs(), Signs()
    for i, text in enumerate(NAMES + HOMES):
        cell = read(text)
        assert cell is not None
        whole.add(cell)
        (first, second)[i % 2].add(cell)
    first.merge(second)
    assert first == whole


@given(st.lists(st.text(max_size=60), max_size=30))
@settings(max_examples=150, deadline=None)
def test_no_cells_are_too_strange(cells: list[str]) -> None:
    kind = judge(cells)
    assert kind.decision in ("person", "address", "")
    assert 0 <= kind.persons <= 1
    assert 0.5 <= kind.probability <= 1


@given(st.text(st.characters(codec=None), max_size=300))
@settings(max_examples=150, deadline=None)
def test_the_part_lies_in_the_cell(text: str) -> None:
    start, end = part(text)
    assert 0 <= start <= end <= len(text)
    read(text)


def test_the_model_is_the_one_described() -> None:
    """Who changes the file trains it anew, writes that down in columns.md, and puts its checksum here."""
    contents = (folder("rules") / "models" / "columns.json").read_bytes()
    assert len(contents) <= 400_000
    assert sha256(contents).hexdigest() == CHECKSUM


CHECKSUM = "b621bc39dac878072b15f4570113affc5dacf56d84f95e9e7573b0c3147f57d4"
