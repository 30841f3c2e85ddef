"""The fast plan finds what going through every cell and line finds: same counts, places, samples, evidence."""

from __future__ import annotations

import random
from dataclasses import replace

import pyarrow as pa
import pytest

from bench import differential
from privacyscan import rulebook
from privacyscan.detect import AssetTally, Detector
from privacyscan.model import Finding, Place, Table, Text
from tests.detect.made_up import MadeUp, lines

KEY = b"k" * 32
PLACE = Place("berkas", ("t",))


@pytest.fixture(scope="module")
def engines() -> tuple[Detector, Detector]:
    rules = rulebook.load().identifiers.values()
    return Detector(rules, KEY, "all", "fast"), Detector(rules, KEY, "all", "reference")


def of_table(detector: Detector, batch: pa.RecordBatch, step: int) -> list[Finding]:
    tally = AssetTally(PLACE, "file")
    for first in range(0, batch.num_rows, step):
        detector.table(Table(PLACE, batch.slice(first, step), first), tally)
    return list(detector.findings(tally))


def of_text(detector: Detector, text: str) -> list[Finding]:
    scanner = detector.text_scanner()
    scanner.add(Text(PLACE, text.encode()))
    return list(detector.findings(AssetTally(PLACE, "file", text=scanner.finish())))


def table(seed: int, rows: int = 400) -> pa.RecordBatch:
    """Columns of one kind each, with a share of cells of any other kind, under true and empty headers (names without a
    header are judged by the first cells that come, which depends on the size of batches)."""
    p, r = MadeUp(seed), random.Random(seed)
    nasty = lines(seed, rows)
    kinds = {
        "nik": p.nik,
        "no_kk": p.kk,
        "npwp": p.npwp,
        "nip": p.nip,
        "hp": p.phone,
        "email": p.email,
        "kartu": p.card,
        "resi": lambda: p.digits(16),
        "nama": lambda: r.choice(["Siti Aminah", "BUDI SANTOSO", "meja kerja", "-", ""]),
        "tgl_lahir": lambda: r.choice(["17-08-1990", "1990-08-17", "17 Agustus 1990", "x"]),
    }
    columns = {}
    for name, make in kinds.items():
        dirt = r.choice([0.0, 0.02, 0.5])
        cells = [r.choice(nasty) if r.random() < dirt else make() for _ in range(rows)]
        columns[name if name == "nama" or r.random() < 0.6 else f"c{len(columns)}"] = cells
    return pa.record_batch(list(columns.values()), list(columns))


@pytest.mark.parametrize("seed", range(8))
def test_tables(engines: tuple[Detector, Detector], seed: int) -> None:
    """Small batches are read one cell at a time, large ones with vectors."""
    fast, reference = engines
    batch = table(seed)
    found = of_table(reference, batch, 400)
    assert found
    assert of_table(fast, batch, 400) == found
    assert of_table(fast, batch, 37) == found


def test_batches_make_no_difference_to_the_reference(engines: tuple[Detector, Detector]) -> None:
    _, reference = engines
    batch = table(0)
    assert of_table(reference, batch, 37) == of_table(reference, batch, 400)


@pytest.mark.parametrize("seed", range(8))
def test_texts(engines: tuple[Detector, Detector], seed: int) -> None:
    fast, reference = engines
    text = "\n".join(lines(seed + 100, 1000))
    found = of_text(fast, text)
    assert found
    assert found == of_text(reference, text)


