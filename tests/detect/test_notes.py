"""Names, addresses and facts in the sentences and records that cells of a table hold."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pyarrow as pa
import pytest

from privacyscan import rulebook
from privacyscan.detect import AssetTally, Detector, paragraphs
from privacyscan.detect.notes import laid_out
from privacyscan.model import Confidence, Finding, Place, Table
from tests.detect.made_up import MadeUp

KEY = b"k" * 32
PLACE = Place("berkas", ("t",))
PEOPLE = ["Siti Aminah", "Budi Santoso", "Dewi Lestari", "Agus Wijaya", "Rina Marlina", "Joko Prasetyo", "Sri Wahyuni"]
ABOUT_PEOPLE = [
    "Pemohon a.n. {} belum melengkapi berkas, mohon ditunggu",
    "sudah dihubungi lewat telepon, ibu {} akan datang besok",
    "Berkas diserahkan kepada {} di loket tiga pada hari Senin",
    "Bapak {} menanyakan kartu yang belum jadi sampai hari ini",
]
ABOUT_NOBODY = [
    "berkas lengkap dan sudah diverifikasi oleh petugas loket",
    "Mesin cetak rusak, dijadwalkan perbaikan minggu depan",
    "tidak ada keluhan, pelayanan berjalan seperti biasa",
    "Stok formulir habis, sudah dipesan ke bagian umum",
]


@pytest.fixture(scope="module")
def detector() -> Detector:
    return Detector(rulebook.load().identifiers.values(), KEY, "all", "fast", "auto")


def found(detector: Detector, columns: dict[str, Sequence[str]], step: int = 10_000) -> list[Finding]:
    batch = pa.RecordBatch.from_pydict({name: list(cells) for name, cells in columns.items()})
    tally = AssetTally(PLACE, "file")
    for first in range(0, batch.num_rows, step):
        detector.table(Table(PLACE, batch.slice(first, step), first), tally)
    return list(detector.findings(tally))


def notes(people: int, nobody: int, seed: int = 1) -> list[str]:
    r = random.Random(seed)
    cells = [r.choice(ABOUT_PEOPLE).format(PEOPLE[i % len(PEOPLE)]) for i in range(people)]
    cells += [r.choice(ABOUT_NOBODY) for _ in range(nobody)]
    r.shuffle(cells)
    return cells


@pytest.mark.parametrize("rows", [60, 600])
def test_names_in_sentences_are_counted_under_any_header(detector: Detector, rows: int) -> None:
    (person,) = found(detector, {"c1": notes(rows // 3, rows - rows // 3)})
    assert (person.entity, person.place.column, person.matched, person.seen) == ("PERSON", "c1", rows // 3, rows)
    assert person.distinct == len(PEOPLE)
    assert person.confidence == Confidence.CONTEXT.score
    assert [e.code for e in person.evidence] == ["running_text", "distinct"]
    assert not any(name in sample for name in PEOPLE for sample in person.samples)


def test_names_in_json_are_found_by_their_labels(detector: Detector) -> None:
    cells = [
        f'{{"id": {i}, "nama_lengkap": "{PEOPLE[i % len(PEOPLE)]}", "alamat":"Jl. Melati No. {i} RT 01 RW 02"}}'
        for i in range(1, 41)
    ]
    counts = {f.entity: f.matched for f in found(detector, {"payload": cells})}
    assert counts["PERSON"] == 40
    assert counts["ADDRESS"] == 40


def test_a_record_is_laid_out_in_its_own_length() -> None:
    cell = r'{"nama_ibu": "Siti \"Ami\"", "a":[1,"x\ny"]}'
    assert len(laid_out(cell)) == len(cell)
    assert laid_out(cell).split("\n")[1] == ' nama ibu :  Siti  "Ami " '
    assert laid_out("biasa saja, [1]") == "biasa saja, [1]"


def test_sentences_about_nobody_stay_silent(detector: Detector) -> None:
    assert found(detector, {"catatan": notes(0, 300)}) == []


def test_one_name_counts_in_a_table_about_persons_alone(detector: Detector) -> None:
    cells = notes(1, 399)
    p = MadeUp(3)
    assert found(detector, {"catatan": cells}) == []
    of_notes = [
        f for f in found(detector, {"nik": [p.nik() for _ in cells], "catatan": cells}) if f.place.column == "catatan"
    ]
    assert [(f.entity, f.matched) for f in of_notes] == [("PERSON", 1)]


def test_addresses_of_offices_stay_silent_and_those_beside_persons_do_not(detector: Detector) -> None:
    p = MadeUp(4)
    cells = [f"kunjungan lapangan ke Jl. Kenanga No. {i} RT 0{i % 9} RW 02, hujan deras" for i in range(15)]
    cells += ABOUT_NOBODY * 20
    assert found(detector, {"keterangan": cells}) == []
    beside = found(detector, {"nik": [p.nik() for _ in cells], "keterangan": cells})
    assert {(f.entity, f.matched) for f in beside if f.place.column == "keterangan"} == {("ADDRESS", 15)}


def test_facts_are_told_in_the_sentence_of_a_person(detector: Detector) -> None:
    sick = [f"Pasien {name} menderita tuberkulosis dan diberi obat" for name in PEOPLE * 4]
    counts = {f.entity: f.matched for f in found(detector, {"isi": sick + ABOUT_NOBODY * 5})}
    assert counts == {"PERSON": 28, "HEALTH": 28}


def test_without_names_only_what_is_said_beside_numbers_is_read() -> None:
    off = Detector(rulebook.load().identifiers.values(), KEY, "all", "fast", "off")
    p = MadeUp(5)
    cells = [f"NIK {p.nik()} a.n. {name} menderita tuberkulosis sejak Mei" for name in PEOPLE * 3]
    assert {f.entity: f.matched for f in found(off, {"isi": cells})} == {"ID_NIK": 21, "HEALTH": 21}


def test_engines_and_batches_agree(detector: Detector) -> None:
    reference = Detector(rulebook.load().identifiers.values(), KEY, "all", "reference", "auto")
    p, r = MadeUp(6), random.Random(6)
    cells = [
        *notes(200, 300, 6),
        *(f"{p.nik()} a.n. {r.choice(PEOPLE)} hp {p.phone()} menderita diabetes" for _ in range(100)),
        *(f' {{"nama": "{r.choice(PEOPLE)}", "nik": "{p.nik()}"}}' for _ in range(50)),
        *("-" * 50),
    ]
    r.shuffle(cells)
    whole = found(detector, {"catatan": cells})
    assert {f.entity for f in whole} == {"PERSON", "ID_NIK", "PHONE_NUMBER", "HEALTH"}
    assert whole == found(reference, {"catatan": cells})
    assert whole == found(reference, {"catatan": cells}, 300)
    assert whole == found(detector, {"catatan": cells}, 100)


def test_columns_of_names_and_addresses_are_read_as_what_they_are(detector: Detector) -> None:
    p = MadeUp(7)
    table = {
        "nama": PEOPLE * 10,
        "alamat": [f"Jl. Melati No. {i} RT 01 RW 02 Kel. Sukajadi Kec. Coblong" for i in range(70)],
        "nik": [p.nik() for _ in range(70)],
    }
    for finding in found(detector, table):
        assert "running_text" not in {e.code for e in finding.evidence}


def test_prose_beyond_the_limit_is_counted(detector: Detector, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paragraphs, "MOST_PROSE", 3_000)
    cells = [f"{i}. Pemohon a.n. {PEOPLE[i % len(PEOPLE)]} belum melengkapi berkas" for i in range(400)]
    tally = AssetTally(PLACE, "file")
    detector.table(Table(PLACE, pa.RecordBatch.from_pydict({"isi": cells}), 0), tally)
    asked = tally.columns["isi"].notes.asked
    assert asked.prose <= 3_000 < asked.prose + asked.unread == sum(map(len, cells))
    (person,) = detector.findings(tally)
    assert person.matched == tally.columns["isi"].notes.read


def test_a_long_document_in_a_cell_is_read_in_parts(detector: Detector) -> None:
    letter = "\n\n".join(notes(60, 240))
    counts = [(f.entity, f.matched) for f in found(detector, {"nik": [MadeUp(8).nik()] * 3, "isi": [letter, "-", ""]})]
    assert ("PERSON", 1) in counts


def test_notes_of_ordinary_words_are_read_without_asking(detector: Detector) -> None:
    ordinary = [f"data {word} tersebut telah diterima dengan baik" for word in ("yang", "untuk", "dari")]
    named = [f"Pemohon a.n. {name} belum melengkapi berkas" for name in PEOPLE]
    tally = AssetTally(PLACE, "file")
    detector.table(Table(PLACE, pa.RecordBatch.from_pydict({"isi": ordinary + named}), 0), tally)
    notes = tally.columns["isi"].notes
    assert (notes.read, notes.asked.prose) == (len(ordinary) + len(named), sum(map(len, named)))
