"""Large units in pieces: what comes out is what reading them whole gives, whoever reads which piece when."""

from __future__ import annotations

import csv
import json
import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet

import privacyscan
from privacyscan import rulebook
from privacyscan.batches import binary_cells
from privacyscan.detect import Detector, agreement, paragraphs
from privacyscan.model import ROWS_APART, Finding, Limits, Reason, Skipped, Target, Unit
from privacyscan.outputs import render
from privacyscan.pieces import Pieces
from privacyscan.scan import Progress, scan
from privacyscan.settings import Settings, load
from privacyscan.work import Job, UnitResult, read_job
from tests.detect.made_up import MadeUp

pytestmark = pytest.mark.no_cover  # other tests go the same ways; under the tracer these take twice as long

KEY = b"k" * 32
NOTES = [
    "Pemohon a.n. Siti Aminah belum melengkapi berkas, mohon ditunggu",
    'Bapak Budi Santoso menanyakan kartu,\nkata petugas "sudah jadi"',
    "berkas lengkap dan sudah diverifikasi oleh petugas loket",
    "",
]
Order = Callable[[Sequence[Job]], Sequence[Job]]


@pytest.fixture(scope="module")
def detector() -> Detector:
    return Detector(rulebook.load().identifiers.values(), KEY, "all", "fast", "auto")


def people(count: int, seed: int = 1, notes: Sequence[str] = NOTES) -> list[list[str]]:
    """Rows under a header; the column `saksi` is empty in the first two thirds."""
    p, r = MadeUp(seed), random.Random(seed)
    table = [["c1", "hp", "lahir", "catatan", "saksi"]]
    for i in range(count):
        nik = p.nik()
        born = f"19{nik[10:12]}-{nik[8:10]}-{int(nik[6:8]) % 40:02d}"
        witness = r.choice(["Dewi Lestari", "Agus Wijaya", "Sri Wahyuni"]) if 3 * i >= 2 * count else ""
        table.append([nik, p.phone(), born, r.choice(notes), witness])
    return table


def numbered(table: list[list[str]]) -> list[list[str]]:
    """The table with notes of which no two are equal."""
    for i, row in enumerate(table[1:]):
        row[3] = f"{row[3]} {i}" if row[3] else ""
    return table


def written(path: Path, table: Sequence[Sequence[str]]) -> Unit:
    with path.open("w", newline="") as file:
        csv.writer(file).writerows(table)
    target = Target(str(path), str(path))
    return Unit("local", target, target.place, "file", {"path": str(path)}, path.stat().st_size)


def read_whole(unit: Unit, detector: Detector) -> UnitResult:
    return read_job(Job(unit), detector, Limits())


def read_in_pieces(unit: Unit, detector: Detector, size: int, order: Order = list) -> tuple[UnitResult, list[Job]]:
    """The unit put together from its pieces, and the jobs that were done for it."""
    limits = Limits(piece_bytes=size)
    first = read_job(Job(unit), detector, limits)
    assert len(first.rest) > 2
    pieces = Pieces(unit, first, detector.most)
    done: list[Job] = []
    waiting = list(pieces.jobs)
    while waiting:
        for job in order(waiting):
            done.append(job)
            waiting = [j for j in waiting if j is not job]
            waiting += pieces.take(job, read_job(job, detector, limits))
    assert pieces.is_read
    return pieces.result(), done


def findings(result: UnitResult, detector: Detector) -> list[Finding]:
    """Without the evidence of rows that agree: which rows are compared depends on the pieces."""
    found = [f for tally in result.assets for f in detector.findings(tally)]
    return [replace(f, evidence=tuple(e for e in f.evidence if e.code != "agreement")) for f in found]


def backwards(jobs: Sequence[Job]) -> Sequence[Job]:
    return jobs[::-1]


@pytest.mark.parametrize("order", [list, backwards])
@pytest.mark.parametrize("odd", [None, ["x"], ["x"] * 9], ids=["even", "short row", "long row"])
def test_pieces_give_the_findings_of_the_whole(
    tmp_path: Path, detector: Detector, odd: list[str] | None, order: Order
) -> None:
    table = people(3_000)
    if odd is not None:
        table[2_000] = odd
    unit = written(tmp_path / "a.csv", table)
    whole = read_whole(unit, detector)
    cut, _ = read_in_pieces(unit, detector, 50_000, order)
    assert {f.entity for f in findings(whole, detector)} >= {"ID_NIK", "PHONE_NUMBER", "DATE_OF_BIRTH", "PERSON"}
    assert findings(cut, detector) == findings(whole, detector)
    (a,), (b,) = whole.assets, cut.assets
    assert (a.rows, a.kind, list(a.columns)) == (b.rows, b.kind, list(b.columns))
    assert cut.skipped == whole.skipped == []


@pytest.mark.parametrize("notes", [NOTES, [*NOTES[:2], *NOTES[2:] * 20]], ids=["dense", "sparse"])
def test_as_much_prose_is_asked_for_names_as_in_the_whole(
    tmp_path: Path, detector: Detector, monkeypatch: pytest.MonkeyPatch, notes: list[str]
) -> None:
    """Equal cells of a batch are asked once, so the pieces ask for some more texts than the whole does."""
    unit = written(tmp_path / "a.csv", numbered(people(3_000, notes=notes)))
    for limit in (15_000, 60_000, 10 << 20):
        monkeypatch.setattr(paragraphs, "MOST_PROSE", limit)
        whole, cut = read_whole(unit, detector), read_in_pieces(unit, detector, 50_000)[0]
        a, b = (r.assets[0].columns["catatan"].notes for r in (whole, cut))
        assert a.asked.prose + a.asked.unread == b.asked.prose + b.asked.unread
        assert b.asked.prose == pytest.approx(a.asked.prose, abs=200)
        assert {k: t.cells for k, t in b.found.items()} == pytest.approx(
            {k: t.cells for k, t in a.found.items()}, abs=4
        )