@pytest.mark.parametrize("seed", range(4))
def test_tallies_of_parts_add_up(engines: tuple[Detector, Detector], seed: int) -> None:
    """A table or text that several workers read in pieces gives what one worker finds."""
    fast, _ = engines
    batch = table(seed)
    first, second = AssetTally(PLACE, "file"), AssetTally(PLACE, "file")
    fast.table(Table(PLACE, batch.slice(0, 150), 0), first)
    fast.table(Table(PLACE, batch.slice(150), 150), second)
    first.merge(second, fast.most)
    assert list(fast.findings(first)) == of_table(fast, batch, 400)

    text = "\n".join(lines(seed, 500)) + "\n"
    cut = text.index("\n", len(text) // 2) + 1
    halves = []
    for start, end in ((0, cut), (cut, len(text))):
        scanner = fast.text_scanner()
        scanner.add(Text(PLACE, text[start:end].encode(), text.count("\n", 0, start), start))
        halves.append(AssetTally(PLACE, "file", text=scanner.finish()))
    halves[0].merge(halves[1], fast.most)
    assert list(fast.findings(halves[0])) == of_text(fast, text)


WORDS = [
    "no rek",
    "REKENING:",
    "NRP",
    "sim a",
    "No. RM",
    "ktp",
    "hp",
    "nomor transaksi",
    "Kartu Keluarga\n",
    "bpjs",
    "ok",
]


@pytest.mark.parametrize("seed", range(6))
def test_short_numbers_with_and_without_words(engines: tuple[Detector, Detector], seed: int) -> None:
    """Lines that only hold shapes which need a word: the fast plan stops where one stands in the line or above it."""
    fast, reference = engines
    p, r = MadeUp(seed), random.Random(seed)
    parts = [
        lambda: p.digits(r.randint(5, 16)),
        lambda: r.choice(WORDS),
        lambda: "\n" * r.randint(1, 3),
        lambda: "x" * 118,
    ]
    text = "".join(r.choice(parts)() + r.choice([" ", ": ", "", "\n", "_"]) for _ in range(3000))
    found = of_text(fast, text)
    assert len(found) >= 2
    assert found == of_text(reference, text)


def test_blanks_around_a_value_make_no_difference(engines: tuple[Detector, Detector]) -> None:
    """Nor whether a shape that stands anywhere is in the cell, too."""
    cells = [f" {word}{sign} " for word in ("EDUKASI", "rahasia", "budi@contoh.go.id") for sign in "!?(&%"]
    batch = pa.record_batch([cells], ["pwd"])
    fast, reference = (of_table(engine, batch, 15) for engine in engines)
    assert [f.matched for f in fast if f.entity == "CREDENTIAL"] == [len(cells)]
    assert fast == reference


@pytest.mark.parametrize("kind", differential.KINDS)
@pytest.mark.parametrize("seed", [1, 2])
def test_corpora(kind: str, seed: int) -> None:
    """Registers, logs, prose, JSON, dumps and fuzz, in batches and blocks of any size; `bench/differential.py` compares
    millions of them."""
    case = differential.compared(kind, seed, 100)
    assert case.findings
    assert case.differences == []


def test_a_difference_is_told(engines: tuple[Detector, Detector]) -> None:
    fast, _ = engines
    found = of_text(fast, "\n".join(lines(7, 500)))
    assert list(differential.differences(found, found)) == []
    assert list(differential.differences(found[1:], found)) != []
    changed = [replace(found[0], matched=found[0].matched + 1), *found[1:]]
    (told,) = differential.differences(changed, found)
    assert "matched" in told
    assert list(differential.differences(found[::-1], found)) != []


@pytest.mark.parametrize("line", ["nkk/nik: {kk} / {nik}", "nkk & no induk: {kk} & {nik}", "nkk,V {other}&2072233"])
def test_labels_of_joined_numbers_speak_in_both(engines: tuple[Detector, Detector], line: str) -> None:
    people = MadeUp(4)
    text = line.format(kk=people.kk(), nik=people.nik(), other=people.digits(16))
    fast, reference = engines
    scanners = [e.text_scanner() for e in engines]
    for scanner in scanners:
        scanner.add(Text(PLACE, text.encode()))
    assert scanners[0].finish().shapes == scanners[1].finish().shapes
    assert of_text(fast, text) == of_text(reference, text)
    assert fast.spans(text) == reference.spans(text)
    assert ("{kk}" in line) == ("ID_KK" in {f.entity for f in of_text(fast, text)})
