"""Columns of names and addresses under any header: found, counted and explained by both engines; decoys stay silent."""

from __future__ import annotations

import random
import time

import pyarrow as pa
import pytest

from privacyscan import rulebook
from privacyscan.detect import AssetTally, Detector
from privacyscan.detect.names.cells import LONGEST, part
from privacyscan.model import Finding, Place, Table
from tests.detect.made_up import MadeUp

PLACE = Place("berkas", ("t",))
GIVEN = [
    "Siti",
    "Budi",
    "Dewi",
    "Agus",
    "Ratna",
    "Hendra",
    "Yuliana",
    "Bambang",
    "Endang",
    "Rudi",
    "Maya",
    "Asep",
    "Wayan",
    "Ketut",
    "Togar",
    "Maria",
]
FAMILY = [
    "Aminah",
    "Santoso",
    "Lestari",
    "Wijaya",
    "Sari",
    "Gunawan",
    "Kartika",
    "Suprapto",
    "Hartono",
    "Simanjuntak",
    "Rumbiak",
    "Nasution",
]
SCHOOLS = ["SDN 2 Sukamaju", "SMP Negeri 5 Bantul", "SMK Muhammadiyah 1", "MTs Al Hidayah", "TK Pertiwi Jetis"]
GOODS = ["Kertas A4", "Tinta Printer", "Meja Kerja", "Beras Premium", "Semen 50 kg", "Kursi Rapat"]


@pytest.fixture(scope="module", params=["fast", "reference"])
def detector(request: pytest.FixtureRequest) -> Detector:
    return Detector(rulebook.load().identifiers.values(), b"k" * 32, "all", request.param)


def found(detector: Detector, header: str, cells: list[str], step: int = 5000) -> dict[str, Finding]:
    batch = pa.record_batch([pa.array(cells)], [header])
    tally = AssetTally(PLACE, "file")
    for first in range(0, len(cells), step):
        detector.table(Table(PLACE, batch.slice(first, step), first), tally)
    return {f.entity: f for f in detector.findings(tally)}


def names(n: int, seed: int = 1) -> list[str]:
    r = random.Random(seed)
    return [f"{r.choice(GIVEN)} {r.choice(FAMILY)}" for _ in range(n)]


def homes(n: int, seed: int = 1) -> list[str]:
    r = random.Random(seed)
    forms = ("Jl. {0} No. {1} RT 00{2}/00{2}", "Dusun {0} RT 0{2} RW 0{2}", "Perum {0} Asri Blok B{2} No. {1}")
    return [r.choice(forms).format(r.choice(FAMILY), r.randint(1, 90), r.randint(1, 9)) for _ in range(n)]


@pytest.mark.parametrize("header", ["c3", "nama", "nama_pasien", "field_7", "keterangan"])
def test_names_are_found_and_counted_under_any_header(detector: Detector, header: str) -> None:
    finding = found(detector, header, names(400))["PERSON"]
    assert (finding.matched, finding.seen, finding.confidence) == (400, 400, 0.95)


@pytest.mark.parametrize("header", ["alamat2", "c7", "alamat", "tempat"])
def test_addresses_are_found_and_counted_under_any_header(detector: Detector, header: str) -> None:
    finding = found(detector, header, homes(400))["ADDRESS"]
    assert (finding.matched, finding.confidence) == (400, 0.95)


def test_cells_that_hold_nothing_are_not_seen(detector: Detector) -> None:
    finding = found(detector, "c3", names(300) + ["-"] * 200)["PERSON"]
    assert (finding.matched, finding.seen) == (300, 300)


def test_in_a_mixed_column_the_names_alone_count(detector: Detector) -> None:
    r = random.Random(2)
    cells = [r.choice(SCHOOLS) if i % 10 < 3 else name for i, name in enumerate(names(1000))]
    finding = found(detector, "c3", cells)["PERSON"]
    assert finding.matched == pytest.approx(700, rel=0.02)
    assert finding.seen == 1000
    assert finding.confidence == 0.6


def test_a_number_and_the_name_beside_it_are_two_finds(detector: Detector) -> None:
    people = MadeUp(3)
    cells = [f"{people.nik()} - {name}" for name in names(300)]
    assert {e: f.matched for e, f in found(detector, "c3", cells).items()} == {"ID_NIK": 300, "PERSON": 300}


@pytest.mark.parametrize(
    ("header", "cells"),
    [("nama_barang", GOODS), ("c1", GOODS), ("nama", SCHOOLS), ("nama_jalan", ["Sudirman", "Kartini", "Diponegoro"]),
     ("alamat_kantor", homes(20)), ("lokasi", homes(20)), ("no_surat", ["470/12/DS/2019", "470/7/DS/2020"]),
     ("c1", ["Pasien datang dengan keluhan demam sejak tiga hari, diantar Siti Aminah ke loket"])],
)  # fmt: skip
def test_decoys_stay_silent(detector: Detector, header: str, cells: list[str]) -> None:
    assert not {"PERSON", "ADDRESS"} & set(found(detector, header, cells * 60))


def test_a_header_that_means_something_else_needs_clear_content(detector: Detector) -> None:
    assert found(detector, "nama_produk", names(300))["PERSON"].confidence == 0.95


def test_the_evidence_says_what_was_read(detector: Detector) -> None:
    (content,) = [e for e in found(detector, "c3", names(300))["PERSON"].evidence if e.code == "content"]
    assert content.params["share"] == 1.0
    assert float(content.params["probability"]) > 0.95


def test_rules_of_names_can_be_left_out() -> None:
    rules = [i for i in rulebook.load().identifiers.values() if i.part != "names"]
    detector = Detector(rules, b"k" * 32)
    assert found(detector, "c3", names(300)) == {}
    assert "ADDRESS" in found(detector, "c7", homes(300))


@pytest.mark.parametrize("step", [17, 250])
def test_batches_make_no_difference_to_the_count(detector: Detector, step: int) -> None:
    cells = names(700) + homes(10) + GOODS * 5
    matched = found(detector, "c3", cells, step)["PERSON"].matched
    assert matched == found(detector, "c3", cells)["PERSON"].matched
    assert matched == pytest.approx(700, rel=0.02)


def test_a_file_in_a_cell_is_read_no_further_than_a_name_goes() -> None:
    """A pattern that begins anywhere in a text without blanks took minutes for a picture in base64."""
    cell = "Zm90by9" * 40_000 + "@contoh.id"
    start = time.process_time()
    assert part(cell)[1] <= LONGEST
    assert time.process_time() - start < 0.5