def test_a_piece_is_read_again_only_where_names_were_asked_for_too_much_or_too_little(
    tmp_path: Path, detector: Detector, monkeypatch: pytest.MonkeyPatch
) -> None:
    unit = written(tmp_path / "a.csv", numbered(people(3_000)))
    _, done = read_in_pieces(unit, detector, 50_000)
    assert not any(job.only for job in done)
    monkeypatch.setattr(paragraphs, "MOST_PROSE", 15_000)  # more than the first piece has, less than all
    _, done = read_in_pieces(unit, detector, 50_000)
    assert {job.only for job in done} == {frozenset(), frozenset({"catatan"})}


def test_rows_behind_a_piece_that_was_not_read_have_no_number(tmp_path: Path, detector: Detector) -> None:
    unit = written(tmp_path / "a.csv", people(3_000))
    first = read_job(Job(unit), detector, Limits(piece_bytes=50_000))
    pieces = Pieces(unit, first, detector.most)
    for job in pieces.jobs:
        lost = UnitResult(skipped=[Skipped(unit.place, Reason.CRASHED, "the worker died")])
        pieces.take(job, lost if job.number == 2 else read_job(job, detector, Limits()))
    result = pieces.result()
    assert [s.reason for s in result.skipped] == [Reason.CRASHED]
    rows = [p.row for f in findings(result, detector) if f.entity == "ID_NIK" for p in f.locations]
    assert 0 < len(rows) < result.assets[0].rows < 3_000
    assert rows == list(range(len(rows)))


def test_cells_that_pieces_could_not_read_are_added_up(tmp_path: Path, detector: Detector) -> None:
    unit = written(tmp_path / "a.csv", people(3_000))
    pieces = Pieces(unit, read_job(Job(unit), detector, Limits(piece_bytes=50_000)), 10)
    for i, job in enumerate(pieces.jobs):
        binary = binary_cells(unit.place.at(column="foto"), i + 1)
        denied = Skipped(unit.place.at(column="gaji"), Reason.DENIED, "no SELECT privilege")
        pieces.take(job, UnitResult(skipped=[binary, denied]))
    n = len(pieces.jobs)
    assert [s.message for s in pieces.result().skipped] == [
        f"{n * (n + 1) // 2} cells hold binary data",
        "no SELECT privilege",
    ]


@pytest.fixture
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Settings, "limits", property(lambda self: Limits(piece_bytes=50_000)))


def same_as_whole(unit: Unit, cut: Sequence[Unit], detector: Detector, limits: Limits) -> None:
    """A table that its source cuts gives in pieces, read in any order, what it gives as a whole."""
    whole = read_job(Job(unit), detector, Limits())
    pieces = Pieces(unit, read_job(Job(unit, cut=cut), detector, limits), detector.most)
    for job in reversed(pieces.jobs):
        pieces.take(job, read_job(job, detector, limits))
    together = pieces.result()
    assert {f.entity for f in findings(whole, detector)} >= {"ID_NIK", "PHONE_NUMBER", "PERSON"}
    assert findings(together, detector) == findings(whole, detector)
    (a,), (b,) = whole.assets, together.assets
    assert (a.rows, a.cells, a.kind, list(a.columns)) == (b.rows, b.cells, b.kind, list(b.columns))


def stored(targets: Sequence[str], workers: int, state: Path) -> str:
    """scan.json without what differs from scan to scan."""
    settings = load({"workers": workers}, environ={"XDG_STATE_HOME": str(state)})
    result = scan(targets, settings)
    result = replace(result, id="", started="", finished="", seconds=0.0, settings={})
    return render(privacyscan.assess(result, regulation="uu-pdp"), "json").decode()


@pytest.mark.usefixtures("small_pieces")
def test_scans_are_the_same_whatever_the_number_of_workers(tmp_path: Path) -> None:
    folder = tmp_path / "berkas"
    folder.mkdir()
    written(folder / "besar.csv", people(3_000))
    written(folder / "kecil.csv", people(50, seed=2))
    written(folder / "ragam.csv", [*people(1_500, seed=3), ["x"] * 8, *people(1_500, seed=4)[1:]])
    names, *table = people(3_000, seed=5)
    columns = [pa.array(column) for column in zip(*table, strict=True)]
    parquet.write_table(pa.table(columns, names), folder / "kolom.parquet", row_group_size=500)
    (folder / "catatan.txt").write_text("NIK 3171014107900001\n" * 3)
    one, *others = (stored([str(folder)], n, tmp_path / "state") for n in (1, 2, 3))
    assert len(json.loads(one)["findings"]) > 10
    for other in others:
        assert other == one


@pytest.mark.usefixtures("small_pieces")
def test_progress_of_a_file_in_pieces_rises_to_its_end(tmp_path: Path) -> None:
    unit = written(tmp_path / "a.csv", people(3_000))
    told: list[Progress] = []
    settings = load({"workers": 2}, environ={"XDG_STATE_HOME": str(tmp_path / "state")})
    result = scan([str(unit.place.target)], settings, progress=told.append)
    shares = [p.share for p in told if p.share is not None]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert (told[-1].units_done, told[-1].rows) == (1, 3_000)
    assert [a.rows for a in result.assets] == [3_000]


def test_pieces_compare_every_row_that_counts_as_the_whole_does() -> None:
    assert ROWS_APART % agreement.EVERY == 0
